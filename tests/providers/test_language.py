"""Language and vision models against servers that speak each maker's wire format."""

from __future__ import annotations

import io
import threading
from decimal import Decimal
from typing import Any

import pytest
from PIL import Image
from pydantic import BaseModel

from app.errors import Unavailable, WorkFailed
from app.providers.language import PydanticAiModel
from app.providers.transport import Throttle
from tests.providers.server import Asked, Reply, chat_completion, scripted


class Colour(BaseModel):
    """What the models are asked for."""

    name: str
    warmth: int


GREEN = {"name": "green", "warmth": 3}


def model(maker: str, url: str, **options: Any) -> PydanticAiModel:
    given: dict[str, Any] = {
        "key": "secret-key-1",
        "timeout": 20.0,
        "retries": 1,
        "throttle": Throttle(100_000),
    } | options
    return PydanticAiModel(maker, "test-model", url=url, **(given | options))


def openai(request: Asked) -> Reply:
    return chat_completion(request, GREEN)


def anthropic(request: Asked) -> Reply:
    use = {"type": "tool_use", "id": "toolu_1", "name": request.body["tools"][0]["name"], "input": GREEN}
    usage = {"input_tokens": 1200, "output_tokens": 300}
    return Reply(
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": request.body["model"],
            "content": [use],
            "stop_reason": "tool_use",
            "stop_sequence": None,
            "usage": usage,
        }
    )


def google(request: Asked) -> Reply:
    name = request.body["tools"][0]["functionDeclarations"][0]["name"]
    content = {"role": "model", "parts": [{"functionCall": {"name": name, "args": GREEN}}]}
    usage = {"promptTokenCount": 1200, "candidatesTokenCount": 300, "totalTokenCount": 1500}
    answer = {"candidates": [{"content": content, "finishReason": "STOP", "index": 0}], "usageMetadata": usage}
    return Reply(answer | {"modelVersion": "test-model", "responseId": "r1"})


MAKERS = {
    "openai": (openai, "/chat/completions", "authorization", "Bearer secret-key-1"),
    "ollama": (openai, "/chat/completions", "authorization", "Bearer secret-key-1"),
    "anthropic": (anthropic, "/v1/messages", "authorization", "Bearer secret-key-1"),
    "google": (google, "/v1beta/models/test-model:generateContent", "x-goog-api-key", "secret-key-1"),
}


@pytest.mark.parametrize("maker", list(MAKERS))
def test_each_maker_is_asked_in_its_own_format_and_its_answer_read(maker: str) -> None:
    script, path, header, key = MAKERS[maker]
    with scripted(script) as server:
        answer = model(maker, server.url).write("Name a colour.", "Of grass.", Colour)
    assert answer.output == Colour(name="green", warmth=3)
    assert (answer.usage.input_tokens, answer.usage.output_tokens, answer.usage.requests) == (1200, 300, 1)
    assert answer.usage.seconds > 0
    (asked,) = server.asked
    assert asked.path.split("?")[0] == path
    assert asked.headers[header] == key
    told = str(asked.body)
    assert "Name a colour." in told
    assert "Of grass." in told


@pytest.mark.parametrize("maker", list(MAKERS))
def test_each_maker_can_be_shown_a_picture(maker: str) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(buffer, "JPEG")
    with scripted(MAKERS[maker][0]) as server:
        answer = model(maker, server.url).look("Name its colour.", buffer.getvalue(), "image/jpeg", Colour)
    assert answer.output.name == "green"
    assert "9j_4AAQ" in str(server.asked[0].body).replace("/", "_")  # how a JPEG begins in base64


def test_an_unknown_model_costs_what_the_settings_say() -> None:
    with scripted(openai) as server:
        usage = model("openai", server.url, price=(Decimal("2"), Decimal("8"))).write("", "x", Colour).usage
        unknown = model("openai", server.url).write("", "x", Colour).usage
    assert usage.dollars == Decimal("0.0048")
    assert unknown.dollars is None


@pytest.mark.parametrize(
    ("status", "error"), [(401, WorkFailed), (400, WorkFailed), (429, Unavailable), (503, Unavailable)]
)
def test_a_refusal_is_told_without_the_key(status: int, error: type[Exception]) -> None:
    refusal = Reply({"error": {"message": "no, secret-key-1"}}, status, {"Retry-After": "0"})
    with scripted(lambda _: refusal) as server, pytest.raises(error) as caught:
        model("openai", server.url).write("", "x", Colour)
    assert str(status) in str(caught.value)
    assert "secret" not in f"{caught.value}{caught.value.__cause__}{model('openai', server.url)!r}"


def test_an_answer_that_never_has_the_shape_is_no_answer() -> None:
    nonsense = {"nonsense": 1}
    with (
        scripted(lambda request: chat_completion(request, nonsense)) as server,
        pytest.raises(WorkFailed, match="no us"),
    ):
        model("openai", server.url).write("", "x", Colour)
    assert len(server.asked) == 2


def test_a_model_that_takes_too_long_is_left() -> None:
    asleep = threading.Event()

    def slow(request: Asked) -> Reply:
        asleep.wait(10)
        return openai(request)

    with scripted(slow) as server:
        try:
            with pytest.raises(Unavailable, match=r"took over 0\.3 s|does not answer"):
                model("openai", server.url, timeout=0.3).write("", "x", Colour)
        finally:
            asleep.set()


def test_nobody_there_is_told() -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        model("openai", "http://127.0.0.1:9/v1", retries=0).write("", "x", Colour)
