"""``python -m benchmarks``: one table, each row a ratio in the same run against a limit or a peer.

Everything is done in turns, so that what else the machine does falls on both. ``--part`` runs some parts only. Run it
alone: the database takes most of the two cores, and whoever shares them changes what waits for what.

The servers are the embedded ones, in a folder of their own that is removed at the end, or those of ``MONGODB_URI`` and
``REDIS_URL``, with a database of its own name. The table goes to standard output, how far it is to standard error.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from benchmarks.table import Table

PARTS = ("writes", "requests", "throughput", "capacity", "video", "growth")
"""Modules with ``run(table)``. The last leaves the largest database."""
DATABASE, PEERS = "shopreel_bench", "bench_peers"


def main() -> int:
    """Run the parts; return 0 if all have run, whatever holds: the table says it. 1: a part broke."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--part", action="append", choices=PARTS, help="only this; may be given again")
    wanted = parser.parse_args().part or PARTS
    table = Table()
    table.head()
    begin = time.monotonic()
    with _servers():
        for number, name in enumerate(wanted, 1):
            print(f"[{time.monotonic() - begin:5.0f} s] {number} of {len(wanted)}: {name}", file=sys.stderr, flush=True)
            try:
                import_module(f"benchmarks.{name}").run(table)
            except Exception as error:  # the other parts are worth having
                table.broke(name, error)
                traceback.print_exc()
    print(f"[{time.monotonic() - begin:5.0f} s] done", file=sys.stderr)
    table.end()
    return 1 if table.broken else 0


@contextmanager
def _servers() -> Iterator[None]:
    """Provide a database and a broker in which nothing is, and nothing of the caller's."""
    os.environ["MONGODB_DATABASE"] = DATABASE
    Path("build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir="build", ignore_cleanup_errors=True) as folder:
        os.environ["SHOPREEL_DATA_DIR"] = str(Path(folder).absolute())
        # Only now: modules read the settings as they are imported.
        from app.core.telemetry import configure_logging
        from app.db import client as mongo
        from app.embedded import detach
        from app.queue import broker
        from app.tasks.lease_keeper import keeper

        configure_logging(level="error")
        mongo.connect().client.drop_database(DATABASE)
        mongo.close()
        try:
            yield
        finally:
            keeper.close()
            if "MONGODB_URI" in os.environ:
                for name in (DATABASE, PEERS):
                    mongo.connect().client.drop_database(name)
            mongo.close()
            broker.close()
            detach()


if __name__ == "__main__":
    assert isinstance(sys.stdout, io.TextIOWrapper)
    sys.stdout.reconfigure(line_buffering=True)
    sys.exit(main())
