"""Feeds in tasks: batches are kept, a run that was cut short goes on, and what does not count leaves no file."""

import base64
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import duckdb
import pytest
from fastapi.testclient import TestClient

from app.blobs import store as media
from app.db.client import collection
from app.errors import InvalidInput
from app.extraction.results import Record
from app.main import create_app
from app.models import TaskInfo, TaskStatus, TaskType
from app.products import data_extraction as service
from app.products.data_extraction import start_data_extraction
from app.tasks import runner as task_runner
from app.tasks.context import TaskContext
from app.tasks.repository import find_task
from app.tasks.runner import run_task
from app.tasks.service import cancel_task, claim_task, create_task, fail_task
from tests.conftest import DATA_DIR
from tests.fetching.test_warc import http, record

FEED = "title,price,currency\n" + "".join(
    f"Desk {number},{number},EUR\n" if number % 10 else f",{number},EUR\n" for number in range(1, 51)
)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "BATCH_ROWS", 8)


def started(feed: str = FEED, kind: str = "csv") -> str:
    key = media.content_key("inputs", feed.encode(), ".csv")
    media.put(key, feed.encode())
    return create_task(TaskType.DATA_EXTRACTION, kind=kind, data_key=key, short_id="bulk")


def task(task_id: str) -> TaskInfo:
    found = find_task(task_id)
    assert found is not None
    return found


def files(task_id: str) -> set[str]:
    folder = DATA_DIR / "media" / "extractions" / task_id
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def stored(task_id: str) -> int:
    return collection("products").count_documents({"_id": {"$regex": f"^{task_id}-"}})


def check_whole(task_id: str, epoch: int = 1) -> None:
    """What a task of ``FEED`` must have made, however often it was cut short."""
    done = task(task_id)
    assert done.status is TaskStatus.COMPLETED, done.error
    assert done.result is not None
    assert (done.result["accepted"], done.result["rejected"]) == (45, 5)
    assert [row["row"] for row in done.result["products"]] == [number for number in range(1, 51) if number % 10]
    assert [row["row"] for row in done.result["bad_rows"]] == [10, 20, 30, 40, 50]
    assert {row["reason"] for row in done.result["bad_rows"]} == {"this row has no title"}
    assert stored(task_id) == 45
    assert files(task_id) == {
        f"{epoch}/{name}" for name in ("products.ndjson", "products.csv", "products.parquet", "bad_rows.ndjson")
    }


def test_a_feed_becomes_products_and_files() -> None:
    task_id = started()
    run_task(task_id)
    check_whole(task_id)
    with TestClient(create_app()) as client:
        base = f"/api/v1/tasks/{task_id}/files"
        rows = [json.loads(line) for line in client.get(f"{base}/products.ndjson").text.splitlines()]
        assert [(row["row"], row["title"], row["price"]) for row in rows[:2]] == [(1, "Desk 1", 1), (2, "Desk 2", 2)]
        table = client.get(f"{base}/products.csv")
        assert len(list(csv.DictReader(io.StringIO(table.text)))) == 45
        assert "attachment" in table.headers["content-disposition"]
        parquet = client.get(f"{base}/products.parquet")
        assert parquet.headers["content-type"] == "application/vnd.apache.parquet"
        (DATA_DIR / "check.parquet").write_bytes(parquet.content)
        (counted,) = duckdb.read_parquet(str(DATA_DIR / "check.parquet")).aggregate("count(*), sum(price)").fetchall()
        assert counted[0] == 45
        assert client.get(f"{base}/other.csv").status_code == 404
        assert client.get("/api/v1/tasks/unknown/files/products.csv").status_code == 404


class CutShort(BaseException):
    """Ends a run as a kill does: nothing of the run's own is executed after it."""


def cut_short_after(monkeypatch: pytest.MonkeyPatch, puts: int) -> None:
    """Let the process 'die' at the write of a file after ``puts`` others."""
    put, count = media.put, [0]

    def dying(key: str, data: bytes | Path) -> None:
        if key.startswith("extractions/"):
            count[0] += 1
            if count[0] > puts:
                raise CutShort
        put(key, data)

    monkeypatch.setattr(media, "put", dying)


@pytest.mark.parametrize("puts", [0, 1, 2, 5, 13, 14, 16])
def test_a_run_that_was_killed_goes_on_where_it_was(puts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    task_id = started()
    with monkeypatch.context() as patch:
        cut_short_after(patch, puts)
        with pytest.raises(CutShort):
            run_task(task_id)
    before = (task(task_id).checkpoint or {}).get("rows", 0)
    assert before == min(50, puts // 2 * 8)
    collection("tasks").update_one({"_id": task_id}, {"$set": {"status": "queued"}})
    seen: list[int] = []
    batch = service._batch

    def watched(*arguments: Any) -> list[Record]:
        found = batch(*arguments)
        seen.extend(one.row for one in found)
        return found

    monkeypatch.setattr(service, "_batch", watched)
    run_task(task_id)
    assert seen == list(range(before + 1, 51))
    check_whole(task_id, epoch=2)


def test_a_run_that_wakes_up_late_changes_nothing() -> None:
    task_id = started()
    lease = claim_task(task_id)
    assert lease is not None
    late = TaskContext(lease, Event())
    fail_task(task_id, "its lease ran out", retryable=True, delay_seconds=0, lease=lease)
    run_task(task_id)
    check_whole(task_id, epoch=2)
    with pytest.raises(Exception, match=r"another run's"):
        service.run(late)
    assert task(task_id).status is TaskStatus.COMPLETED
    assert media.get((task(task_id).result or {})["files"]["products.ndjson"])


def test_a_cancel_stops_it_and_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    task_id = started(FEED * 400)
    reached = Event()
    save = TaskContext.save

    def noticed(context: TaskContext, checkpoint: dict[str, object]) -> None:
        save(context, checkpoint)
        reached.set()

    monkeypatch.setattr(TaskContext, "save", noticed)
    run = Thread(target=run_task, args=(task_id,))
    run.start()
    assert reached.wait(10)
    assert files(task_id)
    assert cancel_task(task_id)
    run.join(2)
    assert not run.is_alive()
    assert task(task_id).status is TaskStatus.CANCELLED
    assert files(task_id) == set()
    assert list((DATA_DIR / "tmp").iterdir()) == []


def test_a_worker_that_is_to_stop_keeps_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    task_id = started()
    work = task_runner.WORK[TaskType.DATA_EXTRACTION]

    def asked_to_stop_meanwhile(context: TaskContext) -> dict[str, Any]:
        task_runner.stopping.set()
        return work(context)

    try:
        with monkeypatch.context() as patch:
            patch.setitem(task_runner.WORK, TaskType.DATA_EXTRACTION, asked_to_stop_meanwhile)
            run_task(task_id)
    finally:
        task_runner.stopping.clear()
    assert task(task_id).status is TaskStatus.QUEUED
    run_task(task_id)
    check_whole(task_id, epoch=2)


@pytest.fixture
def archive() -> Iterator[bytes]:
    page = '<html><h1>{}</h1><script type="application/ld+json">{{"@type": "Product", "name": "{}"}}</script></html>'
    yield b"".join(record(f"/{name}", http(page.format(name, name).encode())) for name in ("Desk", "Shelf")) + record(
        "/news", http(b"<html><p>It rained.</p></html>")
    )


def test_an_archive_of_pages(archive: bytes) -> None:
    task_id = start_data_extraction("warc", base64.b64encode(archive).decode())
    run_task(task_id)
    result = task(task_id).result or {}
    assert [row["product"]["title"] for row in result["products"]] == ["Desk", "Shelf"]
    assert result["products"][0]["product"]["url"] == "https://northwood.example/Desk"
    assert "no product" in result["bad_rows"][0]["reason"]


def test_a_list_of_addresses_as_data() -> None:
    task_id = start_data_extraction("urls", "# shops\nhttp://10.0.0.1/\n\nfile:///etc/passwd\n")
    run_task(task_id)
    result = task(task_id).result or {}
    assert [(row["row"], row["reason"].rpartition(", not")[0] != "") for row in result["bad_rows"]] == [
        (1, True),
        (2, True),
    ]


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [
        ("pdf", "x", "kind: one of"),
        ("csv", "", "data: 1 byte"),
        ("urls", None, "urls: 1 to 1000"),
        ("warc", "no base64!", "given in Base64"),
    ],
)
def test_wrong_input_is_told_at_once(kind: Any, data: str | None, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        start_data_extraction(kind, data)


def test_a_feed_that_cannot_be_read_fails_with_the_reason() -> None:
    task_id = started("colour,size\nred,1\n")
    run_task(task_id)
    assert (task(task_id).status, task(task_id).retries) == (TaskStatus.FAILED, 0)
    assert "names no title column" in (task(task_id).error or "")
