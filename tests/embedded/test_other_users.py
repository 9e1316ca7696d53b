"""Another user of the machine, who tries what a program of theirs can try, really: it runs under another user's number.

Only root can start such a program. Where the tests run as somebody else, it runs in a user namespace of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import bson
import pymongo
import pytest
import redis
from structlog.testing import capture_logs

from app.core.folders import private_folder
from app.db.indexes import Document
from tests.embedded.test_embedded import User, servers
from tests.polling import wait_for

NOBODY = 65534
BECOME = f"""
import json, os, socket, sys, threading
from pathlib import Path
folder = Path(sys.argv[1])
def other_user():
    os.setgroups([])
    os.setresgid({NOBODY}, {NOBODY}, {NOBODY})
    os.setresuid({NOBODY}, {NOBODY}, {NOBODY})
"""
LOOK = """
other_user()
done = []
def attempt(what, call):
    try:
        call()
    except OSError:
        return
    done.append(what)
for name in json.loads(sys.argv[2]):
    attempt(f"read {name}", lambda: open(name, "rb").close() if not os.path.isdir(name) else os.listdir(name))
    attempt(f"changed {name}", lambda: open(os.path.join(os.path.dirname(name), "planted"), "wb").close())
    attempt(f"connected to {name}", lambda: socket.socket(socket.AF_UNIX).connect(name))
    attempt(f"removed {name}", lambda: os.rename(name, name + ".gone"))
print(json.dumps(done))
"""
SQUAT = """
other_user()
held = socket.socket(socket.AF_UNIX)
held.bind(chr(0) + sys.argv[2])
held.listen()
through = [os.open(folder / name, os.O_RDONLY) for name in ("", "embedded")]
print("there", flush=True)
held.settimeout(0.2)
lines = iter(sys.stdin.readline, "")
def serve():
    while True:
        try:
            user, _ = held.accept()
            user.sendall(b'{"database": "mongodb://127.0.0.1:9/", "broker": "redis://127.0.0.1:9/0"}\\n')
            users.append(user)
        except TimeoutError:
            continue
users = []
threading.Thread(target=serve, daemon=True).start()
next(lines)
got_in = []
for one, names in zip(through, (["embedded", "media"], ["database.sock", "broker.sock", "supervisor.sock", "lock"])):
    for name in names:
        path = f"/proc/self/fd/{one}/{name}"
        for way in (os.listdir, open, socket.socket(socket.AF_UNIX).connect):
            try:
                way(path)
                got_in.append(f"{way.__name__} {name}")
            except OSError:
                pass
print(json.dumps([got_in, len(users)]), flush=True)
"""
SPEAK = """
def said(name, words):
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(10)
        peer.connect(str(folder / "embedded" / name))
        try:
            peer.sendall(words)
            return len(peer.recv(100))
        except (BrokenPipeError, ConnectionResetError):
            return 0
other_user()
print(json.dumps([said("database.sock", bytes.fromhex(sys.argv[2])), said("supervisor.sock", b"database broken")]))
"""
OWNER = """
from app.errors import Unavailable
from app.core.folders import check_owner
other_user()
try:
    check_owner(folder)
except Unavailable as error:
    print(json.dumps(str(error)))
"""


@pytest.fixture
def machine() -> Iterator[Path]:
    """A folder that every user can enter, with a data folder of an installation that left it open."""
    root = Path(tempfile.mkdtemp(prefix="shopreel-users-", dir="/tmp"))
    root.chmod(0o755)
    data = root / "data"
    for folder in (data, data / "embedded", data / "media"):
        folder.mkdir(mode=0o755)
    (data / "media" / "film.mp4").write_bytes(b"a film")
    yield data
    wait_for(lambda: not servers(data), what="the end of the servers")
    shutil.rmtree(root)


@pytest.fixture
def user(machine: Path) -> Iterator[Callable[[], User]]:
    """Start users of the data folder."""
    started: list[User] = []

    def start() -> User:
        started.append(User(machine))
        return started[-1]

    yield start
    for one in started:
        one.end()


@contextmanager
def another(code: str, folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run code that becomes another user."""
    command = [sys.executable, "-c", BECOME + code, str(folder), *arguments]
    if os.geteuid() != 0:
        command = ["unshare", "--user", "--map-root-user", "--map-auto", *command]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process


def tried(code: str, folder: Path, *arguments: str) -> object:
    """Run code as another user; return what it says."""
    with another(code, folder, *arguments) as process:
        return json.loads(process.communicate(timeout=180)[0])


def test_another_user_can_neither_read_nor_connect_nor_plant(machine: Path, user: Callable[[], User]) -> None:
    mongodb_uri, redis_url = user().endpoints()
    with pymongo.MongoClient[Document](mongodb_uri) as client, redis.Redis.from_url(redis_url) as broker:
        client.shopreel.api_keys.insert_one({"_id": 1})
        broker.set("message", "yes")
    everything = [str(machine), *map(str, sorted(machine.rglob("*")))]
    assert {Path(name).name for name in everything} >= {"database.sock", "broker.sock", "supervisor.sock", "film.mp4"}
    assert tried(LOOK, machine, json.dumps(everything)) == []


def test_who_was_there_first_gets_nothing(machine: Path, user: Callable[[], User]) -> None:
    """Who listens under a name that all users share, or has a folder open from before it was closed."""
    name = "shopreel-" + hashlib.sha256(f"{os.getuid()}:{machine.resolve()}".encode()).hexdigest()[:40]
    with another(SQUAT, machine, name) as squatter:
        assert squatter.stdout is not None
        assert squatter.stdout.readline() == "there\n"
        mongodb_uri, redis_url = user().endpoints()
        with pymongo.MongoClient[Document](mongodb_uri) as client, redis.Redis.from_url(redis_url) as broker:
            assert client.shopreel.t.find_one() is None
            assert broker.ping()
        assert json.loads(squatter.communicate("look\n", timeout=180)[0]) == [[], 0]


def test_a_peer_of_another_user_is_let_go_though_the_permissions_let_it_through(
    machine: Path, user: Callable[[], User]
) -> None:
    user().endpoints()
    machine.chmod(0o755)
    embedded = machine / "embedded"
    embedded.chmod(0o755)
    for name in ("database.sock", "supervisor.sock"):
        (embedded / name).chmod(0o777)
    body = bson.encode({"hello": 1, "$db": "admin"})
    message = struct.pack("<iiiiIB", 21 + len(body), 1, 0, 2013, 0, 0) + body  # OP_MSG
    assert tried(SPEAK, machine, message.hex()) == [0, 0]


def test_a_folder_of_another_user_is_refused(machine: Path) -> None:
    machine.chmod(0o777)
    assert "belongs to another user" in str(tried(OWNER, machine))


def test_folders_are_closed_once_and_told(machine: Path) -> None:
    outside = machine.parent / "outside"
    outside.mkdir(mode=0o755)
    (machine / "link").symlink_to(outside)
    with capture_logs() as told:
        for _ in range(2):
            private_folder(machine)
    assert [one["event"] for one in told] == ["data_folder_closed"]
    assert {path.stat().st_mode & 0o777 for path in (machine, machine / "embedded", machine / "media")} == {0o700}
    assert outside.stat().st_mode & 0o777 == 0o755
    assert private_folder(machine.parent / "new" / "data").stat().st_mode & 0o777 == 0o700
