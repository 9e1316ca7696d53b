"""Telling webhooks of shorts: from the events into deliveries, and from there to the receivers, signed.

Signatures and headers are those of Standard Webhooks (standardwebhooks.com). A message is sent at least once: again,
under the same ``webhook-id``, until a receiver has answered 2xx or all of ``BACKOFF`` is used up.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from operator import itemgetter
from urllib.parse import quote

from app import __version__
from app.config import get_settings
from app.core.telemetry import get_logger
from app.db.batches import Batch, Size, work_off
from app.db.server_clock import server_now
from app.enums import WebhookKind
from app.errors import Cancelled, InvalidInput, ShopReelError, WorkFailed
from app.events.repository import BLOCK, Event, concerns, events_between, standing
from app.fetching import guard
from app.fetching.policy import FetchPolicy, always
from app.fetching.transport import post
from app.http import PREFIX
from app.http.root import rooted
from app.models import iso_seconds
from app.webhooks import repository
from app.webhooks.repository import Delivery, DeliveryStatus, Document

BACKOFF = (5.0, 30.0, 120.0, 600.0, 3600.0, 21_600.0, 86_400.0)
"""Seconds from a try that failed to the next one."""
JITTER = 0.2
"""What part of that is added at most, by chance: receivers that were away are not met by all at one moment."""
SECONDS = 10.0
"""For one try, and for what is sent to one webhook in a row."""
AT_ONCE = 16
MANY = 200
"""Deliveries that are looked at in one round."""
ROUND_SECONDS = 10.0
TEST = "webhook.test"
GONE = 410
USER_AGENT = f"ShopReel/{__version__}"
log = get_logger("webhooks")


def read_events() -> None:
    """Write a delivery for each new event and each webhook that it concerns, for some seconds at most.

    Raises:
        Unavailable: the database does not answer; what was read stays read.
    """
    removed_to, last, incarnation = standing()  # before the webhooks: one that is made meanwhile begins later
    webhooks = repository.working_webhooks()
    if not webhooks:
        return
    first = max(repository.events_read(), min(one["after"] for one in webhooks))
    if first < removed_to:
        log.error("webhooks_missed_events", first=first + 1, last=removed_to, reason="too old, and removed unread")
        first = removed_to
    size = Size(BLOCK)

    def read(place: int) -> Batch[int]:
        end = min(last, place + size.now)
        found = [one for event in events_between(place, end) for one in _deliveries(event, webhooks, incarnation)]
        repository.put_deliveries(found, end)
        return Batch(end - place, end if end < last else None)

    if first < last:
        work_off(read, first, seconds=ROUND_SECONDS, size=size)


def _deliveries(event: Event, webhooks: list[Document], incarnation: str | None) -> Iterator[Document]:
    kind = f"{event.kind}.{event.status}"
    if event.note is not None:  # something else that happened to a short of that status: its scenario was edited
        return
    for webhook in webhooks:
        if kind in webhook["kinds"] and event.seq > webhook["after"] and concerns(event, None, webhook["user_id"]):
            # After a restore numbers are given anew, to other events, whose messages are no repetitions.
            name = "_".join(["msg", webhook["_id"].removeprefix("wh_"), str(event.seq), *filter(None, [incarnation])])
            made = repository.new_delivery(webhook["_id"], name, event.seq, event.user_id, kind, _body(event, kind))
            yield made | {"short_id": event.short_id}


def _body(event: Event, kind: str) -> str:
    whose = f"?user_id={quote(event.id_scope, safe='')}" if event.id_scope else ""
    video = rooted(f"{PREFIX}/shorts/{quote(event.short_id or '', safe='')}/video{whose}")
    data = {
        "short_id": event.short_id,
        "user_id": event.user_id,
        "status": event.status,
        "error": event.error,
        "video_url": video if kind == WebhookKind.COMPLETED else None,
    }
    return json.dumps({"type": kind, "timestamp": iso_seconds(event.at), "data": data}, ensure_ascii=False)


def trial_of(webhook: Document) -> Document:
    """Return a message that tells of nothing, written as one to be sent now; it is tried once."""
    name = f"msg_{webhook['_id'].removeprefix('wh_')}_test_{random.getrandbits(64):016x}"
    body = {"type": TEST, "timestamp": iso_seconds(server_now()), "data": {"webhook_id": webhook["_id"]}}
    return repository.new_delivery(webhook["_id"], name, 0, webhook["user_id"], TEST, json.dumps(body))


def send_due(stop: threading.Event) -> None:
    """Send what is due: several webhooks at once, to each one message after another, in their order.

    A webhook whose receiver fails, or takes long, lets others go first. Raises Unavailable, as ``read_events`` does.
    """
    due: dict[str, list[Document]] = {}
    for one in repository.due_deliveries(MANY):
        due.setdefault(one["webhook_id"], []).append(one)
    if not due:
        return
    webhooks = {one["_id"]: one for one in repository.working_webhooks()}
    for name in due.keys() - webhooks.keys():
        repository.remove_waiting(name)
    end = time.monotonic() + SECONDS
    with ThreadPoolExecutor(AT_ONCE, "webhooks") as pool:
        row = [pool.submit(_send_row, webhooks[name], due[name], end, stop) for name in due.keys() & webhooks.keys()]
    for sent in row:
        sent.result()


def _send_row(webhook: Document, deliveries: list[Document], end: float, stop: threading.Event) -> None:
    def go_on() -> None:
        if stop.is_set():
            raise Cancelled("the process ends")

    for delivery in sorted(deliveries, key=itemgetter("seq")):
        if stop.is_set():
            return
        in_time = time.monotonic() < end
        tried = send(webhook, delivery, go_on) if in_time else None
        if not in_time or (tried is not None and tried.status is not DeliveryStatus.DELIVERED):
            # Until the one that failed is due again, if it was for the first time: what came later comes after it.
            repository.put_off(webhook["_id"], server_now() + timedelta(seconds=BACKOFF[0] * (1 + JITTER)))
            return


def send(webhook: Document, delivery: Document, go_on: Callable[[], None] = always) -> Delivery | None:
    """Try a delivery once, and note what came of it; None: another is at it, or ``go_on`` has ended the try.

    Raises:
        Unavailable: the database does not answer; if it was sent, it is sent again.
    """
    if not repository.claim(delivery):
        return None
    try:
        answer, reason = _post(webhook, delivery, go_on)
    except Cancelled:
        repository.give_back(delivery)
        return None
    if reason is None:
        return repository.settle(delivery, DeliveryStatus.DELIVERED, None, answer, None)
    tries = delivery["attempts"] + 1
    if answer == GONE:
        repository.end_webhook(webhook["_id"])
        log.warning("webhook_ended", webhook=webhook["_id"])
    if answer == GONE or delivery["type"] == TEST or tries > len(BACKOFF):
        return repository.settle(delivery, DeliveryStatus.FAILED, None, answer, reason)
    wait = BACKOFF[tries - 1] * random.uniform(1, 1 + JITTER)
    next_at = server_now() + timedelta(seconds=wait)
    return repository.settle(delivery, DeliveryStatus.WAITING, next_at, answer, reason)


def _post(webhook: Document, delivery: Document, go_on: Callable[[], None]) -> tuple[int | None, str | None]:
    """Send a message; return the status of the answer, if there was one, and why it does not count, if it does not."""
    deadline = time.monotonic() + SECONDS
    policy = receivers_policy(go_on)
    body: str = delivery["body"]
    now = int(server_now().timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "webhook-id": delivery["_id"],
        "webhook-timestamp": str(now),
        "webhook-signature": signature(webhook["secret"], delivery["_id"], now, body),
    }
    try:
        target = guard.check(webhook["url"], policy, deadline)
        status = post(target, policy, body.encode(), headers=headers, deadline=deadline)
    except (InvalidInput, WorkFailed) as error:
        return None, str(error)
    if 200 <= status < 300:
        return status, None
    if status == GONE:
        return status, repository.GONE
    return status, f"the receiver answered {status}" + (": redirects are not followed" if 300 <= status < 400 else "")


def receivers_policy(go_on: Callable[[], None] = always) -> FetchPolicy:
    """Return the policy by which receivers are reached: as what is fetched, guarded."""
    settings = get_settings()
    return FetchPolicy(
        allowed_hosts=settings.fetchable_hosts, proxy=settings.fetch_proxy, connect_seconds=SECONDS / 2, go_on=go_on
    )


def signature(secret: str, name: str, timestamp: int, body: str) -> str:
    """Return the ``webhook-signature`` of a message: version 1 of Standard Webhooks, HMAC-SHA256.

    ``secret``: ``whsec_`` and the key in base64; ``timestamp``: seconds since 1970.
    """
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{name}.{timestamp}.{body}".encode(), hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


class Deliverer:
    """Runs rounds in a thread of its own: no receiver, however slow, holds up who begins them."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Begin a round, unless the one before is not over yet."""
        if self._thread is None or not self._thread.is_alive():
            self._stop = threading.Event()
            self._thread = threading.Thread(target=self._round, name="webhooks", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """End the round, and wait for that; what is being sent is sent again by whoever leads next."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _round(self) -> None:
        try:
            read_events()
            send_due(self._stop)
        except ShopReelError as error:
            log.warning("webhooks_wait", reason=str(error))
        except Exception:
            log.exception("webhooks_broke")
