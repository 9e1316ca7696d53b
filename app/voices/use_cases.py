"""Voices listed and heard: routes and commands alike come through here."""

from __future__ import annotations

import io
import json
import threading
import wave
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
from pydantic import BaseModel

from app.blobs.workspace import workspace
from app.errors import InvalidInput, Unavailable, WorkFailed
from app.models import Mood
from app.rendering.jobs import SpeechJob
from app.rendering.music import choose
from app.rendering.process import run_in_child
from app.rendering.speech import from_bytes
from app.rendering.voice import VOICES, check_wish, voices_of

LONGEST = 400
"""Letters of a text that is tried."""
_SECONDS = 30.0
_one_at_a_time = threading.Lock()
"""A voice takes a core, and films need them."""


class VoiceOut(BaseModel):
    """A voice, and a language that it speaks."""

    language: str
    name: str
    """What `wishes.voice` takes."""
    about: str
    """Who is heard, and how it is made."""
    best: bool
    """Whether it speaks where no voice is wished for."""
    licence: str


class VoiceList(BaseModel):
    """The voices of this machine, by language, of each the best first."""

    voices: list[VoiceOut]


@cache
def sentences() -> dict[str, str]:
    """Return what a sample says, by language."""
    told: dict[str, str] = json.loads(files("app.voices").joinpath("sentences.json").read_text(encoding="utf-8"))
    return told


def find(language: str | None = None) -> VoiceList:
    """Return the voices of a language, or of all that have a sentence to be heard."""
    return VoiceList(
        voices=[
            VoiceOut(language=code, name=one.name, about=one.about, best=number == 0, licence=one.licence)
            for code in ([language] if language else sorted(sentences()))
            for number, one in enumerate(voices_of(code))
        ]
    )


@lru_cache(maxsize=2 * len(VOICES))
def sample(name: str, language: str) -> bytes:
    """Return a short WAV of a voice, made once. Raises InvalidInput or Unavailable, as ``say`` does."""
    if (sentence := sentences().get(language)) is None:
        raise InvalidInput(f"there is no sentence to be heard in {language!r}; in {', '.join(sorted(sentences()))} are")
    return say(sentence, language, name)


def say(text: str, language: str, name: str = "auto") -> bytes:
    """Return ``text`` spoken by a voice as a WAV: 16 bits, mono.

    Raises:
        InvalidInput: the voice does not speak the language here, or there is nothing to say.
        Unavailable: the voice failed.
    """
    check_wish(name, language)
    if len(text) > LONGEST:
        raise InvalidInput(f"the text is longer than {LONGEST} letters")
    with _one_at_a_time, workspace() as folder:
        job = SpeechJob(texts=[text], language=language, voice=name, output=str(folder / "sample"))
        try:
            [path] = run_in_child(job, lambda share, step: None, _SECONDS).paths
        except WorkFailed as error:
            raise Unavailable(f"the voice can't be heard now: {error}") from error
        if path is None:
            raise InvalidInput(f"nothing is said: no voice speaks {language} here, or the text has no words")
        speech = from_bytes((folder / path).read_bytes())
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((1, 2, speech.rate, 0, "NONE", ""))
        out.writeframes(np.round(np.clip(speech.samples, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()


def music_track(mood: Mood, title: str, seed: int) -> bytes:
    """Return the track of a mood that a film of this title and seed has, as Ogg Opus.

    Raises:
        WorkFailed: there is none of the mood.
    """
    return choose(mood, title, seed).read_bytes()
