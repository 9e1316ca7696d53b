"""How many workers it takes: a small simulation of the queues, fed with the service times that tasks really had.

Shorts arrive at random (a Poisson process). Each is the tasks of its stages, as ``short_service`` runs them: those of
a stage wait side by side in the queue of their pool, and a stage begins when the one before has ended. Each worker has
``worker_threads`` places for light tasks and ``render_threads`` for renderings; a task takes a service time drawn from
those that were measured. Where these are times of tasks that ran alone, ``cores`` says what the tasks of a worker share
when several run. What the simulation leaves out: the database and the broker never get slower.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import simpy

from app.models import TaskType
from app.queue.names import LIGHT, POOLS, RENDER
from app.tasks.registry import STEPS, TASK_SPECS

WARM_UP_SHARE = 0.2
"""Of the simulated time: the queues begin empty, and what they look like then does not count."""
MOST_WORKERS = 100_000
MOMENT = 1e-9
"""Seconds that are no time: sums of floating point numbers differ by less."""
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
    cores: int | None = None
    """That the tasks of one worker share, each using one at most; None: the service times were measured under load."""

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


class Processors:
    """Cores that share themselves evenly among the tasks that run, of which none can use more than one."""

    def __init__(self, environment: simpy.Environment, cores: int) -> None:
        self._environment, self._cores = environment, cores
        self._running: list[tuple[float, int, simpy.Event]] = []
        """By how far ``_done`` will be when each has had its work."""
        self._numbers = itertools.count()
        self._done = self._since = 0.0
        """The work, in seconds of a core, that each running task has had since the beginning; as of ``_since``."""
        self._plans = 0

    def work(self, seconds: float) -> simpy.Event:
        """Return the event that a task has had so many seconds of a core."""
        self._go_on()
        ended = self._environment.event()
        heapq.heappush(self._running, (self._done + seconds, next(self._numbers), ended))
        self._plan()
        return ended

    def _rate(self) -> float:
        return min(1.0, self._cores / len(self._running)) if self._running else 0.0

    def _go_on(self) -> None:
        self._done += (self._environment.now - self._since) * self._rate()
        self._since = self._environment.now

    def _plan(self) -> None:
        """Look again when the next task ends; plans that were made before are void."""
        self._plans += 1
        if self._running:
            left = max(0.0, self._running[0][0] - self._done)
            timer = self._environment.timeout(left / self._rate(), self._plans)
            assert timer.callbacks is not None
            timer.callbacks.append(self._look)

    def _look(self, timer: simpy.Event) -> None:
        if timer.value != self._plans:
            return
        self._go_on()
        while self._running and self._running[0][0] <= self._done + MOMENT:
            heapq.heappop(self._running)[2].succeed()
        self._plan()


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
    stages: Stages = STEPS,
    gaps: Iterable[float] | None = None,
) -> Outcome:
    """Run the queues for so many simulated hours.

    ``gaps``: the seconds before each arrival, to follow arrivals that were observed, from the first one on; None: at
    random, and the first part of the time, in which the queues fill, does not count.
    """
    environment = simpy.Environment()
    places = {pool: simpy.Resource(environment, max(1, workers.places(pool))) for pool in POOLS}
    processors = Processors(environment, workers.count * workers.cores) if workers.cores else None
    chance = random.Random(seed)
    end = 3600 * hours
    begin = end * WARM_UP_SHARE if gaps is None else 0.0
    outcome = Outcome(busy=dict.fromkeys(POOLS, 0.0))

    def task(task_type: TaskType) -> Process:
        pool, asked = TASK_SPECS[task_type].queue, environment.now
        with places[pool].request() as place:
            yield place
            started, seconds = environment.now, chance.choice(times[task_type])
            if asked >= begin:
                outcome.waits.append(started - asked)
            yield processors.work(seconds) if processors else environment.timeout(seconds)
            outcome.busy[pool] += max(0.0, environment.now - max(begin, started))

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


def least_workers(times: ServiceTimes, load: Load, light: int, render: int, cores: int | None = None) -> int:
    """Return the least number of workers that keep up on the average (work offered / places or cores, rounded up)."""
    work = dict.fromkeys(POOLS, 0.0)
    for task_type in (one for stage in STEPS for one in stage):
        copies = load.scenes if task_type is TaskType.VIDEO_GENERATION else 1
        work[TASK_SPECS[task_type].queue] += copies * sum(times[task_type]) / len(times[task_type])
    rate = load.shorts_an_hour / 3600
    needed = [rate * work[LIGHT] / light, rate * work[RENDER] / render]
    if cores is not None:
        needed.append(rate * sum(work.values()) / cores)
    return max(1, *(int(one) + 1 for one in needed))


def workers_needed(
    times: ServiceTimes,
    load: Load,
    wait_seconds: float,
    light: int = 4,
    render: int = 1,
    cores: int | None = None,
) -> tuple[Workers, Outcome]:
    """Return the fewest workers under which 95 % of tasks start within ``wait_seconds``, and how they would fare.

    Searched by doubling and halving from the least number that keeps up at all: waits only fall as workers are added.

    Raises:
        ValueError: not even ``MOST_WORKERS`` would do.
    """

    def fares(count: int) -> Outcome:
        return simulate(times, load, Workers(count, light, render, cores), hours=_hours(load))

    low = least_workers(times, load, light, render, cores)
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
    return Workers(high, light, render, cores), fares(high)


def _hours(load: Load) -> float:
    """Simulate long enough for some thousand tasks, and no longer."""
    return min(24.0, max(0.1, 400 / load.shorts_an_hour))
