"""How long scenes last: never less than their words take, as long as asked together, cut on the beat."""

from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rendering import music
from app.rendering.beats import Beat, find_beat
from app.rendering.jobs import Caption, ClipJob
from app.rendering.schedule import END, LEAD, PAUSE, TOLERANCE, schedule
from app.rendering.shots import SHORTEST
from app.rendering.shots import cuts as shot_cuts
from app.rendering.theme import look_of
from tests.present import present

FPS = 30
scenes = st.lists(st.tuples(st.floats(1.5, 10), st.floats(0, 8), st.integers(0, 15)), min_size=1, max_size=12)
beats = st.builds(Beat, st.floats(0, 0.5), st.floats(0.33, 1.0))


def cuts(frames: list[int], overlaps: list[int]) -> tuple[list[float], int]:
    """Return where each cut is seen, in frames, and the film's length."""
    begins = [0, *accumulate(count - shared for count, shared in zip(frames, [*overlaps, 0], strict=True))]
    return [begin + shared / 2 for begin, shared in zip(begins[1:-1], overlaps, strict=True)], begins[-1]


@given(scenes, st.none() | beats)
def test_words_always_fit_and_the_film_is_as_long_as_asked(
    scenes: list[tuple[float, float, int]], beat: Beat | None
) -> None:
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


def test_cuts_fall_on_the_beat() -> None:
    beat = Beat(0.2, 0.5)
    frames = schedule([3.0, 3.3, 3.1, 4.0], [2.2, 2.0, 0, 2.0], [0, 10, 12], FPS, beat)
    seen, total = cuts(frames, [0, 10, 12])
    for cut in seen:
        off = (cut / FPS - beat.first) / beat.period
        assert abs(off - round(off)) * beat.period <= 0.5 / FPS + 1e-6
    assert total == pytest.approx(13.4 * FPS, abs=1)


def test_a_beat_that_is_played_is_found_and_noise_has_none() -> None:
    rate, period, first = 48_000, 60 / 112, 0.31
    sound = np.zeros((2, 20 * rate), np.float32)
    click = np.random.default_rng(1).normal(0, 0.5, rate // 20) * np.exp(-np.linspace(0, 8, rate // 20))
    for at in np.arange(first, 19.5, period):
        sound[:, round(at * rate) : round(at * rate) + len(click)] += click.astype(np.float32)
    for told in (None, 112.0):
        beat = present(find_beat(sound, told))
        assert beat.period == pytest.approx(period, rel=0.004)
        off = (beat.first - first) / beat.period
        assert abs(off - round(off)) * beat.period < 0.03
    noise = np.random.default_rng(2).normal(0, 0.1, (2, 20 * rate)).astype(np.float32)
    assert find_beat(noise) is None and find_beat(np.zeros((2, rate), np.float32)) is None


def test_the_tracks_tell_their_tempo_and_key() -> None:
    assert music.tempos()["happy_acoustic_1.opus"] == 110 and music.keys()["nostalgic_electronic_2.opus"] == "Bb"
    assert len(music.tempos()) == 28
    beat = present(music.beat(music.choose("happy", "AeroBrew", 1)))
    assert 60 / beat.period == pytest.approx(110, abs=2)


def test_the_music_beats_on_in_every_scene() -> None:
    """Where a scene begins between two beats, its first one is what is left until the next."""
    assert Beat(0.2, 0.5).seen_from(3.45) == (0.25, 0.5)
    assert Beat(0.2, 0.5).seen_from(0) == (0.2, 0.5)
    first, period = Beat(0.4, 0.473).seen_from(7.1)
    beats = (7.1 + first - 0.4) / period
    assert 0 <= first < period and beats == pytest.approx(round(beats), abs=1e-3)


@given(st.floats(2.5, 9), st.floats(0, 0.9), st.floats(0.33, 1.0), st.lists(st.floats(0, 9), max_size=6))
def test_shots_are_cut_on_the_beat_and_none_is_too_short_for_it(
    seconds: float, first: float, period: float, ends: list[float]
) -> None:
    words = [{"start": max(0.0, end - 0.3), "end": end, "text": "jar "} for end in sorted(ends)]
    captions = [Caption.model_validate({"start": 0, "end": 9, "text": "jar", "words": words})]
    job = ClipJob(image="", motion="push", seconds=seconds, captions=captions, beat=(first, period), output="")
    at = shot_cuts(job, look_of("bold"))
    for begin, end in pairwise([0.0, *at, seconds]):
        assert end - begin >= SHORTEST - 1 / FPS
        # A shot that has time to spare ends on a beat; where none can, it ends as near as it must.
        on = abs((end - first) / period - round((end - first) / period)) * period <= 0.5 / FPS + 1e-6
        assert on or end == seconds or seconds / (len(at) + 1) - SHORTEST < period


def test_without_music_shots_are_cut_at_the_end_of_a_word() -> None:
    words = [{"start": 1.0, "end": 1.7, "text": "jar"}]
    captions = [Caption.model_validate({"start": 1, "end": 1.7, "text": "jar", "words": words})]
    job = ClipJob(image="", motion="push", seconds=3.2, captions=captions, output="")
    assert shot_cuts(job, look_of("bold")) == [pytest.approx(1.7, abs=0.5 / FPS)]
