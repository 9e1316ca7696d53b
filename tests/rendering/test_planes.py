"""Colours: RGB to BT.709 and back, checked against FFmpeg's own converter."""

import av
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.rendering.canvas import Placement, paint
from app.rendering.planes import Planes, planes_from_rgb, rgb_from_planes, sprite_from_rgba

levels = st.integers(0, 255)


def flat(colour: tuple[int, ...], size: int = 8) -> np.ndarray:
    return np.full((size, size, len(colour)), colour, np.uint8)


@given(st.tuples(levels, levels, levels))
def test_colour_survives_the_way_there_and_back(colour):
    back = rgb_from_planes(planes_from_rgb(flat(colour)))
    assert np.abs(back.astype(int) - colour).max() <= 2


def test_planes_are_what_ffmpeg_makes_of_the_colour():
    for colour in [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (200, 120, 40)]:
        frame = av.VideoFrame.from_ndarray(flat(colour, 16), format="rgb24")
        theirs = frame.reformat(format="yuv444p", dst_colorspace="ITU709", dst_color_range="MPEG").to_ndarray()
        ours = planes_from_rgb(flat(colour, 16))
        assert np.abs(np.array([ours.y[4, 4], ours.u[4, 4], ours.v[4, 4]]).astype(int) - theirs[:, 4, 4]).max() <= 1


@given(st.tuples(levels, levels, levels), st.tuples(levels, levels, levels), levels)
def test_painting_mixes_colours_by_opacity(ground, colour, cover):
    frame = planes_from_rgb(flat(ground, 16))
    paint(frame, sprite_from_rgba(flat((*colour, cover), 16)), Placement(1, 0, 0))
    share = cover / 255
    wanted = planes_from_rgb(flat(colour, 16)).y[5, 5] * share + planes_from_rgb(flat(ground, 16)).y[5, 5] * (1 - share)
    assert abs(float(frame.y[5, 5]) - wanted) <= 2


def test_painting_leaves_the_rest_of_the_frame_alone():
    frame = planes_from_rgb(flat((10, 200, 30), 32))
    before = Planes(frame.y.copy(), frame.u.copy(), frame.v.copy())
    paint(frame, sprite_from_rgba(flat((255, 0, 0, 255), 8)), Placement(1.0, 11.3, 7.7))
    changed = np.argwhere(frame.y != before.y)
    assert changed.min(axis=0).tolist() == [7, 11] and changed.max(axis=0).tolist() == [15, 19]
    paint(frame, sprite_from_rgba(flat((255, 0, 0, 255), 8)), Placement(1.0, 40.0, -20.0))
    assert np.array_equal(np.argwhere(frame.y != before.y), changed)


def test_half_a_pixel_moves_luma_and_chroma_alike():
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
