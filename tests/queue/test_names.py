"""Queues by task type and priority on the real broker: what comes first, who takes what, and that it comes once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import redis
from dramatiq import MessageProxy
from pydantic import SecretStr

from app.config import Settings
from app.errors import InvalidInput
from app.models import TaskPriority, TaskType
from app.queue import broker
from app.queue.names import LIGHT, POOLS, RENDER, taken
from app.queue.redis import PoolConsumer, RedisQueues

SEND_SECONDS = 2.0
Taken = tuple[list[str], PoolConsumer]


@pytest.fixture(autouse=True)
def empty_queues() -> Iterator[None]:
    redis.Redis.from_url(broker.redis_url()).flushdb()
    yield
    broker.close()


def consumer(pool: str, types: tuple[TaskType, ...], prefetch: int = 1) -> PoolConsumer:
    opened = RedisQueues(broker.redis_url(), SEND_SECONDS, {pool: types})
    made = opened.consume(pool, prefetch, 1)
    assert isinstance(made, PoolConsumer)
    return made


def take_all(source: PoolConsumer, seconds: float = 0.3, ack: bool = True) -> list[MessageProxy]:
    got = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if (message := next(source)) is not None:
            got.append(message)
            end = time.monotonic() + seconds
            if ack:
                source.ack(message)
    return got


def ids(messages: list[MessageProxy]) -> list[str]:
    return [message.args[0] for message in messages]


def test_a_higher_priority_comes_first_whatever_came_before() -> None:
    for number, priority in enumerate([TaskPriority.LOW, TaskPriority.NORMAL, TaskPriority.URGENT, TaskPriority.HIGH]):
        broker.send_task(f"{number}", TaskType.SCRAPING, priority)
    source = consumer(LIGHT, POOLS[LIGHT])
    assert ids(take_all(source)) == ["2", "3", "1", "0"]
    source.broker.close()


def test_no_task_type_starves_another() -> None:
    for number in range(12):
        broker.send_task(f"s{number}", TaskType.SCRAPING, TaskPriority.NORMAL)
    broker.send_task("image", TaskType.IMAGE_ANALYSIS, TaskPriority.NORMAL)
    source = consumer(LIGHT, POOLS[LIGHT])
    assert "image" in ids(take_all(source))[:8]
    source.broker.close()


def test_a_worker_takes_only_what_it_is_told() -> None:
    broker.send_task("page", TaskType.SCRAPING, TaskPriority.NORMAL)
    broker.send_task("clip", TaskType.VIDEO_GENERATION, TaskPriority.NORMAL)
    broker.send_task("film", TaskType.FINALIZE_SHORT, TaskPriority.NORMAL)
    source = consumer(RENDER, (TaskType.FINALIZE_SHORT,), prefetch=5)
    assert ids(take_all(source)) == ["film"]
    source.broker.close()


def test_it_holds_no_more_than_it_has_threads_for() -> None:
    for number in range(5):
        broker.send_task(f"{number}", TaskType.SCRAPING, TaskPriority.NORMAL)
    busy, idle = consumer(LIGHT, POOLS[LIGHT], prefetch=2), consumer(LIGHT, POOLS[LIGHT], prefetch=5)
    held = take_all(busy, ack=False)
    assert ids(held) == ["0", "1"]
    assert ids(take_all(idle)) == ["2", "3", "4"]
    busy.requeue(held)
    assert ids(take_all(idle)) == ["0", "1"]
    for source in (busy, idle):
        source.broker.close()


def test_the_next_message_is_taken_as_soon_as_one_is_done() -> None:
    for number in range(2):
        broker.send_task(f"{number}", TaskType.SCRAPING, TaskPriority.NORMAL)
    opened = RedisQueues(broker.redis_url(), SEND_SECONDS, {LIGHT: POOLS[LIGHT]})
    source = opened.consume(LIGHT, 1, 60_000)
    first = next(source)
    assert first is not None
    for _ in range(8):  # the pauses grow: the next would be of 1.3 s
        assert next(source) is None
    got: list[MessageProxy | None] = []
    waiting = threading.Thread(target=lambda: got.extend([next(source), next(source)]))
    waiting.start()
    begin = time.monotonic()
    source.ack(first)
    waiting.join()
    assert time.monotonic() - begin < 1
    assert ids([message for message in got if message]) == ["1"]
    opened.close()


def test_the_names_of_queues() -> None:
    assert taken("") == POOLS
    assert taken("render") == {RENDER: POOLS[RENDER]}
    assert taken(" scraping , finalize_short") == {
        LIGHT: (TaskType.SCRAPING,),
        RENDER: (TaskType.FINALIZE_SHORT,),
    }
    with pytest.raises(InvalidInput, match="'heavy' is none of light, render, scraping"):
        taken("heavy")


def test_limits_over_rabbitmq_ask_for_redis() -> None:
    with pytest.raises(ValueError, match="REDIS_URL as well"):
        Settings(rabbitmq_url=SecretStr("amqp://broker.example/"), redis_url=None, api_keys_required=True)
    assert Settings(rabbitmq_url=SecretStr("amqp://broker.example/"), redis_url=None).uses_embedded_broker is False
    with pytest.raises(ValueError, match="must begin with amqp"):
        Settings(rabbitmq_url=SecretStr("redis://broker.example/"))
