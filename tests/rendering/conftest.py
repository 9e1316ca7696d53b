"""Pictures, clips and a film to test with, drawn here; small and short, and made once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.models import TransitionKind
from app.rendering.clips import render_clip
from app.rendering.film import assemble_film
from app.rendering.jobs import ClipJob, FilmJob, FilmResult, FilmScene
from app.rendering.narration import scene_captions
from app.rendering.timeline import junctions
from app.rendering.voice import speak

WIDTH, HEIGHT = 180, 320
Film = tuple[FilmJob, FilmResult]


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


def film_job(folder: Path, scenes: list[dict[str, Any]], kinds: list[TransitionKind], **fields: Any) -> FilmJob:
    """Render the clips of scenes (fields of a ``ClipJob``, and ``narration``) and return the order for their film."""
    base = {"width": WIDTH, "height": HEIGHT, "motion": "zoom_in"}
    counts = [round(scene["seconds"] * scene.get("fps", 30)) for scene in scenes]
    overlaps = [0, *junctions(kinds, counts, scenes[0].get("fps", 30)), 0]
    made = []
    for number, scene in enumerate(scenes):
        narration = scene.get("narration", "")
        ends = {"head": overlaps[number], "tail": overlaps[number + 1], "output": str(folder / f"{number}.mp4")}
        captions = scene_captions((narration, speak(narration, str(fields.get("language", "en")))), scene["seconds"])
        job = ClipJob.model_validate(
            {**base, **{name: value for name, value in scene.items() if name != "narration"}, **ends}
            | {"captions": captions}
        )
        render_clip(job, ignore)
        made.append(FilmScene(scene=job, narration=narration))
    there = {"output": str(folder / "film.mp4"), "thumbnails": [str(folder / f"{n}.jpg") for n in range(3)]}
    return FilmJob.model_validate({"scenes": made, "transitions": kinds, "title": "The jar"} | there | fields)


@pytest.fixture(scope="session")
def film(square: str, upright: str, tmp_path_factory: pytest.TempPathFactory) -> Film:
    """Five scenes with all six transitions between them but the slide, which has a test of its own."""
    folder = tmp_path_factory.mktemp("film")
    common = {"badge": "$5.00", "watermark": "@jars"}
    scenes = [
        {"role": "hook", "image": square, "on_screen_text": "Meet the jar", "narration": "Say hello to clay."},
        {"image": upright, "on_screen_text": "Keeps for 24 hours", "motion": "pan_left"},
        {"image": square, "on_screen_text": "Of clay", "motion": "zoom_out"},
        {"image": upright, "on_screen_text": "In red", "motion": "pan_up"},
        {"image": square, "on_screen_text": "Light", "motion": "pan_right"},
        {"role": "call_to_action", "image": square, "on_screen_text": "Order today", "narration": "Just $5."},
    ]
    lengths = [2.0, 1.5, 1.0, 1.2, 1.2, 2.5]
    kinds: list[TransitionKind] = ["fade", "cut", "whip", "wipe", "zoom"]
    timed = [{**common, **scene, "seconds": seconds} for scene, seconds in zip(scenes, lengths, strict=True)]
    job = film_job(folder, timed, kinds)
    return job, assemble_film(job, ignore)


@pytest.fixture
def clip_fields(square: str, tmp_path: Path) -> dict[str, Any]:
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
