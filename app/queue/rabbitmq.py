"""The broker on RabbitMQ: a durable queue for each task type, whose messages carry their priority.

RabbitMQ pushes, so an idle worker asks nothing, and it gives a dead worker's messages to others when the connection
breaks. Both ends declare the queues; give ShopReel a virtual host of its own.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Iterable
from functools import partial
from typing import Any

import pika
from dramatiq import Broker, Consumer, Message, MessageProxy
from dramatiq.errors import ConnectionClosed
from pika.exceptions import AMQPError

from app.db.error_causes import rabbit_error
from app.errors import Unavailable
from app.models import TaskPriority, TaskType
from app.queue.names import ACTOR

HEARTBEAT_SECONDS = 4
"""A server that is silent for so long is away."""
CONNECT_SECONDS = 2
PROBES = "shopreel.probes"
"""The queue of messages that say nothing but that the broker can be used; the server removes it when nobody asks."""
PROBES_EXPIRE_MS = 3_600_000
AWAY_SECONDS = 2.0
"""After a failure callers are told at once for so long, not each after a wait of its own."""


class RabbitQueues(Broker):
    """The broker of one process; ``take``, the task types of each pool, is for workers.

    All threads send over one connection, one after another: each message is confirmed to be on the server's disk.
    """

    def __init__(self, url: str, take: dict[str, tuple[TaskType, ...]] | None = None) -> None:
        super().__init__(middleware=[])
        self.take = take or {}
        self.parameters = pika.URLParameters(url)
        self.parameters.heartbeat = HEARTBEAT_SECONDS
        self.parameters.blocked_connection_timeout = CONNECT_SECONDS
        self.parameters.socket_timeout = CONNECT_SECONDS
        self.parameters.stack_timeout = HEARTBEAT_SECONDS
        self.parameters.connection_attempts = 1
        self._lock = threading.Lock()
        self._connection: Any = None
        self._channel: Any = None
        self._away_until = 0.0
        self._why_away = Unavailable("the broker does not answer")

    def declare_queue(self, queue_name: str) -> None:
        """Know a pool."""
        if queue_name not in self.queues:
            self.queues[queue_name] = None
            self.emit_after("declare_queue", queue_name)

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Consumer:
        """Return the consumer of the pool of this name."""
        return PoolConsumer(self, queue_name, self.take[queue_name], prefetch, timeout / 1000)

    def send(self, task_id: str, task_type: TaskType, priority: TaskPriority) -> None:
        """Send a task's message. Raises ``Unavailable``."""
        message: Message[None] = Message(server_queue(task_type), ACTOR, (task_id,), {}, {})
        properties = pika.BasicProperties(delivery_mode=pika.DeliveryMode.Persistent, priority=int(priority))
        self._do(
            lambda: self._channel.basic_publish(
                "", server_queue(task_type), message.encode(), properties, mandatory=True
            )
        )

    def probe(self) -> None:
        """Put a message into a queue of its own, and take all that are there: four round trips.

        Raises:
            Unavailable: the server does not answer, or its user may not do it.
        """
        self._do(self._put_and_take)

    def _put_and_take(self) -> None:
        self._channel.queue_declare(PROBES, durable=True, arguments={"x-expires": PROBES_EXPIRE_MS})
        self._channel.basic_publish("", PROBES, b"probe", mandatory=True)
        while self._channel.basic_get(PROBES, auto_ack=True)[0] is not None:
            pass

    def close(self) -> None:
        """Close the connection that sends."""
        with self._lock:
            self._forget()

    def _do(self, call: Any) -> None:
        with self._lock:
            if time.monotonic() < self._away_until:
                raise type(self._why_away)(str(self._why_away))
            try:
                try:
                    self._connect()
                    call()
                except AMQPError:
                    # The server has closed a connection that was idle, or a queue has gone: once more, from the start.
                    self._forget()
                    self._connect()
                    call()
            except (AMQPError, OSError) as error:
                self._forget()
                self._away_until = time.monotonic() + AWAY_SECONDS
                self._why_away = rabbit_error(error)
                raise self._why_away from error

    def _connect(self) -> None:
        if self._connection is None:
            self._connection = pika.BlockingConnection(self.parameters)
            self._channel = self._connection.channel()
            self._channel.confirm_delivery()
            for task_type in TaskType:
                declare(self._channel, task_type)

    def _forget(self) -> None:
        if self._connection is not None and self._connection.is_open:
            with contextlib.suppress(AMQPError, OSError):  # it has gone
                self._connection.close()
        self._connection = self._channel = None


class Delivery(MessageProxy):
    """A message and the channel that it came by, which alone can acknowledge it."""

    def __init__(self, message: Message[Any], channel: Any, tag: int) -> None:
        super().__init__(message)
        self.channel, self.tag = channel, tag


class PoolConsumer(Consumer):
    """Takes messages from the queues of one pool, over one connection; at most ``prefetch`` at once of all together."""

    def __init__(
        self, broker: RabbitQueues, pool: str, types: Iterable[TaskType], prefetch: int, idle_seconds: float
    ) -> None:
        self.pool, self.idle_seconds = pool, idle_seconds
        self._ready: deque[tuple[int, bytes]] = deque()
        try:
            self.connection = pika.BlockingConnection(broker.parameters)
            self.channel = self.connection.channel()
            self.channel.basic_qos(prefetch_count=prefetch, global_qos=True)
            for task_type in types:
                declare(self.channel, task_type)
                self.channel.basic_consume(server_queue(task_type), self._received)
        except (AMQPError, OSError) as error:
            raise ConnectionClosed(error) from None

    def __next__(self) -> MessageProxy | None:
        """Return a message, or None after a little while."""
        try:
            if not self._ready:
                self.connection.process_data_events(time_limit=self.idle_seconds)
        except (AMQPError, OSError) as error:
            raise ConnectionClosed(error) from None
        if not self._ready:
            return None
        tag, body = self._ready.popleft()
        return Delivery(Message.decode(body).copy(queue_name=self.pool), self.channel, tag)

    def ack(self, message: MessageProxy) -> None:
        """Forget a message that was worked on."""
        self._end(message, self.channel.basic_ack)

    def nack(self, message: MessageProxy) -> None:
        """Drop a message that could not be worked on: its task is sent again when it is due."""
        self._end(message, partial(self.channel.basic_nack, requeue=False))

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        """The server gives to others what was not acknowledged, once the connection is closed."""

    def close(self) -> None:
        """Close the connection."""
        with contextlib.suppress(AMQPError, OSError):  # it has gone
            if self.connection.is_open:
                self.connection.close()

    def _received(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        self._ready.append((method.delivery_tag, body))

    def _end(self, message: MessageProxy, command: Any) -> None:
        assert isinstance(message, Delivery)
        if message.channel is not self.channel:
            return  # of a connection that broke: the server has given the message to somebody else
        try:
            self.connection.add_callback_threadsafe(partial(command, message.tag))
        except AMQPError as error:
            raise ConnectionClosed(error) from None


def server_queue(task_type: TaskType) -> str:
    """Return the name of a task type's queue on the server."""
    return f"shopreel.{task_type.value}"


def declare(channel: Any, task_type: TaskType) -> None:
    """Make the queue of a task type, if it is not there."""
    channel.queue_declare(server_queue(task_type), durable=True, arguments={"x-max-priority": max(TaskPriority)})
