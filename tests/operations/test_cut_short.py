"""Back-up, restore and migration, killed at each step: it is told, nothing is served, the same command completes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.access import keys
from app.access.keys import create_key, find_by_hash, list_keys, revoke_key, token_hash
from app.blobs import store as media
from app.config import get_settings
from app.db import client as mongo
from app.db import schema
from app.db.whole import unchecked
from app.errors import Conflict, InvalidInput, WrongSchema
from app.events.log import number_events
from app.events.repository import standing
from app.main import create_app
from app.maintenance.backup import UNFINISHED, back_up, migrate, restore
from app.maintenance.forget import forget_user
from app.models import TaskType
from app.processes.lifetime import child_environment
from app.tasks.service import create_task
from tests.operations.test_backup import contents
from tests.polling import wait_for

pytestmark = pytest.mark.usefixtures("ends_tasks")
BEGINNING = """
import os, signal, sys
from pathlib import Path
from app.maintenance import backup as backup_service
from app.maintenance import migrations
from app.db import schema
folder, where = Path(sys.argv[1]), sys.argv[2]
def tell(name, *_):
    if str(name) == where:
        os.kill(os.getpid(), signal.SIGKILL)
"""
BACK_UP = BEGINNING + "backup_service.back_up(folder, tell=tell)"
RESTORE = BEGINNING + "backup_service.restore(folder, replace=True, tell=tell)"
MIGRATE = (
    BEGINNING
    + """
def step(database):
    database["tasks"].update_one({}, {"$set": {"colour": "red"}})
    tell("in the step")
schema.VERSION += 1
migrations.MIGRATIONS = {schema.VERSION: step}
backup_service.migrate(tell)
"""
)


def killed(program: str, folder: Path, where: str) -> None:
    """Run a program until it is killed at ``where``."""
    command = [sys.executable, "-c", program, str(folder), where]
    done = subprocess.run(command, env=child_environment(), capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.fixture(autouse=True)
def own_media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MEDIA_URL", f"file://{tmp_path}/store")
    monkeypatch.setenv("TASK_LEASE_SECONDS", "0.5")
    (tmp_path / "store").mkdir()
    get_settings.cache_clear()
    media.reset()
    yield
    with unchecked() as database:  # if a test failed half way
        database["schema"].replace_one({"_id": "version"}, {"version": schema.VERSION}, upsert=True)
    mongo.close()
    media.reset()


def some_state() -> dict[str, list[Any]]:
    create_task(TaskType.SCENARIO_GENERATION, short_id="a", idempotency_key="k")
    media.put("shorts/a/video.mp4", b"film")
    return contents()


def test_a_restore_that_was_killed_lets_nobody_in_until_it_was_run_again(tmp_path: Path) -> None:
    state = some_state()
    back_up(tmp_path / "kept")
    media.put("shorts/a/video.mp4", b"another film")
    for where in ("what was there before", "media"):
        killed(RESTORE, tmp_path / "kept", where)
        mongo.close()
        with pytest.raises(WrongSchema, match=r"restore of this database has begun .* run it again: shopreel restore"):
            mongo.connect()
    told = subprocess.run(
        [sys.executable, "-m", "app.cli", "serve", "--port", "0"],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env=os.environ,
    )
    assert (told.returncode, len(told.stderr.strip().splitlines())) == (3, 1), told.stderr
    with pytest.raises(WrongSchema, match="shopreel restore"):
        migrate(lambda _: None)
    with pytest.raises(WrongSchema, match="shopreel restore"):
        back_up(tmp_path / "another")
    restore(tmp_path / "kept")  # it goes on with what was begun, and needs no leave to replace it
    assert contents() == state
    assert media.get("shorts/a/video.mp4") == b"film"
    with pytest.raises(Conflict, match="--replace"):
        restore(tmp_path / "kept")


def test_a_back_up_that_was_killed_is_none_and_is_made_anew(tmp_path: Path) -> None:
    state = some_state()
    for where in ("sessions", "media"):
        killed(BACK_UP, tmp_path / "kept", where)
        with pytest.raises(InvalidInput, match="cut short"):
            restore(tmp_path / "kept", replace=True)
    assert contents() == state
    made = back_up(tmp_path / "kept")
    assert (made.collections["tasks"].count, len(made.media)) == (1, 1)
    assert not (tmp_path / "kept" / UNFINISHED).exists()
    restore(tmp_path / "kept", replace=True)
    assert contents() == state


def test_a_migration_that_was_killed_lets_nobody_in_until_it_was_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_task(TaskType.IMAGE_ANALYSIS, short_id="a")
    back_up(tmp_path / "kept")
    version = schema.VERSION
    for where in ("in the step", str(version + 1)):
        killed(MIGRATE, tmp_path, where)
        mongo.close()
        for known in (version, version + 1):  # neither the version of before nor the next one
            monkeypatch.setattr(schema, "VERSION", known)
            with pytest.raises(WrongSchema, match=r"migration .* run it again: shopreel migrate"):
                mongo.connect()
    monkeypatch.undo()
    monkeypatch.setenv("TASK_LEASE_SECONDS", "0.5")
    monkeypatch.setenv("MEDIA_URL", f"file://{tmp_path}/store")
    get_settings.cache_clear()
    with pytest.raises(Conflict, match="--replace"):
        restore(tmp_path / "kept")
    restore(tmp_path / "kept", replace=True)  # the way back from an upgrade that fails
    assert "colour" not in (mongo.collection("tasks").find_one() or {})
    assert mongo.collection("schema").find_one({"_id": "version"}, {"version": 1}) == {
        "_id": "version",
        "version": version,
    }


def test_a_process_that_was_believed_dead_gives_the_database_up() -> None:
    """As one that was paused for so long: it finds out by itself, and is back by itself."""
    with TestClient(create_app(), raise_server_exceptions=False) as api, unchecked() as database:
        assert database["presence"].count_documents({}) == 1
        schema.begin(database, "restore")
        wait_for(lambda: mongo.held() is None, what="that the connection is closed")
        wait_for(lambda: "shopreel restore" in api.get("/health/ready").json()["database"], what="that it is told")
        assert api.get("/health/ready").status_code == 503
        for path in ("/shorts", "/tasks", "/sessions"):
            assert api.get(f"/api/v1{path}").status_code == 503
        assert api.post("/api/v1/content/analyze", json={"text": "x"}).status_code == 503
        assert database["presence"].count_documents({}) == database["tasks"].count_documents({}) == 0
        schema.end(database)
        wait_for(lambda: database["presence"].count_documents({}) == 1, what="its return")
        wait_for(lambda: api.get("/health/ready").status_code == 200, what="that it is ready")


def test_two_who_restore_at_once_do_so_one_after_the_other(tmp_path: Path) -> None:
    state = some_state()
    back_up(tmp_path / "kept")

    def another(name: str, count: int) -> None:
        if name == "sessions":
            with pytest.raises(Conflict, match="stop all"):
                restore(tmp_path / "kept", replace=True)

    restore(tmp_path / "kept", replace=True, tell=another)
    assert contents() == state


def test_a_reader_of_events_from_before_a_restore_is_told(tmp_path: Path) -> None:
    create_task(TaskType.IMAGE_ANALYSIS, short_id="a")
    number_events()
    back_up(tmp_path / "kept")
    for number in range(3):
        create_task(TaskType.IMAGE_ANALYSIS, short_id=f"lost-{number}")
    number_events()
    known = [str(standing()[1])]
    for _ in range(2):  # each restore begins other numbers
        restore(tmp_path / "kept", replace=True)
        mongo.close()
        for number in range(5):
            create_task(TaskType.IMAGE_ANALYSIS, short_id=f"new-{number}")
        with TestClient(create_app()) as api:
            for place in known:
                first = events(api, place)
                assert first[0]["event"] == "reset", place
                assert events(api, first[0]["id"])[0]["event"] == "start"
            every = events(api, "0")
            assert [one["event"] for one in every] == ["start", *["task"] * 6]
            assert [one["id"] for one in events(api, every[2]["id"])[1:]] == [one["id"] for one in every[3:]]
        known.append(every[-1]["id"])


def events(api: TestClient, last: str) -> list[dict[str, str]]:
    answer = api.get("/api/v1/events?wait=0", headers={"Last-Event-ID": last})
    assert answer.status_code == 200, answer.text
    parts = [part for part in answer.text.split("\n\n") if "data:" in part]
    return [dict(line.split(": ", 1) for line in part.splitlines()) for part in parts]


def test_a_key_that_was_revoked_since_the_back_up_stays_so(tmp_path: Path) -> None:
    tokens = {name: create_key(name)[1] for name in ("kept", "revoked", "forgotten", "lost")}
    back_up(tmp_path / "kept")
    revoke_key(next(key.key_id for key in list_keys("revoked")))
    forget_user("forgotten")
    held = restore(tmp_path / "kept", replace=True)
    assert (held.valid_keys, held.doubtful_keys) == (2, 0)
    assert {name for name, token in tokens.items() if find_by_hash(token_hash(token))} == {"kept", "lost"}
    restore(tmp_path / "kept", replace=True)
    assert {name for name, token in tokens.items() if find_by_hash(token_hash(token))} == {"kept", "lost"}
    # Where the database was lost nothing is known, which is told; all may be revoked.
    for name in (keys.COLLECTION, keys.REVOKED):
        mongo.collection(name).drop()
    held = restore(tmp_path / "kept", replace=True)
    assert (held.valid_keys, held.doubtful_keys) == (4, 4)
    held = restore(tmp_path / "kept", replace=True, revoke_keys=True)
    assert (held.valid_keys, held.doubtful_keys) == (0, 0)
    assert all(key.revoked_at for key in list_keys())
