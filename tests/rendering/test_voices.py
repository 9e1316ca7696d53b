"""Other voices than English, and what they say."""

from pathlib import Path

import numpy as np
import pytest

from app.errors import InvalidInput
from app.rendering import sound_effects
from app.rendering.espeak_voice import EspeakVoice
from app.rendering.jobs import SpeechJob
from app.rendering.narration import scene_captions
from app.rendering.own_sound import decode
from app.rendering.process import run_in_child
from app.rendering.speech import from_bytes, recorded
from app.rendering.spoken import spoken
from app.rendering.subtitles import FORMATS, written
from app.rendering.voice import speak, voice_for
from tests.present import present

SPOKEN = [
    ("de", "ca. 12 h warm", "circa 12 Stunden warm"),
    ("de", "450 ml für 149,99 €", "450 Milliliter für 149 Euro 99"),
    ("de", "1.299 €, 4,8/5", "1299 Euro, 4,8 von 5"),
    ("de", "z. B. blau & rot, inkl. Deckel", "zum Beispiel blau und rot, inklusive Deckel"),
    ("fr", "env. 2,5 kg", "environ 2,5 kilogrammes"),
    ("fr", "1 kg à 1,50 €", "1 kilogramme à 1 euro 50"),
    ("es", "2,5 kg por 19,99 €", "2,5 kilogramos por 19 euros con 99"),
    ("it", "10 cm a 1.299 €", "10 centimetri a 1299 euro"),
    ("pt", "máx. 5 kg", "máximo 5 quilogramas"),
    ("ru", "12 ч", "12 ч"),
]


@pytest.mark.parametrize(("language", "short", "said"), SPOKEN)
def test_short_forms_are_written_out_in_each_language(language: str, short: str, said: str) -> None:
    assert spoken(short, language).replace("\xa0", " ") == said


def test_a_child_speaks_what_only_espeak_knows(tmp_path: Path) -> None:
    text = "Die Kanne hält 12 h warm. Nur 149,99 €!"
    job = SpeechJob(texts=[text, "", "🔥"], language="de", output=str(tmp_path / "s"))
    paths = run_in_child(job, lambda share, step: None, 60).paths
    assert paths[1:] == [None, None]
    speech = from_bytes((tmp_path / "s-0").read_bytes())
    assert speech.voice == "espeak-ng" and 3 < speech.seconds < 9 and np.abs(speech.samples).max() > 0.1
    assert "".join(word.text for word in speech.words) == text
    times = [time for word in speech.words for time in (word.start, word.end)]
    assert times == sorted(times) and times[-1] <= speech.seconds + 1e-6
    # The second sentence begins where it is quiet before.
    begin = next(word.start for word in speech.words if word.text.startswith("Nur"))
    assert 0.35 < begin / speech.seconds < 0.75


def test_each_language_has_the_best_voice_there_is() -> None:
    assert present(voice_for("en")).name == "hibari heart"
    others = {present(voice_for(language)).name for language in ("de", "fr", "es", "it", "pt", "ru", "el", "zh")}
    assert others == {"espeak-ng"}
    assert voice_for("qq") is None and not EspeakVoice().speaks("ja")


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
