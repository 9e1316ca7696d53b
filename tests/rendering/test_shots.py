"""What the shots of a scene show: the first frame, close-ups that differ, cards in place of fog, what lies in focus."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.models import Style
from app.rendering.clips import DrawnScene
from app.rendering.jobs import ClipJob
from app.rendering.staging import softened

from .test_layouts import picture

SIZE = 360, 640


def job_of(image: Path, **changes: object) -> ClipJob:
    fields: dict[str, object] = {"image": str(image), "motion": "zoom_in", "seconds": 5, "output": ""}
    fields |= {"width": SIZE[0], "height": SIZE[1], "subject": (0.1, 0.1, 0.9, 0.9)}
    return ClipJob.model_validate(fields | changes)


@pytest.fixture(scope="module")
def quilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A product each part of which looks different, cut out of its ground."""
    folder = tmp_path_factory.mktemp("quilt")
    cells = np.random.default_rng(4).integers(30, 220, (9, 7, 3), dtype=np.uint8)
    patches = cv2.resize(cells, (700, 900), interpolation=cv2.INTER_NEAREST)
    Image.fromarray(patches).save(folder / "quilt.png")
    cut = Image.new("RGBA", (1000, 1200), (0, 0, 0, 0))
    cut.paste(Image.fromarray(patches).convert("RGBA"), (150, 150))
    cut.save(folder / "cut.png")
    whole = Image.new("RGB", (1000, 1200), "#e8e8e6")
    whole.paste(cut, mask=cut)
    whole.save(folder / "whole.png")
    return folder


def cut_out(quilt: Path, **changes: object) -> ClipJob:
    fields: dict[str, object] = {"cutout": str(quilt / "cut.png"), "plain_ground": True}
    return job_of(quilt / "whole.png", **(fields | changes))


@pytest.mark.parametrize("style", ["clean", "elegant", "street"])
def test_the_first_frame_has_all_of_its_words(quilt: Path, style: Style) -> None:
    """It stands for the film wherever it is listed: no line is on its way in, no star is empty."""
    points = [{"share": 1.0, "value": "4.9", "label": "(88)"}]
    job = cut_out(quilt, role="hook", layout="review", on_screen_text="88 ratings", points=points, style=style)
    scene = DrawnScene(job)
    words = scene.scene.at(0).words
    assert words is not None
    first, settled = (picture(scene, at)[words.top : words.bottom, : words.right].astype(int) for at in (0.0, 1.0))
    assert (np.abs(first - settled).max(axis=2) > 60).mean() < 0.01


def test_no_two_close_ups_show_the_same(quilt: Path) -> None:
    """One part alone is known to be worth it: the others are looked for."""
    shots = []
    for number in range(4):
        job = cut_out(quilt, number=number, details=[(0.2, 0.2, 0.5, 0.45)], on_screen_text="Sewn by hand", seconds=7)
        scene = DrawnScene(job)
        for shot in scene.scene.shots:
            if shot.near == "detail":
                small = cv2.resize(picture(scene, shot.begins + shot.seconds / 2)[440:], (36, 20))
                shots.append(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(int))
    assert len(shots) >= 4
    for one, other in pairwise(shots):
        assert np.abs(one - other).mean() > 12


def test_a_close_up_cuts_through_no_face(quilt: Path) -> None:
    face = (0.35, 0.2, 0.65, 0.4)
    for number in range(4):
        job = cut_out(quilt, number=number, faces=[face], on_screen_text="Sewn by hand", seconds=7)
        scene = DrawnScene(job)
        # The face alone, in the picture's place.
        only = Image.open(quilt / "cut.png").copy()
        ImageDraw.Draw(only).rectangle([350, 240, 650, 480], fill=(255, 0, 255, 255))
        only.save(quilt / "face.png")
        marked = DrawnScene(job.model_copy(update={"cutout": str(quilt / "face.png")}))
        for shot in scene.scene.shots:
            if shot.near != "detail":
                continue
            moment = shot.begins + shot.seconds / 2
            frame = picture(marked, moment).astype(int)
            seen = (frame[:, :, 0] > 200) & (frame[:, :, 1] < 60) & (frame[:, :, 2] > 200)
            assert not seen[0].any(), "the frame's edge cuts it"
            words = marked.scene.at(moment).words
            assert words is not None and seen[words.top : words.bottom, words.left : words.right].mean() < 0.02


@pytest.mark.parametrize("style", ["clean", "elegant"])
def test_no_fog_lies_over_a_bright_and_busy_picture(tmp_path: Path, style: Style) -> None:
    """Where words would need a heavy scrim they get a card of their own, and the rest stays as it was taken."""
    levels = np.random.default_rng(1).choice([90, 250], (64, 36, 1)).repeat(3, axis=2).astype(np.uint8)
    Image.fromarray(cv2.resize(levels, (1080, 1920), interpolation=cv2.INTER_NEAREST)).save(tmp_path / "busy.png")
    for number in range(2):
        job = job_of(tmp_path / "busy.png", style=style, number=number, on_screen_text="By the sea")
        scene = DrawnScene(job)
        for shot in scene.scene.shots:
            moment = shot.begins + 0.8 * shot.seconds
            words, frame = scene.scene.at(moment).words, picture(scene, moment)
            assert words is not None
            away = np.ones(frame.shape[:2], bool)
            away[max(0, words.top - 40) : words.bottom + 40] = False
            bright = np.percentile(frame[away], 95)
            assert bright > 225, (shot, bright)


def test_of_a_wide_picture_that_is_seen_which_is_in_focus(tmp_path: Path) -> None:
    """A sharp thing at one side of a soft room: a crop about the middle would cut it through."""
    room = np.random.default_rng(2).integers(60, 200, (20, 40, 3), dtype=np.uint8)
    wide = cv2.GaussianBlur(cv2.resize(room, (1600, 800)), (0, 0), 30)
    wide[200:600, 1080:1480] = np.array([200, 20, 20], np.uint8)
    wide[220:580:40, 1100:1460] = np.array([120, 20, 20], np.uint8)
    Image.fromarray(wide).save(tmp_path / "room.png")
    job = job_of(tmp_path / "room.png", subject=(0.02, 0.1, 0.98, 0.9), role="hook", on_screen_text="By the sea")
    frame = picture(DrawnScene(job), 0.5).astype(int)
    seen = (frame[:, :, 0] > 150) & (frame[:, :, 1] < 70)
    columns = np.flatnonzero(seen.any(axis=0))
    assert np.ptp(columns) > 150 and columns[0] > 2 and columns[-1] < SIZE[0] - 3


def test_a_window_in_the_sun_glares_no_more_and_a_white_room_stays_white() -> None:
    picture = np.full((200, 100, 3), 90, np.uint8)
    picture[:60] = 255
    assert softened(picture)[:60].max() <= 240 and (softened(picture)[60:] == 90).all()
    picture[:180] = 255
    assert (softened(picture) == picture).all()
    picture[6:] = 90
    assert (softened(picture) == picture).all(), "a glint is no window"
    picture[:12] = 255
    assert softened(picture)[:12].max() <= 240


def test_what_is_said_twice_is_said_otherwise(quilt: Path) -> None:
    """A saving or a count of buyers is the second shot's, and what is heard the third one's."""
    saving = [{"value": "$64.00", "before": "$79.00", "label": "−18 %"}]
    rated = [{"share": 0.9, "value": "4.5", "label": "(312)"}]
    said = [{"start": 2.0, "end": 4.6, "text": "Nothing of it is on the screen."}]
    for changes in (
        {"layout": "price", "points": saving, "on_screen_text": "Patchwork quilt"},
        {"layout": "review", "points": rated, "on_screen_text": "312 ratings"},
        {"layout": "plain", "on_screen_text": "Sewn by hand", "captions": said},
    ):
        scene = DrawnScene(cut_out(quilt, role="body", number=1, **changes))
        first, second = (scene.scene.at(shot.begins + 0.9 * shot.seconds) for shot in scene.scene.shots[:2])
        assert first.words is not None and second.words is not None
        size = (first.words.width, first.words.height), (second.words.width, second.words.height)
        assert size[0] != size[1]
        assert second.captions_alone == ("captions" in changes)


def test_words_below_a_product_leave_no_third_of_the_frame_empty(quilt: Path) -> None:
    """On a plain ground, cut out or not: the closing's words stand above, and the product fills what is under them."""
    for cutout in (str(quilt / "cut.png"), ""):
        job = cut_out(quilt, role="call_to_action", layout="closing", badge="$64", points=[{"label": "Quilt"}])
        scene = DrawnScene(job.model_copy(update={"cutout": cutout, "image": str(quilt / "whole.png")}))
        shot = scene.scene.shots[-1]
        words = scene.scene.at(shot.begins + 1).words
        assert shot.near == "whole" and words is not None and words.bottom < 0.55 * SIZE[1]


@pytest.mark.parametrize("size", [(360, 360), (640, 360), (360, 640)])
def test_a_product_on_its_own_ground_keeps_clear_of_the_words(tmp_path: Path, size: tuple[int, int]) -> None:
    """It fills its room no farther than its motion leaves it in the frame, or it would be moved out of it again."""
    pixels = np.full((1000, 800, 3), (214, 170, 110), np.uint8)
    pixels[160:900, 80:720] = (30, 90, 70)
    Image.fromarray(pixels).save(tmp_path / "bag.png")
    known = {"plain_ground": True, "subject": (0.1, 0.16, 0.9, 0.9), "width": size[0], "height": size[1]}
    points = [{"value": "$129", "before": "$159", "label": "−19 %"}]
    for style in ("bold", "clean", "playful"):
        job = job_of(tmp_path / "bag.png", role="hook", layout="price", points=points, style=style, **known)
        scene = DrawnScene(job)
        words = scene.scene.at(0).words
        assert words is not None
        for moment in (0.0, 0.5 * scene.scene.shots[0].ends, 0.98 * scene.scene.shots[0].ends):
            frame = picture(scene, moment).astype(int)
            bag = (np.abs(frame - np.array([30, 90, 70])) < 25).all(axis=2)
            assert bag.mean() > 0.1
            assert not bag[words.top : words.bottom, words.left : words.right + 4].any()
            # Nor do they need a card: what is behind them is the ground as it was taken.
            corner = frame[words.top - 4, words.left + 2]
            assert (np.abs(corner - np.array([214, 170, 110])) < 16).all()


def test_what_is_told_stays_and_what_was_told_first_does_not_come_back(quilt: Path) -> None:
    """Two things in three shots: the second one stands on, already in its place, where nothing is heard."""
    job = cut_out(quilt, layout="plain", on_screen_text="Sewn by hand", badge="Cotton", number=1)
    scene = DrawnScene(job).scene
    first, second, third = (scene.at(shot.begins).words for shot in scene.shots)
    assert first is not None and second is not None and third is not None
    assert first.width != second.width == third.width
