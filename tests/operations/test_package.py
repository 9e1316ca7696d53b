"""The wheel: what is in it, and that it works where the tree is not."""

from __future__ import annotations

import os
import re
import site
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from app import __version__

ROOT = Path(__file__).parents[2]
KINDS = {".jpg", ".py", ".json", ".html", ".css", ".js", ".md", ".typed", ".svg", ".ico"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what git would have: nothing else of the tree may get in."""
    folder = tmp_path_factory.mktemp("wheel")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    archive = folder / "tree.tar"
    with tarfile.open(archive, "w") as tar:
        for name in names:
            tar.add(ROOT / name, f"tree/{name}")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    build = "from setuptools.build_meta import build_wheel; print(build_wheel('..'))"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", build], cwd=folder / "tree", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    [built] = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_package_all_of_it_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if ".dist-info/" not in name}
        metadata = next(packed.read(name) for name in packed.namelist() if name.endswith(".dist-info/METADATA"))
    tree = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "app").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }
    assert names == tree
    assert {Path(name).suffix for name in names} <= KINDS
    assert f"\nVersion: {__version__}\n" in metadata.decode()


def test_it_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    """Installed from the wheel alone; what it depends on is that of these tests, so that no network is needed."""
    venv.create(tmp_path / "venv", with_pip=False, symlinks=True)
    scheme = {"base": str(tmp_path / "venv"), "platbase": str(tmp_path / "venv")}
    packages = Path(sysconfig.get_path("purelib", vars=scheme))
    program = tmp_path / "venv" / "bin" / "python"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            program,
            "install",
            "--quiet",
            "--no-deps",
            "--no-compile",
            "--no-index",
            wheel,
        ],
        check=True,
        env=os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    # Of the tests' own packages all but the tree, which is named there by a file of its own.
    borrowed = tmp_path / "borrowed"
    borrowed.mkdir()
    for path in (path for folder in site.getsitepackages() for path in Path(folder).iterdir()):
        if "shopreel" not in path.name.lower() and path.suffix != ".pth":
            (borrowed / path.name).symlink_to(path)
    (packages / "borrowed.pth").write_text(str(borrowed))
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def told(*command: str) -> str:
        done = subprocess.run(
            command, cwd=tmp_path, env=clean, capture_output=True, text=True, check=False, timeout=180
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    shopreel = str(tmp_path / "venv" / "bin" / "shopreel")
    assert told(shopreel, "--version") == f"shopreel {__version__}\n"
    page = tmp_path / "page.html"
    page.write_text('<h1>Steel cup</h1><p class="price">€ 12,50</p>')
    assert '"title":"Steel cup"' in told(shopreel, "scrape", str(page), "--json")
    served = "import app; from app.main import create_app; print(app.__file__, len(create_app().openapi()['paths']))"
    where, paths = told(str(program), "-c", served).split()
    assert where.startswith(str(packages))
    assert int(paths) > 20
    clean["_SHOPREEL_COMPLETE"] = "source_bash"
    assert "complete -o default -F" in told(shopreel)


def test_the_changelog_has_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    newest = re.search(r"^## (?:Unreleased\n\nWill be )?(\d+\.\d+\.\d+)", text, re.M)
    assert newest is not None
    assert newest[1] == __version__
