"""The media store: pages, pictures, clips and videos, in a local folder or in S3, by key.

A key is made of parts joined by ``/``. What is stored under a key is complete: a write is seen whole or not at all.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname
from uuid import uuid4

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, from_url

from app.config import get_settings
from app.core.folders import make_folder
from app.db.error_causes import is_missing, media_error
from app.errors import NotFound, Unavailable

SHARED = ("images", "cutouts", "looks", "pages", "inputs", "stills", "logos")
"""Folders of files that are stored once for all who have the same content."""
KEY = re.compile(rf"(shorts/[0-9a-f]{{24}}/.+|({'|'.join(SHARED)})/[0-9a-f]{{40}}[.a-z0-9]*)")
CLIENT_OPTIONS: Any = {"timeout": "60s", "connect_timeout": "3s", "allow_http": True}
"""Of the object store; ``http:`` is used where ``AWS_ENDPOINT_URL`` says so."""
PROBES = "probes"
"""The folder of files that say nothing but that the store can be used."""
RETRIES: Any = {"max_retries": 3, "retry_timeout": timedelta(seconds=15)}
"""Its own default is three minutes, for which a task would stand still."""

STAGED = re.compile(r"#\d+$")
HALF_UPLOAD_SECONDS = 3600
"""A file that nothing was added to for so long is nobody's any more."""


@cache
def _store() -> Any:
    settings = get_settings()
    if settings.media_url is not None:
        if settings.media_url.startswith("file:"):
            return from_url(settings.media_url)
        return from_url(settings.media_url, client_options=CLIENT_OPTIONS, retry_config=RETRIES)
    return LocalStore(make_folder("media"))


def _folder() -> Path | None:
    """Return the folder that is the store; None: it is no folder."""
    settings = get_settings()
    if settings.media_url is None:
        return settings.shopreel_data_dir.resolve() / "media"
    return Path(url2pathname(urlsplit(settings.media_url).path)) if settings.media_url.startswith("file:") else None


def reset() -> None:
    """Forget the opened store; the next use reads the settings again."""
    _store.cache_clear()
    _remove_left_probes.cache_clear()


def content_key(folder: str, data: bytes, suffix: str) -> str:
    """Return a key, in one of the folders of ``SHARED``, that follows from the content: the same bytes are stored once.

    Whoever removes a record that names one leaves the file to ``app.blobs.unused``: others may name it too.
    """
    assert folder in SHARED, folder
    return f"{folder}/{hashlib.sha256(data).hexdigest()[:40]}{suffix}"


def keys_in(value: Any) -> Iterator[str]:
    """Yield the keys of files, of a short's or shared, in a document, or a part of one, wherever they stand."""
    if isinstance(value, Mapping):
        for part in value.values():
            yield from keys_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from keys_in(part)
    elif isinstance(value, str) and KEY.fullmatch(value):
        yield value


def short_key(short: str, name: str) -> str:
    """Return the key of a file of the short of key ``short``; hashed: it may hold characters that no path should."""
    return f"shorts/{hashlib.sha256(short.encode()).hexdigest()[:24]}/{name}"


def put(key: str, data: bytes | Path) -> None:
    """Store bytes, or a file's content, under ``key``.

    Raises:
        Unavailable: the store does not take them (a full disk, S3 away).
    """
    try:
        obstore.put(_store(), key, data)
    except (BaseError, OSError) as error:
        raise media_error(f"did not take {key}", error) from error


def put_once(key: str, data: bytes | Path) -> None:
    """Store bytes, or a file's content, under ``key`` unless there is something: that stays, whatever it is.

    For keys that follow from what was ordered, which two who make it at once may make differently: others may have read
    the first one's. Raises Unavailable, as ``put`` does.
    """
    try:
        obstore.put(_store(), key, data, mode="create")
    except AlreadyExistsError:
        return
    except (BaseError, OSError) as error:
        if "NotImplemented" not in str(error):
            raise media_error(f"did not take {key}", error) from error
        put(key, data)  # an object store that knows no conditional writes


def get(key: str) -> bytes:
    """Return what is stored under ``key``.

    Raises:
        NotFound: nothing is.
        Unavailable: the store does not answer.
    """
    try:
        return bytes(obstore.get(_store(), key).bytes())
    except (BaseError, OSError) as error:
        if is_missing(error):
            raise NotFound(f"nothing is stored under {key}") from None
        raise media_error(f"did not give {key}", error) from error


def save_as(key: str, path: Path) -> None:
    """Write what is stored under ``key`` to a file, in pieces. Raises NotFound or Unavailable, as ``get`` does."""
    try:
        with path.open("wb") as file:
            for piece in obstore.get(_store(), key).stream(min_chunk_size=1 << 20):
                file.write(piece)
    except (BaseError, OSError) as error:
        if is_missing(error):
            raise NotFound(f"nothing is stored under {key}") from None
        raise media_error(f"did not give {key}", error) from error


def pieces(key: str) -> Iterator[bytes]:
    """Return what is stored under ``key`` in pieces of about a megabyte. Raises as ``get``, at once."""
    try:
        found = obstore.get(_store(), key)
    except (BaseError, OSError) as error:
        if is_missing(error):
            raise NotFound(f"nothing is stored under {key}") from None
        raise media_error(f"did not give {key}", error) from error
    return (bytes(piece) for piece in found.stream(min_chunk_size=1 << 20))


def probe() -> None:
    """Store something small, read it and remove it; the first time, what a killed process has left also: four requests.

    Raises:
        Unavailable: the store does not answer, or refuses one of them; the message says why.
    """
    key, data = f"{PROBES}/{uuid4()}", b"probe"
    put(key, data)
    if get(key) != data:
        raise Unavailable("the media store gives back other bytes than it was given")
    delete([key])
    _remove_left_probes()


@cache
def _remove_left_probes() -> None:
    old = datetime.now(UTC) - timedelta(days=1)
    try:
        delete(
            [
                one["path"]
                for some in obstore.list(_store(), prefix=PROBES)
                for one in some
                if one["last_modified"] < old
            ]
        )
    except (BaseError, OSError) as error:
        raise media_error("did not list its keys", error) from error


def all_keys() -> Iterator[str]:
    """Yield the keys of all that is stored, but for those of probes.

    Raises:
        Unavailable: the store does not answer.
    """
    try:
        for some in obstore.list(_store()):
            yield from (one["path"] for one in some if not one["path"].startswith(f"{PROBES}/"))
    except (BaseError, OSError) as error:
        raise media_error("did not list its keys", error) from error


def remove_half_uploads() -> int:
    """Remove what writes to a folder left half done when their process was killed; return how many files.

    A file is written beside its place (``video.mp4#1``) and renamed when it is whole. In a bucket the store's own rule
    does so (``AbortIncompleteMultipartUpload``).
    """
    folder = _folder()
    oldest, removed = time.time() - HALF_UPLOAD_SECONDS, 0
    for found in folder.rglob("*#*") if folder is not None else ():
        with suppress(OSError):  # it has been finished meanwhile, or another process removes it too
            if STAGED.search(found.name) and found.stat().st_mtime < oldest:
                found.unlink()
                removed += 1
    return removed


def delete_under(folder: str, keep: Collection[str] = ()) -> None:
    """Remove all whose keys begin with ``folder`` and a slash, but for ``keep``.

    Raises:
        Unavailable: the store does not answer.
    """
    try:
        for some in obstore.list(_store(), prefix=folder):
            obstore.delete(_store(), [one["path"] for one in some if one["path"] not in keep])
    except (BaseError, OSError) as error:
        if is_missing(error):
            return
        raise media_error(f"did not remove {folder}", error) from error


def delete(keys: Collection[str]) -> None:
    """Remove what is stored under keys; those under which nothing is are passed over.

    Raises Unavailable, as ``delete_under`` does.
    """
    for key in keys:
        try:
            obstore.delete(_store(), key)
        except (BaseError, OSError) as error:
            if is_missing(error):
                continue
            raise media_error(f"did not remove {key}", error) from error


def size(key: str) -> int:
    """Return the number of bytes stored under ``key``. Raises NotFound or Unavailable, as ``get`` does."""
    try:
        return int(obstore.head(_store(), key)["size"])
    except (BaseError, OSError) as error:
        if is_missing(error):
            raise NotFound(f"nothing is stored under {key}") from None
        raise media_error(f"did not answer for {key}", error) from error


def stored(key: str) -> bool:
    """Tell whether there is anything under a key. Raises as ``size``, but not NotFound."""
    try:
        return size(key) > 0
    except NotFound:
        return False


def signed_url(key: str) -> str | None:
    """Return an address at the store itself that gives ``key`` to whoever has it, for ``media_signed_seconds``.

    None: the setting is 0, or the store is a folder, which cannot sign. Nothing is asked of the store.
    """
    seconds = get_settings().media_signed_seconds
    if not seconds or isinstance(_store(), LocalStore):
        return None
    try:
        return str(obstore.sign(_store(), "GET", key, timedelta(seconds=seconds)))
    except (BaseError, OSError) as error:
        raise media_error("does not sign", error) from error


def get_range(key: str, start: int, end: int) -> bytes:
    """Return the bytes from ``start`` to before ``end``. Raises NotFound or Unavailable, as ``get`` does."""
    try:
        return bytes(obstore.get_range(_store(), key, start=start, end=end))
    except (BaseError, OSError) as error:
        if is_missing(error):
            raise NotFound(f"nothing is stored under {key}") from None
        raise media_error(f"did not give {key}", error) from error
