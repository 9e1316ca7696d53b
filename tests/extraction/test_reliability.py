"""What is told with confidence is right, and the table that shows it counts as it says."""

import json
from pathlib import Path

from benchmarks.reliability import Told, demo_told, saved_told, table
from tests.extraction.pages import BUY, HOST, NAME, ld, offer, page


def test_what_is_told_of_the_demo_shop_with_confidence_is_right() -> None:
    sure = [one for one in demo_told() if one.confidence >= 0.9]
    assert len(sure) > 20
    assert sum(one.right for one in sure) >= 0.98 * len(sure)


def test_doubtful_statements_have_little_confidence(tmp_path: Path) -> None:
    """The page contradicts its own markup, or says something in one weak place alone."""
    pages = {
        "contradicted": page(f'<h1>{NAME}</h1><p class="price">€ 349.00</p><p>Sold out</p>', ld(offers=offer("12.00"))),
        "far": page(f"<h1>{NAME}</h1>{BUY}" + "<p>Solid oak.</p>" * 300 + "<p>€ 12.00</p>"),
        "alone": page(f'<h1>{NAME}</h1><p class="price">€ 349.00 excl. VAT</p>{BUY}'),
    }
    for name, html in pages.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "page.html").write_text(html, encoding="utf-8")
        (folder / "truth.json").write_text(json.dumps({"url": HOST, "truth": {"price": 419}}), encoding="utf-8")
    found = saved_told(tmp_path)
    assert found
    assert all(one.confidence < 0.7 for one in found if one.field == "price")


def test_the_table_counts_by_steps() -> None:
    found = [Told("price", 0.95, True), Told("price", 0.9, False), Told("brand", 0.69, True)]
    head, *rows = table(found)
    assert head.split()[:4] == ["confidence", "all", "title", "price"]
    assert [row.split()[3:] for row in rows] == [[], ["1/1", "1/1"], [], ["1/2", "1/2"]]
