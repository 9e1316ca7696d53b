"""Loudness, music and the mix of it with a voice."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rendering import loudness, mix, music
from app.rendering.voice import speak
from tests.present import present

RATE = 48_000


def tone(level: float, seconds: float, frequency: float = 1000.0) -> np.ndarray:
    at = np.arange(round(seconds * RATE)) / RATE
    wave = 10 ** (level / 20) * np.sin(2 * np.pi * frequency * at)
    return np.stack([wave, wave]).astype(np.float32)


@pytest.mark.parametrize(
    ("parts", "lufs"),
    [
        # EBU Tech 3341, cases 1 to 5: (level in dBFS, seconds) of a 1 kHz stereo tone.
        ([(-23, 20)], -23),
        ([(-33, 20)], -33),
        ([(-36, 10), (-23, 60), (-36, 10)], -23),
        ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23),
        ([(-26, 20), (-20, 20.1), (-26, 20)], -23),
    ],
)
def test_loudness_of_the_reference_signals(parts: list[tuple[float, float]], lufs: float) -> None:
    assert loudness.integrated(np.concatenate([tone(*part) for part in parts], axis=1)) == pytest.approx(lufs, abs=0.1)


def test_silence_and_very_short_sound_have_no_loudness() -> None:
    assert loudness.integrated(np.zeros((2, RATE), np.float32)) == float("-inf")
    assert loudness.integrated(tone(-6, 0.3)) == float("-inf")


def test_true_peak_finds_what_lies_between_samples() -> None:
    at = np.arange(RATE // 2)
    wave = (0.5 * np.sin(np.pi / 2 * at + np.pi / 4) * np.hanning(len(at))).astype(np.float32)[None]
    assert 20 * np.log10(np.abs(wave).max()) < -8.9
    assert loudness.true_peak(wave) == pytest.approx(-6.02, abs=0.1)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000), st.floats(0.01, 3.0), st.floats(0.5, 4.0))
def test_any_sound_is_brought_to_the_target_under_the_ceiling(seed: int, gain: float, sparseness: float) -> None:
    noise = np.random.default_rng(seed).normal(0, 1, (2, 3 * RATE))
    sound = (gain * np.sign(noise) * np.abs(noise) ** sparseness / 8).astype(np.float32)
    out = loudness.bring_to(sound, -14.0, -1.5)
    assert loudness.true_peak(out) <= -1.4
    assert loudness.integrated(out) <= -13.9


def test_music_is_chosen_by_mood_and_seed() -> None:
    chosen = {music.choose("calm", "A jar", seed).name for seed in range(20)}
    assert len(chosen) > 2 and all(name.startswith("calm") for name in chosen)
    assert music.choose("happy", "A jar", 3) == music.choose("happy", "A jar", 3)


def test_a_track_is_looped_to_length_without_a_hole() -> None:
    path = music.choose("energetic", "A jar", 0)
    for seconds in (5.0, 70.0):
        sound = music.load(path, seconds)
        assert sound.shape == (2, seconds * RATE) and np.abs(sound).max() <= 1.5
        levels = np.sqrt((sound.reshape(2, -1, RATE // 2) ** 2).mean(axis=(0, 2)))
        assert levels.min() > 0.2 * np.median(levels)


def test_music_gives_way_to_the_voice_and_comes_back() -> None:
    quiet_voice = present(speak("This jar keeps everything fresh for a long time.", "en"))
    steady = tone(-12, 12, 300)
    out = mix.mix(steady.shape[1], [(4.0, quiet_voice)], steady)

    def level(first: float, last: float) -> float:
        """Level of the 300 Hz tone alone."""
        part = out[0, round(first * RATE) : round(last * RATE)]
        at = np.arange(len(part)) / RATE
        return float(20 * np.log10(2 * abs((part * np.exp(-2j * np.pi * 300 * at)).mean())))

    end = 4 + quiet_voice.seconds
    assert level(1, 3) - level(4.2, end - 0.2) == pytest.approx(10, abs=2.5)
    assert level(end + 1, 11 - 0.2) == pytest.approx(level(1, 3), abs=1)
    assert np.abs(out[:, -50:]).max() < 0.01 and np.abs(out[:, :50]).max() < 0.05
    assert loudness.integrated(out) == pytest.approx(-14, abs=0.5) and loudness.true_peak(out) <= -1.4
