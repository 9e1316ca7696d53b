"""Clips: what is in the file, where things lie in the picture, and that it moves along its curve."""

from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import av
import numpy as np
import pytest
from PIL import Image

from app.errors import InvalidInput
from app.models import Motion, Style
from app.rendering.clips import render_clip
from app.rendering.jobs import ClipJob
from app.rendering.motion import ZOOM, ease, path
from app.rendering.stage import fills, framed, stand, whole_or_cropped

from .conftest import HEIGHT, WIDTH, ignore


def pictures(path: str) -> np.ndarray:
    with av.open(path) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def test_file_is_what_was_ordered(clip_fields: dict[str, Any]) -> None:
    told = []
    result = render_clip(
        ClipJob(**{**clip_fields, "seconds": 1.3, "fps": 25}), lambda share, step: told.append((share, step))
    )
    assert (result.frames, result.seconds) == (32, 1.28)
    with av.open(result.path) as container:
        video = container.streams.video[0]
        context = video.codec_context
        assert (context.name, context.pix_fmt, context.width, context.height) == ("h264", "yuv420p", WIDTH, HEIGHT)
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)
        assert (video.average_rate, video.frames, len(container.streams)) == (Fraction(25), 32, 1)
    shares = [share for share, _ in told]
    assert shares == sorted(shares) and shares[0] == 0 and told[-1] == (1.0, "done")
    assert not Path(result.path + ".part").exists()


@pytest.mark.parametrize("motion", [motion for motion in get_args(Motion) if motion != "parallax"])
def test_picture_follows_its_curve_to_a_fraction_of_a_pixel(
    clip_fields: dict[str, Any], tmp_path: Path, motion: Motion
) -> None:
    """A soft dot off the middle is found in every frame where the curve puts it: within 0.1 px RMS."""
    down, right = np.mgrid[0:640, 0:360]
    at = (230.0, 250.0)
    dot = 255 * np.exp(-((right + 0.5 - at[0]) ** 2 + (down + 0.5 - at[1]) ** 2) / (2 * 14**2))
    Image.fromarray(np.repeat(np.rint(dot).astype(np.uint8)[:, :, None], 3, 2)).save(tmp_path / "dot.png")
    job = ClipJob(**{**clip_fields, "image": str(tmp_path / "dot.png"), "motion": motion, "seconds": 2, "role": "hook"})
    render_clip(job, ignore)
    frames = pictures(job.output)[:, :, :, 1].astype(float)
    frames[frames < 12] = 0
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
    errors = []
    for number, frame in enumerate(frames):
        zoom, to_right, to_bottom = path(motion, number / job.fps / job.seconds)
        # The picture is twice the frame's size; zoom is about the middle, shifts are in widths of the frame.
        wanted_x = WIDTH / 2 + zoom * (at[0] - 180) / 2 + WIDTH * to_right
        wanted_y = HEIGHT / 2 + zoom * (at[1] - 320) / 2 + WIDTH * to_bottom
        errors.append((frame * columns).sum() / frame.sum() - wanted_x)
        errors.append((frame * rows).sum() / frame.sum() - wanted_y)
    assert np.sqrt(np.mean(np.square(errors))) < 0.1


def test_path_covers_the_frame_and_eases() -> None:
    for motion in get_args(Motion):
        for t in np.linspace(0, 1, 50):
            zoom, right, down = path(motion, t)
            assert 1 <= zoom <= ZOOM + 1e-9 and max(abs(right), abs(down)) <= (zoom - 1) / 2 + 1e-9
    steps = np.diff([ease(t) for t in np.linspace(0, 1, 101)])
    assert steps.min() > 0.004 and steps[50] == steps.max() and ease(0) == 0 and ease(1) == 1


def test_colours_are_those_of_the_picture(clip_fields: dict[str, Any], tmp_path: Path) -> None:
    for colour in [(200, 60, 40), (30, 90, 180), (250, 250, 250), (20, 20, 24)]:
        Image.new("RGB", (720, 1280), colour).save(tmp_path / "flat.png")
        job = ClipJob(**{**clip_fields, "image": str(tmp_path / "flat.png"), "seconds": 0.2})
        render_clip(job, ignore)
        assert np.abs(pictures(job.output)[2].astype(int) - colour).max() <= 4


def test_words_stand_from_the_first_frame_to_the_cut(clip_fields: dict[str, Any], upright: str) -> None:
    """Against the same scene without words: a difference at first, in the middle and at the end."""
    for role in ("hook", "call_to_action"):
        both = []
        for words in ("Made for all", ""):
            job = ClipJob(
                **{**clip_fields, "image": upright, "seconds": 2}, on_screen_text=words, role=role, layout="plain"
            )
            render_clip(job, ignore)
            both.append(pictures(job.output).astype(int))
        seen = (np.abs(both[0] - both[1]).max(axis=3) > 60).sum(axis=(1, 2))
        assert seen[0] > 50 and seen[30] > 50 and seen[-1] > 50


def test_a_picture_of_another_shape_is_shown_whole(clip_fields: dict[str, Any], tmp_path: Path) -> None:
    """The corners of a wide picture have colours of their own: all four are seen."""
    picture = np.full((300, 900, 3), 255, np.uint8)
    corners = [(230, 20, 20), (20, 200, 20), (20, 20, 230), (220, 200, 20)]
    for (row, column), colour in zip([(0, 0), (0, 700), (200, 0), (200, 700)], corners, strict=True):
        picture[row : row + 100, column : column + 200] = colour
    Image.fromarray(picture).save(tmp_path / "wide.png")
    render_clip(ClipJob(**{**clip_fields, "image": str(tmp_path / "wide.png")}), ignore)
    frame = pictures(str(clip_fields["output"]))[20].astype(int)
    for colour in corners:
        assert (np.abs(frame - colour).max(axis=2) < 30).sum() > 100


def test_what_must_be_seen_of_a_picture_whose_subject_is_unknown() -> None:
    for width, height, cropped in [
        (900, 1600, True),
        (900, 1200, True),
        (1000, 1000, False),
        (1600, 900, False),
        (300, 1600, False),
    ]:
        assert (whole_or_cropped(width, height, 720, 1280) != (0, 0, 1, 1)) is cropped


@pytest.mark.parametrize("size", [(1, 1), (2000, 3), (3, 2000)])
@pytest.mark.parametrize("style", ["clean", "bold", "warm"])
def test_odd_pictures_make_a_clip(
    clip_fields: dict[str, Any], tmp_path: Path, size: tuple[int, int], style: Style
) -> None:
    Image.new("RGB", size, "#336699").save(tmp_path / "odd.png")
    job = ClipJob(
        **{**clip_fields, "image": str(tmp_path / "odd.png"), "seconds": 0.3},
        style=style,
        on_screen_text="W" * 120,
        badge="★ 4.8 · 1,234 reviews & more",
    )
    assert render_clip(job, ignore).frames == 9


def test_landscape_and_square_frames(clip_fields: dict[str, Any]) -> None:
    for width, height in [(320, 180), (240, 240)]:
        job = ClipJob(**{**clip_fields, "width": width, "height": height, "seconds": 0.2}, on_screen_text="Hello you")
        render_clip(job, ignore)
        assert pictures(job.output).shape == (6, height, width, 3)


def test_a_bad_picture_leaves_no_file(clip_fields: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"\xff\xd8\xff nothing")
    with pytest.raises(InvalidInput, match=r"bad\.jpg"):
        render_clip(ClipJob(**{**clip_fields, "image": str(tmp_path / "bad.jpg")}), ignore)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.jpg"]


def test_an_error_while_drawing_leaves_no_file_and_no_thread(clip_fields: dict[str, Any], tmp_path: Path) -> None:
    def stop(share: float, step: str) -> None:
        if share > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render_clip(ClipJob(**clip_fields), stop)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("width", "height"), [(800, 1000), (1000, 1000), (1600, 900), (300, 1600)])
def test_a_stage_shows_the_picture_whole_and_goes_on_in_its_colours(width: int, height: int) -> None:
    """A flat picture disappears in its stage; a mark in the picture's middle stands where the picture does."""
    whole = (0.0, 0.0, 1.0, 1.0)
    flat = np.full((height, width, 3), (214, 140, 90), np.uint8)
    place = stand((width, height), whole, 360, 640)
    assert np.abs(framed(flat, place, 360, 640, whole).astype(int) - (214, 140, 90)).max() <= 2
    marked = flat.copy()
    rows, columns = slice(height * 2 // 5, height * 3 // 5), slice(width * 2 // 5, width * 3 // 5)
    marked[rows, columns] = (20, 40, 200)
    shown = framed(marked, place, 360, 640, whole)
    seen = np.argwhere(np.abs(shown.astype(int) - (20, 40, 200)).max(axis=2) < 40)
    assert np.ptp(seen[:, 1]) + 1 == pytest.approx(width / 5 * place.scale, abs=3)
    assert np.ptp(seen[:, 0]) + 1 == pytest.approx(height / 5 * place.scale, abs=3)
    assert seen[:, 1].mean() == pytest.approx(180, abs=2)


def test_only_ground_is_drawn_on_beyond_a_picture() -> None:
    """A gradient and a horizon go on; a strap that hangs from the upper edge is not drawn on above it."""
    plain = np.tile(np.linspace(180, 240, 500, dtype=np.uint8)[:, None, None], (1, 400, 3))
    horizon = plain.copy()
    horizon[300:] = (150, 90, 40)
    strap = plain.copy()
    strap[:200, 180:220] = (60, 20, 20)
    tall, wide = stand((400, 500), (0.0, 0.0, 1.0, 1.0), 360, 640), stand((400, 500), (0.0, 0.0, 1.0, 1.0), 640, 360)
    assert fills(plain, tall, 360, 640) and fills(plain, wide, 640, 360)
    assert fills(horizon, tall, 360, 640) and fills(horizon, wide, 640, 360)
    assert not fills(strap, tall, 360, 640) and fills(strap, wide, 640, 360)
