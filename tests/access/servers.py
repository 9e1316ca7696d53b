"""Several processes of the API over the run's database and broker."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from app.config import get_settings
from app.db import client as mongo
from app.queue import broker
from tests.polling import wait_for

THREADS = 20
DATABASE_PASSWORD, BROKER_PASSWORD = "pass-of-the-database", "pass-of-the-broker"
USER = "someone"


@contextmanager
def api_processes(
    count: int, log: Path | None = None, ready: str = "/health/ready", /, **environment: str
) -> Iterator[list[str]]:
    """Run processes of ``shopreel serve`` that log to ``log``; yield their addresses once ``ready`` is 200."""
    ports = []
    for _ in range(count):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            ports.append(probe.getsockname()[1])
    errors = None if log is None else log.open("ab")
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve", "--no-worker", "--port", str(port)],
            env=os.environ | environment,
            stderr=errors or subprocess.DEVNULL,
        )
        for port in ports
    ]
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    try:
        wait_for(lambda: all(answers(url + ready) for url in urls), 60, "the servers")
        yield urls
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)
        if errors is not None:
            errors.close()


@contextmanager
def passwords() -> Iterator[dict[str, str]]:
    """Give the run's servers a user with a password each; yield the settings that name them, keys being required."""
    admin = mongo.connect().client.admin
    admin.command("createUser", USER, pwd=DATABASE_PASSWORD, roles=["root"])
    broker.client().execute_command("ACL", "SETUSER", USER, "on", f">{BROKER_PASSWORD}", "~*", "&*", "+@all")
    yield {
        "MONGODB_URI": _with_user(mongo.mongodb_uri(get_settings()), DATABASE_PASSWORD, "&authSource=admin"),
        "REDIS_URL": _with_user(broker.redis_url(), BROKER_PASSWORD),
        "API_KEYS_REQUIRED": "true",
    }
    admin.command("dropUser", USER)
    broker.client().execute_command("ACL", "DELUSER", USER)


def _with_user(uri: str, password: str, rest: str = "") -> str:
    return uri.replace("://", f"://{USER}:{password}@") + rest


def answers(url: str) -> bool:
    """Tell whether something good is served there."""
    try:
        return httpx2.get(url, timeout=5, verify=False).status_code == 200  # to read certificates takes 27 ms
    except httpx2.TransportError:
        return False


def at_once(urls: list[str], send: Callable[[httpx2.Client, str, int], httpx2.Response], times: int) -> list[Any]:
    """Send ``times`` requests from ``THREADS`` threads, spread over the servers; return the answers."""
    with httpx2.Client(timeout=30) as client, ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(lambda number: send(client, urls[number % len(urls)], number), range(times)))
