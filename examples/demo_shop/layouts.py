"""``python -m examples.demo_shop.layouts FOLDER``: pictures of scene layouts, moving ones of styles, for the docs.

They show the demo products. The moving ones, ``style-NAME.webp``, are an opening as that style draws it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import av
from PIL import Image

from app.analysis.cutting import cut_out
from app.analysis.images import analyze_image
from app.models import FRAMES, Aspect, SceneLayout, Style
from app.rendering.clips import DrawnScene, draw_stills
from app.rendering.encode import planes_of
from app.rendering.jobs import ClipJob, StillsJob
from app.rendering.planes import rgb_from_planes
from examples.demo_shop.catalogue import BY_SLUG
from examples.demo_shop.pictures import photograph

SECONDS, SEEN_AT = 2.6, 1.25
"""A scene's length, and when it is seen: at the end of its first shot."""
WIDTHS: dict[Aspect, int] = {"9:16": 270, "4:5": 300, "1:1": 300, "16:9": 480}
STYLED = "wireless-headphones-nocturne"
"""The product that all styles show."""
STYLE_SIZE, STYLE_FPS = (162, 288), 10
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
    for layout in SCENES:
        _save(layout, "9:16", target / f"{layout}.jpg")
    for aspect in FRAMES:
        _save("specs", aspect, target / f"specs-{aspect.replace(':', 'x')}.jpg")
    with TemporaryDirectory() as name:
        seen = _picture(STYLED, 1, Path(name), "image", "subject", "plain_ground")
        for style in get_args(Style):
            _save_style(style, seen, target / f"style-{style}.webp")


def _save_style(style: Style, seen: dict[str, Any], target: Path) -> None:
    """Write an animated WebP of a scene in three shots, small enough for a page with all ten."""
    product = BY_SLUG[STYLED]
    width, height = STYLE_SIZE
    job = ClipJob.model_validate(
        {
            "motion": "zoom_in", "role": "hook", "layout": "hero", "style": style, "seconds": 3.6, "width": 360,
            "height": 640, "fps": STYLE_FPS, "on_screen_text": style.capitalize(), "badge": "£189",
            "points": [{"label": product.brand}], "output": "", **seen,
        }
    )  # fmt: skip
    scene = DrawnScene(job)
    frames = []
    for number in range(job.frames):
        frame = planes_of(av.VideoFrame(job.width, job.height, "yuv420p"))
        scene.draw_all(frame, number)
        frames.append(Image.fromarray(rgb_from_planes(frame)).resize((width, height), Image.Resampling.LANCZOS))
    first, *others = frames
    first.save(
        target, save_all=True, append_images=others, duration=round(1000 / STYLE_FPS), loop=0, quality=50, method=4
    )


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
                "motion": "parallax", "layout": layout, "style": style, "seconds": SECONDS, "role": "hook",
                "width": width, "height": height, "output": str(output), **seen, **fields,
            }
        )  # fmt: skip
        draw_stills(StillsJob(scenes=[job], at=SEEN_AT), lambda share, step: None)
        with Image.open(output) as still:
            size = (WIDTHS[aspect], round(WIDTHS[aspect] * height / width))
            still.resize(size, Image.Resampling.LANCZOS).save(target, quality=88)


def _picture(slug: str, number: int, folder: Path, image: str, subject: str, plain_ground: str) -> dict[str, Any]:
    data = photograph(slug, number)
    path = folder / f"{image}.jpg"
    path.write_bytes(data)
    known = analyze_image(data, slug)
    fields: dict[str, Any] = {image: str(path), subject: known.subject_box, plain_ground: known.plain_background}
    if image == "image":
        fields |= {"palette": known.palette, "details": known.details}
        if found := cut_out(data):
            (folder / "cutout.png").write_bytes(found.png)
            fields["cutout"] = str(folder / "cutout.png")
    return fields


if __name__ == "__main__":
    main(sys.argv[1])
