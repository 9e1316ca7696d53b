"""Films by Google Veo and Runway: a job is started, asked after until it is done, and its film fetched."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from app.errors import Unavailable, WorkFailed
from app.providers.images import nearest
from app.providers.protocols import Media
from app.providers.transport import Api

VEO_ASPECTS = {"9:16": 9 / 16, "16:9": 16 / 9}
VEO_SECONDS = (4, 6, 8)
RUNWAY_RATIOS = {"720:1280": 720 / 1280, "960:960": 1.0, "1280:720": 1280 / 720}
RUNWAY_SECONDS = (5, 10)
RUNWAY_VERSION = "2024-11-06"


def fitting(lengths: tuple[int, ...], seconds: int) -> int:
    """Return the shortest length that is at least ``seconds``, else the longest."""
    return next((length for length in lengths if length >= seconds), lengths[-1])


@dataclass
class Patience:
    """How long a film is waited for."""

    every: float = 5.0
    at_most: float = 600.0
    go_on: Callable[[], None] = lambda: None
    """Called between two looks; what it raises ends the waiting."""

    def until(self, name: str, look: Any) -> Any:
        """Return the first answer of ``look()`` that is not None.

        Raises:
            Unavailable: there was none in time.
        """
        deadline = time.monotonic() + self.at_most
        while (found := look()) is None:
            if time.monotonic() + self.every > deadline:
                raise Unavailable(f"{name} took over {self.at_most:g} s to make a film")
            self.go_on()
            time.sleep(self.every)
        return found


@dataclass
class VeoVideo:
    """``POST /v1beta/models/{model}:predictLongRunning``, then ``GET`` of the operation."""

    api: Api
    model: str
    patience: Patience

    @property
    def name(self) -> str:
        """Maker and model."""
        return f"google:{self.model}"

    def film(self, prompt: str, picture: Media | None, seconds: int, width: int, height: int) -> Media:
        """Return MP4: see ``VideoModel``."""
        instance: dict[str, Any] = {"prompt": prompt}
        if picture is not None:
            data = base64.b64encode(picture.data).decode()
            instance["image"] = {"bytesBase64Encoded": data, "mimeType": picture.media_type}
        parameters = {
            "aspectRatio": nearest(VEO_ASPECTS, width, height),
            "durationSeconds": fitting(VEO_SECONDS, seconds),
        }
        body = {"instances": [instance], "parameters": parameters}
        path = f"/v1beta/models/{quote(self.model, safe='')}:predictLongRunning"
        operation = self.api.call("POST", path, json=body).json().get("name")
        if not isinstance(operation, str):
            raise WorkFailed(f"{self.name}: the answer names no operation")
        done = self.patience.until(self.name, lambda: self._look(operation))
        samples = (done.get("generateVideoResponse") or {}).get("generatedSamples") or [{}]
        uri = (samples[0].get("video") or {}).get("uri")
        if not isinstance(uri, str):
            raise WorkFailed(f"{self.name}: no film was made (its content may have been refused)")
        # The file is fetched with the key: only from where the key belongs.
        if urlsplit(uri).netloc != urlsplit(self.api.url).netloc:
            raise WorkFailed(f"{self.name}: the film lies at a strange host")
        return Media(self.api.call("GET", uri).content, "video/mp4")

    def _look(self, operation: str) -> dict[str, Any] | None:
        state = self.api.call("GET", f"/v1beta/{operation}").json()
        if error := state.get("error"):
            raise WorkFailed(f"{self.name}: {str(error.get('message'))[:200]}")
        return state.get("response") or {} if state.get("done") else None


@dataclass
class RunwayVideo:
    """``POST /v1/image_to_video``, then ``GET /v1/tasks/{id}``."""

    api: Api
    model: str
    patience: Patience

    @property
    def name(self) -> str:
        """Maker and model."""
        return f"runway:{self.model}"

    def film(self, prompt: str, picture: Media | None, seconds: int, width: int, height: int) -> Media:
        """Return MP4: see ``VideoModel``."""
        if picture is None:
            raise WorkFailed(f"{self.name}: a picture to begin with is needed")
        data = base64.b64encode(picture.data).decode()
        body = {
            "model": self.model,
            "promptImage": f"data:{picture.media_type};base64,{data}",
            "promptText": prompt,
            "ratio": nearest(RUNWAY_RATIOS, width, height),
            "duration": fitting(RUNWAY_SECONDS, seconds),
        }
        task = self.api.call("POST", "/v1/image_to_video", json=body).json().get("id")
        if not isinstance(task, str):
            raise WorkFailed(f"{self.name}: the answer names no task")
        uri = self.patience.until(self.name, lambda: self._look(task))
        # A signed address at a file store: the key is none of its business.
        return Media(Api(self.name, uri, {}, self.api.timeout, self.api.retries).call("GET", uri).content, "video/mp4")

    def _look(self, task: str) -> str | None:
        state = self.api.call("GET", f"/v1/tasks/{quote(task, safe='')}").json()
        if state.get("status") in ("FAILED", "CANCELLED"):
            raise WorkFailed(f"{self.name}: {str(state.get('failure') or state['status'])[:200]}")
        output = state.get("output") or [None]
        return output[0] if state.get("status") == "SUCCEEDED" else None
