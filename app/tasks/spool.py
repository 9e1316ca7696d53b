"""The spool: writes that the database could not take, kept in order on the local disk until it is back.

One append-only file a data folder, shared by the processes of a machine (``app.tasks.spool_file``). An entry is on
the disk before ``append`` returns. Replaying moves the file aside first, so that new entries never wait for old ones;
an entry may be replayed twice (after a crash in between), so whoever applies it must be idempotent. A file in which
something could not be read is kept when all else in it has been applied, and told of until somebody removes it.
"""

from __future__ import annotations

import fcntl
import math
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from app.access.idempotency import IdempotencyKey, keyed_before
from app.config import get_settings
from app.core.folders import private_folder
from app.core.telemetry import SPOOL_ENTRIES, get_logger
from app.db.writes import write_document
from app.errors import DatabaseAway, Unavailable
from app.tasks.spool_file import Entry, line_of, old_pieces, pieces

FileId = tuple[int, bytes]
"""A file's inode, which may be given to another later, and its beginning."""
BEGINNING = 32
CATCHING_UP = "the database is back and catches up with what was accepted meanwhile; try again soon"
log = get_logger("spool")


class Spool:
    """The spool in one folder, which is made at the first entry."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._new = folder / "entries"
        self._replaying = folder / "replay"
        self._aside = folder / "set-aside"
        self._guard = threading.Lock()
        self._read_to: dict[FileId, int] = {}
        """How much of each file the index knows."""
        self._ids: set[str] = set()
        self._made: dict[str, tuple[str, IdempotencyKey]] = {}
        """Idempotency key -> the id of what waits with it, and the request."""
        self._applied: dict[FileId, tuple[int, int]] = {}
        """How much of each file this process has replayed, so that an outage in between costs no work; and how many
        bytes of that could not be read."""
        self._bring_over()

    def pending(self) -> bool:
        """Tell whether anything waits; costs two looks at the file system."""
        return any(path.exists() for path in self._waits_in())

    def append(self, entry: Entry, once: IdempotencyKey | None = None) -> str:
        """Add an entry; it is on the disk when this returns. ``once``: of the request that it comes of.

        Returns:
            The id of the entry; of one that waits already of the same request, which is kept instead.

        Raises:
            InvalidInput: another request that waits has used the idempotency key.
            Unavailable: the disk does not take it (it is full or read-only).
        """
        line = line_of(entry | {"once": once.document() if once else None})
        try:
            with self._locked("lock"), self._new.open("ab+") as file:
                end = self._index(file.fileno())
                if once is not None and (waiting := self._waiting(once)):
                    return waiting
                os.truncate(file.fileno(), end)  # what a crash left half written behind the last whole entry
                try:
                    file.write(line)
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
        if not self.pending():
            return False
        with self._guard:
            self._look()
            return name in self._ids

    def find(self, once: IdempotencyKey) -> str | None:
        """Return the id of the entry that was spooled by this request, if it still waits.

        Raises:
            InvalidInput: another request that waits has used the idempotency key.
        """
        if not self.pending():
            return None
        with self._guard:
            self._look()
            return self._waiting(once)

    def count(self) -> int:
        """Return how many entries wait."""
        return sum(piece.entry is not None for path in (self._replaying, self._new) for piece in pieces(path))

    def damaged(self) -> list[str]:
        """Return the names of the files in which something could not be read: what it was, nobody has done."""
        return sorted(path.name for path in self.folder.glob("damaged-*"))

    def replay(self, apply: Callable[[Entry], None], seconds: float = math.inf) -> int:
        """Apply every entry in order and forget it; return how many. One process of a machine does so at a time.

        What ``apply`` raises as ``DatabaseAway`` ends the replay, to be tried again; any other error is the entry's
        own: it is logged and kept in the file ``set-aside``, so that it does not hold up those behind it. What
        cannot be read is passed over, logged, and its file kept (``damaged``).

        Raises:
            DatabaseAway: as ``apply``; or it takes longer than ``seconds``, another process's turn included.
        """
        done = 0
        deadline = time.monotonic() + seconds
        with self._locked("replay-lock", deadline):
            while self._take():
                with self._replaying.open("rb") as file:
                    name = _identity(file.fileno())
                begin, lost = self._applied.get(name, (0, 0))
                for piece in pieces(self._replaying, begin):
                    if time.monotonic() > deadline:
                        raise DatabaseAway(CATCHING_UP)
                    if piece.entry is None:
                        lost += piece.end - piece.start
                    else:
                        self._apply(apply, piece.entry)
                        done += 1
                    self._applied[name] = piece.end, lost
                if lost:
                    self._keep_damaged(self._replaying, lost)
                else:
                    self._replaying.unlink()
                self._applied.pop(name, None)
        SPOOL_ENTRIES.labels("replayed").inc(done)
        return done

    def _apply(self, apply: Callable[[Entry], None], entry: Entry) -> None:
        try:
            apply(entry)
        except DatabaseAway:
            raise
        except Exception as error:
            log.exception("spooled_write_refused", kind=entry.get("kind"), id=entry.get("id"))
            with self._aside.open("ab") as file:
                file.write(line_of(entry | {"refused": f"{type(error).__name__}: {error}"[:500]}))

    def remove_kept(self, unwanted: Callable[[Entry], bool]) -> int:
        """Remove entries from the files that were kept for a look (``set-aside``, ``damaged-…``); return how many."""
        removed = 0
        with self._locked("replay-lock"):
            for path in (self._aside, *(self.folder / name for name in self.damaged())):
                held = list(pieces(path))
                gone = {piece.start for piece in held if piece.entry is not None and unwanted(piece.entry)}
                removed += len(gone)
                if gone:
                    content = path.read_bytes()
                    part = path.with_name(f"{path.name}.part")
                    part.write_bytes(b"\n".join(content[one.start : one.end] for one in held if one.start not in gone))
                    part.rename(path)
        return removed

    def _take(self) -> bool:
        """Move what waits aside for replaying, unless a replay was cut short; False if nothing waits."""
        if self._replaying.exists():
            return True
        with self._locked("lock"):
            if not self._new.exists():
                return False
            self._new.rename(self._replaying)
        return True

    def _keep_damaged(self, path: Path, lost: int) -> None:
        """Keep a file of which ``lost`` bytes could not be read, and say so."""
        kept = self.folder / f"damaged-{datetime.now(UTC):%Y-%m-%dT%H-%M-%S.%f}Z"
        path.rename(kept)
        SPOOL_ENTRIES.labels("damaged").inc()
        log.error("spool_damaged", file=kept.name, bytes_lost=lost, applied="all that could be read")

    def _bring_over(self) -> None:
        """Write what an earlier version has spooled as this one does, before what has come since."""
        waiting, aside = [self.folder / "replaying", self.folder / "writes"], [self.folder / "refused"]
        if not any(path.exists() for path in (*waiting, *aside)):
            return
        try:
            with self._locked("replay-lock"), self._locked("lock"):
                for old, new in ((waiting, self._new), (aside, self._aside)):
                    self._rewrite([path for path in old if path.exists()], new)
        except OSError as error:
            log.error("old_spool_not_read", reason=error.strerror)

    def _rewrite(self, old: list[Path], new: Path) -> None:
        """Put what old files hold before what is in a new one; nothing, if another process has done so."""
        if not old:
            return
        part = new.with_name(f"{new.name}.part")
        with part.open("wb") as file:
            file.writelines(line_of(_as_now(one.entry)) for path in old for one in old_pieces(path) if one.entry)
            if new.exists():
                file.write(new.read_bytes())
            file.flush()
            os.fsync(file.fileno())
        part.rename(new)
        self._sync_folder()
        for path in old:
            if lost := sum(piece.end - piece.start for piece in old_pieces(path) if piece.entry is None):
                self._keep_damaged(path, lost)
            else:
                path.unlink()

    def _waiting(self, once: IdempotencyKey) -> str | None:
        """Return the id of what waits of a request. Raises InvalidInput, as ``find`` does."""
        if (known := self._made.get(once.key)) is None:
            return None
        waiting, first = known
        once.check(first.kind, first.fingerprint)
        return waiting

    def _waits_in(self) -> tuple[Path, Path]:
        """Return the files in which entries wait, in the order in which they go through them.

        Another process may move the one to the other between two looks: looked at the other way round, it would be seen
        in neither.
        """
        return self._new, self._replaying

    def _look(self) -> None:
        """Learn what waits, of other processes too; with the guard held."""
        for path in self._waits_in():
            try:
                with path.open("rb") as file:
                    self._index(file.fileno())
            except FileNotFoundError:
                continue

    def _index(self, descriptor: int) -> int:
        """Learn the entries of an open file that came since the last look; return where its last whole one ends."""
        name = _identity(descriptor)
        if name not in self._read_to and not self._replaying.exists():
            # A new file, and all before it was replayed: what is known of it is the database's to answer.
            self._ids, self._made, self._read_to = set(), {}, {}
        end = self._read_to.get(name, 0)
        for piece in pieces(Path(f"/proc/self/fd/{descriptor}"), end):
            end = piece.end
            if piece.entry is not None:
                self._ids.add(piece.entry["id"])
                if known := piece.entry.get("once"):
                    self._made[known["key"]] = piece.entry["id"], IdempotencyKey(**known)
        self._read_to[name] = end
        return end

    def _sync_folder(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @contextmanager
    def _locked(self, name: str, deadline: float = math.inf) -> Iterator[None]:
        """Hold a lock over the threads and processes that share the folder."""
        private_folder(self.folder.parent)
        self.folder.mkdir(exist_ok=True)
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
    return os.fstat(descriptor).st_ino, os.pread(descriptor, BEGINNING, 0)


def _as_now(entry: Entry) -> Entry:
    """Bring what an earlier version has spooled to the present form: the idempotency key is a write of its own."""
    for write in entry["writes"] if entry.pop("key", None) is not None else ():
        if write["do"] == "Insert" and (once := keyed_before(write["collection"], write["document"])):
            writes = [write_document(once.claim(entry["id"])), *entry["writes"]]
            return entry | {"once": once.document(), "writes": writes}
    return entry


_spools: dict[Path, Spool] = {}


def get_spool() -> Spool:
    """Return the spool of this process's data folder."""
    folder = get_settings().shopreel_data_dir
    if (known := _spools.get(folder)) is None:
        known = _spools.setdefault(folder, Spool(folder.resolve() / "spool"))
    return known
