"""Batches under limits: what there is no room for waits for the same request, and nothing is started twice."""

from __future__ import annotations

import pytest

from app.access.caller import Caller
from app.config import get_settings
from app.http.schemas import BatchRequest
from app.shorts import batches
from app.shorts.repository import list_shorts

URLS = [f"https://shop.example/products/{number}" for number in range(5)]
ALICE, BOB = Caller("alice", admin=False), Caller("bob", admin=False)


@pytest.mark.usefixtures("ends_tasks")
def test_a_limit_holds_within_a_batch_and_the_same_request_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIMIT_TASKS_PER_MINUTE", "3")
    monkeypatch.setenv("API_KEYS_REQUIRED", "true")
    get_settings.cache_clear()
    request = BatchRequest(urls=URLS)
    first = batches.start(ALICE, request, "key")
    assert [row.short_id is not None for row in first.rows] == [True] * 3 + [False] * 2
    assert all("no more are allowed" in (row.reason or "") for row in first.rows[3:])
    monkeypatch.setenv("LIMIT_TASKS_PER_MINUTE", "10")
    get_settings.cache_clear()
    second = batches.start(ALICE, request, "key")
    assert second.batch_id == first.batch_id
    assert [row.short_id for row in second.rows[:3]] == [row.short_id for row in first.rows[:3]]
    assert all(row.short_id for row in second.rows)
    assert len(list_shorts(owner="alice", batch_id=first.batch_id)) == 5
    assert [one.url for one in batches.get(ALICE, first.batch_id).shorts] == URLS
    # Another user's key of the same name is another batch, and this one is not there for them.
    assert batches.start(BOB, request, "key").batch_id != first.batch_id
    with pytest.raises(Exception, match="there is no batch"):
        batches.get(BOB, first.batch_id)
