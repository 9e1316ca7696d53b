"""Kept files as answers: whole or in part, and not again to whoever has them already (RFC 9110).

What lies under a key of the media store never changes, so that the key makes the entity tag.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from app.blobs import store as media

PIECE_BYTES = 1 << 20
NOT_KEPT = {"Cache-Control": "no-store"}
"""A redirect is good for as long as its signature; what is made as it is sent is never the same twice."""
ASKED_AGAIN = {"Cache-Control": "private, no-cache"}
"""A browser keeps it, and asks each time whether it is the same still."""
RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
LONGEST_NAME = 80
NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
"""What no file system of today's wants in a name."""


@dataclass(frozen=True)
class Conditions:
    """What a request says of the file that it wants."""

    range: str | None = None
    if_range: str | None = None
    if_none_match: str | None = None
    head: bool = False
    """Only the headers are wanted."""

    def has(self, etag: str) -> bool:
        """Tell whether the caller has the file of this entity tag."""
        known = [one.strip().removeprefix("W/") for one in (self.if_none_match or "").split(",")]
        return etag in known or "*" in known


async def _conditions(request: Request) -> Conditions:
    said = request.headers.get
    return Conditions(said("range"), said("if-range"), said("if-none-match"), getattr(request.state, "head", False))


FileConditions = Annotated[Conditions, Depends(_conditions)]


def answer_with(
    key: str,
    media_type: str,
    conditions: Conditions,
    name: str,
    *,
    attachment: bool = False,
    redirect: bool = False,
) -> Response:
    """Return what is stored under ``key``, or the part asked for; 304 to whoever has it.

    ``name``: what the file is called where it is saved. ``attachment``: it is to be saved, not shown. ``redirect``:
    where the store can sign an address, lead there.

    Raises:
        NotFound: nothing is stored under ``key``.
        Unavailable: the media store does not answer.
    """
    if redirect and (address := media.signed_url(key)):
        return RedirectResponse(address, headers=NOT_KEPT)
    etag = f'"{hashlib.sha256(key.encode()).hexdigest()[:20]}"'
    headers = {"ETag": etag, "Accept-Ranges": "bytes", "Content-Disposition": disposition(name, attachment=attachment)}
    headers |= ASKED_AGAIN
    if conditions.has(etag):
        return Response(status_code=304, headers=headers)
    size = media.size(key)
    wanted = byte_range(conditions.range, size) if conditions.if_range in (None, etag) else None
    start, end = wanted or (0, size)
    if wanted is not None and start >= end:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    headers["Content-Length"] = str(end - start)
    if wanted is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    status = 200 if wanted is None else 206
    if conditions.head:
        return Response(status_code=status, headers=headers, media_type=media_type)
    content = media.pieces(key) if wanted is None else _pieces(key, start, end)
    return StreamingResponse(content, status, headers, media_type)


def disposition(name: str, *, attachment: bool = False) -> str:
    """Return a ``Content-Disposition`` with the name of a file, in letters of any script (RFC 6266)."""
    plain = name.encode("ascii", "ignore").decode().strip(" .-") or "file"
    kind = "attachment" if attachment else "inline"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def file_name(title: str, *parts: str) -> str:
    """Return a name for a file: a title without what no name may hold, cut at a word, then the parts."""
    clean = " ".join(NOT_IN_NAMES.sub(" ", title).split())
    if len(clean) > LONGEST_NAME:
        clean = clean[:LONGEST_NAME].rpartition(" ")[0] or clean[:LONGEST_NAME]
    return "".join((clean.strip(" ."), *parts))


def byte_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Return the half-open range of bytes that a ``Range`` header asks for.

    None: all, as for a header that is no single range (RFC 9110, 14.2). An empty range cannot be satisfied.
    """
    match = RANGE.fullmatch(header.strip()) if header else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return None
    return int(first), min(size, int(last) + 1 if last else size)


def _pieces(key: str, start: int, end: int) -> Iterator[bytes]:
    for begin in range(start, end, PIECE_BYTES):
        yield media.get_range(key, begin, min(end, begin + PIECE_BYTES))
