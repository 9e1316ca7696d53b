"""``python -m benchmarks``: one table, each row a ratio in the same run against a limit or a peer.

Everything is done in turns, so that what else the machine does falls on both. ``--part`` runs some parts only. Run it
alone: the database takes most of the two cores, and whoever shares them changes what waits for what.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from app.embedded import detach
from app.storage import broker, mongo
from app.utils.lease_keeper import keeper
from benchmarks import capacity, growth, requests, throughput, writes
from benchmarks.table import Table

PARTS: dict[str, Callable[[Table], None]] = {
    "writes": writes.run,
    "requests": requests.run,
    "throughput": throughput.run,
    "capacity": capacity.run,
    "growth": growth.run,
}


def main() -> int:
    """Run the parts; exit 0 whatever holds, for the table says it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--part", action="append", choices=PARTS, help="only this; may be given again")
    wanted = parser.parse_args().part or list(PARTS)
    table = Table()
    table.head()
    try:
        for name in wanted:
            PARTS[name](table)
    finally:
        keeper.close()
        mongo.close()
        broker.close()
        detach()
    kept = [row.holds for row in table.rows if row.limit is not None]
    print(f"\n{sum(kept)} of {len(kept)} limits hold")
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    sys.exit(main())
