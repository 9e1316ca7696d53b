"""What the errors of the servers mean, in sentences that help: a table for each server; nothing else names a cause.

No text of a server is passed on: it may hold addresses. An error after which only a setting or a right can help becomes
``DependencyRefuses``; any other may pass by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from pymongo.errors import OperationFailure, PyMongoError

from app.errors import DatabaseAway, DependencyRefuses, Unavailable

OUT_OF_DISK_SPACE = 14031
NO_ANSWER: Sequence[tuple[str, str]] = (
    ("Connection refused", "nothing listens at its address"),
    ("Name or service not known", "its name is not known"),
    ("No address associated", "its name is not known"),
    ("Temporary failure in name resolution", "names cannot be looked up"),
    ("DNS", "its name cannot be looked up"),
    ("CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted"),
    ("certificate verify failed", "its certificate is not trusted"),
    ("SSL", "it does not speak TLS as asked"),
    ("replica set name", "it is of another replica set than is asked for"),
    ("No route to host", "there is no way to it"),
    ("Network is unreachable", "there is no way to it"),
)
"""What an error of the network holds -> why there was no answer."""
DATABASE = {
    8: (True, "does not know the user of MONGODB_URI"),
    11: (True, "does not know the user of MONGODB_URI"),
    13: (True, "grants too few rights: the user of MONGODB_URI needs the role readWrite on {database}"),
    18: (True, "does not accept the user name or password of MONGODB_URI"),
    33: (True, "does not know the user of MONGODB_URI"),
    59: (True, "does not know a command that is needed: it is too old, or no MongoDB"),
    8000: (True, "does not accept the user name or password of MONGODB_URI"),
    OUT_OF_DISK_SPACE: (False, "has no room on its disk"),
}
"""Code of a MongoDB error -> whether only a setting helps, and what the database does."""
REDIS: Sequence[tuple[str, str, bool, str]] = (
    ("NoPermissionError", "", True, "grants too few rights: its user needs scripts (EVALSHA) and the keys shopreel*"),
    ("AuthenticationError", "", True, "does not accept the user name or password of REDIS_URL"),
    ("MovedError", "", True, "is a cluster, and ShopReel needs one server"),
    ("ReadOnlyError", "", False, "is a replica now, which takes no messages"),
    ("BusyLoadingError", "", False, "is still reading its data"),
    ("OutOfMemoryError", "", False, "has no memory left (maxmemory)"),
    ("ResponseError", "MISCONF", False, "cannot write to its disk, which may be full"),
    ("ResponseError", "DB index", True, "has no database of the number in REDIS_URL"),
    ("ResponseError", "unknown command", True, "does not know a command that is needed"),
    ("ResponseError", "CROSSSLOT", True, "is a cluster, and ShopReel needs one server"),
    ("ResponseError", "", False, "refuses"),
)
"""Kind of error, what its text holds, whether only a setting helps, and what the broker does; the first one holds.

A kind is given by its name: most commands never speak to the broker, and its library takes long to import.
"""
RABBITMQ = {
    403: "grants too few rights, or does not accept the user name or password of RABBITMQ_URL",
    404: "has no such virtual host",
    406: "has a queue of ShopReel's that was made with other options: use a virtual host of its own",
    530: "has no such virtual host, or its user may not use it",
}
"""Code of an answer of RabbitMQ -> what it does; none passes by itself."""
MEDIA: Sequence[tuple[str, bool, str]] = (
    ("NoSuchBucket", True, "there is no bucket of the name in MEDIA_URL"),
    ("InvalidAccessKeyId", True, "AWS_ACCESS_KEY_ID is not accepted"),
    ("SignatureDoesNotMatch", True, "AWS_SECRET_ACCESS_KEY is not accepted"),
    ("ExpiredToken", True, "AWS_SESSION_TOKEN has run out"),
    ("InvalidToken", True, "AWS_SESSION_TOKEN is not accepted"),
    ("/latest/api/token", True, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, and nothing else gives any"),
    ("AccessDenied", True, "too few rights: s3:PutObject, s3:GetObject, s3:DeleteObject and s3:ListBucket are needed"),
    ("PermanentRedirect", True, "the bucket is of another region: set AWS_REGION"),
    ("AuthorizationHeaderMalformed", True, "the bucket is of another region: set AWS_REGION"),
    ("UnableToCanonicalize", True, "there is no such folder"),
    ("No space left on device", False, "no space left on device"),
    ("Read-only file system", False, "read-only file system"),
    ("Permission denied", False, "permission denied"),
    ("Not a directory", False, "a part of its path is no folder"),
    ("Disk quota exceeded", False, "disk quota exceeded"),
    ("error sending request", False, "the store does not answer"),
)
"""What an error of the store holds, whether only a setting helps, and what is wrong; the first one holds."""


def database_error(error: PyMongoError, away: bool, database: str) -> Unavailable:
    """Return what an error of the database means. ``away``: it is an outage; ``database``: the name of ShopReel's."""
    code = error.code if isinstance(error, OperationFailure) else None
    settings_help, what = DATABASE.get(code or 0, (False, ""))
    if away:
        why = what or _no_answer(str(error))
        return DatabaseAway(f"the database {what}" if what else f"the database does not answer{why}; try again soon")
    if not what:
        return Unavailable(f"the database cannot do this now ({code or type(error).__name__}); try again soon")
    return (DependencyRefuses if settings_help else Unavailable)(f"the database {what.format(database=database)}")


def redis_error(error: Exception) -> Unavailable:
    """Return what an error of the broker or its client means."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    for kind, text, settings_help, what in REDIS:
        if kind in kinds and text in str(error):
            return (DependencyRefuses if settings_help else Unavailable)(f"the broker {what}")
    if "RedisError" in kinds or isinstance(error, OSError):
        return Unavailable(f"the broker does not answer{_no_answer(str(error))}")
    return DependencyRefuses("the broker's client cannot be made: an option of REDIS_URL is wrong")


def rabbit_error(error: Exception) -> Unavailable:
    """Return what an error of RabbitMQ or its client means."""
    code = getattr(error, "reply_code", None)
    if code is None and type(error).__name__.startswith("ProbableA"):  # it closed the connection without a word
        code = 530 if "AccessDenied" in type(error).__name__ else 403
    if code in RABBITMQ:
        return DependencyRefuses(f"the broker {RABBITMQ[code]}")
    return Unavailable(f"the broker does not answer{_no_answer(str(error))}")


def media_error(what: str, error: Exception) -> Unavailable:
    """Return what an error of the media store means; ``what`` it did not do."""
    text = str(error)
    for found, settings_help, why in MEDIA:
        if found in text:
            return (DependencyRefuses if settings_help else Unavailable)(f"the media store {what}: {why}")
    # An unknown one's first line, without what may hold a signed address.
    why = text.splitlines()[0].split("http")[0][:200] if text else type(error).__name__
    return Unavailable(f"the media store {what}: {why}")


def is_missing(error: Exception) -> bool:
    """Tell whether an error of the media store says that there is no such file, and not that there is no bucket."""
    return isinstance(error, FileNotFoundError) and "NoSuchBucket" not in str(error)


def _no_answer(text: str) -> str:
    return next((f" ({why})" for found, why in NO_ANSWER if found in text), "")
