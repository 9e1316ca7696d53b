"""The voice: what it says, when, and how long it takes."""

from itertools import pairwise

import numpy as np
import pytest

from app.errors import InvalidInput
from app.rendering.narration import narrate
from app.rendering.spoken import spoken
from app.rendering.voice import speak, speech_seconds

TEXT = "Meet the jar, rated 4.8/5. It keeps food fresh for 24h!"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("40h of battery", "40 hours of battery"),
        ("1 h", "1 hour"),
        ("a 65W charger", "a 65 watts charger"),
        ("5000mAh", "5000 milliamp hours"),
        ("rated 4.8/5 stars", "rated 4.8 out of 5"),
        ("10 x 20 cm", "10 by 20 cm"),
        ("3x faster", "3 times faster"),
        ("49,99 €", "€49.99"),
        ("1,299 reviews", "1,299 reviews"),
        ("$1,299.00", "$1,299.00"),
        ("$149.99.", "$149.99."),
        ("149.99 USD", "$149.99"),
        ("CHF 20", "20 Swiss francs"),
        ("12,5 kg", "12,5 kg"),
        ("A4 paper, size M/L", "A4 paper, size M or L"),
        ("open 24/7", "open twenty-four seven"),
        ("No. 1", "number 1"),
        ("4.8 ★", "4.8 stars"),
    ],
)
def test_short_forms_are_written_out(written, said):
    assert spoken(written) == said


def test_speech_is_the_same_every_time_and_its_phrases_tile_it():
    first, second = speak(TEXT, "en"), speak(TEXT, "en")
    assert np.array_equal(first.samples, second.samples)
    assert first.samples.dtype == np.float32 and 0.1 < np.abs(first.samples).max() <= 1
    assert [phrase.text for phrase in first.phrases] == ["Meet the jar, rated 4.8/5.", "It keeps food fresh for 24h!"]
    assert first.phrases[0].start == 0 and first.phrases[-1].end == pytest.approx(first.seconds, abs=0.01)
    gap = first.samples[round(first.phrases[0].end * 24000) + 50 : round(first.phrases[1].start * 24000) - 50]
    assert np.abs(gap).max() < 1e-6
    assert speech_seconds(TEXT, "en") == first.seconds
    assert speak(TEXT, "en", speed=1.4).seconds < 0.85 * first.seconds


def test_a_language_without_a_voice_is_timed_by_its_words():
    assert speak("Das hält warm.", "de") is None and speak("  ", "en") is None and speak("🔥", "en") is None
    assert speech_seconds("eins zwei drei vier fünf", "de") == pytest.approx(2.0)
    assert speech_seconds("これは水筒です", "ja") == pytest.approx(7 / 5)


def test_words_begin_with_their_scene_and_never_overlap():
    long = "It is a large jar that is very hard to break, and it keeps all that you love fresh."
    told = narrate(["One jar.", long, "Buy it."], [0.0, 2.7, 5.4], 9.9, "en")
    assert told.spoken[2][0] > 5.4 + 0.3
    assert [round(start, 2) for start, _ in told.spoken][:2] == [0.25, 2.95]
    for (start, speech), (following, _) in pairwise(told.spoken):
        assert following >= start + speech.seconds
    times = [time for caption in told.captions for time in (caption.start, caption.end)]
    assert times == sorted(times)


def test_words_that_cannot_fit_are_refused_by_the_scene():
    with pytest.raises(InvalidInput, match="scene 2: its narration ends"):
        narrate(["One.", "A very long sentence that nobody says in two seconds. " * 3], [0.0, 2.7], 5.4, "en")


def test_captions_without_a_voice():
    told = narrate(["Dieses Glas hält alles lange frisch."], [0.0], 3.0, "de")
    assert not told.spoken and [caption.text for caption in told.captions] == [
        "Dieses Glas hält",
        "alles lange frisch.",
    ]
    assert told.captions[0].start == 0.25 and told.captions[-1].end <= 3.0
