"""From a page to a video with a real worker, and what becomes of it when things go wrong on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
import pytest
from PIL import Image

from app.blobs import store as media
from app.brand_models import BrandKit
from app.db import client as mongo
from app.errors import Conflict
from app.models import TaskInfo, TaskStatus, TaskType
from app.processes.worker_process import WorkerProcess
from app.products.data_extraction import start_data_extraction
from app.sessions.service import session_service
from app.shorts import repository as shorts
from app.shorts import revisions
from app.shorts.repository import ShortStatus
from app.shorts.service import start_short, task_ended
from app.shorts.steps.save_scenario import start_save_scenario
from app.shorts.steps.write_scenario import regenerate_scene
from app.tasks.repository import find_task, tasks_of_short
from app.tasks.service import cancel_task
from examples.demo_shop.shop import DemoShop
from tests import staging
from tests.conftest import DATA_DIR
from tests.making import SMALL, ended
from tests.polling import wait_for


@pytest.fixture(scope="module")
def shop() -> Iterator[DemoShop]:
    """The demo shop."""
    with DemoShop() as running:
        yield running


def make(shop: DemoShop, product: int = 0, **options: Any) -> str:
    page = shop.product_urls[product]
    return start_short(page, allowed_hosts=[page.split("/")[2]], **{"wishes": SMALL, **options})


def rendering(short_id: str) -> TaskInfo | None:
    running = [task for task in tasks_of_short(short_id) if task.task_type is TaskType.VIDEO_GENERATION]
    return next((task for task in running if task.status is TaskStatus.RUNNING and task.progress > 5), None)


def writes_a_part(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return any(file.path.endswith(".part") for file in process.open_files())
    return False


def videos(short_id: str) -> list[str]:
    """Return the videos that were made of a short: each run has a folder of its own, named by the version first."""
    film = DATA_DIR / "media" / media.short_key(short_id, "film")
    return [path.parent.name.partition("-")[0] for path in film.glob("*/video.mp4")]


def clips(short_id: str) -> dict[str, int]:
    """Return the names of the short's clips and when each was written, in nanoseconds."""
    folder = DATA_DIR / "media" / Path(media.short_key(short_id, "x")).parent
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("clip-*.mp4")}


def magenta(picture: np.ndarray) -> int:
    """Return how many pixels of a picture have the colour."""
    red, green, blue = picture.astype(int).transpose(2, 0, 1)
    return int(((red > 170) & (green < 90) & (blue > 170)).sum())


def test_a_page_becomes_a_video_while_sessions_come_and_go(shop: DemoShop, worker: WorkerProcess) -> None:
    """With a key's scope, beside a short of the same id that has none: what is made must not meet. With a brand kit:
    the logo stands small in every picture, and large on an end card of two seconds."""
    short_id = "mine"
    staging.ensure_short(short_id, None)
    drawn = BytesIO()
    Image.new("RGB", (64, 64), "#ff00ff").save(drawn, "PNG")
    brand = BrandKit(logo=f"data:image/png;base64,{b64encode(drawn.getvalue()).decode()}", end_card="shop.example")
    wishes = SMALL.model_copy(update={"brand": brand})
    key = make(shop, user_id="owner", short_id=short_id, id_scope="owner", wishes=wishes)
    seen: set[str] = set()

    def watched() -> bool:
        seen.update(session.task_type.value for session in session_service.get_sessions_by_short_id(short_id))
        return ended(key) is not None

    wait_for(watched, 120, "the end of the short")
    short, other = shorts.get_short(key), shorts.get_short(short_id)
    assert (other.product_id, other.scenario, other.clips, other.video) == (None, None, {}, None)
    assert (short.status, short.error) == (ShortStatus.COMPLETED, None)
    assert {"image_analysis", "scenario_generation", "video_generation", "finalize_short"} <= seen
    assert "scraping" not in seen
    assert session_service.get_sessions_by_short_id(short_id) == []
    assert tasks_of_short(short_id) == []
    tasks = tasks_of_short(key)
    assert {task.status for task in tasks} == {TaskStatus.COMPLETED}
    assert {task.task_type for task in tasks} == set(TaskType) - {TaskType.DATA_EXTRACTION}
    assert {task.user_id for task in tasks} == {"owner"}
    assert short.video is not None
    with av.open(BytesIO(media.get(short.video.key)), "r") as film:
        picture, sound = film.streams.video[0], film.streams.audio[0]
        assert (picture.codec_context.name, picture.width, picture.height) == ("h264", 180, 320)
        assert picture.average_rate == 30
        assert sound.codec_context.name == "aac"
        logo = [magenta(frame.to_ndarray(format="rgb24")) for frame in film.decode(video=0)]
    assert abs(len(logo) / 30 - short.video.seconds) < 0.05
    assert min(logo[:-62]) > 20 and max(logo[:-62]) < 100 and min(logo[-45:]) > 5000
    assert 8 <= short.video.seconds <= 30
    with Image.open(BytesIO(media.get(short.video.thumbnails[0].key))) as thumbnail:
        assert thumbnail.size == (180, 320)


def test_a_worker_killed_in_mid_render_costs_nothing_but_time(shop: DemoShop, tmp_path: Path) -> None:
    short_id = make(shop)
    with WorkerProcess(tmp_path / "worker.log") as worker:
        wait_for(lambda: rendering(short_id), 90, "a rendering under way")
        killed = worker.process_id
        renderer = [child.pid for child in psutil.Process(killed).children(recursive=True)]
        assert renderer
        done = clips(short_id)
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: not any(psutil.pid_exists(pid) for pid in renderer), 10, "the renderer's end")
        orphaned = {"short_id": short_id, "status": "running", "lease_owner": {"$regex": f":{killed}:"}}
        interrupted = [task["_id"] for task in mongo.collection("tasks").find(orphaned)]
        assert interrupted
        for task_id in interrupted:  # live, so its session is there
            assert session_service.get_session(task_id) is not None
        wait_for(lambda: ended(short_id), 120, "the end of the short")
        assert (worker.deaths, worker.process_id != killed) == (1, True)
    short = shorts.get_short(short_id)
    assert (short.status, short.error) == (ShortStatus.COMPLETED, None)
    assert videos(short_id) == ["1"]
    # The scenes that were rendered before were not rendered again.
    assert done.items() <= clips(short_id).items()
    assert len(clips(short_id)) == len(short.clips)
    assert session_service.get_sessions_by_short_id(short_id) == []
    for task_id in interrupted:
        task = find_task(task_id)
        assert task is not None
        assert (task.status, task.retries, task.lease_epoch) == (TaskStatus.COMPLETED, 1, 2)
    finals = [task for task in tasks_of_short(short_id) if task.task_type is TaskType.FINALIZE_SHORT]
    assert len(finals) == 1
    assert list((DATA_DIR / "tmp").iterdir()) == []


def test_a_worker_that_is_asked_to_end_hands_its_task_back(shop: DemoShop, tmp_path: Path) -> None:
    short_id = make(shop)
    with subprocess.Popen([sys.executable, "-m", "app.worker"], stderr=subprocess.DEVNULL) as process:
        wait_for(lambda: rendering(short_id), 90, "a rendering under way")
        process.send_signal(signal.SIGTERM)
        process.wait(15)
    assert not [task for task in tasks_of_short(short_id) if task.status is TaskStatus.RUNNING]
    live = [task for task in tasks_of_short(short_id) if not task.ended]
    assert all(session_service.get_session(task.task_id) for task in live)
    with WorkerProcess(tmp_path / "next.log"):
        wait_for(lambda: ended(short_id), 120, "the end of the short")
    assert shorts.get_short(short_id).status is ShortStatus.COMPLETED


def test_a_worker_that_slept_past_its_lease_writes_nothing_when_it_wakes(shop: DemoShop, tmp_path: Path) -> None:
    short_id = make(shop)
    with WorkerProcess(tmp_path / "sleeper.log") as sleeper:
        wait_for(lambda: rendering(short_id), 90, "a rendering under way")
        os.kill(sleeper.process_id, signal.SIGSTOP)
        held = {"short_id": short_id, "status": "running", "lease_owner": {"$regex": f":{sleeper.process_id}:"}}
        lost = [task["_id"] for task in mongo.collection("tasks").find(held)]
        assert lost
        try:
            with WorkerProcess(tmp_path / "other.log"):
                wait_for(lambda: ended(short_id), 120, "the end of the short")
                before = list(mongo.collection("tasks").find({"short_id": short_id}))
                os.kill(sleeper.process_id, signal.SIGCONT)
                wait_for(lambda: "task_given_up" in (tmp_path / "sleeper.log").read_text(), 20, "the sleeper's insight")
        finally:
            os.kill(sleeper.process_id, signal.SIGCONT)
    assert list(mongo.collection("tasks").find({"short_id": short_id})) == before
    assert {task["lease_epoch"] for task in before if task["_id"] in lost} == {2}
    assert shorts.get_short(short_id).status is ShortStatus.COMPLETED
    assert videos(short_id) == ["1"]
    assert session_service.get_sessions_by_short_id(short_id) == []


def test_cancelling_a_rendering_stops_it_and_the_short(shop: DemoShop, worker: WorkerProcess) -> None:
    # Large enough that a scene is still drawn when it is cancelled; one that has ended meanwhile is not the one.
    short_id = make(shop, wishes=SMALL.model_copy(update={"width": 2160, "height": 3840}))

    def renderers() -> set[int]:
        """Return the children that write a clip; others may wait for something to do."""
        return {child.pid for child in psutil.Process(worker.process_id).children() if writes_a_part(child)}

    drawing: set[int] = set()

    def cancelled() -> TaskInfo | None:
        drawing.clear()
        drawing.update(renderers())
        task = rendering(short_id)
        return task if drawing and task is not None and cancel_task(task.task_id) else None

    task = wait_for(cancelled, 90, "a rendering under way")
    assert task is not None
    wait_for(lambda: drawing - set(psutil.pids()), 10, "the renderer's end")
    task_ended(task, completed=False)
    wait_for(lambda: not drawing & set(psutil.pids()), 10, "the end of what draws another scene")
    assert session_service.get_session(task.task_id) is None
    assert shorts.get_short(short_id).status is ShortStatus.CANCELLED
    assert all(other.ended for other in tasks_of_short(short_id))
    assert session_service.get_sessions_by_short_id(short_id) == []
    wait_for(lambda: not list((DATA_DIR / "tmp").iterdir()), 10, "the end of its files")


def test_a_scenario_waits_for_its_review_over_a_restart(shop: DemoShop, tmp_path: Path) -> None:
    short_id = make(shop, product=1, review=True)
    with WorkerProcess(tmp_path / "first.log"):
        wait_for(lambda: ended(short_id), 60, "the scenario")
    short = shorts.get_short(short_id)
    assert short.status is ShortStatus.WAITING
    (session,) = session_service.get_sessions_by_short_id(short_id)
    assert (session.task_type, session.status) == (TaskType.SCENARIO_GENERATION, "completed")
    assert short.scenario is not None
    assert short.stills is not None
    assert media.get(short.stills.preview_key)[:2] == b"\xff\xd8"
    mongo.close()  # a restart: what waits for the person is in the database
    again = short.scenario
    for number in range(len(short.scenario.scenes)):
        with suppress(Conflict):  # a page may hold nothing else for a scene
            again = regenerate_scene(short, number).written_scenario()
            break
    assert again.scenes != short.scenario.scenes
    scene = again.scenes[0].model_copy(update={"on_screen_text": "Für den langen Weg"})
    edited = again.model_copy(update={"scenes": [scene, *again.scenes[1:]]})
    revisions.edit(shorts.get_short(short_id), edited)
    (waiting,) = session_service.get_sessions_by_short_id(short_id)
    assert waiting == session
    with WorkerProcess(tmp_path / "second.log"):
        start_save_scenario(short_id)
        wait_for(lambda: ended(short_id) and shorts.get_short(short_id).video, 120, "the video")
    assert session_service.get_sessions_by_short_id(short_id) == []
    saved = mongo.collection("scenarios").find_one({"short_id": short_id, "version": 1}) or {}
    assert saved["scenario"] == edited.model_dump(mode="json")


def test_a_feed_goes_on_where_a_killed_worker_left_it(tmp_path: Path) -> None:
    feed = "title,price\n" + "".join(f"Desk {row},{row}\n" for row in range(1, 10001))
    task_id = start_data_extraction("csv", feed, short_id="bulk")

    def state() -> dict[str, Any]:
        return mongo.collection("tasks").find_one({"_id": task_id}) or {}

    with WorkerProcess(tmp_path / "worker.log") as worker:
        wait_for(lambda: state().get("checkpoint"), 60, "the first batch")
        os.kill(worker.process_id, signal.SIGKILL)
        kept = state()["checkpoint"]["rows"]
        wait_for(lambda: state()["status"] == "completed", 90, "the end of the task")
    done = state()
    assert 0 < kept < 10000, "the feed is too short, or the kill came too late"
    assert done["lease_epoch"] == 2
    assert (done["result"]["accepted"], done["result"]["rejected"]) == (10000, 0)
    table = media.get(done["result"]["files"]["products.ndjson"]).splitlines()
    assert [json.loads(line)["row"] for line in table] == list(range(1, 10001))
    assert done["checkpoint"]["parts"][0].endswith("-1") and done["checkpoint"]["parts"][-1].endswith("-2")
    assert session_service.get_sessions_by_short_id("bulk") == []
