"""Webhooks over HTTP and on the command line: whose they are, and what is told of them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.access.caller import EVERYONE
from app.cli.main import app as commands
from app.db import client as mongo
from app.enums import WebhookKind
from app.errors import WorkFailed
from app.maintenance.forget import forget_user
from app.shorts.repository import ShortStatus
from app.webhooks import repository, use_cases
from app.webhooks.repository import DeliveryStatus, add_webhook
from tests.access.conftest import Keyed, keyed, keyed_app
from tests.api.conftest import api
from tests.polling import wait_for
from tests.webhooks.conftest import Receiver, end, one_round, stands

__all__ = ["api", "keyed", "keyed_app"]
WEBHOOKS = "/api/v1/webhooks"
PUBLIC = "https://203.0.114.7/hooks"
DOCUMENT = Path(__file__).parents[2] / "docs" / "webhooks.md"
EXAMPLE = re.compile(r"^```python\n(.*?)^```", re.M | re.S)


def test_a_secret_is_shown_once_and_never_again(
    api: TestClient, receiver: Receiver, capfd: pytest.CaptureFixture[str]
) -> None:
    made = api.post(WEBHOOKS, json={"url": receiver.url})
    assert made.status_code == 201, made.text
    secret, name = made.json()["secret"], made.json()["webhook_id"]
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{32,}=*", secret)
    assert made.json()["kinds"] == [kind.value for kind in WebhookKind]
    end("a")
    one_round()
    told = [
        api.get(WEBHOOKS),
        api.get(f"{WEBHOOKS}/{name}/deliveries"),
        api.post(f"{WEBHOOKS}/{name}/test"),
        api.delete(f"{WEBHOOKS}/{name}"),
    ]
    assert [answer.status_code for answer in told] == [200] * 4
    [listed] = told[0].json()["webhooks"]
    assert listed["webhook_id"] == name and listed["url"] == receiver.url
    [delivered] = told[1].json()["deliveries"]
    assert (delivered["status"], delivered["type"], delivered["answer_status"]) == ("delivered", "short.completed", 204)
    shown = capfd.readouterr()
    for text in (*(answer.text for answer in told), shown.out, shown.err):
        assert secret not in text and secret.removeprefix("whsec_") not in text


def test_a_test_goes_the_way_of_all_messages_and_is_tried_once(api: TestClient, receiver: Receiver) -> None:
    made = api.post(WEBHOOKS, json={"url": receiver.url}).json()
    url = f"{WEBHOOKS}/{made['webhook_id']}"
    sent = api.post(f"{url}/test").json()
    assert (sent["type"], sent["status"], sent["attempts"]) == ("webhook.test", "delivered", 1)
    [message] = receiver.messages
    assert message.said["type"] == "webhook.test"
    assert message.headers["webhook-id"] == sent["delivery_id"]
    receiver.status = 503
    failed = api.post(f"{url}/test").json()
    assert (failed["status"], failed["answer_status"], failed["next_at"]) == ("failed", 503, None)
    assert failed["reason"] == "the receiver answered 503"
    one_round()
    assert len(receiver.messages) == 2
    receiver.status = 410
    assert api.post(f"{url}/test").json()["status"] == "failed"
    again = api.post(f"{url}/test")
    assert again.status_code == 409 and "410 Gone" in again.json()["detail"]


def test_what_is_wrong_is_refused_in_words(api: TestClient) -> None:
    for body, field in (
        ({}, "url"),
        ({"url": "ftp://203.0.114.7/"}, "only http and https"),
        ({"url": "http://127.0.0.1:9090/hooks"}, "a loopback address"),
        ({"url": "http://169.254.169.254/"}, "a link-local address"),
        ({"url": "http://user:word@203.0.114.7/"}, "user name or password"),
        ({"url": PUBLIC, "kinds": []}, "kinds"),
        ({"url": PUBLIC, "kinds": ["short.started"]}, "kinds"),
        ({"url": PUBLIC, "events": ["short.failed"]}, "events"),
    ):
        answer = api.post(WEBHOOKS, json=body)
        assert answer.status_code == 422, body
        assert field in answer.text, answer.text
    for method, path in (("DELETE", ""), ("GET", "/deliveries"), ("POST", "/test")):
        answer = api.request(method, f"{WEBHOOKS}/wh_absent{path}")
        assert (answer.status_code, answer.json()["detail"]) == (404, "there is no webhook wh_absent")
    assert api.get(WEBHOOKS).json() == {"webhooks": []}


def test_a_user_has_so_many_and_no_more(api: TestClient) -> None:
    made = [api.post(WEBHOOKS, json={"url": PUBLIC, "user_id": "alice"}).json() for _ in range(repository.MAX_WEBHOOKS)]
    refused = api.post(WEBHOOKS, json={"url": PUBLIC, "user_id": "alice"})
    assert refused.status_code == 409 and "20 webhooks" in refused.json()["detail"]
    assert api.post(WEBHOOKS, json={"url": PUBLIC, "user_id": "bob"}).status_code == 201
    assert api.delete(f"{WEBHOOKS}/{made[0]['webhook_id']}").json()["webhook_id"] == made[0]["webhook_id"]
    assert api.post(WEBHOOKS, json={"url": PUBLIC, "user_id": "alice"}).status_code == 201


def test_a_keys_user_has_webhooks_of_that_users_shorts_alone(keyed: Keyed) -> None:
    def names(key: dict[str, str], query: str = "") -> list[str]:
        found = keyed.app.get(f"{WEBHOOKS}{query}", headers=key).json()["webhooks"]
        return [one["user_id"] for one in found]

    for key in (keyed.alice, keyed.bob, keyed.admin):
        made = keyed.app.post(WEBHOOKS, json={"url": PUBLIC}, headers=key)
        assert made.status_code == 201
    refused = keyed.app.post(WEBHOOKS, json={"url": PUBLIC, "user_id": "bob"}, headers=keyed.alice)
    assert refused.status_code == 403
    assert keyed.app.post(WEBHOOKS, json={"url": PUBLIC, "user_id": "bob"}, headers=keyed.admin).status_code == 201
    assert names(keyed.alice) == ["alice"]
    assert names(keyed.alice, "?user_id=bob") == []
    assert names(keyed.bob) == ["bob", "bob"]
    assert names(keyed.admin) == ["alice", "bob", "root", "bob"]
    assert names(keyed.admin, "?user_id=alice") == ["alice"]


def test_a_forgotten_user_is_in_no_webhook_and_no_message(receiver: Receiver) -> None:
    everyones, alices, bobs = (add_webhook(user, receiver.url, list(WebhookKind)) for user in (None, "alice", "bob"))
    end("a", user_id="alice")
    end("b", ShortStatus.FAILED, user_id="bob")
    one_round()
    assert len(stands(everyones.webhook_id)) == 2
    removed = forget_user("alice")
    assert (removed["webhooks"], removed["webhook_deliveries"]) == (1, 2)
    for name in ("webhooks", "webhook_deliveries"):
        assert "alice" not in str(list(mongo.collection(name).find()))
    assert [one.short_id for one in stands(everyones.webhook_id)] == ["b"]
    assert [one.short_id for one in stands(bobs.webhook_id)] == ["b"]
    assert stands(alices.webhook_id) == []


def test_a_webhook_that_is_removed_takes_its_messages_along(receiver: Receiver) -> None:
    first, second = (use_cases.add(EVERYONE, receiver.url, list(WebhookKind)) for _ in range(2))
    end("a")
    one_round()
    use_cases.remove(EVERYONE, first.webhook_id)
    assert stands(first.webhook_id) == [] and len(stands(second.webhook_id)) == 1


def test_the_command_line_makes_lists_tries_and_removes(receiver: Receiver) -> None:
    run = CliRunner()
    added = run.invoke(commands, ["webhooks", "add", receiver.url, "--kind", "short.failed", "--user", "alice"])
    assert added.exit_code == 0 and added.stdout.startswith("whsec_")
    [made] = use_cases.find(EVERYONE)
    assert (made.user_id, made.kinds) == ("alice", [WebhookKind.FAILED])
    listed = run.invoke(commands, ["webhooks", "list", "--json"])
    assert made.webhook_id in listed.stdout and "whsec_" not in listed.stdout
    assert "204" in run.invoke(commands, ["webhooks", "test", made.webhook_id]).stderr
    receiver.status = 500
    failed = run.invoke(commands, ["webhooks", "test", made.webhook_id])
    assert isinstance(failed.exception, WorkFailed) and str(failed.exception) == "the receiver answered 500"
    assert run.invoke(commands, ["webhooks", "remove", made.webhook_id]).exit_code == 0
    assert "No webhooks." in run.invoke(commands, ["webhooks", "list"]).stdout


def test_the_receiver_of_the_documents_takes_what_is_signed_and_nothing_else(port: int, tmp_path: Path) -> None:
    made = add_webhook("alice", f"http://127.0.0.1:{port}/hooks", list(WebhookKind))
    [example] = EXAMPLE.findall(DOCUMENT.read_text("utf-8"))
    script = tmp_path / "receiver.py"
    script.write_text(example.replace("9000", str(port)), "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-u", script], env=os.environ | {"WEBHOOK_SECRET": made.secret}, stdout=subprocess.PIPE
    )
    try:

        def sent() -> repository.Delivery | None:
            tried = use_cases.send_test(EVERYONE, made.webhook_id)
            return tried if tried.status is DeliveryStatus.DELIVERED else None

        wait_for(sent, what="the receiver")
        end("cup")
        one_round()
        [cup] = [one for one in stands(made.webhook_id) if one.short_id == "cup"]
        assert cup.status is DeliveryStatus.DELIVERED
        forged = {"webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
        for headers in ({}, forged):
            answer = httpx2.post(made.url, content=b'{"type": "short.completed"}', headers=headers)
            assert answer.status_code == 400
    finally:
        process.terminate()
        told = process.communicate(timeout=30)[0].decode()
    assert "Short cup is completed: /api/v1/shorts/cup/video" in told
