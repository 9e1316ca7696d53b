"""finalize_short: the clips become one MP4 with voice, captions and music, and a thumbnail, in a child process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.config import get_settings
from app.errors import InvalidInput, WorkFailed
from app.models import TaskType, short_key
from app.rendering.jobs import ClipJob, FilmJob, FilmScene
from app.rendering.process import run_in_child
from app.services.scene_pictures import save_pictures
from app.services.task_context import TaskContext
from app.services.video_generation_service import transitions
from app.storage import media, shorts
from app.storage.workspace import workspace
from app.utils.lookups import skipped_in_an_outage
from app.utils.task_dispatch import submit_task

THUMBNAILS = 3
"""Candidates for a person to choose from."""


def start_finalize_short(short_id: str, **metadata: Any) -> str:
    """Start to make a short's video from its clips; return the task's id.

    Raises:
        NotFound: there is no such short.
        Conflict: it has no scenario yet.
        Unavailable: the database does not answer.
    """
    with skipped_in_an_outage():
        shorts.get_short(short_key(short_id, metadata.get("id_scope"))).written_scenario()
    return submit_task(TaskType.FINALIZE_SHORT, short_id=short_id, **metadata)


def run(context: TaskContext) -> dict[str, Any]:
    """Make the video and put it, and its thumbnail, with the short.

    Raises:
        WorkFailed: a scene has no clip.
    """
    task = context.task
    if not task.short_key:
        raise InvalidInput("the task names no short")
    short = shorts.get_short(task.short_key)
    scenario = short.written_scenario()
    missing = [str(number) for number in range(len(scenario.scenes)) if str(number) not in short.clips]
    if missing:
        raise WorkFailed(f"no clip yet for scene {', '.join(missing)}; generate it first")
    version, wishes = short.scenario_version, scenario.wishes
    with workspace() as folder:
        scenes = []
        for number, scene in enumerate(scenario.scenes):
            context.report(1 + number, "Collecting the clips")
            clip = short.clips[str(number)]
            place = folder / str(number)
            place.mkdir()
            output = place / "clip.mp4"
            media.save_as(clip.key, output)
            files = {**save_pictures(clip.picture_keys, place), "output": str(output)}
            job = ClipJob.model_validate(clip.scene | files)
            scenes.append(FilmScene(scene=job, narration=scene.narration))
        result = run_in_child(
            FilmJob(
                scenes=scenes,
                transitions=transitions(scenario),
                language=scenario.language,
                mood=wishes.mood,
                title=scenario.title,
                seed=wishes.seed,
                output=str(folder / "video.mp4"),
                thumbnails=[str(folder / f"thumbnail-{number}.jpg") for number in range(THUMBNAILS)],
            ),
            lambda share, step: context.report(10 + 85 * share, step),
            timeout=get_settings().render_timeout_seconds,
        )
        context.report(97, "Storing the video")
        # Named by version: a run that is repeated after a crash replaces the video instead of adding another.
        key = media.short_key(short.key, f"video-{version}.mp4")
        thumbnails = []
        for number, shown in enumerate(result.thumbnails):
            thumbnail_key = media.short_key(short.key, f"thumbnail-{version}-{number}.jpg")
            media.put(thumbnail_key, Path(shown.path))
            thumbnails.append(
                shorts.Thumbnail(key=thumbnail_key, scene=shown.scene, seconds=shown.seconds, score=shown.score)
            )
        media.put(key, Path(result.path))
    video = shorts.Video(
        key=key,
        thumbnails=thumbnails,
        seconds=result.seconds,
        width=wishes.width,
        height=wishes.height,
        size=media.size(key),
        voice=result.voice,
        music=result.music,
        licences=result.licences,
    )
    shorts.update_short(short.key, video=video.model_dump(mode="json"))
    return {"short_id": short.short_id, "seconds": result.seconds, "voice": result.voice, "music": result.music}
