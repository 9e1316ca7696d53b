"""How far a short is: one percent that only rises, the time that is left without waits, and the place in the queue."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.models import MOOD_OF_STYLE, Scenario, Scene, SessionStatus, TaskInfo, TaskStatus, TaskType, Wishes, utc_now
from app.sessions.service import session_service
from app.shorts.progress import SHARES, percent_of, queue_place, seconds_left
from app.shorts.repository import Short, insert_short
from app.shorts.service import cancel_short
from app.tasks.repository import tasks_of_short
from app.tasks.service import create_task

SCENES = [Scene(role="hook", image="https://shop.example/1.jpg", motion="zoom_in", seconds=5) for _ in range(2)]
SCENARIO = Scenario(title="Cup", language="en", wishes=Wishes(seconds=10), scenes=SCENES)


def task(step: str, status: TaskStatus, progress: float = 0, begun: float = 0, ended: float | None = None) -> TaskInfo:
    """Return a task that began so many seconds ago."""
    now = utc_now()
    times: dict[str, Any] = {"created_at": now, "updated_at": now, "started_at": now - timedelta(seconds=begun)}
    times["ended_at"] = None if ended is None else now - timedelta(seconds=ended)
    kind = TaskType.VIDEO_GENERATION
    return TaskInfo(task_id=step, task_type=kind, status=status, progress=progress, metadata={"step": step}, **times)


def test_the_percent_rises_with_every_step_and_ends_at_a_hundred() -> None:
    short = Short(short_id="s", automatic=True)
    seen = [percent_of(short)]
    for step in ("scrape", "images", "text", "scenario"):
        seen.append(percent_of(short, [task(step, TaskStatus.RUNNING, 50)]))
        short.done.append(step)
        seen.append(percent_of(short))
    short.scenario, short.scenario_version = SCENARIO, 1
    for step in ("scene-1-v1", "scene-0-v1", "video-v1"):
        seen.append(percent_of(short, [task(step, TaskStatus.RUNNING, 40)]))
        short.done.append(step)
        seen.append(percent_of(short))
    assert seen == sorted(seen)
    assert seen[0] == 0
    assert seen[-1] == pytest.approx(100)
    assert sum(SHARES.values()) == 100
    # Of another version what was rendered counts no longer.
    short.scenario_version = 2
    assert percent_of(short) == pytest.approx(100 - SHARES["scene"] - SHARES["video"])


def test_the_time_that_is_left_is_of_work_and_not_of_waits() -> None:
    done = task("scrape", TaskStatus.COMPLETED, begun=3600, ended=3590)
    running = [task("scene-0-v1", TaskStatus.RUNNING, begun=10), task("scene-1-v1", TaskStatus.RUNNING, begun=8)]
    left = seconds_left(50, [done, *running])
    assert left == pytest.approx(20, abs=2)  # ten seconds, an hour of waiting, ten seconds: half of it
    assert seconds_left(50, [done]) is None
    assert seconds_left(1, running) is None


@pytest.mark.usefixtures("ends_tasks")
def test_the_place_in_the_queue_counts_what_waits_for_the_same_threads() -> None:
    for number in range(3):
        create_task(TaskType.SCRAPING, short_id=f"other-{number}")
    create_task(TaskType.VIDEO_GENERATION, short_id="other")
    create_task(TaskType.SCRAPING, short_id="s")
    assert queue_place(tasks_of_short("s")) == 4
    assert queue_place([task("scrape", TaskStatus.RUNNING)]) is None
    assert queue_place([]) is None


def test_the_scenario_of_a_short_that_is_cancelled_waits_for_nobody() -> None:
    insert_short(Short(short_id="s", automatic=True, scenario=SCENARIO, draft=1))
    session_service.create_session("s", "scenario_generation", "t")
    session_service.update_session_status("t", SessionStatus.COMPLETED)
    assert len(session_service.manager.waiting_since()) == 1
    assert cancel_short("s")
    assert session_service.manager.waiting_since() == []
    assert session_service.find_sessions() == []


def test_a_mood_left_to_shopreel_is_that_of_the_style() -> None:
    for style, mood in MOOD_OF_STYLE.items():
        assert Wishes(style=style, mood="auto").set_mood == mood
    assert Wishes(style="bold", mood="calm").set_mood == "calm"
