"""Pictures, clips and a film to test with, drawn here; small and short, and made once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.rendering.clips import render_clip
from app.rendering.film import assemble_film
from app.rendering.jobs import ClipJob, FilmJob, FilmResult

WIDTH, HEIGHT = 180, 320


def ignore(done: float, step: str) -> None:
    """Take a report and do nothing with it."""


def jar(size: tuple[int, int], ground: str, colour: str) -> Image.Image:
    """Draw a jar in the middle of a plain ground."""
    image = Image.new("RGB", size, ground)
    pen = ImageDraw.Draw(image)
    x, y, unit = size[0] / 2, size[1] / 2, min(size) / 10
    pen.rounded_rectangle((x - 2 * unit, y - 3 * unit, x + 2 * unit, y + 4 * unit), unit / 2, fill=colour)
    pen.rectangle((x - 1.4 * unit, y - 4 * unit, x + 1.4 * unit, y - 3 * unit), fill="#222228")
    return image


@pytest.fixture(scope="session")
def square(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("pictures") / "square.png"
    jar((400, 400), "white", "#c83c28").save(path)
    return str(path)


@pytest.fixture(scope="session")
def upright(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A picture of the frame's own shape: soft colours with a dot pattern that can be tracked."""
    path = tmp_path_factory.mktemp("pictures") / "upright.png"
    down, right = np.mgrid[0:640, 0:360]
    levels = np.stack([60 + right / 3, 90 + down / 8, 150 - right / 4], axis=2)
    Image.fromarray(levels.astype(np.uint8)).save(path)
    return str(path)


@pytest.fixture(scope="session")
def film(square: str, upright: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[FilmJob, FilmResult]:
    folder = tmp_path_factory.mktemp("film")
    scenes = [
        ("hook", square, "Meet the jar", "Meet the jar.", 2.0),
        ("body", upright, "Keeps for 24 hours", "", 1.5),
        ("call_to_action", square, "Order today", "Just $5.", 2.5),
    ]
    clips = []
    for number, (role, image, words, narration, seconds) in enumerate(scenes):
        output = str(folder / f"{number}.mp4")
        fields = {"image": image, "motion": "zoom_in", "role": role, "on_screen_text": words, "badge": "$5.00"}
        render_clip(
            ClipJob.model_validate({**fields, "seconds": seconds, "width": WIDTH, "height": HEIGHT, "output": output}),
            ignore,
        )
        clips.append({"path": output, "seconds": seconds, "narration": narration, "role": role})
    job = FilmJob.model_validate(
        {
            "clips": clips,
            "width": WIDTH,
            "height": HEIGHT,
            "title": "The jar",
            "watermark": "@jars",
            "output": str(folder / "film.mp4"),
            "thumbnail": str(folder / "film.jpg"),
        }
    )
    return job, assemble_film(job, ignore)


@pytest.fixture
def clip_fields(square: str, tmp_path: Path) -> dict[str, object]:
    """The fields of a clip job for a picture on a stage."""
    output = str(tmp_path / "clip.mp4")
    return {
        "image": square,
        "motion": "zoom_in",
        "seconds": 1.0,
        "width": WIDTH,
        "height": HEIGHT,
        "output": output,
    }
