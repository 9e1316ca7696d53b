"""All that is heard in a film: narration or voice-over, music, effects; and the captions that go with the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.rendering import music, sound_effects
from app.rendering.encode import SAMPLE_RATE
from app.rendering.jobs import Caption, FilmJob, FilmScene
from app.rendering.loudness import Sound
from app.rendering.mix import mix
from app.rendering.narration import narrate
from app.rendering.own_sound import decode
from app.rendering.speech import Speech, from_bytes
from app.rendering.voice import speak

OWN = "your own file"
_CHIME_AT = 0.6
"""Seconds into a scene at which its badge has come in."""


@dataclass(frozen=True, slots=True)
class Soundtrack:
    """``sound``: (2, samples) at 48 kHz."""

    sound: Sound
    captions: list[Caption]
    voice: str | None
    music: str | None
    licences: list[str]


def soundtrack(job: FilmJob, starts: Sequence[float], seconds: float) -> Soundtrack:
    """Return what is heard in a film of ``seconds`` whose scenes begin at ``starts``.

    Raises:
        InvalidInput: the narration does not fit, or a sound file cannot be read.
        WorkFailed: the voice failed.
    """
    length = round(seconds * SAMPLE_RATE)
    narration = narrate([(one.narration, _speech(job, one)) for one in job.scenes], starts, seconds)
    spoken = narration.spoken
    if job.voice_over is not None:
        own = decode(Path(job.voice_over), "voice-over", seconds)
        spoken = [(0.0, Speech(own.mean(axis=0), SAMPLE_RATE, (), OWN))]
    licences = sorted({speech.licence for _, speech in spoken if speech.licence})
    track: Path | None = None
    played: Sound | None = None
    if job.music_file is not None:
        played = music.load(Path(job.music_file), seconds)
    elif job.music != "none":
        track = music.choose(job.mood, job.title, job.seed)
        played = music.load(track, seconds)
        licences.append(music.LICENCE.format(track=track.stem))
    if not spoken and played is None:
        return Soundtrack(np.zeros((2, length), np.float32), narration.captions, None, None, [])
    key = music.keys().get(track.name, "C") if track else "C"
    moments = sound_effects.placed(_moments(job, starts, key), length) if job.sound_effects else None
    return Soundtrack(
        mix(length, spoken, played, moments),
        narration.captions,
        spoken[0][1].voice if spoken else None,
        OWN if job.music_file else track.stem if track else None,
        licences,
    )


def _speech(job: FilmJob, one: FilmScene) -> Speech | None:
    if job.voice_over is not None:
        return None
    if one.speech is not None:
        return from_bytes(Path(one.speech).read_bytes())
    return None if job.silent else speak(one.narration, job.language)


def _moments(job: FilmJob, starts: Sequence[float], key: str) -> list[tuple[float, Sound]]:
    """Return a whoosh at each transition, and a chime at the hook and at the first price after it."""
    found: list[tuple[float, Sound]] = []
    scenes = [one.scene for one in job.scenes]
    rush = sound_effects.whoosh()
    middle = rush.shape[1] / SAMPLE_RATE / 2
    for scene, start in zip(scenes[1:], starts[1:], strict=True):
        if scene.head:
            found.append((max(0.0, start + scene.head / scene.fps / 2 - middle), rush))
    bell = sound_effects.chime(key)
    hook = next((start for scene, start in zip(scenes, starts, strict=True) if scene.role == "hook"), None)
    price = next(
        (
            start
            for scene, start in zip(scenes, starts, strict=True)
            if scene.role != "hook" and any(sign.isdigit() for sign in scene.badge)
        ),
        None,
    )
    return [*found, *((start + _CHIME_AT, bell) for start in (hook, price) if start is not None)]
