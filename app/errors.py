"""The errors that ShopReel raises on purpose. Their text is for the person who reads it, and names what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")


class ShopReelError(Exception):
    """Base of all errors whose message may be shown to a user. ``retryable``: the same call may succeed later.

    ``code``: what a program tells it from others by, in the answer over HTTP; it stays when the words change.
    """

    code = "invalid_input"
    retryable = False
    retry_after_seconds: float | None = None


class InvalidInput(ShopReelError, ValueError):
    """What the caller gave is wrong, and will be wrong next time too. HTTP 422."""


class NotFound(ShopReelError, LookupError):
    """There is no such thing (or it is not the caller's). HTTP 404."""

    code = "not_found"


class Forbidden(ShopReelError):
    """The caller is known, and may not do this. HTTP 403."""

    code = "forbidden"


class Conflict(ShopReelError):
    """The thing is in a state that forbids this. HTTP 409."""

    code = "conflict"


class Outdated(Conflict):
    """A change rests on an older revision of a thing than there is. ``revision``: the latest. HTTP 409, with it."""

    code = "outdated_revision"

    def __init__(self, message: str, revision: str) -> None:
        super().__init__(message)
        self.revision = revision


class Unavailable(ShopReelError):
    """A part that ShopReel needs (database, broker, store) does not answer now. HTTP 503."""

    code = "unavailable"
    retryable = True


class DependencyRefuses(Unavailable):
    """A part answers, and serves ShopReel only after a setting or a right is changed. HTTP 503; it stops a start."""


class DatabaseAway(Unavailable):
    """The database does not answer now. What must not be lost meanwhile is written to the spool."""


class WrongSchema(ShopReelError):
    """The database is of another schema version than this ShopReel's: nothing is read or written. HTTP 503."""

    code = "wrong_schema_version"


class TooMany(ShopReelError):
    """A limit is reached. ``retry_after``: whole seconds until trying again can help. HTTP 429."""

    code = "limit_reached"
    retryable = True

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class WorkFailed(ShopReelError):
    """A task's work cannot be done. ``retryable`` says whether trying again could help (a time-out: yes; a 404: no).

    ``retry_after_seconds``: not before then, as the other side asked; None: it did not say.
    """

    def __init__(self, message: str, *, retryable: bool = False, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.retry_after_seconds = retry_after_seconds


class Cancelled(ShopReelError):
    """The task ended while its work was under way (cancelled, or its lease went elsewhere): stop, write nothing."""


def checked(name: str, check: Callable[[Any], Result], value: Any) -> Result:
    """Return ``check(value)``.

    Raises:
        InvalidInput: ``check`` raised ValueError; the message says which field, ``name``, is wrong.
    """
    try:
        return check(value)
    except ValueError as error:
        raise InvalidInput(f"{name}: {error}") from None
