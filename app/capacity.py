"""How many workers it takes: a small simulation of the queues, fed with the service times that tasks really had.

Shorts arrive at random (a Poisson process). Each is the tasks of its stages, as ``short_service`` runs them: those of
a stage wait side by side in the queue of their pool, and a stage begins when the one before has ended. Each worker has
``worker_threads`` places for light tasks and ``render_threads`` for renderings; a task takes a service time drawn from
those that were measured. What the simulation leaves out: the database and the broker never get slower, and renderings
on one machine do not slow each other down (measure them as they run in production, with all threads busy).
"""

from __future__ import annotations

import random
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import simpy

from app.models import TaskType
from app.storage.queues import LIGHT, POOLS, RENDER

POOL_OF = {task_type: pool for pool, types in POOLS.items() for task_type in types}
STAGES = (
    (TaskType.SCRAPING,),
    (TaskType.IMAGE_ANALYSIS, TaskType.CONTENT_ANALYSIS),
    (TaskType.SCENARIO_GENERATION,),
    (TaskType.SAVE_SCENARIO,),
    (TaskType.VIDEO_GENERATION,),
    (TaskType.FINALIZE_SHORT,),
)
WARM_UP_SHARE = 0.2
"""Of the simulated time: the queues begin empty, and what they look like then does not count."""
MOST_WORKERS = 100_000
ServiceTimes = Mapping[TaskType, Sequence[float]]
Stages = tuple[tuple[TaskType, ...], ...]
Process = Generator[simpy.Event, Any, None]


@dataclass(frozen=True)
class Load:
    """What is to be borne."""

    shorts_an_hour: float
    scenes: int = 5
    """Clips of a short, which are rendered side by side."""


@dataclass(frozen=True)
class Workers:
    """What there is to bear it: ``count`` worker processes with so many places each."""

    count: int
    light: int = 4
    render: int = 1

    def places(self, pool: str) -> int:
        """Return how many tasks of a pool run at once."""
        return self.count * {LIGHT: self.light, RENDER: self.render}[pool]


@dataclass
class Outcome:
    """What a simulated run was like; times in seconds."""

    waits: list[float] = field(default_factory=list)
    """Of each task, from accepted to started."""
    shorts: list[float] = field(default_factory=list)
    """Of each short, from the request to its video."""
    busy: dict[str, float] = field(default_factory=dict)
    """The share of the time that a pool's places were taken."""

    def p95_wait(self) -> float:
        """Return what 95 % of tasks waited at most; no task: 0."""
        return percentile(self.waits, 0.95)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` (0 to 1) of the values lie; 0 where there is none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def simulate(
    times: ServiceTimes,
    load: Load,
    workers: Workers,
    hours: float = 2.0,
    seed: int = 1,
    stages: Stages = STAGES,
    gaps: Iterable[float] | None = None,
) -> Outcome:
    """Run the queues for so many simulated hours.

    ``gaps``: the seconds before each arrival, to follow arrivals that were observed, from the first one on; None: at
    random, and the first part of the time, in which the queues fill, does not count.
    """
    environment = simpy.Environment()
    places = {pool: simpy.Resource(environment, max(1, workers.places(pool))) for pool in POOLS}
    chance = random.Random(seed)
    end = 3600 * hours
    begin = end * WARM_UP_SHARE if gaps is None else 0.0
    outcome = Outcome(busy=dict.fromkeys(POOLS, 0.0))

    def task(task_type: TaskType) -> Process:
        pool, asked = POOL_OF[task_type], environment.now
        with places[pool].request() as place:
            yield place
            started, seconds = environment.now, chance.choice(times[task_type])
            if asked >= begin:
                outcome.waits.append(started - asked)
            outcome.busy[pool] += max(0.0, min(end, started + seconds) - max(begin, started))
            yield environment.timeout(seconds)

    def short() -> Process:
        asked = environment.now
        for stage in stages:
            copies = load.scenes if TaskType.VIDEO_GENERATION in stage else 1
            yield environment.all_of([environment.process(task(one)) for one in stage for _ in range(copies)])
        if asked >= begin:
            outcome.shorts.append(environment.now - asked)

    def arrivals() -> Process:
        endless = iter(lambda: chance.expovariate(load.shorts_an_hour / 3600), None)
        for gap in endless if gaps is None else gaps:
            yield environment.timeout(gap)
            environment.process(short())

    environment.process(arrivals())
    environment.run(until=end)
    for pool, seconds in outcome.busy.items():
        outcome.busy[pool] = seconds / (end - begin) / places[pool].capacity
    return outcome


def least_workers(times: ServiceTimes, load: Load, light: int, render: int) -> int:
    """Return the least number of workers that keep up on the average (work offered / places, rounded up)."""
    work = dict.fromkeys(POOLS, 0.0)
    for task_type in (one for stage in STAGES for one in stage):
        copies = load.scenes if task_type is TaskType.VIDEO_GENERATION else 1
        work[POOL_OF[task_type]] += copies * sum(times[task_type]) / len(times[task_type])
    rate = load.shorts_an_hour / 3600
    return max(1, *(int(rate * work[pool] / size) + 1 for pool, size in ((LIGHT, light), (RENDER, render))))


def workers_needed(
    times: ServiceTimes, load: Load, wait_seconds: float, light: int = 4, render: int = 1
) -> tuple[Workers, Outcome]:
    """Return the fewest workers under which 95 % of tasks start within ``wait_seconds``, and how they would fare.

    Searched by doubling and halving from the least number that keeps up at all: waits only fall as workers are added.

    Raises:
        ValueError: not even ``MOST_WORKERS`` would do.
    """

    def fares(count: int) -> Outcome:
        return simulate(times, load, Workers(count, light, render), hours=_hours(load))

    low = least_workers(times, load, light, render)
    high = low
    while fares(high).p95_wait() > wait_seconds:
        if high >= MOST_WORKERS:
            raise ValueError(f"more than {MOST_WORKERS} workers")
        low, high = high + 1, 2 * high
    while low < high:
        middle = (low + high) // 2
        if fares(middle).p95_wait() <= wait_seconds:
            high = middle
        else:
            low = middle + 1
    return Workers(high, light, render), fares(high)


def _hours(load: Load) -> float:
    """Simulate long enough for some thousand tasks, and no longer."""
    return min(24.0, max(0.1, 400 / load.shorts_an_hour))
