"""The broker on Redis or Valkey: Dramatiq's, with a consumer that reads many queues in the order of their priority.

The options are those under which a message of a killed worker came back in 5.5 s instead of 7 minutes.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import redis
from dramatiq import Consumer, Message, MessageProxy
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import ConnectionClosed

from app.db.error_causes import redis_error
from app.models import TaskPriority, TaskType
from app.queue.names import ACTOR, Levels, levels, queue_name

NAMESPACE = "shopreel"
PROBES = "probes"
"""The queue of messages that say nothing but that the broker can be used."""
PROBES_AT_ONCE = 100
BEAT_SECONDS = 1.0
"""A worker says as often that it lives, and takes back what dead ones held."""
FIRST_IDLE_SECONDS = 0.005


class RedisQueues(RedisBroker):
    """The broker of one process; ``take``, the task types of each pool, is for workers.

    Without middleware: retries, time limits and results are the task record's affair.
    """

    def __init__(self, url: str, answer_seconds: float, take: dict[str, tuple[TaskType, ...]] | None = None) -> None:
        super().__init__(  # type: ignore[no-untyped-call]  # Dramatiq has no types here
            client=redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=answer_seconds),
            middleware=[],
            namespace=NAMESPACE,
            heartbeat_timeout=5_000,
            maintenance_chance=1_000_000,
        )
        self.take = take or {}

    def declare_queue(self, queue_name: str) -> None:
        """Know a queue. No queue of delayed messages comes with it: what waits for a date waits in the database."""
        if queue_name not in self.queues:
            self.queues.add(queue_name)
            self.emit_after("declare_queue", queue_name)

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Consumer:
        """Return the consumer of the pool of this name."""
        return PoolConsumer(self, queue_name, levels(self.take[queue_name]), prefetch, timeout / 1000)

    def send(self, task_id: str, task_type: TaskType, priority: TaskPriority) -> None:
        """Send a task's message. Raises ``Unavailable``."""
        message: Message[None] = Message(queue_name(task_type, priority), ACTOR, (task_id,), {}, {})
        try:
            self.enqueue(message)
        except (redis.RedisError, OSError, ValueError, TypeError) as error:  # the last ones: its client cannot be made
            raise redis_error(error) from error

    def probe(self) -> None:
        """Put a message, take it and forget it, by the scripts and commands that tasks take: four round trips.

        All processes share the queue, so one may take another's message; each takes all that there are.

        Raises:
            Unavailable: the server does not answer, or refuses one of them.
        """
        probe = str(uuid4())
        try:
            self.client.llen(f"{NAMESPACE}:{PROBES}")
            self.do_enqueue(PROBES, probe, probe.encode())
            for data in self.do_fetch(PROBES, PROBES_AT_ONCE):
                if data is not None:  # of a queue that was restored in part
                    self.do_ack(PROBES, data.decode())
        except (redis.RedisError, OSError, ValueError, TypeError) as error:  # the last ones: its client cannot be made
            raise redis_error(error) from error

    def close(self) -> None:
        """Close the connections."""
        super().close()
        self.client.close()


class PoolConsumer(Consumer):
    """Reads the queues of one pool: it asks for their lengths in one round trip, then takes from those that have some.

    To Dramatiq all messages come from one queue, the pool; the one they lay in is kept with them.
    """

    def __init__(self, broker: RedisQueues, pool: str, queues: Levels, prefetch: int, idle_seconds: float) -> None:
        self.broker, self.pool, self.queues = broker, pool, queues
        self.prefetch, self.idle_seconds = prefetch, idle_seconds
        self._ready: deque[Message[Any]] = deque()
        self._held: set[str] = set()
        self._next_beat = 0.0
        self._misses = 0
        self._turn = 0
        self._room = threading.Event()
        """Set when a message has been worked on: another may be taken at once."""

    def __next__(self) -> MessageProxy | None:
        """Return a message, or None after a little while."""
        try:
            if not self._ready:
                self._fetch()
        except redis.RedisError as error:
            raise ConnectionClosed(error) from None
        if self._ready:
            self._misses = 0
            return MessageProxy(self._ready.popleft())
        woken = self._room.wait(min(self.idle_seconds, FIRST_IDLE_SECONDS * 2 ** min(self._misses, 10)))
        self._room.clear()
        self._misses = 0 if woken else self._misses + 1
        return None

    def ack(self, message: MessageProxy) -> None:
        """Forget a message that was worked on."""
        self._end(message, self.broker.do_ack)

    def nack(self, message: MessageProxy) -> None:
        """Put a message that could not be worked on aside."""
        self._end(message, self.broker.do_nack)

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        """Give back what was taken and not begun."""
        for message in messages:
            self.broker.do_requeue(message.options["queue"], message.options["redis_message_id"])

    def _end(self, message: MessageProxy, command: Any) -> None:
        self._held.discard(message.message_id)
        try:
            command(message.options["queue"], message.options["redis_message_id"])
        except redis.ConnectionError as error:
            raise ConnectionClosed(error) from None
        finally:
            self._room.set()

    def _fetch(self) -> None:
        room = self.prefetch - len(self._held)
        if time.monotonic() >= self._next_beat:
            # Each command on a queue tells that this worker lives, and brings back what a dead one held of that queue.
            self._next_beat = time.monotonic() + BEAT_SECONDS
            if room <= 0:
                self.broker.do_qsize(self.queues[0][0])
            asked = [queue for level in self.queues for queue in self._in_turn(level)]
        else:
            asked = self._filled() if room > 0 else []
        for queue in asked:
            if room <= 0:
                return
            for data in self.broker.do_fetch(queue, room):
                message = Message.decode(data).copy(queue_name=self.pool, options={"queue": queue})
                self._held.add(message.message_id)
                self._ready.append(message)
                room -= 1

    def _filled(self) -> list[str]:
        names = [queue for level in self.queues for queue in self._in_turn(level)]
        pipe = self.broker.client.pipeline(transaction=False)
        for name in names:
            pipe.llen(f"{NAMESPACE}:{name}")
        return [name for name, length in zip(names, pipe.execute(), strict=True) if length]

    def _in_turn(self, level: list[str]) -> list[str]:
        self._turn += 1
        begin = self._turn % len(level)
        return level[begin:] + level[:begin]
