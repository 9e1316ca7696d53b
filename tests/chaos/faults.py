"""The faults, by name. Each takes the installation and a source of chance, and leaves all running again."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Iterable

import psutil

from tests.chaos.cluster import Cluster

Fault = Callable[[Cluster, random.Random], None]
PAST_THE_LEASE = 7.0
"""Seconds: the lease of the installation under test, the time that its sweeper watches, and some more."""


def _signal(processes: Iterable[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def _kill_server(name: str) -> Fault:
    def fault(cluster: Cluster, chance: random.Random) -> None:
        _signal(cluster.servers(name), signal.SIGKILL)

    return fault


def _pause_server(name: str, shortest: float, longest: float) -> Fault:
    def fault(cluster: Cluster, chance: random.Random) -> None:
        paused = cluster.servers(name)
        _signal(paused, signal.SIGSTOP)
        time.sleep(chance.uniform(shortest, longest))
        _signal(paused, signal.SIGCONT)

    return fault


def _flap_server(name: str) -> Fault:
    def fault(cluster: Cluster, chance: random.Random) -> None:
        for _ in range(3):
            _signal(cluster.servers(name), signal.SIGKILL)
            time.sleep(1)

    return fault


def kill_api(cluster: Cluster, chance: random.Random) -> None:
    """The API dies and is started again."""
    chance.choice(cluster.apis).kill()
    time.sleep(chance.uniform(0, 1))
    cluster.start()


def kill_worker(cluster: Cluster, chance: random.Random) -> None:
    """A worker dies and is started again a little later."""
    chance.choice(cluster.workers).kill()
    time.sleep(chance.uniform(0, 2))
    cluster.start()


def kill_all_workers(cluster: Cluster, chance: random.Random) -> None:
    """No worker is left for a while."""
    for worker in cluster.workers:
        worker.kill()
    time.sleep(chance.uniform(0, 4))
    cluster.start()


def kill_renderer(cluster: Cluster, chance: random.Random) -> None:
    """A child that renders or decodes dies."""
    if children := cluster.renderers():
        _signal([chance.choice(children)], signal.SIGKILL)


def pause_worker(cluster: Cluster, chance: random.Random) -> None:
    """A worker sleeps past its leases and wakes up."""
    worker = chance.choice(cluster.workers)
    os.kill(worker.process_id, signal.SIGSTOP)
    time.sleep(PAST_THE_LEASE)
    os.kill(worker.process_id, signal.SIGCONT)


def stop_worker(cluster: Cluster, chance: random.Random) -> None:
    """A worker is asked to end, as in an upgrade."""
    chance.choice(cluster.workers).stop()
    cluster.start()


def stop_api(cluster: Cluster, chance: random.Random) -> None:
    """The API is asked to end, as in an upgrade."""
    chance.choice(cluster.apis).stop()
    cluster.start()


def kill_servers_together(cluster: Cluster, chance: random.Random) -> None:
    """Database and broker die at once."""
    _signal([*cluster.servers("database"), *cluster.servers("broker")], signal.SIGKILL)


def kill_everything(cluster: Cluster, chance: random.Random) -> None:
    """The power goes."""
    _signal(cluster.servers("supervisor"), signal.SIGKILL)
    _signal(cluster.servers(), signal.SIGKILL)
    for member in cluster.members:
        member.kill()
    time.sleep(chance.uniform(0, 1))
    cluster.start()


FAULTS: dict[str, tuple[int, Fault]] = {
    "kill -9 of a worker": (4, kill_worker),
    "kill -9 of all workers": (1, kill_all_workers),
    "kill -9 of a child process": (3, kill_renderer),
    "kill -9 of the API": (3, kill_api),
    "kill -9 of the database": (4, _kill_server("database")),
    "kill -9 of the broker": (3, _kill_server("broker")),
    "kill -9 of database and broker": (2, kill_servers_together),
    "kill -9 of the servers' supervisor": (2, _kill_server("supervisor")),
    "kill -9 of everything": (1, kill_everything),
    "SIGSTOP of the database": (3, _pause_server("database", 3, 12)),
    "SIGSTOP of the broker": (2, _pause_server("broker", 0.5, 6)),
    "SIGSTOP of a worker past its lease": (2, pause_worker),
    "database away every second": (2, _flap_server("database")),
    "SIGTERM of a worker": (2, stop_worker),
    "SIGTERM of the API": (1, stop_api),
}
"""Name -> how often it comes, beside the others, and the fault."""
