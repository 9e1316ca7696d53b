"""Calls to a provider's HTTP API: time limits, retries with backoff, a rate limit, errors without keys in them."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from curl_cffi import requests
from curl_cffi.requests.exceptions import RequestException

from app.core.telemetry import PROVIDER_CALLS, PROVIDER_SECONDS
from app.errors import ShopReelError, Unavailable, WorkFailed

RETRIED = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
"""Statuses after which the same call may succeed."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 20.0
LONGEST_DETAIL = 200


class Throttle:
    """Lets calls through at an even rate. Safe for threads."""

    def __init__(self, per_minute: float) -> None:
        self._gap = 60.0 / per_minute
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """Return when the next call may go."""
        with self._lock:
            now = time.monotonic()
            begin = max(now, self._next)
            self._next = begin + self._gap
        if begin > now:
            sleep(begin - now)


@dataclass
class Api:
    """A provider's API at ``url``, called with ``headers``."""

    name: str
    url: str
    headers: dict[str, str] = field(repr=False)
    timeout: float = 60.0
    retries: int = 2
    throttle: Throttle | None = None

    def call(
        self, method: Literal["GET", "POST"], path: str, *, json: Any = None, params: dict[str, str] | None = None
    ) -> Any:
        """Return the response of a call that succeeded (``content``, ``headers``, ``json()``).

        Raises:
            Unavailable: no answer in time, or one that says to come again, after all retries.
            WorkFailed: the provider refuses: its reason is in the message.
        """
        target = path if path.startswith(("http://", "https://")) else f"{self.url.rstrip('/')}/{path.lstrip('/')}"
        for attempt in range(self.retries + 1):
            if self.throttle is not None:
                self.throttle.wait()
            try:
                with PROVIDER_SECONDS.labels(self.name).time():
                    answer = requests.request(
                        method, target, json=json, params=params, headers=self.headers, timeout=self.timeout
                    )
            except RequestException as error:
                PROVIDER_CALLS.labels(self.name, "no_answer").inc()
                problem: ShopReelError = Unavailable(f"{self.name} does not answer ({type(error).__name__})")
                pause = FIRST_PAUSE * 2**attempt
            else:
                good = answer.status_code < 400
                PROVIDER_CALLS.labels(self.name, "done" if good else str(answer.status_code)).inc()
                if good:
                    return answer
                problem = self._problem(answer)
                if answer.status_code not in RETRIED:
                    raise problem
                pause = _pause(answer.headers.get("Retry-After"), attempt)
            if attempt == self.retries or pause > LONGEST_PAUSE:
                break
            time.sleep(pause * random.uniform(0.8, 1.2))
        raise problem

    def _problem(self, answer: Any) -> ShopReelError:
        detail = " ".join(answer.text.split())[:LONGEST_DETAIL]
        for secret in self.headers.values():
            for part in (secret, secret.removeprefix("Bearer ")):
                detail = detail.replace(part, "***") if len(part) > 5 else detail
        message = f"{self.name} answered {answer.status_code}: {detail}"
        return Unavailable(message) if answer.status_code in RETRIED else WorkFailed(message)


def _pause(retry_after: str | None, attempt: int) -> float:
    try:
        return max(0.0, float(retry_after or ""))
    except ValueError:
        return float(FIRST_PAUSE * 2**attempt)
