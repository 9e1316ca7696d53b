"""``GET /sessions/{short_id}`` beside bare FastAPI routes with the same find, each in a server process of its own."""

from __future__ import annotations

import contextlib
import select
import socket
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx2

from app.models import TaskType
from app.processes.lifetime import child_environment
from app.tasks.service import cancel_task, create_task
from benchmarks.table import Table, rates
from tests.ports import free_port

LIMIT = 0.8
ROUNDS = 4
SECONDS = 2.0
CONNECTIONS = 8
SESSIONS = 5


def run(table: Table) -> None:
    """Add the rows of reading a short's sessions."""
    short_id = f"bench-{uuid.uuid4().hex[:8]}"
    tasks = [create_task(TaskType.IMAGE_ANALYSIS, short_id=short_id) for _ in range(SESSIONS)]
    with _server("app.main:app") as ours, _server("benchmarks.bare:app") as bare:
        places = {
            "ours": f"{ours}/api/v1/sessions/{short_id}",
            "sync": f"{bare}/sync/{short_id}",
            "async": f"{bare}/async/{short_id}",
            "constant": f"{bare}/constant",
        }
        speeds: dict[str, list[float]] = {name: [] for name in places}
        for _ in range(ROUNDS):
            for name, url in places.items():
                speeds[name].append(_requests_a_second(url))
    found = {name: statistics.median(speed) for name, speed in speeds.items()}
    better = max("sync", "async", key=lambda name: found[name])
    what = f"GET /sessions/{{short_id}}, {SESSIONS} sessions"
    table.add(rates(what, found["ours"], f"bare {better} route, same find", found[better], LIMIT))
    other = "sync" if better == "async" else "async"
    table.add(rates("the same", found["ours"], f"bare {other} route", found[other]))
    table.add(rates("the same", found["ours"], "a route that returns a constant", found["constant"]))
    for task_id in tasks:
        cancel_task(task_id)


@contextlib.contextmanager
def _server(application: str) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), "--log-level", "error"]
    environment = child_environment() | {"PYTHONPATH": str(Path.cwd()), "SWEEP_INTERVAL_SECONDS": "60"}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(httpx2.HTTPError):
                httpx2.get(f"{url}/docs", timeout=5).raise_for_status()
                break
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait()


def _requests_a_second(url: str) -> float:
    """Ask over ``CONNECTIONS`` connections from this thread alone, by bare sockets: the client must cost little."""
    _, _, place, path = url.split("/", 3)
    host, port = place.split(":")
    request = f"GET /{path} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode()
    ready = select.poll()
    sockets = {}
    with contextlib.ExitStack() as stack:
        for _ in range(CONNECTIONS):
            one = stack.enter_context(socket.create_connection((host, int(port)), timeout=30))
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sockets[one.fileno()] = one
            ready.register(one, select.POLLIN)
            one.sendall(request)
        answered, begin = 0, time.monotonic()
        while time.monotonic() < begin + SECONDS:
            for number, _ in ready.poll(1000):
                _read_answer(sockets[number])
                answered += 1
                sockets[number].sendall(request)
        return answered / (time.monotonic() - begin)


def _read_answer(connection: socket.socket) -> None:
    data = connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"the server answered {head[:80]!r}")
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    while len(body) < length:
        body += connection.recv(65536)
