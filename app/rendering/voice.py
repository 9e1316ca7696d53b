"""The voices of this machine, and how long words take in any language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Protocol

from app.errors import InvalidInput
from app.rendering.espeak_voice import EspeakVoice
from app.rendering.hibari_voice import HibariVoice
from app.rendering.jobs import Report, SpeechJob, SpeechResult
from app.rendering.kokoro_voice import KokoroVoice
from app.rendering.pico_voice import PicoVoice
from app.rendering.speech import Speech

_WORDS_A_SECOND = 2.5
_SYLLABLES_A_SECOND = 5.0
"""Of scripts that write a syllable a sign: Chinese, Japanese, Korean."""
_SYLLABIC = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Voice(Protocol):
    """Speaks on this machine."""

    @property
    def name(self) -> str:
        """Engine and voice: what a wish for it says."""

    @property
    def about(self) -> str:
        """Who is heard, and how it is made."""

    @property
    def licence(self) -> str:
        """What a film with it must name."""

    def speaks(self, language: str) -> bool:
        """Tell whether it speaks ``language`` (ISO 639) here: whether all that it needs is installed."""

    def speak(self, text: str, language: str) -> Speech | None:
        """Return ``text`` spoken, with the time of each word; None if there is nothing to say.

        The same text sounds the same every time.

        Raises:
            WorkFailed: the engine failed.
        """


VOICES: tuple[Voice, ...] = (
    HibariVoice(),
    KokoroVoice("kokoro-jf_alpha", "ja", "jf_alpha", "Japanese woman, neural"),
    KokoroVoice("kokoro-es", "es", "jf_gongitsune", "woman, neural", 1.25),
    KokoroVoice("kokoro-pt", "pt", "jf_gongitsune", "woman with a Brazilian accent, neural", 1.2),
    PicoVoice("pico-us", "en-US", "American woman, statistical"),
    PicoVoice("pico-gb", "en-GB", "British woman, statistical"),
    PicoVoice("pico-de", "de-DE", "German woman, statistical"),
    PicoVoice("pico-es", "es-ES", "Spanish woman, statistical"),
    PicoVoice("pico-fr", "fr-FR", "French woman, statistical"),
    PicoVoice("pico-it", "it-IT", "Italian woman, statistical"),
    KokoroVoice("kokoro-it", "it", "jf_gongitsune", "woman, neural", 1.2),
    EspeakVoice("espeak", "", "man, formants: plain"),
    EspeakVoice("espeak-f3", "+f3", "woman, formants: plain"),
)
"""Of each language, the best first."""
UNNAMED = ("auto", "built_in", "none")
"""Wishes that leave the choice of a voice."""


def voices_of(language: str) -> list[Voice]:
    """Return the voices that speak ``language`` here, the best first."""
    return [voice for voice in VOICES if voice.speaks(language)]


def voice_for(language: str, wish: str = "auto") -> Voice | None:
    """Return the voice of a wish, or the best that speaks ``language`` where it names none; None: there is none.

    Raises:
        InvalidInput: the voice that is named does not speak it here; the message names those that do.
    """
    found = voices_of(language)
    if wish in UNNAMED:
        return next(iter(found), None)
    for voice in found:
        if voice.name == wish:
            return voice
    names = ", ".join(voice.name for voice in found) or "none"
    raise InvalidInput(f"no voice {wish!r} speaks {language} here; those that do: {names}")


def check_wish(wish: str, language: str | None) -> None:
    """Check that a wish names a voice that there is, and one of ``language`` where that is known.

    Raises:
        InvalidInput: it does not; the message names those that there are.
    """
    if language is not None:
        voice_for(language, wish)
    elif wish not in UNNAMED and wish not in (names := [voice.name for voice in VOICES]):
        raise InvalidInput(f"there is no voice {wish!r}; there are {', '.join(names)}")


def speak(text: str, language: str, wish: str = "auto") -> Speech | None:
    """Return ``text`` spoken by the voice of ``wish``; None where there is none, or nothing to say.

    Raises:
        InvalidInput: as ``voice_for``.
        WorkFailed: as ``Voice``.
    """
    voice = voice_for(language, wish)
    return voice.speak(text, language) if voice is not None and text.strip() else None


def speak_all(job: SpeechJob, report: Report) -> SpeechResult:
    """Speak the job's texts. Raises as ``speak``."""
    paths: list[str | None] = []
    for number, text in enumerate(job.texts):
        report(number / len(job.texts), "voice")
        speech = speak(text, job.language, job.voice)
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
