"""What all tests share: one embedded database and broker for the run, a clean slate for each test, and a leak check.

With ``MONGODB_URI`` (and ``REDIS_URL``) set, the same tests run against those servers instead.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest
from hypothesis import HealthCheck, settings
from pymongo import monitoring
from pymongo.client_session import ClientSession

# Not within another process's: paths of sockets are short.
RUN_DIR = Path(
    tempfile.mkdtemp(prefix="shopreel-test-", dir=os.environ.setdefault("SHOPREEL_TEST_TMP", tempfile.gettempdir()))
)
"""All that this run puts on the disk, so that what is left behind is its own and nobody else's."""
DATA_DIR = RUN_DIR / "data"
SCRATCH = RUN_DIR / "tmp"
SCRATCH.mkdir()
os.environ["TMPDIR"] = tempfile.tempdir = str(SCRATCH)
os.environ["SHOPREEL_DATA_DIR"] = str(DATA_DIR)
os.environ["MONGODB_DATABASE"] = f"shopreel_test_{os.getpid()}"
os.environ["SWEEP_INTERVAL_SECONDS"] = "0.5"
os.environ["TASK_LEASE_SECONDS"] = "4"
os.environ["READINESS_SECONDS"] = "2"
os.environ["FETCH_PAUSE_SECONDS"] = "0"
os.environ["ALLOWED_HOSTS"] = "testserver"  # what the test client calls the application
# Some seconds of each short, for what no page of the demo shop shows; where it is tested, it is set.
os.environ["OCR_ENABLED"] = "false"
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # So it is where a script runs the tests in the background, and what they start and interrupt would inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

from app.analysis.process import looks, reads, shows  # noqa: E402 (the environment comes first)
from app.blobs import store as media  # noqa: E402 (the environment comes first)
from app.config import get_settings  # noqa: E402 (the environment comes first)
from app.db import client as mongo  # noqa: E402 (the environment comes first)
from app.db.indexes import INDEXES  # noqa: E402 (the environment comes first)
from app.embedded import detach  # noqa: E402 (the environment comes first)
from app.embedded.hold import connect as hold_servers  # noqa: E402 (the environment comes first)
from app.models import LIVE  # noqa: E402 (the environment comes first)
from app.processes.children import end_spares  # noqa: E402 (the environment comes first)
from app.processes.worker_process import WorkerProcess  # noqa: E402 (the environment comes first)
from app.queue import broker  # noqa: E402 (the environment comes first)
from app.rendering.process import renderers, speakers  # noqa: E402 (the environment comes first)
from app.tasks import recovery as task_recovery  # noqa: E402 (the environment comes first)
from app.tasks.lease_keeper import keeper  # noqa: E402 (the environment comes first)
from app.tasks.registry import KEPT_TYPES  # noqa: E402 (the environment comes first)
from app.tasks.service import cancel_task  # noqa: E402 (the environment comes first)
from app.tasks.spool import get_spool  # noqa: E402 (the environment comes first)
from app.untrusted.process import readers  # noqa: E402 (the environment comes first)
from tests.servers import SERVERS, OwnServer, own_server  # noqa: E402 (the environment comes first)

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")
Left = TypeVar("Left")
COLLECTIONS = [*(name for name in INDEXES if name != "presence"), "leases"]
"""What tests leave; whoever is present says so all the time, and takes it back."""


class CommandCounter(monitoring.CommandListener):
    """Counts the commands that go to the database: each is a round trip. ``names``: those of one thread."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.thread = 0
        self.total = 0

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self.total += 1
        if threading.get_ident() == self.thread:
            self.names.append(event.command_name)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Count at the start alone."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Count at the start alone."""


COMMANDS = CommandCounter()
monitoring.register(COMMANDS)


@pytest.fixture
def round_trips() -> list[str]:
    """The names of the commands sent from now on, once the client is connected."""
    mongo.connect()
    COMMANDS.thread = threading.get_ident()
    COMMANDS.names.clear()
    return COMMANDS.names


def pytest_sessionfinish() -> None:
    """Let go of the servers, and wait until they have ended, before the folder goes."""
    if mongo._connection is not None:
        mongo.connect().client.drop_database(get_settings().mongodb_database)
    keeper.close()
    end_spares()
    mongo.close()
    broker.close()
    detach()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and _servers_of(DATA_DIR):
        time.sleep(0.2)
    shutil.rmtree(RUN_DIR, ignore_errors=True)


def _servers_of(folder: Path) -> list[int]:
    found = []
    for process in psutil.process_iter(["pid", "cmdline", "cwd"]):
        if any(str(folder) in part for part in (process.info["cwd"] or "", *(process.info["cmdline"] or []))):
            found.append(process.info["pid"])
    return found


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The data folder of this run."""
    return DATA_DIR


@pytest.fixture(scope="session", autouse=True)
def servers_for_the_run() -> Iterator[None]:
    """Keep the embedded servers up for the whole run, though tests attach and detach."""
    settings_ = get_settings()
    hold = None if settings_.mongodb_uri and settings_.redis_url else hold_servers(DATA_DIR)
    yield
    if hold is not None:
        hold.connection.close()


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail any test that leaves a live task, a session without one, a process, a thread, an open or temporary file."""
    threads = set(threading.enumerate())
    processes = set(_descendants())
    files, opened = _temporary_files(), _open_files()
    commands, settings_ = COMMANDS.total, get_settings()
    yield
    keeper.close()
    for spares in (renderers, speakers, looks, reads, shows):
        spares.end()
    if get_settings() is not settings_:  # read while the test had its own
        get_settings.cache_clear()
    media.reset()
    task_recovery._stopped.clear()
    left = _leaked_records() if COMMANDS.total != commands else []
    left += ["writes in the spool"] if get_spool().pending() else []
    processes |= readers.idle()  # they are the run's: each takes a second to start
    left += [f"thread {thread.name}" for thread in _what_stays(lambda: _new_threads(threads))]
    left += [f"process {process}" for process in _what_stays(lambda: _new_processes(processes))]
    left += [f"file {name}" for name in sorted(_temporary_files() - files)]
    # The service's own threads open files for a moment: a round that tries the store, one that lists a folder.
    left += [f"open file {name}" for name in _what_stays(lambda: sorted(_open_files() - opened))]
    assert not left, f"the test left behind: {', '.join(left)}"


@pytest.fixture(scope="module")
def database_server() -> Iterator[OwnServer]:
    """A database of a module's own, to be stopped and started."""
    with pytest.MonkeyPatch.context() as patch, own_server("database", patch) as own:
        yield own


@pytest.fixture
def database(database_server: OwnServer, monkeypatch: pytest.MonkeyPatch) -> OwnServer:
    """The same, connected and known to answer, for calls that give up soon."""
    monkeypatch.setenv("MONGODB_URI", database_server.url)
    monkeypatch.setenv("MONGODB_SERVER_SELECTION_TIMEOUT", "800")
    monkeypatch.setattr(mongo, "ANSWER_SECONDS", 1.5)
    monkeypatch.setattr(mongo, "RIDE_OUT_SECONDS", 0.5)
    get_settings.cache_clear()
    mongo.close()
    mongo.connect()
    return database_server


@pytest.fixture
def ends_tasks() -> Iterator[None]:
    """Cancel the tasks that a test leaves live, for tests that are about something else."""
    yield
    for task in mongo.collection("tasks").find({"status": {"$in": list(LIVE)}}, {"_id": 1}):
        cancel_task(task["_id"])


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[WorkerProcess]:
    """A worker of its own process."""
    with WorkerProcess(tmp_path / "worker.log") as process:
        yield process


def _what_stays(look: Callable[[], list[Left]]) -> list[Left]:
    """Wait until there is nothing; return what is still there after a while."""
    deadline = time.monotonic() + 15
    while (found := look()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def _leaked_records() -> list[str]:
    """Return the sessions that no rule explains, and wipe the collections for the next test."""
    live = {task["_id"] for task in mongo.collection("tasks").find({"status": {"$in": list(LIVE)}}, {"_id": 1})}
    known = {task["_id"] for task in mongo.collection("tasks").find({}, {"_id": 1})}
    left = [f"live task {task_id}" for task_id in live]
    left += [
        f"session of {session['task_type']} {session['task_id']}"
        for session in mongo.collection("sessions").find()
        if session["task_id"] in known - live and session["task_type"] not in KEPT_TYPES
    ]
    wipe(*COLLECTIONS)
    return left


def wipe(*collections: str) -> None:
    """Empty collections, each in a transaction, as others may be writing to them (see ``app.db.guarded``).

    One for all would be so long on a busy machine that some lease or counter of a running service is always written
    meanwhile, and it would never come to its end.
    """
    for name in collections:
        if mongo.collection(name).find_one({}, {"_id": 1}) is not None:
            mongo.in_transaction(partial(_empty, name))


def _empty(name: str, session: ClientSession | None) -> None:
    mongo.collection(name).delete_many({}, session=session)


def change_all(collection: str, query: dict[str, Any], change: dict[str, Any]) -> None:
    """Change all documents that match, as ``wipe`` empties."""
    mongo.in_transaction(lambda session: mongo.collection(collection).update_many(query, change, session=session))


def _new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    # PyMongo's monitors, the HTTP client's pools and the hold on the servers belong to the run, not to a test.
    ours = ("pymongo", "AnyIO", "asyncio", "embedded-watch", readers.thread_name)
    return [thread for thread in threading.enumerate() if thread not in before and not thread.name.startswith(ours)]


def _new_processes(before: set[int]) -> list[str]:
    found = []
    shared = before | SERVERS  # and what they start: a server that outlives the test has children when it likes
    for pid, parent in _descendants().items():
        if parent in shared:
            shared.add(pid)
        if pid not in shared:
            with suppress(psutil.NoSuchProcess):  # it ends while it is looked at
                child = psutil.Process(pid)
                if child.status() != psutil.STATUS_ZOMBIE:
                    found.append(f"{pid} {' '.join(child.cmdline())[:80]}")
    return found


def _descendants() -> dict[int, int]:
    """Return the processes that this one started, and they in turn, with the parent of each, parents first.

    Every test asks twice, so it reads no more than it must: psutil takes ten times as long.
    """
    started: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 (a Path for each process takes longer than to read it)
        if name.isdigit():
            try:
                stat = os.open(f"/proc/{name}/stat", os.O_RDONLY)
                line = os.read(stat, 400)
                os.close(stat)
            except OSError:  # it has ended
                continue
            # The name, in brackets, may hold anything; behind it stand the state and the parent.
            started.setdefault(int(line.rpartition(b")")[2].split()[1]), []).append(int(name))
    found: dict[int, int] = {}
    parents = [os.getpid()]
    for parent in parents:
        for pid in started.get(parent, ()):
            found[pid] = parent
            parents.append(pid)
    return found


def _open_files() -> set[str]:
    found = set()
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 (as above)
        with suppress(OSError):  # the folder itself is closed again
            found.add(os.readlink(f"/proc/self/fd/{name}"))  # noqa: PTH115 (as above)
    # A folder is open while a thread of the service lists it.
    return {path for path in found if path.startswith(str(RUN_DIR)) and not Path(path).is_dir()}


def _temporary_files() -> set[str]:
    return {path.name for path in SCRATCH.iterdir() if not path.name.startswith("pytest-of-")}
