"""Each message arrives, signed and in its order, though the receiver, the process or the network fails in between."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from structlog.testing import capture_logs

from app.config import get_settings
from app.db import client as mongo
from app.enums import WebhookKind
from app.events.log import number_events
from app.events.repository import bounds, note_short
from app.maintenance.scheduler import Scheduler
from app.models import short_key
from app.shorts.repository import ShortStatus
from app.shorts.writes import end_short
from app.webhooks import delivery, repository
from app.webhooks.delivery import Deliverer, signature
from app.webhooks.repository import DeliveryStatus, add_webhook
from tests import staging
from tests.conftest import wipe
from tests.polling import wait_for
from tests.webhooks.conftest import Message, Receiver, end, one_round, stands, stored_deliveries

ALL = list(WebhookKind)
KILLED_WHILE_SENDING = """
import os, signal, threading
from app.shorts.writes import end_short
from app.webhooks import delivery, repository

repository.CLAIM_SECONDS = 0.0
delivery.post = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
delivery.read_events()
delivery.send_due(threading.Event())
"""


@pytest.fixture(autouse=True)
def short_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again soon, and often."""
    monkeypatch.setattr(delivery, "BACKOFF", (0.1,) * 100)


def check_signature(message: Message, secret: str) -> None:
    """Verify a message as Standard Webhooks says, with nothing of the code that signed it."""
    headers = message.headers
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 300
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{message.body}".encode()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert len(key) >= 24
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_signatures_are_those_of_standard_webhooks() -> None:
    """The example of its own libraries."""
    signed = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        '{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_that_was_down_gets_each_message_once_in_order_and_signed(
    port: int, receive: Callable[[], Receiver]
) -> None:
    made = add_webhook(None, f"http://127.0.0.1:{port}/hooks", ALL)
    end("a")
    end("b", ShortStatus.FAILED)
    end("c", ShortStatus.WAITING)
    scheduler = Scheduler()
    scheduler.start()
    try:
        wait_for(lambda: [one for one in stands(made.webhook_id) if one.attempts > 1], what="a second try")
        assert {one.status for one in stands(made.webhook_id)} == {DeliveryStatus.WAITING}
        receiver = receive()
        wait_for(
            lambda: {one.status for one in stands(made.webhook_id)} == {DeliveryStatus.DELIVERED},
            what="the delivery of all",
        )
    finally:
        scheduler.stop()
    assert receiver.shorts == ["a", "b", "c"]
    assert [message.headers["webhook-id"] for message in receiver.messages] == [
        one.delivery_id for one in stands(made.webhook_id)
    ]
    for message in receiver.messages:
        check_signature(message, made.secret)
    completed, failed, waiting = (message.said for message in receiver.messages)
    assert completed["type"] == "short.completed"
    assert completed["data"] == {
        "short_id": "a",
        "user_id": "alice",
        "status": "completed",
        "error": None,
        "video_url": "/api/v1/shorts/a/video",
    }
    assert (failed["type"], failed["data"]["error"]) == ("short.failed", "the page shows no product")
    assert (waiting["type"], waiting["data"]["video_url"]) == ("short.waiting", None)


def test_a_process_that_is_killed_while_it_sends_loses_nothing(receiver: Receiver) -> None:
    made = add_webhook(None, receiver.url, ALL)
    end("a")
    number_events()
    done = subprocess.run([sys.executable, "-c", KILLED_WHILE_SENDING], env=os.environ, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL
    assert receiver.messages == []
    [left] = stands(made.webhook_id)
    assert (left.status, left.attempts) == (DeliveryStatus.WAITING, 1)
    one_round()
    one_round()
    [now] = stands(made.webhook_id)
    assert (now.delivery_id, now.status, now.attempts) == (left.delivery_id, DeliveryStatus.DELIVERED, 2)
    assert receiver.shorts == ["a"]


def test_what_is_claimed_is_sent_by_nobody_else(receiver: Receiver) -> None:
    add_webhook(None, receiver.url, ALL)
    end("a")
    number_events()
    delivery.read_events()
    [message] = repository.due_deliveries(10)
    assert repository.claim(message) and not repository.claim(message)
    one_round()
    assert receiver.messages == []
    repository.give_back(message)
    one_round()
    assert receiver.shorts == ["a"]


def test_several_processes_that_read_and_send_at_once_tell_of_each_short_once(receiver: Receiver) -> None:
    made = add_webhook(None, receiver.url, ALL)
    for number in range(12):
        end(f"s{number}")
    number_events()
    with ThreadPoolExecutor(4) as pool:
        for round_ in [pool.submit(one_round) for _ in range(4)]:
            round_.result()
    one_round()
    assert sorted(receiver.shorts) == sorted(f"s{number}" for number in range(12))
    assert {one.attempts for one in stands(made.webhook_id)} == {1}


def test_a_receiver_that_hangs_holds_up_no_other_and_no_end_of_the_process(receiver: Receiver) -> None:
    hanging, other = (add_webhook(None, receiver.url, ALL) for _ in range(2))
    receiver.open.clear()
    deliverer = Deliverer()
    end("a")
    number_events()
    try:
        deliverer.begin()  # comes back at once
        wait_for(lambda: len(receiver.messages) == 2, what="both messages, though neither is answered")
        deliverer.begin()  # the round before is not over
        assert len(receiver.messages) == 2
    finally:
        deliverer.end()
        receiver.open.set()
    for made in (hanging, other):
        [one] = stands(made.webhook_id)
        assert (one.status, one.attempts) == (DeliveryStatus.WAITING, 0)


def test_a_receiver_that_takes_its_time_lets_others_go_first(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_webhook(None, receiver.url, ALL)
    for name in "ab":
        end(name)
    number_events()
    delivery.read_events()
    due = [one["next_at"] for one in repository.due_deliveries(10)]
    monkeypatch.setattr(delivery, "SECONDS", 0.0)
    delivery.send_due(threading.Event())
    assert receiver.messages == []
    assert all(one["next_at"] > before for one, before in zip(stored_deliveries(), due, strict=True))


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    made = add_webhook(None, receiver.url, ALL)
    receiver.status = 307
    end("a")
    one_round()
    [one] = stands(made.webhook_id)
    assert (one.status, one.answer_status) == (DeliveryStatus.WAITING, 307)
    assert one.reason == "the receiver answered 307: redirects are not followed"
    assert len(receiver.messages) == 1


def test_an_address_that_is_private_now_is_not_reached(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    made = add_webhook(None, receiver.url, ALL)
    monkeypatch.setenv("FETCH_ALLOWED_HOSTS", "")
    get_settings.cache_clear()
    end("a")
    one_round()
    [one] = stands(made.webhook_id)
    assert (one.status, one.answer_status) == (DeliveryStatus.WAITING, None)
    assert one.reason is not None and "a loopback address" in one.reason
    assert receiver.messages == []


def test_a_receiver_that_is_gone_ends_its_webhook(receiver: Receiver) -> None:
    made = add_webhook(None, receiver.url, ALL)
    receiver.status = 410
    end("a")
    end("b")
    one_round()
    end("c")
    one_round()
    assert len(receiver.messages) == 1
    assert [(one.status, one.reason) for one in stands(made.webhook_id)] == [
        (DeliveryStatus.FAILED, repository.GONE)
    ] * 2
    assert repository.list_webhooks(None)[0].ended_at is not None


def test_after_the_last_try_a_delivery_has_failed(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "BACKOFF", (0.0, 0.0))
    made = add_webhook(None, receiver.url, ALL)
    receiver.status = 500
    end("a")
    for _ in range(5):
        one_round()
    [one] = stands(made.webhook_id)
    assert (one.status, one.attempts, one.next_at) == (DeliveryStatus.FAILED, 3, None)
    assert one.reason == "the receiver answered 500"
    assert {message.headers["webhook-id"] for message in receiver.messages} == {one.delivery_id}


def test_a_webhook_tells_of_its_users_shorts_and_its_kinds_alone(receiver: Receiver) -> None:
    everyones = add_webhook(None, receiver.url, [WebhookKind.COMPLETED])
    end("before", user_id="bob")
    number_events()  # and not read yet
    bobs = add_webhook("bob", receiver.url, [WebhookKind.COMPLETED])
    end("alices")
    end("bobs", user_id="bob")
    end("failed", ShortStatus.FAILED, user_id="bob")
    end("cancelled", ShortStatus.CANCELLED, user_id="bob")
    one_round()
    assert [one.short_id for one in stands(bobs.webhook_id)] == ["bobs"]
    assert [one.short_id for one in stands(everyones.webhook_id)] == ["before", "alices", "bobs"]


def test_an_edit_of_a_scenario_that_waits_is_not_told_as_another_wait(receiver: Receiver) -> None:
    made = add_webhook(None, receiver.url, ALL)
    end("a", ShortStatus.WAITING)
    edited = note_short(short_key("a", None), ShortStatus.WAITING.value, note="scenario edited")
    mongo.write_together([edited])
    one_round()
    assert receiver.shorts == ["a"] and len(stands(made.webhook_id)) == 1


def test_a_shorts_video_is_named_so_that_it_can_be_asked_for(receiver: Receiver) -> None:
    add_webhook(None, receiver.url, ALL)
    key = short_key("summer sale?", "al&ice")
    staging.ensure_short(key, "al&ice")
    end_short(key, ShortStatus.COMPLETED)
    one_round()
    [message] = receiver.messages
    assert message.said["data"]["video_url"] == "/api/v1/shorts/summer%20sale%3F/video?user_id=al%26ice"


def test_who_fell_behind_what_is_kept_goes_on_from_there_and_says_so(
    receiver: Receiver,
) -> None:
    add_webhook(None, receiver.url, ALL)
    end("old")
    number_events()
    _, last = bounds()
    mongo.collection("counters").update_one({"_id": "events"}, {"$set": {"removed_to": last}})
    mongo.collection("event_buckets").delete_one({"last": last})
    end("new")
    with capture_logs() as told:
        one_round()
    assert receiver.shorts == ["new"]
    assert [(one["event"], one["first"], one["last"]) for one in told] == [("webhooks_missed_events", 1, last)]


def test_numbers_that_are_given_anew_after_a_restore_are_other_messages(receiver: Receiver) -> None:
    add_webhook(None, receiver.url, ALL)
    counters = mongo.collection("counters")
    end("a")
    one_round()
    # As a restore of a back-up from before that short leaves it.
    wipe("event_buckets")
    counters.update_one({"_id": "events"}, {"$set": {"last": 0, "incarnation": "5f0c91ab"}})
    counters.update_one({"_id": repository.COUNTER}, {"$set": {"last": 0}})
    end("b", ShortStatus.FAILED)
    one_round()
    first, second = (message.headers["webhook-id"] for message in receiver.messages)
    assert receiver.shorts == ["a", "b"] and first != second


def test_nothing_is_written_for_nobody() -> None:
    end("a")
    one_round()
    assert mongo.collection("counters").find_one({"_id": repository.COUNTER}) is None
    assert stored_deliveries() == []


def test_what_was_written_for_a_webhook_while_that_was_removed_goes(receiver: Receiver) -> None:
    made = add_webhook(None, receiver.url, ALL)
    end("a")
    number_events()
    delivery.read_events()
    mongo.collection("webhooks").delete_one({"_id": made.webhook_id})
    one_round()
    assert (receiver.messages, stored_deliveries()) == ([], [])
