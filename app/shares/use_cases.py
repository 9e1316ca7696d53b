"""What owners do with links to their shorts, and what whoever has a link can do: pages and routes come through here."""

from __future__ import annotations

from dataclasses import dataclass

from app.access import quotas
from app.access.caller import Caller
from app.db.server_clock import server_now
from app.errors import Conflict, InvalidInput, NotFound, TooMany
from app.scenario.posts import Post
from app.shares import repository
from app.shares.repository import Answer, AnswerKind, Share
from app.shorts import repository as shorts
from app.shorts import use_cases as short_use_cases
from app.shorts.videos import Video

ANSWERS_A_MINUTE = 10
"""Over one link."""
LONGEST_NAME, LONGEST_TEXT = 60, 2000
NO_LINK = "this link leads nowhere, or not any more"


@dataclass(frozen=True)
class Shared:
    """What a link opens: a film, what is posted with it, and what was said over this link. Nothing else of its user."""

    title: str
    short: shorts.Short
    video: Video
    posts: list[Post]
    answers: list[Answer]


def create(caller: Caller, short_id: str, days: int, user_id: str | None = None) -> tuple[Share, str]:
    """Make a link to a short with a video; return it, and its token, which is told only now.

    Raises:
        NotFound: the caller has no such short.
        Conflict: several users have one of this id; it has no video, or too many links.
    """
    short = shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id)
    if short.video_of() is None:
        raise Conflict(f"short {short_id} has no video yet")
    return repository.add_share(short, days)


def find(caller: Caller, short_id: str, user_id: str | None = None) -> list[Share]:
    """Return the links to a short with what was answered, the newest first.

    Raises NotFound or Conflict, as ``create`` does.
    """
    return repository.shares_of(shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id).key)


def revoke(caller: Caller, short_id: str, share_id: str, user_id: str | None = None) -> Share:
    """End a link. Raises as ``create``, and NotFound where the short has no such link."""
    short = shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id)
    return repository.revoke_share(short.key, share_id)


def shared(token: str) -> Shared:
    """Return what the link of a token opens.

    Raises:
        NotFound: there is no such link, or it has ended, or its video is gone; which, is not told.
        Unavailable: the database does not answer.
    """
    share, short = _open(token)
    video = short.video_of()
    assert video is not None
    title = short.scenario.title if short.scenario else short.title or "A short"
    return Shared(title, short, video, short_use_cases.posts(short), share.answers)


def answer(token: str, kind: AnswerKind, name: str, text: str) -> None:
    """Keep an approval or a comment. Raises NotFound or Unavailable, as ``shared`` does.

    Raises:
        InvalidInput: a comment says nothing, or something is too long.
        TooMany: too much is said at once.
        Conflict: the link has had all that it may have.
    """
    share, short = _open(token)
    name, text = " ".join(name.split()), text.strip()
    if kind is AnswerKind.COMMENTED and not text:
        raise InvalidInput("Write a comment first")
    if len(name) > LONGEST_NAME or len(text) > LONGEST_TEXT:
        raise InvalidInput(f"A name has at most {LONGEST_NAME} characters, a comment {LONGEST_TEXT}")
    wait = quotas.consume_per_minute(("share", share.share_id), ANSWERS_A_MINUTE)
    if wait is not None:
        raise TooMany("Too much is said at once over this link; try again in a minute", wait)
    said = Answer(kind=kind, name=name or "Somebody", text=text, at=server_now())
    if not repository.add_answer(token, short, said):
        raise Conflict("This link has ended, or takes no more comments")


def _open(token: str) -> tuple[Share, shorts.Short]:
    found = repository.find_open(token)
    short = shorts.find_short(found[1]) if found else None
    if found is None or short is None or short.video_of() is None:
        raise NotFound(NO_LINK)
    return found[0], short
