"""Limits on what one user may start: so many tasks a minute, and so many sessions live at once, a short's too.

- **Tasks a minute**: a moving window on Redis/Valkey (``limits``), taken and checked in one step on the server, so that
  of any number of processes exactly the limit's starts come through in any 60 seconds.
- **Live sessions** are counted where they are, in the sessions collection, so that the count cannot drift from the
  truth. Between the count and the insert nobody else starts anything for the same user or short: their locks on
  Redis/Valkey are held. A lock runs out after ``LOCK_SECONDS`` for a process that died with it, and the database's part
  is cut off before; only a process that was stopped in between for longer could let one more through.

With the broker away each process limits for itself; with the database away sessions are not counted, for a task is
accepted all the same. Both are logged and counted. ShopReel's own next steps of a short are never refused.
"""

from __future__ import annotations

import math
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TypeVar

import pymongo
import redis
from limits import RateLimitItemPerMinute, WindowStats
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import LockError, LockNotOwnedError

from app.config import get_settings
from app.core import reply
from app.core.telemetry import LIMITED, LIMITS_LOCAL, get_logger
from app.db.client import known_away
from app.db.lookups import look_up
from app.errors import TooMany, Unavailable
from app.models import short_key
from app.queue import broker
from app.sessions.service import session_service

PER_MINUTE = "limit_tasks_per_minute"
PER_USER = "limit_live_sessions_per_user"
PER_SHORT = "limit_live_sessions_per_short"
PREFIX = broker.LIMITS
LOCK_SECONDS = 15
"""How long a lock outlives a process that died under it."""
DATABASE_SECONDS = 10
"""What the database may take under a lock, all calls together."""
WAIT_SECONDS = 10
"""For a lock."""
RETRY_LIVE_SECONDS = 5
"""When to try again while too many sessions are live; nobody knows when one ends."""
log = get_logger("limits")
Answer = TypeVar("Answer")
_local_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
_limiters: dict[str, tuple[object, MovingWindowRateLimiter]] = {}


@dataclass(frozen=True)
class Start:
    """One start that a caller asks for. ``id_scope``: the short's; ``session``: whether a session comes with it."""

    user_id: str | None
    short_id: str | None = None
    id_scope: str | None = None
    session: bool = False

    @property
    def name(self) -> tuple[str, ...]:
        """Whose allowance it is; callers who name no user share one."""
        return ("anonymous",) if self.user_id is None else ("user", self.user_id)


@contextmanager
def lock(start: Start, *, repeatable: bool) -> Iterator[None]:
    """Wait until nobody else starts anything that would be counted with this, and keep it so for the block.

    For a user it matters where sessions are counted, and for a request that may come twice at once (``repeatable``: it
    has an idempotency key) and must take of the allowance once.

    Raises:
        Unavailable: others hold it for too long.
    """
    settings = get_settings()
    counted = start.session and known_away() is None
    names = []
    if (counted and settings.limit(PER_USER)) or (repeatable and settings.limit(PER_MINUTE)):
        names.append("/".join(start.name))
    if counted and settings.limit(PER_SHORT) and start.short_id is not None:
        names.append(f"short/{short_key(start.short_id, start.id_scope)}")
    if not names:
        yield
        return
    with ExitStack() as held:
        for name in names:  # the user's before the short's, always: two that wait for each other cannot be
            held.enter_context(_shared_lock(name))
        held.enter_context(pymongo.timeout(DATABASE_SECONDS))
        yield


def consume(start: Start) -> None:
    """Take a start from the user's allowance; call it under its ``lock``.

    Raises:
        TooMany: a limit is reached; nothing was taken.
    """
    if start.session:
        _check_live(PER_USER, "this user has", user_id=start.user_id)
        if start.short_id is not None:
            whose = {"user_id": start.id_scope} if start.id_scope else {}
            _check_live(PER_SHORT, "this short has", short_id=start.short_id, **whose)
    _check_rate(start)


def _check_live(setting: str, whose: str, **fields: str | None) -> None:
    allowed = get_settings().limit(setting)
    if not allowed:
        return
    live = look_up("live sessions", lambda: session_service.manager.count_active(allowed, **fields))
    if live is not None and live >= allowed:
        LIMITED.labels(setting).inc()
        raise TooMany(
            f"{whose} {live} live sessions, and {allowed} are allowed; wait for one to end", RETRY_LIVE_SECONDS
        )


def _check_rate(start: Start) -> None:
    allowed = get_settings().limit(PER_MINUTE)
    if not allowed:
        return
    item = RateLimitItemPerMinute(allowed)

    def hit(limiter: MovingWindowRateLimiter) -> tuple[bool, WindowStats]:
        return limiter.hit(item, *start.name), limiter.get_window_stats(item, *start.name)

    taken, left = _with_limiter(hit)
    reply.add(RateLimit_Limit=allowed, RateLimit_Remaining=left.remaining, RateLimit_Reset=_seconds_until(left))
    if not taken:
        LIMITED.labels(PER_MINUTE).inc()
        raise TooMany(
            f"this user has started {allowed} tasks within a minute, and no more are allowed", _seconds_until(left)
        )


def consume_per_minute(name: tuple[str, ...], a_minute: int) -> int | None:
    """Consume one of so many a minute; return None, or in how many seconds there is one again: nothing was taken."""
    item = RateLimitItemPerMinute(a_minute)

    def hit(limiter: MovingWindowRateLimiter) -> int | None:
        return None if limiter.hit(item, *name) else _seconds_until(limiter.get_window_stats(item, *name))

    return _with_limiter(hit)


def _with_limiter(ask: Callable[[MovingWindowRateLimiter], Answer]) -> Answer:
    """Return what the limiter of all processes answers; with the broker away, this process's own."""
    try:
        return ask(_shared_limiter())
    except redis.RedisError as error:
        LIMITS_LOCAL.inc()
        log.warning("limit_kept_by_this_process_alone", reason=type(error).__name__)
        return ask(_local_limiter())


def _seconds_until(left: WindowStats) -> int:
    """Return in how many seconds the oldest leaves the window."""
    return max(1, math.ceil(left.reset_time - time.time()))


@contextmanager
def _shared_lock(name: str) -> Iterator[None]:
    shared = None
    try:
        shared = broker.client().lock(
            f"{PREFIX}:lock:{name}", timeout=LOCK_SECONDS, sleep=0.01, blocking_timeout=WAIT_SECONDS, thread_local=False
        )
        held = shared.acquire()
    except redis.RedisError as error:
        LIMITS_LOCAL.inc()
        log.warning("lock_kept_by_this_process_alone", reason=type(error).__name__)
        shared, held = None, _local_locks[name].acquire(timeout=WAIT_SECONDS)
    if not held:
        raise Unavailable("too many requests of this user at once; try again soon")
    try:
        yield
    finally:
        if shared is None:
            _local_locks[name].release()
        else:
            try:
                shared.release()
            except LockNotOwnedError:
                log.warning("lock_ran_out", seconds=LOCK_SECONDS)
            except (LockError, redis.RedisError) as error:
                log.warning("lock_not_released", reason=type(error).__name__)


def _shared_limiter() -> MovingWindowRateLimiter:
    """Return the limiter on the broker's connections."""
    pool = broker.client().connection_pool
    held, limiter = _limiters.get("shared", (None, None))
    if limiter is None or held is not pool:
        limiter = MovingWindowRateLimiter(RedisStorage("redis://", connection_pool=pool, key_prefix=PREFIX))
        _limiters["shared"] = (pool, limiter)
    return limiter


def _local_limiter() -> MovingWindowRateLimiter:
    if "local" not in _limiters:
        _limiters["local"] = (None, MovingWindowRateLimiter(MemoryStorage()))
    return _limiters["local"][1]
