"""Scenes in all layouts and shapes: nothing overlaps, words can be read, the subject stays whole, something moves."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import get_args

import av
import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.models import FRAMES, Motion, SceneLayout, Style
from app.rendering.canvas import Canvas
from app.rendering.clips import render_clip
from app.rendering.compose import layers
from app.rendering.encode import planes_of
from app.rendering.jobs import ClipJob
from app.rendering.layers import Layer
from app.rendering.layout import Box, layout_for
from app.rendering.planes import Planes, Sprite, rgb_from_planes
from app.rendering.theme import CONTRAST, contrast, theme_for

from .conftest import ignore

SETTLED = 2.6
SUBJECT = (0.2, 0.15, 0.8, 0.85)
POINTS: dict[SceneLayout, list[dict[str, object]]] = {
    "hero": [{"label": "Hollowfen"}],
    "callouts": [{"label": "Hand-glazed speckled stoneware"}, {"label": "Keeps coffee hot for 30 minutes"}],
    "specs": [{"label": "Material", "value": "Glazed stoneware"}, {"label": "Weight", "value": "1.63 kg"}],
    "price": [{"value": "$64.00", "before": "$79.00", "label": "−18 %"}],
    "review": [{"share": 0.96, "value": "4.8", "label": "(312)"}, {"value": "The best gift I got", "label": "A buyer"}],
    "options": [{"label": "Cream", "colour": "#f6eed8"}, {"label": "Sage", "colour": "#9cac90"}],
    "comparison": [{"label": "Cream"}, {"label": "Sage"}],
    "closing": [{"label": "Morning Ritual Pour-Over Coffee Set", "before": "$79.00"}],
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A red disc on a plain ground with its cut-out, and a picture of black and white squares."""
    folder = tmp_path_factory.mktemp("layouts")
    disc, mask = Image.new("RGB", (400, 500), "#dfe8ea"), Image.new("L", (400, 500), 0)
    box = (80, 75, 319, 424)
    ImageDraw.Draw(disc).ellipse(box, fill="#d01818")
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    disc.save(folder / "disc.png")
    disc.putalpha(mask)
    disc.save(folder / "cut.png")
    strap = Image.new("RGB", (400, 500), "#dfe8ea")
    ImageDraw.Draw(strap).rectangle((160, 0, 240, 250), fill="#203040")
    strap.save(folder / "strap.png")
    squares = np.kron(np.indices((16, 9)).sum(axis=0) % 2, np.ones((40, 40), np.uint8)).astype(np.uint8) * 255
    Image.fromarray(squares).convert("RGB").save(folder / "squares.png")
    return {name: str(folder / f"{name}.png") for name in ("disc", "cut", "squares", "strap")}


def job_of(
    shown: dict[str, str], layout: SceneLayout, size: tuple[int, int] = (360, 640), **changes: object
) -> ClipJob:
    fields: dict[str, object] = {
        "image": shown["disc"],
        "cutout": shown["cut"],
        "subject": SUBJECT,
        "plain_ground": True,
        "motion": "parallax",
        "on_screen_text": "Slow coffee starts here",
        "badge": "$64.00" if layout in ("hero", "plain", "closing") else "",
        "role": {"hero": "hook", "closing": "call_to_action"}.get(layout, "body"),
        "layout": layout,
        "points": POINTS.get(layout, []),
        "seconds": 4,
        "width": size[0],
        "height": size[1],
        "output": "",
    }
    if layout == "comparison":
        fields |= {"other": shown["disc"], "other_subject": SUBJECT, "other_plain_ground": True}
    return ClipJob.model_validate(fields | changes)


def drawn(scene: list[Layer], size: tuple[int, int], seconds: float) -> np.ndarray:
    frame = av.VideoFrame(*size, "yuv420p")
    for layer in scene:
        layer.draw(planes_of(frame), seconds)
    return rgb_from_planes(
        Planes(*(plane.copy() for plane in (planes_of(frame).y, planes_of(frame).u, planes_of(frame).v)))
    )


def where(layer: Layer, seconds: float) -> Box | None:
    """Return the box of what a drawing that moves shows of itself; None for pictures and what is hidden."""
    if not isinstance(layer.picture, Sprite) or layer.move is None or layer.region is not None:
        return None
    pose = layer.move(seconds)
    rows, columns = (np.flatnonzero(layer.picture.cover.y.max(axis=axis) > 40) for axis in (1, 0))
    if pose.opacity < 0.05 or not rows.size or not columns.size:
        return None
    left, top = pose.place.x, pose.place.y
    return Box(*(round(v) for v in (left + columns[0], top + rows[0], left + columns[-1] + 1, top + rows[-1] + 1)))


@pytest.mark.parametrize("aspect", FRAMES)
@pytest.mark.parametrize("layout", get_args(SceneLayout))
def test_words_keep_to_their_boxes_in_every_shape(shown, layout, aspect):
    """No drawing lies over captions, watermark or another line of words, or leaves what apps leave free."""
    size = 2 * round(FRAMES[aspect][0] / 8), 2 * round(FRAMES[aspect][1] / 8)
    for style in ("clean", "street", "playful"):
        job = job_of(shown, layout, size, style=style)
        places = layout_for(*size)
        scene = layers(job, theme_for(style, ["#dfe8ea", "#d01818"]))
        boxes = [box for layer in scene if (box := where(layer, SETTLED)) is not None]
        assert len(boxes) >= 1
        for box in boxes:
            assert box.left >= 0 and box.right <= size[0] and box.top >= 0 and box.bottom <= size[1]
            for band in (places.captions, places.watermark):
                assert min(box.right, band.right) - max(box.left, band.left) <= 1 or (
                    min(box.bottom, band.bottom) - max(box.top, band.top) <= 1
                )
            if aspect == "9:16":
                assert box.top >= 0.1 * size[1] - 2 and box.bottom <= 0.8 * size[1] and box.right <= 0.88 * size[0] + 6


@pytest.mark.parametrize("style", get_args(Style))
def test_words_can_be_read_on_what_is_behind_them(shown, style):
    """In drawn frames, over black and white squares: each line's ink against the pixels round it."""
    for layout, size in (("hero", (360, 640)), ("specs", (360, 450)), ("price", (640, 360)), ("closing", (360, 360))):
        # A line through the price before is meant to cross it.
        points = [{**point, "before": ""} for point in POINTS.get(layout, [])]
        changes = {"image": shown["squares"], "cutout": "", "motion": "zoom_in", "subject": None, "points": points}
        job = job_of(shown, layout, size, style=style, **changes)
        scene = layers(job, theme_for(style, ["#8090a0", "#c83c28"]))
        frame = drawn(scene, size, SETTLED)
        lines = 0
        for layer in scene:
            box = where(layer, SETTLED)
            if box is None or layer.picture.cover.y.mean() > 130 or box.height < 10:
                continue
            pose = layer.move(SETTLED)
            cover = layer.picture.cover.y
            top, left = round(pose.place.y), round(pose.place.x)
            inside = frame[max(0, top) : top + cover.shape[0], max(0, left) : left + cover.shape[1]]
            cover = cover[: inside.shape[0], : inside.shape[1]]
            ink, ground = (
                inside[cover > 250],
                inside[(cv2.dilate(cover, np.ones((7, 7), np.uint8)) > 200) & (cover == 0)],
            )
            if len(ink) < 12 or len(ground) < 12:
                continue
            lines += 1
            colour = tuple(int(level) for level in np.median(ink, axis=0))
            worst = sorted(
                contrast(colour, tuple(int(v) for v in pixel)) for pixel in ground[:: max(1, len(ground) // 200)]
            )
            assert worst[len(worst) // 20] >= CONTRAST, (layout, colour)
        assert lines >= 1


@pytest.mark.parametrize("motion", get_args(Motion))
def test_subject_is_whole_in_every_frame(shown, motion):
    """The red disc never touches the frame's edge, and always shows all of its area."""
    for layout, size in (("plain", (180, 320)), ("hero", (320, 180)), ("plain", (180, 180))):
        job = job_of(shown, layout, size, motion=motion, on_screen_text="", badge="", points=[], seconds=1, fps=12)
        scene = layers(job, theme_for("clean", []))
        stage = layout_for(*size).stage
        for number in range(job.frames):
            frame = drawn(scene, size, number / job.fps).astype(int)
            red = np.argwhere((frame[:, :, 0] > 150) & (frame[:, :, 1] < 90))
            (top, left), (bottom, right) = red.min(axis=0), red.max(axis=0)
            assert top > stage.top and bottom < stage.bottom - 1 and left > stage.left and right < stage.right - 1
            # An ellipse fills pi / 4 of its box: what is cut off would be missing.
            assert len(red) / ((bottom - top + 1) * (right - left + 1)) == pytest.approx(np.pi / 4, abs=0.04)


def test_nothing_stands_still_and_no_frame_is_torn(shown, tmp_path):
    """Each decoded frame is the one that was drawn, and differs from the one before it."""
    for layout in ("hero", "specs", "comparison"):
        job = job_of(shown, layout, (180, 320), seconds=1.2, output=str(tmp_path / f"{layout}.mp4"))
        render_clip(job, ignore)
        scene = layers(job, theme_for(job.style, job.palette))
        with av.open(job.output) as container:
            decoded = [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]
        assert len(decoded) == job.frames
        wanted = [drawn(scene, (180, 320), number / job.fps).astype(int) for number in range(job.frames)]
        for seen, one in zip(decoded, wanted, strict=True):
            assert np.abs(seen - one).mean() < 4
        assert all(np.abs(one - other).mean() > 0.005 for one, other in pairwise(wanted))


@pytest.mark.parametrize("layout", ["callouts", "specs", "price", "review", "options", "comparison"])
def test_a_layout_without_its_data_is_drawn_plain(shown, layout):
    theme = theme_for("clean", [])
    bare = layers(job_of(shown, layout, (180, 320), points=[], other=""), theme)
    plain = layers(job_of(shown, "plain", (180, 320), badge=""), theme)
    assert np.array_equal(drawn(bare, (180, 320), SETTLED), drawn(plain, (180, 320), SETTLED))


def test_before_price_is_struck_through_and_words_run_from_right_to_left(shown):
    """In Arabic the list's numbers stand at the right."""
    theme = theme_for("clean", [])
    points = [{"label": "إلغاء الضوضاء"}, {"label": "أربعون ساعة"}]
    job = job_of(shown, "callouts", language="ar", points=points, on_screen_text="")
    boxes = [box for layer in layers(job, theme) if (box := where(layer, SETTLED))]
    numbers = [box for box in boxes if abs(box.width - box.height) <= 1]
    words = layout_for(360, 640).words
    assert len(numbers) == 2 and all(box.right >= words.right - 2 for box in numbers)
    assert all(box.right <= numbers[0].left for box in boxes if box not in numbers)


@pytest.mark.parametrize("layout", get_args(SceneLayout))
def test_first_frame_has_the_title_and_words_stay_until_a_cut(shown, layout):
    """Before a transition they are gone in its middle."""
    theme = theme_for("clean", [])
    for tail, role, seen in ((0, "body", True), (12, "body", False), (12, "call_to_action", True)):
        scene = layers(job_of(shown, layout, (180, 320), tail=tail, role=role), theme)
        assert any(where(layer, 0) for layer in scene)
        assert any(where(layer, 4 - 0.2) for layer in scene) is seen


def test_list_takes_the_height_it_needs_and_the_picture_the_rest(shown):
    theme = theme_for("clean", [])
    shots = []
    for count in (1, 2, 4):
        points = [{"label": f"Part {number}", "value": "of clay"} for number in range(count)]
        scene = layers(job_of(shown, "specs", (180, 320), points=points), theme)
        shots.append(next(layer.region.bottom for layer in scene if layer.region and layer.region.top == 0))
        lowest = max(box.bottom for layer in scene if (box := where(layer, SETTLED)))
        assert lowest > 0.68 * 320
    assert shots[0] > shots[1] > shots[2] >= layout_for(180, 320).shot.bottom


def test_captions_lie_below_a_picture_that_cannot_be_made_smaller(shown):
    """Scenery with a known subject that reaches to the picture's foot."""
    said = [{"start": 0, "end": 4, "text": "Made of clay."}]
    changes = {"plain_ground": False, "motion": "zoom_in", "subject": (0.2, 0.3, 0.8, 1.0), "captions": said}
    job = job_of(shown, "plain", (180, 320), **changes)
    scene = layers(job, theme_for("clean", []))
    picture = next(layer for layer in scene if isinstance(layer.picture, Canvas))
    assert picture.region.bottom <= layout_for(180, 320).captions.top


@pytest.mark.parametrize("damage", ["cut off", "no picture", "gone"])
def test_without_its_cutout_a_scene_is_drawn_as_one_picture(shown, tmp_path, damage):
    path = tmp_path / "cutout.png"
    data = Path(shown["cut"]).read_bytes()
    if damage != "gone":
        path.write_bytes(data[: len(data) // 2] if damage == "cut off" else b"<html>404</html>")
    theme = theme_for("clean", [])
    damaged = layers(job_of(shown, "plain", (180, 320), cutout=str(path)), theme)
    zoomed = layers(job_of(shown, "plain", (180, 320), cutout="", motion="zoom_in"), theme)
    for seconds in (0, SETTLED):
        assert np.array_equal(drawn(damaged, (180, 320), seconds), drawn(zoomed, (180, 320), seconds))


def test_a_picture_that_would_lie_under_the_words_stands_on_a_card_below_them(shown):
    """Scenery whose subject is at its top, and a studio picture whose subject hangs from its upper edge."""
    size = (180, 320)
    theme = theme_for("clean", [])
    high = job_of(shown, "plain", size, plain_ground=False, motion="zoom_in", subject=(0.2, 0.02, 0.8, 0.6))
    low = job_of(shown, "plain", size, plain_ground=False, motion="zoom_in", subject=(0.2, 0.55, 0.8, 0.8))
    hanging = job_of(shown, "plain", size, image=shown["strap"], motion="zoom_in", subject=(0.4, 0.0, 0.6, 0.5))
    for job, carded in ((high, True), (low, False), (hanging, True)):
        picture = next(layer for layer in layers(job, theme) if isinstance(layer.picture, Canvas))
        assert (picture.region.top > layout_for(*size).title.bottom) is carded
        assert not carded or picture.region.bottom <= layout_for(*size).photo.bottom
        if job is hanging:
            top = drawn(layers(job, theme), size, 0)[picture.region.top + 1]
            assert (top.max(axis=1) < 100).sum() >= 12, "the strap ends below the card's edge"
