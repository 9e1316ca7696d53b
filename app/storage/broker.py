"""The broker: a Dramatiq broker on Redis or Valkey. A message holds a task's id and nothing else.

The options are those under which a message of a killed worker came back in 5.5 s instead of 7 minutes.
"""

from __future__ import annotations

import os
import threading

import redis
from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker

from app.config import get_settings
from app.embedded import attach
from app.errors import Unavailable
from app.models import TaskType

ACTOR = "run_task"
LIGHT_QUEUE = "light"
RENDER_QUEUE = "render"
QUEUES = dict.fromkeys(TaskType, LIGHT_QUEUE) | {
    TaskType.VIDEO_GENERATION: RENDER_QUEUE,
    TaskType.FINALIZE_SHORT: RENDER_QUEUE,
}
"""The queue of each task type: what renders for a minute must not stand before what answers in a second."""

SEND_SECONDS = 2.0
"""Whoever submits a task does not wait longer for a broker that hangs: the sweeper sends the message later."""

_sender: tuple[int, RedisBroker] | None = None
_lock = threading.Lock()


def redis_url() -> str:
    """Return the URL of the broker: the configured one, or the embedded one's (which is started if need be)."""
    settings = get_settings()
    return settings.redis_url or attach(settings.shopreel_data_dir).redis_url


def open_broker(answer_seconds: float = 10.0) -> RedisBroker:
    """Return a new broker without middleware: retries, time limits and results are the task record's affair."""
    client = redis.Redis.from_url(redis_url(), socket_connect_timeout=2, socket_timeout=answer_seconds)
    return RedisBroker(
        client=client, middleware=[], namespace="shopreel", heartbeat_timeout=5_000, maintenance_chance=1_000_000
    )


def send_task(task_id: str, task_type: TaskType) -> None:
    """Tell the workers that a task waits.

    Raises:
        Unavailable: the broker does not take the message; the sweeper sends it later.
    """
    try:
        message: Message[None] = Message(QUEUES[task_type], ACTOR, args=(task_id,), kwargs={}, options={})
        _process_broker().enqueue(message)
    except redis.ResponseError as error:
        raise Unavailable("the broker refuses; its disk may be full") from error
    except redis.RedisError as error:
        raise Unavailable("the broker does not answer") from error


def client() -> redis.Redis:
    """Return the process's client of the server behind the broker; other uses of it take key prefixes of their own."""
    connected: redis.Redis = _process_broker().client
    return connected


def ping() -> None:
    """Check that the broker answers. Raises ``Unavailable`` if not."""
    try:
        _process_broker().client.ping()
    except redis.ResponseError as error:
        raise Unavailable("the broker refuses; its disk may be full") from error
    except redis.RedisError as error:
        raise Unavailable("the broker does not answer") from error


def queue_lengths() -> dict[str, int]:
    """Return how many messages wait in each queue. Raises ``Unavailable`` as ``ping``."""
    ping()
    sender = _process_broker()
    sizes = [sender.client.hlen(f"{sender.namespace}:{name}.msgs") for name in (LIGHT_QUEUE, RENDER_QUEUE)]
    return dict(zip((LIGHT_QUEUE, RENDER_QUEUE), map(int, sizes), strict=True))


def close() -> None:
    """Close the process's connections; the next use connects anew."""
    global _sender
    with _lock:
        if _sender is not None:
            _sender[1].client.close()
        _sender = None


def _process_broker() -> RedisBroker:
    global _sender
    with _lock:
        if _sender is None or _sender[0] != os.getpid():
            _sender = (os.getpid(), open_broker(SEND_SECONDS))
        return _sender[1]
