"""``python -m app.demo.layouts FOLDER``: a picture of each scene layout, of the demo products, for docs/layouts.md."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

from PIL import Image

from app.analysis.cutting import cut_out
from app.analysis.images import analyze_image
from app.demo.catalogue import BY_SLUG
from app.demo.pictures import draw
from app.models import FRAMES, Aspect, SceneLayout, Style
from app.rendering.clips import draw_stills
from app.rendering.jobs import ClipJob, StillsJob

SEEN_AT = 2.4
WIDTHS: dict[Aspect, int] = {"9:16": 270, "4:5": 300, "1:1": 300, "16:9": 480}
_COFFEE, _PHONES = "pour-over-coffee-set", "wireless-headphones-nocturne"
SCENES: dict[SceneLayout, tuple[Style, str, int, dict[str, Any]]] = {
    "plain": ("clean", _COFFEE, 3, {"on_screen_text": "Keeps coffee hot for 30 minutes"}),
    "hero": (
        "warm", _PHONES, 1,
        {
            "on_screen_text": "Close your eyes and the room goes quiet",
            "badge": "£189.00",
            "points": [{"label": "Quillow"}],
        },
    ),
    "callouts": (
        "technical", _PHONES, 3,
        {"points": [{"label": text} for text in (BY_SLUG[_PHONES].features[1], BY_SLUG[_PHONES].features[3])]},
    ),
    "specs": (
        "natural", _COFFEE, 1,
        {
            "on_screen_text": "Morning Ritual",
            "points": [{"label": label, "value": value} for label, value in list(BY_SLUG[_COFFEE].specs.items())[:4]],
        },
    ),
    "price": (
        "street", _PHONES, 1,
        {"on_screen_text": "Nocturne", "points": [{"value": "£189.00", "before": "£229.00", "label": "−17%"}]},
    ),
    "review": ("retro", _COFFEE, 2, {"points": [{"share": 0.96, "value": "4.8", "label": "(312)"}]}),
    "options": (
        "playful", _PHONES, 1,
        {
            "on_screen_text": "Three colours",
            "points": [
                {"label": "Plum", "colour": "#683052"},
                {"label": "Ivory", "colour": "#f6eed8"},
                {"label": "Slate", "colour": "#566474"},
            ],
        },
    ),
    "comparison": (
        "bold", _COFFEE, 1,
        {"on_screen_text": "Cream or sage?", "points": [{"label": "Cream"}, {"label": "Sage"}]},
    ),
    "closing": (
        "elegant", _PHONES, 1,
        {
            "on_screen_text": "See it in the shop",
            "badge": "£189.00",
            "points": [{"label": BY_SLUG[_PHONES].title, "before": "£229.00"}],
            "role": "call_to_action",
        },
    ),
}  # fmt: skip
"""Layout -> style, product, number of its picture, and what the scene shows."""


def main(folder: str) -> None:
    """Draw each layout upright, and the first in every shape of frame."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for layout in get_args(SceneLayout):
        _save(layout, "9:16", target / f"{layout}.jpg")
    for aspect in FRAMES:
        _save("specs", aspect, target / f"specs-{aspect.replace(':', 'x')}.jpg")


def _save(layout: SceneLayout, aspect: Aspect, target: Path) -> None:
    style, slug, number, fields = SCENES[layout]
    width, height = FRAMES[aspect]
    with TemporaryDirectory() as name:
        seen = _picture(slug, number, Path(name), "image", "subject", "plain_ground")
        if layout == "comparison":
            seen |= _picture(slug, 2, Path(name), "other", "other_subject", "other_plain_ground")
        output = Path(name) / "still.jpg"
        job = ClipJob.model_validate(
            {
                "motion": "parallax", "layout": layout, "style": style, "seconds": 2 * SEEN_AT, "width": width,
                "height": height, "output": str(output), **seen, **fields,
            }
        )  # fmt: skip
        draw_stills(StillsJob(scenes=[job], at=SEEN_AT), lambda share, step: None)
        with Image.open(output) as still:
            size = (WIDTHS[aspect], round(WIDTHS[aspect] * height / width))
            still.resize(size, Image.Resampling.LANCZOS).save(target, quality=88)


def _picture(slug: str, number: int, folder: Path, image: str, subject: str, plain_ground: str) -> dict[str, Any]:
    data = draw(slug, number)
    path = folder / f"{image}.jpg"
    path.write_bytes(data)
    known = analyze_image(data, slug)
    fields: dict[str, Any] = {image: str(path), subject: known.subject_box, plain_ground: known.plain_background}
    if image == "image":
        fields["palette"] = known.palette
        if found := cut_out(data):
            (folder / "cutout.png").write_bytes(found.png)
            fields["cutout"] = str(folder / "cutout.png")
    return fields


if __name__ == "__main__":
    main(sys.argv[1])
