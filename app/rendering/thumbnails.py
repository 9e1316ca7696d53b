"""Candidates for a film's thumbnail: the best moment of each scene, scored, and the best of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import av
import cv2
import numpy as np
from PIL import Image

from app.rendering.clips import DrawnScene
from app.rendering.encode import part_of, planes_of
from app.rendering.jobs import Thumbnail
from app.rendering.planes import Planes, rgb_from_planes

_MOMENTS = 3
"""Looked at in each scene."""
_SETTLED = 1.2
"""Seconds into a scene after which its words stand still."""
_LEAVING = 0.5
"""Seconds before a scene's end at which its words begin to go."""
_SAFE = (0.1, 0.1, 0.88, 0.8)
"""Left, top, right and bottom of what no app lays buttons over, as shares of the frame."""
_SEEN = 360
"""Pixels of width at which a thumbnail is judged."""
_SHARP, _CONTRASTED = 600.0, 70.0
"""Variance of the Laplacian of luma, and its standard deviation, from which more is no better."""
_WEIGHTS = {"sharp": 0.35, "contrast": 0.2, "subject": 0.25, "words": 0.1, "hook": 0.1}


@dataclass(frozen=True, slots=True)
class _Candidate:
    scene: int
    seconds: float
    score: float
    picture: Planes


class Thumbnails:
    """Collects one candidate a scene, and keeps as many as are wanted."""

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._best: list[_Candidate] = []

    def consider(self, number: int, scene: DrawnScene) -> None:
        """Draw the scene at a few moments at which its words stand still, and keep the best."""
        fps, frames = scene.job.fps, scene.job.frames
        first, last = round(_SETTLED * fps), frames - round(_LEAVING * fps)
        moments = np.linspace(first, last, _MOMENTS).round() if first < last else [frames // 2]
        frame = planes_of(av.VideoFrame(scene.job.width, scene.job.height, "yuv420p"))
        for moment in map(int, moments):
            scene.draw(frame, moment)
            scene.draw_mark(frame)
            score = _score(frame, scene)
            if not self._best or self._best[-1].scene != number:
                self._best.append(_Candidate(number, moment / fps, -1.0, frame))
            if score > self._best[-1].score:
                kept = Planes(frame.y.copy(), frame.u.copy(), frame.v.copy())
                self._best[-1] = replace(self._best[-1], seconds=moment / fps, score=score, picture=kept)
        if len(self._best) > self._wanted:
            self._best.remove(min(self._best, key=lambda one: one.score))

    def write(self, paths: list[str]) -> list[Thumbnail]:
        """Write the candidates as JPEG files, the best first; return what was written."""
        ranked = sorted(self._best, key=lambda one: -one.score)
        for candidate, path in zip(ranked, paths, strict=False):
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(rgb_from_planes(candidate.picture)).save(part_of(path), "JPEG", quality=90)
            Path(part_of(path)).replace(path)
        return [
            Thumbnail(path=path, scene=one.scene, seconds=round(one.seconds, 2), score=round(one.score, 3))
            for one, path in zip(ranked, paths, strict=False)
        ]


def _score(frame: Planes, scene: DrawnScene) -> float:
    """Return 0..1: sharp, rich in contrast, the subject where no button covers it, with words, of the hook."""
    # At the size of a phone's grid of videos, whatever the film's.
    scale = _SEEN / frame.width
    small = cv2.resize(frame.y, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    edges = cv2.Laplacian(small, cv2.CV_32F)
    energy = np.abs(edges)
    left, top, right, bottom = _SAFE
    rows = slice(round(top * small.shape[0]), round(bottom * small.shape[0]))
    columns = slice(round(left * small.shape[1]), round(right * small.shape[1]))
    parts = {
        "sharp": min(1.0, float(edges.var()) / _SHARP),
        "contrast": min(1.0, float(small.std()) / _CONTRASTED),
        "subject": float(energy[rows, columns].sum() / max(1.0, energy.sum())),
        "words": float(bool(scene.job.on_screen_text)),
        "hook": float(scene.job.role == "hook"),
    }
    return sum(weight * parts[name] for name, weight in _WEIGHTS.items())
