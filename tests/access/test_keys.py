"""Keys: how they are made, kept, checked and revoked, and what holds while the database is away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from starlette.websockets import WebSocketDisconnect
from typer.testing import CliRunner

from app.access import authentication
from app.access.keys import TOKEN, KeyScope, create_key, list_keys, revoke_key
from app.cli.main import app
from app.config import read_settings
from app.db import client as mongo
from app.errors import InvalidInput, NotFound
from app.models import utc_now
from tests.access.conftest import Keyed, bearer
from tests.conftest import change_all
from tests.polling import wait_for

PATH = "/api/v1/sessions"
JSON = {"Content-Type": "application/json"}


def shopreel(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app.cli", "keys", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=180, env=os.environ, check=False)


@pytest.fixture
def outage(with_settings: Callable[..., None]) -> Iterator[Callable[[], None]]:
    """A function that takes the database away."""

    def begin() -> None:
        with_settings(MONGODB_URI="mongodb://someone:secret@127.0.0.1:9/", MONGODB_SERVER_SELECTION_TIMEOUT="100")
        mongo.close()

    yield begin
    mongo.close()


def test_a_key_is_random_shown_once_and_kept_as_a_hash() -> None:
    made = [create_key("alice", label="laptop") for _ in range(20)]
    assert len({token for _, token in made}) == len({key.key_id for key, _ in made}) == 20
    for key, token in made:
        assert TOKEN.fullmatch(token)
        assert key.key_id not in token
    stored = repr(list(mongo.collection("api_keys").find()))
    assert not [token for _, token in made if token in stored or token.removeprefix("sr_") in stored]
    assert [key.label for key in list_keys("alice")] == ["laptop"] * 20
    assert list_keys("bob") == []


@pytest.mark.parametrize(("user_id", "label"), [("", ""), ("a/b", ""), ("a\nb", ""), ("a", "x" * 101), ("a", "\n")])
def test_a_key_for_what_is_no_user_is_refused(user_id: str, label: str) -> None:
    with pytest.raises(InvalidInput):
        create_key(user_id, label=label)


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic YWxpY2U6", "Bearer sr_", "Bearer sr_" + "a" * 43, "sr_" + "a" * 43, "Bearer \xff"],
)
def test_what_is_no_key_is_a_401(keyed: Keyed, header: str) -> None:
    answer = keyed.app.get(PATH, headers=[(b"Authorization", header.encode("latin-1"))])
    assert (answer.status_code, answer.json()["status"]) == (401, 401)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_the_scheme_is_read_in_any_case(keyed: Keyed) -> None:
    token = keyed.alice["Authorization"].removeprefix("Bearer ")
    assert keyed.app.get(PATH, headers={"authorization": f"bearer  {token}"}).status_code == 200
    assert keyed.app.get(f"{PATH}?key={token}").status_code == 401


def test_a_websocket_needs_a_key_too(keyed: Keyed) -> None:
    with pytest.raises(WebSocketDisconnect) as refused, keyed.app.websocket_connect("/live"):
        pass
    assert refused.value.code == 1008


def test_a_body_without_a_key_is_not_read(keyed: Keyed) -> None:
    answer = keyed.app.post("/api/v1/scrape", content=(b"x" * 1_000_000 for _ in range(70)), headers=JSON)
    assert answer.status_code == 401


def test_a_revoked_key_stops_within_the_time_that_is_promised(
    keyed: Keyed, monkeypatch: pytest.MonkeyPatch, round_trips: list[str]
) -> None:
    assert keyed.app.get(PATH, headers=keyed.alice).status_code == 200
    (alice,) = list_keys("alice")
    revoke_key(alice.key_id)
    assert keyed.app.get(PATH, headers=keyed.alice).status_code == 200  # not looked up again yet
    monkeypatch.setattr(authentication, "TRUSTED_SECONDS", 0.2)
    wait_for(lambda: keyed.app.get(PATH, headers=keyed.alice).status_code == 401, 2, "the end of the key")
    assert keyed.app.get(PATH, headers=keyed.bob).status_code == 200
    assert revoke_key(alice.key_id).revoked_at is not None
    with pytest.raises(NotFound):
        revoke_key("absent")
    assert authentication.TRUSTED_SECONDS <= 5


def test_a_keys_use_is_noted_now_and_then(keyed: Keyed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authentication, "TRUSTED_SECONDS", 0)
    assert list_keys("alice")[0].last_used_at is None
    keyed.app.get(PATH, headers=keyed.alice)
    first = list_keys("alice")[0].last_used_at
    keyed.app.get(PATH, headers=keyed.alice)
    assert list_keys("alice")[0].last_used_at == first
    assert first is not None
    long_ago = utc_now() - timedelta(minutes=6)
    change_all("api_keys", {}, {"$set": {"last_used_at": long_ago}})
    keyed.app.get(PATH, headers=keyed.alice)
    last = list_keys("alice")[0].last_used_at
    assert last is not None and last > long_ago


def test_with_the_database_away_nobody_new_is_let_in(
    keyed: Keyed, outage: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keyed.app.get(PATH, headers=keyed.alice).status_code == 200
    outage()
    monkeypatch.setattr(authentication, "TRUSTED_SECONDS", 0)
    unknown = keyed.app.get("/api/v1/tasks", headers=keyed.bob)
    assert (unknown.status_code, unknown.headers["retry-after"]) == (503, "5")
    assert "secret" not in unknown.text
    assert keyed.app.get("/api/v1/tasks").status_code == 401  # no key at all: nothing has to be looked up
    # Alice's key was good a moment ago: she gets as far as the outage itself.
    assert keyed.app.get("/api/v1/scheduler/status", headers=keyed.alice).status_code == 403
    monkeypatch.setattr(authentication, "OUTAGE_SECONDS", 0)
    assert keyed.app.get("/api/v1/scheduler/status", headers=keyed.alice).status_code == 503
    assert keyed.app.get("/health/live", headers=keyed.bob).status_code == 200


def test_keys_on_the_command_line() -> None:
    def keys(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["keys", *arguments])
        assert done.exit_code == 0
        return done.stdout

    made = json.loads(keys("create", "carol", "--label", "batch job", "--json"))
    assert (made["user_id"], made["scope"], made["label"]) == ("carol", "user", "batch job")
    admin = keys("create", "root", "--admin")
    assert TOKEN.fullmatch(admin.strip())
    listed = keys("list", "--json")
    assert [(key["user_id"], key["scope"]) for key in json.loads(listed)] == [("carol", "user"), ("root", "admin")]
    assert made["token"] not in listed + keys("list")
    assert json.loads(keys("list", "carol", "--json"))[0]["key_id"] == made["key_id"]
    assert json.loads(keys("revoke", made["key_id"], "--json"))["revoked_at"] is not None
    for wrong in (["revoke", "absent"], ["create", "a/b"]):
        told = shopreel(*wrong)
        assert (told.returncode, len(told.stderr.strip().splitlines())) == (2, 1)


def test_where_no_keys_are_required_none_is_looked_at(with_settings: Callable[..., None], keyed: Keyed) -> None:
    with_settings(API_KEYS_REQUIRED="false")
    assert keyed.app.get(PATH).status_code == 200
    assert keyed.app.get(PATH, headers={"Authorization": "Bearer nonsense"}).status_code == 200


@pytest.mark.parametrize("value", ["maybe", "2"])
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("API_KEYS_REQUIRED", value)
    monkeypatch.setenv("LIMIT_TASKS_PER_MINUTE", "-1")
    settings, wrong = read_settings()  # anew: the threads of the service that runs have read theirs
    assert settings is None
    assert [line.partition(": ")[0] for line in wrong] == ["API_KEYS_REQUIRED", "LIMIT_TASKS_PER_MINUTE"]


def test_an_admins_key_is_an_admins(keyed: Keyed) -> None:
    assert keyed.app.get("/metrics", headers=bearer("someone", KeyScope.ADMIN)).status_code == 200
