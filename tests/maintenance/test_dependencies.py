"""Readiness: a part is ready when it does what tasks need of it, not when it answers."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pymongo
import pytest
from fastapi.testclient import TestClient
from moto.server import ThreadedMotoServer

from app.blobs import store as media
from app.cli.serve import prepare
from app.config import get_settings
from app.db import client as mongo
from app.db.indexes import PROBES, Document
from app.errors import DependencyRefuses, NotFound, Unavailable
from app.main import app
from app.maintenance import dependencies
from app.models import TaskType, utc_now
from app.queue import broker
from app.queue.dispatch import submit_task
from app.queue.redis import NAMESPACE
from tests.polling import wait_for
from tests.ports import free_port
from tests.servers import OwnServer

PASSWORD = "pass-of-the-part"
Uses = Callable[..., None]


@pytest.fixture
def uses(monkeypatch: pytest.MonkeyPatch) -> Iterator[Uses]:
    """Let the process use other settings; nothing of them stays."""

    def use(**environment: str) -> None:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        _forget()

    yield use
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    mongo.close()
    broker.close()
    media.reset()
    get_settings.cache_clear()


@pytest.fixture
def broker_user(uses: Uses) -> Iterator[Callable[..., None]]:
    """Use the run's broker as a user with such rights."""
    url, admin = broker.redis_url(), broker.client()

    def use(*rights: str) -> None:
        admin.execute_command("ACL", "SETUSER", "limited", "on", f">{PASSWORD}", "&*", *rights)
        uses(REDIS_URL=url.replace("://", f"://limited:{PASSWORD}@"))

    yield use
    uses(REDIS_URL="")
    broker.client().execute_command("ACL", "DELUSER", "limited")


@pytest.fixture(scope="module")
def locked_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database that asks for a password, made ready by a user who may do all; yields ``host:port``."""
    folder, port = tmp_path_factory.mktemp("locked"), free_port()
    (folder / "empty.toml").touch()
    command = [str(Path(sys.executable).with_name("secantusd-py")), "--config", str(folder / "empty.toml")]
    command += ["--port", str(port), "--storage-path", str(folder / "data"), "--log-level", "WARNING"]
    with _running(command, port), pymongo.MongoClient[Document](port=port) as client:
        for user, role in (("all", "root"), ("reader", "readAnyDatabase")):
            client.admin.command("createUser", user, pwd=PASSWORD, roles=[role])
    with _running([*command, "--auth"], port):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MONGODB_URI", f"mongodb://all:{PASSWORD}@127.0.0.1:{port}/?authSource=admin")
            _forget()
            mongo.connect()
            dependencies.probe_database()
        _forget()
        yield f"127.0.0.1:{port}"


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:

        def listens() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        wait_for(listens, 30, "the server")
        try:
            yield
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def object_store() -> Iterator[str]:
    """An S3 server without a bucket."""
    server = ThreadedMotoServer("127.0.0.1", free_port(), verbose=False)
    server.start()
    yield f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    server.stop()


def ready() -> tuple[int, dict[str, str]]:
    """Ask as a probe does, in a process that has just started."""
    with TestClient(app) as api:
        answer = api.get("/health/ready")
    return answer.status_code, answer.json()


def test_a_round_costs_little_and_leaves_nothing(round_trips: list[str]) -> None:
    dependencies.probe_database()
    assert len(round_trips) == 6 if mongo.connect().bulk_write else 9, round_trips
    assert mongo.collection(PROBES).count_documents({}) == 0
    broker.probe()
    calls = int(broker.client().info("stats")["total_commands_processed"])
    broker.probe()
    # Those within scripts count too, and so do the two questions.
    assert int(broker.client().info("stats")["total_commands_processed"]) - calls < 30
    assert broker.client().keys(f"{NAMESPACE}:probes*") == []
    media.probe()
    assert not [key for key in media.all_keys() if "probe" in key]


def test_what_a_killed_process_left_is_taken_by_the_next(uses: Uses) -> None:
    uses()
    broker._process().broker.do_enqueue("probes", "left", b"left")  # type: ignore[attr-defined]  # of Redis's broker alone
    mongo.collection(PROBES).insert_one({"_id": "left", "at": utc_now() - 2 * dependencies.LEFT_BEHIND})
    broker.probe()
    dependencies.probe_database()
    assert broker.client().keys(f"{NAMESPACE}:probes*") == []
    assert mongo.collection(PROBES).count_documents({}) == 0
    media.put("probes/now", b"x")
    assert "probes/now" not in set(media.all_keys()), "another process's is in no copy"
    media.delete(["probes/now"])


@pytest.mark.parametrize(
    ("rights", "also"),
    [(("~*", "+@all", "-@scripting"), ""), (("~other*", "+@all"), ""), (("~shopreel:*", "+@all"), "300")],
    ids=["no scripts", "other keys", "no keys of limits"],
)
def test_a_broker_user_without_the_rights_is_not_ready(
    rights: tuple[str, ...], also: str, broker_user: Callable[..., None], uses: Uses, ends_tasks: None
) -> None:
    broker_user(*rights)
    uses(LIMIT_TASKS_PER_MINUTE=also)
    assert broker.client().ping(), "it does answer"
    status, told = ready()
    assert (status, told["status"], told["database"]) == (503, "degraded", "ok")
    assert "too few rights" in told["broker"]
    assert PASSWORD not in str(told)
    with pytest.raises(DependencyRefuses, match="rights"):
        prepare()


def test_a_task_is_accepted_though_the_client_of_the_broker_cannot_be_made(
    uses: Uses, monkeypatch: pytest.MonkeyPatch, ends_tasks: None
) -> None:
    monkeypatch.setattr(broker, "redis_url", lambda: "redis://127.0.0.1:9/0?no_such_option=1")
    broker.close()
    with TestClient(app) as api:
        answer = api.post("/api/v1/shorts", json={"html": "<p>A cup for 5 EUR</p>", "url": "https://shop.example/x"})
    assert answer.status_code == 202, answer.text
    assert submit_task(TaskType.CONTENT_ANALYSIS, text="A cup.")
    with pytest.raises(DependencyRefuses, match="client cannot be made"):
        broker.probe()
    broker.close()


def test_a_database_user_who_may_only_read_is_not_ready(locked_database: str, uses: Uses) -> None:
    uses(MONGODB_URI=f"mongodb://reader:{PASSWORD}@{locked_database}/?authSource=admin")
    mongo.connect()  # answers, and has all that is looked at
    status, told = ready()
    assert (status, told["status"]) == (503, "unable"), "what it refuses is not kept on the disk either"
    assert "readWrite on " + get_settings().mongodb_database in told["database"]
    with pytest.raises(DependencyRefuses, match="readWrite"):
        prepare()


@pytest.mark.parametrize("user", ["all:wrong-password@", "nobody:wrong-password@"])
def test_a_wrong_password_is_called_one(user: str, locked_database: str, uses: Uses) -> None:
    uses(MONGODB_URI=f"mongodb://{user}{locked_database}/?authSource=admin")
    with pytest.raises(DependencyRefuses, match="does not accept the user name or password of MONGODB_URI") as caught:
        prepare()
    assert "wrong-password" not in str(caught.value)


def test_a_wrong_password_of_the_broker_is_called_one(broker_user: Callable[..., None], uses: Uses) -> None:
    broker_user("~*", "+@all")
    uses(REDIS_URL=get_settings().redis_url.replace(PASSWORD, "wrong-password"))  # type: ignore[union-attr]  # it is set here
    with pytest.raises(DependencyRefuses, match="does not accept the user name or password of REDIS_URL"):
        broker.probe()
    uses(REDIS_URL=broker.redis_url().replace("?db=0", "?db=999"))
    with pytest.raises(DependencyRefuses):
        broker.probe()


def test_a_bucket_that_is_not_there_is_not_ready(object_store: str, uses: Uses) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": PASSWORD, "AWS_ENDPOINT_URL": object_store}
    uses(MEDIA_URL="s3://absent-bucket/prefix", **keys)
    status, told = ready()
    assert (status, told["status"]) == (503, "degraded")
    assert "there is no bucket" in told["media"]
    assert PASSWORD not in str(told)
    with pytest.raises(DependencyRefuses, match="bucket"):
        media.get("a/b")  # not: nothing is stored under it
    with pytest.raises(DependencyRefuses, match="bucket"):
        prepare()


def test_missing_credentials_are_called_so(object_store: str, uses: Uses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(media.RETRIES, "max_retries", 0)
    uses(
        MEDIA_URL="s3://bucket/prefix",
        AWS_ENDPOINT_URL=object_store,
        AWS_METADATA_ENDPOINT=f"http://127.0.0.1:{free_port()}",
    )
    with pytest.raises(DependencyRefuses, match="AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set"):
        media.probe()


def test_a_folder_that_takes_nothing_is_not_ready(uses: Uses, tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    uses(MEDIA_URL=f"file://{tmp_path}/store")
    media.probe()
    (tmp_path / "store" / "probes").rmdir()
    (tmp_path / "store" / "probes").write_text("a file where a folder should be")
    with pytest.raises(Unavailable, match="media store"):
        media.probe()
    uses(MEDIA_URL=f"file://{tmp_path}/absent")
    with pytest.raises(DependencyRefuses, match="there is no such folder"):
        media.probe()
    with pytest.raises((NotFound, Unavailable)):
        media.get("a/b")


def test_a_database_that_hangs_is_told_without_waiting(database: OwnServer, uses: Uses) -> None:
    uses(READINESS_SECONDS="0.2")
    dependencies.start_watching()
    try:
        wait_for(lambda: dependencies.report().good, 10, "readiness")
        database.signal(signal.SIGSTOP)

        def told() -> bool:
            begin = time.monotonic()
            found = dependencies.report()
            assert time.monotonic() - begin < 1, "it waited for the database"
            return found.states["database"] != dependencies.OK and found.accepts

        wait_for(told, 15, "the outage")
        database.signal(signal.SIGCONT)
        wait_for(lambda: dependencies.report().good, 15, "readiness again")
    finally:
        database.signal(signal.SIGCONT)
        dependencies.stop_watching()


def test_a_probe_that_does_not_return_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = dependencies.DependencyWatch("part", lambda: None)
    watch.fresh()
    assert (watch.state, watch.stuck()) == (dependencies.OK, None)
    watch._began = time.monotonic() - dependencies.STUCK_SECONDS - 1
    assert (watch.stuck() or 0) > dependencies.STUCK_SECONDS
