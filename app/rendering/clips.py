"""One scene as a clip: the picture moves, the words enter and leave. Video only."""

from __future__ import annotations

from pathlib import Path

import av
from PIL import Image

from app.rendering.compose import layers
from app.rendering.encode import Writer, part_of, planes_of
from app.rendering.jobs import ClipJob, ClipResult, Report, StillsJob, StillsResult
from app.rendering.planes import rgb_from_planes
from app.rendering.theme import theme_for

CRF = 14
"""Clips are encoded once more in the film, so they keep more than the eye needs."""


def render_clip(job: ClipJob, report: Report) -> ClipResult:
    """Draw the scene into ``job.output``: ``round(seconds * fps)`` frames of H.264 in MP4.

    Raises:
        InvalidInput: the picture cannot be used, or no font has the words' letters.
        WorkFailed: encoding or writing failed.
    """
    report(0.0, "picture")
    theme = theme_for(job.style, job.palette)
    scene = layers(job, theme)
    count = max(1, round(job.seconds * job.fps))
    with Writer(job.output, job.width, job.height, job.fps, CRF) as writer:
        for number in range(count):
            frame = writer.frame()
            planes = planes_of(frame)
            for layer in scene:
                layer.draw(planes, number / job.fps)
            writer.write(frame)
            if number % 5 == 0:
                report(0.05 + 0.95 * number / count, "frames")
    report(1.0, "done")
    return ClipResult(path=job.output, seconds=count / job.fps, frames=count)


def draw_stills(job: StillsJob, report: Report) -> StillsResult:
    """Draw one picture of each scene into its ``output`` (JPEG).

    Raises:
        InvalidInput: a picture cannot be used, or no font has the words' letters.
    """
    for number, scene in enumerate(job.scenes):
        report(number / len(job.scenes), "stills")
        frame = av.VideoFrame(scene.width, scene.height, "yuv420p")
        planes = planes_of(frame)
        for layer in layers(scene, theme_for(scene.style, scene.palette)):
            layer.draw(planes, min(job.at, scene.seconds / 2))
        Image.fromarray(rgb_from_planes(planes)).save(part_of(scene.output), "JPEG", quality=88)
        Path(part_of(scene.output)).replace(scene.output)
    report(1.0, "done")
    return StillsResult(paths=[scene.output for scene in job.scenes])
