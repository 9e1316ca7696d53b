"""Speech, pictures and films against servers that speak each maker's wire format."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from app.config import get_settings
from app.errors import InvalidInput, Unavailable, WorkFailed
from app.providers import registry
from app.providers.images import GoogleImages, OpenAiImages, nearest
from app.providers.protocols import Media
from app.providers.speech import ElevenLabsSpeech, OpenAiSpeech
from app.providers.transport import Api, Throttle
from app.providers.video import Patience, RunwayVideo, VeoVideo, fitting
from tests.providers.server import Asked, Reply, scripted

PNG = b"\x89PNG picture"
MP4 = b"\x00\x00\x00\x18ftyp film"
QUICK = Patience(every=0.01, at_most=2)


def api(url: str, **options: Any) -> Api:
    return Api("maker", url, {"Authorization": "Bearer secret-key-1"}, **({"timeout": 10.0, "retries": 1} | options))


def test_elevenlabs_speaks() -> None:
    with scripted(lambda _: Reply(b"ID3 sound")) as server:
        made = ElevenLabsSpeech(api(server.url), "eleven_multilingual_v2", "voice/1").speak("Guten Tag", "de")
    assert made == Media(b"ID3 sound", "audio/mpeg")
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/v1/text-to-speech/voice%2F1?output_format=mp3_44100_128")
    assert asked.body == {"text": "Guten Tag", "model_id": "eleven_multilingual_v2", "language_code": "de"}


def test_openai_speaks() -> None:
    with scripted(lambda _: Reply(b"ID3 sound")) as server:
        made = OpenAiSpeech(api(f"{server.url}/v1"), "gpt-4o-mini-tts", "alloy").speak("Hello", "en")
    assert made.data == b"ID3 sound"
    (asked,) = server.asked
    assert asked.path == "/v1/audio/speech"
    assert asked.body == {"model": "gpt-4o-mini-tts", "voice": "alloy", "input": "Hello", "response_format": "mp3"}


def test_openai_draws() -> None:
    answer = Reply({"created": 1, "data": [{"b64_json": base64.b64encode(PNG).decode()}]})
    with scripted(lambda _: answer) as server:
        made = OpenAiImages(api(f"{server.url}/v1"), "gpt-image-1").draw("A cup", 720, 1280)
    assert made == Media(PNG, "image/png")
    assert server.asked[0].path == "/v1/images/generations"
    assert server.asked[0].body == {"model": "gpt-image-1", "prompt": "A cup", "n": 1, "size": "1024x1536"}


def test_google_draws() -> None:
    answer = Reply({"predictions": [{"bytesBase64Encoded": base64.b64encode(PNG).decode(), "mimeType": "image/jpeg"}]})
    with scripted(lambda _: answer) as server:
        made = GoogleImages(api(server.url), "imagen-4.0-generate-001").draw("A cup", 1080, 1080)
    assert made == Media(PNG, "image/jpeg")
    assert server.asked[0].path == "/v1beta/models/imagen-4.0-generate-001:predict"
    assert server.asked[0].body["parameters"] == {"sampleCount": 1, "aspectRatio": "1:1"}


def veo(host: str = "") -> Any:
    looks = iter([{"name": "operations/7"}, {"name": "operations/7"}])

    def script(request: Asked) -> Reply:
        if request.method == "POST":
            return Reply({"name": "operations/7"})
        if request.path.startswith("/v1beta/operations/7"):
            if state := next(looks, None):
                return Reply(state)
            uri = f"{host or 'http://' + request.headers['host']}/files/film:download?alt=media"
            done = {"generateVideoResponse": {"generatedSamples": [{"video": {"uri": uri}}]}}
            return Reply({"name": "operations/7", "done": True, "response": done})
        return Reply(MP4)

    return script


def test_veo_films_from_a_picture() -> None:
    with scripted(veo()) as server:
        made = VeoVideo(api(server.url), "veo-3", QUICK).film("Steam rises", Media(PNG, "image/png"), 5, 720, 1280)
    assert made == Media(MP4, "video/mp4")
    first = server.asked[0]
    assert first.path == "/v1beta/models/veo-3:predictLongRunning"
    assert first.body["instances"][0]["image"]["mimeType"] == "image/png"
    assert first.body["parameters"] == {"aspectRatio": "9:16", "durationSeconds": 6}
    assert [asked.method for asked in server.asked] == ["POST", "GET", "GET", "GET", "GET"]


def test_a_key_is_not_sent_to_where_a_film_is_said_to_lie() -> None:
    with scripted(veo("http://127.0.0.1:9")) as server, pytest.raises(WorkFailed, match="strange host"):
        VeoVideo(api(server.url), "veo-3", QUICK).film("Steam", None, 5, 720, 1280)


def test_a_film_that_is_refused_or_late_is_told() -> None:
    def refused(request: Asked) -> Reply:
        return Reply(
            {"name": "o", "done": True, "error": {"message": "blocked"}} if request.method == "GET" else {"name": "o"}
        )

    with scripted(refused) as server, pytest.raises(WorkFailed, match="blocked"):
        VeoVideo(api(server.url), "veo-3", QUICK).film("x", None, 5, 720, 1280)
    with scripted(lambda _: Reply({"name": "o"})) as server, pytest.raises(Unavailable, match=r"took over 0\.05 s"):
        VeoVideo(api(server.url), "veo-3", Patience(0.01, 0.05)).film("x", None, 5, 720, 1280)


def test_runway_films_from_a_picture() -> None:
    looks = iter([{"id": "t1", "status": "RUNNING"}])

    def script(request: Asked) -> Reply:
        if request.method == "POST":
            return Reply({"id": "t1"})
        if request.path == "/v1/tasks/t1":
            film = f"http://{request.headers['host']}/film.mp4"
            return Reply(next(looks, {"id": "t1", "status": "SUCCEEDED", "output": [film]}))
        return Reply(MP4)

    with scripted(script) as server:
        made = RunwayVideo(api(server.url), "gen4_turbo", QUICK).film("Turn", Media(PNG, "image/png"), 5, 1080, 1080)
    assert made.data == MP4
    body = server.asked[0].body
    assert body["promptImage"].startswith("data:image/png;base64,")
    assert (body["ratio"], body["duration"]) == ("960:960", 5)
    assert "authorization" not in server.asked[-1].headers


def test_shapes_and_lengths_are_the_nearest_on_offer() -> None:
    assert nearest({"tall": 0.5, "square": 1.0, "wide": 2.0}, 720, 900) == "square"
    assert [fitting((4, 6, 8), seconds) for seconds in (1, 5, 20)] == [4, 6, 8]


def test_a_call_is_tried_again_and_then_given_up() -> None:
    replies = iter([Reply({}, 503, {"Retry-After": "0"}), Reply(b"ok")])
    with scripted(lambda _: next(replies)) as server:
        assert api(server.url).call("GET", "/x").content == b"ok"
    with scripted(lambda _: Reply({}, 429, {"Retry-After": "0"})) as server, pytest.raises(Unavailable, match="429"):
        api(server.url).call("GET", "/x")
    assert len(server.asked) == 2
    with scripted(lambda _: Reply({}, 503, {"Retry-After": "3600"})) as server, pytest.raises(Unavailable):
        api(server.url).call("GET", "/x")
    assert len(server.asked) == 1  # nobody waits an hour


def test_a_refusal_is_final_and_shows_no_key() -> None:
    echo = Reply({"error": "key secret-key-1 is wrong"}, 401)
    with scripted(lambda _: echo) as server, pytest.raises(WorkFailed) as caught:
        api(server.url).call("GET", "/x")
    assert len(server.asked) == 1
    assert "401" in str(caught.value)
    assert "secret" not in str(caught.value) + repr(api(server.url))


def test_calls_are_spread_evenly() -> None:
    throttle, waited = Throttle(per_minute=60), list[float]()
    for _ in range(3):
        throttle.wait(waited.append)
    assert [round(seconds) for seconds in waited] == [1, 2]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Any:
    def set_them(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()

    return set_them


def test_without_settings_all_is_built_in() -> None:
    assert registry.in_use() == {
        "language": "built in",
        "vision": "measures alone",
        "speech": "built in",
        "image": "none",
        "video": "built in",
    }


def test_models_are_found_by_the_settings(settings: Any) -> None:
    settings(
        LANGUAGE_MODEL="openai:gpt-5-mini",
        VISION_MODEL="ollama:llava:7b",
        SPEECH_MODEL="elevenlabs:eleven_multilingual_v2:abc",
        IMAGE_MODEL="google:imagen-4",
        VIDEO_MODEL="runway:gen4_turbo",
        OPENAI_API_KEY="k1",
        GOOGLE_API_KEY="k2",
        ELEVENLABS_API_KEY="k3",
        RUNWAY_API_KEY="k4",
    )
    assert registry.in_use() == {
        "language": "openai:gpt-5-mini",
        "vision": "ollama:llava:7b",
        "speech": "elevenlabs:eleven_multilingual_v2:abc",
        "image": "google:imagen-4",
        "video": "runway:gen4_turbo",
    }


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"LANGUAGE_MODEL": "acme:x"}, "LANGUAGE_MODEL: 'acme' is none of openai, google, anthropic, ollama"),
        ({"LANGUAGE_MODEL": "openai:x"}, "openai needs OPENAI_API_KEY"),
        ({"SPEECH_MODEL": "openai:x", "OPENAI_API_KEY": "k"}, "names no voice"),
        ({"VIDEO_MODEL": "nonsense"}, "VIDEO_MODEL"),
    ],
)
def test_a_wrong_setting_is_named(settings: Any, values: dict[str, str], named: str) -> None:
    settings(**values)
    with pytest.raises(InvalidInput, match=named):
        registry.in_use()
