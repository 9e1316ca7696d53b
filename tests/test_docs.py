"""What the documents name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEST = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")


def test_every_promise_names_a_test_that_is_there() -> None:
    named = [match.groups() for match in TEST.finditer((ROOT / "docs" / "reliability.md").read_text("utf-8"))]
    tests = [(path, name) for path, name in named if not path.startswith("app/")]
    assert len(tests) > 20
    for path, name in tests:
        file = ROOT / "tests" / path
        assert file.exists(), path
        assert name is None or f"def {name}(" in file.read_text("utf-8"), f"{path}::{name}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in LINK.findall(document.read_text("utf-8")):
        assert (document.parent / target).exists(), target
