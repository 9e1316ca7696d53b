"""The client and what is made with it: over a real server, through dropped connections; reports; forgetting a user."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner

from app.access.keys import create_key
from app.analytics.service import analyse
from app.blobs import store as media
from app.brand_models import BrandSettings
from app.cli.main import app as command
from app.cli.serve import bound_socket, serving
from app.client import ProgressEvent, ShopReel
from app.db import client as mongo
from app.enums import WebhookKind
from app.errors import Conflict, InvalidInput, NotFound, Unavailable, WorkFailed
from app.events.feed import feed
from app.maintenance.forget import forget_user
from app.models import BrandKit, Product, Scenario, Scene, TaskType, Wishes, short_key
from app.shorts import videos
from app.shorts import writes as short_writes
from app.shorts.repository import Short, ShortStatus, insert_short
from app.tasks.service import (
    cancel_task,
    complete_task,
    create_task,
    fail_task,
    start_task,
    update_task_progress,
)
from tests import staging
from tests.access.servers import answers
from tests.polling import wait_for

SCENES = [Scene(role="hook", image="https://shop.example/1.jpg", motion="zoom_in", seconds=12)]
SCENARIO = Scenario(title="Cup", language="en", wishes=Wishes(seconds=12), scenes=SCENES)
PAGE = '<script type="application/ld+json">{"@type":"Product","name":"Cup"}</script>'
run = CliRunner()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with bound_socket("127.0.0.1", 0) as listener, serving(listener):
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        wait_for(lambda: answers(f"{url}/health/live"), what="the server")
        yield url


@pytest.fixture
def shopreel(address: str) -> Iterator[ShopReel]:
    with ShopReel(address) as client:
        yield client
    feed.close()


@pytest.mark.usefixtures("ends_tasks")
def test_waiting_goes_on_over_dropped_connections(shopreel: ShopReel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.client.AGAIN_SECONDS", 0.01)
    short_id = shopreel.create_short(html=PAGE, user_id="u")
    told: list[ProgressEvent] = []
    begun = threading.Event()
    lines = httpx2.Response.iter_lines
    cuts: list[int] = []

    def cut(answer: httpx2.Response) -> Iterator[str]:
        for number, line in enumerate(lines(answer)):
            if number >= 11 and len(cuts) < 4:  # after one or two events
                cuts.append(number)
                raise httpx2.ReadError("cut")
            begun.set()
            yield line

    monkeypatch.setattr(httpx2.Response, "iter_lines", cut)

    def work() -> None:
        begun.wait(10)
        task = create_task(TaskType.IMAGE_ANALYSIS, short_id=short_id, user_id="u")
        start_task(task)
        for percent in (10, 20, 30, 40, 50):
            update_task_progress(task, percent, "Looking")
        complete_task(task)
        short_writes.end_short(short_id, ShortStatus.COMPLETED)

    worker = threading.Thread(target=work)
    worker.start()
    made = shopreel.wait(short_id, told.append, seconds=30)
    worker.join()
    assert made.short.status is ShortStatus.COMPLETED
    assert len(cuts) == 4
    mine = [one.event for one in told if one.event.task_type is TaskType.IMAGE_ANALYSIS]
    assert [event.progress for event in mine] == [None, None, 10, 20, 30, 40, 50, None]
    percents = [one.percent for one in told]  # of the whole way, not of a task
    assert percents == sorted(percents)
    assert 0 < percents[-1] <= 100


@pytest.mark.usefixtures("ends_tasks")
def test_errors_are_those_of_the_server(shopreel: ShopReel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotFound, match="there is no short nope"):
        shopreel.short("nope")
    with pytest.raises(InvalidInput, match="url"):
        shopreel.create_short()
    shopreel.create_short(html=PAGE, short_id="mine")
    with pytest.raises(Conflict):
        shopreel.create_short(html=PAGE, short_id="mine")
    with pytest.raises(NotFound):
        shopreel.download("mine", tmp_path / "x.mp4")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(TimeoutError):
        shopreel.wait("mine", seconds=0.2)
    short_writes.end_short("mine", ShortStatus.FAILED, error="no price")
    with pytest.raises(WorkFailed, match="no price"):
        shopreel.wait("mine", seconds=10)
    monkeypatch.setattr("app.client.AGAIN_SECONDS", 0)
    with ShopReel("http://127.0.0.1:9") as nobody, pytest.raises(Unavailable):
        nobody.short("x")


@pytest.mark.usefixtures("ends_tasks")
def test_shares_batches_kits_and_webhooks_are_at_hand(shopreel: ShopReel, tmp_path: Path) -> None:
    short_id = finished()
    assert [one.short_id for one in shopreel.shorts(limit=1)] == [short_id]
    assert next(shopreel.shorts()).scenario is None
    assert next(shopreel.shorts(fields="scenario")).scenario == SCENARIO
    assert {one.network for one in shopreel.posts(short_id)} >= {"tiktok", "youtube"}
    link = shopreel.share(short_id, days=3)
    assert "/s/sh_" in link.url
    assert [one.share_id for one in shopreel.shares(short_id)] == [link.share_id]
    shopreel.revoke_share(short_id, link.share_id)
    assert [one.share_id for one in shopreel.shares(short_id) if one.revoked_at is None] == []
    shopreel.download_archive(short_id, tmp_path / "all.zip")
    assert zipfile.is_zipfile(tmp_path / "all.zip")

    made = shopreel.create_batch(["https://shop.example/1", "https://shop.example/2", "no address"])
    assert [row.short_id is not None for row in made.rows] == [True, True, False]
    assert len(shopreel.batch(made.batch_id).shorts) == 2
    shopreel.download_batch(made.batch_id, tmp_path / "films.zip")
    assert zipfile.is_zipfile(tmp_path / "films.zip")

    kit = shopreel.create_brand_kit(BrandSettings(name="Hearth", brand=BrandKit(colours=["#b5482a"])))
    assert [one.brand_kit_id for one in shopreel.brand_kits()] == [kit.brand_kit_id]
    shopreel.delete_brand_kit(kit.brand_kit_id)
    assert shopreel.brand_kits() == []

    hook = shopreel.create_webhook("https://hooks.shop.example/shopreel", [WebhookKind.COMPLETED])
    assert hook.secret.startswith("whsec_")
    assert [one.kinds for one in shopreel.webhooks()] == [[WebhookKind.COMPLETED]]
    assert shopreel.try_webhook(hook.webhook_id).attempts == 1
    shopreel.delete_webhook(hook.webhook_id)
    assert shopreel.webhooks() == []


def finished() -> str:
    """Put down a short with its video; return its id."""
    media.put("film", b"a film")
    video = videos.Video(
        key="film", seconds=12, width=360, height=640, size=6, voice=None, music=None, licences=[]
    )  # fmt: skip
    short = Short(short_id="made", status=ShortStatus.COMPLETED, scenario=SCENARIO, video=video)
    return insert_short(short).short_id


def test_lists_and_the_command_line_ask_the_server(shopreel: ShopReel, address: str, tmp_path: Path) -> None:
    made = [create_task(TaskType.IMAGE_ANALYSIS, short_id="s", user_id="u") for _ in range(5)]
    assert {task.task_id for task in shopreel.tasks(limit=2)} == set(made)
    assert {session.task_id for session in shopreel.sessions(limit=2, user_id="u")} == set(made)
    for name in ("sessions", "tasks"):
        listed = run.invoke(command, [name, "--server", address, "--json", "--limit", "3"])
        assert (listed.exit_code, listed.stdout.count('"task_id"')) == (0, 3)
    for task in made:
        assert shopreel.cancel(task).status == "cancelled"
    media.put("video", b"mp4")
    staging.ensure_short("done", "u")
    video = videos.Video(
        key="video",
        thumbnails=[videos.Thumbnail(key="video", scene=0, seconds=1, score=0.5)],
        seconds=1,
        width=2,
        height=2,
        size=3,
        voice=None,
        music="m",
        licences=[],
    )
    staging.update_short("done", video=video.model_dump(mode="json"))
    short_writes.end_short("done", ShortStatus.COMPLETED)
    shopreel.download("done", tmp_path / "x.mp4")
    assert (tmp_path / "x.mp4").read_bytes() == b"mp4"


def test_a_report_is_told_drawn_and_written(tmp_path: Path) -> None:
    empty = run.invoke(command, ["report"])
    assert "Nothing was done" in empty.output
    complete_task(create_task(TaskType.IMAGE_ANALYSIS, short_id="s", user_id="u"))
    fail_task(create_task(TaskType.SCRAPING, user_id="<b>"), "<script>alert(1)</script> 404")
    shown = run.invoke(command, ["report", "--days", "7"])
    assert shown.exit_code == 0
    assert "Image analysis" in shown.output
    page, table = tmp_path / "report.html", tmp_path / "report.csv"
    assert run.invoke(command, ["report", "--html", str(page), "--csv", str(table)]).exit_code == 0
    written = page.read_text()
    assert "<svg" in written
    assert "http" not in written
    assert "<script>" not in written
    assert "image_analysis,,1,1,1,0,0," in table.read_text()
    mine = run.invoke(command, ["report", "--user", "u", "--json"])
    assert '"created":1' in mine.stdout


def test_a_user_is_forgotten_everywhere() -> None:
    for user in ("alice", "bob"):
        key = short_key("cup", user)
        staging.ensure_short(key, user)
        media.put(media.short_key(key, "clip.mp4"), b"clip")
        shared, own = media.content_key("images", b"shared", ""), media.content_key("images", user.encode(), "")
        for name in (shared, own):
            media.put(name, b"x")
        staging.save_product(f"p-{user}", Product(title=f"{user}'s cup"), user)
        mongo.collection("products").update_one({"_id": f"p-{user}"}, {"$set": {"images": [{"media_key": shared}]}})
        staging.update_short(key, stills={"preview_key": own, "thumbnail_key": own})
        create_key(user)
        done = create_task(TaskType.SCENARIO_GENERATION, short_id="cup", user_id=user, id_scope=user)
        complete_task(done)
        create_task(TaskType.IMAGE_ANALYSIS, short_id="cup", user_id=user, id_scope=user)
    before = analyse()
    assert run.invoke(command, ["forget", "alice"], input="n\n").exit_code == 1
    assert run.invoke(command, ["forget", "alice", "--yes"]).exit_code == 0
    left = {
        name: mongo.collection(name).count_documents({})
        for name in mongo.connect().database.list_collection_names()
        if "alice" in str(list(mongo.collection(name).find()))
    }
    assert left == {}
    after = analyse()
    assert (before.totals.created, after.totals.created) == (4, 2)
    assert after == analyse(user_id="bob").model_copy(
        update={"user_id": None, "first": after.first, "last": after.last}
    )
    assert media.get(media.content_key("images", b"shared", "")) == b"x"
    assert media.get(media.short_key("bob/cup", "clip.mp4")) == b"clip"
    for gone in (media.content_key("images", b"alice", ""), media.short_key("alice/cup", "clip.mp4")):
        with pytest.raises(NotFound):
            media.get(gone)
    assert forget_user("alice") == {}
    for task in mongo.collection("tasks").find({"status": "queued"}, {"_id": 1}):
        cancel_task(task["_id"])
