"""The installation under test: an API process, workers and the embedded servers, to be killed, paused, restarted."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from app.embedded.servers import free_port
from app.processes import child_environment

STOP_SECONDS = 15.0
"""What a process that is asked to end may take."""


@dataclass
class Member:
    """One process of ours; ``command`` starts it."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    slow_stops: int = 0

    def start(self) -> None:
        """Start it, unless it runs."""
        if self.process is not None and self.process.poll() is None:
            return
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    @property
    def process_id(self) -> int:
        """The present process's id."""
        assert self.process is not None
        return self.process.pid

    def kill(self) -> None:
        """End it at once, and with it whatever dies with its parent."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Ask it to end; count it if that takes too long."""
        assert self.process is not None
        began = time.monotonic()
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(2 * STOP_SECONDS)
        if time.monotonic() - began > STOP_SECONDS:
            self.slow_stops += 1
        self.kill()


class Cluster:
    """Everything that runs, in one data folder."""

    def __init__(
        self, folder: Path, shop: str, workers: int = 2, database: str | None = None, broker: str | None = None
    ) -> None:
        """``shop``: the private host that may be fetched; ``database``, ``broker``: their URIs, None: embedded ones."""
        self.folder = folder
        self.port = free_port()
        environment = child_environment() | {
            "SHOPREEL_DATA_DIR": str(folder),
            "MONGODB_DATABASE": "chaos",
            "MONGODB_SERVER_SELECTION_TIMEOUT": "2000",
            "TASK_LEASE_SECONDS": "3",
            "TASK_RESEND_SECONDS": "4",
            "TASK_MAX_RETRIES": "12",
            "SWEEP_INTERVAL_SECONDS": "0.5",
            "FETCH_ALLOWED_HOSTS": shop,
        }
        if database is not None:
            environment["MONGODB_URI"] = database
        if broker is not None:
            environment["REDIS_URL"] = broker
        shopreel = [sys.executable, "-m", "app.cli"]
        serve = [*shopreel, "serve", "--no-worker", "--port", str(self.port)]
        self.api = Member("api", serve, environment, folder / "api.log")
        self.workers = [
            Member(f"worker-{number}", [*shopreel, "worker"], environment, folder / f"worker-{number}.log")
            for number in range(workers)
        ]

    @property
    def members(self) -> list[Member]:
        """Our own processes."""
        return [self.api, *self.workers]

    @property
    def url(self) -> str:
        """Where the API is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        """Where the embedded database is."""
        ports = self.folder / "embedded" / "database" / "port.json"
        return f"mongodb://127.0.0.1:{json.loads(ports.read_text())}/"

    def start(self) -> None:
        """Start whatever does not run."""
        for member in self.members:
            member.start()

    def stop(self) -> None:
        """Ask all to end, and wait until the servers, which nobody needs any more, have ended too."""
        for member in self.members:
            with contextlib.suppress(ProcessLookupError):
                os.kill(member.process_id, signal.SIGCONT)
                member.stop()
        deadline = time.monotonic() + 20
        while (left := self.servers()) and time.monotonic() < deadline:
            time.sleep(0.05)
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left, timeout=10)

    def servers(self, name: str = "") -> list[psutil.Process]:
        """Return the processes of the embedded servers: ``database``, ``broker``, ``supervisor``, or all."""
        folder = str(self.folder)
        found = {"database": f"{folder}/embedded/database", "broker": f"{folder}/embedded/broker"}
        return [
            process
            for process, command in _commands()
            if (name in found and found[name] in command)
            or (name == "supervisor" and "app.embedded.supervisor" in command and folder in command)
            or (not name and f"{folder}/embedded" in command)
            or (not name and "app.embedded.supervisor" in command and folder in command)
        ]

    def renderers(self) -> list[psutil.Process]:
        """Return the child processes of the workers."""
        found: list[psutil.Process] = []
        for worker in self.workers:
            with contextlib.suppress(psutil.NoSuchProcess):
                found += psutil.Process(worker.process_id).children(recursive=True)
        return found


def _commands() -> Iterator[tuple[psutil.Process, str]]:
    for process in psutil.process_iter(["cmdline"]):
        yield process, " ".join(process.info["cmdline"] or [])
