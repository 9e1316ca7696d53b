"""The installation under test: API processes, workers and servers, to be killed, paused, restarted."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psutil

from app.embedded.servers import embedded_servers
from app.processes.lifetime import child_environment
from tests.ports import free_port

STOP_SECONDS = 15.0
"""What a process that is asked to end may take."""


@dataclass
class Member:
    """One process of ours; ``command`` starts it."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    folder: Path
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
    """Everything that runs: in one data folder, or ``apart``, each process in a folder of its own as on a machine."""

    def __init__(
        self,
        folder: Path,
        shop: str,
        workers: int = 2,
        database: str | None = None,
        broker: str | None = None,
        apis: int = 1,
        more: dict[str, str] | None = None,
        queues: tuple[str, ...] = (),
        apart: bool = False,
    ) -> None:
        """``shop``: the private host that may be fetched; ``database``, ``broker``: their URIs, None: embedded ones.

        ``more``: other settings; ``queues``: what the first, second, … worker takes (the others: all).
        """
        self.folder = folder
        self.database = database
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
        environment |= more or {}

        def member(name: str, *command: str) -> Member:
            own = folder / name if apart else folder
            own.mkdir(exist_ok=True)
            program = [sys.executable, "-m", "app.cli", *command]
            return Member(name, program, environment | {"SHOPREEL_DATA_DIR": str(own)}, own / f"{name}.log", own)

        self.ports = [free_port() for _ in range(apis)]
        self.apis = [
            member(f"api-{number}", "serve", "--no-worker", "--port", str(port))
            for number, port in enumerate(self.ports)
        ]
        self.workers = [
            member(f"worker-{number}", "worker", *(["--queues", queues[number]] if number < len(queues) else []))
            for number in range(workers)
        ]
        self._turns = itertools.count()
        # One for all requests, as each reads certificates for 27 ms; a connection for each, as servers come and go.
        self._http = httpx2.Client(limits=httpx2.Limits(max_keepalive_connections=0))

    @property
    def members(self) -> list[Member]:
        """Our own processes."""
        return [*self.apis, *self.workers]

    @property
    def url(self) -> str:
        """Where the API is: another process of it each time, as behind a load balancer."""
        return f"http://127.0.0.1:{self.ports[next(self._turns) % len(self.ports)]}"

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, seconds: float = 30
    ) -> httpx2.Response:
        """Ask the API. Raises ``httpx2.HTTPError`` if it does not answer."""
        return self._http.request(method, self.url + path, json=body, headers=headers, timeout=seconds)

    @property
    def database_url(self) -> str:
        """Where the database is."""
        if self.database is not None:
            return self.database
        return embedded_servers(self.folder)["database"].url

    def start(self) -> None:
        """Start whatever does not run."""
        for member in self.members:
            member.start()

    def stop(self) -> None:
        """Ask all to end, and wait until the servers, which nobody needs any more, have ended too."""
        self._http.close()
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
        embedded = self.folder / "embedded"
        found = []
        for process, command, place in _processes():
            is_server = place in (embedded / "database", embedded / "broker")
            supervises = "app.embedded.supervisor" in command and str(self.folder) in command
            if (is_server and name in ("", place.name)) or (supervises and name in ("", "supervisor")):
                found.append(process)
        return found

    def renderers(self) -> list[psutil.Process]:
        """Return the child processes of the workers."""
        found: list[psutil.Process] = []
        for worker in self.workers:
            with contextlib.suppress(psutil.NoSuchProcess):
                found += psutil.Process(worker.process_id).children(recursive=True)
        return found


def _processes() -> Iterator[tuple[psutil.Process, str, Path]]:
    """Yield the machine's processes, each with its command line and the folder that it works in."""
    for process in psutil.process_iter(["cmdline", "cwd"]):
        yield process, " ".join(process.info["cmdline"] or []), Path(process.info["cwd"] or "/")
