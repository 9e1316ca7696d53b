"""A short's own record says how far it is, and no run writes to it that lost its task or rests on an old version."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.blobs import store as media
from app.cli.serve import bound_socket, serving
from app.db import client as mongo
from app.db.writes import Delete
from app.errors import Cancelled, Conflict, Outdated
from app.maintenance import scheduler as scheduler_service
from app.models import ContentAnalysis, ImageAnalysis, Product, Scenario, Scene, TaskStatus, TaskType, Wishes, utc_now
from app.products import repository as products
from app.rendering.jobs import ClipJob, FilmJob, FilmResult, FilmScene
from app.sessions.service import session_service
from app.shorts import repository as shorts
from app.shorts import revisions
from app.shorts import service as short_service
from app.shorts import writes as short_writes
from app.shorts.repository import ShortStatus, edition_of
from app.shorts.service import advance, cancel_short, start_short, tasks_by_step
from app.shorts.steps import finalize as finalize_short_service
from app.shorts.steps import render_scene as video_generation_service
from app.shorts.steps.finalize import provenance, start_finalize_short
from app.shorts.steps.render_scene import start_video_generation
from app.shorts.steps.save_scenario import start_save_scenario
from app.shorts.videos import Clip, Stills, Video
from app.tasks.lease_keeper import Lease
from app.tasks.recovery import OrphanWatch
from app.tasks.runner import run_task
from app.tasks.service import claim_task, complete_task, get_task_status, record_task, start_task
from tests import staging
from tests.access.servers import answers
from tests.conftest import change_all, wipe
from tests.polling import wait_for
from tests.staging import NOTHING

pytestmark = pytest.mark.usefixtures("ends_tasks")

IMAGE = "https://shop.example/1.jpg"
PRODUCT = Product(title="Cup", images=[IMAGE])
WISHES = Wishes(seconds=10, width=180, height=320, voice="none", music="none")
WRITER = {"by": "openai:test", "prompts": "v1"}


def scenario(title: str = "Cup", scenes: int = 2) -> Scenario:
    one = Scene(role="hook", image=IMAGE, motion="zoom_in", seconds=10 / scenes)
    return Scenario(title=title, language="en", wishes=WISHES, scenes=[one] * scenes)


def video(name: str) -> Video:
    return Video(
        key=media.short_key("s", name), seconds=1, width=2, height=2, size=3, voice=None, music="m", licences=[]
    )


def clip(name: str) -> Clip:
    return Clip(key=media.short_key("s", name), seconds=5, scene={"role": "hook"})


def finish(key: str, step: str) -> None:
    """Run a step of a short to its end, as a worker does."""
    task = tasks_by_step(key)[step]
    assert start_task(task.task_id) and complete_task(task.task_id, {})
    advance(key)


def waiting(short_id: str = "s") -> str:
    """Bring a short to its review, by the runs of its steps."""
    key = start_short("https://shop.example/cup", short_id=short_id, user_id="u", review=True)
    scrape = claim_task(tasks_by_step(key)["scrape"].task_id)
    assert scrape is not None
    products.save_product(scrape, scrape.task_id, PRODUCT, "u")
    short_writes.set_product(scrape, key, scrape.task_id, PRODUCT.title, "u")
    assert complete_task(scrape.task_id, {})
    advance(key)
    finish(key, "images")
    finish(key, "text")
    write = claim_task(tasks_by_step(key)["scenario"].task_id)
    assert write is not None
    short_writes.put_draft(write, key, [scenario()], scrape.task_id, WRITER, "u", 0)
    assert complete_task(write.task_id, {"writer": WRITER})
    advance(key)
    assert shorts.get_short(key).status is ShortStatus.WAITING
    return key


def grow_old(days: int = 400) -> None:
    """Let all that there is be so old."""
    then = utc_now() - timedelta(days=days)
    for name, fields in {
        "tasks": ("created_at", "ended_at"),
        "sessions": ("created_at", "updated_at"),
        "shorts": ("created_at", "updated_at"),
        "products": ("created_at", "updated_at"),
        "unused_media": ("due_at",),
    }.items():
        for field in fields:
            change_all(name, {field: {"$type": "date"}}, {"$set": {field: then}})


def live(key: str) -> set[str]:
    return {name for name, task in tasks_by_step(key).items() if not task.ended}


def test_a_short_that_waited_for_months_goes_on_with_what_was_saved() -> None:
    key = waiting()
    grow_old()
    scheduler_service.cleanup()
    assert set(tasks_by_step(key)) == {"scrape", "images", "text", "scenario"}  # what waits is not cleaned up
    assert [session.status for session in session_service.get_sessions_by_short_id(key)] == ["completed"]
    # Nor does it need what is gone, as by an earlier version's clean-up, or by a caller's.
    wipe("tasks")
    assert session_service.cleanup_old_sessions(7) == 1
    edited = revisions.edit(shorts.get_short(key), scenario("My own words")).scenario
    run_task(start_save_scenario(key, user_id="u"))
    assert live(key) == {"scene-0-v1", "scene-1-v1"}
    short = shorts.get_short(key)
    assert (short.scenario, short.scenario_version) == (edited, 1)
    assert provenance(short, edition_of(short))["writer"] == WRITER


def test_a_short_in_the_making_needs_no_task_of_a_step_that_is_done() -> None:
    key = start_short("https://shop.example/cup", short_id="s", user_id="u")
    staging.save_product("p", PRODUCT, "u")
    staging.set_product(key, "p", PRODUCT.title)
    finish(key, "scrape")
    finish(key, "images")
    grow_old()
    scheduler_service.cleanup()
    assert set(tasks_by_step(key)) == {"scrape", "images", "text"}
    mongo.write_together([Delete("tasks", {"status": "completed"}, many=True), NOTHING])
    advance(key)
    assert live(key) == {"text"}
    assert shorts.get_short(key).done == ["scrape", "images"]


def test_a_short_that_was_written_before_there_were_marks_goes_on() -> None:
    key = waiting()
    mongo.collection("shorts").update_one({"_id": key}, {"$unset": {"done": 1, "draft": 1, "writer": 1}})
    wipe("tasks")
    wipe("sessions")
    revisions.edit(shorts.get_short(key), scenario("My own words"))
    run_task(start_save_scenario(key, user_id="u"))
    assert live(key) == {"scene-0-v1", "scene-1-v1"}
    assert shorts.get_short(key).written_scenario().title == "My own words"


def test_a_new_version_gives_up_what_is_under_way_for_the_old_one() -> None:
    key = waiting()
    run_task(start_save_scenario(key, user_id="u"))
    assert live(key) == {"scene-0-v1", "scene-1-v1"}
    run_task(start_save_scenario(key, scenario("Second", scenes=1), user_id="u"))
    assert live(key) == {"scene-0-v2"}
    for number in (0, 1):
        assert tasks_by_step(key)[f"scene-{number}-v1"].status is TaskStatus.CANCELLED
    assert not short_writes.end_short(key, ShortStatus.COMPLETED, 1)  # whoever read the short before
    assert shorts.get_short(key).status is ShortStatus.MAKING


def lost() -> tuple[Lease, Lease]:
    """Return a run whose lease was taken, and the run that has the task now."""
    task_id = record_task(TaskType.IMAGE_ANALYSIS, dispatched=True)
    first = claim_task(task_id)
    past = {"$set": {"due_at": utc_now() - timedelta(seconds=1)}}
    mongo.collection("tasks").update_one({"_id": task_id}, past)
    assert OrphanWatch().recover() == 1
    second = claim_task(task_id)
    assert first is not None and second is not None
    return first, second


SINKS: dict[str, Callable[[Lease], object]] = {
    "product of a short": lambda run: short_writes.set_product(run, "s", "other", "Other", "u"),
    "draft": lambda run: short_writes.put_draft(run, "s", [scenario("Other")], "p", {}, "u", 1),
    "stills": lambda run: short_writes.put_stills(run, "s", Stills(preview_key="a", thumbnail_key="b"), 1, 0),
    "clip": lambda run: short_writes.put_clip(run, "s", edition_of(shorts.get_short("s")), 0, clip("other")),
    "video": lambda run: short_writes.put_video(run, "s", edition_of(shorts.get_short("s")), video("other")),
    "scenario": lambda run: short_writes.save_scenario(run, shorts.get_short("s"), scenario("Other")),
    "product": lambda run: products.save_product(run, "p", Product(title="Other"), "u"),
    "new product": lambda run: products.save_product(run, "new", Product(title="Other"), "u"),
    "pictures": lambda run: products.save_images(run, "p", [ImageAnalysis(url=IMAGE)]),
    "words": lambda run: products.save_analysis(run, "p", ContentAnalysis.model_construct(language="en")),
}


def saved() -> str:
    """Return a short with a saved scenario and a product."""
    staging.save_product("p", PRODUCT, "u")
    staging.ensure_short("s", "u")
    staging.update_short("s", product_id="p")
    staging.save_scenario("s", scenario(), saved_by_task="first")
    return "s"


def stored() -> dict[str, Any]:
    return {name: list(mongo.collection(name).find().sort("_id", 1)) for name in ("shorts", "scenarios", "products")}


def test_a_run_whose_lease_was_taken_writes_nothing_anywhere() -> None:
    saved()
    old, new = lost()
    before = stored()
    for name, write in SINKS.items():
        with pytest.raises(Cancelled):
            write(old)
        assert stored() == before, name
    for name, write in SINKS.items():
        write(new)
        if name != "stills":  # there is no draft to show
            assert stored() != before, name
        before = stored()


def test_what_was_made_of_one_version_never_comes_into_another() -> None:
    saved()
    first = edition_of(shorts.get_short("s"))
    with staging.run_of("scene") as run:
        short_writes.put_clip(run, "s", first, 0, clip("one"))
        staging.save_scenario("s", scenario("Second"), saved_by_task="second")
        for put in (
            lambda: short_writes.put_clip(run, "s", first, 0, clip("late")),
            lambda: short_writes.put_video(run, "s", first, video("late")),
            lambda: short_writes.put_draft(run, "s", [scenario("Late")], "p", {}, "u", 1),
        ):
            with pytest.raises(Conflict, match="version 2"):
                put()
    short = shorts.get_short("s")
    assert (short.clips, short.video, short.written_scenario().title, short.draft) == ({}, None, "Second", 0)


def test_a_clip_of_a_draft_that_was_changed_is_none_of_the_new_draft() -> None:
    staging.ensure_short("s", "u")
    with staging.run_of("write") as run:
        short_writes.put_draft(run, "s", [scenario()], "p", {}, "u", 0)
        first = edition_of(shorts.get_short("s"))
        short_writes.put_clip(run, "s", first, 0, clip("one"))
        staging.save_product("p", PRODUCT, "u")
        revisions.edit(shorts.get_short("s"), scenario("Edited"))
        assert shorts.get_short("s").clips == {}
        with pytest.raises(Conflict, match="changed"):
            short_writes.put_clip(run, "s", first, 1, clip("late"))


def test_a_draft_beside_a_saved_version_changes_nothing_of_its_film() -> None:
    saved()
    with staging.run_of("write") as run:
        short_writes.put_draft(run, "s", [scenario("Not yet saved", scenes=1)], "other", {"by": "x"}, "u", 1)
        short_writes.set_product(run, "s", "other", "Another", "u")
        short = shorts.get_short("s")
        edition = edition_of(short)
        assert (edition.scenario, edition.product_id, edition.writer) == (scenario(), "p", {"by": "x"})
        short_writes.put_clip(run, "s", edition, 0, clip("one"))
    assert short.written_scenario().title == "Not yet saved"
    assert set(shorts.get_short("s").clips) == {"0"}


def test_of_two_edits_of_one_draft_the_second_is_told() -> None:
    staging.save_product("p", PRODUCT, "u")
    staging.ensure_short("s", "u")
    with staging.run_of("write") as run:
        short_writes.put_draft(run, "s", [scenario()], "p", {}, "u", 0)
    read = shorts.get_short("s")  # a scene is written anew for seconds, and meanwhile
    revisions.edit(read, scenario("Edited"))
    with pytest.raises(Outdated, match=r"revision 0\.2 now"):
        revisions.edit(read, scenario("Written anew"))
    assert shorts.get_short("s").written_scenario().title == "Edited"


def test_an_edit_that_comes_while_a_draft_is_saved_is_saved_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    key = waiting()
    save = short_writes.save_scenario
    edits: list[Scenario] = []

    def meanwhile(run: Lease, short: shorts.Short, *given: Any, **named: Any) -> int:
        if not edits:
            edits.append(revisions.edit(short, scenario("Edited at last")).written_scenario())
        return save(run, short, *given, **named)

    monkeypatch.setattr("app.shorts.steps.save_scenario.save_scenario", meanwhile)
    run_task(start_save_scenario(key, user_id="u"))
    assert (shorts.get_short(key).scenario_version, shorts.get_short(key).written_scenario()) == (1, edits[0])


def test_a_scene_whose_version_is_replaced_while_it_is_rendered_fails_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    saved()
    data = b"a picture"
    key = media.content_key("images", data, "")
    media.put(key, data)
    staging.save_images("p", [ImageAnalysis(url=IMAGE, media_key=key)])

    def rendered(short: shorts.Short, job: Any, keys: dict[str, str], context: Any) -> tuple[dict[str, str], str]:
        staging.save_scenario("s", scenario("Second"), saved_by_task="second")
        return keys, media.short_key("s", "clip-x.mp4")

    early = start_video_generation("s", 1, user_id="u")
    monkeypatch.setattr(video_generation_service, "_rendered", rendered)
    late = start_video_generation("s", 0, user_id="u")
    run_task(late)
    run_task(early)  # which was queued for the first version
    for task_id in (late, early):
        task = get_task_status(task_id)
        assert task is not None
        assert (task.status, "version 2" in (task.error or "")) == (TaskStatus.FAILED, True)
    assert shorts.get_short("s").clips == {}


def test_a_download_goes_on_though_the_video_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    saved()
    contents = iter((b"one" * 10_000_000, b"two" * 10_000_000))

    def made(job: FilmJob, *_: Any) -> FilmResult:
        for path in (job.output, job.preview):
            Path(path).write_bytes(next(contents) if path == job.output else b"webp")
        return FilmResult(
            path=job.output,
            thumbnails=[],
            seconds=1,
            frames=30,
            voice=None,
            music="m",
            captions=[],
            licences=[],
            provenance={},
        )

    shown = FilmScene(scene=ClipJob(image="x", motion="zoom_in", seconds=1, output="x"))
    monkeypatch.setattr(finalize_short_service, "run_in_child", made)
    monkeypatch.setattr(finalize_short_service, "_scenes", lambda *_: [shown, shown])
    with staging.run_of("scenes") as run:
        for number in (0, 1):
            short_writes.put_clip(run, "s", edition_of(shorts.get_short("s")), number, clip("x"))
    assert made_video() is not None
    old = shorts.get_short("s").video
    assert old is not None
    with bound_socket("127.0.0.1", 0) as listener, serving(listener):
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        wait_for(lambda: answers(f"{address}/health/live"), what="the server")
        with httpx2.stream("GET", f"{address}/api/v1/shorts/s/video") as answer:
            pieces = answer.iter_bytes(1 << 16)
            data = next(pieces)
            again = made_video()
            data += b"".join(pieces)
        assert httpx2.get(f"{address}/api/v1/shorts/s/video").content[:6] == b"twotwo"
    assert data == b"one" * 10_000_000
    assert again.key != old.key
    noted = [key for note in mongo.collection("unused_media").find() for key in note["keys"]]
    assert old.key in noted
    grow_old()
    scheduler_service.cleanup()
    assert not media.stored(old.key)
    assert media.stored(again.key)


def made_video() -> Video:
    task_id = start_finalize_short("s", user_id="u")
    run_task(task_id)
    task = get_task_status(task_id)
    assert task is not None and task.status is TaskStatus.COMPLETED, task
    found = shorts.get_short("s").video
    assert found is not None
    return found


def test_of_two_who_make_one_clip_at_once_the_first_ones_stays() -> None:
    key = media.short_key("s", "clip-race.mp4")
    together = threading.Barrier(4)

    def put(data: bytes) -> None:
        together.wait()
        media.put_once(key, data)

    threads = [threading.Thread(target=put, args=(bytes([number]) * 1000,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first = media.get(key)
    media.put_once(key, b"later")
    assert media.get(key) == first and len(set(first)) == 1


def test_a_short_of_another_version_is_not_ended_by_a_step_that_failed_late() -> None:
    key = waiting()
    run_task(start_save_scenario(key, user_id="u"))
    short, tasks = shorts.get_short(key), tasks_by_step(key)
    failed = {name: task.model_copy(update={"status": TaskStatus.FAILED, "error": "x"}) for name, task in tasks.items()}
    run_task(start_save_scenario(key, scenario("Second"), user_id="u"))
    short_service._go_on(short, failed)  # whoever read both before
    assert shorts.get_short(key).status is ShortStatus.MAKING
    assert live(key) == {"scene-0-v2", "scene-1-v2"}
    assert cancel_short(key)
