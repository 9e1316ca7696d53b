"""One film of five scenes, made by ShopReel, by the bare encoder, and by MoviePy."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import cv2

from app.demo.pictures import draw
from app.rendering.clips import render_clip
from app.rendering.encode import Writer
from app.rendering.film import assemble_film
from app.rendering.jobs import ClipJob, FilmJob, FilmScene
from app.rendering.narration import scene_captions
from app.rendering.timeline import junctions
from app.rendering.transitions import choose
from benchmarks.render import FPS, NARRATION, WORDS

MOTIONS = ("zoom_in", "pan_left", "zoom_out", "pan_right", "zoom_in")


def ignore(done: float, step: str) -> None:
    """Take a report and do nothing with it."""


def film_path(order: dict[str, Any]) -> str:
    """Return where the whole film of an order lies."""
    return f"{order['folder']}/{order['width']}-{order['seconds']}.mp4"


def whole(order: dict[str, Any]) -> float:
    """Make the film as the service does: a clip for each scene, transitions, voice, music, thumbnails."""
    cv2.setNumThreads(1)
    folder = Path(film_path(order)).with_suffix("")
    folder.mkdir()
    scenes = 5 * order["seconds"] // 15
    kinds = choose("clean", "happy", 0, scenes)
    length = 3.3
    overlaps = [0, *junctions(kinds, [round(length * FPS)] * scenes, FPS), 0]
    made = []
    for number in range(scenes):
        words = NARRATION[number % len(NARRATION)] if number < scenes - 1 else NARRATION[-1]
        job = ClipJob(
            image=str(picture(order, number)),
            motion=MOTIONS[number % len(MOTIONS)],
            role="hook" if number == 0 else "call_to_action" if number == scenes - 1 else "body",
            on_screen_text=WORDS[number % len(WORDS)],
            badge="$19.99" if number in (0, scenes - 1) else "",
            seconds=length,
            width=order["width"],
            height=order["height"],
            captions=scene_captions(words, length, "en"),
            watermark="@jars",
            head=overlaps[number],
            tail=overlaps[number + 1],
            output=str(folder / f"{number}.mp4"),
        )
        render_clip(job, ignore)
        made.append(FilmScene(scene=job, narration=words))
    thumbnails = [str(folder / f"{number}.jpg") for number in range(3)]
    assemble_film(
        FilmJob(scenes=made, transitions=kinds, title="The jar", output=film_path(order), thumbnails=thumbnails), ignore
    )
    return 0.0


def picture(order: dict[str, Any], number: int) -> Path:
    """Return one of the pictures that ``prepare`` has drawn."""
    return Path(order["folder"]) / f"picture-{number % 4}.jpg"


def prepare(order: dict[str, Any]) -> float:
    """Draw the product's pictures; no part of any measurement."""
    for number in range(4):
        picture(order, number).write_bytes(draw("pour-over-coffee-set", number + 1))
    return 0.0


def bare(order: dict[str, Any]) -> float:
    """Encode the film's frames once more, from memory to a file; return the CPU seconds of getting them there."""
    begun = _cpu()
    for _ in _frames(order):
        pass
    reading = _cpu() - begun
    with Writer(f"{order['folder']}/bare.mp4", order["width"], order["height"], FPS) as writer:
        for frame in _frames(order):
            writer.write(frame)
    return 2 * reading


def moviepy(order: dict[str, Any]) -> float:
    """Make the same film with MoviePy: pictures that zoom or pan, words, badges, captions, cross-fades, sound.

    It is spared the voice and the mixing: the sound is that of our film.
    """
    import moviepy as mp
    from fontpkg import path as font_path

    width, height, length = order["width"], order["height"], 3.3
    scenes = 5 * order["seconds"] // 15
    kinds = choose("clean", "happy", 0, scenes)
    overlaps = [0, *junctions(kinds, [round(length * FPS)] * scenes, FPS)]
    font = str(font_path("inter", nearest=True))
    clips, begin = [], 0.0
    for number in range(scenes):
        begin -= overlaps[number] / FPS
        motion = MOTIONS[number % len(MOTIONS)]
        still = mp.ImageClip(str(picture(order, number)))
        still = still.resized(1.2 * max(width / still.w, height / still.h))
        parts: list[Any] = [_moved(still, motion, length, width, height)]
        title = mp.TextClip(font, WORDS[number % len(WORDS)], font_size=66, color="black")
        parts.append(title.with_position(("center", height // 6)).with_start(0.25).with_duration(length - 0.5))
        for caption in scene_captions(NARRATION[number % len(NARRATION)], length, "en"):
            words = mp.TextClip(font, caption.text, font_size=40, color="white", bg_color="black")
            placed = words.with_position(("center", int(height * 0.76)))
            parts.append(placed.with_start(caption.start).with_duration(caption.end - caption.start))
        mark = mp.TextClip(font, "@jars", font_size=18, color="white", bg_color="black")
        parts.append(mark.with_position(("center", height // 9)).with_duration(length))
        scene = mp.CompositeVideoClip(parts, size=(width, height)).with_duration(length).with_start(begin)
        if overlaps[number]:
            scene = scene.with_effects([mp.vfx.CrossFadeIn(overlaps[number] / FPS)])
        clips.append(scene)
        begin += length
    film = mp.CompositeVideoClip(clips, size=(width, height)).with_duration(begin)
    film = film.with_audio(mp.AudioFileClip(film_path(order)).with_duration(begin))
    film.write_videofile(
        f"{order['folder']}/moviepy.mp4",
        fps=FPS,
        codec="libx264",
        preset="veryfast",
        ffmpeg_params=["-crf", "20"],
        logger=None,
    )
    return 0.0


def _moved(still: Any, motion: str, length: float, width: int, height: int) -> Any:
    if motion.startswith("zoom"):
        first, last = (1.0, 1.12) if motion == "zoom_in" else (1.12, 1.0)
        zoomed = still.resized(lambda t: first + (last - first) * t / length)
        return zoomed.with_position("center").with_duration(length)
    way = 1 if motion == "pan_left" else -1
    left, top = (width - still.w) / 2, (height - still.h) / 2
    return still.with_position(lambda t: (left + way * 0.08 * width * (t / length - 0.5), top)).with_duration(length)


def _frames(order: dict[str, Any]) -> Iterator[av.VideoFrame]:
    with av.open(film_path(order)) as container:
        yield from container.decode(video=0)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


WORK: dict[str, Callable[[dict[str, Any]], float]] = {
    "prepare": prepare,
    "whole": whole,
    "bare": bare,
    "moviepy": moviepy,
}
