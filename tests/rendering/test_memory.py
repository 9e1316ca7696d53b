"""What is worked out in floats takes little more memory than what comes of it: an encoder is at work beside it."""

import tracemalloc
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from app.rendering import stage
from app.rendering.ground import dithered, ground
from app.rendering.planes import YCC_TO_RGB, planes_from_rgb, rgb_from_planes
from app.rendering.stage import framed, stand
from app.rendering.theme import theme_for

WIDTH, HEIGHT = 720, 1280
FRAME = WIDTH * HEIGHT * 3
"""Bytes of a frame in RGB; in floats it is four times that."""


def picture(width: int, height: int) -> np.ndarray:
    """A soft gradient with a thing on it."""
    across, down = np.linspace(120, 240, width), np.linspace(0, 12, height)
    drawn = np.repeat((across[None, :] - down[:, None])[:, :, None], 3, axis=2).astype(np.uint8)
    drawn[height // 3 : -height // 3, width // 3 : -width // 3] = (30, 90, 60)
    return drawn


def taken(work: Callable[[], Any]) -> float:
    """Return the most memory that it takes, what it returns included, in frames of RGB."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / FRAME
    finally:
        tracemalloc.stop()


SUBJECT = (0.3, 0.3, 0.7, 0.7)


def on_stage(photo: np.ndarray) -> np.ndarray:
    rows, columns = photo.shape[:2]
    place = stand((columns, rows), SUBJECT, WIDTH, HEIGHT, focus=(0.3, 0.4, 0.7, 0.6))
    return framed(photo, place, WIDTH, HEIGHT, SUBJECT)


def test_a_picture_whose_ground_is_drawn_on() -> None:
    photo = picture(800, 600)
    on_stage(photo)
    assert taken(lambda: on_stage(photo)) < 7  # a frame in floats, one in bytes, the picture


def test_a_ground() -> None:
    look = theme_for("bold", ["#884422"]).look
    tone = theme_for("bold", ["#884422"]).dark

    def work() -> np.ndarray:
        return ground(look, tone, WIDTH, HEIGHT, (300.0, 700.0), 1)

    work()
    assert taken(work) < 5


def test_a_frame_as_a_picture() -> None:
    planes = planes_from_rgb(picture(WIDTH, HEIGHT))
    assert taken(lambda: rgb_from_planes(planes)) < 4


@pytest.mark.parametrize("height", [320, 1280, 1350])
def test_strips_join_without_a_seam(height: int, monkeypatch: pytest.MonkeyPatch) -> None:
    theme = theme_for("playful", ["#336699"])
    whole: list[np.ndarray] = []

    def kept(half: np.ndarray) -> np.ndarray:
        full = cv2.resize(half, (WIDTH, height), interpolation=cv2.INTER_LINEAR)
        whole.append(dithered(np.asarray(full), theme.look.grain))
        return half

    plain = np.ascontiguousarray
    monkeypatch.setattr("app.rendering.ground.np.ascontiguousarray", lambda *a: kept(plain(*a)))
    drawn = ground(theme.look, theme.dark, WIDTH, height, (300.0, 0.4 * height), 0)
    monkeypatch.undo()
    assert np.array_equal(drawn, whole[-1])
    planes = planes_from_rgb(picture(WIDTH, height))
    site, full = np.array([[0.5, 0, 0], [0, 0.5, -0.25]]), (WIDTH, height)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    chroma = [cv2.warpAffine(p, site, full, flags=flags, borderMode=cv2.BORDER_REPLICATE) for p in (planes.u, planes.v)]
    levels = cv2.transform(cv2.merge([planes.y, *chroma]).astype(np.float32), YCC_TO_RGB)
    assert np.array_equal(rgb_from_planes(planes), np.clip(np.rint(levels), 0, 255).astype(np.uint8))


def test_a_picture_on_its_stage_has_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    photo = picture(800, 600)
    by_strips = on_stage(photo)
    monkeypatch.setattr(stage, "STRIP", HEIGHT)
    assert np.array_equal(by_strips, on_stage(photo))
