"""The command line, asked to have a short made by a server that runs elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import av
import httpx2

from tests.web.conftest import Shop


def shopreel(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as on a machine that has a folder and nothing else."""
    environment = os.environ | {"SHOPREEL_DATA_DIR": str(folder / "data"), "MONGODB_URI": "", "REDIS_URL": ""}
    command = [sys.executable, "-m", "app.cli", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=folder, env=environment, timeout=300, check=False
    )


def test_a_server_elsewhere_makes_the_short(site: str, shop: Shop, tmp_path: Path) -> None:
    wishes = ("--seconds", "10", "--quality", "360", "--aspect", "1:1", "--variants", "2", "--json")
    done = shopreel(
        tmp_path, "short", f"{shop.url}/cup", "--server", site, "-o", "cup.mp4", *wishes, "--json", "--variants", "2"
    )
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    with av.open(str(tmp_path / "cup.mp4")) as film:
        assert (film.streams.video[0].width, film.streams.video[0].height) == (360, 360)
    papers = json.loads((tmp_path / "cup.json").read_text())
    assert papers["url"] == f"{shop.url}/cup"
    there = httpx2.get(f"{site}/api/v1/shorts/{made['short_id']}", timeout=30).json()["short"]
    assert (there["status"], there["video"]["size"]) == ("completed", (tmp_path / "cup.mp4").stat().st_size)
    assert "Fetching the video" in done.stderr
    # Nobody is there to choose: the first of the two that are shown is filmed.
    assert "Script 2 of 2" in done.stderr
    assert there["variants"] == []
    # Nothing was started or kept here.
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cup.json", "cup.mp4"]


def test_all_scripts_are_filmed(site: str, shop: Shop, tmp_path: Path) -> None:
    wishes = ("--seconds", "10", "--quality", "360", "--aspect", "1:1", "--variants", "2", "--all", "--json")
    done = shopreel(tmp_path, "short", f"{shop.url}/cup", "--server", site, "-o", "cup.mp4", *wishes)
    assert done.returncode == 0, done.stderr
    made = [json.loads(line) for line in done.stdout.splitlines()]
    assert len({one["short_id"] for one in made}) == len(made) == 2
    assert made[0]["scenario"]["scenes"] != made[1]["scenario"]["scenes"]
    assert {path.name: path.stat().st_size for path in tmp_path.glob("*.mp4")} == {
        name: one["video"]["size"] for name, one in zip(("cup.mp4", "cup-2.mp4"), made, strict=True)
    }


def test_what_goes_wrong_there_is_told_here(site: str, shop: Shop, tmp_path: Path) -> None:
    gone = shopreel(tmp_path, "short", f"{shop.url}/gone", "--server", site)
    assert (gone.returncode, "404" in gone.stderr) == (1, True), gone.stderr
    wrong = shopreel(tmp_path, "short", f"{shop.url}/cup", "--server", site, "--seconds", "5")
    assert (wrong.returncode, "seconds" in wrong.stderr) == (2, True), wrong.stderr
    (tmp_path / "page.html").write_text("<html><body><p>It rained.</p></body></html>")
    nothing = shopreel(tmp_path, "short", "page.html", "--server", site)
    assert (nothing.returncode, "product" in nothing.stderr) == (1, True), nothing.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
