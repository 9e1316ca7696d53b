"""The embedded servers: shared, started once, ended with their last user."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pymongo
import pytest
import redis

from app.db.indexes import Document
from app.embedded import attach
from app.errors import Unavailable
from tests.polling import wait_for

USER = """
import sys, json, time
from pathlib import Path
from app.embedded import attach
ends = attach(Path(sys.argv[1]))
print(json.dumps([ends.mongodb_uri, ends.redis_url]), flush=True)
sys.stdin.readline()
"""


class User:
    """A process that uses the servers of a folder until it is told to go."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def endpoints(self) -> list[str]:
        assert self.process.stdout
        return list(json.loads(self.process.stdout.readline()))

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


NewUser = Callable[[], "User"]


def servers(folder: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        line = " ".join(process.info["cmdline"] or [])
        if str(folder) in line or (process.info["cwd"] or "").startswith(str(folder)):
            found.append(process)
    return [process for process in found if "-c" not in (process.info["cmdline"] or [])[:2]]


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="embedded-") as name:
        yield Path(name).resolve()


@pytest.fixture
def new_user(folder: Path) -> Iterator[Callable[[], User]]:
    """Start users of the folder; at the end of the test they are killed, and the servers must be gone."""
    users: list[User] = []

    def start() -> User:
        users.append(User(folder))
        return users[-1]

    yield start
    for user in users:
        if user.process.poll() is None:
            user.end()
    wait_for(lambda: not servers(folder), what="the end of the servers")


def test_two_that_start_at_once_share_one_pair_of_servers(folder: Path, new_user: NewUser) -> None:
    users = [new_user() for _ in range(4)]
    found = [user.endpoints() for user in users]
    assert len({tuple(one) for one in found}) == 1
    names = sorted(Path(process.name()).name for process in servers(folder))
    assert len(names) == 3, names  # the supervisor, the database, the broker


def test_servers_stay_for_those_left_and_end_with_the_last_killed_user(folder: Path, new_user: NewUser) -> None:
    first, second = new_user(), new_user()
    mongodb_uri, redis_url = first.endpoints()
    second.endpoints()
    first.end()
    with pymongo.MongoClient[Document](mongodb_uri) as client, redis.Redis.from_url(redis_url) as broker:
        client.t.t.insert_one({"_id": 1})
        broker.set("kept", "yes")
    second.end()
    wait_for(lambda: not servers(folder), what="the end of the servers")
    third = new_user()
    mongodb_uri, redis_url = third.endpoints()
    with (
        pymongo.MongoClient[Document](mongodb_uri) as client,
        redis.Redis.from_url(redis_url, decode_responses=True) as broker,
    ):
        assert client.t.t.find_one() == {"_id": 1}
        assert broker.get("kept") == "yes"


@pytest.mark.parametrize("program", ["secantusd-py", "valkey-server"])
def test_a_killed_server_is_started_again_on_its_socket(folder: Path, new_user: NewUser, program: str) -> None:
    user = new_user()
    mongodb_uri, redis_url = user.endpoints()
    with pymongo.MongoClient[Document](mongodb_uri) as client, redis.Redis.from_url(redis_url) as broker:
        client.t.t.insert_one({"_id": "acknowledged"})
        victim = next(process for process in servers(folder) if program in " ".join(process.cmdline()))
        victim.kill()
        victim.wait()
        wait_for(lambda: _answers(client, broker), what="the server's return")
        assert client.t.t.find_one() == {"_id": "acknowledged"}


def _answers(client: pymongo.MongoClient[Document], broker: redis.Redis) -> bool:
    try:
        with pymongo.timeout(1):
            client.admin.command("ping")
        return bool(broker.ping())
    except (pymongo.errors.PyMongoError, redis.RedisError):
        return False


def test_a_killed_supervisor_is_replaced_by_those_who_need_it(folder: Path, new_user: NewUser) -> None:
    user = new_user()
    mongodb_uri, redis_url = user.endpoints()
    with pymongo.MongoClient[Document](mongodb_uri) as client, redis.Redis.from_url(redis_url) as broker:
        client.t.t.insert_one({"_id": "acknowledged"})
        before = servers(folder)
        next(process for process in before if "app.embedded.supervisor" in process.cmdline()).kill()
        wait_for(lambda: not any(process.is_running() for process in before), what="the end of its servers")
        wait_for(lambda: _answers(client, broker), what="the next servers, on the same sockets")
        assert client.t.t.find_one() == {"_id": "acknowledged"}
    assert len(servers(folder)) == 3


def test_a_supervisor_that_is_killed_as_it_starts_is_started_again(folder: Path, new_user: NewUser) -> None:
    user = new_user()
    killed: list[int] = []

    def kill_first() -> bool:
        for process in servers(folder):
            with contextlib.suppress(psutil.NoSuchProcess):
                if "app.embedded.supervisor" in process.cmdline():
                    process.kill()
                    killed.append(process.pid)
        return bool(killed)

    wait_for(kill_first, what="a supervisor that starts")
    database, _ = user.endpoints()
    with pymongo.MongoClient[Document](database) as client:
        assert client["shop"]["cups"].insert_one({"size": 1}).acknowledged


def test_they_listen_on_no_port(folder: Path, new_user: NewUser) -> None:
    user = new_user()
    user.endpoints()
    assert len(servers(folder)) == 3
    assert [process.net_connections("inet") for process in servers(folder)] == [[], [], []]


def test_a_folder_that_cannot_be_written_is_named() -> None:
    with (
        tempfile.NamedTemporaryFile(prefix="embedded-") as file,
        pytest.raises(Unavailable, match=os.fspath(file.name)),
    ):
        attach(Path(file.name) / "below")
