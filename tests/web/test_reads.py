"""What each page reads of a database of 1,000 shorts: what it shows, however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import bson
import pytest
from fastapi.testclient import TestClient
from pymongo import monitoring

from app.core.search_words import beginnings
from app.db import client as mongo
from app.main import create_app
from app.models import TaskType, utc_now
from tests import staging
from tests.conftest import wipe
from tests.shorts.test_state import PRODUCT, clip, scenario, video

SHORTS = 1_000
SHOWN = {"shorts", "tasks", "sessions", "products", "event_buckets", "brand_kits"}
PAGES = {
    "/": (12, 20_000),
    "/shorts": (27, 40_000),
    "/shorts?q=cup": (60, 80_000),
    "/shorts/short-0": (12, 40_000),
    "/brand": (2, 2_000),
    "/sessions": (2, 2_000),
    "/tasks": (60, 40_000),
    "/reports": (210, 40_000),
    "/activity": (2, 2_000),
    "/system": (10, 4_000),
    "/api/v1/shorts": (60, 60_000),
}
"""Page -> documents and bytes that it may read at most. Reports tell the median of the newest 100 videos, of each of
which two moments are read. What a word finds is looked up in windows of time whose length the first search learns."""
TOLD = "A steel cup that keeps tea warm for hours. It holds 300 ml. It weighs 200 g."
FEATURES = ["Double wall", "Dishwasher safe", "Lid included"]
STEPS = [one.value for one in TaskType if one is not TaskType.DATA_EXTRACTION]


class Reads(monitoring.CommandListener):
    """Counts the documents, and their bytes, that come back of what pages show."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.count, self.size = 0, 0

    def started(self, event: monitoring.CommandStartedEvent) -> None: ...

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        found = event.reply.get("cursor", {})
        if found.get("ns", "").rpartition(".")[2] in SHOWN:
            documents = [*found.get("firstBatch", []), *found.get("nextBatch", [])]
            self.count += len(documents)
            self.size += sum(len(bson.encode(one)) for one in documents)

    def failed(self, event: monitoring.CommandFailedEvent) -> None: ...


READS = Reads()
monitoring.register(READS)


def short_of(number: int) -> dict[str, Any]:
    """Return a finished short as it is stored, with all that makes it large."""
    at = utc_now() - timedelta(minutes=number)
    script = scenario(f"Cup {number}").model_dump(mode="json")
    made = video(f"film/{number}/video.mp4").model_dump(mode="json") | {"provenance": {"facts": ["x" * 100] * 50}}
    return {
        "_id": f"short-{number}", "short_id": f"short-{number}", "user_id": None, "status": "completed",
        "automatic": True, "url": f"https://shop.example/{number}", "product_id": f"p{number}",
        "title": f"Cup {number}", "wishes": script["wishes"], "scenario": script, "variants": [script] * 3,
        "scenario_version": 1,
        "clips": {str(one): clip(f"{number}/{one}").model_dump(mode="json") for one in range(5)},
        "video": made, "earlier": [{"version": 0, "video": made}], "created_at": at, "updated_at": at,
        "words": list(beginnings(f"Cup short-{number}")),
    }  # fmt: skip


def tasks_of(number: int) -> list[dict[str, Any]]:
    at = utc_now() - timedelta(minutes=number)
    return [
        {
            "_id": f"task-{number}-{kind}", "task_type": kind, "status": "completed", "short_id": f"short-{number}",
            "user_id": None, "priority": 2, "progress": 100, "result": {"product": ["y" * 100] * 20}, "metadata": {},
            "retry_count": 0, "max_retries": 3, "created_at": at, "updated_at": at, "started_at": at, "ended_at": at,
        }
        for kind in STEPS
    ]  # fmt: skip


@pytest.fixture
def api() -> Iterator[TestClient]:
    mongo.close()  # the next client has the listener
    database = mongo.connect().database
    # Some at a time: an answer that takes too long on a busy machine is asked for again, and finds what it has written.
    for begin in range(0, SHORTS, 50):
        some = range(begin, begin + 50)
        database["shorts"].insert_many([short_of(number) for number in some])
        database["tasks"].insert_many([one for number in some for one in tasks_of(number)])
    staging.save_product("p0", PRODUCT.model_copy(update={"description": TOLD, "features": FEATURES}), None)
    with TestClient(create_app(), raise_server_exceptions=False) as client:
        client.get("/")  # begins what is begun once
        yield client
    wipe("shorts", "tasks", "products")
    mongo.close()


@pytest.mark.usefixtures("ends_tasks")
def test_no_page_reads_more_than_it_shows(api: TestClient) -> None:
    read = {}
    for path in PAGES:
        for _ in range(2):
            READS.clear()
            answer = api.get(path)
            assert answer.status_code == 200, path
        read[path] = READS.count, READS.size
    assert {path: sums for path, sums in read.items() if sums > PAGES[path] or sums[1] > PAGES[path][1]} == {}
    assert read["/shorts"][0] >= 24
