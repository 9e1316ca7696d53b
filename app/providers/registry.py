"""Which models are configured: one place that reads their settings."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import SecretStr

from app.config import Settings, get_settings
from app.errors import InvalidInput
from app.providers.images import GoogleImages, OpenAiImages
from app.providers.language import MAKERS, PydanticAiModel
from app.providers.protocols import ImageModel, LanguageModel, SpeechModel, VideoModel, VisionModel
from app.providers.speech import ElevenLabsSpeech, OpenAiSpeech
from app.providers.transport import Api, Throttle
from app.providers.video import RUNWAY_VERSION, Patience, RunwayVideo, VeoVideo

URLS = {
    "openai": "https://api.openai.com/v1",
    "google": "https://generativelanguage.googleapis.com",
    "elevenlabs": "https://api.elevenlabs.io",
    "runway": "https://api.dev.runwayml.com",
}
KEYLESS = {"ollama"}
HEADERS: dict[str, Callable[[str], dict[str, str]]] = {
    "google": lambda key: {"x-goog-api-key": key},
    "elevenlabs": lambda key: {"xi-api-key": key},
    "runway": lambda key: {"Authorization": f"Bearer {key}", "X-Runway-Version": RUNWAY_VERSION},
}
"""Maker -> the headers that carry its key; all others take a bearer's."""
SPEECH_MAKERS: dict[str, Callable[[Api, str, str], SpeechModel]] = {
    "elevenlabs": ElevenLabsSpeech,
    "openai": OpenAiSpeech,
}
IMAGE_MAKERS: dict[str, Callable[[Api, str], ImageModel]] = {"openai": OpenAiImages, "google": GoogleImages}
VIDEO_MAKERS: dict[str, Callable[[Api, str, Patience], VideoModel]] = {"google": VeoVideo, "runway": RunwayVideo}
EXTRA = "pydantic_ai"


def language_model() -> LanguageModel | None:
    """Return the configured language model, or None.

    Raises:
        InvalidInput: the setting names a maker that we do not know, its key is missing, or the extra is not installed.
    """
    return _talking("language_model")


def vision_model() -> VisionModel | None:
    """Return the configured vision model, or None. Raises InvalidInput, as ``language_model`` does."""
    return _talking("vision_model")


def speech_model() -> SpeechModel | None:
    """Return the configured speech model, or None. Raises InvalidInput, as ``language_model`` does."""
    found = _chosen("speech_model", SPEECH_MAKERS)
    if found is None:
        return None
    maker, model = found
    model, colon, voice = model.partition(":")
    if not colon or not voice:
        raise InvalidInput(f"wrong setting: SPEECH_MODEL: {maker}:model:voice names no voice")
    return SPEECH_MAKERS[maker](_api(maker), model, voice)


def image_model() -> ImageModel | None:
    """Return the configured image model, or None. Raises InvalidInput, as ``language_model`` does."""
    found = _chosen("image_model", IMAGE_MAKERS)
    return IMAGE_MAKERS[found[0]](_api(found[0]), found[1]) if found else None


def video_model(patience: Patience | None = None) -> VideoModel | None:
    """Return the configured video model, or None. Raises InvalidInput, as ``language_model`` does."""
    found = _chosen("video_model", VIDEO_MAKERS)
    return VIDEO_MAKERS[found[0]](_api(found[0]), found[1], patience or Patience()) if found else None


KINDS: dict[str, tuple[Callable[[], Any], str]] = {
    "language": (language_model, "built in"),
    "vision": (vision_model, "measures alone"),
    "speech": (speech_model, "built in"),
    "image": (image_model, "none"),
    "video": (video_model, "built in"),
}
"""Kind -> how to find its model, and what is used without one."""


def in_use() -> dict[str, str]:
    """Return the name of the model that serves each kind. Raises InvalidInput, as ``language_model`` does."""
    found = {kind: (find(), without) for kind, (find, without) in KINDS.items()}
    return {kind: model.name if model else without for kind, (model, without) in found.items()}


def _talking(setting: str) -> PydanticAiModel | None:
    found = _chosen(setting, MAKERS)
    if found is None:
        return None
    if importlib.util.find_spec(EXTRA) is None:
        raise InvalidInput(f"wrong setting: {setting.upper()}: install the extra for it: pip install 'shopreel[llm]'")
    settings = get_settings()
    maker, model = found
    price = settings.language_model_price
    low, high = price.split(",") if price else ("", "")
    return PydanticAiModel(
        maker,
        model,
        key=_key(settings, maker),
        url=getattr(settings, f"{maker}_url"),
        timeout=settings.provider_timeout_seconds,
        retries=settings.provider_retries,
        throttle=throttle(maker, settings.provider_calls_per_minute),
        price=(Decimal(low), Decimal(high)) if price else None,
    )


def _chosen(setting: str, makers: Any) -> tuple[str, str] | None:
    settings = get_settings()
    value: str | None = getattr(settings, setting)
    if value is None:
        return None
    maker, _, model = value.partition(":")
    if maker not in makers:
        raise InvalidInput(f"wrong setting: {setting.upper()}: {maker!r} is none of {', '.join(makers)}")
    own_server = getattr(settings, f"{maker}_url", None) is not None
    if _key(settings, maker) is None and maker not in KEYLESS and not own_server:
        raise InvalidInput(f"wrong setting: {setting.upper()}: {maker} needs {maker.upper()}_API_KEY")
    return maker, model


def _key(settings: Settings, maker: str) -> str | None:
    secret: SecretStr | None = getattr(settings, f"{maker}_api_key", None)
    return secret.get_secret_value() if secret else None


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def _api(maker: str) -> Api:
    settings = get_settings()
    key = _key(settings, maker) or ""
    headers = HEADERS.get(maker, _bearer)(key)
    return Api(
        maker,
        getattr(settings, f"{maker}_url", None) or URLS[maker],
        headers,
        timeout=settings.provider_timeout_seconds,
        retries=settings.provider_retries,
        throttle=throttle(maker, settings.provider_calls_per_minute),
    )


@cache
def throttle(maker: str, per_minute: float) -> Throttle:
    """Return the one throttle of this process for a maker."""
    return Throttle(per_minute)
