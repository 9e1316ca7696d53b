"""Scenes in all layouts and shapes: the product fills its room, words clear it and can be read, something moves."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import av
import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.models import FRAMES, Aspect, Motion, SceneLayout, Style
from app.rendering import content
from app.rendering.clips import DrawnScene, render_clip
from app.rendering.content import heard
from app.rendering.encode import planes_of
from app.rendering.footage import Footage
from app.rendering.jobs import Caption, ClipJob
from app.rendering.layers import Layer
from app.rendering.layout import Box, layout_for
from app.rendering.planes import Sprite, rgb_from_planes
from app.rendering.theme import CONTRAST, contrast
from app.rendering.words import Item, lines_of
from tests.present import present

from .conftest import ignore

SUBJECT = (0.2, 0.15, 0.8, 0.85)
POINTS: dict[SceneLayout, list[dict[str, object]]] = {
    "hero": [{"label": "Hollowfen"}],
    "callouts": [{"label": text} for text in ("Hand-glazed stoneware", "Stays hot for an hour", "Fits every shelf")],
    "specs": [{"label": "Material", "value": "Glazed stoneware"}, {"label": "Weight", "value": "1.63 kg"}],
    "price": [{"value": "$64.00", "before": "$79.00", "label": "−18 %"}],
    "review": [{"share": 0.96, "value": "4.8", "label": "(312)"}, {"value": "The best gift I got", "label": "A buyer"}],
    "options": [{"label": "Cream", "colour": "#f6eed8"}, {"label": "Sage", "colour": "#9cac90"}],
    "comparison": [{"label": "Cream"}, {"label": "Sage"}],
    "closing": [{"label": "Morning Ritual Pour-Over Coffee Set", "before": "$79.00"}],
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A red disc on a plain ground, cut out; a red body that its photograph cuts off below; black and white squares."""
    folder = tmp_path_factory.mktemp("layouts")
    for name, box in (("disc", (160, 150, 639, 849)), ("body", (240, 120, 559, 1000)), ("coat", (240, 0, 559, 880))):
        image, mask = Image.new("RGB", (800, 1000), "#dfe8ea"), Image.new("L", (800, 1000), 0)
        pen = ImageDraw.Draw(image)
        draw = (
            (pen.ellipse, ImageDraw.Draw(mask).ellipse)
            if name == "disc"
            else (pen.rectangle, ImageDraw.Draw(mask).rectangle)
        )
        draw[0](box, fill="#d01818")
        draw[1](box, fill=255)
        image.save(folder / f"{name}.png")
        image.putalpha(mask)
        image.save(folder / f"{name}-cut.png")
    # A surface on which a movement can be seen.
    for name, mode in (("rings", "RGB"), ("rings-cut", "RGBA")):
        image = Image.open(folder / f"{name.replace('rings', 'disc')}.png").convert(mode)
        pen = ImageDraw.Draw(image)
        for radius in range(40, 240, 60):
            pen.ellipse((400 - radius, 500 - radius, 400 + radius, 500 + radius), outline="#a01414", width=12)
        image.save(folder / f"{name}.png")
    squares = np.kron(np.indices((16, 9)).sum(axis=0) % 2, np.ones((40, 40), np.uint8)).astype(np.uint8) * 255
    Image.fromarray(squares).convert("RGB").save(folder / "squares.png")
    return {path.stem: str(path) for path in folder.iterdir()}


def job_of(shown: dict[str, str], layout: SceneLayout, size: tuple[int, int] = (360, 640), **changes: Any) -> ClipJob:
    fields: dict[str, Any] = {
        "image": shown["disc"],
        "cutout": shown["disc-cut"],
        "subject": SUBJECT,
        "plain_ground": True,
        "motion": "zoom_in",
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


def photo_of(shown: dict[str, str]) -> dict[str, object]:
    """The fields of a scene that shows a photograph nobody can put words on."""
    return {"image": shown["squares"], "cutout": "", "subject": None, "plain_ground": False}


def settled(scene: DrawnScene) -> list[float]:
    """A moment of each shot at which its words stand."""
    return [shot.begins + 0.8 * shot.seconds for shot in scene.scene.shots]


def picture(scene: DrawnScene, seconds: float) -> np.ndarray:
    frame = planes_of(av.VideoFrame(scene.job.width, scene.job.height, "yuv420p"))
    scene.draw(frame, round(seconds * scene.job.fps))
    return rgb_from_planes(frame)


def red(scene: DrawnScene, seconds: float) -> np.ndarray:
    frame = picture(scene, seconds).astype(int)
    return (frame[:, :, 0] > 130) & (frame[:, :, 1] < 90) & (frame[:, :, 2] < 90)


def rgb(levels: np.ndarray) -> tuple[int, int, int]:
    red, green, blue = (int(level) for level in levels)
    return red, green, blue


def where(layer: Layer | Footage, seconds: float) -> Box | None:
    """Return the box of what a drawing that moves shows of itself; None for pictures and what is hidden."""
    if not isinstance(layer, Layer) or not isinstance(layer.picture, Sprite) or layer.move is None:
        return None
    pose = layer.move(seconds)
    rows, columns = (np.flatnonzero(layer.picture.cover.y.max(axis=axis) > 40) for axis in (1, 0))
    if pose.opacity < 0.05 or not rows.size or not columns.size:
        return None
    left, top = pose.place.x, pose.place.y
    return Box(*(round(v) for v in (left + columns[0], top + rows[0], left + columns[-1] + 1, top + rows[-1] + 1)))


@pytest.mark.parametrize("aspect", FRAMES)
@pytest.mark.parametrize("layout", get_args(SceneLayout))
def test_words_keep_to_their_column_in_every_shape(shown: dict[str, str], layout: SceneLayout, aspect: Aspect) -> None:
    """What a shot says lies in its own box, that box within what apps leave free; captions have room of their own."""
    size = 2 * round(FRAMES[aspect][0] / 8), 2 * round(FRAMES[aspect][1] / 8)
    said = [{"start": 0, "end": 4, "text": "Nothing of it is said."}]
    for style in ("clean", "street", "playful"):
        scene = DrawnScene(job_of(shown, layout, size, style=style, captions=said))
        free = layout_for(*size).column(centred=scene.scene.theme.look.align == "centre")
        for moment in settled(scene):
            shot = scene.scene.at(moment)
            assert shot.words is not None and shot.captions is not None
            assert shot.words.left >= free.left - 2 and shot.words.right <= free.right + 2
            assert shot.words.top >= free.top - 2 and shot.words.bottom <= free.bottom + 2
            marks = [box for layer in shot.layers[2:] if (box := where(layer, moment)) is not None]
            assert marks or shot.captions_alone
            for box in marks:
                # A card lies under all of them.
                if box.common(shot.words) != shot.words and box.common(shot.words.grown(6)) == box:
                    assert box.common(shot.captions).height <= 2


@pytest.mark.parametrize("style", get_args(Style))
def test_words_can_be_read_on_what_is_behind_them(shown: dict[str, str], style: Style) -> None:
    """In drawn frames, over black and white squares and on grounds: each letter's ink against the pixels round it."""
    lines = 0
    scenes: list[tuple[SceneLayout, tuple[int, int], dict[str, Any]]] = [
        ("hero", (360, 640), photo_of(shown)),
        ("specs", (360, 450), {}),
        ("price", (640, 360), photo_of(shown)),
        ("closing", (360, 360), {}),
    ]
    for layout, size, kind in scenes:
        # A line through the price before is meant to cross it.
        points = [{**point, "before": ""} for point in POINTS.get(layout, [])]
        scene = DrawnScene(
            job_of(shown, layout, size, style=style, palette=["#8090a0", "#c83c28"], points=points, **kind)
        )
        for moment in settled(scene):
            frame, shot = picture(scene, moment), scene.scene.at(moment)
            for layer in shot.layers:
                box = where(layer, moment)
                if box is None or box.common(present(shot.words).grown(8)) != box:
                    continue
                assert isinstance(layer, Layer) and isinstance(layer.picture, Sprite)
                pose, cover = present(layer.move)(moment), layer.picture.cover.y
                if cover.mean() > 130:
                    continue
                top, left = round(pose.place.y), round(pose.place.x)
                inside = frame[max(0, top) : top + cover.shape[0], max(0, left) : left + cover.shape[1]]
                cover = cover[max(0, -top) :, max(0, -left) :][: inside.shape[0], : inside.shape[1]]
                ink = inside[cover > 250]
                ground = inside[(cv2.dilate(cover, np.ones((7, 7), np.uint8)) > 200) & (cover == 0)]
                if len(ink) < 12 or len(ground) < 12 or box.height < 10:
                    continue
                lines += 1
                colour = rgb(np.median(ink, axis=0))
                worst = sorted(contrast(colour, rgb(pixel)) for pixel in ground[:: max(1, len(ground) // 200)])
                assert worst[len(worst) // 20] >= CONTRAST, (layout, colour, moment)
    assert lines >= 8


@pytest.mark.parametrize("aspect", FRAMES)
@pytest.mark.parametrize("cut", ["disc", "body"])
def test_the_product_fills_its_room_and_words_clear_it(shown: dict[str, str], aspect: Aspect, cut: str) -> None:
    """The red product: large in every shot, whole in the opening, never under words but in details."""
    size = 2 * round(FRAMES[aspect][0] / 8), 2 * round(FRAMES[aspect][1] / 8)
    for layout in ("hero", "callouts", "closing"):
        pictures = {"image": shown[cut], "cutout": shown[f"{cut}-cut"]}
        scene = DrawnScene(job_of(shown, layout, size, style="bold", number=1, seconds=6, **pictures))
        for shot in scene.scene.shots:
            for share in (0.05, 0.5, 0.95):
                moment = shot.begins + share * shot.seconds
                seen = red(scene, moment)
                rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
                wide, tall = np.ptp(columns) + 1, np.ptp(rows) + 1
                assert max(wide / size[0], tall / size[1]) >= 0.5, (layout, shot)
                if shot.near != "detail":
                    words = present(scene.scene.at(moment).words)
                    under = seen[words.top : words.bottom, words.left : words.right].mean()
                    assert under <= 0.03, (layout, shot)
                if layout == "hero" and shot.number == 0 and cut == "disc":
                    assert rows[0] > 0 and rows[-1] < size[1] - 1 and columns[0] > 0 and columns[-1] < size[0] - 1
                if cut == "body" and shot.near != "detail" and not layout_for(*size).beside:
                    # What the photograph cuts off stands on the frame's edge.
                    assert rows[-1] >= size[1] - 2, (layout, shot, share)


def test_what_hangs_from_its_photograph_s_upper_edge_hangs_from_the_frame_s(shown: dict[str, str]) -> None:
    """It is slim: the words stand beside it, and all of it is seen, large."""
    for number in range(3):
        pictures = {"image": shown["coat"], "cutout": shown["coat-cut"], "number": number}
        scene = DrawnScene(job_of(shown, "plain", (180, 320), style="minimal", seconds=6, **pictures))
        for shot in scene.scene.shots:
            if shot.near != "whole":
                continue
            moment = shot.begins + 0.6 * shot.seconds
            seen = red(scene, moment)
            rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
            words = present(scene.scene.at(moment).words)
            assert rows[0] <= 1 and np.ptp(rows) > 0.6 * 320
            assert columns[0] > words.right or columns[-1] < words.left
            # All of it, in its own shape.
            assert np.ptp(columns) / np.ptp(rows) == pytest.approx(320 / 880, abs=0.05)


@pytest.mark.parametrize("motion", get_args(Motion))
def test_a_product_never_leaves_its_first_frame(shown: dict[str, str], motion: Motion) -> None:
    """Whole through the opening shot, whichever way it moves: an ellipse fills pi / 4 of its box."""
    for size in ((180, 320), (320, 180), (180, 180)):
        scene = DrawnScene(job_of(shown, "hero", size, motion=motion, style="minimal", seconds=1.3, fps=12))
        for number in range(scene.job.frames):
            seen = red(scene, number / scene.job.fps)
            (top, left), (bottom, right) = np.argwhere(seen).min(axis=0), np.argwhere(seen).max(axis=0)
            assert top > 0 and bottom < size[1] - 1 and left > 0 and right < size[0] - 1
            assert seen.sum() / ((bottom - top + 1) * (right - left + 1)) == pytest.approx(np.pi / 4, abs=0.05)


@pytest.mark.parametrize("style", get_args(Style))
def test_a_film_of_fifteen_seconds_has_six_shots_or_more_and_neighbours_differ(
    shown: dict[str, str], style: Style
) -> None:
    layouts: list[SceneLayout] = ["hero", "callouts", "plain", "closing"]
    lengths = [2.75, 6.5, 3.0, 2.75]
    shots = []
    for number, (layout, seconds) in enumerate(zip(layouts, lengths, strict=True)):
        scene = DrawnScene(job_of(shown, layout, number=number, seconds=seconds, style=style)).scene
        assert scene.shots[0].begins == 0 and scene.shots[-1].ends == seconds
        assert all(one.ends == other.begins for one, other in pairwise(scene.shots))
        assert all(shot.seconds >= 1.2 - 1e-6 for shot in scene.shots)
        shots += scene.shots
    assert 6 <= len(shots) <= 11
    assert all((one.near, one.turn) != (other.near, other.turn) for one, other in pairwise(shots))
    assert all(one.near != other.near for one, other in pairwise(shots[:-1]))
    assert shots[0].near == "whole" and shots[-1].near == "whole" and {shot.tone for shot in shots} == {"light", "dark"}


def test_cuts_fall_on_the_ends_of_words(shown: dict[str, str]) -> None:
    words = [{"start": 0.2, "end": 1.9, "text": "Every"}, {"start": 1.9, "end": 3.0, "text": "morning."}]
    said = [{"start": 0.2, "end": 3.0, "text": "Every morning.", "words": words}]
    scene = DrawnScene(job_of(shown, "plain", captions=said, seconds=3.2, number=1)).scene
    assert [round(shot.begins, 2) for shot in scene.shots] == [0, 1.9]


def test_nothing_stands_still_and_no_frame_is_torn(shown: dict[str, str], tmp_path: Path) -> None:
    """Each decoded frame is the one that was drawn, and differs from the one a quarter of a second before it."""
    for layout in ("hero", "specs", "comparison"):
        pictures = {"image": shown["rings"], "cutout": shown["rings-cut"]}
        job = job_of(shown, layout, (180, 320), seconds=2.6, output=str(tmp_path / f"{layout}.mp4"), **pictures)
        render_clip(job, ignore)
        with av.open(job.output) as container:
            decoded = [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]
        assert len(decoded) == job.frames
        scene = DrawnScene(job)
        wanted = [picture(scene, number / job.fps).astype(int) for number in range(job.frames)]
        for seen, one in zip(decoded, wanted, strict=True):
            assert np.abs(seen - one).mean() < 4
        later = wanted[job.fps // 4 :]
        assert all(np.abs(one - other).mean() > 0.005 for one, other in zip(wanted, later, strict=False))


@pytest.mark.parametrize("layout", ["callouts", "specs", "price", "review", "options", "comparison"])
def test_a_layout_without_its_data_is_drawn_plain(shown: dict[str, str], layout: SceneLayout) -> None:
    bare = DrawnScene(job_of(shown, layout, (180, 320), points=[], other=""))
    plain = DrawnScene(job_of(shown, "plain", (180, 320), badge=""))
    assert np.array_equal(picture(bare, 1.5), picture(plain, 1.5))


@pytest.mark.parametrize("aspect", ["9:16", "16:9"])
def test_a_script_that_runs_from_right_to_left_is_laid_out_mirrored(shown: dict[str, str], aspect: Aspect) -> None:
    size = FRAMES[aspect][0] // 4 * 2, FRAMES[aspect][1] // 4 * 2
    points = [{"label": text} for text in ("إلغاء الضوضاء", "أربعون ساعة", "بدون أسلاك")]
    scene = DrawnScene(job_of(shown, "callouts", size, number=1, language="ar", points=points, on_screen_text="سماعات"))
    layout = layout_for(*size)
    moment = settled(scene)[0]
    shot = scene.scene.at(moment)
    words = present(shot.words)
    assert words.right >= size[0] - layout.words.left - 4
    if layout.beside:
        assert np.flatnonzero(red(scene, moment).any(axis=0))[-1] < layout.column(rtl=True).left
    marks = [box for layer in shot.layers[2:] if (box := where(layer, settled(scene)[-1])) is not None]
    assert all(box.right <= words.right + 4 for box in marks if box.common(words.grown(20)) == box)


@pytest.mark.parametrize("layout", get_args(SceneLayout))
def test_first_frame_has_its_words_and_they_go_before_the_next_ones_come(
    shown: dict[str, str], layout: SceneLayout
) -> None:
    """In a transition the old words are gone in its middle, where the new ones begin to enter."""
    for tail, role, seen in ((0, "body", True), (12, "body", False), (12, "call_to_action", True)):
        scene = DrawnScene(job_of(shown, layout, (180, 320), tail=tail, role=role))
        first, last = scene.scene.at(0), scene.scene.at(3.99)
        assert any(where(layer, 0) for layer in first.layers[2:])
        assert any(where(layer, 4 - 0.19) for layer in last.layers[2:]) is seen
    entering = DrawnScene(job_of(shown, layout, (180, 320), head=12)).scene.at(0)
    free = [layer for layer in entering.layers[2:] if isinstance(layer, Layer) and layer.region is None]
    assert not any(where(layer, 0.19) for layer in free)


def test_a_film_s_first_frame_is_a_poster(shown: dict[str, str]) -> None:
    """Its words are all but in their place, and nearly opaque: it is the film's first thumbnail, too."""
    for style in get_args(Style):
        scene = DrawnScene(job_of(shown, "hero", (360, 640), style=style, badge=""))
        early, late = (picture(scene, moment).astype(int) for moment in (0, 0.3))
        words = present(scene.scene.at(0).words)
        change = np.abs(early - late)[words.top : words.bottom, words.left : words.right]
        assert (change.max(axis=2) > 90).mean() < 0.06, style


def test_captions_do_not_say_what_stands_on_the_screen(shown: dict[str, str]) -> None:
    said = [Caption(start=0, end=1, text="Slow coffee starts"), Caption(start=1, end=2, text="with water that is hot")]
    assert heard(job_of(shown, "plain", captions=said)) == said[1:]
    assert heard(job_of(shown, "plain", captions=said, caption_style="none")) == []
    assert heard(job_of(shown, "plain", captions=said, on_screen_text="")) == said


@pytest.mark.parametrize(
    ("on_screen", "spoken", "is_heard"),
    [
        ("1,280 ratings", "Over 1,200 ratings.", False),
        ("1.280 Bewertungen", "Über 1.200 Bewertungen.", False),
        ("12 hours", "11 in bad light.", True),
        ("Founded 2020", "Since 2019.", True),
        ("640 bricks", "Over 90.", True),
    ],
)
def test_a_number_that_is_rounded_down_is_said_already(
    shown: dict[str, str], on_screen: str, spoken: str, is_heard: bool
) -> None:
    said = [Caption(start=0, end=1, text=spoken)]
    assert heard(job_of(shown, "plain", on_screen_text=on_screen, badge="", captions=said)) == said * is_heard


def test_how_many_rated_is_told_once(shown: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Their number has a shot of its own, as the largest thing there is; the rating's own shot leaves it out."""
    written: list[str] = []

    def recorded(words: str, *args: Any, **kwargs: Any) -> Item:
        written.append(words)
        return lines_of(words, *args, **kwargs)

    monkeypatch.setattr(content, "lines_of", recorded)

    def told(seconds: float) -> list[str]:
        scene = DrawnScene(
            job_of(shown, "review", role="hook", points=points, badge="", seconds=seconds, **counted)
        ).scene
        shots = []
        for shot in scene.shots:
            written.clear()
            scene.at(shot.begins)
            shots.append(" ".join(written))
        return shots

    points: list[dict[str, object]] = [{"share": 0.9, "value": "4.5", "label": "(312)"}]
    counted: dict[str, Any] = {
        "on_screen_text": "312 ratings",
        "captions": [{"start": 0, "end": 5, "text": "Owners say so."}],
    }
    first, second, third = told(4.2)
    assert "4.5" in first and "312" not in first
    assert "312" in second and "4.5" not in second
    assert "4.5" not in third and "312" not in third, "it is what is heard"
    (only,) = told(1.4)
    assert "4.5" in only and "312" in only


def test_a_long_closing_does_not_stand_still(shown: dict[str, str]) -> None:
    """However long it lasts, its shots are short; it ends on the whole product, and with its call."""
    for seconds, count in ((1.5, 1), (3.4, 2), (5.2, 3), (7, 3)):
        scene = DrawnScene(job_of(shown, "closing", role="call_to_action", seconds=seconds)).scene
        assert len(scene.shots) == count and scene.shots[-1].near == "whole"
        assert all(one.near != other.near for one, other in pairwise(scene.shots))


def test_captions_alone_are_large(shown: dict[str, str]) -> None:
    said = [{"start": 0, "end": 4, "text": "Made of clay."}]
    alone = DrawnScene(job_of(shown, "plain", captions=said, on_screen_text="", badge="")).scene.at(1)
    below = DrawnScene(job_of(shown, "plain", captions=said)).scene.at(1)
    assert present(alone.captions).height > 2 * present(below.captions).height


@pytest.mark.parametrize("damage", ["cut off", "no picture", "gone", "empty"])
def test_without_its_cutout_a_scene_shows_the_photograph(shown: dict[str, str], tmp_path: Path, damage: str) -> None:
    path = tmp_path / "cutout.png"
    data = Path(shown["disc-cut"]).read_bytes()
    if damage == "empty":
        Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(path)
    elif damage != "gone":
        path.write_bytes(data[: len(data) // 2] if damage == "cut off" else b"<html>404</html>")
    damaged = DrawnScene(job_of(shown, "plain", (180, 320), cutout=str(path)))
    whole = DrawnScene(job_of(shown, "plain", (180, 320), cutout=""))
    for moment in (0, 2.6):
        assert np.array_equal(picture(damaged, moment), picture(whole, moment))


def test_a_detail_is_one_that_the_picture_is_known_to_have(shown: dict[str, str]) -> None:
    """The second half of a wide pattern is green: where a detail lies there, that is what is seen."""
    for side, box in ((0, (0.05, 0.4, 0.25, 0.6)), (1, (0.75, 0.4, 0.95, 0.6))):
        levels = np.zeros((1600, 1600, 3), np.uint8)
        levels[:, :800], levels[:, 800:] = (200, 30, 30), (30, 160, 30)
        path = Path(shown["disc"]).parent / f"halves-{side}.png"
        Image.fromarray(levels).save(path)
        fields = {"image": str(path), "cutout": "", "subject": None, "plain_ground": False, "details": [box]}
        scene = DrawnScene(job_of(shown, "plain", (180, 320), on_screen_text="", badge="", **fields))
        assert scene.scene.shots[0].near == "detail"
        frame = picture(scene, 0.5)[:, 20:160].reshape(-1, 3).mean(axis=0)
        assert frame[side] > 2 * frame[1 - side], side


def test_words_keep_off_faces(shown: dict[str, str]) -> None:
    """A calm picture with a face above, or below: the words stand at the other end."""
    for top in (0.05, 0.6):
        path = Path(shown["disc"]).parent / "calm.png"
        Image.new("RGB", (900, 1600), "#445566").save(path)
        fields = {"image": str(path), "cutout": "", "subject": None, "plain_ground": False}
        for number in range(4):
            face = [(0.3, top, 0.7, top + 0.3)]
            scene = DrawnScene(job_of(shown, "plain", (180, 320), role="hook", faces=face, number=number, **fields))
            words = present(scene.scene.at(0.5).words)
            assert (words.top > 160) is (top < 0.5)


def test_a_wide_scene_gets_a_panel_for_its_words(tmp_path: Path) -> None:
    """A picture twice as wide as high, its subject as wide as itself: it fills its part of the frame to the edges."""
    down, right = np.mgrid[0:800, 0:1600]
    levels = np.stack([40 + right % 160, 60 + down % 150, 90 + (right + down) % 120], axis=2).astype(np.uint8)
    Image.fromarray(levels).save(tmp_path / "wide.png")
    fields = {"image": str(tmp_path / "wide.png"), "motion": "zoom_in", "seconds": 2, "width": 360, "height": 640}
    job = ClipJob.model_validate(
        fields | {"subject": (0.05, 0.1, 0.95, 0.9), "role": "hook", "on_screen_text": "By the sea", "output": ""}
    )
    scene = DrawnScene(job)
    frame, words = picture(scene, 1), present(scene.scene.at(1).words)
    busy = np.abs(cv2.Laplacian(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), cv2.CV_32F))
    below = busy[words.bottom + 60 :]
    assert (below.reshape(len(below), -1).mean(axis=1) > 1).mean() > 0.95
    beside = busy[words.top : words.bottom, :16]
    assert beside.mean() < 0.3 * below.mean()


def test_a_tiny_picture_is_not_blown_up(tmp_path: Path) -> None:
    """It stands on a ground, at most so much larger as its pixels bear."""
    Image.new("RGB", (120, 120), "#d01818").save(tmp_path / "tiny.png")
    fields = {"image": str(tmp_path / "tiny.png"), "motion": "zoom_in", "seconds": 2, "width": 720, "height": 1280}
    scene = DrawnScene(ClipJob.model_validate(fields | {"role": "hook", "on_screen_text": "Red", "output": ""}))
    columns = np.flatnonzero(red(scene, 1).any(axis=0))
    assert 120 < np.ptp(columns) + 1 <= 270


def test_a_closing_names_price_and_asks_for_something(shown: dict[str, str]) -> None:
    """The call is there in the languages that have one, and is what a longer film lists a typeface for."""
    bare: dict[str, Any] = {"points": [{"label": "Coffee Set"}], "on_screen_text": "", "badge": "$64.00"}
    with_call = DrawnScene(job_of(shown, "closing", **bare)).scene.at(2)
    without = DrawnScene(job_of(shown, "closing", language="la", **bare)).scene.at(2)
    assert present(with_call.words).height > present(without.words).height + 20
