"""Saving a scenario: a version, and the end of all that waited for it, in one."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from app.db import client as mongo
from app.errors import Conflict, NotFound
from app.models import Scenario, Scene, Wishes, utc_now
from app.sessions.service import session_service
from app.shorts import repository as shorts
from app.shorts import writes as short_writes
from app.shorts.repository import Short, ShortStatus
from app.shorts.videos import Clip
from tests import staging

SCENE = Scene(role="hook", image="https://shop.example/1.jpg", motion="zoom_in", seconds=12)
SCENARIO = Scenario(title="Cup", language="en", wishes=Wishes(seconds=12), scenes=[SCENE])


@pytest.fixture
def short() -> str:
    """A short whose two scenarios wait, beside sessions that are none of its business."""
    shorts.insert_short(
        Short(
            short_id="s", status=ShortStatus.WAITING, clips={"0": Clip(key="old", seconds=3, picture_keys={}, scene={})}
        )
    )
    for task_id, short_id, task_type in (
        ("a", "s", "scenario_generation"),
        ("b", "s", "scenario_generation"),
        ("c", "s", "image_analysis"),
        ("d", "other", "scenario_generation"),
    ):
        session_service.create_session(short_id, task_type, task_id)
    return "s"


def test_saving_ends_all_scenario_sessions_of_the_short_and_no_other(short: str) -> None:
    assert staging.save_scenario(short, SCENARIO, saved_by_task="t1") == 1
    assert {session.task_id for session in session_service.find_sessions()} == {"c", "d"}
    saved = shorts.get_short(short)
    assert (saved.scenario, saved.scenario_version, saved.status) == (SCENARIO, 1, ShortStatus.MAKING)
    assert saved.clips == {}  # they were of another scenario


def test_the_same_task_saves_once_and_another_makes_the_next_version(short: str) -> None:
    assert staging.save_scenario(short, SCENARIO, saved_by_task="t1") == 1
    session_service.create_session(short, "scenario_generation", "late")
    assert staging.save_scenario(short, SCENARIO, saved_by_task="t1") == 1
    assert session_service.get_session("late") is None
    assert staging.save_scenario(short, SCENARIO, saved_by_task="t2") == 2
    assert mongo.collection("scenarios").count_documents({"short_id": short}) == 2


def test_of_saves_at_once_each_has_its_version_or_is_told(short: str) -> None:
    versions: list[int] = []
    told: list[Conflict] = []
    together = threading.Barrier(6)

    def save(task_id: str) -> None:
        together.wait()
        try:
            versions.append(staging.save_scenario(short, SCENARIO, saved_by_task=task_id))
        except Conflict as conflict:
            told.append(conflict)

    threads = [threading.Thread(target=save, args=(f"t{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(versions) == list(range(1, len(versions) + 1))
    assert len(versions) + len(told) == 6
    assert shorts.get_short(short).scenario_version == len(versions) >= 1


def test_a_short_that_is_not_there() -> None:
    with pytest.raises(NotFound, match="absent"):
        staging.save_scenario("absent", SCENARIO, saved_by_task="t")
    with pytest.raises(NotFound, match="absent"):
        shorts.get_short("absent")
    assert not short_writes.end_short("absent", ShortStatus.FAILED)


def test_there_is_one_short_of_an_id(short: str) -> None:
    with pytest.raises(Conflict, match="s already"):
        shorts.insert_short(Short(short_id=short))
    staging.ensure_short(short, "someone")
    assert shorts.get_short(short).user_id is None


def test_a_short_that_was_stored_with_a_wish_under_its_former_name_is_read(short: str) -> None:
    mongo.collection("shorts").update_one(
        {"short_id": short}, {"$set": {"wishes": {"effects": False, "seconds": 12.0}}}
    )
    with pytest.warns(DeprecationWarning, match="effects is called sound_effects now"):
        read = shorts.get_short(short)
    assert read.wishes == Wishes(seconds=12, sound_effects=False)
    assert "effects" not in read.wishes.model_dump()


def test_a_wish_under_both_its_names_is_refused() -> None:
    with pytest.raises(ValueError, match="effects"):
        Wishes.model_validate({"effects": False, "sound_effects": True})


def test_the_median_time_is_of_what_was_made_without_a_person() -> None:
    now = utc_now()
    for number, (seconds, status, review) in enumerate(
        [(30, "completed", False), (50, "completed", False), (90, "completed", False), (9, "failed", False),
         (7000, "completed", True)]
    ):  # fmt: skip
        staging.ensure_short(f"m{number}", "u")
        begun = now - timedelta(hours=2)
        staging.update_short(f"m{number}", created_at=begun, automatic=True, review=review)
        made = {"task_type": "finalize_short", "status": status, "short_id": f"m{number}", "user_id": "u"}
        times = {"created_at": begun, "updated_at": now, "ended_at": begun + timedelta(seconds=seconds)}
        mongo.collection("tasks").insert_one({"_id": f"task-{number}", **made, **times})
    day = timedelta(days=1)
    assert shorts.median_seconds(now - day, now, "u") == 50
    assert shorts.median_seconds(now - day, now, "another") is None
    assert shorts.median_seconds(now - day, now - day / 2, "u") is None
