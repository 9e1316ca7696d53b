"""The rules of sessions and tasks on database servers that ShopReel did not start, given by ``MONGODB_URI``."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.polling import wait_for

ROOT = Path(__file__).parents[1]
CHECKS = [
    "tests/db/test_client.py",
    "tests/sessions/test_service.py",
    "tests/tasks/test_service.py",
    "tests/tasks/test_states.py",
]


@pytest.fixture(params=["replica set", "standalone"])
def uri(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a server: one with transactions, then one without."""
    program = shutil.which("secantusd-py", path=str(Path(sys.executable).parent))
    assert program is not None
    with tempfile.TemporaryDirectory(prefix="server-") as folder:
        log, settings = Path(folder, "log"), Path(folder, "settings.toml")
        settings.touch()
        command = [program, "--config", str(settings), "--host", "127.0.0.1", "--port", "0", "--log-level", "INFO"]
        command += ["--storage-path", f"{folder}/data", *(["--standalone"] if request.param == "standalone" else [])]
        with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as server:
            wait_for(lambda: "listening on" in log.read_text(), what="the server")
            port = re.findall(r"listening on 127\.0\.0\.1:(\d+)", log.read_text())[0]
            yield f"mongodb://127.0.0.1:{port}/"
            server.terminate()


def test_the_same_checks_pass(uri: str) -> None:
    environment = os.environ | {"MONGODB_URI": uri, "SHOPREEL_RUNS": "4"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *CHECKS],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-3000:]
