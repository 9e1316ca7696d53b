"""A run: shorts are submitted while faults come at random, then all must come to rest."""

from __future__ import annotations

import contextlib
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx2
from pymongo.errors import PyMongoError

from examples.demo_shop.shop import DemoShop
from tests.chaos.cluster import Cluster
from tests.chaos.faults import FAULTS
from tests.chaos.ledger import Findings, Ledger

WISHES = {"width": 180, "height": 320, "seconds": 10}
SUBMIT_SECONDS = 0.5
AT_ONCE = 4
"""Shorts under way while faults come."""
STILL_SECONDS = 60.0
"""What has not moved for so long, with no fault and nothing to wait for, never will: leases are 3 s, resends 4 s."""


def run(
    seed: int,
    tasks: int,
    faults: int,
    seconds: float,
    quiet_between: float = 4.0,
    say: Callable[[str], None] = lambda line: None,
) -> tuple[Findings, Counter[str]]:
    """Let faults come until ``tasks`` tasks and ``faults`` faults have been, or for ``seconds``; return the findings.

    Then all may take what it takes to come to rest, as long as something moves: only what stands still is lost.
    The same seed gives the same faults in the same order; when each meets which task is the machine's affair.
    """
    chance = random.Random(seed)
    happened: Counter[str] = Counter()
    deadline = time.monotonic() + seconds
    with (
        tempfile.TemporaryDirectory(prefix="shopreel-chaos-", ignore_cleanup_errors=True) as folder,
        DemoShop() as shop,
    ):
        cluster = Cluster(Path(folder), shop.product_urls[0].split("/")[2])
        ledger = Ledger(cluster, shop.product_urls)
        cluster.start()
        enough = threading.Event()
        submitting = threading.Thread(target=submit, args=(ledger, enough), name="submit")
        watching = threading.Thread(target=ledger.watch, name="watch")
        try:
            wait_until_ready(cluster)
            watching.start()
            submitting.start()
            while sum(happened.values()) < faults or ledger.tasks() < tasks:
                if time.monotonic() > deadline:
                    break
                time.sleep(chance.uniform(0.3, 1) * quiet_between)
                if sum(happened.values()) < faults:
                    name = chance.choices(list(FAULTS), [weight for weight, _ in FAULTS.values()])[0]
                    say(f"{sum(happened.values()) + 1:3}  {name}  ({ledger.tasks()} tasks)")
                    FAULTS[name][1](cluster, chance)
                    happened[name] += 1
            enough.set()
            say("no more faults; all must come to rest")
            submitting.join(STILL_SECONDS)
            wait_for_rest(ledger)
        finally:
            enough.set()
            ledger.end_watch()
            for thread in (submitting, watching):
                if thread.is_alive():
                    thread.join()
            try:
                findings = ledger.close_the_books()
            finally:
                ledger.forget()
                cluster.stop()
    return findings, happened


def wait_until_ready(cluster: Cluster) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        try:
            if cluster.ask("GET", "/health/ready", seconds=5).status_code == 200:
                return
        except httpx2.HTTPError:
            time.sleep(0.1)
    raise RuntimeError(f"the API did not come up: {cluster.apis[0].log.read_text()[-2000:]}")


def submit(ledger: Ledger, enough: threading.Event, at_once: int = AT_ONCE) -> None:
    """Submit, whatever happens meanwhile: shorts up to ``at_once``, and small tasks one after another."""
    number = 0
    while not enough.wait(SUBMIT_SECONDS):
        _top_up(ledger, at_once)
        number += 1
        ledger.submit_small(number)


def _top_up(ledger: Ledger, at_once: int) -> None:
    try:
        wanted = at_once - len(ledger.shorts_under_way())
    except PyMongoError:
        wanted = 1  # in an outage too
    for _ in range(wanted):
        ledger.submit(WISHES)


def wait_for_rest(ledger: Ledger) -> None:
    """Return when nothing is under way any more, or nothing of it has moved for ``STILL_SECONDS``."""
    seen: list[object] = []
    moved = time.monotonic()
    while time.monotonic() - moved < STILL_SECONDS:
        with contextlib.suppress(PyMongoError):
            unrest = ledger.unrest()
            if not unrest:
                return
            if unrest != seen:
                seen, moved = unrest, time.monotonic()
        time.sleep(0.2)
