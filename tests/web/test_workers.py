"""Whether anybody is there to do what waits, as the pages tell it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from patchright.sync_api import expect

from app.db import client as mongo
from app.db.presence import Presence, present_workers
from tests.access.servers import api_processes

DATABASE = "nobody_works_here"


@pytest.fixture
def workerless() -> Iterator[str]:
    """A server on a database of its own, on which no worker runs."""
    with api_processes(1, MONGODB_DATABASE=DATABASE) as (url,):
        yield url
    mongo.connect().client.drop_database(DATABASE)


def test_pages_tell_that_no_worker_runs_where_something_waits(new_tab: Any, workerless: str) -> None:
    tab = new_tab()
    tab.site = workerless
    page = tab.open("/")
    notice = page.get_by_text("no worker runs")
    expect(notice).to_have_count(0)  # nothing waits
    made = httpx2.post(f"{workerless}/api/v1/shorts", json={"url": "https://shop.example/cup", "short_id": "cup"})
    assert made.status_code == 202
    expect(notice).to_be_visible()
    for path in ("/shorts/cup", "/tasks", "/system"):
        tab.open(path)
        expect(page.get_by_text("no worker runs").first).to_be_visible()
        tab.check()
    with Presence(mongo.connect().client[DATABASE], ["light", "render"]) as there:
        tab.open("/system")
        expect(page.get_by_text("light, render")).to_be_visible()
        expect(page.get_by_text(f"process {there.name.rsplit(':', 2)[1]}")).to_be_visible()
        expect(page.get_by_text("no worker runs")).to_have_count(0)


def test_a_worker_is_there_until_it_says_otherwise_or_nothing() -> None:
    database = mongo.connect().database
    before = len(present_workers())
    with Presence(database, ["render"]), Presence(database):  # the second is no worker
        assert [one.pools for one in present_workers()].count(("render",)) == 1
        assert len(present_workers()) == before + 1
        silent_since_long = {"$set": {"seconds": 0.0}}
        database["presence"].update_one({"pools": ["render"]}, silent_since_long)
        assert len(present_workers()) == before
    assert len(present_workers()) == before
