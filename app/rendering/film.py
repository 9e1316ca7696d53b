"""Scenes into a film: their clips as they are, the transitions between them, voice, music, one MP4 and thumbnails.

The clips' packets are copied; only the transitions are drawn and encoded here, from the scenes on both sides. So every
picture of a film is encoded once, and a change to one scene costs that scene, its two transitions and the sound.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from io import BytesIO

import av

from app import __version__
from app.models import TransitionKind
from app.rendering.clips import DrawnScene
from app.rendering.credits import font_notes
from app.rendering.encode import Writer, planes_of
from app.rendering.jobs import ClipJob, FilmJob, FilmResult, Report
from app.rendering.join import Stretch, join
from app.rendering.preview import Preview
from app.rendering.renditions import add_sound, draw_copies
from app.rendering.soundtrack import soundtrack
from app.rendering.thumbnails import Thumbnails
from app.rendering.timeline import starts
from app.rendering.transitions import blend


def assemble_film(job: FilmJob, report: Report) -> FilmResult:
    """Join the scenes into ``job.output`` and write ``job.thumbnails`` (JPEG).

    The film has exactly the frames of its scenes less those in which two of them overlap (``timeline``). H.264 High,
    4:2:0, BT.709, with AAC stereo at 48 kHz of -14 LUFS; a keyframe at every cut and transition; its index comes
    first, so that it plays while it loads.

    Raises:
        InvalidInput: a clip or a picture cannot be read, a clip was encoded with other settings, the narration does
            not fit, or no font has the words' letters.
        WorkFailed: encoding or writing failed.
    """
    jobs = [one.scene for one in job.scenes]
    fps = jobs[0].fps
    counts, overlaps = [scene.frames for scene in jobs], [scene.head for scene in jobs[1:]]
    begins = starts(counts, overlaps)
    seconds = (begins[-1] + counts[-1]) / fps
    report(0.0, "transitions")
    thumbnails, preview = Thumbnails(len(job.thumbnails)), Preview(fps)
    with ThreadPoolExecutor(1) as beside:
        # To draw the transitions takes one core.
        mixed = beside.submit(soundtrack, job, [begin / fps for begin in begins], seconds)
        read = beside.submit(_look_at_clips, job, begins, preview)
        stretches = _stretches(job, begins, thumbnails, preview, report)
        report(0.7, "sound")
        heard = mixed.result()
        read.result()
        previewed = beside.submit(preview.write, job.preview) if job.preview else None
        report(0.8, "joining")
        shown = thumbnails.write(job.thumbnails)
        families = set().union(*(DrawnScene(scene).families for scene in jobs))
        licences = [*heard.licences, *font_notes(families)]
        provenance = job.provenance | {"voice": heard.voice, "music": heard.music, "licences": licences}
        metadata = {
            "title": job.title,
            "comment": f"Made with ShopReel {__version__} from {job.provenance.get('url') or 'a product page'}",
            "provenance": json.dumps(provenance, ensure_ascii=False),
        }
        frames = join(stretches, job.output, fps, heard.sound, metadata)
        report(0.9, "copies")
        draw_copies(stretches, fps, job.renditions)
        if previewed is not None:
            previewed.result()
    add_sound(job.output, job.renditions)
    report(1.0, "done")
    return FilmResult(
        path=job.output,
        thumbnails=shown,
        seconds=seconds,
        frames=frames,
        voice=heard.voice,
        music=heard.music,
        captions=heard.captions,
        licences=licences,
        provenance=provenance,
    )


def _look_at_clips(job: FilmJob, begins: list[int], preview: Preview) -> None:
    if job.preview:
        for one, begin in zip(job.scenes, begins, strict=True):
            preview.read(_clip(one.scene), begin + one.scene.head)


def _clip(scene: ClipJob) -> Stretch:
    return Stretch(scene.output, scene.frames - scene.head - scene.tail)


def _stretches(
    job: FilmJob, begins: list[int], thumbnails: Thumbnails, preview: Preview, report: Report
) -> list[Stretch]:
    """Return the clips with the transitions between them. No more than two scenes are held at a time."""
    found: list[Stretch] = []
    drawn = 0
    before: DrawnScene | None = None
    scenes = [one.scene for one in job.scenes]
    transitions = BytesIO()
    with ExitStack() as stack:
        writer: Writer | None = None
        if any(scene.head for scene in scenes):
            # One encoder for all of them: to begin another costs as much as a few frames. With one thread it is still
            # faster than what draws for it, and takes 50 MB less at 1080.
            first = scenes[0]
            writer = stack.enter_context(Writer(transitions, first.width, first.height, first.fps, threads=1))
        for number, one in enumerate(scenes):
            scene = DrawnScene(one)
            if before is not None and writer is not None and one.head:
                for past, frame in enumerate(_transition(before, scene, job.transitions[number - 1], writer)):
                    if job.preview:
                        preview.consider(frame, begins[number] + past)
                    writer.write(frame, key=past == 0)
                found.append(Stretch(transitions, one.head, drawn))
                drawn += one.head
            found.append(_clip(one))
            before = scene
            # After its first shot, before its last one: each is composed once. The scene before it is held no more.
            thumbnails.consider(number, scene)
            scene.release()
            report(0.7 * (number + 1) / len(scenes), "transitions")
    return found


def _transition(before: DrawnScene, after: DrawnScene, kind: TransitionKind, writer: Writer) -> Iterator[av.VideoFrame]:
    """Yield the frames, each drawn into one of the writer's."""
    job, count = after.job, after.job.head
    old, new = (planes_of(av.VideoFrame(job.width, job.height, "yuv420p")) for _ in range(2))
    for number in range(count):
        past = before.job.frames - count + number
        before.draw(old, past)
        after.draw(new, number)
        frame = writer.frame()
        shown = planes_of(frame)
        blend(shown, old, new, kind, (number + 1) / (count + 1))
        before.draw_captions(shown, past)
        after.draw_captions(shown, number)
        after.draw_mark(shown)
        yield frame
