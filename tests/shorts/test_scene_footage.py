"""Scenes filmed by a video model: its footage is shown, paid for once, and done without where it fails."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import av
import numpy as np
import pytest

from app.blobs import store as media
from app.config import get_settings
from app.db import client as mongo
from app.models import Scenario, Scene, TaskInfo, Wishes, utc_now
from app.shorts import repository as shorts
from app.shorts.steps.finalize import start_finalize_short
from app.shorts.steps.render_scene import start_video_generation
from app.tasks.repository import find_task
from app.tasks.runner import run_task
from tests import staging
from tests.providers.server import Asked, Reply, scripted
from tests.scenario.products import ENGLISH
from tests.shorts.test_write_scenario import stored_images

FILM, TASK = "/films/1.mp4", "/v1/tasks/t1"


def red(frames: int = 12) -> bytes:
    """A red film of another shape and rate, with a white bar that goes down."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=6)
        stream.width, stream.height, stream.pix_fmt = 96, 96, "yuv420p"
        for number in range(frames):
            picture = np.full((96, 96, 3), (200, 20, 20), np.uint8)
            picture[8 * number : 8 * number + 8] = 255
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(stream.encode(None))
    return file.getvalue()


class Maker:
    """Answers as Runway does; ``film`` and ``fails`` say how."""

    def __init__(self) -> None:
        self.film, self.fails, self.state = red(), False, "SUCCEEDED"
        self.asked: list[Asked] = []
        self.url = ""
        self.short_id = str(uuid4())  # media outlive a test

    def __call__(self, request: Asked) -> Reply:
        if self.fails:
            return Reply({"error": "overloaded"}, 503, {"Retry-After": "0"})
        if request.path == "/v1/image_to_video":
            self.asked.append(request)
            return Reply({"id": "t1"})
        if request.path == TASK:
            return Reply({"status": self.state, "output": [self.url + FILM], "failure": "refused"})
        return Reply(self.film)


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Maker]:
    """The model that the settings name, and a short of two scenes that wishes for it."""
    script = Maker()
    with scripted(script) as server:
        script.url = server.url
        for name, value in {
            "VIDEO_MODEL": "runway:gen4_turbo",
            "RUNWAY_API_KEY": "k",
            "RUNWAY_URL": server.url,
            "PROVIDER_RETRIES": "0",
            "PROVIDER_CALLS_PER_MINUTE": "60000",
        }.items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        images = stored_images()
        staging.save_product("p1", ENGLISH, "u")
        staging.save_images("p1", images)
        scenes = [Scene(role="body", image=image.url, motion="zoom_in", seconds=1) for image in images[:2]]
        wishes = Wishes(seconds=10, width=180, height=320, style="elegant", clips="model", voice="none", music="none")
        scenario = Scenario(title="Cup", language="en", wishes=wishes, scenes=scenes)
        staging.ensure_short(script.short_id, "u")
        staging.update_short(script.short_id, scenario=scenario.model_dump(mode="json"), product_id="p1")
        yield script


def ran(task_id: str) -> TaskInfo:
    run_task(task_id)
    task = find_task(task_id)
    assert task is not None
    return task


def clip_of(maker: Maker, scene: int = 0) -> dict[str, Any]:
    task = ran(start_video_generation(maker.short_id, scene, user_id="u"))
    assert task.status == "completed", task.error
    assert task.result is not None
    clip: dict[str, Any] = task.result["clip"]
    return clip


def seen(key: str, folder: Path) -> list[np.ndarray[Any, Any]]:
    media.save_as(key, folder / "seen.mp4")
    with av.open(str(folder / "seen.mp4")) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def is_red(picture: np.ndarray[Any, Any]) -> bool:
    return bool(np.abs(np.median(picture, axis=(0, 1)) - (200, 20, 20)).max() < 25)


def test_a_model_films_and_the_film_shows_it_through_its_transitions(maker: Maker, tmp_path: Path) -> None:
    clips = [clip_of(maker, 0), clip_of(maker, 1)]
    assert [clip["filmed_by"] for clip in clips] == ["runway:gen4_turbo"] * 2
    (order, _) = maker.asked
    assert order.body["promptImage"].startswith("data:image/jpeg;base64,")
    assert "zoom in" in order.body["promptText"]
    frames = seen(clips[0]["key"], tmp_path)
    assert all(map(is_red, frames))
    # The bar goes down at the footage's own pace, whatever the film's rate.
    rows = [int(frame.min(axis=2).mean(axis=1).argmax()) for frame in (frames[2], frames[-2])]
    assert rows[1] - rows[0] > 40
    (counted,) = mongo.collection("model_usage").find()
    assert (counted["user_id"], counted["requests"]) == ("u", 2)
    task = ran(start_finalize_short(maker.short_id, user_id="u"))
    assert task.status == "completed", task.error
    short = shorts.get_short(maker.short_id)
    assert short.video is not None
    assert [scene["footage"] for scene in short.video.provenance["scenes"]] == ["generated by runway:gen4_turbo"] * 2
    assert all(map(is_red, seen(short.video.key, tmp_path)))


def test_what_was_filmed_is_not_paid_for_again(maker: Maker) -> None:
    first, second = clip_of(maker), clip_of(maker)
    assert first["key"] == second["key"]
    assert len(maker.asked) == 1


def test_a_model_that_is_away_is_tried_again_and_then_done_without(maker: Maker, tmp_path: Path) -> None:
    maker.fails = True
    task = ran(start_video_generation(maker.short_id, 0, user_id="u", max_retries=1))
    assert (task.status, "503" in (task.error or "")) == ("retrying", True)
    mongo.collection("tasks").update_one({"task_id": task.task_id}, {"$set": {"due_at": utc_now()}})
    task = ran(task.task_id)
    assert task.status == "completed", task.error
    assert task.result is not None
    clip = task.result["clip"]
    assert (clip["filmed_by"], "503" in clip["reason"]) == ("built in", True)
    assert not any(map(is_red, seen(clip["key"], tmp_path)))


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"film": b"no film"}, "footage"), ({"state": "FAILED"}, "refused")],
    ids=["damaged", "refused"],
)
def test_what_cannot_be_shown_is_told_and_the_picture_shown(
    maker: Maker, change: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    vars(maker).update(change)
    clip = clip_of(maker)
    assert clip["filmed_by"] == "built in"
    assert reason in clip["reason"]
    assert shorts.get_short(maker.short_id).clips["0"].filmed_by is None


def test_a_used_up_share_or_no_model_is_told(maker: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_SECONDS_PER_USER_AND_DAY", "0")
    get_settings.cache_clear()
    assert "used up" in clip_of(maker)["reason"]
    monkeypatch.delenv("VIDEO_MODEL")
    get_settings.cache_clear()
    assert "VIDEO_MODEL" in clip_of(maker)["reason"]
    assert maker.asked == []
