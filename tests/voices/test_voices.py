"""Voices listed, heard and wished for: over HTTP, by the command, and by a short."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import wave
from pathlib import Path

import httpx2
import numpy as np
import pytest
from fastapi.testclient import TestClient

from app.errors import InvalidInput
from app.main import create_app
from app.models import Wishes
from app.shorts.service import start_short
from app.voices import use_cases


@pytest.fixture
def api() -> TestClient:
    return TestClient(create_app(), raise_server_exceptions=False)


def loudness(sound: bytes) -> tuple[float, float]:
    """Return the seconds of a WAV, and its mean level."""
    with wave.open(io.BytesIO(sound)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        levels = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return len(levels) / file.getframerate(), float(np.abs(levels).mean() / 32768)


def test_the_voices_of_a_language_are_listed_the_best_first(api: TestClient) -> None:
    found = api.get("/api/v1/voices", params={"language": "de"}).json()["voices"]
    assert [(one["name"], one["best"]) for one in found] == [
        ("pico-de", True),
        ("espeak", False),
        ("espeak-f3", False),
    ]
    assert all(one["licence"] and one["about"] for one in found)
    every = {one["language"] for one in api.get("/api/v1/voices").json()["voices"]}
    assert {"de", "en", "es", "fr", "it", "pt"} <= every
    assert api.get("/api/v1/voices", params={"language": "qq"}).json() == {"voices": []}
    assert api.get("/api/v1/voices", params={"language": "German"}).status_code == 422


def test_a_sample_is_heard_and_made_once(api: TestClient) -> None:
    use_cases.sample.cache_clear()
    answers: list[httpx2.Response] = [
        api.get("/api/v1/voices/pico-it/sample", params={"language": "it"}) for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [200, 200] and answers[0].content == answers[1].content
    assert answers[0].headers["content-type"] == "audio/wav" and use_cases.sample.cache_info().misses == 1
    seconds, level = loudness(answers[0].content)
    assert 3 < seconds < 10 and level > 0.01


@pytest.mark.parametrize(
    ("name", "language", "status", "told"),
    [
        ("nobody", "it", 404, "nobody"),
        ("pico-it", "de", 422, "pico-de"),
        ("espeak", "qq", 422, "in de, en"),
    ],
)
def test_a_sample_that_cannot_be_is_refused_with_what_can(
    api: TestClient, name: str, language: str, status: int, told: str
) -> None:
    answer = api.get(f"/api/v1/voices/{name}/sample", params={"language": language})
    assert answer.status_code == status and told in answer.json()["detail"]


def shopreel(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "app.cli", *words], capture_output=True, text=True)


def test_the_command_lists_voices_and_writes_one(tmp_path: Path) -> None:
    listed = json.loads(shopreel("voices", "--language", "pt", "--json").stdout)["voices"]
    assert [one["name"] for one in listed] == ["kokoro-pt", "espeak", "espeak-f3"]
    assert "pico-fr" in shopreel("voices").stdout
    path = tmp_path / "heard.wav"
    written = shopreel("voices", "--language", "es", "--say", "Hola, mundo.", "--voice", "pico-es", "-o", str(path))
    assert written.returncode == 0, written.stderr
    assert 0.5 < loudness(path.read_bytes())[0] < 4


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--say", "Hallo"], "-o"),
        (["-o", "x.wav"], "--language"),
        (["--language", "de", "--say", "🔥", "-o", "x.wav"], "no words"),
        (["--language", "de", "--voice", "pico-fr", "-o", "x.wav"], "pico-de"),
        (["--language", "de", "-o", "no/such/folder.wav"], "cannot be written"),
    ],
)
def test_the_command_says_what_is_wrong(words: list[str], told: str) -> None:
    refused = shopreel("voices", *words)
    assert refused.returncode == 2 and told in refused.stderr and "Traceback" not in refused.stderr


def test_a_short_with_a_voice_that_there_is_not_is_refused_at_once() -> None:
    with pytest.raises(InvalidInput, match="those that do: pico-fr"):
        start_short("https://shop.example/pot", wishes=Wishes(voice="pico-de", language="fr"))
    with pytest.raises(InvalidInput, match="there is no voice 'nobody'"):
        start_short("https://shop.example/pot", wishes=Wishes(voice="nobody"))
