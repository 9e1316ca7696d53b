"""Every retention crossed with what is live; removing a short; files that nothing names; forgetting afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.access.caller import EVERYONE
from app.blobs import store as media
from app.blobs import unused as unused_media
from app.blobs.sweeper import sweep_media
from app.config import get_settings
from app.db import client as mongo
from app.errors import NotFound
from app.main import create_app
from app.maintenance import retention as retention_service
from app.maintenance.forget import forget_user
from app.maintenance.retention import remove_short
from app.maintenance.scheduler import cleanup
from app.models import ImageAnalysis, Product, TaskType, short_key, utc_now
from app.products import repository as products
from app.products.data_extraction import start_data_extraction
from app.sessions.service import session_service
from app.shares import use_cases as shares
from app.shorts import repository as shorts
from app.shorts import revisions
from app.shorts import writes as short_writes
from app.shorts.repository import Short, ShortStatus, edition_of
from app.shorts.service import start_short, tasks_by_step
from app.shorts.steps.scrape import start_scraping
from app.shorts.videos import Clip, Stills
from app.tasks.runner import run_task
from app.tasks.service import cancel_task, complete_task, create_task
from tests import staging
from tests.conftest import change_all
from tests.shorts.test_state import clip, grow_old, scenario, video, waiting

pytestmark = pytest.mark.usefixtures("ends_tasks")

SETTINGS = ("SHORT", "VIDEO", "PAGE", "PRODUCT")
PAGE = '<script type=\'application/ld+json\'>{"@type":"Product","name":"Cup","offers":{"price":3}}</script>'


@pytest.fixture
def after_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """All retentions are on, with a day each."""
    for name in SETTINGS:
        monkeypatch.setenv(f"{name}_RETENTION_DAYS", "1")
    get_settings.cache_clear()


def put(key: str) -> str:
    media.put(key, key.encode())
    return key


def whole(name: str, status: ShortStatus) -> Short:
    """Return a short with a page, product, pictures, stills, clips, video, task and session, at a status."""
    product, page = f"product-{name}", put(media.content_key("pages", name.encode(), ".html"))
    picture = put(media.content_key("images", name.encode(), ""))
    still = put(media.content_key("stills", name.encode(), ".jpg"))
    staging.save_product(product, Product(title=name), "u")
    staging.save_images(product, [ImageAnalysis(url="https://shop.example/1.jpg", media_key=picture)])
    made = Clip(key=put(media.short_key(name, "clip-1.mp4")), seconds=1, picture_keys={"image": picture})
    film = video("film").model_copy(update={"key": put(media.short_key(name, "film/1/video.mp4"))})
    stills = Stills(preview_key=still, thumbnail_key=still)
    short = Short(
        short_id=name,
        user_id="u",
        automatic=True,
        review=True,
        status=status,
        html_key=page,
        product_id=product,
        scenario=scenario(),
        draft=1,
        stills=stills,
        clips={"0": made},
        video=film,
    )
    shorts.insert_short(short)
    complete_task(create_task(TaskType.SCENARIO_GENERATION, short_id=name, user_id="u", step="scenario"))
    return short


def held_by(short: Short) -> dict[str, Any]:
    """Return what there is of a short, its files too."""
    found = shorts.find_short(short.key)
    named = set(media.keys_in([short.model_dump(mode="json")]))
    return {
        "short": found,
        "files": {key for key in named if media.stored(key)},
        "product": mongo.collection("products").find_one({"_id": short.product_id}),
        "tasks": mongo.collection("tasks").count_documents({"short_id": short.short_id}),
        "sessions": len(session_service.get_sessions_by_short_id(short.short_id)),
    }


def clean_up_twice() -> None:
    """Clean up, and again when what was noted as unused is due."""
    cleanup()
    change_all("unused_media", {}, {"$set": {"due_at": utc_now() - timedelta(seconds=1)}})
    cleanup()


@pytest.mark.usefixtures("after_a_day")
@pytest.mark.parametrize("status", [ShortStatus.MAKING, ShortStatus.WAITING])
def test_no_retention_touches_what_is_live_or_waits(status: ShortStatus) -> None:
    live, ended = whole("live", status), whole("ended", ShortStatus.COMPLETED)
    grow_old()
    before = held_by(live)
    clean_up_twice()
    after = held_by(live)
    kept = {"sessions"} if status is ShortStatus.MAKING else set()  # of a short in the making it waits for nobody
    assert {name: value for name, value in after.items() if name not in kept} == {
        name: value for name, value in before.items() if name not in kept
    }
    assert after["sessions"] == (status is ShortStatus.WAITING)
    assert held_by(ended) == {"short": None, "files": set(), "product": None, "tasks": 0, "sessions": 0}


REMOVED = {
    "SHORT": ("short", "clip", "film", "pages", "stills"),
    "VIDEO": ("clip", "film"),
    "PAGE": ("pages",),
    "PRODUCT": (),
}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("status", [ShortStatus.COMPLETED, ShortStatus.FAILED, ShortStatus.CANCELLED])
def test_each_retention_removes_what_it_says_and_no_more(
    setting: str, status: ShortStatus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{setting}_RETENTION_DAYS", "30")
    get_settings.cache_clear()
    old, young = whole("old", status), whole("young", status)
    alone = f"alone-{setting}"
    staging.save_product(alone, Product(title="x"), "u")
    grow_old(31)
    mongo.collection("shorts").update_one({"_id": "young"}, {"$set": {"updated_at": utc_now() - timedelta(days=29)}})
    before = held_by(young)["files"]
    clean_up_twice()
    left = held_by(old)
    gone = {key for key in media.keys_in([old.model_dump(mode="json")]) if key not in left["files"]}
    assert {word for word in ("clip", "film", "pages", "stills", "images") if any(word in key for key in gone)} == set(
        REMOVED[setting]
    ) - {"short"}
    assert (left["short"] is None) == ("short" in REMOVED[setting])
    assert left["product"] is not None
    assert held_by(young)["files"] == before
    assert (mongo.collection("products").find_one({"_id": alone}) is None) == (setting == "PRODUCT")


@pytest.mark.usefixtures("after_a_day")
def test_a_product_and_an_input_that_a_live_task_names_stay() -> None:
    staging.save_product("wanted", Product(title="x"), "u")
    create_task(TaskType.IMAGE_ANALYSIS, product_id="wanted", user_id="u")
    waits = start_scraping("https://shop.example/p", html=PAGE, user_id="u")
    (page,) = media.keys_in([mongo.collection("tasks").find_one({"_id": waits})])
    grow_old()
    clean_up_twice()
    assert products.get_product("wanted").product.title == "x"
    run_task(waits)
    grow_old()
    clean_up_twice()
    assert not media.stored(page)


def test_by_default_nothing_but_tasks_and_sessions_goes() -> None:
    ended = whole("ended", ShortStatus.COMPLETED)
    grow_old()
    before = held_by(ended)
    clean_up_twice()
    after = held_by(ended)
    assert (after["tasks"], after["sessions"]) == (0, 0)
    assert all(after[name] == before[name] for name in ("short", "files", "product"))


def test_the_removal_by_age_goes_on_over_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention_service, "BATCH", 2)
    monkeypatch.setenv("SHORT_RETENTION_DAYS", "1")
    get_settings.cache_clear()
    for number in range(7):
        shorts.insert_short(Short(short_id=f"s{number}", status=ShortStatus.FAILED))
    shorts.insert_short(Short(short_id="live"))
    grow_old()
    create_task(TaskType.IMAGE_ANALYSIS, short_id="s3")  # somebody works on one that has failed
    cleanup()
    assert {one["_id"] for one in mongo.collection("shorts").find()} == {"s3", "live"}


def test_files_that_nothing_names_go_and_those_that_are_named_or_were_noted_again_stay() -> None:
    staging.ensure_short("s", "u")
    staging.save_scenario("s", scenario(), saved_by_task="t")
    crashed = put(media.short_key("s", "film/1-x-1/video.mp4"))  # its run died before it could put it with the short
    unused_media.note([crashed.removesuffix("video.mp4")], "u")
    named, replaced, again = (put(media.short_key("s", f"clip-{name}.mp4")) for name in ("a", "b", "c"))
    unused_media.note([named, replaced, again], "u")
    with staging.run_of("scene") as run:
        edition = edition_of(shorts.get_short("s"))
        for one in (replaced, named):
            short_writes.put_clip(run, "s", edition, 0, clip("x").model_copy(update={"key": one}))
    assert sweep_media(utc_now()).done == 0
    due = utc_now() - timedelta(seconds=1)
    change_all("unused_media", {}, {"$set": {"due_at": due}})
    unused_media.note([again], "u")  # a run is about to use it
    assert sweep_media(utc_now()).done == 2
    assert [media.stored(key) for key in (crashed, replaced, named, again)] == [False, False, True, True]
    assert mongo.collection("unused_media").count_documents({}) == 1


def test_a_short_that_is_removed_leaves_nothing_and_its_id_begins_anew() -> None:
    with TestClient(create_app()) as api:
        key = start_short("https://shop.example/cup", short_id="cup", user_id="u")
        first = tasks_by_step(key)["scrape"].task_id
        put(media.short_key(key, "speech-1.npz"))
        create_task(TaskType.IMAGE_ANALYSIS, short_id="cup", user_id="u")
        answer = api.delete("/api/v1/shorts/cup")
        assert (answer.status_code, answer.json()) == (200, {"short_id": "cup", "removed": True})
        assert api.delete("/api/v1/shorts/cup").status_code == 404
        for name in ("tasks", "sessions", "scenarios", "shorts"):
            assert mongo.collection(name).count_documents({}) == 0, name
        assert not media.stored(media.short_key(key, "speech-1.npz"))
        events = api.get("/api/v1/users/u/activity").json()
        assert "removed" in str(events)
        assert start_short("https://shop.example/cup", short_id="cup", user_id="u") == key
    assert tasks_by_step(key)["scrape"].task_id != first


def test_revisions_links_and_all_media_go_with_a_short() -> None:
    key = waiting()
    first = shorts.get_short(key)
    revisions.edit(first, scenario("Another"))
    for version in (1, 2):
        staging.save_scenario(key, scenario(f"Title {version}"), saved_by_task=f"save-{version}")
        made = video(f"film/{version}/video.mp4")
        put(made.key)
        with staging.run_of("film") as run:
            short_writes.put_video(run, key, edition_of(shorts.get_short(key)), made)
    _, token = shares.create(EVERYONE, first.short_id, 14)
    held = media.keys_in(mongo.collection("shorts").find_one({"_id": key}))
    assert len([one for one in held if one.endswith("video.mp4")]) == 2
    assert mongo.collection("scenario_revisions").count_documents({}) > 0
    remove_short(key)
    for name in ("shorts", "scenarios", "scenario_revisions", "shares"):
        assert mongo.collection(name).count_documents({}) == 0, name
    with pytest.raises(NotFound):
        shares.shared(token)
    assert [one for one in held if media.stored(one)] == []


def test_a_short_of_one_user_is_removed_without_the_other_ones() -> None:
    for user in ("alice", "bob"):
        key = short_key("cup", user)
        shorts.insert_short(Short(short_id="cup", id_scope=user, user_id=user))
        create_task(TaskType.IMAGE_ANALYSIS, short_id="cup", user_id=user, id_scope=user)
        put(media.short_key(key, "clip-1.mp4"))
    shared = put(media.content_key("images", b"both", ""))
    for user in ("alice", "bob"):
        staging.update_short(short_key("cup", user), stills={"preview_key": shared, "thumbnail_key": shared})
    remove_short("alice/cup")
    clean_up_twice()
    assert [one["user_id"] for one in mongo.collection("tasks").find()] == ["bob"]
    assert [one["user_id"] for one in mongo.collection("sessions").find()] == ["bob"]
    assert media.stored(media.short_key("bob/cup", "clip-1.mp4")) and media.stored(shared)


def test_forgetting_after_a_clean_up_leaves_no_file() -> None:
    before = set(media.all_keys())
    ended = whole("mine", ShortStatus.COMPLETED)
    logo = put(media.content_key("logos", b"alice", ""))
    made = Clip(key=put(media.short_key("mine", "clip-2.mp4")), seconds=1, picture_keys={"logo": logo})
    staging.update_short("mine", clips={"0": made.model_dump(mode="json")})
    page = start_scraping("https://shop.example/p", html=PAGE + "alice", user_id="u")
    feed = start_data_extraction("csv", "title,price,currency\nAlice's cup,3,EUR\n", user_id="u")
    for task_id in (page, feed):
        run_task(task_id)
    others = start_scraping("https://shop.example/p", html=PAGE + "bob", user_id="bob")
    (kept,) = media.keys_in([mongo.collection("tasks").find_one({"_id": others})])
    assert len(set(media.all_keys()) - before) > 8
    grow_old()
    change_all("unused_media", {}, {"$set": {"due_at": utc_now() + timedelta(hours=1)}})
    cleanup()
    assert {task["_id"] for task in mongo.collection("tasks").find()} == {others}
    forget_user("u")
    assert set(media.all_keys()) - before == {kept}
    assert shorts.find_short(ended.key) is None
    assert forget_user("u") == {}
    cancel_task(others)
