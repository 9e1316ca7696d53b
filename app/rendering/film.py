"""Clips into a film: cross-fades, captions, watermark, voice, music, one MP4 and its thumbnail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import cv2
from PIL import Image

from app.errors import WorkFailed
from app.rendering import mix, music, voice
from app.rendering.canvas import copy, darken, paint
from app.rendering.canvas import mix as mix_frames
from app.rendering.decode import frames
from app.rendering.encode import Writer, part_of, planes_of
from app.rendering.jobs import Caption, FilmJob, FilmResult, Report
from app.rendering.layout import layout_for
from app.rendering.motion import ease
from app.rendering.narration import narrate
from app.rendering.planes import Planes, rgb_from_planes
from app.rendering.plates import Plate, plate
from app.rendering.theme import Theme, theme_for
from app.rendering.timeline import overlap_frames, starts

CRF = 20
_FADE_OUT = 0.35
"""Seconds in which the picture goes dark at the end."""
_CAPTION_FADE = 0.1
_SETTLED = 1.2
"""Seconds into a scene after which its words stand still."""
_LEAVING = 0.5
"""Seconds before a scene's end at which its words begin to go."""
_FONTS = "fonts: Inter, Outfit, SIL OFL 1.1"


def assemble_film(job: FilmJob, report: Report) -> FilmResult:
    """Join the clips into ``job.output`` and ``job.thumbnail`` (JPEG).

    The film has exactly the frames of its clips less those in which two of them overlap (``timeline``). H.264 High,
    4:2:0, BT.709, with AAC stereo at 48 kHz of -14 LUFS; its index comes first, so that it plays while it loads.

    Raises:
        InvalidInput: a clip cannot be read, the narration does not fit, or no font has the words' letters.
        WorkFailed: encoding or writing failed.
    """
    counts = [max(1, round(clip.seconds * job.fps)) for clip in job.clips]
    begins = starts(counts, job.fps)
    total = begins[-1] + counts[-1]
    seconds = total / job.fps
    report(0.0, "voice")
    said = narrate(job.clips, [begin / job.fps for begin in begins], seconds, job.language)
    report(0.08, "music")
    track = music.choose(job.mood, job.title, job.seed)
    sound = mix.mix(music.load(track, seconds), said.spoken)
    theme = theme_for(job.style, job.palette)
    overlay = _Overlay(job, theme, said.captions)
    thumbnail = _Thumbnail(job, counts)
    with Writer(job.output, job.width, job.height, job.fps, CRF, sound, job.title) as writer:
        for number, (planes, clip, frame_of_clip) in enumerate(_joined(job, counts, begins)):
            frame = writer.frame()
            target = planes_of(frame)
            copy(target, planes)
            thumbnail.consider(target, clip, frame_of_clip)
            overlay.draw(target, number / job.fps)
            left = (total - number) / job.fps
            if left < _FADE_OUT:
                darken(target, 1 - left / _FADE_OUT)
            writer.write(frame)
            if number % 5 == 0:
                report(0.15 + 0.85 * number / total, "frames")
        thumbnail.write()
    Path(part_of(job.thumbnail)).replace(job.thumbnail)
    report(1.0, "done")
    licences = [music.LICENCE.format(track=track.stem), _FONTS]
    return FilmResult(
        path=job.output,
        thumbnail=job.thumbnail,
        seconds=seconds,
        frames=total,
        voice=voice.ENGINE if said.spoken else None,
        music=track.stem,
        captions=said.captions,
        licences=[voice.LICENCE, *licences] if said.spoken else licences,
    )


def _joined(job: FilmJob, counts: list[int], begins: list[int]) -> Iterator[tuple[Planes, int, int]]:
    """Yield the film's pictures, each with the number of the clip that it shows (the newer of two) and of its frame."""
    overlap = overlap_frames(counts, job.fps)
    before: Iterator[Planes] = iter(())
    mixed = planes_of(av.VideoFrame(job.width, job.height, "yuv420p"))
    for clip, count in enumerate(counts):
        reader = frames(job.clips[clip].path, count, job.width, job.height, job.fps)
        shared = overlap if clip else 0
        last = count - (overlap if clip + 1 < len(counts) else 0)
        for number in range(last):
            planes = next(reader)
            if number < shared:
                mix_frames(mixed, next(before), planes, ease((number + 1) / (shared + 1)))
                planes = mixed
            yield planes, clip, number
        before = reader


class _Overlay:
    """Captions and watermark. A caption is drawn when its time comes, and forgotten after it."""

    def __init__(self, job: FilmJob, theme: Theme, captions: list[Caption]) -> None:
        self._layout, self._theme, self._captions = layout_for(job.width, job.height), theme, captions
        self._drawn: tuple[Caption, Plate | None] | None = None
        self._mark = None
        if job.watermark:
            self._mark = plate(job.watermark, self._layout.watermark, theme, 18 * self._layout.unit, 600, 1)

    def draw(self, frame: Planes, seconds: float) -> None:
        if self._mark is not None:
            paint(frame, self._mark.sprite, self._mark.place, 0.85)
        now = next((caption for caption in self._captions if caption.start <= seconds < caption.end), None)
        if now is None:
            return
        if self._drawn is None or self._drawn[0] is not now:
            size = 40 * self._layout.unit
            self._drawn = now, plate(now.text, self._layout.captions, self._theme, size, 650, 2)
        words = self._drawn[1]
        if words is not None:
            opacity = min(1.0, (seconds - now.start + 1e-3) / _CAPTION_FADE)
            paint(frame, words.sprite, words.place, opacity)


class _Thumbnail:
    """The sharpest picture of the hook (else of the first scene), of those in which its words stand still."""

    def __init__(self, job: FilmJob, counts: list[int]) -> None:
        self._path = job.thumbnail
        self._clip = next((number for number, clip in enumerate(job.clips) if clip.role == "hook"), 0)
        count = counts[self._clip]
        first, last = round(_SETTLED * job.fps), count - round(_LEAVING * job.fps)
        self._wanted = range(first, last, 5) if first < last else range(count // 2, count // 2 + 1)
        self._sharpness = -1.0
        self._best: Planes | None = None

    def consider(self, planes: Planes, clip: int, number: int) -> None:
        if clip != self._clip or number not in self._wanted:
            return
        sharpness = float(cv2.Laplacian(planes.y, cv2.CV_32F).var())
        if sharpness > self._sharpness:
            self._sharpness = sharpness
            self._best = Planes(planes.y.copy(), planes.u.copy(), planes.v.copy())

    def write(self) -> None:
        if self._best is None:
            raise WorkFailed("no picture of the film was fit for its thumbnail")
        Path(self._path).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rgb_from_planes(self._best)).save(part_of(self._path), "JPEG", quality=90)
