"""One film of five scenes, made by ShopReel, by the bare encoder, and by MoviePy."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from fractions import Fraction
from io import BytesIO
from itertools import repeat
from pathlib import Path
from typing import Any, BinaryIO

import av
import cv2
import numpy as np

from app.models import Motion
from app.processes.children import end_spares
from app.rendering import clips, film
from app.rendering.encode import PLAIN, Writer
from app.rendering.jobs import ClipJob, FilmJob, FilmScene, SpeechJob
from app.rendering.narration import scene_captions
from app.rendering.process import run_in_child
from app.rendering.speech import from_bytes
from app.rendering.timeline import junctions
from app.rendering.transitions import choose
from app.rendering.voice import speak_all
from benchmarks.page import page
from benchmarks.render import FPS, GRAIN, NARRATION, WORDS
from examples.demo_shop.pictures import photograph

Shares = dict[str, float]
"""CPU seconds by name."""
SCENES, LENGTH = 5, 3.3
"""Scenes in 15 s, and seconds of each."""
TIMEOUT = 600.0
MOTIONS: tuple[Motion, ...] = ("zoom_in", "pan_left", "zoom_out", "pan_right", "zoom_in")


def ignore(done: float, step: str) -> None:
    """Take a report and do nothing with it."""


def film_path(order: dict[str, Any]) -> str:
    """Return where the whole film of an order lies."""
    return f"{order['folder']}/{order['width']}-{order['seconds']}.mp4"


def film_job(order: dict[str, Any]) -> FilmJob:
    """Return the order for the film; its clips are not rendered yet."""
    folder = Path(film_path(order)).with_suffix("")
    scenes = max(2, SCENES * order["seconds"] // 15)
    kinds = choose("clean", "happy", 0, scenes)
    overlaps = [0, *junctions(kinds, [round(LENGTH * FPS)] * scenes, FPS), 0]
    made = []
    for number in range(scenes):
        words = NARRATION[number % len(NARRATION)]
        speech = from_bytes(spoken(order, number).read_bytes())
        job = ClipJob(
            image=str(picture(order, number)),
            motion=MOTIONS[number % len(MOTIONS)],
            role="hook" if number == 0 else "call_to_action" if number == scenes - 1 else "body",
            on_screen_text=WORDS[number % len(WORDS)],
            badge="$19.99" if number in (0, scenes - 1) else "",
            seconds=LENGTH,
            width=order["width"],
            height=order["height"],
            captions=scene_captions((words, speech), LENGTH),
            watermark="@jars",
            head=overlaps[number],
            tail=overlaps[number + 1],
            output=str(folder / f"{number}.mp4"),
        )
        made.append(FilmScene(scene=job, narration=words, speech=str(spoken(order, number))))
    thumbnails = [str(folder / f"{number}.jpg") for number in range(3)]
    return FilmJob(scenes=made, transitions=kinds, title="The jar", output=film_path(order), thumbnails=thumbnails)


def spoken(order: dict[str, Any], number: int) -> Path:
    """Return the file of a scene's words spoken."""
    return Path(film_path(order)).with_suffix("") / f"speech-{number % len(NARRATION)}"


def _speak(order: dict[str, Any]) -> SpeechJob:
    """Return the order for the scenes' words. They are spoken once: for the captions and for the sound."""
    path = spoken(order, 0)
    path.parent.mkdir(parents=True, exist_ok=True)
    return SpeechJob(texts=list(NARRATION), language="en", output=str(path).removesuffix("-0"))


def whole(order: dict[str, Any]) -> Shares:
    """Make the film as the service does: a clip for each scene, transitions, voice, music, thumbnails.

    Returns:
        CPU seconds of each step, as the renderer names it.
    """
    cv2.setNumThreads(1)
    steps = Steps()
    steps.next("voice")
    speak_all(_speak(order), ignore)
    job = film_job(order)
    for one in job.scenes:
        clips.render_clip(one.scene, steps.report)
    film.assemble_film(job, steps.report)
    steps.next("")
    return steps.used


def record(order: dict[str, Any]) -> Shares:
    """Make the film, and keep its frames as they were drawn; no part of any measurement."""
    folder = Path(film_path(order)).with_suffix("")

    class Recorder(Writer):
        def __init__(self, target: str | BytesIO, width: int, height: int, fps: int, threads: int = 0) -> None:
            super().__init__(target, width, height, fps, threads)
            name = "transitions" if isinstance(target, BytesIO) else Path(target).name
            self._raw = (folder / f"{name}.yuv").open("wb")

        def write(self, frame: av.VideoFrame, key: bool = False) -> None:
            frame.to_ndarray().tofile(self._raw)
            super().write(frame, key)

        def __exit__(self, *error: Any) -> None:
            super().__exit__(*error)
            self._raw.close()

    vars(clips)["Writer"] = vars(film)["Writer"] = Recorder
    whole(order)
    return {}


class Steps:
    """CPU seconds by step, told by what the renderer reports: a step lasts until the next one is named."""

    def __init__(self) -> None:
        self.used: Shares = {}
        self._step, self._since = "", _cpu()

    def next(self, step: str) -> None:
        now = _cpu()
        if self._step:
            self.used[self._step] = self.used.get(self._step, 0.0) + now - self._since
        self._step, self._since = step, now

    def report(self, done: float, step: str) -> None:
        self.next("" if step == "done" else step)


def service(order: dict[str, Any]) -> Shares:
    """Make the film as ``whole`` does, in a child process that does one job after the other, as workers do."""
    run_in_child(_speak(order), ignore, TIMEOUT)
    job = film_job(order)
    for one in job.scenes:
        run_in_child(one.scene, ignore, TIMEOUT)
    run_in_child(job, ignore, TIMEOUT)
    end_spares()
    return {}


def picture(order: dict[str, Any], number: int) -> Path:
    """Return one of the pictures that ``prepare`` has drawn."""
    return Path(order["folder"]) / f"picture-{number % 4}.jpg"


def prepare(order: dict[str, Any]) -> Shares:
    """Make the product's pictures; no part of any measurement.

    ``detail``: levels (standard deviation) of a texture on them whose amplitude falls as 1/frequency, as that of
    photographs does (Field 1987, doi:10.1364/JOSAA.4.002379), and a camera's grain; 0: as the demo shop draws them.
    """
    random = np.random.default_rng(0)
    for number in range(4):
        drawn = cv2.imdecode(np.frombuffer(photograph("pour-over-coffee-set", number + 1), np.uint8), cv2.IMREAD_COLOR)
        assert drawn is not None
        if order["detail"]:
            detail = order["detail"] * _texture(random, drawn.shape[:2])[:, :, None]
            drawn = np.clip(drawn + detail + random.normal(0, GRAIN, drawn.shape), 0, 255).astype(np.uint8)
        cv2.imwrite(str(picture(order, number)), drawn, [cv2.IMWRITE_JPEG_QUALITY, 95])
    return {}


def _texture(random: np.random.Generator, shape: tuple[int, int]) -> np.ndarray[tuple[int, ...], np.dtype[Any]]:
    """Return noise of mean 0 and deviation 1 whose amplitude falls as 1/frequency."""
    down, across = np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1])[None, :]
    frequency = np.hypot(down, across)
    frequency[0, 0] = np.inf
    texture = np.fft.irfft2(np.fft.rfft2(random.normal(size=shape)) / frequency, shape)
    return np.asarray(texture / texture.std())


def bare(order: dict[str, Any]) -> Shares:
    """Encode the film's frames as they were drawn once more, in one go; the time of reading them is told as "own"."""
    spent = {"own": 0.0}
    with av.open(f"{order['folder']}/bare.mp4", "w") as container:
        video = container.add_stream("libx264", rate=FPS, options=PLAIN)
        video.width, video.height, video.pix_fmt = order["width"], order["height"], "yuv420p"
        video.codec_context.thread_type = "FRAME"
        for number, frame in enumerate(_drawn_frames(order, spent)):
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    return spent


def fitted(order: dict[str, Any]) -> Shares:
    """Encode the same frames with the renderer's own settings."""
    spent = {"own": 0.0}
    with Writer(f"{order['folder']}/bare.mp4", order["width"], order["height"], FPS) as writer:
        for frame in _drawn_frames(order, spent):
            writer.write(frame)
    return spent


def _drawn_frames(order: dict[str, Any], spent: Shares) -> Iterator[av.VideoFrame]:
    """Yield the film's frames as they were drawn; what reading them takes is added to ``spent["own"]``."""
    width, height = order["width"], order["height"]
    for raw in _raw_frames(order):
        begun = time.thread_time()
        data = np.fromfile(raw, np.uint8, width * height * 3 // 2).reshape(-1, width)
        frame = av.VideoFrame.from_ndarray(data, format="yuv420p")
        spent["own"] += time.thread_time() - begun
        yield frame


def _raw_frames(order: dict[str, Any]) -> Iterator[BinaryIO]:
    """Yield for each frame of the film the file that it is to be read from next."""
    folder = Path(film_path(order)).with_suffix("")
    with ExitStack() as stack:
        transitions = stack.enter_context((folder / "transitions.yuv").open("rb"))
        for one in film_job(order).scenes:
            yield from repeat(transitions, one.scene.head)
            clip = stack.enter_context(Path(f"{one.scene.output}.yuv").open("rb"))
            yield from repeat(clip, one.scene.frames - one.scene.head - one.scene.tail)


def decoded(order: dict[str, Any]) -> Shares:
    """Encode the frames that the film shows: smoother than they were drawn, for they were encoded before."""
    begun = _cpu()
    for number, _ in enumerate(_frames(order)):
        assert number >= 0
    reading = _cpu() - begun
    with Writer(f"{order['folder']}/bare.mp4", order["width"], order["height"], FPS) as writer:
        for frame in _frames(order):
            writer.write(frame)
    return {"own": 2 * reading}


def moviepy(order: dict[str, Any]) -> Shares:
    """Make the same film with MoviePy, in a process of the Python that has it."""
    job = film_job(order)
    jobs = [one.scene for one in job.scenes]
    film = {
        "width": order["width"],
        "height": order["height"],
        "fps": FPS,
        "sound": film_path(order),
        "output": f"{order['folder']}/moviepy.mp4",
        "scenes": [
            {
                "image": one.image,
                "motion": one.motion,
                "seconds": one.seconds,
                "overlap": one.head / FPS,
                "words": one.on_screen_text,
                "captions": [(caption.start, caption.end, caption.text) for caption in one.captions],
            }
            for one in jobs
        ],
    }
    script = Path(__file__).with_name("moviepy_film.py")
    subprocess.run([os.environ["MOVIEPY_PYTHON"], str(script), json.dumps(film)], check=True)
    return {}


def _frames(order: dict[str, Any]) -> Iterator[av.VideoFrame]:
    with av.open(film_path(order)) as container:
        yield from container.decode(video=0)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


WORK: dict[str, Callable[[dict[str, Any]], Shares]] = {
    "prepare": prepare,
    "record": record,
    "whole": whole,
    "service": service,
    "bare": bare,
    "fitted": fitted,
    "decoded": decoded,
    "moviepy": moviepy,
    "page": page,
}
