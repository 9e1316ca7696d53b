"""The editor in a real browser: each edit is kept and drawn, undone, met by another tab, and made into a video."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from patchright.sync_api import Page, expect
from PIL import Image

from tests.polling import wait_for
from tests.web.conftest import PATIENCE, PHONE, Shop, Tab, picture

expect.set_options(timeout=PATIENCE)
SAVED = "All changes saved"
WISHES = {"seconds": 10, "width": 180, "height": 320}


def status(site: str, short_id: str) -> str:
    return str(httpx2.get(f"{site}/api/v1/shorts/{short_id}", timeout=30).json()["short"]["status"])


@pytest.fixture(scope="module")
def begun() -> dict[str, int]:
    """How many shorts were begun here."""
    return {"count": 0}


@pytest.fixture
def waiting(site: str, shop: Shop, begun: dict[str, int]) -> Iterator[str]:
    """A short whose script waits; it is removed in the end."""
    begun["count"] += 1
    short_id = f"edited-{begun['count']}"
    body = {"url": f"{shop.url}/cup", "short_id": short_id, "review": True, "wishes": WISHES}
    httpx2.post(f"{site}/api/v1/shorts", json=body, timeout=30).raise_for_status()
    wait_for(lambda: status(site, short_id) == "waiting", 120, "the script")
    yield short_id
    httpx2.delete(f"{site}/api/v1/shorts/{short_id}", timeout=30)


def script(tab: Tab, short_id: str) -> dict[str, Any]:
    """Return the script as it is stored."""
    return dict(httpx2.get(f"{tab.site}/api/v1/shorts/{short_id}/scenario", timeout=30).json())


def texts(tab: Tab, short_id: str) -> list[str]:
    return [scene["on_screen_text"] for scene in script(tab, short_id)["scenes"]]


def saved(page: Page) -> None:
    expect(page.locator(".sticky [role=status]")).to_have_text(SAVED)


def stills(page: Page) -> list[str]:
    """Return where the pictures of the strip come from."""
    return [str(one.get_attribute("src")) for one in page.locator(".thumb img").all()]


def test_what_is_typed_is_kept_drawn_and_undone_and_a_reload_finds_it(tab: Tab, waiting: str) -> None:
    page = tab.open(f"/shorts/{waiting}/review")  # as the editor was called
    page.wait_for_url(f"**/shorts/{waiting}/edit")
    for number in range(page.locator(".thumb").count()):
        page.wait_for_function(f"document.querySelectorAll('.thumb img')[{number}].naturalWidth > 0")
    before, drawn = texts(tab, waiting), stills(page)
    words = page.get_by_label("On screen")
    words.fill("Mornings taste better")
    wait_for(lambda: stills(page)[0] != drawn[0], 20, "another picture of the scene")
    assert stills(page)[1:] == drawn[1:]
    saved(page)
    assert texts(tab, waiting)[0] == "Mornings taste better"
    page.wait_for_function("document.querySelector('.open-picture img').naturalWidth > 0")
    expect(page.get_by_text("3 of 1")).to_be_visible()  # words

    page.keyboard.press("Control+z")
    expect(page.get_by_label("On screen")).to_have_value(before[0])
    assert texts(tab, waiting) == before
    assert stills(page) == drawn
    page.reload()
    tab.ready()
    page.keyboard.press("Control+Shift+Z")
    expect(page.get_by_label("On screen")).to_have_value("Mornings taste better")
    saved(page)

    seconds = page.get_by_label("Seconds")
    seconds.fill("0")
    fault = page.locator(".scene-fields .fault:not(:empty)")
    expect(fault).to_contain_text("greater than or equal to 1")
    assert seconds.get_attribute("aria-invalid") == "true"
    expect(page.locator(".sticky [role=status]")).to_contain_text("Not saved")
    page.get_by_label("Badge").fill("New")  # what is wrong stays told until it is mended
    expect(fault).to_contain_text("greater than or equal to 1")
    page.keyboard.press("Control+z")
    saved(page)
    expect(page.get_by_label("Seconds")).not_to_have_value("0")
    words = page.get_by_label("On screen")
    words.fill("one two three four five six seven eight nine ten eleven twelve thirteen fourteen")
    expect(fault).to_contain_text("too many to read")
    words.fill("Mornings taste best")
    saved(page)
    tab.check()


def test_scenes_are_moved_added_removed_and_gone_back_to_with_the_keyboard_alone(tab: Tab, waiting: str) -> None:
    page = tab.open(f"/shorts/{waiting}/edit")
    before = texts(tab, waiting)
    later = page.get_by_role("button", name="Move scene 1 later")
    later.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move scene 2 later")).to_be_focused()
    saved(page)
    assert texts(tab, waiting)[:2] == [before[1], before[0]]
    page.get_by_role("button", name="Add a scene after scene 2").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".thumb")).to_have_count(len(before) + 1)
    saved(page)
    assert texts(tab, waiting)[2] == ""
    page.get_by_label("On screen").focus()
    page.keyboard.type("A scene of mine")
    wait_for(lambda: texts(tab, waiting)[2] == "A scene of mine", 20, "what was typed")
    page.get_by_role("button", name="Scene 1", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Scene 1")).to_be_visible()
    page.get_by_role("button", name="Remove scene 1").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove scene 1")).to_be_focused()
    expect(page.locator(".thumb")).to_have_count(len(before))
    saved(page)
    assert texts(tab, waiting) == [before[0], "A scene of mine", *before[2:]]
    for _ in range(4):
        page.keyboard.press("Control+z")
    wait_for(lambda: texts(tab, waiting) == before, 20, "all to be undone")
    page.get_by_role("button", name="Versions").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Generated")
    tab.check()
    page.locator(".event", has_text="Scene 1 removed").get_by_role("button").focus()
    page.keyboard.press("Enter")
    wait_for(lambda: texts(tab, waiting) == [before[0], "A scene of mine", *before[2:]], 20, "the version")


def test_a_scene_is_dragged_laid_out_regenerated_and_shown_with_another_picture(tab: Tab, waiting: str) -> None:
    page = tab.open(f"/shorts/{waiting}/edit")
    before = texts(tab, waiting)
    page.locator(".thumb").nth(1).drag_to(page.locator(".thumb").first)
    wait_for(lambda: texts(tab, waiting)[:2] == [before[1], before[0]], 20, "the other order")
    saved(page)
    expect(page.get_by_role("heading", name="Scene 1")).to_be_visible()
    page.get_by_label("Layout").select_option(label="Rating")
    expect(page.locator(".open-scene")).to_contain_text("It shows: ")
    saved(page)
    assert script(tab, waiting)["scenes"][0]["layout"] == "review"
    was = script(tab, waiting)["scenes"][0]["image"]
    page.get_by_role("button", name="Swap the picture of scene 1").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.locator(".pick[aria-pressed=false]").first.click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    wait_for(lambda: script(tab, waiting)["scenes"][0]["image"] != was, 20, "another picture")
    narrated = script(tab, waiting)["scenes"][1]["narration"]
    page.get_by_role("button", name="Scene 2", exact=True).click()
    page.get_by_role("button", name="Regenerate scene 2").click()
    expect(page.locator(".toast, .sticky .fault:not(:empty)").first).to_be_visible()
    if "regenerated" in page.locator(".toast, .sticky .fault:not(:empty)").first.inner_text():
        wait_for(lambda: script(tab, waiting)["scenes"][1]["narration"] != narrated, 20, "another scene")


def test_a_picture_of_ones_own_is_shown_and_what_is_none_is_refused(tab: Tab, waiting: str, tmp_path: Path) -> None:
    page = tab.open(f"/shorts/{waiting}/edit")
    (tmp_path / "own.png").write_bytes(own_picture())
    (tmp_path / "none.png").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    page.get_by_role("button", name="Swap the picture of scene 1").click()
    page.get_by_label("A picture of your own").set_input_files(tmp_path / "none.png")
    expect(page.locator(".toast.bad")).to_contain_text("This is SVG, which is not read")
    page.get_by_label("A picture of your own").set_input_files(tmp_path / "own.png")
    expect(page.get_by_role("dialog")).to_be_hidden()
    wait_for(lambda: script(tab, waiting)["scenes"][0]["image"].startswith("upload:"), 20, "the own picture")
    address = f"{tab.site}/api/v1/shorts/{waiting}"
    shown = httpx2.get(f"{address}/scenario/scenes/0/still", timeout=30)
    with Image.open(BytesIO(shown.content)) as still:
        assert still.size == (180, 320)
    again = httpx2.post(f"{address}/pictures", content=own_picture(), headers={"content-type": "image/png"}, timeout=30)
    assert (again.status_code, again.json()["url"]) == (201, script(tab, waiting)["scenes"][0]["image"])
    wrong = httpx2.post(f"{address}/pictures", content=b"[]", headers={"content-type": "application/json"}, timeout=30)
    assert wrong.status_code == 415
    product = httpx2.get(address, timeout=30).json()["product"]
    assert sum(url.startswith("upload:") for url in product["images"]) == 1


def own_picture() -> bytes:
    """Return a PNG of what the shop does not have."""
    made = Image.open(BytesIO(picture("#203040", "#ffcc00")))
    out = BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


def test_of_two_tabs_the_later_one_is_asked(new_tab: Callable[..., Tab], waiting: str) -> None:
    mine, theirs = new_tab(), new_tab()
    for one in (mine, theirs):
        one.open(f"/shorts/{waiting}/edit")
    theirs.page.get_by_label("On screen").fill("Theirs")
    saved(theirs.page)
    expect(mine.page.get_by_text("Changed elsewhere")).to_be_visible()
    mine.page.get_by_label("On screen").fill("Mine")
    expect(mine.page.locator(".sticky [role=status]")).to_contain_text("Not saved")
    assert texts(mine, waiting)[0] == "Theirs"
    mine.check()
    mine.page.get_by_role("button", name="Keep mine").click()
    saved(mine.page)
    expect(mine.page.get_by_text("Changed elsewhere")).to_have_count(0)
    assert texts(mine, waiting)[0] == "Mine"
    expect(theirs.page.get_by_text("Changed elsewhere")).to_be_visible()
    theirs.page.get_by_role("button", name="Take theirs").click()
    expect(theirs.page.get_by_label("On screen")).to_have_value("Mine")
    saved(theirs.page)
    theirs.page.keyboard.press("Control+z")
    expect(theirs.page.get_by_label("On screen")).to_have_value("Theirs")


def test_on_a_phone_the_look_is_chosen_by_picture_and_sound(new_tab: Callable[..., Tab], waiting: str) -> None:
    tab = new_tab(PHONE, "dark")
    page = tab.open(f"/shorts/{waiting}/edit")
    page.get_by_text("The whole video").click()
    page.get_by_role("radio", name="Bold").check()
    wait_for(lambda: script(tab, waiting)["wishes"]["style"] == "bold", 20, "the style")
    page.get_by_role("radio", name="1:1").check()
    wait_for(lambda: script(tab, waiting)["wishes"]["aspect"] == "1:1", 20, "the format")
    page.wait_for_function("(i => i.naturalWidth > 0 && i.naturalWidth === i.naturalHeight)"
                           "(document.querySelector('.open-picture img'))")  # fmt: skip
    page.get_by_label("Captions").select_option(label="None")
    wait_for(lambda: script(tab, waiting)["wishes"]["captions"] == "none", 20, "the captions")
    page.get_by_role("radio", name="Calm").check()
    wait_for(lambda: script(tab, waiting)["wishes"]["mood"] == "calm", 20, "the mood")
    page.get_by_label("Music", exact=True).uncheck()
    wait_for(lambda: script(tab, waiting)["wishes"]["music"] == "none", 20, "no music")
    for name in ("Play calm music", "Play voice hibari"):
        button = page.get_by_role("button", name=name).first
        with page.expect_response(lambda answer: "/sample" in answer.url) as heard:
            button.click()
        assert heard.value.headers["content-type"].startswith("audio/")
    tab.check()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for _ in range(5):
        page.keyboard.press("Control+z")
    wait_for(lambda: script(tab, waiting)["wishes"].get("style") != "bold", 20, "the look as it was")


def test_a_script_is_made_into_a_video(tab: Tab, waiting: str) -> None:
    page = tab.open(f"/shorts/{waiting}/edit")
    page.get_by_label("On screen").fill("Made here")
    saved(page)
    page.get_by_role("button", name="Make the video").click()
    page.wait_for_url(f"**/shorts/{waiting}")
    wait_for(lambda: status(tab.site, waiting) == "completed", 180, "the video")
    assert texts(tab, waiting)[0] == "Made here"
    address = f"{tab.site}/api/v1/shorts/{waiting}"
    first = httpx2.get(address, timeout=30).json()["short"]
    film = httpx2.get(f"{address}/video", timeout=30).content

    # What was finished is edited, and made again: only what changed is rendered, and the first film stays.
    tab.ready()
    page.get_by_role("link", name="Edit").click()
    tab.ready()
    expect(page.get_by_role("button", name="Make version 2")).to_be_disabled()
    page.get_by_label("On screen").fill("Made again")
    saved(page)
    page.get_by_role("button", name="Make version 2").click()
    page.wait_for_url(f"**/shorts/{waiting}")
    wait_for(
        lambda: status(tab.site, waiting) == "completed" and texts(tab, waiting)[0] == "Made again", 180, "it again"
    )
    second = httpx2.get(address, timeout=30).json()["short"]
    assert (second["revision"], second["video"]["key"] != first["video"]["key"]) == ("2.0", True)
    same = [number for number, clip in second["clips"].items() if clip["key"] == first["clips"][number]["key"]]
    assert len(same) == len(second["clips"]) - 1
    assert httpx2.get(f"{address}/video?version=1", timeout=30).content == film
    assert httpx2.get(f"{address}/video", timeout=30).content != film
    assert httpx2.get(f"{address}/video?version=7", timeout=30).status_code == 404
    watch = page.get_by_role("link", name="Watch version 1").get_attribute("href")
    assert httpx2.get(f"{tab.site}{watch}", timeout=30).content == film
    tab.check()
