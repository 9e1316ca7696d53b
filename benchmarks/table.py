"""The table of ``make bench``: each row is a ratio of two things that were measured in turns in the same run."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """``ratio`` of ShopReel to ``peer``; ``limit``: at most (times) or at least (rates) so much, None: no promise."""

    what: str
    ours: str
    peer: str
    theirs: str
    ratio: float
    limit: float | None = None
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether the limit is kept."""
        if self.limit is None:
            return True
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit


@dataclass
class Table:
    """Rows, printed as they come; raw figures and what broke stand below."""

    rows: list[Row] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Keep and print a row."""
        self.rows.append(row)
        promise = "" if row.limit is None else f"{'at least' if row.at_least else 'at most'} {row.limit:g}"
        verdict = "" if row.limit is None else "holds" if row.holds else "DOES NOT HOLD"
        print(f"| {row.what} | {row.ours} | {row.peer}: {row.theirs} | {row.ratio:.2f} | {promise} | {verdict} |")

    def figure(self, line: str) -> None:
        """Keep a raw figure."""
        self.figures.append(line)

    def broke(self, part: str, error: Exception) -> None:
        """Keep and print that a part could not be measured."""
        self.broken[part] = f"{type(error).__name__}: {error}"
        print(f"| {part} | | | | | BROKE |")

    def head(self) -> None:
        """Print the machine and the head of the table."""
        print(machine())
        print("\n| what | ShopReel | against | ratio | limit | |\n| --- | --- | --- | --- | --- | --- |")

    def end(self) -> None:
        """Print the figures, what broke, and how many limits hold."""
        print("")
        for line in self.figures:
            print(f"- {line}")
        for part, reason in self.broken.items():
            print(f"- {part} BROKE: {reason}")
        promised = [row for row in self.rows if row.limit is not None]
        missed = sum(not row.holds for row in promised)
        print(f"\n{missed} of {len(promised)} rows miss their limit; {len(self.broken)} parts broke")


def times(row: str, ours: float, peer: str, theirs: float, limit: float | None = None) -> Row:
    """Return the row of two durations in seconds."""
    return Row(row, f"{1000 * ours:.2f} ms", peer, f"{1000 * theirs:.2f} ms", ours / theirs, limit)


def rates(row: str, ours: float, peer: str, theirs: float, limit: float | None = None) -> Row:
    """Return the row of two rates a second."""
    return Row(row, f"{ours:.0f}/s", peer, f"{theirs:.0f}/s", ours / theirs, limit, at_least=True)


def in_turns(rounds: int, *calls: Callable[[], object]) -> list[float]:
    """Run the calls one after another ``rounds`` times; return each one's median in seconds.

    Their order is turned each round, so that none always follows the same other.
    """
    spent: list[list[float]] = [[] for _ in calls]
    for number in range(rounds):
        for place in range(len(calls)):
            index = (number + place) % len(calls)
            begin = time.perf_counter()
            calls[index]()
            spent[index].append(time.perf_counter() - begin)
    return [statistics.median(one) for one in spent]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def machine() -> str:
    """Describe the machine and what else it does."""
    cpu = Path("/proc/cpuinfo")
    names = [line.split(":", 1)[1].strip() for line in cpu.read_text().splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{os.cpu_count()} cores ({names[0] if names else platform.machine()}), {memory:.0f} GB, "
        f"Python {platform.python_version()}, load average at the start {os.getloadavg()[0]:.1f}"
    )
