"""Scenarios as tasks: written, looked at, edited, regenerated, saved; with a language model and without."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image, ImageDraw

from app.analysis.images import analyze_image, rank_images
from app.analysis.process import PictureProcess
from app.blobs import store as media
from app.config import get_settings
from app.db import client as mongo
from app.fetching.policy import always
from app.main import create_app
from app.models import ImageAnalysis, PictureDescription, Scenario, TaskInfo, Wishes, utc_now
from app.sessions.service import session_service
from app.shorts import repository as shorts
from app.shorts.steps.picture_details import with_details
from app.shorts.steps.save_scenario import start_save_scenario
from app.shorts.steps.write_scenario import start_scenario_generation
from app.tasks.repository import find_task
from app.tasks.runner import run_task
from tests import staging
from tests.providers.server import Asked, Reply, chat_completion, scripted
from tests.scenario.products import ENGLISH
from tests.scenario.test_model_writer import GOOD

SMALL = Wishes(seconds=20, width=180, height=320, style="clean")


def picture(number: int) -> bytes:
    """A packshot: a box on white, another colour and place for each number."""
    drawn = Image.new("RGB", (600, 800), "white")
    left = 80 + 60 * number
    ImageDraw.Draw(drawn).rectangle((left, 250, left + 220, 600), fill=("#20a040", "#c03020", "#2040c0")[number % 3])
    buffer = io.BytesIO()
    drawn.save(buffer, "JPEG")
    return buffer.getvalue()


def stored_images() -> list[ImageAnalysis]:
    images = []
    for number, url in enumerate(ENGLISH.images):
        data = picture(number)
        key = media.content_key("images", data, "")
        media.put(key, data)
        images.append(analyze_image(data, url).model_copy(update={"media_key": key}))
    return rank_images(images)


@pytest.fixture
def product() -> str:
    """A stored product with pictures."""
    staging.save_product("p1", ENGLISH, "u")
    staging.save_images("p1", stored_images())
    return "p1"


@pytest.fixture
def api() -> Iterator[TestClient]:
    """The API."""
    with TestClient(create_app(), raise_server_exceptions=False) as client:
        yield client


def generated(product: str, short_id: str = "s1", wishes: Wishes = SMALL, **metadata: Any) -> TaskInfo:
    task_id = start_scenario_generation(short_id, product, wishes, user_id="u", **metadata)
    run_task(task_id)
    task = find_task(task_id)
    assert task is not None
    assert task.status == "completed", task.error
    return task


def test_a_scenario_waits_with_its_session_and_pictures(product: str, api: TestClient) -> None:
    task = generated(product)
    assert task.result is not None
    assert task.result["writer"] == {"by": "built in", "usage": None, "repaired": False, "reason": None}
    (session,) = session_service.get_sessions_by_short_id("s1")
    assert (session.task_id, session.status) == (task.task_id, "completed")
    for name in ("preview", "thumbnail"):
        answer = api.get(f"/api/v1/shorts/s1/scenario/{name}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "image/jpeg"
        with Image.open(io.BytesIO(answer.content)) as still:
            assert still.size == (180, 320)
            assert len(still.getcolors(1 << 20) or [0] * 99) > 50
    assert list((media.get(task.result["stills"]["preview_key"]))[:2]) == [0xFF, 0xD8]


def test_three_scripts_wait_and_the_one_that_is_saved_is_the_only_one_left(product: str, api: TestClient) -> None:
    task = generated(product, variants=3)
    short = api.get("/api/v1/shorts/s1").json()["short"]
    variants = short["variants"]
    assert short["scenario"] == variants[0] == task.result["scenario"] if task.result else None
    assert len({one["scenes"][0]["on_screen_text"] for one in variants}) == 3
    run_task(start_save_scenario("s1", Scenario.model_validate(variants[2]), user_id="u"))
    saved = shorts.get_short("s1")
    assert saved.scenario is not None
    assert (saved.scenario.model_dump(mode="json"), saved.variants, saved.scenario_version) == (variants[2], [], 1)
    generated(product)
    assert shorts.get_short("s1").variants == []


@pytest.mark.parametrize("variants", [0, 6, True, "3"])
def test_a_wrong_number_of_scripts_is_refused(variants: object, api: TestClient) -> None:
    for path, body in (("/shorts", {"url": "https://shop.example/p"}), ("/scenario/generate", {"product_id": "p1"})):
        answer = api.post(f"/api/v1{path}", json={"short_id": "s1", "variants": variants} | body)
        assert (answer.status_code, "variants" in answer.text) == (422, True)


def test_a_waiting_scenario_is_edited_regenerated_and_saved_once(product: str, api: TestClient) -> None:
    generated(product)
    path = "/api/v1/shorts/s1/scenario"
    scenario = api.get("/api/v1/shorts/s1").json()["short"]["scenario"]
    scenario["scenes"][0]["on_screen_text"] = "My own words"
    assert api.put(path, json=scenario).status_code == 200
    mongo.close()  # a restart: all that waits is in the database
    last = len(scenario["scenes"]) - 1
    again = api.post(f"{path}/scenes/{last}", json={"seed": 1}).json()
    assert again["scenes"][0]["on_screen_text"] == "My own words"
    assert again["scenes"][last]["narration"] != scenario["scenes"][last]["narration"]
    assert again["scenes"][:last] == scenario["scenes"][:last]
    saving = start_save_scenario("s1", user_id="u")
    run_task(saving)
    run_task(saving)
    assert session_service.get_sessions_by_short_id("s1") == [] == list(mongo.collection("sessions").find())
    assert shorts.get_short("s1").scenario_version == 1
    assert api.put(path, json=scenario).headers["etag"] == '"1.1"'  # what is saved can be edited, and saved again
    run_task(start_save_scenario("s1", user_id="u"))
    assert shorts.get_short("s1").scenario_version == 2
    versions = [found["version"] for found in mongo.collection("scenarios").find({"short_id": "s1"}).sort("version")]
    assert versions == [1, 2]


def changed(scenario: dict[str, Any], number: int, **fields: Any) -> dict[str, Any]:
    scenes = [dict(scene) for scene in scenario["scenes"]]
    scenes[number] |= fields
    return scenario | {"scenes": scenes}


def test_a_bad_edit_is_refused_by_field_and_changes_nothing(product: str, api: TestClient) -> None:
    generated(product)
    path = "/api/v1/shorts/s1/scenario"
    scenario = api.get("/api/v1/shorts/s1").json()["short"]["scenario"]
    for bad, named in (
        (changed(scenario, 1, image="https://other.example/x.jpg"), "Scene 2, image"),
        (changed(scenario, 1, seconds=99), "scenes.1.seconds"),
        (changed(scenario, 1, narration="word " * 70), "Scene 2, narration"),
        (changed(scenario, 1, on_screen_text="w " * 30), "Scene 2, on_screen_text"),
        (changed(scenario, 1, colour="red"), "scenes.1.colour"),
        (scenario | {"scenes": []}, "scenes"),
    ):
        answer = api.put(path, json=bad)
        assert (answer.status_code, named in answer.json()["detail"]) == (422, True), answer.text
    assert api.put("/api/v1/shorts/unknown/scenario", json=scenario).status_code == 404
    assert api.post(f"{path}/scenes/19", json={}).status_code == 422
    assert api.get("/api/v1/shorts/s1").json()["short"]["scenario"] == scenario
    assert api.get("/api/v1/shorts/unknown/scenario/preview").status_code == 404


@pytest.fixture
def with_model(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Asked]]:
    """Settings that name a language and a vision model, which answer well; what they were asked."""

    def script(request: Asked) -> Reply:
        if "image_url" in str(request.body["messages"]):
            seen = PictureDescription(description="A box on white.", objects=["box"], people=True, role="hero")
            return chat_completion(request, seen.model_dump(), (800, 90))
        return chat_completion(request, GOOD)

    with scripted(script) as server:
        monkeypatch.setenv("LANGUAGE_MODEL", "openai:test")
        monkeypatch.setenv("VISION_MODEL", "openai:test")
        monkeypatch.setenv("OPENAI_URL", server.url)
        monkeypatch.setenv("LANGUAGE_MODEL_PRICE", "100,1000")
        monkeypatch.setenv("PROVIDER_CALLS_PER_MINUTE", "60000")
        get_settings.cache_clear()
        yield server.asked


def test_a_language_model_writes_until_its_share_of_the_day_is_used_up(product: str, with_model: list[Asked]) -> None:
    result = generated(product).result
    assert result is not None
    assert (result["writer"]["by"], result["writer"]["prompts"]) == ("openai:test", "v1")
    assert result["writer"]["usage"]["input_tokens"] == 1200
    assert result["writer"]["usage"]["dollars"] == pytest.approx(0.42)
    assert Scenario.model_validate(result["scenario"]).title == GOOD["title"]
    generated(product, "s2")
    generated(product, "s3")
    last = generated(product, "s4").result
    assert last is not None
    assert (last["writer"]["by"], "used up" in last["writer"]["reason"]) == ("built in", True)
    assert len(with_model) == 3
    (counted,) = mongo.collection("model_usage").find()
    assert (counted["user_id"], counted["requests"], counted["input_tokens"]) == ("u", 3, 3600)


def test_a_model_that_is_away_is_tried_again_and_then_done_without(
    product: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scripted(lambda _: Reply({"error": {"message": "overloaded"}}, 503, {"Retry-After": "0"})) as server:
        monkeypatch.setenv("LANGUAGE_MODEL", "openai:test")
        monkeypatch.setenv("OPENAI_URL", server.url)
        monkeypatch.setenv("PROVIDER_RETRIES", "0")
        monkeypatch.setenv("PROVIDER_CALLS_PER_MINUTE", "60000")
        get_settings.cache_clear()
        task_id = start_scenario_generation("s1", product, SMALL, user_id="u", max_retries=1)
        run_task(task_id)
        task = find_task(task_id)
        assert task is not None
        assert (task.status, "503" in (task.error or "")) == ("retrying", True)
        (session,) = session_service.get_sessions_by_short_id("s1")
        assert session.status == "active"
        asked = len(server.asked)
        mongo.collection("tasks").update_one({"task_id": task_id}, {"$set": {"due_at": utc_now()}})
        run_task(task_id)
        assert len(server.asked) == 2 * asked
    task = find_task(task_id)
    assert task is not None
    assert task.result is not None
    assert (task.status, task.retries, task.result["writer"]["by"]) == ("completed", 1, "built in")
    assert "503" in task.result["writer"]["reason"]


def test_a_model_writes_one_scene_anew_where_one_is_set(
    product: str, with_model: list[Asked], api: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def set_server(url: str) -> None:
        monkeypatch.setenv("OPENAI_URL", url)
        get_settings.cache_clear()

    generated(product)
    path = "/api/v1/shorts/s1/scenario"
    before = api.get("/api/v1/shorts/s1").json()["short"]["scenario"]
    with scripted(lambda request: chat_completion(request, {"narration": "Thrown by hand in Porto."})) as server:
        set_server(server.url)
        answer = api.post(f"{path}/scenes/2", json={"seed": 1})
    assert answer.status_code == 200, answer.text
    after = answer.json()
    assert after["scenes"][2]["narration"] == "Thrown by hand in Porto."
    assert after["scenes"][1] == before["scenes"][1]
    (counted,) = mongo.collection("model_usage").find()
    assert counted["requests"] == 2
    # What the model may not say is told by the built-in writer.
    with scripted(lambda request: chat_completion(request, {"narration": "It comes from the moon."})) as server:
        set_server(server.url)
        answer = api.post(f"{path}/scenes/1", json={"seed": 1})
    assert answer.status_code == 200, answer.text
    assert "moon" not in answer.text
    assert answer.json()["scenes"][1]["narration"] != before["scenes"][1]["narration"]


def test_a_wrong_model_setting_is_told_and_the_scenario_written_all_the_same(
    product: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE_MODEL", "acme:x")
    get_settings.cache_clear()
    result = generated(product).result
    assert result is not None
    assert "acme" in result["writer"]["reason"]


def looked_at(images: list[ImageAnalysis], user_id: str | None) -> list[ImageAnalysis]:
    return with_details(images, user_id, PictureProcess(), always)


def test_the_best_pictures_are_looked_at_once(with_model: list[Asked], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCR_ENABLED", "true")
    get_settings.cache_clear()
    images = stored_images()[:2]
    first = looked_at(images, "u")
    assert [image.url for image in first] == [image.url for image in images]
    readable = [image for image in first if image.shows]
    assert len(readable) == len(with_model) == len(images)
    assert sum(image.cutout_key is not None for image in first) == 2
    assert all(image.visible_text == [] for image in readable)
    assert all("person" in " ".join(image.unfit) for image in readable)
    assert looked_at(first, "u") == first
    assert len(with_model) == len(images)


def test_a_picture_that_is_gone_leaves_the_others_alone() -> None:
    images = stored_images()[:2]
    images[0] = images[0].model_copy(update={"media_key": "images/gone"})
    details = looked_at(images, None)
    assert details[0] == images[0]
    assert any(image.cutout_key for image in details[1:])
    assert all(image.visible_text is None for image in details)


def test_a_voice_that_does_not_speak_the_scripts_language_is_left_out_and_said(product: str) -> None:
    task = generated(product, wishes=SMALL.model_copy(update={"voice": "pico-de"}))
    scenario = (task.result or {})["scenario"]
    assert (scenario["language"], scenario["wishes"]["voice"]) == ("en", "auto")
    assert any("pico-de does not speak" in note for note in scenario["notes"])
