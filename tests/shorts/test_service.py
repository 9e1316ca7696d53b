"""Which task comes next, whatever happens and however often it is asked. No worker runs: the tests end the tasks."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from structlog.contextvars import bound_contextvars

from app.db import client as mongo
from app.errors import Conflict, InvalidInput, WorkFailed
from app.maintenance import scheduler as scheduler_service
from app.models import Product, Scenario, Scene, SessionStatus, TaskStatus, TaskType, Wishes, utc_now
from app.queue.dispatch import submit_task
from app.sessions.service import session_service
from app.shorts import repository as shorts
from app.shorts import service as short_service
from app.shorts.repository import ShortStatus
from app.shorts.service import advance, cancel_short, start_short, task_ended, tasks_by_step
from app.tasks.recovery import OrphanWatch
from app.tasks.repository import being_saved, list_tasks, tasks_of_short
from app.tasks.service import cancel_task, complete_task, create_task, fail_task, get_task_status
from tests import staging

pytestmark = pytest.mark.usefixtures("ends_tasks")

PAGE = "https://shop.example/cup"
SCENES = [Scene(role="hook", image="https://shop.example/1.jpg", motion="zoom_in", seconds=5) for _ in range(2)]
SCENARIO = Scenario(title="Cup", language="en", wishes=Wishes(seconds=10), scenes=SCENES)


def begun(review: bool = False) -> str:
    """Start a short and bring it to where its scenario is written."""
    short_id = start_short(PAGE, short_id="s", user_id="u", review=review)
    staging.save_product("p", Product(title="Cup", images=["https://shop.example/1.jpg"]), "u")
    staging.update_short(short_id, product_id="p")
    end(short_id, "scrape")
    return short_id


def end(short_id: str, *steps: str) -> None:
    """Complete tasks by the names of their steps, as the runner does."""
    for step in steps:
        task = tasks_by_step(short_id)[step]
        assert complete_task(task.task_id, {})
        task_ended(task, completed=True)


def live(short_id: str) -> set[str]:
    return {name for name, task in tasks_by_step(short_id).items() if not task.ended}


def test_the_whole_way() -> None:
    short_id = begun()
    assert live(short_id) == {"images", "text"}
    end(short_id, "images")
    assert live(short_id) == {"text"}  # the next stage waits for both
    end(short_id, "text")
    assert live(short_id) == {"scenario"}
    staging.update_short(short_id, scenario=SCENARIO.model_dump(mode="json"))
    end(short_id, "scenario")
    assert live(short_id) == {"save"}
    assert len(session_service.get_sessions_by_short_id(short_id)) == 2  # the scenario's waits, the save's is active
    staging.save_scenario(short_id, SCENARIO, saved_by_task=tasks_by_step(short_id)["save"].task_id)
    end(short_id, "save")
    assert live(short_id) == {"scene-0-v1", "scene-1-v1"}
    end(short_id, "scene-1-v1", "scene-0-v1")
    assert live(short_id) == {"video-v1"}
    end(short_id, "video-v1")
    assert shorts.get_short(short_id).status is ShortStatus.COMPLETED
    assert session_service.get_sessions_by_short_id(short_id) == []


def test_every_task_goes_back_to_the_request_also_where_the_sweeper_goes_on() -> None:
    with bound_contextvars(request_id="order-17"):
        short_id = start_short(PAGE, short_id="s")
    staging.save_product("p", Product(title="Cup", images=["https://shop.example/1.jpg"]), "u")
    staging.update_short(short_id, product_id="p")
    assert complete_task(tasks_by_step(short_id)["scrape"].task_id, {})
    advance(short_id)  # as the sweeper does
    assert {name: task.request_id for name, task in tasks_by_step(short_id).items()} == {
        "scrape": "order-17",
        "images": "order-17",
        "text": "order-17",
    }


def test_the_longest_scenes_are_begun_first() -> None:
    short_id = begun()
    scenes = [SCENES[0].model_copy(update={"seconds": seconds}) for seconds in (3.0, 2.0, 3.0, 4.0)]
    staging.save_scenario(short_id, SCENARIO.model_copy(update={"scenes": scenes}), saved_by_task="by-hand")
    advance(short_id)
    rendered = [task for task in tasks_by_step(short_id).values() if task.task_type is TaskType.VIDEO_GENERATION]
    assert [task.metadata["scene"] for task in sorted(rendered, key=lambda task: task.created_at)] == [3, 0, 2, 1]


def test_it_may_be_asked_at_once_and_again() -> None:
    short_id = begun()
    together = threading.Barrier(6)

    def ask() -> None:
        together.wait()
        advance(short_id)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert mongo.collection("tasks").count_documents({"short_id": short_id}) == 3


def test_a_review_stops_it_and_saving_goes_on() -> None:
    short_id = begun(review=True)
    end(short_id, "images", "text")
    staging.update_short(short_id, scenario=SCENARIO.model_dump(mode="json"))
    end(short_id, "scenario")
    assert (live(short_id), shorts.get_short(short_id).status) == (set(), ShortStatus.WAITING)
    advance(short_id)
    assert live(short_id) == set()
    staging.save_scenario(short_id, SCENARIO, saved_by_task="by-hand")
    advance(short_id)
    assert live(short_id) == {"scene-0-v1", "scene-1-v1"}


def test_of_several_scripts_a_person_chooses_without_having_asked_for_a_review() -> None:
    short_id = start_short(PAGE, short_id="s", user_id="u", variants=3)
    assert shorts.get_short(short_id).review
    staging.update_short(short_id, product_id="p")
    end(short_id, "scrape")
    end(short_id, "images", "text")
    assert tasks_by_step(short_id)["scenario"].metadata["variants"] == 3
    with pytest.raises(InvalidInput, match="variants: 1 to 5, not 6"):
        start_short(PAGE, variants=6)


def test_a_short_whose_save_has_failed_is_waited_for_no_longer() -> None:
    short_id = begun(review=True)
    now = utc_now()
    assert not being_saved([], now)
    saving = create_task(TaskType.SAVE_SCENARIO, short_id=short_id, user_id="u")
    assert being_saved(tasks_of_short(short_id), now)
    assert fail_task(saving, "the scenario breaks a rule")
    with pytest.raises(WorkFailed, match="not saved: the scenario breaks a rule"):
        being_saved(tasks_of_short(short_id), now)


@pytest.mark.parametrize("ending", [TaskStatus.FAILED, TaskStatus.CANCELLED])
def test_a_required_step_that_ends_badly_ends_the_short_and_what_is_left_of_it(ending: TaskStatus) -> None:
    short_id = begun()
    images = tasks_by_step(short_id)["images"]
    assert fail_task(images.task_id, "no pictures") if ending is TaskStatus.FAILED else cancel_task(images.task_id)
    task_ended(images, completed=False)
    short = shorts.get_short(short_id)
    assert short.status.value == ending.value
    assert short.error
    assert live(short_id) == set()
    assert session_service.get_sessions_by_short_id(short_id) == []


def test_cancelling_a_short_ends_it_and_all_its_tasks_and_nothing_follows() -> None:
    short_id = begun()
    end(short_id, "images")  # what is left would not have ended the short: it is not required
    assert cancel_short(short_id, by="u")
    short = shorts.get_short(short_id)
    assert (short.status, short.error, live(short_id)) == (ShortStatus.CANCELLED, "cancelled", set())
    task_ended(tasks_by_step(short_id)["text"], completed=False)
    assert set(tasks_by_step(short_id)) == {"scrape", "images", "text"}
    assert not cancel_short(short_id)


def test_cancelling_between_two_steps_is_cancelling_too(monkeypatch: pytest.MonkeyPatch) -> None:
    short_id = begun()
    for step in ("images", "text"):
        complete_task(tasks_by_step(short_id)[step].task_id, {})
    assert live(short_id) == set()
    # Who goes on has read the short before, and submits after.

    def later(*args: Any, **named: Any) -> str:
        assert cancel_short(short_id)
        return submit_task(*args, **named)

    monkeypatch.setattr(short_service, "submit_task", later)
    advance(short_id)
    assert tasks_by_step(short_id)["scenario"].status is TaskStatus.CANCELLED
    assert shorts.get_short(short_id).status is ShortStatus.CANCELLED
    # A scenario that will not come leaves its session, for a person to see.
    assert [session.status for session in session_service.get_sessions_by_short_id(short_id)] == [SessionStatus.FAILED]


def test_of_a_short_whose_steps_the_caller_runs_the_tasks_alone_are_cancelled() -> None:
    staging.ensure_short("mine", None)
    task_id = create_task(TaskType.FINALIZE_SHORT, short_id="mine")
    assert cancel_short("mine")
    found = get_task_status(task_id)
    assert found is not None
    assert found.status is TaskStatus.CANCELLED
    assert shorts.get_short("mine").status is ShortStatus.MAKING
    assert not cancel_short("mine")


def test_a_step_that_is_not_required_may_fail() -> None:
    short_id = begun()
    text = tasks_by_step(short_id)["text"]
    fail_task(text.task_id, "no words")
    task_ended(text, completed=False)
    end(short_id, "images")
    assert live(short_id) == {"scenario"}


def test_the_sweeper_goes_on_where_a_crash_left_it() -> None:
    short_id = begun()
    for step in ("images", "text"):  # ended, and then the worker died before it could go on
        complete_task(tasks_by_step(short_id)[step].task_id, {})
    scheduler_service.sweep(OrphanWatch())
    assert live(short_id) == set()  # touched a moment ago
    quiet = {"$set": {"updated_at": utc_now() - timedelta(seconds=60)}}
    mongo.collection("shorts").update_one({"_id": short_id}, quiet)
    scheduler_service.sweep(OrphanWatch())
    assert live(short_id) == {"scenario"}


def test_steps_that_the_caller_runs_are_not_continued() -> None:
    staging.ensure_short("mine", None)
    task_id = create_task(TaskType.FINALIZE_SHORT, short_id="mine")
    task = get_task_status(task_id)
    assert task is not None
    complete_task(task_id)
    task_ended(task, completed=True)
    assert shorts.get_short("mine").status is ShortStatus.COMPLETED
    assert mongo.collection("tasks").count_documents({"short_id": "mine"}) == 1


def test_what_cannot_be_started_leaves_nothing() -> None:
    refused: list[tuple[dict[str, Any], type[Exception]]] = [
        ({}, InvalidInput),
        ({"url": "ftp://shop.example"}, InvalidInput),
        ({"html": "x" * 10_000_001}, InvalidInput),
    ]
    for arguments, kind in refused:
        with pytest.raises(kind):
            start_short(**arguments)
    with pytest.raises(ValueError, match="short_id"):
        start_short(PAGE, short_id="a/b")
    assert mongo.collection("shorts").count_documents({}) == 0
    start_short(PAGE, short_id="s")
    with pytest.raises(Conflict):
        start_short(PAGE, short_id="s")
    assert mongo.collection("tasks").count_documents({}) == 1


def test_the_next_steps_are_found_by_a_title_that_is_read_with_the_short(round_trips: list[str]) -> None:
    short_id = start_short(PAGE, short_id="s", user_id="u")
    staging.set_product(short_id, "p", "Steel cup")
    complete_task(tasks_by_step(short_id)["scrape"].task_id)
    round_trips.clear()
    advance(short_id)
    assert round_trips.count("find") == 3, round_trips  # the short, its tasks, and whether it is still in the making
    assert {task.metadata["step"] for task in list_tasks(q="steel")} == {"scrape", "images", "text"}
    assert {one.task_type for one in session_service.find_sessions(q="steel")} == {
        TaskType.IMAGE_ANALYSIS,
        TaskType.CONTENT_ANALYSIS,
    }
