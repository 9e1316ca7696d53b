"""Live: every change of a short, of a user, or of all that the caller may see, as server-sent events."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from app.access.caller import CurrentCaller
from app.errors import InvalidInput, ShopReelError
from app.events.feed import Follower, feed
from app.events.log import number_events
from app.events.open_streams import open_streams
from app.events.repository import WINDOW, Event, bounds, events_between, standing
from app.http.problems import problem_responses
from app.http.schemas import place_in_list
from app.models import CallerId

RETRY_MS = 1000
"""After how long a client that lost its connection comes back."""
LOOK_SECONDS = 4.0
"""As often a stream finds out whether its key still holds."""
EVENT_ID = re.compile(r"(?:([0-9a-f]{8})-)?([0-9]{1,20})", re.ASCII)
router = APIRouter(tags=["events"])


@dataclass(frozen=True)
class Wanted:
    """What a stream is about, and from where on."""

    short_id: str | None
    user_id: str | None
    place: int
    """The number of the last event that the client knows."""
    missed: bool
    """What came after that is no longer kept, or not known: the database was restored since."""
    incarnation: str | None
    """Of the numbers, see ``standing``."""
    until: float | None
    """When the stream ends by itself (``time.monotonic``)."""

    def id_of(self, place: int) -> int | str:
        """Return the id of the event of a number: the number, after a restore with the incarnation before it."""
        return place if self.incarnation is None else f"{self.incarnation}-{place}"


def wanted(
    caller: CurrentCaller,
    short_id: CallerId | None = None,
    user_id: CallerId | None = None,
    last_event_id: Annotated[str | None, Query(max_length=40, description="As the header of the same name.")] = None,
    wait: Annotated[float | None, Query(ge=0, le=3600, description="Seconds to stay; left out: for good.")] = None,
    last_event_id_header: Annotated[str | None, Header(alias="Last-Event-ID", max_length=40)] = None,
) -> Wanted:
    """Find out where a stream begins, before anything is sent."""
    owner = caller.owner
    if owner is not None and user_id not in (None, owner):
        short_id = ""  # another's: nothing, as if there were nothing
    known = last_event_id_header or last_event_id
    said = None if known is None else EVENT_ID.fullmatch(known)
    if known is not None and said is None:
        raise InvalidInput("Last-Event-ID: not one that this service gave out")
    number = None if said is None else place_in_list("Last-Event-ID", said[2])
    number_events(backlog=False)
    oldest, newest, incarnation = standing()
    place = newest if number is None else number
    until = None if wait is None else time.monotonic() + wait
    missed = not oldest <= place <= newest or (place > 0 and said is not None and said[1] != incarnation)
    return Wanted(short_id, owner or user_id, newest if missed else place, missed, incarnation, until)


async def followed(wanted: Annotated[Wanted, Depends(wanted)]) -> AsyncIterator[Follower]:
    """Follow what is wanted until the answer is over, however it ends."""
    with feed.follow(wanted.short_id, wanted.user_id) as follower:
        yield follower


async def one_more(caller: CurrentCaller) -> AsyncIterator[None]:
    """Hold one of the caller's streams until the answer is over."""
    with open_streams.one(caller.user_id):
        yield


@router.get(
    "/events",
    responses=problem_responses(429),
    response_class=EventSourceResponse,
    dependencies=[Depends(one_more)],
)
async def stream_events(
    request: Request,
    wanted: Annotated[Wanted, Depends(wanted)],
    follower: Annotated[Follower, Depends(followed)],
) -> AsyncIterator[ServerSentEvent]:
    """Follow the changes of a short, a user or all: each once, in order, from ``Last-Event-ID`` on.

    The first event is ``start``; its id is the place from which the stream goes on. ``reset`` instead: what came after
    ``Last-Event-ID`` is no longer kept, or a back-up was restored since, so read again what you show. Then come
    ``task``, ``progress``, ``session`` and ``short``, with the change as JSON. A comment every 15 s keeps the
    connection alive.
    """
    place = wanted.place
    begin = "reset" if wanted.missed else "start"
    first = wanted.id_of(place)
    yield ServerSentEvent(data={"last_event_id": first}, event=begin, id=str(first), retry=RETRY_MS)
    _, newest = await run_in_threadpool(bounds)
    while place < newest:
        upto = min(newest, place + WINDOW)
        for event in await run_in_threadpool(_read, place, upto, wanted):
            yield _sent(event, wanted)
        place = upto
    while not follower.over and (left := _left(wanted)) > 0 and await _still_welcome(request):
        for event in await follower.next(min(left, LOOK_SECONDS)):
            if event.seq > place:
                place = event.seq
                yield _sent(event, wanted)


def _read(after: int, last: int, about: Wanted) -> list[Event]:
    return list(events_between(after, last, about.short_id, about.user_id))


def _left(about: Wanted) -> float:
    return LOOK_SECONDS if about.until is None else about.until - time.monotonic()


def _sent(event: Event, about: Wanted) -> ServerSentEvent:
    data = event.model_dump_json(exclude_none=True)
    return ServerSentEvent(raw_data=data, event=event.name, id=str(about.id_of(event.seq)))


async def _still_welcome(request: Request) -> bool:
    """Tell whether the key of the request still holds; while that cannot be known it does."""
    renew = request.scope["state"].get("renew")
    try:
        return renew is None or await renew() is not None
    except ShopReelError:
        return True
