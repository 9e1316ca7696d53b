"""Logs, traces and metrics: what an operator sees of one request on its way to a worker and back."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import structlog
from fastapi.testclient import TestClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from app.analytics import gauges
from app.config import get_settings
from app.core import tracing
from app.core.telemetry import LEASES_LOST, configure_logging, get_logger
from app.errors import InvalidInput
from app.main import create_app
from app.maintenance import dependencies
from app.maintenance.worker_health import probes
from app.models import TaskStatus, TaskType
from app.tasks import runner as task_runner
from app.tasks.runner import run_task
from app.tasks.service import cancel_task, claim_task, create_task, get_task_status
from tests.ports import free_port

HEADER = "X-Request-ID"
TEXT = {"text": "A steel cup that keeps tea warm for six hours.", "short_id": "cup"}


@pytest.fixture
def api() -> Iterator[TestClient]:
    task_runner.stopping.clear()
    with TestClient(create_app(), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is logged, as JSON."""
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    before = structlog.get_config()
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    configure_logging(form="json", level="debug")
    yield written
    structlog.configure(**before)
    root.handlers, root.level = handlers, level


def told(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_an_id_goes_with_a_request_to_the_worker_and_into_every_line(api: TestClient, lines: io.StringIO) -> None:
    answer = api.post("/api/v1/content/analyze", json=TEXT, headers={HEADER: "order-17"})
    assert answer.headers[HEADER] == "order-17"
    task_id = answer.json()["task_id"]
    run_task(task_id)
    assert api.get(f"/api/v1/tasks/{task_id}").json()["request_id"] == "order-17"
    run = [line for line in told(lines) if line["event"] in ("task_started", "task_completed")]
    assert len(run) == 2
    for line in run:
        assert (line["request_id"], line["task_id"], line["short_id"]) == ("order-17", task_id, "cup")
    assert {"request", "task_completed"} <= {line["event"] for line in told(lines)}
    assert next(line for line in told(lines) if line["event"] == "request")["status"] == 202


@pytest.mark.parametrize("given", ["", "x" * 129, "a b", "a\tb", "ü"])
def test_a_request_without_a_good_id_gets_one(api: TestClient, given: str) -> None:
    for path, status in (("/health/live", 200), ("/api/v1/tasks/absent", 404), ("/nowhere", 404)):
        answer = api.get(path, headers=[(HEADER.encode(), given.encode())])
        assert answer.status_code == status
        assert re.fullmatch("[0-9a-f]{32}", answer.headers[HEADER])


def test_what_is_refused_and_what_breaks_has_its_id_too(
    api: TestClient, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> dependencies.Report:
        raise RuntimeError("broken on purpose, mongodb://someone:hunter2@db/")

    monkeypatch.setattr(dependencies, "report", broken)
    answer = api.get("/health/ready", headers={HEADER: "r1"})
    assert (answer.status_code, answer.headers[HEADER]) == (500, "r1")
    line = next(line for line in told(lines) if line["event"] == "request_broke")
    assert line["request_id"] == "r1"
    assert "hunter2" not in lines.getvalue()
    monkeypatch.setenv("API_KEYS_REQUIRED", "true")
    get_settings.cache_clear()
    refused = api.get("/api/v1/tasks", headers={HEADER: "r2"})
    assert (refused.status_code, refused.headers[HEADER]) == (401, "r2")


def test_lines_of_libraries_look_like_ours_and_keep_secrets(lines: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(task_id="t1"):
        logging.getLogger("some.library").warning("cannot reach %s", "redis://:hunter2@broker/0")
        try:
            raise ValueError("no mongodb://someone:hunter2@db/")
        except ValueError:
            logging.getLogger("some.library").exception("it broke")
        logging.getLogger("some.library").info("not worth a line")
        get_logger("ours").debug("ours", url="redis://:hunter2@broker/0")
    shown = told(lines)
    assert [(line["level"], line["task_id"]) for line in shown] == [("warning", "t1"), ("error", "t1"), ("debug", "t1")]
    assert shown[0]["logger"] == "some.library"
    assert "ValueError" in shown[1]["exception"]
    assert "hunter2" not in lines.getvalue()


@pytest.mark.usefixtures("lines")
def test_lines_can_be_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(form="console", level="warning")
    get_logger("ours").info("not this")
    get_logger("ours").warning("this", task_id="t1")
    shown = capsys.readouterr().err
    assert "not this" not in shown
    assert "this" in shown
    assert not shown.startswith("{")


@contextmanager
def collector() -> Iterator[tuple[str, list[Any]]]:
    """An OpenTelemetry collector on a local port: its address, and the spans that it got."""
    spans: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"])))
            for resource in sent.resource_spans:
                for scope in resource.scope_spans:
                    spans.extend(scope.spans)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", spans
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_trace_goes_from_the_request_through_the_broker_to_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with collector() as (address, spans):
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        get_settings.cache_clear()
        task_runner.stopping.clear()
        with TestClient(create_app()) as api:
            task_id = api.post("/api/v1/content/analyze", json=TEXT, headers={"traceparent": caller}).json()["task_id"]
            run_task(task_id)
        by_name = {span.name: span for span in spans}
    request, send, run = (by_name[name] for name in ("POST /api/v1/content/analyze", "send", "run content_analysis"))
    assert {span.trace_id.hex() for span in (request, send, run)} == {caller.split("-")[1]}
    assert request.parent_span_id.hex() == caller.split("-")[2]
    assert send.parent_span_id == request.span_id
    assert run.parent_span_id == request.span_id
    steps = [span for span in spans if span.parent_span_id == run.span_id]
    assert steps
    for step in steps:
        assert (
            run.start_time_unix_nano <= step.start_time_unix_nano <= step.end_time_unix_nano <= run.end_time_unix_nano
        )


def test_without_an_endpoint_nothing_is_traced() -> None:
    tracing.configure("api")
    with tracing.span("any", task_id="t") as span:
        assert span is None
        assert tracing.carrier() is None
    steps = tracing.Steps()
    steps.enter("a step")
    steps.leave()
    tracing.close()


def test_an_endpoint_without_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(tracing, "EXTRA", "no.such.package")
    get_settings.cache_clear()
    with pytest.raises(InvalidInput, match=r"OTEL_EXPORTER_OTLP_ENDPOINT.*shopreel\[otel\]"):
        tracing.configure("api")


def sample(text: str, name: str, **labels: str) -> float:
    for line in text.splitlines():
        if line.startswith((name + "{", name + " ")) and all(
            f'{key}="{value}"' in line for key, value in labels.items()
        ):
            return float(line.rsplit(" ", 1)[1])
    return 0.0


def test_metrics_tell_what_is_live_and_what_was_done(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gauges, "TRUSTED_SECONDS", 0.0)
    before = api.get("/metrics").text
    task_id = api.post("/api/v1/content/analyze", json=TEXT).json()["task_id"]
    waiting = api.get("/metrics").text
    assert sample(waiting, "shopreel_tasks", status="queued", task_type="content_analysis") == 1
    assert sample(waiting, "shopreel_queue_depth", pool="light") == 1
    assert sample(waiting, "shopreel_sessions", status="active") == 1
    for part in ("database", "broker", "media", "disk"):
        assert sample(waiting, "shopreel_part_up", part=part) == 1
    run_task(task_id)
    after = api.get("/metrics").text
    assert sample(after, "shopreel_queue_depth", pool="light") == 0
    assert sample(after, "shopreel_sessions", status="active") == 0

    def grew(name: str, **labels: str) -> float:
        return sample(after, name, **labels) - sample(before, name, **labels)

    for operation in ("create", "remove"):
        assert grew("shopreel_session_operations_total", operation=operation, outcome="done") == 1
        assert grew("shopreel_session_operation_seconds_count", operation=operation) == 1
    assert grew("shopreel_task_wait_seconds_count", task_type="content_analysis") == 1
    assert grew("shopreel_task_run_seconds_count", task_type="content_analysis", outcome="completed") == 1
    route = {"method": "POST", "route": "/api/v1/content/analyze", "status": "202"}
    assert grew("shopreel_http_request_seconds_count", **route) == 1


def test_strangers_make_no_labels(api: TestClient) -> None:
    for number in range(5):
        api.request("PURGE", f"/wp-admin-{number}")
    assert "wp-admin" not in api.get("/metrics").text
    assert "PURGE" not in api.get("/metrics").text


def test_a_cancelled_task_is_no_lost_lease_and_one_that_was_taken_is(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = LEASES_LOST._value.get
    before = counted()
    task_id = create_task(TaskType.CONTENT_ANALYSIS)
    assert cancel_task(task_id)
    task_runner._count_lost(task_id)
    assert counted() == before
    other = create_task(TaskType.CONTENT_ANALYSIS)
    assert claim_task(other) is not None
    task_runner._count_lost(other)
    assert counted() == before + 1
    assert cancel_task(other)


def asked(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_worker_tells_its_health_and_its_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("METRICS_PORT", str(port))
    get_settings.cache_clear()
    base, working = f"http://127.0.0.1:{port}", True
    with probes(lambda: working):
        assert asked(f"{base}/health/live") == (200, '{"status": "alive"}')
        status, said = asked(f"{base}/health/ready")
        assert (status, json.loads(said)["database"]) == (200, "ok")
        assert "shopreel_task_run_seconds" in asked(f"{base}/metrics")[1]
        assert asked(f"{base}/else")[0] == 404
        working = False
        assert asked(f"{base}/health/live")[0] == 503
        assert asked(f"{base}/health/ready")[0] == 503
        with probes(lambda: True):  # the port is taken: told, and no more
            pass


def test_readiness_tells_a_load_balancer_from_a_pager(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    states, accepts = {"database": "away", "broker": "ok", "media": "ok", "disk": "ok"}, True
    monkeypatch.setattr(dependencies, "report", lambda: dependencies.Report(states, accepts, 1.25))
    assert api.get("/health/ready").status_code == 503
    answer = api.get("/health/ready?accept=degraded")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["looked_seconds_ago"] == 1.2
    accepts = False
    answer = api.get("/health/ready?accept=degraded")
    assert (answer.status_code, answer.json()["status"]) == (503, "unable")
    assert api.get("/health/ready?accept=anything").status_code == 422


def test_a_task_of_a_script_goes_back_to_no_request() -> None:
    task = get_task_status(create_task(TaskType.CONTENT_ANALYSIS))
    assert task is not None
    assert (task.request_id, task.status) == (None, TaskStatus.QUEUED)
    assert cancel_task(task.task_id)
