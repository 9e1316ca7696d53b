"""The voice: what it says, when, and how long it takes."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.rendering.hibari_voice import HibariVoice
from app.rendering.narration import narrate, scene_captions
from app.rendering.speech import from_bytes
from app.rendering.spoken import spoken
from app.rendering.voice import reading_seconds, speak
from tests.present import present

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
def test_short_forms_are_written_out(written: str, said: str) -> None:
    assert spoken(written) == said


def test_speech_is_the_same_every_time_and_each_word_has_its_time() -> None:
    first, second = (present(HibariVoice().speak(TEXT, "en")) for _ in range(2))
    assert np.array_equal(first.samples, second.samples)
    assert first.samples.dtype == np.float32 and 0.1 < np.abs(first.samples).max() <= 1
    assert "".join(word.text for word in first.words).replace(" ", "") == TEXT.replace(" ", "")
    assert first.words[0].start >= 0 and first.words[-1].end <= first.seconds
    times = [time for word in first.words for time in (word.start, word.end)]
    assert times == sorted(times) and min(word.end - word.start for word in first.words) > 0.03
    by_text = {word.text.strip(): word for word in first.words}
    # "four point eight out of five" and "twenty-four hours" take longer than "it".
    assert by_text["4.8/5."].end - by_text["4.8/5."].start > 0.8 > 0.3 > by_text["It"].end - by_text["It"].start


def test_speech_is_kept_whole() -> None:
    speech = present(speak(TEXT, "en"))
    again = from_bytes(speech.to_bytes())
    assert again.words == speech.words and (again.rate, again.voice, again.licence) == (
        speech.rate,
        speech.voice,
        speech.licence,
    )
    assert np.abs(again.samples - speech.samples).max() < 1e-4
    for data in (b"", b"no", speech.to_bytes()[:-200]):
        with pytest.raises(InvalidInput, match="cannot be read"):
            from_bytes(data)


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_spoken_or_left_and_its_captions_keep_their_order(text: str) -> None:
    speech = speak(text, "en")
    assert speech is None or (np.isfinite(speech.samples).all() and np.abs(speech.samples).max() < 4)
    seconds = 120.0
    captions = scene_captions((text, speech), seconds)
    times = [time for caption in captions for time in (caption.start, caption.end)]
    assert times == sorted(times) and all(0 <= time <= seconds for time in times)
    for caption in captions:
        assert all(caption.start <= word.start <= word.end <= caption.end + 1e-6 for word in caption.words)


def test_a_language_without_a_voice_is_timed_by_its_words() -> None:
    assert speak("", "en") is None and speak("  ", "en") is None and speak("🔥", "en") is None
    assert reading_seconds("eins zwei drei vier fünf") == pytest.approx(2.0)
    assert reading_seconds("これは水筒です") == pytest.approx(7 / 5)


def test_words_begin_with_their_scene_and_never_overlap() -> None:
    long = "It is a large jar that is very hard to break, and it keeps all that you love fresh."
    told = narrate([(text, speak(text, "en")) for text in ("One jar.", long, "Buy it.")], [0.0, 2.7, 5.4], 11.9)
    assert told.spoken[2][0] > 5.4 + 0.3
    assert [round(start, 2) for start, _ in told.spoken][:2] == [0.25, 2.95]
    for (start, speech), (following, _) in pairwise(told.spoken):
        assert following >= start + speech.seconds
    times = [time for caption in told.captions for time in (caption.start, caption.end)]
    assert times == sorted(times)


def test_words_that_cannot_fit_are_refused_by_the_scene() -> None:
    texts = ["One.", "A very long sentence that nobody says in two seconds. " * 3]
    with pytest.raises(InvalidInput, match="scene 2: its narration ends"):
        narrate([(text, speak(text, "en")) for text in texts], [0.0, 2.7], 5.4)


def test_captions_without_a_voice() -> None:
    told = narrate([("Dieses Glas hält alles lange frisch.", None)], [0.0], 3.0)
    assert not told.spoken and [caption.text for caption in told.captions] == [
        "Dieses Glas hält",
        "alles lange frisch.",
    ]
    assert told.captions[0].start == 0.25 and told.captions[-1].end <= 3.0
