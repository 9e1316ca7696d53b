"""Share links: who has one sees one film and may answer; nothing else opens, and its secret is nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
import structlog
from fastapi.testclient import TestClient
from PIL import Image

from app.access.keys import create_key
from app.blobs import store as media
from app.config import get_settings
from app.core.redaction import without_secrets
from app.db import client as mongo
from app.db.server_clock import server_now
from app.events.log import number_events
from app.events.repository import activity
from app.main import create_app
from app.maintenance.forget import forget_user
from app.maintenance.retention import remove_short
from app.models import Scenario, Scene, Wishes
from app.shares import use_cases
from app.shares.repository import MAX_ANSWERS, AnswerKind, shares_of
from app.shorts import repository as shorts
from app.shorts.repository import Short, ShortStatus
from app.shorts.videos import Thumbnail, Video
from tests import staging

FILM = b"a film" * 1000
SCENE = Scene(role="hook", image="https://shop.example/1.jpg", motion="zoom_in", seconds=12)


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The API where keys are required, with nobody's key."""
    monkeypatch.setenv("API_KEYS_REQUIRED", "true")
    get_settings.cache_clear()
    with TestClient(create_app(), raise_server_exceptions=False, follow_redirects=False) as client:
        yield client
    get_settings.cache_clear()


@pytest.fixture
def alice() -> dict[str, str]:
    return {"Authorization": f"Bearer {create_key('alice')[1]}"}


@pytest.fixture
def short() -> Short:
    """Alice's short with a video, whose title is no harmless one."""
    picture = BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "JPEG")
    media.put("film", FILM)
    media.put("still", picture.getvalue())
    video = Video(
        key="film", thumbnails=[Thumbnail(key="still", scene=0, seconds=1, score=1)], seconds=12, width=360, height=640,
        size=len(FILM), voice=None, music=None, licences=[],
    )  # fmt: skip
    scenario = Scenario(title="<script>alert(1)</script> cup", language="en", wishes=Wishes(), scenes=[SCENE])
    made = Short(short_id="summer", user_id="alice", status=ShortStatus.COMPLETED, scenario=scenario, video=video)
    return shorts.insert_short(made)


def link(client: TestClient, key: dict[str, str]) -> str:
    """Make a link; return its path."""
    answer = client.post("/api/v1/shorts/summer/shares", json={}, headers=key)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["url"]).removeprefix("http://testserver")


def test_a_link_opens_one_film_without_a_key_and_tells_search_engines_and_other_sites_nothing(
    closed: TestClient, alice: dict[str, str], short: Short
) -> None:
    path = link(closed, alice)
    page = closed.get(path)
    assert page.status_code == 200
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "&lt;script&gt;alert(1)&lt;/script&gt; cup" in page.text
    assert "<script>alert" not in page.text
    assert "alice" not in page.text
    assert short.short_id not in page.text
    assert closed.get(f"{path}/video").content == FILM
    assert closed.get(f"{path}/video", headers={"Range": "bytes=0-5"}).content == b"a film"
    assert closed.get(f"{path}/thumbnail").headers["content-type"] == "image/jpeg"
    assert closed.get(f"{path}/captions").status_code == 404
    for other in ("/api/v1/shorts", "/api/v1/shorts/summer", "/shorts/summer", "/api/v1/shorts/summer/shares"):
        assert closed.get(other).status_code == 401
    for wrong in ("sh_" + "x" * 43, "x", path[3:-1]):
        assert closed.get(f"/s/{wrong}").status_code == 404
        assert closed.get(f"/s/{wrong}/video").status_code == 404


def test_what_is_said_is_kept_escaped_bounded_and_shown_to_the_owner(
    closed: TestClient, alice: dict[str, str], short: Short
) -> None:
    path = link(closed, alice)
    said = {"kind": "commented", "name": "  Ben\n <b> ", "text": "<img src=x onerror=alert(1)> warmer, please"}
    assert closed.post(path, data=said).headers["location"] == f"{path}#said"
    assert closed.post(path, data={"kind": "approved", "name": "Ben"}).status_code == 303
    page = closed.get(path).text
    assert "&lt;img src=x" in page
    assert "<img src=x" not in page
    (share,) = closed.get("/api/v1/shorts/summer/shares", headers=alice).json()["shares"]
    assert [(one["kind"], one["name"], one["text"]) for one in share["answers"]] == [
        ("commented", "Ben <b>", said["text"]),
        ("approved", "Ben", ""),
    ]
    for wrong in ({"kind": "commented"}, {"kind": "deleted"}, {}, {"kind": "commented", "text": "x" * 2001},
                  {"kind": "approved", "name": "x" * 61}):  # fmt: skip
        assert closed.post(path, data=wrong).status_code == 422
    assert closed.post(path, content=b"x" * 40_000).status_code == 413
    number_events()
    assert [event.status for event in activity("alice", 10) if event.kind == "short"][:2] == [
        "approved",
        "commented",
    ]


def test_too_much_is_not_taken(closed: TestClient, alice: dict[str, str], short: Short) -> None:
    path = link(closed, alice)
    statuses = [closed.post(path, data={"kind": "approved"}).status_code for _ in range(11)]
    assert statuses == [303] * 10 + [429]
    other = link(closed, alice)  # each has its own allowance, and room for so many in all
    full = {"$set": {"answers": [{"kind": "approved", "name": "x", "text": "", "at": server_now()}] * MAX_ANSWERS}}
    mongo.collection("shares").update_one({"share_id": shares_of(short.key)[0].share_id}, full)
    assert "takes no more comments" in closed.post(other, data={"kind": "approved"}).text


def test_a_link_ends_by_itself_when_it_is_revoked_and_with_its_short(
    closed: TestClient, alice: dict[str, str], short: Short
) -> None:
    ended, revoked, removed = (link(closed, alice) for _ in range(3))
    _third, second, first = shares_of(short.key)
    past = {"$set": {"expires_at": server_now() - timedelta(seconds=1)}}
    mongo.collection("shares").update_one({"share_id": first.share_id}, past)
    answer = closed.delete(f"/api/v1/shorts/summer/shares/{second.share_id}", headers=alice)
    assert answer.json()["revoked_at"] is not None
    for path in (ended, revoked):
        assert closed.get(path).status_code == closed.get(f"{path}/video").status_code == 404
        assert closed.post(path, data={"kind": "approved"}).status_code == 404
    assert closed.get(removed).status_code == 200
    assert [one.open for one in shares_of(short.key)] == [True, False, False]
    remove_short(short.key)
    assert closed.get(removed).status_code == 404
    assert mongo.collection("shares").count_documents({}) == 0


def test_the_secret_is_stored_nowhere_and_reaches_no_log(
    closed: TestClient, alice: dict[str, str], short: Short
) -> None:
    with structlog.testing.capture_logs() as lines:
        path = link(closed, alice)
        closed.get(path)
        closed.post(path, data={"kind": "approved"})
    token = path.rpartition("/")[2]
    assert token not in str(lines)
    stored = [str(list(mongo.collection(name).find())) for name in ("shares", "outbox", "event_buckets", "shorts")]
    assert token not in str(stored)
    assert without_secrets(f"https://shop.example{path}/video") == "https://shop.example/s/sh_***/video"


def test_who_is_forgotten_leaves_no_link(closed: TestClient, alice: dict[str, str], short: Short) -> None:
    path = link(closed, alice)
    forget_user("alice")
    assert closed.get(path).status_code == 404
    assert mongo.collection("shares").count_documents({}) == 0


def test_a_link_goes_on_to_show_the_video_while_another_version_is_made(
    closed: TestClient, alice: dict[str, str], short: Short
) -> None:
    path = link(closed, alice)
    again = short.scenario.model_copy(update={"title": "Another cup"}) if short.scenario else None
    assert again is not None
    staging.update_short(short.key, scenario_version=1)
    staging.save_scenario(short.key, again, saved_by_task="save-2")
    assert shorts.get_short(short.key).video is None
    assert closed.get(path).status_code == 200
    assert closed.get(f"{path}/video").content == FILM


def test_a_short_without_a_video_can_t_be_shared(closed: TestClient, alice: dict[str, str]) -> None:
    shorts.insert_short(Short(short_id="summer", user_id="alice"))
    assert closed.post("/api/v1/shorts/summer/shares", json={}, headers=alice).status_code == 409
    with pytest.raises(Exception, match="leads nowhere"):
        use_cases.answer("sh_" + "x" * 43, AnswerKind.APPROVED, "", "")
