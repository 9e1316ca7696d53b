"""Several kept files as one ZIP, sent while it is written: neither the disk nor the memory holds more than a piece."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from io import RawIOBase
from typing import Any

from fastapi.responses import StreamingResponse

from app.blobs import store as media
from app.errors import NotFound
from app.http.files import NOT_KEPT, disposition

Entry = tuple[str, str | bytes]
"""A name in the archive, and the media key of its content, or the content itself."""


class _Written(RawIOBase):
    """A file that can't be read or sought in; what was written to it is taken away with ``take``."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


def zipped(entries: Iterable[Entry]) -> Iterator[bytes]:
    """Yield a ZIP of the entries, piece by piece. Films are packed already: they are stored as they are.

    A name that comes twice gets a number; a file that is gone meanwhile is left out.

    Raises:
        Unavailable: the media store does not answer.
    """
    out = _Written()
    used: set[str] = set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for wanted, content in entries:
            try:
                pieces = iter((content,)) if isinstance(content, bytes) else media.pieces(content)
            except NotFound:
                continue
            name = free_name(wanted, used)
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as file:
                for piece in pieces:
                    file.write(piece)
                    yield out.take()
        yield out.take()
    yield out.take()


def free_name(wanted: str, used: set[str]) -> str:
    """Return a name that is not used yet, and use it."""
    stem, dot, ending = wanted.rpartition(".")
    name, number = wanted, 1
    while name in used:
        number += 1
        name = f"{stem} ({number}){dot}{ending}"
    used.add(name)
    return name


def answer_with_zip(entries: Iterable[Entry], name: str) -> StreamingResponse:
    """Return an answer that is saved as a ZIP under ``name``."""
    headers = NOT_KEPT | {"Content-Disposition": disposition(name, attachment=True)}
    return StreamingResponse(zipped(entries), headers=headers, media_type="application/zip")
