"""The examples of ``docs/extending.md``, run as they stand there."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image

from app import extraction
from app.config import get_settings
from app.extraction import detection
from app.extraction.platform_table import PLATFORMS
from app.providers import registry
from app.rendering.clips import draw_stills
from app.rendering.content import LAYOUTS, Kind
from app.rendering.jobs import ClipJob, StillsJob
from tests.providers.server import Reply, scripted

PAGE = Path(__file__).parents[1] / "docs" / "extending.md"
LONGEST = 40
ACME_PAGE = """<html><head><script src="https://acme-cdn.example/a.js"></script>
<script>window.AcmeShop = {}</script></head>
<body><h1>Welcome</h1><div class="acme-title">Steel cup</div>
<span class="acme-price--now" data-amount="12.50">only € 12,50</span><span class="acme-price--was">€ 15,00</span>
<span class="acme-sku">AC-7</span><button class="acme-buy">Buy</button>
<div class="acme-gallery"><img src="small.jpg" data-large="https://shop.example/large.jpg"></div></body></html>"""


def examples() -> dict[str, str]:
    """The Python of each section, by its heading."""
    sections = re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.M)[1:]
    found = {part.partition("\n")[0]: re.findall(r"```python\n(.*?)```", part, re.S) for part in sections}
    return {name: code[0] for name, code in found.items() if code}


def run(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(code, str(PAGE), "exec", dont_inherit=True), names)  # noqa: S102 (our own page)
    return names


def test_each_is_short() -> None:
    assert len(examples()) == 3
    for name, code in examples().items():
        assert len(code.splitlines()) < LONGEST, name


def test_a_new_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    before = extraction.extract(ACME_PAGE, "https://shop.example/i/7")
    assert before.title != "Steel cup"
    added = run(examples()["A new shop"])["ACME"]
    monkeypatch.setattr(detection, "PLATFORMS", (*PLATFORMS, added))
    product = extraction.extract(ACME_PAGE, "https://shop.example/i/7")
    assert (product.title, product.sku) == ("Steel cup", "AC-7")
    assert (product.price, product.list_price, product.currency) == (Decimal("12.5"), Decimal(15), "EUR")
    assert product.images[0] == "https://shop.example/large.jpg"
    assert product.availability == "InStock"


def test_a_new_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    for table in ("SPEECH_MAKERS", "URLS"):
        monkeypatch.setattr(registry, table, dict(getattr(registry, table)))
    monkeypatch.setattr(registry, "KEYLESS", set(registry.KEYLESS))
    run(examples()["A new provider"])
    monkeypatch.setenv("SPEECH_MODEL", "acme:small:anna")
    get_settings.cache_clear()
    with scripted(lambda _: Reply(b"ID3 sound")) as server:
        registry.URLS["acme"] = server.url
        model = registry.speech_model()
        assert model is not None
        assert model.speak("Good morning", "en").data == b"ID3 sound"
        assert registry.in_use()["speech"] == "acme:small:anna"


def test_a_new_scene_layout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    Image.new("RGB", (360, 640), "#20a040").save(picture)
    for name in list(LAYOUTS):
        monkeypatch.setitem(LAYOUTS, name, LAYOUTS[name])
    run(examples()["A new scene layout"])
    added = cast(dict[str, Kind], LAYOUTS).pop("band")
    still = ClipJob(
        image=str(picture),
        motion="zoom_in",
        role="body",
        style="clean",
        on_screen_text="Steel cup",
        seconds=2,
        width=180,
        height=320,
        output=str(tmp_path / "still.jpg"),
        layout="plain",
    )
    monkeypatch.setitem(LAYOUTS, "plain", added)
    [path] = draw_stills(StillsJob(scenes=[still]), lambda *_: None).paths
    with Image.open(path) as drawn:
        pixels = np.asarray(drawn.convert("RGB")).astype(int)
    green = (pixels[..., 1] > pixels[..., 0] + 40).sum()
    white = (pixels.min(axis=-1) > 200).sum()
    assert green > 0.6 * 180 * 320  # the picture
    assert 0.02 * 180 * 320 < white < 0.3 * 180 * 320  # a plate that can be told from it
