"""Many machines: three APIs and four workers, each in a folder of its own, on servers that were started apart.

They share a database, a broker and an S3 server (moto's) by URL and nothing else. Any process is killed.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2

from app.embedded.servers import Server, embedded_servers
from examples.demo_shop.shop import DemoShop
from tests.chaos.__main__ import report
from tests.chaos.cluster import Cluster
from tests.chaos.faults import PAST_THE_LEASE
from tests.chaos.ledger import Findings, Ledger
from tests.chaos.run import STILL_SECONDS, submit, wait_for_rest, wait_until_ready
from tests.polling import wait_for
from tests.ports import free_port

QUEUES = ("render", "light", "light,video_generation")
"""What the first three workers take; the fourth takes all."""
BUCKET = "shorts"


@dataclass
class Machines:
    """The installation and its servers."""

    cluster: Cluster
    servers: dict[str, Server]
    store: subprocess.Popen[bytes]
    store_url: str

    def restart(self, name: str, seconds: float) -> None:
        """Kill a server and start it again after a while."""
        server = self.servers[name]
        assert server.process is not None
        server.process.kill()
        server.process.wait()
        time.sleep(seconds)
        server.start()
        wait_for(server.listening, 60, f"the start of the {name}")


def _kill_worker(machines: Machines, chance: random.Random) -> None:
    worker = chance.choice(machines.cluster.workers)
    worker.kill()
    time.sleep(chance.uniform(0, 1))
    worker.start()


def _kill_api(machines: Machines, chance: random.Random) -> None:
    api = chance.choice(machines.cluster.apis)
    api.kill()
    time.sleep(chance.uniform(0, 1))
    api.start()


def _stop_worker(machines: Machines, chance: random.Random) -> None:
    worker = chance.choice(machines.cluster.workers)
    worker.stop()
    worker.start()


def _sleeping_worker(machines: Machines, chance: random.Random) -> None:
    process = chance.choice(machines.cluster.workers).process
    assert process is not None
    process.send_signal(signal.SIGSTOP)
    time.sleep(PAST_THE_LEASE)
    process.send_signal(signal.SIGCONT)


def _store_away(machines: Machines, chance: random.Random) -> None:
    machines.store.send_signal(signal.SIGSTOP)
    time.sleep(chance.uniform(1, 4))
    machines.store.send_signal(signal.SIGCONT)


FAULTS: dict[str, Callable[[Machines, random.Random], None]] = {
    "kill -9 of a worker": _kill_worker,
    "kill -9 of an API": _kill_api,
    "kill -9 of the database": lambda machines, chance: machines.restart("database", chance.uniform(0, 2)),
    "kill -9 of the broker": lambda machines, chance: machines.restart("broker", chance.uniform(0, 2)),
    "SIGTERM of a worker": _stop_worker,
    "SIGSTOP of the media store": _store_away,
    "SIGSTOP of a worker past its lease": _sleeping_worker,
}


@contextlib.contextmanager
def machines(folder: Path, shop: str, broker: dict[str, str] | None = None) -> Iterator[Machines]:
    """Start everything; ``broker``: settings that name another one, which the caller has started."""
    servers = embedded_servers(folder / "servers")
    if broker is not None:
        del servers["broker"]
    port = free_port()
    with contextlib.ExitStack() as stack:
        for server in servers.values():
            server.start()
            stack.callback(_end, server)
        store = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.object_store", str(port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        stack.callback(store.wait)
        stack.callback(store.kill)
        store_url = f"http://127.0.0.1:{port}"
        for server in servers.values():
            wait_for(server.listening, 60, f"the {server.name}")
        wait_for(lambda: _answers(store_url), 60, "the media store")
        httpx2.put(f"{store_url}/{BUCKET}").raise_for_status()
        named = broker or {"REDIS_URL": servers["broker"].url}
        cluster = Cluster(
            folder,
            shop,
            workers=4,
            apis=3,
            queues=QUEUES,
            apart=True,
            database=servers["database"].url,
            more=named | store_settings(store_url),
        )
        stack.callback(cluster.stop)
        cluster.start()
        yield Machines(cluster, servers, store, store_url)


def store_settings(url: str) -> dict[str, str]:
    """Return the settings of an S3 server of one's own."""
    return {
        "MEDIA_URL": f"s3://{BUCKET}/media",
        "MEDIA_SIGNED_SECONDS": "600",
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "shopreel",
        "AWS_SECRET_ACCESS_KEY": "shopreel-test",
        "AWS_REGION": "us-east-1",
    }


def run_machines(
    seed: int,
    faults: list[str],
    shorts: int,
    broker: dict[str, str] | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> tuple[Findings, Counter[str]]:
    """Let ``faults`` come one after another while shorts are made; return what the ledger found."""
    chance = random.Random(seed)
    happened: Counter[str] = Counter()
    with (
        tempfile.TemporaryDirectory(prefix="shopreel-machines-", ignore_cleanup_errors=True) as folder,
        DemoShop() as shop,
        machines(Path(folder), shop.product_urls[0].split("/")[2], broker) as everything,
    ):
        cluster = everything.cluster
        ledger = Ledger(cluster, shop.product_urls)
        enough = threading.Event()
        threads = [
            threading.Thread(target=submit, args=(ledger, enough, shorts), name="submit"),
            threading.Thread(target=ledger.watch, name="watch"),
        ]
        try:
            wait_until_ready(cluster)
            for thread in threads:
                thread.start()
            wait_for(lambda: ledger.accepted, 60, "the first short")
            for name in faults:
                say(f"{name}  ({ledger.tasks()} tasks)")
                FAULTS[name](everything, chance)
                happened[name] += 1
                time.sleep(chance.uniform(0.2, 0.8))
            enough.set()
            say("no more faults; all must come to rest")
            threads[0].join(STILL_SECONDS)
            wait_for_rest(ledger)
            _look_at_a_video(cluster, ledger)
        finally:
            enough.set()
            ledger.end_watch()
            for thread in threads:
                if thread.is_alive():
                    thread.join()
            try:
                findings = ledger.close_the_books()
            finally:
                ledger.forget()
    return findings, happened


def _look_at_a_video(cluster: Cluster, ledger: Ledger) -> None:
    """A video made by some machines is had from any other, by a redirect to the store."""
    for short_id in ledger.accepted:
        answer = cluster.ask("GET", f"/api/v1/shorts/{short_id}/video")
        if answer.status_code != 307:
            short = ledger.database["shorts"].find_one({"_id": short_id}) or {}
            ledger.note(
                "lost", f"the video of {short_id}: {answer.status_code}, {short.get('status')}: {short.get('error')}"
            )
        elif httpx2.get(answer.headers["location"], timeout=30).content[4:8] != b"ftyp":
            ledger.note("lost", f"the video of {short_id}: the signed address gives no MP4")


def _answers(url: str) -> bool:
    with contextlib.suppress(httpx2.HTTPError):
        return httpx2.get(url, timeout=2, verify=False).status_code < 500
    return False


def _end(server: Server) -> None:
    if server.process is not None:
        server.process.kill()
        server.process.wait()


def main() -> int:
    """Run for long and report; exit 0 if every promise held."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.machines", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the faults' order (default 1)")
    parser.add_argument("--faults", type=int, default=20, help="so many (default 20)")
    parser.add_argument("--shorts", type=int, default=3, help="so many under way at once (default 3)")
    parser.add_argument("--broker", help="redis://… or amqp://… of a server that runs; unset: one of the run's own")
    wanted = parser.parse_args()
    setting = "RABBITMQ_URL" if (wanted.broker or "").startswith("amqp") else "REDIS_URL"
    broker = {setting: wanted.broker} if wanted.broker else None
    known = [name for name in FAULTS if broker is None or name != "kill -9 of the broker"]
    faults = random.Random(wanted.seed).choices(known, k=wanted.faults)
    findings, happened = run_machines(wanted.seed, faults, wanted.shorts, broker, print)
    print(report(findings))
    return 0 if findings.good and sum(happened.values()) == wanted.faults else 1


if __name__ == "__main__":
    assert isinstance(sys.stdout, io.TextIOWrapper)
    sys.stdout.reconfigure(line_buffering=True)
    sys.exit(main())
