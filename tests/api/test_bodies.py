"""What is sent is measured before it is read: no body, number or text holds up the others, or ends in a 500."""

from __future__ import annotations

import importlib
import json
import pkgutil
import time
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute, APIRouter
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

import app
from app.http.bodies import JsonRoute, has_small_frame
from app.http.files import byte_range
from app.main import create_app
from app.tasks.repository import find_task

PROBLEM = "application/problem+json"
MEGABYTE = 1_000_000


def kind_of(path: str) -> str:
    """Return the media type of what is sent to ``path``."""
    return "application/json" if path.startswith("/api/") else "application/x-www-form-urlencoded"


def nothing_read() -> Iterator[bytes]:
    """A body of which nobody is to read anything."""
    raise AssertionError("it was read")
    yield b""


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("/sign-in", 9000),
        ("/sign-out", 16 * MEGABYTE),
        ("/api/v1/scrape", 21 * MEGABYTE),
        ("/api/v1/shorts", 10**20),
        ("/api/v1/content/analyze", 2_100_000),
        ("/api/v1/shorts/x/cancel", 2_100_000),
        ("/api/v1/no-such-route", 2_100_000),
    ],
)
def test_a_body_that_says_that_it_is_too_large_is_refused_unread(api: TestClient, path: str, size: int) -> None:
    answer = api.post(
        path, content=nothing_read(), headers={"content-length": str(size), "content-type": kind_of(path)}
    )
    assert (answer.status_code, answer.headers["content-type"]) == (413, PROBLEM)


@pytest.mark.parametrize(
    ("path", "pieces"), [("/sign-in", 2), ("/api/v1/image/analyze", 420), ("/api/v1/scrape", 4200)]
)
def test_one_that_does_not_say_so_is_refused_when_it_is_passed(api: TestClient, path: str, pieces: int) -> None:
    answer = api.post(path, content=(b"k" * 5000 for _ in range(pieces)), headers={"content-type": kind_of(path)})
    assert (answer.status_code, answer.headers["content-type"]) == (413, PROBLEM)


@pytest.mark.parametrize(
    "body",
    [
        b'{"url": [' + b"0," * MEGABYTE + b"0]}",
        b'{"html": [' + b'"",' * 100_000 + b'""]}',
        b"{" + b",".join(b'"%d":0' % one for one in range(100_000)) + b"}",
        b'{"html": "' + b'\\"' * 200_000 + b'", "x": ' + b"[" * 300_000,
    ],
)
def test_a_body_of_many_values_is_refused_before_any_is_made(api: TestClient, body: bytes) -> None:
    answer = api.post("/api/v1/scrape", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert "too many values" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 5000,
        b'{"html": "\\ud800"}',
        b'{"html": "<html>\\ude00\\ud83d</html>"}',
        b'{"max_retries": ' + b"1" * 5000 + b"}",
        b'{"html": "' + b"x" * 400_000,
        b'{"html": "x", "url": "\xff"}',
    ],
)
def test_a_body_that_no_parser_should_take_is_a_422(api: TestClient, body: bytes) -> None:
    answer = api.post("/api/v1/scrape", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    assert len(answer.content) < 2000


def test_of_many_wrong_fields_some_are_named(api: TestClient) -> None:
    answer = api.post("/api/v1/scrape", json={str(one): 0 for one in range(5000)})
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 20


@pytest.mark.usefixtures("ends_tasks")
def test_a_page_of_ten_megabytes_is_taken(api: TestClient) -> None:
    html = '<html><p class="x">\u0416 \\ \n</p>' + '<p title="a">b\'s</p>\n' * 480_000
    answer = api.post("/api/v1/scrape", json={"html": html[: 10 * MEGABYTE - 100]})
    assert answer.status_code == 202, answer.text
    task = find_task(answer.json()["task_id"])
    assert task is not None
    assert task.metadata["html_key"]


def test_every_route_that_reads_a_body_reads_it_so() -> None:
    found = pkgutil.walk_packages(app.__path__, "app.")
    parts = [importlib.import_module(one.name) for one in found if one.name.endswith("endpoints")]
    routes = [route for part in parts for route in getattr(part, "router", APIRouter()).routes]
    reading = [one for one in routes if isinstance(one, APIRoute) and one.body_field is not None]
    assert len(reading) > 8
    assert [one.path for one in reading if not isinstance(one, JsonRoute)] == []


def test_every_whole_number_that_is_sent_has_bounds_that_a_database_holds() -> None:
    """Of every parameter and every property of the API's own description."""
    described = create_app().openapi()
    sent = {
        f"{method} {path}: {one['name']}": one["schema"]
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        for one in operation.get("parameters", [])
    }
    bodies_: set[str] = set()
    for methods in described["paths"].values():
        for operation in methods.values():
            bodies_ |= referred(operation.get("requestBody", {}), described)
    for name in bodies_:
        for field, schema in described["components"]["schemas"][name].get("properties", {}).items():
            sent[f"{name}.{field}"] = schema
    unbounded = [name for name, schema in sent.items() if not all(map(bounded, numbers(schema)))]
    assert unbounded == []
    assert sum(bool(numbers(schema)) for schema in sent.values()) > 10


def referred(part: object, described: dict[str, object]) -> set[str]:
    """Return the names of all schemas that a part of an OpenAPI document leads to."""
    found: set[str] = set()
    waiting = [part]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            name = str(one.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                waiting.append(described["components"]["schemas"][name])  # type: ignore[index]  # JSON, read as objects
            waiting += one.values()
    return found


def numbers(schema: dict[str, object]) -> list[dict[str, object]]:
    """Return the whole numbers within a schema."""
    if schema.get("type") == "integer" and "enum" not in schema:
        return [schema]
    parts = [schema.get("items"), *schema.get("anyOf", [])]  # type: ignore[misc]  # JSON, read as objects
    return [found for part in parts if isinstance(part, dict) for found in numbers(part)]


def bounded(schema: dict[str, object]) -> bool:
    """Tell whether a whole number has bounds of 64 bits."""
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    return low is not None and high is not None and -(2**63) <= int(float(str(low))) <= int(float(str(high))) <= 2**63


@pytest.mark.parametrize("number", ["99999999999999999999", "9223372036854775808", "-1", "1e5", "\u0663"])
@pytest.mark.parametrize("path", ["/activity?cursor=", "/users/u/activity?cursor=", "/events?wait=0&last_event_id="])
def test_a_cursor_that_no_list_has_is_a_422(api: TestClient, path: str, number: str) -> None:
    answer = api.get(f"/api/v1{path}{number}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)


def test_a_range_of_any_number_is_none() -> None:
    assert byte_range("bytes=" + "9" * 5000 + "-", 10) is None
    assert byte_range("bytes=999999999999999999-", 10) == (999999999999999999, 10)


def test_the_largest_bodies_are_measured_in_no_time() -> None:
    worst = [
        json.dumps({"html": "a\n\"'\\" * 2_500_000}).encode()[: 19 * MEGABYTE] + b'"}',
        b'{"html": "' + b"\\u0416" * 3_200_000 + b'"}',
        b'{"html": [' + b"0," * 9 * MEGABYTE + b"0]}",
    ]
    spent = []
    for body in worst:
        begin = time.process_time()
        has_small_frame(body)
        spent.append(time.process_time() - begin)
    assert max(spent) < 1.0


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(values, st.booleans())
def test_the_frame_is_what_stands_outside_of_strings(value: object, ascii_only: bool) -> None:
    """Found for any JSON by the length of what a parser sees: everything but the contents of strings."""

    def frame(one: object) -> int:
        if isinstance(one, str):
            return 0
        if isinstance(one, list):
            return 2 + max(0, len(one) - 1) + sum(map(frame, one))
        if isinstance(one, dict):
            return 2 + max(0, len(one) - 1) + len(one) + sum(map(frame, one.values()))
        return len(json.dumps(one))

    text = json.dumps(value, separators=(",", ":"), ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    bare = text.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')
    assert sum(map(len, bare[::2])) == frame(value)
