"""The voices, and what they say."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.errors import InvalidInput
from app.rendering import sound_effects
from app.rendering.alignment import word_edges
from app.rendering.jobs import SpeechJob
from app.rendering.narration import scene_captions
from app.rendering.own_sound import decode
from app.rendering.process import run_in_child
from app.rendering.speech import from_bytes, recorded
from app.rendering.spoken import spoken
from app.rendering.subtitles import FORMATS, written
from app.rendering.voice import VOICES, check_wish, speak, voice_for, voices_of

SPOKEN = [
    ("de", "ca. 12 h warm", "circa 12 Stunden warm"),
    ("de", "450 ml für 149,99 €", "450 Milliliter für 149 Euro 99"),
    ("de", "1.299 €, 4,8/5", "1299 Euro, 4,8 von 5"),
    ("de", "z. B. blau & rot, inkl. Deckel", "zum Beispiel blau und rot, inklusive Deckel"),
    ("fr", "env. 2,5 kg", "environ 2,5 kilogrammes"),
    ("fr", "1 kg à 1,50 €", "1 kilogramme à 1 euro 50"),
    ("es", "2,5 kg por 19,99 €", "2,5 kilogramos por 19 euros con 99"),
    ("it", "10 cm a 1.299 €", "10 centimetri a 1299 euro"),
    ("it", "4,6 su 5 secondo 94 recensioni, in 30 s", "4,6 su 5 secondo 94 recensioni, in 30 secondi"),
    ("es", "4,6 de 5 segundo más vendido", "4,6 de 5 segundo más vendido"),
    ("es", "Antes 79 US$, ahora 64 US$", "Antes 79 dólares, ahora 64 dólares"),
    ("pt", "De 79 US$ por R$ 64,50", "De 79 dólares por 64 reais e 50"),
    ("fr", "64 $US au lieu de 79 $CA", "64 dollars au lieu de 79 dollars"),
    ("pt", "máx. 5 kg", "máximo 5 quilogramas"),
    ("ru", "12 ч", "12 ч"),
]


@pytest.mark.parametrize(("language", "short", "said"), SPOKEN)
def test_short_forms_are_written_out_in_each_language(language: str, short: str, said: str) -> None:
    assert spoken(short, language).replace("\xa0", " ") == said


ESPEAK = next(voice for voice in VOICES if voice.name == "espeak")
LANGUAGES = ("de", "en", "es", "fr", "it", "pt")
PRICED = {
    "de": "Die Kanne hält 12 h warm. Nur 149,99 €!",
    "en": "The jug keeps tea hot for 12 h. Only $149.99!",
    "es": "La jarra guarda el calor 12 h. ¡Solo 149,99 €!",
    "fr": "Le pichet garde la chaleur 12 h. Seulement 149,99 € !",
    "it": "La brocca tiene il caldo per 12 h. Solo 149,99 €!",
    "pt": "O jarro guarda o calor 12 h. Só 149,99 €!",
}


@pytest.mark.parametrize(
    ("language", "name"), [(language, voice.name) for language in LANGUAGES for voice in voices_of(language)]
)
def test_each_voice_says_all_words_in_their_order_the_same_every_time(language: str, name: str) -> None:
    text = PRICED[language]
    speech = speak(text, language, name)
    bytearray(b"\x5a" * 5_000_000)  # what is left in memory is heard by no voice
    again = speak(text, language, name)
    assert speech is not None and again is not None and np.array_equal(speech.samples, again.samples)
    assert speech.voice == name and speech.licence and 3 < speech.seconds < 9
    assert 0.1 < np.abs(speech.samples).max() <= 1 and np.mean(np.abs(speech.samples) > 0.99) < 0.001
    assert "".join(word.text for word in speech.words).replace(" ", "") == text.replace(" ", "")
    times = [time for word in speech.words for time in (word.start, word.end)]
    assert times == sorted(times) and times[-1] <= speech.seconds + 1e-6
    # The second sentence begins where it is quiet before.
    begin = next(
        word.start
        for number, word in enumerate(speech.words)
        if number and speech.words[number - 1].text.strip()[-1] == "."
    )
    before = speech.samples[round((begin - 0.2) * speech.rate) : round((begin - 0.05) * speech.rate)]
    after = speech.samples[round(begin * speech.rate) :][: speech.rate // 4]
    assert np.abs(before).mean() < 0.2 * np.abs(after).mean()


def test_each_of_the_six_languages_has_two_voices_and_the_best_speaks_unasked() -> None:
    best = {language: [voice.name for voice in voices_of(language)] for language in LANGUAGES}
    assert min(map(len, best.values())) >= 2
    assert {language: names[0] for language, names in best.items()} == {
        "de": "pico-de",
        "en": "hibari-heart",
        "es": "kokoro-es",
        "fr": "pico-fr",
        "it": "pico-it",
        "pt": "kokoro-pt",
    }
    assert voice_for("ru") is ESPEAK and voice_for("qq") is None and not ESPEAK.speaks("ja")
    assert {voice_for("de", wish) for wish in ("auto", "built_in", "none")} == {voice_for("de")}
    assert len({voice.name for voice in VOICES}) == len(VOICES)


def test_a_child_speaks_with_the_voice_that_is_wished_for(tmp_path: Path) -> None:
    job = SpeechJob(texts=[PRICED["de"], "", "🔥"], language="de", voice="espeak-f3", output=str(tmp_path / "s"))
    paths = run_in_child(job, lambda share, step: None, 60).paths
    assert paths[1:] == [None, None]
    assert from_bytes((tmp_path / "s-0").read_bytes()).voice == "espeak-f3"


@pytest.mark.parametrize("name", ["pico-fr", "nobody"])
def test_a_voice_that_does_not_speak_the_language_is_refused_with_those_that_do(name: str) -> None:
    with pytest.raises(InvalidInput, match=r"speaks de here; those that do: pico-de, espeak"):
        voice_for("de", name)
    check_wish("pico-fr", None)
    with pytest.raises(InvalidInput, match=r"no voice 'nobody'; there are hibari-heart, "):
        check_wish("nobody", None)


@pytest.mark.parametrize("text", ["<speed level='900'>Hallo & tschüs", "🔥 <>", "²³ ™", "x" * 300, "Ünïcödé — “ja”\0…"])
def test_no_text_is_taken_for_markup_or_breaks_a_voice(text: str) -> None:
    speech = speak(text, "de", "pico-de")
    said = any(sign.isalnum() for sign in text)
    assert (speech is not None) == said and (speech is None or "".join(word.text for word in speech.words))
    assert speech is None or speech.seconds > 0.3


def test_words_are_found_in_a_sentence_by_how_they_sound_alone() -> None:
    rng = np.random.default_rng(7)

    def tone(pitch: float, seconds: float) -> NDArray[np.float32]:
        time = np.arange(round(16_000 * seconds)) / 16_000
        return (0.3 * np.sin(2 * np.pi * pitch * time)).astype(np.float32)

    quiet = (1e-4 * rng.standard_normal(4_800)).astype(np.float32)
    whole = np.concatenate([quiet, tone(300, 0.3), tone(900, 0.2), quiet, tone(300, 0.4), tone(2500, 0.3)])
    alone = [tone(300, 0.5), tone(900, 0.3), np.zeros(0, np.float32), tone(300, 0.5), tone(2500, 0.4)]
    edges = word_edges(whole, alone, 16_000)
    assert edges is not None
    assert [begin for begin, _ in edges] == pytest.approx([0.3, 0.6, 0.8, 1.1, 1.5], abs=0.05)
    assert edges[2][0] == edges[2][1]
    assert word_edges(whole[:4_000], alone, 16_000) is None


def test_captions_are_written_as_files() -> None:
    captions = scene_captions(
        ("It keeps <tea> & milk hot, for 12h.", speak("It keeps <tea> & milk hot, for 12h.", "en")), 9
    )
    made = {kind: written(captions, kind) for kind in FORMATS}
    assert made["vtt"].startswith("WEBVTT") and "&lt;tea&gt;" in made["vtt"]
    assert " --> 00:00:0" in made["srt"] and r"{\k" in made["ass"] and "Dialogue:" in made["ass"]


def test_captions_of_nothing_are_valid_files() -> None:
    assert written([], "vtt").startswith("WEBVTT") and written([], "srt").strip() == ""


@pytest.mark.parametrize("data", [b"", b"no sound at all" * 99, b"RIFF\x00\x00\x00\x00WAVE"])
def test_what_is_no_sound_is_refused_by_name(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "music"
    path.write_bytes(data)
    with pytest.raises(InvalidInput, match=r"^music: "):
        decode(path, "music")


def test_a_recording_loses_the_silence_at_its_ends() -> None:
    tone = 0.3 * np.sin(np.arange(48_000) / 20).astype(np.float32)
    sound = np.concatenate([np.zeros(24_000, np.float32), tone, np.zeros(24_000, np.float32)])
    speech = recorded(np.stack([sound, sound]), 48_000, "One two three", "theirs")
    assert speech.seconds == pytest.approx(1.12, abs=0.02)
    assert [word.text.strip() for word in speech.words] == ["One", "two", "three"]


def test_effects_are_short_quiet_and_end_in_silence() -> None:
    for sound, seconds in ((sound_effects.whoosh(), 0.6), (sound_effects.chime("Bb"), 1.2)):
        assert sound.shape[1] / 48_000 < seconds and 0.02 < np.abs(sound).max() < 0.15
        assert np.abs(sound[:, [0, -1]]).max() < 0.002
    spectrum = np.abs(np.fft.rfft(sound_effects.chime("A")[0]))
    strongest = spectrum.argmax() * 48_000 / sound_effects.chime("A").shape[1]
    assert min(abs(strongest - 880 * 2 ** (step / 12)) for step in (0, 7, 12)) < 5
    laid = sound_effects.placed([(-0.1, sound_effects.chime()), (0.95, sound_effects.whoosh())], 48_000)
    assert laid.shape == (2, 48_000) and np.isfinite(laid).all() and np.abs(laid).max() > 0
