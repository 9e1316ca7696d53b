"""The ``shopreel`` command, as a person or a script runs it."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import duckdb
import psutil
import pytest

from app.cli.main import main
from app.config import get_settings
from app.db import client as mongo
from app.models import TaskType
from app.tasks.service import complete_task, create_task, start_task, update_task_progress
from examples.demo_shop.catalogue import PRODUCTS
from examples.demo_shop.pages import product_page
from tests.polling import wait_for

Here = Callable[..., subprocess.CompletedProcess[str]]
SHOPREEL = [sys.executable, "-m", "app.cli"]
PAGE = product_page(PRODUCTS[0], "https://shop.example")


def shopreel(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SHOPREEL, *arguments], capture_output=True, text=True, timeout=240, env=os.environ | environment, check=False
    )


@pytest.fixture
def shopreel_here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    """As ``shopreel``, in this process: most of what a process of its own takes is its start."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "argv", ["shopreel", *arguments])
        get_settings.cache_clear()
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        return subprocess.CompletedProcess(arguments, int(ended.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="cli-") as name:
        yield Path(name)


def test_help_names_every_command(shopreel_here: Here) -> None:
    shown = shopreel("--help")
    assert shown.returncode == 0
    for name in (
        "serve",
        "worker",
        "short",
        "preview",
        "scrape",
        "extract",
        "sessions",
        "tasks",
        "cleanup",
        "doctor",
        "demo",
    ):
        assert re.search(rf"\b{name}\b", shown.stdout), name
        assert shopreel_here(name, "--help").returncode == 0
    assert shopreel_here("--version").stdout.startswith("shopreel ")


def test_extract_makes_a_table_of_a_feed(folder: Path, shopreel_here: Here) -> None:
    feed = folder / "feed.csv.gz"
    feed.write_bytes(gzip.compress(b"title,price,currency\nDesk,5,EUR\n,7,EUR\nShelf,9,EUR\n"))
    table, bad = folder / "products.parquet", folder / "bad.ndjson"
    told = shopreel("extract", str(feed), "-o", str(table), "--bad-rows", str(bad))
    assert told.returncode == 0, told.stderr
    assert "2 products, 1 bad rows" in told.stderr and "row 2: this row has no title" in told.stderr
    rows = duckdb.read_parquet(str(table)).project("row, title, price").fetchall()
    assert rows == [(1, "Desk", 5), (3, "Shelf", 9)]
    assert json.loads(bad.read_text()) == {"row": 2, "reason": "this row has no title"}
    printed = shopreel_here("extract", str(feed))
    assert [json.loads(line)["title"] for line in printed.stdout.splitlines()] == ["Desk", "Shelf"]
    assert sorted(path.name for path in folder.iterdir()) == ["bad.ndjson", "feed.csv.gz", "products.parquet"]


def test_scrape_reads_a_saved_page(folder: Path, shopreel_here: Here) -> None:
    page = folder / "page.html"
    page.write_text(PAGE)
    told = shopreel("scrape", str(page), "--url", "https://shop.example/cup", "--json")
    product = json.loads(told.stdout)
    assert (product["title"], product["price"], product["currency"]) == (PRODUCTS[0].title, 64.0, "USD")
    card = shopreel_here("scrape", str(page))
    assert card.returncode == 0
    assert PRODUCTS[0].brand in card.stdout
    assert "json-ld" in card.stdout


def test_scrape_explains_itself(folder: Path, shopreel_here: Here) -> None:
    page = folder / "page.html"
    page.write_text(PAGE)
    arguments = ("scrape", str(page), "--url", "https://shop.example/cup", "--explain")
    shown = shopreel(*arguments, COLUMNS="160").stdout
    assert "What the page says" in shown
    assert "✓ won" in shown
    told = json.loads(shopreel_here(*arguments, "--json").stdout)
    assert told["product"]["title"] == PRODUCTS[0].title
    prices = told["candidates"]["price"]
    assert prices[0]["won"]
    assert prices[0]["value"] == 64.0
    assert {"source", "place", "confidence", "belief", "reason"} <= set(prices[0])


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (["scrape", "absent.html"], 2, "absent.html"),
        (["scrape", "ftp://shop.example/x"], 2, "ftp"),
        (["scrape", "http://127.0.0.1:9/x"], 2, "127.0.0.1"),
        (["scrape", "http://10.1.2.3/x"], 2, "10.1.2.3"),
        (["short", "x.html", "-o", "/nowhere/at/all.mp4"], 2, "/nowhere"),
        (["short", "x.html", "--style", "loud"], 2, "style"),
        (["short", "x.html", "--logo", "/nowhere.png"], 2, "picture nowhere.png: there is no such file"),
        (["short", "x.html", "--variants", "6"], 2, "variants: 1 to 5"),
        (["short", "x.html", "--colour", "red"], 2, "--brand.colours"),
        (["preview", "no-such-short"], 2, "no-such-short"),
        (["preview", "x.html", "-o", "x.gif"], 2, "--output"),
        (["sessions", "a/b"], 2, "short_id"),
    ],
)
def test_wrong_use_is_one_line_and_a_code(arguments: list[str], code: int, named: str, shopreel_here: Here) -> None:
    told = shopreel_here(*arguments)
    assert (told.returncode, told.stdout) == (code, "")
    assert named in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MONGODB_URI", "localhost"),
        ("MONGODB_MAX_POOL_SIZE", "many"),
        ("CLEANUP_DAYS_THRESHOLD", "0"),
        ("REDIS_URL", "http://x"),
        ("MEDIA_URL", "ftp://x"),
        ("TASK_LEASE_SECONDS", "-1"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line_that_names_it(
    name: str, value: str, shopreel_here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    told = shopreel_here("sessions")
    assert told.returncode == 2
    assert name in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1


def test_every_command_tells_wrong_settings_alike_and_doctor_tells_all(
    shopreel_here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONGODB_URI", "mongodb://someone:sec/ret@db.example/")
    monkeypatch.setenv("REDIS_URL", "redis://broker.example/first")
    for command in (["serve"], ["worker"], ["short", "x.html"], ["demo"], ["backup", "x"], ["keys", "list"], ["tasks"]):
        told = shopreel_here(*command)
        assert (told.returncode, told.stdout, len(told.stderr.strip().splitlines())) == (2, "", 1), command
        assert "MONGODB_URI: " in told.stderr and "REDIS_URL: " in told.stderr
        assert "ret@" not in told.stderr
    told = shopreel_here("doctor", "--json")
    assert told.returncode == 1
    wrong = [one["finding"] for one in json.loads(told.stdout) if one["name"] == "settings" and not one["good"]]
    assert [finding.partition(":")[0] for finding in wrong] == ["MONGODB_URI", "REDIS_URL"]
    assert "ret@" not in told.stdout


def test_a_database_that_is_away_is_code_3_and_keeps_its_secret() -> None:
    told = shopreel(
        "sessions", MONGODB_URI="mongodb://someone:secret@127.0.0.1:9/", MONGODB_SERVER_SELECTION_TIMEOUT="200"
    )
    assert told.returncode == 3
    assert "database" in told.stderr
    assert "secret" not in told.stderr + told.stdout


def test_a_data_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    (folder / "file").write_text("not a folder")
    for command in (["sessions"], ["serve", "--port", "0"], ["worker"], ["demo", "--once", "--port", "0"]):
        told = shopreel(*command, SHOPREEL_DATA_DIR=str(folder / "file" / "data"), MONGODB_URI="", REDIS_URL="")
        assert told.returncode == 3, command
        assert str(folder / "file" / "data") in told.stderr
        assert len(told.stderr.strip().splitlines()) == 1


def test_sessions_and_tasks_are_listed_while_they_live(shopreel_here: Here) -> None:
    task_id = create_task(TaskType.IMAGE_ANALYSIS, user_id="u", short_id="short_456")
    start_task(task_id)
    update_task_progress(task_id, 40, "looking closely [1/2]")
    table = shopreel("sessions", "short_456", COLUMNS="200")
    assert "looking closely [1/2]" in table.stdout
    assert "40 %" in table.stdout
    (session,) = json.loads(shopreel_here("sessions", "--json").stdout)
    assert session["task_id"] == task_id
    (task,) = json.loads(shopreel_here("tasks", "--json", "--status", "running").stdout)
    assert task["step"] == "looking closely [1/2]"
    complete_task(task_id)
    assert json.loads(shopreel_here("sessions", "--json").stdout) == []
    assert json.loads(shopreel_here("cleanup", "--json", "--task-days", "0").stdout) == {"tasks": 1, "sessions": 0}
    assert mongo.collection("tasks").count_documents({}) == 0


def test_doctor_finds_all_well_and_says_what_is_not(shopreel_here: Here) -> None:
    found = json.loads(shopreel_here("doctor", "--json").stdout)
    assert all(one["good"] for one in found), found
    assert {"database", "broker", "media store", "voice", "music", "providers"} <= {one["name"] for one in found}
    shown = " ".join(shopreel("doctor", COLUMNS="400").stdout.split())
    assert all(one["finding"] in shown for one in found if one["name"] == "voice"), "as it stands, brackets and all"
    ill = shopreel("doctor", "--json", REDIS_URL="redis://:secret@127.0.0.1:9/0")
    assert ill.returncode == 1
    assert [one["name"] for one in json.loads(ill.stdout) if not one["good"]] == ["broker"]
    assert "secret" not in ill.stdout + ill.stderr


def test_the_demo_makes_a_video_that_plays_in_a_browser(folder: Path) -> None:
    """What ``make run`` does, at full size."""
    output = folder / "short.mp4"
    told = shopreel("demo", "--once", "--port", "0", "-o", str(output))
    assert told.returncode == 0, told.stderr
    assert str(output) in told.stderr.replace("\n", "")
    with av.open(str(output)) as film:
        picture, sound = film.streams.video[0], film.streams.audio[0]
        assert (picture.codec_context.name, picture.width, picture.height) == ("h264", 720, 1280)
        assert (picture.pix_fmt, picture.average_rate) == ("yuv420p", Fraction(30))
        assert sound.codec_context.name == "aac"
        assert film.duration is not None
        assert 10 <= film.duration / 1e6 <= 30
        brightness = [frame.to_ndarray(format="gray").mean() for frame in film.decode(picture)]
    assert len(brightness) >= 300
    assert min(brightness[:-10]) > 20, "a black frame"
    head = output.read_bytes()[:4096]
    assert head.index(b"moov") < 200  # a player may start before the end has come


class Serving:
    """``shopreel serve`` in a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._start()

    def _start(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        own = {"SHOPREEL_DATA_DIR": str(self.folder / "data"), "MONGODB_URI": "", "REDIS_URL": ""}
        self.process = subprocess.Popen(
            [*SHOPREEL, "serve", "--port", str(self.port)], env=os.environ | own, stderr=subprocess.DEVNULL
        )

    def ready(self) -> bool:
        if self.process.poll() is not None:  # another took the port before it did
            self._start()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def left(self) -> list[str]:
        lines = []
        for process in psutil.process_iter(["cmdline", "cwd", "environ"]):
            belongs = str(self.folder) in " ".join(process.info["cmdline"] or []) + str(process.info["cwd"])
            if belongs or (process.info["environ"] or {}).get("SHOPREEL_DATA_DIR") == str(self.folder / "data"):
                lines.append(" ".join(process.info["cmdline"] or [])[:100])
        return lines


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_all_that_serve_started_ends_with_it(folder: Path, number: signal.Signals) -> None:
    serving = Serving(folder)
    try:
        wait_for(serving.ready, 90, "the server")
        wait_for(lambda: len(serving.left()) >= 5, 10, "server, worker, supervisor, database and broker")
        begin = time.monotonic()
        serving.process.send_signal(number)
        serving.process.wait(20)
        if number != signal.SIGKILL:
            assert not [line for line in serving.left() if "app.worker" in line], "it did not wait for its worker"
        wait_for(lambda: not serving.left(), 20, f"the end of all processes; left: {serving.left()}")
        assert time.monotonic() - begin < 20
    finally:
        if serving.process.poll() is None:
            serving.process.kill()
            serving.process.wait()


def test_a_worker_that_is_asked_again_and_again_ends() -> None:
    """Signals come together where a parent of several threads dies, and when somebody is impatient."""
    worker = subprocess.Popen([*SHOPREEL, "worker"], stderr=subprocess.PIPE, text=True)
    try:
        assert worker.stderr is not None
        assert any("worker_ready" in line for line in worker.stderr)
        for _ in range(1000):
            worker.terminate()
        assert worker.wait(20) == 0
    finally:
        worker.kill()
        worker.communicate()


def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        told = shopreel("serve", "--port", port)
    assert told.returncode == 2
    assert port in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1
