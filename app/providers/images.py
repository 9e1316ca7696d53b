"""Pictures by OpenAI and Google."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from app.errors import WorkFailed
from app.providers.protocols import Media
from app.providers.transport import Api

OPENAI_SIZES = {"1024x1536": 1024 / 1536, "1024x1024": 1.0, "1536x1024": 1536 / 1024}
GOOGLE_ASPECTS = {"9:16": 9 / 16, "3:4": 3 / 4, "1:1": 1.0, "4:3": 4 / 3, "16:9": 16 / 9}


def nearest(shapes: dict[str, float], width: int, height: int) -> str:
    """Return the name of the shape that is nearest to ``width`` x ``height``."""
    wanted = width / height
    return min(shapes, key=lambda name: max(shapes[name] / wanted, wanted / shapes[name]))


def decoded(name: str, data: Any) -> bytes:
    """Return what a base64 text holds.

    Raises:
        WorkFailed: it is none.
    """
    try:
        return base64.b64decode(data or "", validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise WorkFailed(f"{name}: the answer holds no file") from None


@dataclass
class OpenAiImages:
    """``POST /images/generations``."""

    api: Api
    model: str

    @property
    def name(self) -> str:
        """Maker and model."""
        return f"openai:{self.model}"

    def draw(self, prompt: str, width: int, height: int) -> Media:
        """Return PNG: see ``ImageModel``."""
        body = {"model": self.model, "prompt": prompt, "n": 1, "size": nearest(OPENAI_SIZES, width, height)}
        found = self.api.call("POST", "/images/generations", json=body).json().get("data") or [{}]
        return Media(decoded(self.name, found[0].get("b64_json")), "image/png")


@dataclass
class GoogleImages:
    """``POST /v1beta/models/{model}:predict`` (Imagen)."""

    api: Api
    model: str

    @property
    def name(self) -> str:
        """Maker and model."""
        return f"google:{self.model}"

    def draw(self, prompt: str, width: int, height: int) -> Media:
        """Return a picture: see ``ImageModel``."""
        aspect = nearest(GOOGLE_ASPECTS, width, height)
        body = {"instances": [{"prompt": prompt}], "parameters": {"sampleCount": 1, "aspectRatio": aspect}}
        path = f"/v1beta/models/{quote(self.model, safe='')}:predict"
        found = self.api.call("POST", path, json=body).json().get("predictions") or [{}]
        return Media(decoded(self.name, found[0].get("bytesBase64Encoded")), found[0].get("mimeType") or "image/png")
