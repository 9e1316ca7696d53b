"""The spool: writes that the database could not take, kept in order on the local disk until it is back.

One append-only file a data folder, shared by the processes of a machine. An entry is on the disk before ``append``
returns. Replaying moves the file aside first, so that new entries never wait for old ones; an entry may be replayed
twice (after a crash in between), so whoever applies it must be idempotent.

A frame is the length and the CRC-32 of what follows (little-endian, 4 bytes each), then one BSON document.
"""

from __future__ import annotations

import fcntl
import math
import os
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bson
from bson.codec_options import CodecOptions

from app.config import get_settings
from app.errors import DatabaseAway, Unavailable
from app.telemetry import SPOOL_ENTRIES, get_logger

Entry = dict[str, Any]
"""``kind`` and ``id`` name what is written, ``key`` is what it may be asked for by, ``writes`` are as they go out."""
FileId = tuple[int, bytes]
"""A file's inode, which may be given to another later, and its first frame's head."""
CATCHING_UP = "the database is back and catches up with what was accepted meanwhile; try again soon"
FRAME = struct.Struct("<II")
OPTIONS: CodecOptions[Entry] = CodecOptions(tz_aware=True)
log = get_logger("spool")


class Spool:
    """The spool in one folder, which is made at the first entry."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._new = folder / "writes"
        self._replaying = folder / "replaying"
        self._refused = folder / "refused"
        self._guard = threading.Lock()
        self._read_to: dict[FileId, int] = {}
        """How much of each file the index knows."""
        self._ids: set[str] = set()
        self._keys: dict[str, str] = {}
        self._applied: dict[FileId, int] = {}
        """How much of each file this process has replayed, so that an outage in between costs no work."""

    def pending(self) -> bool:
        """Tell whether anything waits; costs two looks at the file system."""
        return self._replaying.exists() or self._new.exists()

    def append(self, entry: Entry) -> str:
        """Add an entry; it is on the disk when this returns.

        Returns:
            The id of the entry; of one that waits already with the same key, which is kept instead.

        Raises:
            Unavailable: the disk does not take it (it is full or read-only).
        """
        data = bson.encode(entry)
        frame = FRAME.pack(len(data), zlib.crc32(data)) + data
        try:
            with self._locked("lock"), self._new.open("ab+") as file:
                end = self._index(file.fileno())
                if entry.get("key") in self._keys:
                    return self._keys[entry["key"]]
                os.truncate(file.fileno(), end)  # what a crash left half written behind the last whole entry
                try:
                    file.write(frame)
                    file.flush()
                    os.fsync(file.fileno())
                    if end == 0:
                        self._sync_folder()
                except OSError:
                    os.truncate(file.fileno(), end)
                    raise
                self._index(file.fileno())
        except OSError as error:
            raise Unavailable(f"neither the database nor the data folder takes writes ({error.strerror})") from error
        SPOOL_ENTRIES.labels("spooled").inc()
        return str(entry["id"])

    def holds(self, name: str) -> bool:
        """Tell whether an entry with this id waits."""
        return self.pending() and name in self._known()[0]

    def find(self, key: str) -> str | None:
        """Return the id of the entry that was spooled with this key, if it still waits."""
        return self._known()[1].get(key) if self.pending() else None

    def count(self) -> int:
        """Return how many entries wait."""
        return sum(1 for path in (self._replaying, self._new) for _ in _frames(path, 0))

    def replay(self, apply: Callable[[Entry], None], seconds: float = math.inf) -> int:
        """Apply every entry in order and forget it; return how many. One process of a machine does so at a time.

        What ``apply`` raises as ``DatabaseAway`` ends the replay, to be tried again; any other error is the entry's
        own: it is logged and set aside in the file ``refused``, so that it does not hold up those behind it.

        Raises:
            DatabaseAway: as ``apply``; or it takes longer than ``seconds``, another process's turn included.
        """
        done = 0
        deadline = time.monotonic() + seconds
        with self._locked("replay-lock", deadline):
            while self._take():
                with self._replaying.open("rb") as file:
                    name = _identity(file.fileno())
                for end, entry in _frames(self._replaying, self._applied.get(name, 0)):
                    if time.monotonic() > deadline:
                        raise DatabaseAway(CATCHING_UP)
                    try:
                        apply(entry)
                    except DatabaseAway:
                        raise
                    except Exception as error:
                        log.exception("spooled_write_refused", kind=entry.get("kind"), id=entry.get("id"))
                        self._set_aside(entry, error)
                    self._applied[name] = end
                    done += 1
                self._replaying.unlink()
                self._applied.pop(name, None)
        SPOOL_ENTRIES.labels("replayed").inc(done)
        return done

    def remove_refused(self, unwanted: Callable[[Entry], bool]) -> int:
        """Remove entries from those that were set aside; return how many."""
        with self._locked("replay-lock"):
            held = [entry for _, entry in _frames(self._refused, 0)]
            kept = [entry for entry in held if not unwanted(entry)]
            if len(kept) < len(held):
                part = self._refused.with_suffix(".part")
                with part.open("wb") as file:
                    for entry in kept:
                        data = bson.encode(entry)
                        file.write(FRAME.pack(len(data), zlib.crc32(data)) + data)
                part.rename(self._refused)
        return len(held) - len(kept)

    def _take(self) -> bool:
        """Move what waits aside for replaying, unless a replay was cut short; False if nothing waits."""
        if self._replaying.exists():
            return True
        with self._locked("lock"):
            if not self._new.exists():
                return False
            self._new.rename(self._replaying)
        return True

    def _set_aside(self, entry: Entry, error: Exception) -> None:
        with self._refused.open("ab") as file:
            data = bson.encode(entry | {"refused": f"{type(error).__name__}: {error}"[:500]})
            file.write(FRAME.pack(len(data), zlib.crc32(data)) + data)

    def _known(self) -> tuple[set[str], dict[str, str]]:
        """Return the ids and keys that wait, those of other processes too."""
        with self._guard:
            for path in (self._replaying, self._new):
                try:
                    with path.open("rb") as file:
                        self._index(file.fileno())
                except FileNotFoundError:
                    continue
            return self._ids, self._keys

    def _index(self, descriptor: int) -> int:
        """Learn the entries of an open file that came since the last look; return where its last whole one ends."""
        name = _identity(descriptor)
        if name not in self._read_to and not self._replaying.exists():
            # A new file, and all before it was replayed: what is known of it is the database's to answer.
            self._ids, self._keys, self._read_to = set(), {}, {}
        known_to = self._read_to.setdefault(name, 0)
        for end, entry in _frames(Path(f"/proc/self/fd/{descriptor}"), known_to):
            self._read_to[name] = end
            self._ids.add(entry["id"])
            if entry.get("key") is not None:
                self._keys[entry["key"]] = entry["id"]
        return self._read_to[name]

    def _sync_folder(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @contextmanager
    def _locked(self, name: str, deadline: float = math.inf) -> Iterator[None]:
        """Hold a lock over the threads and processes that share the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / name).open("ab") as lock:
            _lock_before(deadline, lock.fileno())
            if name == "lock":
                with self._guard:
                    yield
            else:
                yield


def _lock_before(deadline: float, descriptor: int) -> None:
    while deadline < math.inf:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise DatabaseAway(CATCHING_UP) from None
            time.sleep(0.02)
    return fcntl.flock(descriptor, fcntl.LOCK_EX)


def _identity(descriptor: int) -> FileId:
    return os.fstat(descriptor).st_ino, os.pread(descriptor, FRAME.size, 0)


def _frames(path: Path, start: int) -> Iterator[tuple[int, Entry]]:
    """Yield the whole entries of a file from an offset on, each with the offset behind it."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        file.seek(start)
        end = start
        while len(head := file.read(FRAME.size)) == FRAME.size:
            length, checksum = FRAME.unpack(head)
            data = file.read(length)
            if len(data) < length or zlib.crc32(data) != checksum:
                return  # half written when its process was killed: it was never acknowledged
            end += FRAME.size + length
            yield end, bson.decode(data, OPTIONS)


_spools: dict[Path, Spool] = {}


def get_spool() -> Spool:
    """Return the spool of this process's data folder."""
    folder = get_settings().shopreel_data_dir
    if (known := _spools.get(folder)) is None:
        known = _spools.setdefault(folder, Spool(folder.resolve() / "spool"))
    return known
