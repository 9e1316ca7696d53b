"""A person edits a scenario: undone and redone, gone back in, in two places at once, and after it was saved."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from fastapi.testclient import TestClient

from app.blobs import store as media
from app.db import client as mongo
from app.errors import Conflict, InvalidInput, Outdated
from app.main import create_app
from app.shorts import repository as shorts
from app.shorts import revisions, writes
from app.shorts.repository import REVISIONS, Short, edition_of
from app.shorts.steps.save_scenario import start_save_scenario
from app.tasks.runner import run_task
from app.tasks.service import get_task_status
from tests import staging
from tests.shorts.test_state import PRODUCT, scenario, video, waiting

pytestmark = pytest.mark.usefixtures("ends_tasks")


def titled(short: Short) -> str:
    return short.written_scenario().title


@pytest.fixture
def short() -> Short:
    """A short whose scenario waits."""
    return shorts.get_short(waiting())


def test_edits_are_undone_and_redone_one_by_one_over_a_reload(short: Short) -> None:
    for title in ("One", "Two", "Three"):
        short = revisions.edit(short, scenario(title), f"Title {title}")
    with pytest.raises(Conflict, match="nothing to redo"):
        revisions.step(short, back=False)
    seen = []
    for _ in range(3):
        short = revisions.step(shorts.get_short(short.key), back=True)
        seen.append(titled(shorts.get_short(short.key)))
    assert seen == ["Two", "One", "Cup"]
    with pytest.raises(Conflict, match="nothing to undo"):
        revisions.step(short, back=True)
    short = revisions.step(short, back=False)
    assert titled(short) == "One"
    short = revisions.edit(short, scenario("Another way"), "Title")
    with pytest.raises(Conflict, match="nothing to redo"):
        revisions.step(short, back=False)
    # What was undone for good can still be gone back to.
    kept = {one.change: one for one in revisions.revisions(short)}
    assert [one.change for one in kept.values() if one.current] == ["Title"]
    assert titled(revisions.restore(short, kept["Title Three"].revision)) == "Three"
    assert titled(revisions.step(shorts.get_short(short.key), back=True)) == "Another way"


def test_letters_that_follow_soon_are_one_edit_and_old_revisions_are_forgotten(
    short: Short, monkeypatch: pytest.MonkeyPatch
) -> None:
    for title in ("A", "An", "And"):
        short = revisions.edit(short, scenario(title), "Title")
    assert [one.change for one in revisions.revisions(short)] == ["Title", "Generated"]
    assert titled(revisions.step(short, back=True)) == "Cup"
    monkeypatch.setattr(revisions, "MOST_STEPS", 4)
    short = shorts.get_short(short.key)
    for number in range(8):
        short = revisions.edit(short, scenario(f"Title {number}"), f"Change {number}")
    assert len(revisions.revisions(short)) == 5
    for _ in range(4):
        short = revisions.step(short, back=True)
    assert titled(short) == "Title 3"
    with pytest.raises(Conflict):
        revisions.step(short, back=True)


def test_of_two_tabs_the_later_one_is_told_and_loses_nothing(short: Short) -> None:
    api, path = TestClient(create_app()), f"/api/v1/shorts/{short.short_id}/scenario"
    first = api.get(path)
    assert first.headers["etag"] == '"0.1"'
    assert api.get(f"/api/v1/shorts/{short.short_id}").json()["short"]["revision"] == "0.1"
    edited = api.put(path, json=scenario("Mine").model_dump(mode="json"), headers={"If-Match": first.headers["etag"]})
    assert (edited.status_code, edited.headers["etag"]) == (200, '"0.2"')
    late = api.put(path, json=scenario("Theirs").model_dump(mode="json"), headers={"If-Match": '"0.1"'})
    assert (late.status_code, late.json()["revision"]) == (409, "0.2")
    assert "changed elsewhere" in late.json()["detail"]
    assert api.get(path).json()["title"] == "Mine"
    for method in ("revisions/undo", "revisions/redo", "scenes/0", "revisions/0.1/restore"):
        answer = api.post(f"{path}/{method}", json={}, headers={"If-Match": "0.1"})
        assert (answer.status_code, answer.json()["revision"]) == (409, "0.2"), method
    assert api.post(f"{path}/revisions/undo", headers={"If-Match": 'W/"0.2"'}).json()["title"] == "Cup"
    kept = api.get(f"{path}/revisions").json()
    assert [(one["change"], one["current"]) for one in kept] == [("Edited", False), ("Generated", True)]
    saving = {"short_id": short.short_id, "revision": "0.2"}
    answer = api.post("/api/v1/scenario/save", json=saving)
    assert (answer.status_code, answer.json()["revision"]) == (409, "0.3")
    assert api.post("/api/v1/scenario/save", json=saving | {"revision": "0.3"}).status_code == 202


def test_an_edit_between_a_request_to_save_a_revision_and_the_save_stops_it(short: Short) -> None:
    task = start_save_scenario(short.short_id, revision=short.revision, user_id="u")
    revisions.edit(short, scenario("Edited elsewhere"))
    run_task(task)
    ended = get_task_status(task)
    assert ended is not None
    assert (ended.status, "changed elsewhere" in (ended.error or "")) == ("failed", True)
    assert shorts.get_short(short.key).scenario_version == 0


def test_what_was_saved_is_edited_undone_and_saved_again(short: Short) -> None:
    revisions.edit(short, scenario("First"), "Title")
    run_task(start_save_scenario(short.short_id, user_id="u"))
    saved = shorts.get_short(short.key)
    assert saved.revision == "1.0"
    edited = revisions.edit(saved, scenario("Second"), "Title")
    assert edited.revision == "1.1"
    assert [one.change for one in revisions.revisions(edited)] == ["Title", "Saved as version 1", "Title", "Generated"]
    assert titled(revisions.step(edited, back=True)) == "First"
    before = revisions.step(shorts.get_short(short.key), back=True)
    assert titled(before) == "Cup"  # what was saved and what it was made of are one step
    run_task(start_save_scenario(short.short_id, user_id="u"))
    assert shorts.get_short(short.key).revision == "2.0"


def test_an_edit_that_breaks_a_rule_is_none(short: Short) -> None:
    wrong = scenario("Fast").model_copy(update={"wishes": scenario().wishes.model_copy(update={"voice": "nobody"})})
    with pytest.raises(InvalidInput, match="no voice 'nobody'"):
        revisions.edit(short, wrong)
    short = revisions.edit(short, scenario("One"), "Title")
    staging.save_product(short.product_id or "", PRODUCT.model_copy(update={"images": []}), "u")
    with pytest.raises(InvalidInput, match="no picture of this product"):
        revisions.step(short, back=True)
    with pytest.raises(Outdated):
        revisions.edit(short, scenario("Two"), expected="0.1")
    assert mongo.collection(REVISIONS).count_documents({"short_id": short.key}) == 2


def test_what_is_saved_again_keeps_the_videos_before(short: Short, monkeypatch: pytest.MonkeyPatch) -> None:
    api, path = TestClient(create_app()), f"/api/v1/shorts/{short.short_id}"
    monkeypatch.setattr(writes, "MOST_EARLIER", 2)
    for version in range(1, 5):
        staging.save_scenario(short.key, scenario(f"Title {version}"), saved_by_task=f"save-{version}")
        latest = shorts.get_short(short.key)
        assert (latest.video, latest.clips) == (None, {})
        between, detail = api.get(f"{path}/video"), api.get(path).json()
        if version == 1:
            assert (between.status_code, detail["video_url"]) == (404, None)
        else:  # until the new one is there, the one before is given
            assert between.content == f"version {version - 1}".encode()
            assert detail["video_url"] == f"{path}/video"
            assert api.get(f"{path}/video?version={version}").status_code == 404
            assert [name for name in zip_names(api.get(f"{path}/archive").content) if name.endswith(".mp4")]
        made = video(f"film/{version}/video.mp4")
        media.put(made.key, f"version {version}".encode())
        with staging.run_of("film") as run:
            writes.put_video(run, short.key, edition_of(latest), made)
    assert [one.version for one in shorts.get_short(short.key).earlier] == [3, 2]
    for asked, told in (("", b"version 4"), ("?version=4", b"version 4"), ("?version=2", b"version 2")):
        assert api.get(f"{path}/video{asked}").content == told
    assert api.get(f"{path}/video?version=1").status_code == 404
    assert api.get(f"{path}/provenance?version=3").status_code == 200
    # Only what nothing names any more is noted as unused.
    unused = {key for note in mongo.collection("unused_media").find() for key in note["keys"] if "/film/" in key}
    assert {key.rpartition("/film/")[2] for key in unused} == {"1/video.mp4"}
    assert set(media.keys_in(mongo.collection("shorts").find_one({"_id": short.key}))) >= {
        one.video.key for one in shorts.get_short(short.key).earlier
    }


def zip_names(data: bytes) -> list[str]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return archive.namelist()
