"""Back-up, restore and migration: the same state comes back, and nothing is done to a database that is in use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from app.blobs import store as media
from app.config import get_settings
from app.db import client as mongo
from app.db import schema
from app.db.whole import unchecked
from app.errors import Conflict, InvalidInput, WrongSchema
from app.maintenance import backup as backup_service
from app.maintenance import migrations
from app.maintenance.backup import back_up, migrate, restore
from app.maintenance.scheduler import LEADER, Scheduler
from app.models import TaskType, utc_now
from app.processes.lifetime import child_environment
from app.queue.dispatch import submit_task
from app.sessions.service import session_service
from app.tasks.service import cancel_task, complete_task, create_task, start_task, update_task_progress
from tests.conftest import wipe

pytestmark = pytest.mark.usefixtures("ends_tasks")


def contents() -> dict[str, list[Any]]:
    """All documents but those that say what runs now."""
    database = mongo.connect().database
    names = set(database.list_collection_names()) - {"leases", "presence"}
    found = {name: sorted(database[name].find(), key=lambda one: str(one["_id"])) for name in names}
    for one in [*found.get("counters", []), *found["schema"]]:  # what a restore makes anew
        one.pop("incarnation", None)
        one.pop("at", None)
    found["counters"] = [one for one in found.get("counters", []) if one["last"]]
    return {name: documents for name, documents in found.items() if documents}


@pytest.fixture
def own_media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MEDIA_URL", f"file://{tmp_path}/store")
    (tmp_path / "store").mkdir()
    get_settings.cache_clear()
    media.reset()
    yield
    media.reset()


@pytest.fixture
def some_state(own_media: None) -> dict[str, list[Any]]:
    """Tasks in several states, their sessions, and two files."""
    ended = create_task(TaskType.SCENARIO_GENERATION, short_id="a", user_id="alice")
    assert start_task(ended)
    assert complete_task(ended, {"text": "größer"})
    running = create_task(TaskType.IMAGE_ANALYSIS, short_id="a")
    assert start_task(running)
    assert update_task_progress(running, 10)  # or the lease keeper tells that it has begun, at some later moment
    submit_task(TaskType.CONTENT_ANALYSIS, text="x", short_id="b")
    media.put("shorts/a/video.mp4", b"film")
    media.put("pictures/é 1.jpg", b"picture")
    return contents()


def test_a_restore_gives_the_same_state(some_state: dict[str, list[Any]], tmp_path: Path) -> None:
    made = back_up(tmp_path / "kept")
    assert made.collections["tasks"].count == 3
    sessions = session_service.get_sessions_by_short_id("a")
    for task in some_state["tasks"]:
        cancel_task(task["_id"])
    create_task(TaskType.IMAGE_ANALYSIS, short_id="later")
    media.put("shorts/a/video.mp4", b"another film")
    assert contents() != some_state
    with pytest.raises(Conflict, match="--replace"):
        restore(tmp_path / "kept")
    held = restore(tmp_path / "kept", replace=True)
    assert (held.collections, held.media) == (made.collections, made.media)
    assert contents() == some_state
    assert session_service.get_sessions_by_short_id("a") == sessions
    assert (media.get("shorts/a/video.mp4"), media.get("pictures/é 1.jpg")) == (b"film", b"picture")
    assert mongo.collection("sessions").index_information()["task_id"]["unique"]


def test_a_copy_is_of_one_moment_whatever_runs_meanwhile(
    some_state: dict[str, list[Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump = backup_service._dump

    def busy(database: Database[dict[str, Any]], name: str, *rest: Any) -> backup_service.Part:
        part = dump(database, name, *rest)
        if name == "idempotency":  # the sessions and the tasks are read after it
            create_task(TaskType.IMAGE_ANALYSIS, short_id="meanwhile")
        return part

    monkeypatch.setattr(backup_service, "_dump", busy)
    made = back_up(tmp_path / "kept", with_media=False)
    assert made.collections["tasks"].count == len(some_state["tasks"])
    assert made.collections["sessions"].count == len(some_state["sessions"])
    assert made.media == {}


def damage(kept: Path) -> None:
    (kept / "database" / "tasks.bson").write_bytes(b"torn")


def lose(kept: Path) -> None:
    (kept / "media" / "shorts" / "a" / "video.mp4").unlink()


def point_outside(kept: Path) -> None:
    manifest = json.loads((kept / "manifest.json").read_text())
    manifest["media"] = {"../../else": "0" * 64}
    (kept / "manifest.json").write_text(json.dumps(manifest))


def forget(kept: Path) -> None:
    (kept / "manifest.json").unlink()


@pytest.mark.parametrize("spoil", [damage, lose, point_outside, forget])
def test_a_damaged_back_up_changes_nothing(
    some_state: dict[str, list[Any]], tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    back_up(tmp_path / "kept")
    spoil(tmp_path / "kept")
    with pytest.raises(InvalidInput, match=r"missing|damaged"):
        restore(tmp_path / "kept", replace=True)
    assert contents() == some_state


def test_a_back_up_needs_a_new_folder(tmp_path: Path, own_media: None) -> None:
    back_up(tmp_path / "kept")
    with pytest.raises(InvalidInput, match="new folder"):
        back_up(tmp_path / "kept")


def test_nothing_is_restored_or_migrated_under_a_running_server(
    tmp_path: Path, own_media: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(tmp_path / "kept")
    monkeypatch.setenv("TASK_LEASE_SECONDS", "0.5")
    get_settings.cache_clear()
    scheduler = Scheduler()
    scheduler.start()
    try:
        # Whoever leads, and however long its sweep takes: each process is there by itself.
        wipe("leases")
        with pytest.raises(Conflict, match=rf"process {os.getpid()} of .*; stop all"):
            restore(tmp_path / "kept", replace=True)
        # The next version, of which this process knows nothing.
        program = (
            "from app.maintenance import backup as backup_service; from app.db import schema; schema.VERSION += 1\n"
        )
        program += "backup_service.migrate(print)"
        command = [sys.executable, "-c", program]
        told = subprocess.run(
            command, env=child_environment(), capture_output=True, text=True, timeout=180, check=False
        )
        assert (told.returncode, "stop all" in told.stderr) == (1, True), told.stderr
        assert mongo.collection("schema").find_one({"doing": {"$exists": True}}) is None
    finally:
        scheduler.stop()
    assert mongo.collection("presence").count_documents({}) == 0
    killed = {"_id": "host:1:killed", "said": 3, "seconds": 0.3, "at": utc_now() + timedelta(days=1)}
    mongo.collection("presence").insert_one(killed)
    mongo.collection("leases").insert_one(
        {"_id": LEADER, "owner": "killed", "expires_at": utc_now() + timedelta(days=1)}
    )
    restore(tmp_path / "kept", replace=True)


@pytest.fixture
def version(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Make this process one of another schema version, which it finds out as it connects anew."""

    def become(number: int) -> None:
        monkeypatch.setattr(schema, "VERSION", number)
        mongo.close()

    mongo.connect()
    present = schema.VERSION
    yield become
    with unchecked() as database:
        schema.set_version(database, present)
    mongo.close()


def test_a_migration_brings_what_is_stored_to_the_next_version(
    version: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = create_task(TaskType.IMAGE_ANALYSIS, short_id="a")
    next_one, last = schema.VERSION + 1, schema.VERSION + 2
    version(last)
    with pytest.raises(WrongSchema, match="shopreel migrate"):
        mongo.connect()
    calls: list[int] = []

    def first(database: Database[dict[str, Any]]) -> None:
        calls.append(1)
        database["tasks"].update_one({}, {"$set": {"colour": "red"}})

    def second(database: Database[dict[str, Any]]) -> None:
        calls.append(2)
        if calls.count(2) == 1:
            raise RuntimeError("cut short")

    monkeypatch.setattr(migrations, "MIGRATIONS", {next_one: first, last: second})
    with pytest.raises(RuntimeError):
        migrate(lambda _: None)
    told: list[int] = []
    assert migrate(told.append) == 1  # the first step was done, and is not done again
    assert (calls, told) == ([1, 2, 2], [last])
    assert migrate(told.append) == 0
    found = mongo.collection("tasks").find_one({"_id": task_id})
    assert found is not None
    assert found["colour"] == "red"


def test_an_old_process_refuses_a_newer_database(version: Callable[[int], None], tmp_path: Path) -> None:
    with unchecked() as database:
        schema.set_version(database, schema.VERSION + 1)
    mongo.close()
    with pytest.raises(WrongSchema, match="newer ShopReel"):
        create_task(TaskType.IMAGE_ANALYSIS, short_id="a")
    for command in ("serve", "migrate"):
        told = subprocess.run(
            [sys.executable, "-m", "app.cli", command, *(["--port", "0"] if command == "serve" else [])],
            capture_output=True,
            text=True,
            env=os.environ,
            timeout=180,
            check=False,
        )
        assert told.returncode == 3, (command, told.stderr)
        assert f"schema version {schema.VERSION + 1}" in told.stderr
        assert len(told.stderr.strip().splitlines()) == 1


def test_a_database_without_a_number_is_of_the_first_version(version: Callable[[int], None]) -> None:
    create_task(TaskType.IMAGE_ANALYSIS, short_id="a")
    wipe("schema")
    version(2)
    with pytest.raises(WrongSchema, match="schema version 1"):
        mongo.connect()


def test_a_new_database_is_of_the_present_version(version: Callable[[int], None]) -> None:
    wipe("schema")
    version(2)
    assert mongo.connect().database["schema"].find_one() is not None


def test_the_commands_tell_what_they_did(tmp_path: Path, some_state: dict[str, list[Any]]) -> None:
    def shopreel(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "app.cli", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)

    kept = str(tmp_path / "kept")
    told = shopreel("backup", kept, "--json")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["collections"]["tasks"]["count"] == 3
    told = shopreel("restore", kept, "--replace")
    assert (told.returncode, "2 media files" in told.stderr) == (0, True)
    assert contents().keys() == some_state.keys()
