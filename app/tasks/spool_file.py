"""The file that the spool appends to: one line an entry, so that damage costs the lines that it touches and no other.

A line is a CRC-32 in hexadecimal, a length, and so many characters of Base64 that hold one BSON document, with colons
between; an end of line stands before it and behind it. Neither a colon nor an end of line occurs in Base64: whatever a
caller has an entry hold, and wherever a disk forgets a bit, reading goes on at the next line, and never takes a part of
an entry for an entry.
"""

from __future__ import annotations

import base64
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import bson
from bson.codec_options import CodecOptions

Entry = dict[str, Any]
"""``kind`` and ``id`` name what is written, ``once`` is the request that it comes of, ``writes`` are as they go out."""
OPTIONS: CodecOptions[Entry] = CodecOptions(tz_aware=True)
HEAD = re.compile(rb"([0-9a-f]{8}):([0-9]{10}):")
BEGUN = re.compile(rb"[0-9a-f]{0,8}|[0-9a-f]{8}:[0-9]{0,10}|[0-9a-f]{8}:([0-9]{10}):([A-Za-z0-9+/=]*)")
"""What a line that was half written looks like."""
OLD_FRAME = struct.Struct("<II")


@dataclass(frozen=True)
class Piece:
    """A part of a file, up to ``end``: an entry, or (None) what is damaged."""

    start: int
    end: int
    entry: Entry | None


def line_of(entry: Entry) -> bytes:
    """Return what an entry is written as."""
    text = base64.b64encode(bson.encode(entry))
    length = b"%010d" % len(text)
    return b"\n%08x:%b:%b\n" % (zlib.crc32(length + text), length, text)


def pieces(path: Path, start: int = 0) -> Iterator[Piece]:
    """Yield the pieces of a file from an offset on, which is 0 or where a piece ended.

    A last line that was half written is left out: its process was killed, and it was never acknowledged.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        file.seek(start)
        while line := file.readline():
            if line != b"\n":
                found = list(_pieces_of(line, start))
                if found:
                    yield from found
                elif not _half_written(line):
                    yield Piece(start, start + len(line), None)
                else:
                    return
            start += len(line)


def _pieces_of(line: bytes, start: int) -> Iterator[Piece]:
    """Yield the entry that a line holds (several, if damage has joined lines) and what else stands there.

    Nothing, if it holds none.
    """
    read = place = 0
    while head := HEAD.search(line, place):
        end = head.end() + int(head[2])
        text = line[head.end() : end]
        if end > len(line) or zlib.crc32(head[2] + text) != int(head[1], 16):
            place = head.start() + 1
            continue
        if head.start() > read:
            yield Piece(start + read, start + head.start(), None)
        read = place = end + (line[end:] == b"\n")
        yield Piece(start + head.start(), start + read, bson.decode(base64.b64decode(text), OPTIONS))
    if 0 < read < len(line):
        yield Piece(start + read, start + len(line), None)


def _half_written(line: bytes) -> bool:
    begun = BEGUN.fullmatch(line)
    return begun is not None and (begun[1] is None or len(begun[2]) < int(begun[1]))


def old_pieces(path: Path) -> Iterator[Piece]:
    """Yield the pieces of a file as earlier versions wrote it: length and CRC-32 (little-endian), then the document.

    Behind damage nothing can be told apart there: the rest is one piece.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        start = 0
        while (found := _old_entry(file)) is not None:
            end = file.tell()
            yield Piece(start, end, found)
            start = end
        if start < (size := path.stat().st_size):
            yield Piece(start, size, None)


def _old_entry(file: BinaryIO) -> Entry | None:
    head = file.read(OLD_FRAME.size)
    if len(head) < OLD_FRAME.size:
        return None
    length, checksum = OLD_FRAME.unpack(head)
    data = file.read(length)
    if len(data) < length or zlib.crc32(data) != checksum:
        return None
    return bson.decode(data, OPTIONS)
