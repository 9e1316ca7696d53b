"""Colours: RGB to BT.709 and back, checked against FFmpeg's own converter."""

from typing import Any

import av
import cv2
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.rendering.canvas import Canvas, Placement, fill, paint
from app.rendering.planes import Planes, planes_from_rgb, rgb_from_planes, sprite_from_rgba

levels = st.integers(0, 255)


def flat(colour: tuple[int, ...], size: int = 8) -> np.ndarray:
    return np.full((size, size, len(colour)), colour, np.uint8)


@given(st.tuples(levels, levels, levels))
def test_colour_survives_the_way_there_and_back(colour: tuple[int, int, int]) -> None:
    back = rgb_from_planes(planes_from_rgb(flat(colour)))
    assert np.abs(back.astype(int) - colour).max() <= 2


def test_planes_are_what_ffmpeg_makes_of_the_colour() -> None:
    for colour in [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (200, 120, 40)]:
        frame = av.VideoFrame.from_ndarray(flat(colour, 16), format="rgb24")
        theirs = frame.reformat(format="yuv444p", dst_colorspace="ITU709", dst_color_range="MPEG").to_ndarray()
        ours = planes_from_rgb(flat(colour, 16))
        assert np.abs(np.array([ours.y[4, 4], ours.u[4, 4], ours.v[4, 4]]).astype(int) - theirs[:, 4, 4]).max() <= 1


@given(st.tuples(levels, levels, levels), st.tuples(levels, levels, levels), levels)
def test_painting_mixes_colours_by_opacity(
    ground: tuple[int, int, int], colour: tuple[int, int, int], cover: int
) -> None:
    frame = planes_from_rgb(flat(ground, 16))
    paint(frame, sprite_from_rgba(flat((*colour, cover), 16)), Placement(1, 0, 0))
    share = cover / 255
    wanted = planes_from_rgb(flat(colour, 16)).y[5, 5] * share + planes_from_rgb(flat(ground, 16)).y[5, 5] * (1 - share)
    assert abs(float(frame.y[5, 5]) - wanted) <= 2


def test_painting_leaves_the_rest_of_the_frame_alone() -> None:
    frame = planes_from_rgb(flat((10, 200, 30), 32))
    before = Planes(frame.y.copy(), frame.u.copy(), frame.v.copy())
    paint(frame, sprite_from_rgba(flat((255, 0, 0, 255), 8)), Placement(1.0, 11.3, 7.7))
    changed = np.argwhere(frame.y != before.y)
    assert changed.min(axis=0).tolist() == [7, 11] and changed.max(axis=0).tolist() == [15, 19]
    paint(frame, sprite_from_rgba(flat((255, 0, 0, 255), 8)), Placement(1.0, 40.0, -20.0))
    assert np.array_equal(np.argwhere(frame.y != before.y), changed)


def test_half_a_pixel_moves_luma_and_chroma_alike() -> None:
    """The middle of a red bar on grey is at the same place in all planes."""
    bar = np.zeros((16, 32, 4), np.uint8)
    bar[:, :] = (255, 0, 0, 0)
    bar[:, 8:24, 3] = 255
    for x, scale in [(16.0, 1.0), (16.5, 1.0), (17.0, 1.0), (17.25, 1.0), (8.0, 1.5), (4.0, 1.75)]:
        frame = planes_from_rgb(flat((128, 128, 128), 64))
        paint(frame, sprite_from_rgba(bar), Placement(scale, x, 24.0))
        luma = np.abs(frame.y[32].astype(float) - frame.y[0, 0])
        chroma = np.abs(frame.v[16].astype(float) - frame.v[0, 0])
        middle = (luma * (np.arange(64) + 0.5)).sum() / luma.sum()
        assert abs(middle - (x + 16 * scale)) < 0.06
        assert abs((chroma * (2 * np.arange(32) + 0.5)).sum() / chroma.sum() - (x + 16 * scale)) < 0.12


@given(st.floats(0.3, 1.6), st.floats(-1, 1), st.floats(-1, 1))
@example(1.0035737003612815, -0.3940282145360343, -0.786336712511754)  # as large as its source in whole pixels
@example(1.588732215399475, -0.5933657784977926, -0.07773577306908663)  # its first column begins at a source's sample
def test_a_picture_fills_its_frame_where_it_is_placed(scale: float, right: float, down: float) -> None:
    """What a frame shows is what an exact affine map draws, moved by a sixteenth of a pixel at most; also at the edge
    of the picture, which is repeated where the frame reaches beyond it."""
    rows, columns = np.mgrid[0:200, 0:240].astype(np.float32)
    waves = 128 + 60 * np.sin(columns / 5) + 50 * np.cos(rows / 6)
    flat_chroma = np.full((100, 120), 128, np.uint8)
    picture = Planes(np.rint(waves).astype(np.uint8), flat_chroma, flat_chroma)
    frame = Planes(np.zeros((80, 100), np.uint8), np.zeros((40, 50), np.uint8), np.zeros((40, 50), np.uint8))
    place = Placement(scale, 50 - 120 * scale + 20 * right, 40 - 100 * scale + 20 * down)
    fill(frame, Canvas.of(picture), place)
    wanted_x = (np.arange(100) + 0.5 - place.x) / scale - 0.5
    wanted_y = (np.arange(80) + 0.5 - place.y) / scale - 0.5
    across, along = (axis.astype(np.float32) for axis in np.meshgrid(wanted_x, wanted_y))
    exact = cv2.remap(waves, across, along, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    # A sixteenth of a frame's pixel is 1 / (16 * scale) of the picture's, whose levels rise by 12 and 8.3 a pixel.
    assert np.abs(frame.y.astype(np.float32) - exact).max() <= (12 + 8.4) / (16 * scale) + 1.5
    assert frame.u.min() == frame.u.max() == 128


def test_only_a_place_off_every_pixel_is_warped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A zoom and a pan are drawn without the slower map nearly everywhere."""
    warps: list[Any] = []
    warp: Any = cv2.warpAffine

    def counted(*given: Any, **named: Any) -> Any:
        warps.append(given)
        return warp(*given, **named)

    monkeypatch.setattr(cv2, "warpAffine", counted)
    canvas = Canvas.of(planes_from_rgb(np.zeros((860, 484, 3), np.uint8)))
    frame = planes_from_rgb(np.zeros((640, 360, 3), np.uint8))
    base = 360 / 484
    for zoom in np.linspace(1, 1.12, 100):
        fill(frame, canvas, Placement(base * zoom, 180 - base * zoom * 242, 320 - base * zoom * 430))
    for shift in np.linspace(-14, 14, 100):
        fill(frame, canvas, Placement(base * 1.1, 180 - base * 1.1 * 242 + shift, 320 - base * 1.1 * 430))
    assert len(warps) < 0.12 * 200 * 3
