"""Tasks that fetch: a cancel stops them at once, and a failure is tried again by its kind, when the server says."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
import structlog

from app.core.telemetry import configure_logging, get_logger
from app.db.client import collection
from app.errors import Cancelled
from app.models import Product, TaskInfo, TaskStatus, TaskType, utc_now
from app.tasks import runner as task_runner
from app.tasks.context import TaskContext
from app.tasks.repository import find_task
from app.tasks.runner import run_task
from app.tasks.service import cancel_task, claim_task, create_task
from tests import staging
from tests.conftest import DATA_DIR
from tests.fetching.raw import RawServer, serving
from tests.polling import wait_for

Started = tuple[RawServer, str]


def scraping(server: RawServer) -> str:
    return create_task(TaskType.SCRAPING, url=server.url, allowed_hosts=[server.netloc])


def urls(server: RawServer) -> str:
    pages = [server.url + str(number) for number in range(5)]
    return create_task(
        TaskType.DATA_EXTRACTION, short_id="bulk", kind="urls", urls=pages, allowed_hosts=[server.netloc]
    )


def pictures(server: RawServer) -> str:
    images = [f"{server.url}{number}.jpg" for number in range(12)]
    staging.save_product("cup", Product(title="Cup", images=images), None)
    return create_task(TaskType.IMAGE_ANALYSIS, short_id="short", product_id="cup", allowed_hosts=[server.netloc])


@pytest.fixture
def silent() -> Iterator[RawServer]:
    """A server that never answers."""
    with serving([], hold=True) as server:
        yield server


def task(task_id: str) -> TaskInfo:
    found = find_task(task_id)
    assert found is not None
    return found


@pytest.mark.parametrize("start", [scraping, urls, pictures])
def test_cancelling_stops_a_fetch_within_two_seconds(start: Callable[[RawServer], str], silent: RawServer) -> None:
    task_id = start(silent)
    run = threading.Thread(target=run_task, args=(task_id,))
    run.start()
    assert silent.connected.wait(10)
    before = time.monotonic()
    assert cancel_task(task_id)
    assert task(task_id).status is TaskStatus.CANCELLED
    run.join()
    assert silent.hung_up.wait(2)
    assert time.monotonic() - before < 2
    assert silent.connections <= 4
    assert task(task_id).status is TaskStatus.CANCELLED
    assert collection("sessions").count_documents({"task_id": task_id}) == 0
    assert not (DATA_DIR / "tmp").exists() or list((DATA_DIR / "tmp").iterdir()) == []


def test_a_worker_that_is_to_stop_hands_a_fetch_back(silent: RawServer) -> None:
    task_id = scraping(silent)
    run = threading.Thread(target=run_task, args=(task_id,))
    run.start()
    assert silent.connected.wait(10)
    task_runner.stopping.set()
    try:
        run.join(2)
        assert not run.is_alive()
    finally:
        task_runner.stopping.clear()
    assert task(task_id).status is TaskStatus.QUEUED
    cancel_task(task_id)


def answer(status: int, *headers: str) -> list[bytes]:
    head = [f"HTTP/1.1 {status} X", "Content-Length: 5", "Connection: close", *headers, "", "sorry"]
    return ["\r\n".join(head).encode()]


@pytest.mark.parametrize(
    ("chunks", "status", "seconds"),
    [
        (answer(404), TaskStatus.FAILED, None),
        (answer(410), TaskStatus.FAILED, None),
        (answer(403), TaskStatus.FAILED, None),
        (answer(429, "Retry-After: 77"), TaskStatus.RETRYING, (70, 77)),
        (answer(503, "Retry-After: 86400"), TaskStatus.RETRYING, (890, 900)),
        (answer(503), TaskStatus.RETRYING, (0, 3)),
        (answer(500), TaskStatus.RETRYING, (0, 3)),
        ([b""], TaskStatus.RETRYING, (0, 3)),
    ],
    ids=["404", "410", "403", "429", "503 long", "503", "500", "hang-up"],
)
def test_a_failure_is_tried_again_by_its_kind(
    chunks: list[bytes], status: TaskStatus, seconds: tuple[float, float] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FETCH_RESPECT_ROBOTS", "false")
    with serving(chunks) as server:
        task_id = scraping(server)
        run_task(task_id)
    found = collection("tasks").find_one({"_id": task_id}) or {}
    assert found["status"] == status.value
    if seconds is None:
        assert found["retries"] == 0
    else:
        wait = (found["due_at"].replace(tzinfo=utc_now().tzinfo) - utc_now()).total_seconds()
        assert seconds[0] <= wait <= seconds[1]
        cancel_task(task_id)


@pytest.mark.parametrize(
    ("chunks", "status"), [(answer(404), TaskStatus.FAILED), ([b""], TaskStatus.RETRYING)], ids=["404", "hang-up"]
)
def test_pictures_that_may_be_there_later_do_not_end_a_short(chunks: list[bytes], status: TaskStatus) -> None:
    with serving(chunks) as server:
        task_id = pictures(server)
        run_task(task_id)
    assert task(task_id).status is status
    cancel_task(task_id)


def test_no_token_reaches_the_log_or_the_task(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FETCH_RESPECT_ROBOTS", "false")
    before = structlog.get_config()
    configure_logging(form="json")
    try:
        with serving(answer(404)) as server:
            task_id = create_task(
                TaskType.SCRAPING, url=f"{server.url}?access_token=hush&size=2", allowed_hosts=[server.netloc]
            )
            run_task(task_id)
        get_logger("tests").warning("library_said", trace=f"in {server.url}?token=hush and ftp://ada:hush@x.example/")
    finally:
        structlog.configure(**before)
    printed = capsys.readouterr().err
    assert "task_failed" in printed and "size=2" in printed and "library_said" in printed
    assert "hush" not in printed
    assert "hush" not in (task(task_id).error or "")


def test_one_threads_look_ends_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads of one run ask at the same time: one look at the database, and every thread stops."""
    task_id = create_task(TaskType.SCRAPING, url="http://shop.example/")
    lease = claim_task(task_id)
    assert lease is not None
    context = TaskContext(lease, threading.Event())
    cancel_task(task_id)
    wait_for(lambda: _raises(context.raise_if_over))
    with pytest.raises(Cancelled):
        context.raise_if_over()
    with pytest.raises(Cancelled):
        context.report(50, "more")


def _raises(call: Callable[[], None]) -> bool:
    try:
        call()
    except Cancelled:
        return True
    return False
