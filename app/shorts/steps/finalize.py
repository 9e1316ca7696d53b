"""finalize_short: the clips become one MP4 with voice, captions and music, and a thumbnail, in a child process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app import __version__
from app.blobs import store as media
from app.blobs import unused as unused_media
from app.blobs.workspace import workspace
from app.config import get_settings
from app.core.redaction import without_secrets
from app.db.lookups import skipped_in_an_outage
from app.errors import InvalidInput, WorkFailed
from app.http.schemas import ShortTaskRequest
from app.models import Scenario, TaskType, Wishes, short_key
from app.queue.dispatch import submit_task
from app.rendering.jobs import ClipJob, FilmJob, FilmResult, FilmScene, Rendition
from app.rendering.process import run_in_child
from app.rendering.subtitles import FORMATS, written
from app.shorts import repository as shorts
from app.shorts import videos
from app.shorts.brand import end_card
from app.shorts.repository import Edition
from app.shorts.steps.narrate import Timing, timing, transitions
from app.shorts.steps.own_sounds import sound_file
from app.shorts.steps.scene_pictures import save_pictures
from app.shorts.writes import put_video
from app.tasks.context import TaskContext

THUMBNAILS = 3
"""Candidates for a person to choose from."""


class FinalizeRequest(ShortTaskRequest):
    """The video of a short whose scenes all have clips."""


def start_finalize_short(short_id: str, **metadata: Any) -> str:
    """Start to make a short's video from its clips; return the task's id.

    Raises:
        NotFound: there is no such short.
        Conflict: it has no scenario yet.
        Unavailable: the database does not answer.
    """
    with skipped_in_an_outage():
        metadata["version"] = shorts.edition_of(shorts.get_short(short_key(short_id, metadata.get("id_scope")))).version
    return submit_task(TaskType.FINALIZE_SHORT, short_id=short_id, **metadata)


def run(context: TaskContext) -> dict[str, Any]:
    """Make the video and put it, and its thumbnail, with the short.

    Raises:
        Conflict: the version of the scenario that the task is for is not the latest any more.
        WorkFailed: a scene has no clip.
    """
    task = context.task
    if not task.short_key:
        raise InvalidInput("the task names no short")
    short = shorts.get_short(task.short_key)
    edition = context.edition(short)
    scenario, clips = edition.scenario, short.clips
    missing = [key for key in map(str, range(len(scenario.scenes))) if key not in clips or not clips[key].scene]
    if missing:
        raise WorkFailed(f"no clip yet for scene {', '.join(missing)}; generate it first")
    said = timing(short, scenario, context)
    with workspace() as folder:
        scenes = _scenes(short, scenario, said, folder, context)
        if card := end_card(scenario, scenes[-1].scene, folder):
            run_in_child(card, lambda share, _: context.report(8 + 2 * share, "end card"), _timeout())
            scenes.append(FilmScene(scene=card))
        job = _film(short, edition, scenes, folder, context)
        result = run_in_child(job, lambda share, step: context.report(10 + 85 * share, step), _timeout())
        context.report(97, "Storing the video")
        video = _stored(short, edition, job, result, context)
    put_video(context.lease, short.key, edition, video)
    return {
        "short_id": short.short_id,
        "version": edition.version,
        "seconds": result.seconds,
        "voice": result.voice,
        "voice_reason": said.reason,
        "music": result.music,
    }


def _scenes(
    short: shorts.Short, scenario: Scenario, said: Timing, folder: Path, context: TaskContext
) -> list[FilmScene]:
    """Collect the clips, the pictures that their transitions show, and what is spoken, in ``folder``."""
    scenes = []
    for number, scene in enumerate(scenario.scenes):
        context.report(1 + number / 3, "Collecting the clips")
        clip, place = short.clips[str(number)], folder / str(number)
        place.mkdir()
        media.save_as(clip.key, place / "clip.mp4")
        files = {**save_pictures(clip.picture_keys, place), "output": str(place / "clip.mp4")}
        spoken, speech = said.scenes[number], place / "speech"
        if spoken is not None:
            media.save_as(spoken.key, speech)
        scenes.append(
            FilmScene(
                scene=ClipJob.model_validate(clip.scene | files),
                narration="" if scenario.wishes.voice_url else scene.narration,
                speech=str(speech) if spoken else None,
            )
        )
    return scenes


def _film(
    short: shorts.Short, edition: Edition, scenes: list[FilmScene], folder: Path, context: TaskContext
) -> FilmJob:
    scenario, wishes = edition.scenario, edition.scenario.wishes
    own = {
        name: str(sound_file(url, name, context, folder)) if url else None
        for name, url in (("voice-over", wishes.voice_url), ("music", wishes.music_url))
    }
    return FilmJob(
        scenes=scenes,
        transitions=transitions(scenario),
        language=scenario.language,
        mood=wishes.set_mood,
        title=scenario.title,
        seed=wishes.seed,
        silent=True,  # what is spoken was spoken already
        voice_over=own["voice-over"],
        music=wishes.music,
        music_file=own["music"],
        sound_effects=wishes.sound_effects,
        output=str(folder / "video.mp4"),
        thumbnails=[str(folder / f"thumbnail-{number}.jpg") for number in range(THUMBNAILS)],
        preview=str(folder / "preview.webp"),
        renditions=_renditions(wishes, folder),
        provenance=provenance(short, edition),
    )


def _renditions(wishes: Wishes, folder: Path) -> list[Rendition]:
    """Return the copies that are smaller than the video itself."""
    shorter = min(wishes.width, wishes.height)
    wanted = sorted({quality for quality in wishes.renditions if quality < shorter}, reverse=True)
    scales = {quality: quality / shorter / 2 for quality in wanted}
    return [
        Rendition(
            width=2 * round(wishes.width * scale),
            height=2 * round(wishes.height * scale),
            output=str(folder / f"video-{quality}.mp4"),
        )
        for quality, scale in scales.items()
    ]


def provenance(short: shorts.Short, edition: Edition) -> dict[str, Any]:
    """Return what a short was made from: page, product, who wrote it, and the facts that each sentence rests on."""
    scenario = edition.scenario
    return {
        "generator": f"ShopReel {__version__}",
        "url": without_secrets(short.url) if short.url else None,
        "product_id": edition.product_id,
        "title": scenario.title,
        "language": scenario.language,
        "writer": edition.writer,
        "scenes": [
            {
                "image": without_secrets(scene.image),
                "footage": _footage(short, number),
                "sentences": [support.model_dump() for support in scene.facts],
            }
            for number, scene in enumerate(scenario.scenes)
        ],
    }


def _footage(short: shorts.Short, number: int) -> str | None:
    """Return who generated what a scene shows; None: it shows the product's own picture."""
    clip = short.clips.get(str(number))
    return f"generated by {clip.filmed_by}" if clip and clip.filmed_by else None


def _stored(
    short: shorts.Short, edition: Edition, job: FilmJob, result: FilmResult, context: TaskContext
) -> videos.Video:
    """Store the files, under keys of this run alone: whoever reads what another has made goes on reading that."""
    folder = f"{edition.version}-{context.task.task_id}-{context.lease.epoch}"
    # What no record names in the end, as the run was cut short or the video is replaced, goes later.
    unused_media.note([media.short_key(short.key, f"film/{folder}/")], context.task.user_id)

    def key_of(name: str) -> str:
        return media.short_key(short.key, f"film/{folder}/{name}")

    def put(name: str, suffix: str, path: str) -> str:
        key = key_of(f"{name}{suffix}")
        media.put(key, Path(path))
        return key

    shown = job.scenes[0].scene
    thumbnails = [
        videos.Thumbnail(key=put("thumbnail", f"-{number}.jpg", one.path), **one.model_dump(exclude={"path"}))
        for number, one in enumerate(result.thumbnails)
    ]
    renditions = [
        videos.Rendition(
            quality=min(one.width, one.height),
            key=put("video", f"-{min(one.width, one.height)}.mp4", one.output),
            width=one.width,
            height=one.height,
            size=Path(one.output).stat().st_size,
        )
        for one in job.renditions
    ]
    subtitles = {kind: key_of(f"captions.{kind}") for kind in FORMATS}
    for kind, key in subtitles.items():
        media.put(key, written(result.captions, kind).encode())
    return videos.Video(
        key=put("video", ".mp4", result.path),
        thumbnails=thumbnails,
        preview_key=put("preview", ".webp", job.preview),
        renditions=renditions,
        seconds=result.seconds,
        width=shown.width,
        height=shown.height,
        size=Path(result.path).stat().st_size,
        voice=result.voice,
        music=result.music,
        captions=subtitles,
        licences=result.licences,
        provenance=result.provenance,
    )


def _timeout() -> float:
    return get_settings().render_timeout_seconds
