"""``python -m tests.chaos``: the long run, with a report."""

from __future__ import annotations

import argparse
import io
import sys
import time

from tests.chaos.ledger import Findings
from tests.chaos.run import run


def main() -> int:
    """Run and report; exit 0 if every promise held."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the faults' order (default 1)")
    parser.add_argument("--tasks", type=int, default=200, help="at least so many tasks (default 200)")
    parser.add_argument("--faults", type=int, default=60, help="at least so many faults (default 60)")
    parser.add_argument(
        "--seconds", type=float, default=360, help="bound of the time in which faults come (default 360)"
    )
    wanted = parser.parse_args()
    began = time.monotonic()
    findings, happened = run(wanted.seed, wanted.tasks, wanted.faults, wanted.seconds, say=print)
    print(f"\nseed {wanted.seed}, {time.monotonic() - began:.0f} s, {sum(happened.values())} faults:")
    for name, count in happened.most_common():
        print(f"  {count:3} {name}")
    print(report(findings))
    enough = findings.tasks_of_shorts >= wanted.tasks and sum(happened.values()) >= wanted.faults
    if not enough:
        print("the time was over before the wanted numbers were reached")
    return 0 if findings.good and enough else 1


def report(found: Findings) -> str:
    """Return the counts, a line each."""
    lines = [
        f"shorts accepted      {found.accepted_shorts}, by end: {dict(found.shorts_by_end)}",
        f"tasks accepted       {found.accepted_tasks}, ended {found.ended_tasks}; "
        f"while the database was away: {found.accepted_degraded}",
        f"answers of the API   {dict(found.answers)}",
        f"looks at the records {found.looks}",
        *(f"{name.replace('_', ' '):20} {getattr(found, name)}" for name in found.MUST_BE_ZERO),
        *found.details[:40],
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    assert isinstance(sys.stdout, io.TextIOWrapper)
    sys.stdout.reconfigure(line_buffering=True)
    sys.exit(main())
