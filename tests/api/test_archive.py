"""The ZIP of a short's files: whole, in pieces, and readable by anyone."""

from __future__ import annotations

import zipfile
from io import BytesIO

from app.blobs import store as media
from app.http.archive import zipped

FILM = bytes(range(256)) * 20_000  # five megabytes: several pieces


def test_an_archive_comes_in_pieces_and_holds_what_is_stored() -> None:
    media.put("film", FILM)
    pieces = list(zipped([("Cup.mp4", "film"), ("Cup.mp4", b"other"), ("gone.srt", "nowhere"), ("杯 posts.txt", b"")]))
    assert max(map(len, pieces)) < len(FILM) / 2
    with zipfile.ZipFile(BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["Cup.mp4", "Cup (2).mp4", "杯 posts.txt"]
        assert archive.read("Cup.mp4") == FILM
        assert archive.read("Cup (2).mp4") == b"other"
