"""A full and a read-only disk, staged in a mount namespace: ``unshare -rm … python -m tests.small_disk FOLDER``.

Everything of an installation, its embedded servers too, lies on a file system of 96 MB.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.cluster import Cluster
from tests.chaos.run import wait_until_ready
from tests.polling import wait_for

MEGABYTES = 96
FULL = "no space left on device"
READ_ONLY = "read-only file system"


def main(disk: Path) -> None:
    """Stage it; raise AssertionError where a promise does not hold."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(disk)], check=True)
    folder = disk / "data"
    folder.mkdir()
    cluster = Cluster(folder, "127.0.0.1:9", workers=1)
    with tempfile.TemporaryDirectory(prefix="disk-logs-") as logs:
        for member in cluster.members:
            member.log = Path(logs, member.name)
        cluster.start()
        try:
            wait_until_ready(cluster)
            full(cluster, disk)
            read_only(cluster)
        finally:
            cluster.stop()
        read_only_from_the_start(cluster, disk)


def full(cluster: Cluster, disk: Path) -> None:
    """No room: clear refusals, no 500, and what was accepted is done when there is room."""
    filler = os.open(disk / "filler", os.O_CREAT | os.O_WRONLY)
    try:
        while True:
            os.write(filler, bytes(65536))
    except OSError:
        os.close(filler)
    refused = cluster.ask("POST", "/api/v1/scrape", {"html": "<p>a page</p>" * 20_000})
    assert refused.status_code == 503, refused.text
    assert FULL in refused.json()["detail"], refused.text
    assert "retry-after" in refused.headers
    assert str(disk) not in refused.text
    not_ready(cluster, FULL)
    accepted: list[str] = []
    statuses: set[int] = set()
    for number in range(60):
        answer = cluster.ask("POST", "/api/v1/content/analyze", {"text": "word " * 30_000, "short_id": f"s{number}"})
        statuses.add(answer.status_code)
        if answer.status_code == 202:
            accepted.append(answer.json()["task_id"])
    assert statuses <= {202, 503}, statuses
    assert 503 in statuses, "the database took it all: the disk is not small enough"
    assert cluster.ask("GET", "/health/live", seconds=5).status_code == 200
    (disk / "filler").unlink()
    serves_again(cluster)
    wait_for(lambda: all(status(cluster, task_id) == "completed" for task_id in accepted), 60, "the accepted tasks")


def read_only(cluster: Cluster) -> None:
    """A media folder that becomes read-only and is writable again."""
    media = str(cluster.folder / "media")
    subprocess.run(["mount", "--bind", media, media], check=True)
    subprocess.run(["mount", "-o", "remount,ro,bind", media], check=True)
    refused = cluster.ask("POST", "/api/v1/scrape", {"html": "<p>another page</p>"})
    assert refused.status_code == 503, refused.text
    assert READ_ONLY in refused.json()["detail"], refused.text
    not_ready(cluster, READ_ONLY)
    subprocess.run(["umount", media], check=True)
    serves_again(cluster)


def not_ready(cluster: Cluster, why: str) -> None:
    """Wait until readiness says what the media store says."""

    def told() -> bool:
        answer = cluster.ask("GET", "/health/ready", seconds=20)
        return answer.status_code == 503 and why in answer.json()["media"]

    wait_for(told, 30, "the word of the media store")


def read_only_from_the_start(cluster: Cluster, disk: Path) -> None:
    """A start on a read-only disk ends with one line that says so."""
    remount = ["mount", "-o", "remount,ro", str(disk)]
    wait_for(lambda: subprocess.run(remount, capture_output=True, check=False).returncode == 0, 30, "the disk at rest")
    environment = cluster.apis[0].environment | {"TMPDIR": "/tmp"}
    done = subprocess.run(
        cluster.apis[0].command, env=environment, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 3, done.stderr
    assert READ_ONLY in done.stderr.lower(), done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def serves_again(cluster: Cluster) -> None:
    """Wait until work is accepted and done as if nothing had been."""

    def works() -> bool:
        answer = cluster.ask("POST", "/api/v1/scrape", {"html": f"<p>{time.monotonic()}</p>"})
        ready = cluster.ask("GET", "/health/ready", seconds=20)
        return (answer.status_code, ready.status_code) == (202, 200)

    wait_for(works, 60, "service")
    task_id = cluster.ask("POST", "/api/v1/content/analyze", {"text": "A cup.", "short_id": "later"}).json()["task_id"]
    wait_for(lambda: status(cluster, task_id) == "completed", 60, "a task's end")


def status(cluster: Cluster, task_id: str) -> str | None:
    answer = cluster.ask("GET", f"/api/v1/tasks/{task_id}")
    return str(answer.json()["status"]) if answer.status_code == 200 else None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
