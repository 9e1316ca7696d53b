"""Placing what is said in a film: when each scene's words begin, and the captions that go with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import InvalidInput
from app.rendering.captions import lines_of
from app.rendering.jobs import Caption
from app.rendering.schedule import END, LEAD, PAUSE
from app.rendering.speech import Speech, estimated, shifted
from app.rendering.voice import reading_seconds

Said = tuple[str, Speech | None]
"""A scene's words, and their speech; None: nobody speaks them."""


@dataclass(frozen=True, slots=True)
class Narration:
    """What is heard, each speech with the second at which it begins, and what is read."""

    spoken: list[tuple[float, Speech]]
    captions: list[Caption]


def narrate(scenes: Sequence[Said], starts: Sequence[float], seconds: float) -> Narration:
    """Return the narration of a film of ``seconds`` whose scenes start at ``starts``.

    Words begin a quarter of a second into their scene; those that are too long for it (``schedule`` makes it long
    enough) run into the next scene, and move its words. Captions of what nobody speaks stay as long as a reader would
    need to say them, if the scene is that long.

    Raises:
        InvalidInput: the words end after the film; the message names the scene.
    """
    spoken: list[tuple[float, Speech]] = []
    captions: list[Caption] = []
    free = 0.0
    for number, (text, speech) in enumerate(scenes):
        if not text.strip():
            continue
        begin = max(starts[number] + LEAD, free)
        if speech is None:
            end = starts[number + 1] + LEAD - PAUSE if number + 1 < len(scenes) else seconds - END
            length = max(0.0, min(reading_seconds(text), end - begin))
            words = estimated(text, begin, begin + length)
        else:
            spoken.append((begin, speech))
            length, words = speech.seconds, tuple(shifted(speech.words, begin))
        captions += lines_of(words, text)
        free = begin + length + PAUSE
        if begin + length > seconds:
            raise InvalidInput(
                f"scene {number + 1}: its narration ends {begin + length - seconds:.1f} s after the film: shorten it "
                "or lengthen the scene"
            )
    return Narration(spoken, captions)


def scene_captions(said: Said, seconds: float) -> list[Caption]:
    """Return the captions of one scene of ``seconds``, in seconds from its beginning. Raises as ``narrate``."""
    return narrate([said], [0.0], seconds).captions
