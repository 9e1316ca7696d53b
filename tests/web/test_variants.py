"""Three scripts in a real browser: from an address to stills side by side, to a mix, and to the videos of all."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from patchright.sync_api import expect

from app.errors import InvalidInput
from app.models import Scenario, Scene, Wishes
from app.web.pages.variants import mixed
from tests.polling import wait_for
from tests.web.conftest import PATIENCE, PHONE, SMALLEST, Shop, Tab, start, status_of

expect.set_options(timeout=PATIENCE)


def scenario(title: str, *words: str) -> Scenario:
    scenes = [
        Scene(role="hook", image="https://shop.example/1.jpg", motion="zoom_in", on_screen_text=word, seconds=4)
        for word in words
    ]
    return Scenario(title=title, language="en", wishes=Wishes(), scenes=scenes)


def test_a_mix_has_the_scenes_that_were_chosen_and_the_look_of_its_first() -> None:
    variants = [scenario("One", "a", "b", "c"), scenario("Two", "d", "e")]
    made = mixed(variants, {"scene-0": "1", "scene-1": "0", "scene-2": "0"})
    assert made.title == "Two"
    assert [scene.on_screen_text for scene in made.scenes] == ["d", "b", "c"]
    for wrong in ({"scene-0": "7"}, {"scene-2": "1"}, {}, {"scene-0": "x"}):
        with pytest.raises(InvalidInput, match="Choose a scene"):
            mixed(variants, wrong)


def test_three_scripts_are_seen_at_once_and_a_mix_of_them_is_made(new_tab: Any, shop: Shop) -> None:
    tab: Tab = new_tab(PHONE)
    page = tab.open(f"/?size=180x320&seconds=10&variants=3&url={quote(f'{shop.url}/cup')}")
    page.get_by_role("button", name="Generate", exact=True).click()
    page.wait_for_url("**/shorts/short-*/variants")
    short_id = page.url.split("/")[-2]
    wait_for(lambda: status_of(tab.site, short_id) == "waiting", 90, "the scripts")
    tab.open(f"/shorts/{short_id}/variants")
    expect(page.locator(".variant")).to_have_count(3)
    short = httpx2.get(f"{tab.site}/api/v1/shorts/{short_id}").json()["short"]
    assert len({one["scenes"][0]["on_screen_text"] for one in short["variants"]}) == 3
    assert [len(drawn) for drawn in short["variant_stills"]] == [len(one["scenes"]) for one in short["variants"]]
    stills = page.locator(".still-choice img")
    expect(stills).to_have_count(sum(map(len, short["variant_stills"])))
    stills.first.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.still-choice img').naturalWidth > 0")
    tab.check()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    # By the keyboard: the beginning of the second, the rest of the first.
    page.locator("input[name=scene-0]").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("input[name=scene-0]").nth(1).is_checked()
    page.get_by_role("button", name="Generate this mix").click()
    page.wait_for_url(f"**/shorts/{short_id}")
    wait_for(lambda: status_of(tab.site, short_id) == "completed", 180, "the video of the mix")
    made = httpx2.get(f"{tab.site}/api/v1/shorts/{short_id}").json()["short"]
    assert made["scenario"]["scenes"][0] == short["variants"][1]["scenes"][0]
    assert made["scenario"]["scenes"][1:] == short["variants"][0]["scenes"][1:]
    assert (made["variants"], made["variant_stills"]) == ([], [])
    tab.open(f"/shorts/{short_id}/variants")
    expect(page.get_by_text("A script was chosen already.")).to_be_visible()


def test_all_scripts_become_videos_once_however_often_it_is_asked(tab: Tab, shop: Shop) -> None:
    short_id = start(tab.site, f"{shop.url}/cup", wishes=SMALLEST, variants=2)
    wait_for(lambda: status_of(tab.site, short_id) == "waiting", 90, "the scripts")
    short = httpx2.get(f"{tab.site}/api/v1/shorts/{short_id}").json()["short"]
    page = tab.open(f"/shorts/{short_id}")
    page.get_by_role("link", name="Choose a script").click()
    tab.ready()
    page.get_by_role("button", name="Generate all").dblclick()
    page.wait_for_url("**/shorts")
    found = httpx2.get(f"{tab.site}/api/v1/shorts?limit=5&fields=scenario").json()["shorts"]
    (other,) = [one["short_id"] for one in found if one["scenario"] == short["variants"][1]]
    for one in (short_id, other):
        wait_for(lambda named=one: status_of(tab.site, named) == "completed", 180, "the video of each script")  # type: ignore[misc]  # the name is of this turn
    tasks = httpx2.get(f"{tab.site}/api/v1/tasks?short_id={other}&limit=50").json()["tasks"]
    assert {"scraping", "image_analysis"}.isdisjoint(task["task_type"] for task in tasks)
    assert httpx2.post(f"{tab.site}/api/v1/shorts/{short_id}/variants/render").status_code == 409
