"""Every command that the documents show is done, or held against what would do it; one that is not known fails.

HTTP calls go to a real server, in the order of the page. ShopReel's own commands are parsed by the real parser: their
work is tested elsewhere. Of other programs' commands, what they name must be there.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
import typer
from typer.exceptions import TyperException

from app.blobs import store as media
from app.cli.main import app as commands
from app.cli.serve import bound_socket, serving
from app.config import Settings, get_settings
from app.db import client as mongo
from app.models import TaskType
from app.shorts.videos import Thumbnail, Video
from app.tasks import runner as task_runner
from app.tasks.runner import run_task
from examples.demo_shop.shop import DemoShop
from tests.access.servers import answers
from tests.conftest import change_all
from tests.polling import wait_for

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(?:bash|sh|shell|console)\n(.*?)^```", re.M | re.S)
ASSIGNMENT = re.compile(r"([A-Z_]+)=(.*)")
GENERATED = ROOT / "docs" / "reference" / "commands.md"


def commands_of(document: Path) -> list[str]:
    """The commands of a document: lines that go on joined, comments left out, ``a && b`` as two."""
    found: list[str] = []
    for block in BLOCK.findall(document.read_text("utf-8")):
        for line in re.sub(r"\\\n\s*", " ", block).splitlines():
            line = re.sub(r"(^|\s)#\s.*$", "", line).strip()
            found += [part.strip() for part in line.split(" && ") if part.strip()]
    return found


def words_of(command: str) -> list[str]:
    """The words of a command without the settings before it, each of which must exist."""
    words = shlex.split(command.removeprefix("$ ").removeprefix("export ").removesuffix("&"))
    while words and (assigned := ASSIGNMENT.fullmatch(words[0])):
        assert assigned[1].lower() in Settings.model_fields, f"no such setting: {assigned[1]}"
        words.pop(0)
    return words


def parsed(words: list[str]) -> None:
    """Let the real command line parse ShopReel's arguments, and run nothing."""
    group = typer.main.get_command(commands)
    context = group.make_context("shopreel", list(words))
    while hasattr(context.command, "resolve_command"):
        rest = [*context._protected_args, *context.args]
        if not rest:
            return
        name, command, rest = context.command.resolve_command(context, rest)
        assert command is not None
        context = command.make_context(name, rest, parent=context)


def made(words: list[str]) -> None:
    """Let make say what it would do."""
    done = subprocess.run(["make", "--dry-run", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def installed(words: list[str]) -> None:
    """Look at what pip is asked for: extras, and requirements that are ours."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    for word in (one for one in words[1:] if not one.startswith("-")):
        if word.startswith("shopreel"):
            assert set(re.findall(r"[\w-]+", word.partition("[")[2])) <= set(extras), word
        else:
            assert any(word in wanted for wanted in extras.values()), word


def named_files(words: list[str]) -> None:
    """Look for the files of the repository that a command names."""
    named = [word for word in words if word.startswith("ops/") or word.endswith((".py", ".yaml", ".yml"))]
    assert named, words
    for name in named:
        assert list(ROOT.glob(name)), name


def units(words: list[str]) -> None:
    """Look for the units that systemctl is asked for."""
    for word in words[1:]:
        if not word.startswith("-"):
            assert (ROOT / "ops" / "systemd" / f"{re.sub('@.*', '@', word)}.service").exists(), word


def nothing_of_ours(words: list[str]) -> None:
    """Take what names nothing of ours."""


RUNNERS: dict[str, Callable[[list[str]], None]] = {
    "shopreel": parsed,
    ".venv/bin/shopreel": parsed,
    "make": made,
    "pip": installed,
    ".venv/bin/pip": installed,
    "python": named_files,
    "docker": named_files,
    "kubectl": named_files,
    "cp": named_files,
    "systemctl": units,
    "apt-get": nothing_of_ours,
    "git": nothing_of_ours,
    "cd": nothing_of_ours,
}
"""Program -> what is done with its arguments. curl has a server of its own below."""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_can_be_run(document: Path) -> None:
    for command in commands_of(document):
        if document == GENERATED and "[" in command:
            continue  # usage lines, made from the parser itself
        program, *words = words_of(command) or ["cd"]  # ``export NAME=value`` alone
        if program != "curl":
            assert program in RUNNERS, f"not known: {command}"
            RUNNERS[program](words)


def test_what_is_wrong_is_found() -> None:
    for command in ("shopreel serve --prot 8000", "shopreel fly", "make no-such-thing", "pip install 'shopreel[warp]'"):
        program, *words = words_of(command)
        with pytest.raises((AssertionError, TyperException)):
            RUNNERS[program](words)
    with pytest.raises(AssertionError):
        words_of("NO_SUCH_SETTING=1 shopreel serve")


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[str, DemoShop]]:
    """A server that may fetch from the demo shop, whose tasks this process runs."""
    with pytest.MonkeyPatch.context() as patch, DemoShop() as shop:
        patch.setenv("FETCH_ALLOWED_HOSTS", shop.url.removeprefix("http://"))
        patch.setenv("FETCH_PAUSE_SECONDS", "0")
        get_settings.cache_clear()
        task_runner.stopping.clear()
        with bound_socket("127.0.0.1", 0) as listener, serving(listener):
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            wait_for(lambda: answers(f"{url}/health/live"), what="the server")
            yield url, shop
    get_settings.cache_clear()


def go_on() -> None:
    """Run what is queued, but what renders: of that, put down what it would have left."""
    tasks = mongo.collection("tasks")
    renders = [TaskType.VIDEO_GENERATION.value, TaskType.FINALIZE_SHORT.value]
    while due := tasks.find_one({"status": "queued", "task_type": {"$nin": renders}}):
        run_task(due["_id"])
    if tasks.find_one({"task_type": {"$in": renders}}):
        for key in ("films/cup.mp4", "films/cup.jpg"):
            media.put(key, b"film")
        film = Video(
            key="films/cup.mp4",
            thumbnails=[Thumbnail(key="films/cup.jpg", scene=0, seconds=1, score=1)],
            seconds=15,
            width=720,
            height=1280,
            size=4,
            voice=None,
            music="",
            licences=[],
        )
        made = {"video": film.model_dump(mode="json")}
        change_all("shorts", {"scenario_version": {"$gt": 0}}, {"$set": made})


DEMO_SHOP = "http://127.0.0.1:8765"
"""Where ``make demo-shop`` opens it."""
TIMED_OUT = 28
"""curl's exit code where it did not wait for the end."""
NEEDS_WORK = re.compile(r"/(?:result|files|preview|thumbnail|video|scenes|save)\b")
"""What can be asked for only when tasks have run."""
WHOLE_SHORTS = {"api.md"}
"""Makes two shorts; the tutorial makes one."""
CURLED = [document for document in DOCUMENTS if any(one.startswith("curl ") for one in commands_of(document))]


def test_examples_can_be_run_as_they_are_written(site: tuple[str, DemoShop]) -> None:
    """What they ask for is of the demo shop, each document says how that is opened, and curl tells of faults."""
    assert f"--port {DEMO_SHOP.rpartition(':')[2]}" in (ROOT / "Makefile").read_text("utf-8")
    named = set()
    for document in DOCUMENTS:
        for command in commands_of(document):
            program, *words = words_of(command) or ["cd"]
            assert not re.search(r"//\w*\.?shop\.example", command), command  # nobody has such a shop
            assert program != "curl" or any(re.match("-f", word) for word in words), command
            named |= set(re.findall(rf"{DEMO_SHOP}(/[\w/-]*)", command))
        text = document.read_text("utf-8")
        assert DEMO_SHOP not in text or document == GENERATED or "make demo-shop" in text, document
    with httpx2.Client(base_url=site[1].url) as shop:
        assert {path: shop.get(path).status_code for path in named} == dict.fromkeys(named, 200)


@pytest.mark.usefixtures("ends_tasks")
@pytest.mark.parametrize(
    "document",
    [pytest.param(one, marks=[pytest.mark.slow] if one.name in WHOLE_SHORTS else []) for one in CURLED],
    ids=lambda path: path.name,
)
def test_every_call_is_answered(document: Path, site: tuple[str, DemoShop], tmp_path: Path) -> None:
    url, shop = site
    task_id = ""
    for command in commands_of(document):
        if not command.startswith("curl "):
            continue
        asked = command.replace("localhost:8000", url.removeprefix("http://")).replace("$TASK_ID", task_id)
        asked = asked.replace(DEMO_SHOP, shop.url)
        if NEEDS_WORK.search(command):
            go_on()
        endless = " -fN " in command and "wait=0" not in command
        seconds = "2" if endless else "30"
        done = subprocess.run(
            [
                *shlex.split(asked),
                "--silent",
                "--show-error",
                "--max-time",
                seconds,
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == (TIMED_OUT if endless else 0), f"{command}\n{done.stdout}\n{done.stderr}"
        if found := re.search(r'"task_id":"([0-9a-f-]{36})"', done.stdout.replace(" ", "")):
            task_id = found[1]
