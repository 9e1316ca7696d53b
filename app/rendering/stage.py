"""A stage for a picture that does not have the frame's shape: shown whole, its edges running out into its own colours.

A studio ground goes on as if the photographer had stepped back; a product is never cut away.
"""

from __future__ import annotations

import cv2
import numpy as np

from app.rendering.planes import Pixels

MIDDLE = 0.545
"""Where the picture's middle stands, as a share of the frame's height: a little low, since the words are above."""
FEATHER = 0.09
"""The share of the picture, at each edge that does not meet the frame's, over which it fades into the stage."""
EDGE = 0.02
"""The share of the picture that the stage's colours are taken from."""


def staged(picture: Pixels, width: int, height: int) -> Pixels:
    """Return an image of ``width`` x ``height`` with the whole picture in it, as large as it can be."""
    scale = min(width / picture.shape[1], height / picture.shape[0])
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    shown = cv2.resize(picture, size, interpolation=method).astype(np.float32)
    top = min(max(0, round(MIDDLE * height - size[1] / 2)), height - size[1])
    left = (width - size[0]) // 2
    upright = size[0] == width  # then the stage is above and below, else left and right
    if not upright:
        shown, top, left, width, height = shown.transpose(1, 0, 2), left, top, height, width
    stage = _ground(shown, width, height, top)
    rows = np.arange(shown.shape[0], dtype=np.float32)
    reach = max(1.0, FEATHER * shown.shape[0])
    nearness = np.clip(np.minimum(rows + 0.5, shown.shape[0] - rows - 0.5) / reach, 0, 1)
    cover = (nearness * nearness * (3 - 2 * nearness))[:, None, None]
    here = stage[top : top + shown.shape[0]]
    here += (shown - here) * cover
    # A trace of noise hides the bands that eight bits leave in so soft a gradient.
    stage += np.random.default_rng(0).uniform(-0.9, 0.9, (height, width, 1)).astype(np.float32)
    whole = np.clip(np.rint(stage), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(whole if upright else whole.transpose(1, 0, 2))


def _ground(
    shown: np.ndarray[tuple[int, ...], np.dtype[np.float32]], width: int, height: int, top: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Return the stage alone: the picture's first and last rows, softened and drawn out, meeting behind the picture."""
    rows = max(1, round(EDGE * shown.shape[0]))
    soft = width / 6
    first, last = (
        cv2.GaussianBlur(edge.mean(axis=0, keepdims=True), (0, 0), soft, borderType=cv2.BORDER_REPLICATE)
        for edge in (shown[:rows], shown[-rows:])
    )
    share = np.clip((np.arange(height, dtype=np.float32) - top) / max(1, shown.shape[0]), 0, 1)[:, None, None]
    ground: np.ndarray[tuple[int, ...], np.dtype[np.float32]] = (first * (1 - share) + last * share).astype(np.float32)
    return ground
