"""The voices of this machine, and how long words take in any language."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Protocol

from app.rendering.espeak_voice import EspeakVoice
from app.rendering.hibari_voice import HibariVoice
from app.rendering.jobs import Report, SpeechJob, SpeechResult
from app.rendering.kokoro_voice import KokoroVoice
from app.rendering.speech import Speech

_WORDS_A_SECOND = 2.5
_SYLLABLES_A_SECOND = 5.0
"""Of scripts that write a syllable a sign: Chinese, Japanese, Korean."""
_SYLLABIC = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Voice(Protocol):
    """Speaks on this machine."""

    @property
    def name(self) -> str:
        """Engine and voice."""

    def speaks(self, language: str) -> bool:
        """Tell whether it speaks ``language`` (ISO 639) here: whether all that it needs is installed."""

    def speak(self, text: str, language: str) -> Speech | None:
        """Return ``text`` spoken, with the time of each word; None if there is nothing to say.

        The same text sounds the same every time.

        Raises:
            WorkFailed: the engine failed.
        """


@cache
def voices() -> tuple[Voice, ...]:
    """Return the voices, the best first."""
    return HibariVoice(), KokoroVoice(), EspeakVoice()


def voice_for(language: str) -> Voice | None:
    """Return the best voice that speaks ``language``."""
    return next((voice for voice in voices() if voice.speaks(language)), None)


def speak(text: str, language: str) -> Speech | None:
    """Return ``text`` spoken by the best voice; None where there is none, or nothing to say. Raises as ``Voice``."""
    voice = voice_for(language)
    return voice.speak(text, language) if voice is not None and text.strip() else None


def speak_all(job: SpeechJob, report: Report) -> SpeechResult:
    """Speak the job's texts. Raises as ``Voice``."""
    paths: list[str | None] = []
    for number, text in enumerate(job.texts):
        report(number / len(job.texts), "voice")
        speech = speak(text, job.language)
        paths.append(None)
        if speech is not None:
            paths[-1] = f"{job.output}-{number}"
            Path(f"{job.output}-{number}").write_bytes(speech.to_bytes())
    return SpeechResult(paths=paths)


def reading_seconds(text: str) -> float:
    """Return how long an unhurried reader takes: about 2.5 words, or five syllables, a second."""
    syllables = len(_SYLLABIC.findall(text))
    words = len(_SYLLABIC.sub(" ", text).split())
    return words / _WORDS_A_SECOND + syllables / _SYLLABLES_A_SECOND
