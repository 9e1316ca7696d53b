"""docs/scenarios.md shows what the writer writes today."""

from __future__ import annotations

from pathlib import Path

from examples.demo_shop.scripts import document, product_of
from tests.scenario.products import measured


def without_pictures(document: str) -> list[str]:
    """Which picture a scene shows takes seconds to find out; all the rest does not depend on it."""
    return ["|".join(part for n, part in enumerate(line.split("|")) if n != 2) for line in document.splitlines()]


def test_the_document_of_scenarios_is_current() -> None:
    written = without_pictures(Path("docs/scenarios.md").read_text(encoding="utf-8"))
    now = without_pictures(document(lambda demo: measured(product_of(demo))))
    assert written == now, "run `make scenarios` and read what changed"
