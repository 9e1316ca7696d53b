"""The usage examples of the session feature, word for word, in a bare script and against a served API."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from app.cli.serve import bound_socket, serving
from app.utils.task_management import TaskStatus, complete_task, fail_task, get_task_status
from tests.polling import wait_for

ROOT = Path(__file__).parents[1]
EXAMPLES = """
from app.utils.task_management import create_task, TaskType, TaskPriority

# This will automatically create a session if short_id is provided (except for scraping tasks)
task_id = create_task(
    TaskType.IMAGE_ANALYSIS,  # Non-scraping task
    user_id="user123",
    short_id="short_456",  # This triggers session creation
    product_id="product_123",
    priority=TaskPriority.NORMAL
)

# Scraping tasks do NOT create sessions
scraping_task_id = create_task(
    TaskType.SCRAPING,
    url="https://example.com",
    user_id="user123",
    short_id="short_456",  # This will NOT trigger session creation
    priority=TaskPriority.NORMAL
)

from app.services.session_service import session_service

# Get session by task ID
session = session_service.get_session(task_id)

# Get all sessions for a short ID
sessions = session_service.get_sessions_by_short_id("short_456")

import json
print(json.dumps([task_id, scraping_task_id, session.model_dump(mode="json"), len(sessions)]))
"""
CLEANUP = """
import sys
from app.services.session_service import session_service
task_id = sys.argv[1]

# Remove a specific session
session_service.remove_session(task_id)

# Clean up old sessions (7+ days old)
deleted_count = session_service.cleanup_old_sessions(7)
print(deleted_count, session_service.get_session(task_id))
"""


def script(text: str, *arguments: str) -> str:
    """Run a bare script, which knows of the package alone, and return what it prints."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", text, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
        timeout=180,
    )
    return done.stdout.strip()


def request(method: str, url: str) -> tuple[int, dict[str, object]]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def test_the_examples_run_in_a_bare_script_and_show_over_http() -> None:
    task_id, scraping_task_id, session, count = json.loads(script(EXAMPLES))
    assert count == 1
    assert (session["task_id"], session["short_id"], session["status"]) == (task_id, "short_456", "active")
    with bound_socket("127.0.0.1", 0) as listener:
        base = f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1"
        with serving(listener):
            wait_for(lambda: _up(base), what="the server")
            status, listed = request("GET", f"{base}/sessions/short_456")
            assert (status, listed["sessions"], listed["total_sessions"]) == (200, [session], 1)
            assert request("GET", f"{base}/sessions/task/{task_id}") == (200, session)
            assert request("GET", f"{base}/sessions/task/{scraping_task_id}")[0] == 404
            assert request("DELETE", f"{base}/sessions/task/{task_id}")[0] == 200
            assert request("GET", f"{base}/sessions/task/{task_id}")[0] == 404
    assert complete_task(task_id)
    assert fail_task(scraping_task_id, "tidy up")


def _up(base: str) -> bool:
    try:
        return request("GET", f"{base}/tasks")[0] == 200
    except OSError:
        return False


@pytest.mark.usefixtures("ends_tasks")
def test_manual_clean_up() -> None:
    task_id = json.loads(script(EXAMPLES))[0]
    assert script(CLEANUP, task_id) == "0 None"
    task = get_task_status(task_id)
    assert task is not None
    assert task.status is TaskStatus.QUEUED


def test_the_feature_s_own_walk_through_passes_and_can_fail() -> None:
    done = subprocess.run(
        [sys.executable, "test_session_feature.py"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=180
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAIL" not in done.stdout
    broken = "import test_session_feature as t; t.complete_task = lambda *_: False; raise SystemExit(t.main())"
    done = subprocess.run(
        [sys.executable, "-c", broken], cwd=ROOT, capture_output=True, text=True, check=False, timeout=180
    )
    assert done.returncode == 1
    assert "FAIL" in done.stdout


@pytest.mark.parametrize(
    "line",
    [
        "from app.utils.task_management import (create_task, start_task, update_task_progress, complete_task, "
        "fail_task, cancel_task, get_task_status, TaskType, TaskPriority, TaskStatus)",
        "from app.services.session_service import session_service, SessionService, SessionManager",
        "from app.models import SessionInfo",
    ],
)
def test_the_import_paths_hold(line: str) -> None:
    assert script(line + "\nprint('fine')") == "fine"


@pytest.mark.parametrize(
    ("module", "stays_out"),
    [
        (
            "app.services.session_service",
            ("app.rendering", "app.web", "app.scenario", "fastapi", "nicegui", "numpy", "PIL"),
        ),
        ("app.cli.main", ("app.models", "app.config", "app.db", "pydantic", "pymongo")),
    ],
)
def test_what_names_little_loads_little(module: str, stays_out: tuple[str, ...]) -> None:
    """A script that only wants a session, or a help text, does not wait for a renderer."""
    program = f"import sys, {module}; print(*[one for one in {stays_out!r} if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == []
