"""The film of ``benchmarks.composition`` made with MoviePy 2, which needs an older Pillow: run by a Python of its own.

Its argument is an order in JSON. MoviePy is spared the voice and the mixing: the sound is that of our film.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import fontpkg
import moviepy as mp


def main(order: dict[str, Any]) -> None:
    """Pictures that zoom or pan, words, captions, a watermark and cross-fades, one encoding at the same settings."""
    width, height, fps = order["width"], order["height"], order["fps"]
    font = str(fontpkg.path("inter", nearest=True))
    scenes, begin = [], 0.0
    for scene in order["scenes"]:
        begin -= scene["overlap"]
        length = scene["seconds"]
        still = mp.ImageClip(scene["image"])
        still = still.resized(1.2 * max(width / still.w, height / still.h))
        parts = [moved(still, scene["motion"], length, width, height)]
        title = mp.TextClip(font, scene["words"], font_size=66 * width // 720, color="black")
        parts.append(title.with_position(("center", height // 6)).with_start(0.25).with_duration(length - 0.5))
        for start, end, said in scene["captions"]:
            words = mp.TextClip(font, said, font_size=40 * width // 720, color="white", bg_color="black")
            placed = words.with_position(("center", int(height * 0.76)))
            parts.append(placed.with_start(start).with_duration(end - start))
        mark = mp.TextClip(font, "@jars", font_size=18 * width // 720, color="white", bg_color="black")
        parts.append(mark.with_position(("center", height // 9)).with_duration(length))
        shown = mp.CompositeVideoClip(parts, size=(width, height)).with_duration(length).with_start(begin)
        if scene["overlap"]:
            shown = shown.with_effects([mp.vfx.CrossFadeIn(scene["overlap"])])
        scenes.append(shown)
        begin += length
    film = mp.CompositeVideoClip(scenes, size=(width, height)).with_duration(begin)
    film = film.with_audio(mp.AudioFileClip(order["sound"]).with_duration(begin))
    settings = {"fps": fps, "codec": "libx264", "preset": "veryfast", "ffmpeg_params": ["-crf", "20"]}
    film.write_videofile(order["output"], logger=None, **settings)


def moved(still: Any, motion: str, length: float, width: int, height: int) -> Any:
    """Return the picture on its way."""
    if motion.startswith("zoom"):
        first, last = (1.0, 1.12) if motion == "zoom_in" else (1.12, 1.0)
        zoomed = still.resized(lambda t: first + (last - first) * t / length)
        return zoomed.with_position("center").with_duration(length)
    way = 1 if motion == "pan_left" else -1
    left, top = (width - still.w) / 2, (height - still.h) / 2
    return still.with_position(lambda t: (left + way * 0.08 * width * (t / length - 0.5), top)).with_duration(length)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
