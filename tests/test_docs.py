"""What the documents name is there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.reference import pages

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEST = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")


def test_every_promise_names_a_test_that_is_there() -> None:
    promises = [(ROOT / "docs" / name).read_text("utf-8") for name in ("reliability.md", "security.md")]
    named = [match.groups() for text in promises for match in TEST.finditer(text)]
    tests = [(path, name) for path, name in named if not path.startswith("app/")]
    assert len(tests) > 40
    for path, name in tests:
        file = ROOT / "tests" / path
        assert file.exists(), path
        assert name is None or f"def {name}(" in file.read_text("utf-8"), f"{path}::{name}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in LINK.findall(document.read_text("utf-8")):
        assert (document.parent / target).exists(), target


def test_the_reference_is_what_the_code_says() -> None:
    for name, text in pages().items():
        assert (ROOT / "docs" / name).read_text("utf-8") == text, f"docs/{name}: make reference"


def test_the_site_builds_without_a_warning_and_leaves_no_page_out(tmp_path: Path) -> None:
    command: list[str | Path] = [
        Path(sys.executable).with_name("mkdocs"),
        "build",
        "--strict",
        "--quiet",
        "--site-dir",
        tmp_path / "site",
    ]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    named = (ROOT / "mkdocs.yml").read_text("utf-8")
    for page in (ROOT / "docs").rglob("*.md"):
        assert str(page.relative_to(ROOT / "docs")) in named, f"mkdocs.yml: {page.name} is in no menu"
    shown = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert not re.findall(r'(?:src|href)="https?://[^"]+\.(?:js|css|woff2?)', shown)
