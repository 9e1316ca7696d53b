"""No password and no key reaches a log or an answer, in good times and in bad ones."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from app.access.keys import KeyScope, create_key
from app.db import client as mongo
from app.queue import broker
from app.tasks.service import cancel_task
from tests.access.servers import BROKER_PASSWORD, DATABASE_PASSWORD, USER, api_processes, passwords
from tests.polling import wait_for


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """Settings with users and passwords that are good ones on the run's servers."""
    with passwords() as made:
        yield made


def shopreel(*arguments: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "-m", "app.cli", *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=180, env=os.environ | environment, check=False
    )
    return done.stdout + done.stderr


def ask(url: str, headers: dict[str, str]) -> str:
    """Return all that a caller is told by every kind of answer."""
    told = []
    with httpx2.Client(base_url=url, headers=headers, timeout=30) as client:
        for path in (
            *("/", "/docs", "/openapi.json", "/metrics", "/health/live", "/health/ready", "/nowhere"),
            *("/api/v1/sessions", "/api/v1/tasks", "/api/v1/shorts", "/api/v1/tasks/absent", "/api/v1/products/absent"),
            *("/api/v1/scheduler/status", "/api/v1/sessions?cursor=!", "/api/v1/shorts/absent/video"),
        ):
            told.append(client.get(path))
        told.append(client.post("/api/v1/content/analyze", json={"text": "A cup."}))
        told.append(client.post("/api/v1/shorts", json={"html": "<p>x</p>"}))
        told.append(client.post("/api/v1/scrape", json={"url": "http://127.0.0.1:9/"}))
        told.append(client.post("/api/v1/scheduler/cleanup/now"))
    return "\n".join(f"{answer.status_code} {answer.headers} {answer.text}" for answer in told)


def test_no_secret_is_logged_or_told(environment: dict[str, str], tmp_path: Path) -> None:
    tokens = [create_key("alice")[1], create_key("root", KeyScope.ADMIN)[1]]
    secrets = [DATABASE_PASSWORD, BROKER_PASSWORD, "sr_wrong", *tokens, *(token[3:] for token in tokens)]
    log = tmp_path / "log"
    told = ""
    with api_processes(1, log, **environment) as (url,):
        for token in [*tokens, "sr_wrong" + "g" * 38]:
            told += ask(url, {"Authorization": f"Bearer {token}"})
        assert told.count("\n202 ") == 6
        assert "Every call needs an API key" in log.read_text()
        told += shopreel("doctor", environment=environment)
        # The user of the broker goes while the process runs.
        broker.client().execute_command("ACL", "SETUSER", USER, "resetpass")
        broker.client().execute_command("CLIENT", "KILL", "USER", USER)
        told += ask(url, {"Authorization": f"Bearer {tokens[1]}"})
        wait_for(lambda: httpx2.get(f"{url}/health/ready").status_code == 503, 20, "the word of it")
        told += httpx2.get(f"{url}/health/ready").text
    told += shopreel(
        "sessions", environment=environment | {"MONGODB_URI": environment["MONGODB_URI"][len("mongodb://") :]}
    )
    wrong = {"MONGODB_URI": environment["MONGODB_URI"].replace(USER, "nobody", 1)}
    refused = shopreel("serve", "--port", "0", environment=environment | wrong)
    assert "shopreel: the database does not accept the user name or password of MONGODB_URI" in refused
    assert len(refused.strip().splitlines()) == 1
    told += refused
    told += shopreel("doctor", "--json", environment=environment | wrong)
    assert "does not accept the user name or password of REDIS_URL" in told
    for secret in secrets:
        assert secret not in told
        assert secret not in log.read_text()
    for task in mongo.collection("tasks").find({"status": "queued"}, {"_id": 1}):
        cancel_task(task["_id"])
