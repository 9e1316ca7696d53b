"""What `pip install shopreel` brings: the service with all its data, no demo, and one line where a part is an extra."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
COMMAND = "import sys; sys.modules['simpy'] = None; from app.cli.main import main; main()"
"""As ``shopreel`` does it, where the extra ``plan`` is not installed."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by what is installed from a copy of the source: setuptools writes beside what it builds."""
    source, made = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for folder in ("app", "examples", "studio", "tools", "tests"):
        shutil.copytree(ROOT / folder, source / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, source)
    subprocess.run([sys.executable, "-c", BUILD, made], cwd=source, check=True, capture_output=True)
    return next(made.glob("shopreel-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    with ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def metadata(installed: Path) -> Message:
    return message_from_bytes(next(installed.glob("*.dist-info/METADATA")).read_bytes())


def shopreel(installed: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", COMMAND, *words],
        cwd=installed,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_holds_the_service_and_its_data_alone(installed: Path) -> None:
    assert {path.name.split("-")[0] for path in installed.iterdir()} == {"app", "shopreel"}
    held = {path.relative_to(installed) for path in (installed / "app").rglob("*") if path.is_file()}
    there = {path.relative_to(ROOT) for path in (ROOT / "app").rglob("*") if path.is_file()}
    assert held == {path for path in there if "__pycache__" not in path.parts}
    assert not [path for path in held if "demo" in str(path) or path.suffix in {".jpg", ".png", ".mp4"}]


def test_what_one_command_needs_is_an_extra(installed: Path) -> None:
    wanted = metadata(installed).get_all("Requires-Dist", [])
    assert [one for one in wanted if one.startswith("simpy") and "extra" in one]
    assert not [
        one for one in wanted if one.startswith(("simpy", "mitsuba", "pytest", "celery")) and "extra" not in one
    ]


@pytest.mark.parametrize(("words", "hint"), [(["demo"], "shopreel demo --url"), (["plan"], "shopreel[plan]")])
def test_a_part_that_the_wheel_lacks_is_told_in_one_line(installed: Path, words: list[str], hint: str) -> None:
    done = shopreel(installed, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert hint in done.stderr
    assert done.stderr.count("\n") == 1
    assert {path.name.split("-")[0] for path in installed.iterdir()} == {"app", "shopreel"}
