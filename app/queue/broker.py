"""The broker: a message tells the workers that a task waits, and holds the task's id and nothing else.

It is RabbitMQ where ``RABBITMQ_URL`` says so, else Redis or Valkey (``REDIS_URL``, or the embedded server).
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from uuid import uuid4

import redis

from app.config import DEFAULT_LIMITS, get_settings
from app.db.error_causes import redis_error
from app.embedded import attach
from app.errors import DependencyRefuses
from app.models import TaskPriority, TaskType
from app.queue.names import TaskBroker
from app.queue.redis import RedisQueues

SEND_SECONDS = 2.0
"""Whoever submits a task does not wait longer for a broker that hangs: the sweeper sends the message later."""
LIMITS = "shopreel-limits"
"""The beginning of the keys of limits, which live on the same server."""
WORK_SECONDS = 10.0
"""A worker may wait longer."""


@dataclass
class _Held:
    process_id: int
    broker: TaskBroker
    client: redis.Redis | None


_held: _Held | None = None
_lock = threading.RLock()


def redis_url() -> str:
    """Return the URL of Redis or Valkey: the configured one, or the embedded one's (which is started if need be)."""
    settings = get_settings()
    return settings.redis_url or attach(settings.shopreel_data_dir).redis_url


def broker_url() -> str:
    """Return the URL of the broker. It may hold a password."""
    url = get_settings().rabbitmq_url
    return url.get_secret_value() if url is not None else redis_url()


def open_broker(answer_seconds: float, take: dict[str, tuple[TaskType, ...]] | None = None) -> TaskBroker:
    """Return a new broker; ``take``: the task types that a worker's pools take."""
    url = get_settings().rabbitmq_url
    if url is None:
        return RedisQueues(redis_url(), answer_seconds, take)
    from app.queue.rabbitmq import RabbitQueues

    return RabbitQueues(url.get_secret_value(), take)


def send_task(task_id: str, task_type: TaskType, priority: TaskPriority) -> None:
    """Tell the workers that a task waits.

    Raises:
        Unavailable: the broker does not take the message; the sweeper sends it later.
    """
    _process().broker.send(task_id, task_type, priority)


def client() -> redis.Redis:
    """Return the process's client of Redis or Valkey; uses of it other than messages take key prefixes of their own."""
    held = _process()
    if isinstance(held.broker, RedisQueues):
        connected: redis.Redis = held.broker.client
        return connected
    with _lock:
        if held.client is None:
            held.client = redis.Redis.from_url(redis_url(), socket_connect_timeout=2, socket_timeout=SEND_SECONDS)
        return held.client


def probe() -> None:
    """Put a message to the broker and take it; where limits are kept, take a lock there as they do.

    Raises:
        Unavailable: the broker, or the server of the limits, does not answer or refuses.
    """
    _process().broker.probe()
    if any(map(get_settings().limit, DEFAULT_LIMITS)):
        try:
            with client().lock(f"{LIMITS}:probe:{uuid4()}", timeout=SEND_SECONDS):
                pass
        except redis.RedisError as error:
            raise redis_error(error) from error


def close() -> None:
    """Close the process's connections; the next use connects anew."""
    global _held
    with _lock:
        if _held is not None and _held.process_id == os.getpid():
            _held.broker.close()
            if _held.client is not None:
                _held.client.close()
        _held = None


def _process() -> _Held:
    global _held
    with _lock:
        if _held is None or _held.process_id != os.getpid():
            try:
                _held = _Held(os.getpid(), open_broker(SEND_SECONDS), None)
            except (OSError, ValueError, TypeError, ImportError) as error:  # what a client says of an address
                raise DependencyRefuses(
                    "the broker's client cannot be made: REDIS_URL or RABBITMQ_URL is wrong"
                ) from error
        return _held
