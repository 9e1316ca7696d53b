"""Placing what is said in a film: when each scene's words begin, and the captions that go with them."""

from __future__ import annotations

from dataclasses import dataclass

from app.errors import InvalidInput
from app.rendering.jobs import Caption
from app.rendering.voice import Phrase, Speech, estimated_phrases, speak, speech_seconds

LEAD = 0.25
"""Seconds from a scene's beginning to its first word."""
_PAUSE = 0.15
"""Seconds at least between two scenes' words."""
_END = 0.3
"""Seconds that stay silent at the film's end."""
_PACES = (1.15, 1.3, 1.4)
"""Speeds that are tried for words that are too long. The voice rounds the lengths of sounds: the last is really 1.5."""


@dataclass(frozen=True, slots=True)
class Narration:
    """What is heard, each speech with the second at which it begins, and what is read."""

    spoken: list[tuple[float, Speech]]
    captions: list[Caption]


def narrate(narrations: list[str], starts: list[float], seconds: float, language: str) -> Narration:
    """Return the narration of a film of ``seconds`` whose scenes start at ``starts``.

    Words begin a quarter of a second into their scene. Words that are too long for it are spoken up to 1.5 times
    faster; what is still too long runs into the next scene, and moves its words. In a language without a voice the
    captions stay as long as a reader would need to say them.

    Raises:
        InvalidInput: the words end after the film, however fast they are spoken; the message names the scene.
    """
    spoken: list[tuple[float, Speech]] = []
    captions: list[Caption] = []
    free = 0.0
    for number, words in enumerate(narrations):
        if not words.strip():
            continue
        begin = max(starts[number] + LEAD, free)
        end = starts[number + 1] + LEAD - _PAUSE if number + 1 < len(narrations) else seconds - _END
        speech = _fitting(words, language, end - begin)
        if speech is None:
            length = min(speech_seconds(words, language), end - begin)
            phrases = estimated_phrases(words, length)
        else:
            spoken.append((begin, speech))
            phrases, length = speech.phrases, speech.seconds
        captions += _captions(phrases, begin)
        free = begin + length + _PAUSE
        if begin + length > seconds:
            raise InvalidInput(
                f"scene {number + 1}: its narration ends {begin + length - seconds:.1f} s after the film, even spoken "
                "fast: shorten it or lengthen the scene"
            )
    return Narration(spoken, captions)


def scene_captions(words: str, seconds: float, language: str) -> list[Caption]:
    """Return the captions of one scene of ``seconds``, in seconds from its beginning. Raises as ``narrate``."""
    return narrate([words], [0.0], seconds, language).captions


def _fitting(words: str, language: str, room: float) -> Speech | None:
    speech = speak(words, language)
    for pace in _PACES:
        if speech is None or speech.seconds <= room:
            break
        speech = speak(words, language, pace)
    return speech


def _captions(phrases: tuple[Phrase, ...], begin: float) -> list[Caption]:
    return [
        Caption(start=round(begin + phrase.start, 3), end=round(begin + phrase.end, 3), text=phrase.text)
        for phrase in phrases
    ]
