"""The simulation behind ``shopreel plan`` beside what queueing theory says, and the command on real records."""

from __future__ import annotations

import json
import math
import random
import statistics
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from app.analytics.capacity import Load, Workers, least_workers, simulate, workers_needed
from app.db import client as mongo
from app.models import TaskType, utc_now
from app.processes.lifetime import child_environment
from app.shorts import service as short_service
from app.shorts.repository import Short
from app.tasks.registry import STEPS
from tests.scenario.known_good import known_good

KIND = TaskType.CONTENT_ANALYSIS
ONE = ((KIND,),)
TIMES = {task_type: [2.0] for task_type in TaskType} | {TaskType.VIDEO_GENERATION: [20.0]}


def erlang_c_wait(rate: float, service: float, places: int) -> float:
    """The mean wait in an M/M/c queue (Erlang's C formula; Kleinrock, Queueing Systems I, 3.4)."""
    offered = rate * service
    head = sum(offered**k / math.factorial(k) for k in range(places))
    tail = offered**places / math.factorial(places) / (1 - offered / places)
    return tail / (head + tail) * service / (places - offered)


@pytest.mark.parametrize(("places", "use"), [(1, 0.5), (4, 0.8)])
def test_it_waits_as_long_as_theory_says(places: int, use: float) -> None:
    chance = random.Random(5)
    service = {KIND: [chance.expovariate(1.0) for _ in range(20_000)]}
    rate = use * places / statistics.mean(service[KIND])
    outcome = simulate(service, Load(3600 * rate), Workers(1, places), hours=3, stages=ONE)
    expected = erlang_c_wait(rate, statistics.mean(service[KIND]), places)
    assert statistics.mean(outcome.waits) == pytest.approx(expected, rel=0.1)
    assert outcome.busy["light"] == pytest.approx(use, rel=0.05)


@pytest.mark.parametrize(("cores", "use"), [(1, 0.5), (4, 0.8)])
def test_tasks_that_share_cores_take_as_long_as_theory_says(cores: int, use: float) -> None:
    # With exponential work the number of tasks does not depend on how the cores are shared out: it is that of M/M/c.
    chance = random.Random(7)
    work = {KIND: [chance.expovariate(1.0) for _ in range(20_000)]}
    mean = statistics.mean(work[KIND])
    rate = use * cores / mean
    outcome = simulate(work, Load(3600 * rate), Workers(1, 1000, cores=cores), hours=3, stages=ONE)
    assert max(outcome.waits) == 0
    assert statistics.mean(outcome.shorts) == pytest.approx(mean + erlang_c_wait(rate, mean, cores), rel=0.1)


def test_two_tasks_on_one_core_take_twice_as_long() -> None:
    outcome = simulate({KIND: [10.0]}, Load(1), Workers(1, 2, cores=1), stages=ONE, gaps=[0, 5, 100])
    assert outcome.waits == [0, 0, 0]
    assert outcome.shorts == pytest.approx([15, 15, 10])
    assert simulate({KIND: [10.0]}, Load(1), Workers(1, 2, cores=2), stages=ONE, gaps=[0, 5]).shorts == [10, 10]


def test_fewer_cores_than_places_need_more_workers() -> None:
    assert least_workers(TIMES, Load(600), 4, 4, cores=2) > least_workers(TIMES, Load(600), 4, 4)
    shared, apart = (workers_needed(TIMES, Load(60), 30, 4, 4, cores)[0] for cores in (1, None))
    assert shared.count > apart.count


def test_observed_arrivals_are_followed() -> None:
    outcome = simulate({KIND: [10.0]}, Load(1), Workers(1, 1), stages=ONE, gaps=[0, 1, 30])
    assert outcome.waits == [0, 9, 0]
    assert outcome.shorts == [10, 19, 10]


def test_more_is_needed_for_more_shorts_and_for_less_wait() -> None:
    few, fares = workers_needed(TIMES, Load(60), 30)
    assert fares.p95_wait() <= 30
    assert few.count >= least_workers(TIMES, Load(60), 4, 1)
    assert simulate(TIMES, Load(60), Workers(max(1, few.count - 1)), hours=4).p95_wait() > 25
    assert workers_needed(TIMES, Load(240), 30)[0].count > few.count
    assert workers_needed(TIMES, Load(60), 1)[0].count > few.count


def test_a_short_is_simulated_in_the_stages_that_it_has() -> None:
    short = Short(short_id="s", automatic=True, url="https://shop.example/p", scenario=known_good("en")[0][1])
    stages = (*short_service.TO_A_SCENARIO, *short_service.TO_A_VIDEO)
    assert [{step.task_type for step in stage(short)} for stage in stages] == [set(stage) for stage in STEPS]


def plan(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = child_environment() | {"SHOPREEL_DATA_DIR": str(data)}
    command = [sys.executable, "-m", "app.cli", "plan", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, check=False)


def test_the_plan_rests_on_what_tasks_have_taken(data_dir: Path) -> None:
    done = plan(data_dir, "--shorts", "60")
    assert done.returncode == 2
    assert "make a few shorts first" in done.stderr
    now = utc_now()
    mongo.collection("tasks").insert_many(
        {
            "_id": f"{task_type}-{number}",
            "task_type": task_type.value,
            "status": "completed",
            "retries": 0,
            "started_at": now,
            "ended_at": now + timedelta(seconds=TIMES[task_type][0]),
        }
        for task_type in TaskType
        for number in range(3)
    )
    done = plan(data_dir, "--shorts", "60", "--wait", "30", "--json")
    found = json.loads(done.stdout)
    assert found["workers"] == workers_needed(TIMES, Load(60), 30, render=2)[0].count
    assert found["p95_wait_seconds"] <= 30
    assert "workers (WORKER_THREADS=4, RENDER_THREADS=2) for 60 shorts an hour" in " ".join(
        plan(data_dir, "--shorts", "60", "--wait", "30").stdout.split()
    )
