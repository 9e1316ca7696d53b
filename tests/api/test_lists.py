"""What lists answer and refuse, how work is cancelled, and the names and examples by which OpenAPI tells of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from app.brands.endpoints import BrandKitRequest, PageRequest
from app.db import client as mongo
from app.http.schemas import BatchRequest, ShortRequest
from app.shares.endpoints import ShareRequest
from app.shorts.use_cases import UNLISTED
from app.tasks.service import TaskType, create_task
from app.webhooks.endpoints import WebhookRequest
from tests import staging
from tests.api.test_tasks_api import SCENARIO

pytestmark = pytest.mark.usefixtures("ends_tasks")
EXAMPLES: dict[str, Any] = {
    "create_short": ShortRequest,
    "start_batch": BatchRequest,
    "add_webhook": WebhookRequest,
    "add_brand_kit": BrandKitRequest,
    "brand_from_page": PageRequest,
    "add_share": ShareRequest,
}
"""Operation -> what its examples must be."""


@pytest.fixture
def many() -> int:
    """Shorts with a script of ten scenes each; how many there are."""
    scenes = [scene.model_dump(mode="json") for scene in SCENARIO.scenes * 10]
    script = SCENARIO.model_dump(mode="json") | {"scenes": scenes}
    for number in range(20):
        staging.ensure_short(f"s{number}", None)
        staging.update_short(f"s{number}", scenario=script, title="Pour-over set")
    return 20


def test_a_list_of_shorts_has_no_scripts_unless_they_are_asked_for(api: TestClient, many: int) -> None:
    slim = api.get("/api/v1/shorts")
    whole = api.get("/api/v1/shorts?fields=title,scenario,clips,earlier,video")
    assert len(slim.json()["shorts"]) == len(whole.json()["shorts"]) == many
    assert UNLISTED.isdisjoint(slim.json()["shorts"][0])
    assert slim.json()["shorts"][0]["title"] == "Pour-over set"
    assert len(slim.content) < len(whole.content) / 3
    assert len(slim.content) / many < 1500
    assert set(whole.json()["shorts"][0]) == {
        "short_id", "revision", "title", "scenario", "clips", "earlier", "video",
    }  # fmt: skip
    assert len(whole.json()["shorts"][0]["scenario"]["scenes"]) == 10
    page = api.get("/api/v1/shorts?fields=title&limit=3").json()
    assert api.get(f"/api/v1/shorts?fields=title&limit=3&cursor={page['next_cursor']}").json()["shorts"]


def test_rows_have_what_was_asked_for_and_what_they_must_have(api: TestClient) -> None:
    task_id = create_task(TaskType.IMAGE_ANALYSIS, short_id="s", user_id="u")
    task = api.get("/api/v1/tasks?fields=progress").json()["tasks"][0]
    assert set(task) == {"task_id", "task_type", "status", "progress", "created_at", "updated_at"}
    session = api.get("/api/v1/sessions?fields=user_id").json()["sessions"][0]
    assert set(session) == {"short_id", "task_type", "task_id", "user_id", "created_at", "updated_at"}
    assert (task["task_id"], session["task_id"]) == (task_id, task_id)
    wrong = api.get("/api/v1/tasks?fields=progress,colour")
    assert wrong.status_code == 422
    assert "colour" in wrong.json()["detail"]


@pytest.mark.parametrize(
    "path",
    ["/shorts?stauts=failed", "/tasks?colour=red", "/shorts/s?user=u", "/shorts/s/video?qualty=360", "/voices?lang=en",
     "/webhooks?limit=3", "/scheduler/status?x=1", "/sessions/s?includ=task", "/brand-kits?q=x", "/events?short=s"],
)  # fmt: skip
def test_a_parameter_that_nobody_knows_is_refused(api: TestClient, path: str) -> None:
    answer = api.get(f"/api/v1{path}")
    assert answer.status_code == 422, answer.text
    assert re.search(r"[?&](\w+)=", path)[1] in answer.json()["detail"]  # type: ignore[index]  # each has one


def test_an_address_may_name_the_state_of_what_it_shows(api: TestClient) -> None:
    assert api.get("/api/v1/shorts/s/video?v=1").status_code == 404  # there is none; the parameter is taken


def test_work_is_cancelled_in_one_way_and_the_former_one_goes_on(api: TestClient) -> None:
    first, second = (create_task(TaskType.IMAGE_ANALYSIS, user_id="u") for _ in range(2))
    assert api.post(f"/api/v1/tasks/{first}/cancel").json()["status"] == "cancelled"
    assert api.post(f"/api/v1/tasks/{first}/cancel").status_code == 409
    assert api.delete(f"/api/v1/tasks/{second}").json()["status"] == "cancelled"
    assert mongo.collection("tasks").count_documents({"status": "cancelled"}) == 2
    paths = api.get("/openapi.json").json()["paths"]
    told = {
        f"{method} {path}"
        for path, operations in paths.items()
        for method, one in operations.items()
        if one.get("deprecated")
    }
    assert told == {"delete /api/v1/tasks/{task_id}"}


def test_operations_have_names_that_make_a_client_and_examples_that_are_taken(api: TestClient) -> None:
    document = api.get("/openapi.json").json()
    operations = [one for methods in document["paths"].values() for one in methods.values()]
    names = [one["operationId"] for one in operations]
    assert len(set(names)) == len(names)
    assert [name for name in names if re.fullmatch("[a-z]+(_[a-z]+){0,3}", name) is None or "api_v" in name] == []
    for one in operations:
        if kind := EXAMPLES.get(one["operationId"]):
            shape = one["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            examples = document["components"]["schemas"][shape]["examples"]
            assert examples, shape
            for example in examples:
                TypeAdapter(kind).validate_python(example)
    assert EXAMPLES.keys() <= set(names)
