"""What a short says: spoken by a model or by this machine, once, and kept; own voice-overs and music."""

from __future__ import annotations

import io
import re
import threading
import wave
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from app.blobs import store as media
from app.config import get_settings
from app.db import client as mongo
from app.db import leases
from app.db.server_clock import server_now
from app.main import create_app
from app.models import Product, Scenario, Scene, TaskInfo, TaskStatus, TaskType, Wishes
from app.shorts import repository as shorts
from app.shorts.steps.narrate import Timing, timing
from app.tasks.context import TaskContext
from app.tasks.repository import find_task
from app.tasks.runner import run_task
from app.tasks.service import claim_task, create_task
from tests import staging
from tests.polling import wait_for
from tests.providers.server import Asked, Reply, Scripted, scripted
from tests.staging import stored

pytestmark = pytest.mark.usefixtures("ends_tasks")
TEXTS = ["Meet the cup.", "It keeps warm for 12 h."]


def wav(seconds: float, pitch: float = 440.0) -> bytes:
    """Return a tone that swells and fades, as a WAV file."""
    at = np.arange(round(seconds * 16_000)) / 16_000
    levels = (12_000 * np.sin(2 * np.pi * pitch * at) * np.sin(np.pi * at / seconds)).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(levels.tobytes())
    return file.getvalue()


def jpeg() -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((300, 400)).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    yield
    media.delete_under(media.short_key("cup", "")[:-1])


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Callable[[Scripted], None]:
    """Set a speech model up that is asked at a server."""

    def set_up(server: Scripted) -> None:
        for name, value in {
            "SPEECH_MODEL": "openai:tts:alloy",
            "OPENAI_URL": server.url,
            "PROVIDER_RETRIES": "0",
        }.items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()

    return set_up


def saved(**wishes: Any) -> shorts.Short:
    """Save a scenario of two scenes; return its short."""
    scenes = [
        Scene(role="hook", image="https://shop.example/1.jpg", motion="zoom_in", seconds=2, narration=text)
        for text in TEXTS
    ]
    fields = {"seconds": 10, "width": 180, "height": 320, "music": "none"} | wishes
    staging.ensure_short("cup", None)
    scenario = Scenario(title="Cup", language="en", wishes=Wishes.model_validate(fields), scenes=scenes)
    staging.save_scenario("cup", scenario, saved_by_task=f"save-{shorts.get_short('cup').scenario_version}")
    return shorts.get_short("cup")


def context(hosts: tuple[str, ...] = ()) -> TaskContext:
    lease = claim_task(create_task(TaskType.FINALIZE_SHORT, short_id="cup", allowed_hosts=list(hosts)))
    assert lease is not None
    return TaskContext(lease, threading.Event())


def timed(short: shorts.Short) -> Timing:
    return timing(short, short.written_scenario(), context())


def test_a_model_speaks_and_the_second_task_pays_nothing(model: Callable[[Scripted], None]) -> None:
    with scripted(lambda _: Reply(wav(1.5))) as server:
        model(server)
        short = saved()
        first, second = timed(short), timed(short)
    assert first == second and (first.voice, first.reason) == ("openai:tts:alloy", None)
    assert [asked.body["input"] for asked in server.asked] == TEXTS
    speech = first.speech(1)
    assert speech is not None and speech.seconds == pytest.approx(1.5, abs=0.15)
    assert "".join(word.text for word in speech.words) == TEXTS[1]
    assert not list(mongo.collection("leases").find({"_id": {"$regex": "^speech"}}))


def test_tasks_that_begin_together_speak_once(model: Callable[[Scripted], None]) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def slow(request: Asked) -> Reply:
        asked.set()
        go_on.wait(10)
        return Reply(wav(1.0))

    found: list[Timing] = []
    with scripted(slow) as server:
        model(server)
        short = saved()
        runs = [context(), context()]
        threads = [
            threading.Thread(target=lambda run=run: found.append(timing(short, short.written_scenario(), run)))
            for run in runs
        ]
        threads[0].start()
        assert asked.wait(10)
        # The other is another process as far as the lease goes; a short of its own would not wait.
        threads[1].start()
        assert not leases.take("speech/cup", "somebody", 1) and leases.take("speech/other", "somebody", 1)
        go_on.set()
        for thread in threads:
            thread.join()
    assert found[0] == found[1] and len(server.asked) == 2


def test_the_right_to_speak_lasts_as_long_as_the_task_and_no_longer(
    model: Callable[[Scripted], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the other scenes of a short whose speaker was killed, or put off, wait for no time-out of a model."""
    asked, go_on = threading.Event(), threading.Event()

    def slow(request: Asked) -> Reply:
        asked.set()
        go_on.wait(10)
        return Reply(wav(1.0))

    def left() -> float:
        expires: datetime = stored("leases", {"_id": "speech/cup"})["expires_at"]
        return (expires - server_now()).total_seconds()

    with scripted(slow) as server:
        model(server)
        monkeypatch.setattr(get_settings(), "task_lease_seconds", 3.0)
        short = saved()
        run = context()
        thread = threading.Thread(target=timing, args=(short, short.written_scenario(), run))
        thread.start()
        try:
            assert asked.wait(10)
            before = left()
            assert before <= 3.0
            wait_for(lambda: left() > before, what="the lease to be renewed with the task's")
        finally:
            go_on.set()
            thread.join()
    assert mongo.collection("leases").find_one({"_id": "speech/cup"}) is None


def test_a_model_that_fails_leaves_the_whole_film_to_this_machine_and_is_asked_by_the_next_version(
    model: Callable[[Scripted], None],
) -> None:
    replies = iter([Reply(wav(1.0)), Reply({}, 503), Reply(wav(1.0))])
    with scripted(lambda _: next(replies)) as server:
        model(server)
        short = saved()
        for found in (timed(short), timed(short)):
            assert found.voice == "hibari-heart" and "503" in (found.reason or "")
            assert {speech.voice for number in (0, 1) if (speech := found.speech(number))} == {"hibari-heart"}
        assert len(server.asked) == 2
        again = timed(saved())
    assert (again.voice, again.reason, len(server.asked)) == ("openai:tts:alloy", None, 3)  # one was kept


def test_what_a_model_sends_that_is_no_sound_is_told(model: Callable[[Scripted], None]) -> None:
    with scripted(lambda _: Reply(b"no sound")) as server:
        model(server)
        found = timed(saved())
    assert found.voice == "hibari-heart" and found.reason == "openai:tts:alloy: it is no sound that can be read"


def run(kind: TaskType, host: str, **metadata: Any) -> TaskInfo:
    task_id = create_task(kind, short_id="cup", allowed_hosts=[host], **metadata)
    run_task(task_id)
    task = find_task(task_id)
    assert task is not None
    return task


def shop(request: Asked) -> Reply:
    files: dict[str, Callable[[], bytes]] = {
        "/1.jpg": jpeg,
        "/theme.wav": lambda: wav(3.0, 220.0),
        "/me.wav": lambda: wav(4.5),
    }
    if request.method == "POST":
        return Reply({}, 503)
    return Reply(files[request.path]()) if request.path in files else Reply(b"<p>no sound", 200)


def pictured(server: Scripted, **wishes: Any) -> str:
    """Save a scenario whose pictures and sounds lie at a server; return its host."""
    host = server.url.split("/")[2]
    staging.save_product("p", Product(title="Cup", images=[f"{server.url}/1.jpg"]), None)
    short = saved(**{name: server.url + value if name.endswith("_url") else value for name, value in wishes.items()})
    scenario = short.written_scenario()
    for scene in scenario.scenes:
        scene.image = f"{server.url}/1.jpg"
    staging.save_scenario("cup", scenario, saved_by_task="pictures")
    staging.update_short("cup", product_id="p")
    return host


def test_a_film_with_own_music_says_why_this_machine_speaks_and_has_caption_files(
    model: Callable[[Scripted], None],
) -> None:
    with scripted(shop) as server:
        model(server)
        host = pictured(server, music="auto", music_url="/theme.wav")
        for scene in (0, 1):
            made = run(TaskType.VIDEO_GENERATION, host, scene=scene)
            assert made.status is TaskStatus.COMPLETED, made.error
        film = run(TaskType.FINALIZE_SHORT, host)
    assert film.status is TaskStatus.COMPLETED, film.error
    assert film.result is not None
    assert film.result["voice"] == "hibari-heart" and "503" in film.result["voice_reason"]
    assert sum(asked.path == "/theme.wav" for asked in server.asked) == 1
    assert sum(asked.method == "POST" for asked in server.asked) == 1
    begins = {"vtt": "WEBVTT", "srt": "1\n00:00:00,", "ass": "[Script Info]"}
    with TestClient(create_app()) as client:
        for kind, begin in begins.items():
            answer = client.get("/api/v1/shorts/cup/captions", params={"format": kind})
            assert answer.status_code == 200 and answer.text.startswith(begin)
            assert "warm for 12 h." in re.sub(r"<[^>]*>|{[^}]*}", "", answer.text)  # without the times of words
        assert client.get("/api/v1/shorts/cup/captions", params={"format": "txt"}).status_code == 422


def test_an_own_voice_over_stretches_the_scenes(model: Callable[[Scripted], None]) -> None:
    with scripted(shop) as server:
        model(server)
        host = pictured(server, voice_url="/me.wav")
        short = shorts.get_short("cup")
        found = timing(short, short.written_scenario(), context((host,)))
    assert (found.voice, found.scenes) == (None, [None, None])
    assert sum(found.frames) / 30 == pytest.approx(4.5 + 0.5, abs=0.6)
    assert [asked.method for asked in server.asked] == ["GET"]


@pytest.mark.parametrize(("wish", "what"), [("voice_url", "voice-over"), ("music_url", "music")])
def test_an_own_sound_that_is_none_fails_the_task_by_its_name(wish: str, what: str) -> None:
    with scripted(shop) as server:
        host = pictured(server, **{wish: "/page"})
        task = run(TaskType.VIDEO_GENERATION, host, scene=0)
    assert task.status is TaskStatus.FAILED and task.error is not None
    assert f"{what}: it is no sound that can be read" in str(task.error)


def test_an_own_sound_is_fetched_as_guardedly_as_all() -> None:
    with scripted(shop) as server:
        pictured(server, music_url="/theme.wav")
        short = shorts.get_short("cup")
        with pytest.raises(Exception, match=r"127\.0\.0\.1"):
            timing(short, short.written_scenario(), context())
    assert not server.asked
    assert not [key for key in media.all_keys() if "/own-" in key]
