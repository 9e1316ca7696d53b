"""A client of the HTTP API: typed, and patient with connections that drop.

    with ShopReel("http://127.0.0.1:8000", key="sr_…") as shopreel:
        short_id = shopreel.create_short("https://shop.example/products/cup")
        shopreel.wait(short_id, on_progress=lambda told: print(f"{told.percent:.0f} %", told.event.step))
        shopreel.download(short_id, Path("cup.mp4"))

Every call raises what the server says went wrong as the error that the server raised: ``InvalidInput``, ``NotFound``,
``Conflict``, ``Forbidden``, ``TooMany``, ``Unavailable`` (also when there is no answer at all).
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

import httpx2

from app.brand_models import BrandSettings
from app.brands.repository import SavedBrandKit
from app.enums import WebhookKind
from app.errors import Conflict, Forbidden, InvalidInput, NotFound, ShopReelError, TooMany, Unavailable, WorkFailed
from app.events.repository import Event
from app.http.schemas import BatchAccepted, BatchDetail, PostList, SessionPage, ShortDetail, ShortList, TaskList
from app.models import SessionInfo, TaskInfo, TaskType, Wishes
from app.scenario.posts import Post
from app.shares.repository import NewShare, Share
from app.shorts.repository import Short, ShortStatus
from app.tasks.repository import being_saved
from app.webhooks.repository import Delivery, NewWebhook, Webhook

API = "/api/v1"
ERRORS: dict[int, type[ShopReelError]] = {
    401: Forbidden,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    422: InvalidInput,
    503: Unavailable,
}
SILENCE_SECONDS = 40.0
"""A stream says something every 15 s; one that is silent for longer has been lost."""
AGAIN_SECONDS = 1.0
TRIES = 5
"""How often a call is made that gets no answer; a stream is opened again for as long as is waited."""


@dataclass(frozen=True)
class ProgressEvent:
    """How far a short is, and what has just happened on the way."""

    percent: float
    """0 to 100, of the whole way; it never falls."""
    event: Event


class ShopReel:
    """One server. ``key``: an API key, where they are required."""

    def __init__(self, base_url: str, key: str | None = None, *, timeout: float = 30.0) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx2.Client(base_url=base_url.rstrip("/"), headers=headers, timeout=timeout)

    def __enter__(self) -> ShopReel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def create_short(
        self,
        url: str | None = None,
        *,
        html: str | None = None,
        short_id: str | None = None,
        user_id: str | None = None,
        review: bool = False,
        variants: int = 1,
        brand_kit: str | None = None,
        wishes: Wishes | None = None,
        idempotency_key: str | None = None,
    ) -> str:
        """Start to make a short of the page at ``url``, or of a saved page; return its id.

        With ``variants`` of 2 to 5 it waits, with as many scripts, until one of them is saved. ``brand_kit``: a saved
        kit's id, or ``none``; None: the default one.

        The call may be repeated when its answer was lost: it carries a key of its own, so that one short is made.
        """
        body: dict[str, Any] = {"url": url, "html": html, "short_id": short_id, "user_id": user_id, "review": review}
        body["brand_kit"] = brand_kit
        if variants != 1:
            body["variants"] = variants
        body["wishes"] = (wishes or Wishes()).model_dump(mode="json", exclude_unset=True)
        headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        said = {name: value for name, value in body.items() if value is not None}
        return str(self._call("POST", "/shorts", json=said, headers=headers)["short_id"])

    def short(self, short_id: str) -> ShortDetail:
        """Return a short as it stands, with its product and its tasks."""
        return ShortDetail.model_validate(self._call("GET", _short(short_id)))

    def shorts(self, **filters: Any) -> Iterator[Short]:
        """Return all shorts that match, page by page; the filters are those of ``GET /shorts``.

        Scripts and clips are not read unless ``fields`` names them (``fields="scenario"``).
        """
        for page in self._pages("/shorts", filters):
            yield from ShortList.model_validate(page).shorts

    def posts(self, short_id: str) -> list[Post]:
        """Return what may be posted with a short's video, for each network."""
        return PostList.model_validate(self._call("GET", _short(short_id, "/posts"))).posts

    def share(self, short_id: str, *, days: int = 14) -> NewShare:
        """Make a link that shows the video without a key for so many days; its ``url`` is told this once."""
        return NewShare.model_validate(self._call("POST", _short(short_id, "/shares"), json={"days": days}))

    def shares(self, short_id: str) -> list[Share]:
        """Return the links to a short with the approvals and comments that came over each, the newest first."""
        found = self._call("GET", _short(short_id, "/shares"))["shares"]
        return [Share.model_validate(one) for one in found]

    def revoke_share(self, short_id: str, share_id: str) -> None:
        """End a link to a short at once."""
        self._call("DELETE", _short(short_id, f"/shares/{quote(share_id, safe='')}"))

    def create_batch(
        self,
        urls: Sequence[str],
        *,
        review: bool = False,
        wishes: Wishes | None = None,
        brand_kit: str | None = None,
        idempotency_key: str | None = None,
    ) -> BatchAccepted:
        """Start to make a short of each page, all with the same wishes; addresses that can't be started say why."""
        body: dict[str, Any] = {"urls": list(urls), "review": review, "brand_kit": brand_kit}
        body["wishes"] = (wishes or Wishes()).model_dump(mode="json", exclude_unset=True)
        headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        return BatchAccepted.model_validate(self._call("POST", "/batches", json=body, headers=headers))

    def batch(self, batch_id: str) -> BatchDetail:
        """Return how far a batch is, and each of its shorts."""
        return BatchDetail.model_validate(self._call("GET", f"/batches/{quote(batch_id, safe='')}"))

    def brand_kits(self) -> list[SavedBrandKit]:
        """Return the saved brand kits, the oldest first."""
        return [SavedBrandKit.model_validate(one) for one in self._call("GET", "/brand-kits")["brand_kits"]]

    def create_brand_kit(self, settings: BrandSettings) -> SavedBrandKit:
        """Save a brand kit; as the default, new shorts have it that name no other."""
        body = settings.model_dump(mode="json", exclude_unset=True)
        return SavedBrandKit.model_validate(self._call("POST", "/brand-kits", json=body))

    def delete_brand_kit(self, brand_kit_id: str) -> None:
        """Remove a brand kit; shorts that have it keep what they have."""
        self._call("DELETE", f"/brand-kits/{quote(brand_kit_id, safe='')}")

    def webhooks(self) -> list[Webhook]:
        """Return the webhooks, the oldest first, without their secrets."""
        return [Webhook.model_validate(one) for one in self._call("GET", "/webhooks")["webhooks"]]

    def create_webhook(self, url: str, kinds: Sequence[WebhookKind] = tuple(WebhookKind)) -> NewWebhook:
        """Have a receiver told of shorts from now on; its ``secret``, which signs them, is told this once."""
        body = {"url": url, "kinds": [WebhookKind(one).value for one in kinds]}
        return NewWebhook.model_validate(self._call("POST", "/webhooks", json=body))

    def try_webhook(self, webhook_id: str) -> Delivery:
        """Have a message that tells of nothing sent now, once, and return what came of it."""
        return Delivery.model_validate(self._call("POST", f"/webhooks/{quote(webhook_id, safe='')}/test"))

    def delete_webhook(self, webhook_id: str) -> None:
        """Remove a webhook with its messages, sent or not."""
        self._call("DELETE", f"/webhooks/{quote(webhook_id, safe='')}")

    def save_scenario(self, short_id: str, scenario: dict[str, Any] | None = None, revision: str | None = None) -> str:
        """Save the scenario that waits for its review, edited or (None) as it is; return the id of the task.

        ``revision``: of the short as it was read; if it has another by now, nothing is saved (409).
        """
        body = {"short_id": short_id, "scenario": scenario, "revision": revision}
        return str(self._call("POST", "/scenario/save", json=body)["task_id"])

    def render_variants(self, short_id: str) -> list[str]:
        """Have all scripts that a short may be made of filmed; return the ids, the short's own first.

        Each other script becomes a short of its own. The call may be repeated when its answer was lost.
        """
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        found = self._call("POST", _short(short_id, "/variants/render"), headers=headers)
        return [str(one) for one in found["short_ids"]]

    def sessions(self, **filters: Any) -> Iterator[SessionInfo]:
        """Return all sessions that match, page by page; the filters are those of ``GET /sessions``."""
        for page in self._pages("/sessions", filters):
            yield from SessionPage.model_validate(page).sessions

    def tasks(self, **filters: Any) -> Iterator[TaskInfo]:
        """Return all tasks that match, page by page; the filters are those of ``GET /tasks``."""
        for page in self._pages("/tasks", filters):
            yield from TaskList.model_validate(page).tasks

    def cancel(self, task_id: str) -> TaskInfo:
        """Cancel a live task."""
        return TaskInfo.model_validate(self._call("POST", f"/tasks/{quote(task_id, safe='')}/cancel"))

    def cancel_short(self, short_id: str) -> ShortDetail:
        """End a short in the making and all that is under way for it. Raises ``Conflict`` if nothing is."""
        return ShortDetail.model_validate(self._call("POST", _short(short_id, "/cancel")))

    def delete_short(self, short_id: str) -> None:
        """Remove a short with its tasks, sessions and media; what is under way for it is cancelled."""
        self._call("DELETE", _short(short_id))

    def events(
        self, short_id: str | None = None, *, last_event_id: int | str | None = None, seconds: float | None = None
    ) -> Iterator[Event | None]:
        """Return events as they come, each once and in order, over any number of lost connections, up to ``seconds``.

        None comes when a stream has begun, or begun anew where events were missed: read then what you show.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        while deadline is None or time.monotonic() < deadline:
            try:
                for name, number, data in self._stream(short_id, last_event_id, deadline):
                    begun = name in ("start", "reset")
                    if begun and name == "start" and last_event_id is not None:
                        continue  # it goes on where it was
                    last_event_id = number
                    yield None if begun else Event.model_validate_json(data)
            except (httpx2.TransportError, Unavailable):
                time.sleep(AGAIN_SECONDS)

    def wait(
        self,
        short_id: str,
        on_progress: Callable[[ProgressEvent], None] | None = None,
        *,
        seconds: float | None = None,
    ) -> ShortDetail:
        """Wait until a short is made, or waits for its review, and return it.

        ``on_progress`` is called with each event of its tasks, and one percent of the whole way.

        Raises:
            WorkFailed: it has failed, or was cancelled; or its scenario was to be saved and could not be.
            TimeoutError: ``seconds`` have passed.
        """
        percent = 0.0
        for event in self.events(short_id, seconds=seconds):
            of_task = event is not None and event.kind != "short"
            if event is not None and of_task and on_progress is not None:
                with suppress(Unavailable):
                    percent = max(percent, self.short(short_id).progress.percent)
                on_progress(ProgressEvent(percent, event))
            if event is None or not of_task or event.task_type is TaskType.SAVE_SCENARIO:
                detail = self.short(short_id)
                if detail.short.status in (ShortStatus.FAILED, ShortStatus.CANCELLED):
                    raise WorkFailed(detail.short.error or f"the short was {detail.short.status.value}")
                waits = detail.short.status is ShortStatus.WAITING
                if waits and being_saved(detail.tasks, detail.short.updated_at):
                    continue
                if detail.short.status is not ShortStatus.MAKING:
                    return detail
        raise TimeoutError(f"short {short_id} is not made after {seconds:g} s")

    def download(self, short_id: str, path: Path) -> None:
        """Write the video to a file, which is there whole or not at all."""
        self._download(_short(short_id, "/video"), path)

    def download_archive(self, short_id: str, path: Path) -> None:
        """Write a ZIP of all files of the video, as ``download`` does."""
        self._download(_short(short_id, "/archive"), path)

    def download_batch(self, batch_id: str, path: Path) -> None:
        """Write a ZIP of the films of a batch that are there; as ``download``."""
        self._download(f"/batches/{quote(batch_id, safe='')}/archive", path)

    def _download(self, address: str, path: Path) -> None:
        part = path.with_name(path.name + ".part")
        try:
            with self._http.stream("GET", API + address) as answer, part.open("wb") as file:
                if answer.status_code != 200:
                    answer.read()
                    raise _error(answer)
                for piece in answer.iter_bytes():
                    file.write(piece)
            part.rename(path)
        except httpx2.TransportError as error:
            raise Unavailable(f"the server went away while the file came: {error}") from error
        finally:
            part.unlink(missing_ok=True)

    def _pages(self, path: str, filters: dict[str, Any]) -> Iterator[dict[str, Any]]:
        asked = {name: value for name, value in filters.items() if value is not None}
        while True:
            page = self._call("GET", path, params=asked)
            yield page
            if page["next_cursor"] is None:
                return
            asked["cursor"] = page["next_cursor"]

    def _call(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        for left in reversed(range(TRIES)):
            try:
                answer = self._http.request(method, API + path, **request)
            except httpx2.TransportError as error:
                if not left:
                    raise Unavailable(f"no answer from {self._http.base_url}: {error}") from error
                time.sleep(AGAIN_SECONDS)
                continue
            if answer.status_code >= 400:
                raise _error(answer)
            found: dict[str, Any] = answer.json()
            return found
        raise AssertionError("unreachable")

    def _stream(
        self, short_id: str | None, last_event_id: int | str | None, deadline: float | None
    ) -> Iterator[tuple[str, str, str]]:
        asked = {} if short_id is None else {"short_id": short_id}
        headers = {} if last_event_id is None else {"Last-Event-ID": str(last_event_id)}
        silence = SILENCE_SECONDS if deadline is None else max(0.1, min(SILENCE_SECONDS, deadline - time.monotonic()))
        with self._http.stream("GET", f"{API}/events", params=asked, headers=headers, timeout=silence) as answer:
            if answer.status_code != 200:
                answer.read()
                raise _error(answer)
            fields: dict[str, str] = {}
            for line in answer.iter_lines():
                if line:
                    name, _, value = line.partition(":")
                    fields[name] = value.removeprefix(" ")
                elif "data" in fields:
                    yield fields["event"], fields["id"], fields["data"]
                    fields = {}
                if deadline is not None and time.monotonic() > deadline:
                    return


def _short(short_id: str, part: str = "") -> str:
    return f"/shorts/{quote(short_id, safe='')}{part}"


def _error(answer: httpx2.Response) -> ShopReelError:
    """Return the error that an answer tells of."""
    try:
        detail = str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = f"the server answered {answer.status_code}"
    if answer.status_code == 429:
        return TooMany(detail, int(answer.headers.get("Retry-After", "5")))
    return ERRORS.get(answer.status_code, WorkFailed)(detail)
