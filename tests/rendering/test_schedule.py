"""How long scenes last: never less than their words take, as long as asked together, cut on the beat."""

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rendering import music
from app.rendering.beats import Beat, find_beat
from app.rendering.schedule import END, LEAD, PAUSE, TOLERANCE, schedule

FPS = 30
scenes = st.lists(st.tuples(st.floats(1.5, 10), st.floats(0, 8), st.integers(0, 15)), min_size=1, max_size=12)
beats = st.builds(Beat, st.floats(0, 0.5), st.floats(0.33, 1.0))


def cuts(frames, overlaps):
    """Return where each cut is seen, in frames, and the film's length."""
    begins = [0, *accumulate(count - shared for count, shared in zip(frames, [*overlaps, 0], strict=True))]
    return [begin + shared / 2 for begin, shared in zip(begins[1:-1], overlaps, strict=True)], begins[-1]


@given(scenes, st.none() | beats)
def test_words_always_fit_and_the_film_is_as_long_as_asked(scenes, beat):
    wished, spoken = [one[0] for one in scenes], [one[1] for one in scenes]
    overlaps = [one[2] for one in scenes[1:]]
    frames = schedule(wished, spoken, overlaps, FPS, beat)
    for number, (count, words) in enumerate(zip(frames, spoken, strict=True)):
        shared = overlaps[number] if number < len(overlaps) else 0
        quiet = END + LEAD if number == len(overlaps) else PAUSE + LEAD
        assert count >= sum(overlaps[max(0, number - 1) : number + 1]) + 1
        if words:
            assert count - shared >= (words + quiet) * FPS - 1e-6
    asked = max(sum(round(one * FPS) for one in wished), cuts(schedule(wished, spoken, overlaps, FPS), overlaps)[1])
    total = cuts(frames, overlaps)[1]
    assert asked - 1 <= total <= asked * TOLERANCE + 1
    assert beat is not None or total == asked


def test_cuts_fall_on_the_beat():
    beat = Beat(0.2, 0.5)
    frames = schedule([3.0, 3.3, 3.1, 4.0], [2.2, 2.0, 0, 2.0], [0, 10, 12], FPS, beat)
    seen, total = cuts(frames, [0, 10, 12])
    for cut in seen:
        off = (cut / FPS - beat.first) / beat.period
        assert abs(off - round(off)) * beat.period <= 0.5 / FPS + 1e-6
    assert total == pytest.approx(13.4 * FPS, abs=1)


def test_a_beat_that_is_played_is_found_and_noise_has_none():
    rate, period, first = 48_000, 60 / 112, 0.31
    sound = np.zeros((2, 20 * rate), np.float32)
    click = np.random.default_rng(1).normal(0, 0.5, rate // 20) * np.exp(-np.linspace(0, 8, rate // 20))
    for at in np.arange(first, 19.5, period):
        sound[:, round(at * rate) : round(at * rate) + len(click)] += click.astype(np.float32)
    for told in (None, 112.0):
        beat = find_beat(sound, told)
        assert beat.period == pytest.approx(period, rel=0.004)
        off = (beat.first - first) / beat.period
        assert abs(off - round(off)) * beat.period < 0.03
    noise = np.random.default_rng(2).normal(0, 0.1, (2, 20 * rate)).astype(np.float32)
    assert find_beat(noise) is None and find_beat(np.zeros((2, rate), np.float32)) is None


def test_the_tracks_tell_their_tempo_and_key():
    assert music.tempos()["happy_acoustic_1.opus"] == 110 and music.keys()["nostalgic_electronic_2.opus"] == "Bb"
    assert len(music.tempos()) == 28
    beat = music.beat(music.choose("happy", "AeroBrew", 1))
    assert 60 / beat.period == pytest.approx(110, abs=2)
