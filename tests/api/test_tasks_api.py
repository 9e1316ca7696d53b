"""Tasks, work and shorts over HTTP: what is accepted, what is refused, and how it is said."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.blobs import store as media
from app.db import client as mongo
from app.db.page_query import encode_place
from app.http.files import byte_range
from app.models import Product, Scenario, Scene, Wishes
from app.shorts import videos
from app.tasks.service import TaskType, cancel_task, complete_task, create_task, fail_task
from tests import staging
from tests.conftest import change_all
from tests.staging import stored

pytestmark = pytest.mark.usefixtures("ends_tasks")

JSON = {"Content-Type": "application/json"}
PRODUCT = Product(title="Pour-over set", images=["https://shop.example/1.jpg"], price=Decimal(64), currency="USD")
SCENE = Scene(role="hook", image=PRODUCT.images[0], motion="zoom_in", on_screen_text="Slow coffee", seconds=12)
SCENARIO = Scenario(title="Pour-over set", language="en", wishes=Wishes(seconds=12), scenes=[SCENE])


@pytest.fixture
def short() -> str:
    """A short with a product and a generated scenario."""
    staging.save_product("p1", PRODUCT, None)
    staging.ensure_short("s1", None)
    staging.ensure_short("bare", None)
    staging.update_short("s1", product_id="p1", scenario=SCENARIO.model_dump(mode="json"))
    return "s1"


@pytest.mark.parametrize(
    ("path", "body", "task_type"),
    [
        ("/scrape", {"url": "https://shop.example/p"}, "scraping"),
        ("/scrape", {"html": "<html></html>", "url": "https://shop.example/p"}, "scraping"),
        ("/data/extract", {"kind": "urls", "urls": ["https://shop.example/p"]}, "data_extraction"),
        ("/data/extract", {"kind": "csv", "data": "title,price\nCup,3"}, "data_extraction"),
        ("/content/analyze", {"text": "A cup."}, "content_analysis"),
        ("/content/analyze", {"product_id": "p1"}, "content_analysis"),
        ("/image/analyze", {"product_id": "p1"}, "image_analysis"),
        ("/scenario/generate", {"product_id": "p1", "wishes": {"style": "bold"}}, "scenario_generation"),
        ("/scenario/save", {}, "save_scenario"),
        ("/scenario/save", {"scenario": SCENARIO.model_dump(mode="json")}, "save_scenario"),
        ("/video/generate", {"scene": 0}, "video_generation"),
        ("/shorts/finalize", {}, "finalize_short"),
    ],
)
def test_work_is_accepted(api: TestClient, short: str, path: str, body: dict[str, Any], task_type: str) -> None:
    answer = api.post(f"/api/v1{path}", json={"short_id": short, "user_id": "u"} | body)
    assert answer.status_code == 202, answer.text
    task_id = answer.json()["task_id"]
    assert answer.json()["status"] == "queued"
    assert answer.headers["location"] == f"/api/v1/tasks/{task_id}"
    task = api.get(answer.headers["location"]).json()
    assert (task["task_type"], task["user_id"], task["short_id"]) == (task_type, "u", short)
    session = api.get(f"/api/v1/sessions/task/{task_id}")
    assert session.status_code == (404 if task_type == "scraping" else 200)
    assert api.delete(f"/api/v1/tasks/{task_id}").json()["status"] == "cancelled"


@pytest.mark.parametrize(
    ("path", "body", "status", "named"),
    [
        ("/scrape", {}, 422, "url"),
        ("/scrape", {"url": "ftp://shop.example/p"}, 422, "ftp"),
        ("/scrape", {"url": "file:///etc/passwd"}, 422, "file"),
        ("/scrape", {"url": {"$ne": ""}}, 422, "url"),
        ("/scrape", {"url": "https://x.example", "short_id": {"$gt": ""}}, 422, "short_id"),
        ("/scrape", {"url": "https://x.example", "short_id": "a/b"}, 422, "short_id"),
        ("/scrape", {"url": "https://x.example", "short_id": "a\nb"}, 422, "short_id"),
        ("/scrape", {"url": "https://x.example", "allowed_hosts": ["127.0.0.1"]}, 422, "allowed_hosts"),
        ("/scrape", {"html": "x" * 10_000_001, "url": "https://x.example"}, 422, "html"),
        ("/scrape", {"html": ""}, 422, "html"),
        ("/data/extract", {"kind": "urls"}, 422, "urls"),
        ("/data/extract", {"kind": "pdf", "data": "x"}, 422, "kind"),
        ("/content/analyze", {}, 422, "product_id"),
        ("/content/analyze", {"text": "x", "product_id": "p1"}, 422, "either"),
        ("/image/analyze", {"product_id": "absent"}, 404, "absent"),
        ("/scenario/generate", {"product_id": "p1"}, 422, "short_id"),
        ("/scenario/generate", {"short_id": "s1", "product_id": "p1", "wishes": {"seconds": 3}}, 422, "seconds"),
        ("/scenario/save", {"short_id": "absent"}, 404, "absent"),
        ("/scenario/save", {"short_id": "s1", "scenario": {"title": "x"}}, 422, "scenario"),
        ("/video/generate", {"short_id": "s1", "scene": 7}, 422, "scene"),
        ("/video/generate", {"short_id": "s1", "scene": "first"}, 422, "scene"),
        ("/shorts/finalize", {"short_id": "absent"}, 404, "absent"),
        ("/shorts/finalize", {"short_id": "bare"}, 409, "no scenario"),
        ("/video/generate", {"short_id": "bare", "scene": 0}, 409, "no scenario"),
        ("/scenario/save", {"short_id": "bare"}, 409, "no scenario"),
        ("/shorts", {}, 422, "url"),
        ("/shorts", {"url": "gopher://x"}, 422, "gopher"),
        ("/shorts", {"url": "https://x.example", "wishes": {"style": "loud"}}, 422, "style"),
    ],
)
def test_bad_input_is_named(
    api: TestClient, short: str, path: str, body: dict[str, Any], status: int, named: str
) -> None:
    answer = api.post(f"/api/v1{path}", json=body)
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    assert named in answer.json()["detail"]
    assert mongo.collection("tasks").count_documents({}) == 0


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"text"', b"{", b"\xff\xfe", b'{"url": NaN}'])
def test_a_body_of_the_wrong_type_is_a_422(api: TestClient, body: bytes) -> None:
    answer = api.post("/api/v1/shorts", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_wrong_method_names_the_right_ones(api: TestClient) -> None:
    answer = api.put("/api/v1/tasks/t")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_that_is_too_large_is_a_413(api: TestClient) -> None:
    answer = api.post("/api/v1/scrape", content=(b"x" * 1_000_000 for _ in range(70)), headers=JSON)
    assert answer.status_code == 413


def test_a_task_to_its_result(api: TestClient) -> None:
    task_id = create_task(TaskType.IMAGE_ANALYSIS, short_id="s")
    early = api.get(f"/api/v1/tasks/{task_id}/result")
    assert early.status_code == 409
    assert "queued" in early.json()["detail"]
    complete_task(task_id, {"made": 1})
    assert api.get(f"/api/v1/tasks/{task_id}/result").json() == {"task_id": task_id, "result": {"made": 1}}
    late = api.delete(f"/api/v1/tasks/{task_id}")
    assert late.status_code == 409
    failed = create_task(TaskType.IMAGE_ANALYSIS)
    fail_task(failed, "the page is gone")
    assert "the page is gone" in api.get(f"/api/v1/tasks/{failed}/result").json()["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/tasks/absent",
        "/api/v1/tasks/absent/result",
        "/api/v1/shorts/absent",
        "/api/v1/shorts/absent/video",
        "/api/v1/shorts/absent/thumbnail",
        "/api/v1/products/absent",
        "/api/v1/nowhere",
    ],
)
def test_what_is_unknown_is_a_404(api: TestClient, path: str) -> None:
    answer = api.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_tasks_come_in_pages_newest_first(api: TestClient) -> None:
    made = [create_task(TaskType.IMAGE_ANALYSIS, user_id="u") for _ in range(5)]
    change_all("tasks", {}, {"$set": {"created_at": stored("tasks")["created_at"]}})
    seen: list[str] = []
    cursor = ""
    while True:
        page = api.get(f"/api/v1/tasks?user_id=u&limit=2{cursor}").json()
        seen += [task["task_id"] for task in page["tasks"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert sorted(seen) == sorted(made)
    assert api.get("/api/v1/tasks?cursor=absent").status_code == 422
    for task_id in made:
        cancel_task(task_id)


def test_a_short_is_accepted_once(api: TestClient) -> None:
    body = {"url": "https://shop.example/p", "short_id": "mine", "user_id": "u"}
    first = api.post("/api/v1/shorts", json=body)
    assert (first.status_code, first.json()) == (202, {"short_id": "mine", "status": "making", "degraded": False})
    assert api.post("/api/v1/shorts", json=body).status_code == 409
    detail = api.get(first.headers["location"]).json()
    assert [task["task_type"] for task in detail["tasks"]] == ["scraping"]
    assert detail["video_url"] is None
    assert api.get("/api/v1/shorts/mine/video").status_code == 404
    api.delete(f"/api/v1/tasks/{detail['tasks'][0]['task_id']}")
    assert api.get(first.headers["location"]).json()["short"]["status"] == "cancelled"


def test_a_video_is_served_whole_and_in_ranges(api: TestClient, short: str) -> None:
    data = bytes(range(256)) * 10_000
    media.put("v", data)
    media.put("t", b"jpeg")
    video = videos.Video(
        key="v",
        thumbnails=[videos.Thumbnail(key="t", scene=0, seconds=1, score=0.5)],
        seconds=1,
        width=2,
        height=2,
        size=len(data),
        voice=None,
        music="m",
        licences=[],
    )
    staging.update_short(short, video=video.model_dump(mode="json"))
    whole = api.get(f"/api/v1/shorts/{short}/video")
    assert (whole.status_code, whole.content, whole.headers["content-type"]) == (200, data, "video/mp4")
    part = api.get(f"/api/v1/shorts/{short}/video", headers={"Range": "bytes=100-299"})
    assert (part.status_code, part.content) == (206, data[100:300])
    assert part.headers["content-range"] == f"bytes 100-299/{len(data)}"
    tail = api.get(f"/api/v1/shorts/{short}/video", headers={"Range": "bytes=-5"})
    assert tail.content == data[-5:]
    beyond = api.get(f"/api/v1/shorts/{short}/video", headers={"Range": f"bytes={len(data)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(data)}")
    assert api.get(f"/api/v1/shorts/{short}/thumbnail").content == b"jpeg"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("bytes=0-", (0, 10)),
        ("bytes=2-3", (2, 4)),
        ("bytes=2-99", (2, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-99", (0, 10)),
        ("bytes=-", None),
        ("bytes=5-2", None),
        ("bytes=0-1,4-5", None),
        ("items=0-1", None),
        ("bytes=10-", (10, 10)),
        ("bytes=-0", (10, 10)),
    ],
)
def test_ranges_are_read_as_the_standard_says(header: str | None, expected: tuple[int, int] | None) -> None:
    assert byte_range(header, 10) == expected


def test_scheduler_health_metrics_and_pages(api: TestClient) -> None:
    create_task(TaskType.IMAGE_ANALYSIS, short_id="s", idempotency_key="x")
    status = api.get("/api/v1/scheduler/status").json()
    assert (status["cleanup_interval_hours"], status["cleanup_days_threshold"], status["session_retention_days"]) == (
        24,
        30,
        7,
    )
    done = api.post("/api/v1/scheduler/cleanup/now").json()
    assert (done["tasks"], done["sessions"]) == (0, 0)
    assert api.get("/api/v1/scheduler/status").json()["last_cleanup"]["tasks"] == 0
    assert api.get("/health/live").json() == {"status": "alive"}
    ready = api.get("/health/ready").json()
    assert ready.pop("looked_seconds_ago") >= 0
    assert ready == {
        "status": "ready",
        "spooled": 0,
        "database": "ok",
        "broker": "ok",
        "media": "ok",
        "disk": "ok",
    }
    assert "shopreel_session_operations_total" in api.get("/metrics").text
    assert "ShopReel" in api.get("/").text
    assert api.get("/docs").status_code == 200


def test_openapi_names_every_route_and_resolves(api: TestClient) -> None:
    schema = api.get("/openapi.json").json()
    wanted = {
        "/api/v1/sessions",
        "/api/v1/sessions/{short_id}",
        "/api/v1/sessions/task/{task_id}",
        "/api/v1/sessions/user/{user_id}",
        "/api/v1/tasks",
        "/api/v1/tasks/{task_id}",
        "/api/v1/tasks/{task_id}/result",
        "/api/v1/scrape",
        "/api/v1/data/extract",
        "/api/v1/content/analyze",
        "/api/v1/image/analyze",
        "/api/v1/scenario/generate",
        "/api/v1/scenario/save",
        "/api/v1/video/generate",
        "/api/v1/shorts/finalize",
        "/api/v1/shorts",
        "/api/v1/shorts/{short_id}",
        "/api/v1/shorts/{short_id}/video",
        "/api/v1/shorts/{short_id}/thumbnail",
        "/api/v1/shorts/{short_id}/captions",
        "/api/v1/products/{product_id}",
        "/api/v1/scheduler/status",
        "/api/v1/scheduler/cleanup/now",
        "/health/live",
        "/health/ready",
        "/metrics",
    }
    assert wanted <= set(schema["paths"])

    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            here = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return here + [found for part in node.values() for found in references(part)]
        return [found for part in node for found in references(part)] if isinstance(node, list) else []

    for reference in references(schema):
        name = reference.removeprefix("#/components/schemas/")
        assert name in schema["components"]["schemas"], reference


def test_dates_at_the_ends_of_time_are_answered(api: TestClient) -> None:
    fail_task(create_task(TaskType.SCRAPING, user_id="u"), "no price found")
    ends = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+02:00"]
    for where, name, end, sort in product(
        ("tasks", "sessions", "shorts"), ("created_after", "created_before"), ends, ("created_at", "-created_at")
    ):
        for more in ({}, {"q": "price"}, {"user_id": "u"}):
            answer = api.get(f"/api/v1/{where}", params={name: end, "sort": sort, **more})
            assert answer.status_code == (422 if end.endswith("+02:00") else 200)
    for cursor in (
        encode_place(datetime(9999, 12, 31, tzinfo=UTC), "x"),
        encode_place(datetime.min.replace(tzinfo=UTC), "x"),
    ):
        for sort, more in product(("created_at", "-created_at"), ({}, {"q": "price"})):
            assert api.get("/api/v1/tasks", params={"cursor": cursor, "sort": sort, **more}).status_code == 200
