"""One scene as a clip: the picture moves, the words enter and leave. Video only, as it is in the film."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from pathlib import Path

import av
from PIL import Image

from app.rendering.compose import Scene
from app.rendering.credits import families
from app.rendering.encode import Writer, part_of, planes_of
from app.rendering.jobs import ClipJob, ClipResult, Report, StillsJob, StillsResult
from app.rendering.overlay import Captions, Mark
from app.rendering.planes import Planes, rgb_from_planes
from app.rendering.theme import theme_for


class DrawnScene:
    """A scene that can be drawn at any of its ``job.frames`` frames.

    Raises:
        InvalidInput: on the first drawing: the picture cannot be used, or no font has the words' letters.
    """

    def __init__(self, job: ClipJob) -> None:
        self.job = job
        theme = theme_for(job.style, job.palette)
        if job.font:
            display = theme.look.display.model_copy(update={"family": job.font})
            theme = replace(theme, look=theme.look.model_copy(update={"display": display}))
        self._theme = theme

    @cached_property
    def scene(self) -> Scene:
        return Scene(self.job, self._theme)

    @cached_property
    def _captions(self) -> Captions:
        return Captions(self.scene)

    @cached_property
    def _mark(self) -> Mark:
        return Mark(self.job, self._theme)

    @property
    def families(self) -> set[str]:
        """The typefaces of its words. Raises as the first drawing."""
        return families(self.job, self._theme.look)

    def draw(self, frame: Planes, number: int) -> None:
        """Draw the scene's frame ``number`` without what lies over it."""
        seconds = number / self.job.fps
        for layer in self.scene.at(seconds).layers:
            layer.draw(frame, seconds)

    def draw_captions(self, frame: Planes, number: int) -> None:
        """Draw what is said at frame ``number``."""
        self._captions.draw(frame, number / self.job.fps)

    def draw_mark(self, frame: Planes) -> None:
        """Draw the watermark."""
        self._mark.draw(frame)

    def draw_all(self, frame: Planes, number: int) -> None:
        """Draw frame ``number`` as it is in the film outside of transitions."""
        self.draw(frame, number)
        self.draw_captions(frame, number)
        self.draw_mark(frame)

    def release(self) -> None:
        """Give back the picture, which no more is drawn of than the shot that is there: else it is read once more."""
        vars(self.scene).pop("photo", None)


def render_clip(job: ClipJob, report: Report) -> ClipResult:
    """Draw the scene into ``job.output``, H.264 in MP4: its frames but the ``head`` and ``tail`` ones.

    Raises:
        InvalidInput: the picture cannot be used, or no font has the words' letters.
        WorkFailed: encoding or writing failed.
    """
    report(0.0, "picture")
    scene = DrawnScene(job)
    numbers = range(job.head, job.frames - job.tail)
    with Writer(job.output, job.width, job.height, job.fps) as writer:
        for done, number in enumerate(numbers):
            frame = writer.frame()
            scene.draw_all(planes_of(frame), number)
            writer.write(frame)
            if done % 5 == 0:
                report(0.05 + 0.95 * done / len(numbers), "frames")
    report(1.0, "done")
    return ClipResult(path=job.output, seconds=job.frames / job.fps, frames=len(numbers))


def draw_stills(job: StillsJob, report: Report) -> StillsResult:
    """Draw one picture of each scene into its ``output`` (JPEG).

    Raises:
        InvalidInput: a picture cannot be used, or no font has the words' letters.
    """
    for number, scene in enumerate(job.scenes):
        report(number / len(job.scenes), "stills")
        frame = av.VideoFrame(scene.width, scene.height, "yuv420p")
        planes = planes_of(frame)
        DrawnScene(scene).draw(planes, round(min(job.at, scene.seconds / 2) * scene.fps))
        Image.fromarray(rgb_from_planes(planes)).save(part_of(scene.output), "JPEG", quality=88)
        Path(part_of(scene.output)).replace(scene.output)
    report(1.0, "done")
    return StillsResult(paths=[scene.output for scene in job.scenes])
