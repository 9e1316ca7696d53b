"""Answers kept on disk: used again while the server says they are fresh, asked for by condition after that (RFC 9111).

One file an answer: a line of JSON, then the body. A file that is broken, or a disk that is full, costs a fetch and
nothing else.
"""

import functools
import hashlib
import json
import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from uuid import uuid4

from app.core.folders import private_folder
from app.fetching.transport import Response

LONGEST_FRESH = 3600.0
"""Seconds: prices change, so no answer is used unasked for longer, whatever the server says."""
KEPT_SHARE = 0.8
"""Of the limit, what a clean-up leaves: the answers that were used last."""
UNFIT = re.compile(r"(?:^|[\s,])(?:no-store|private)(?:$|[\s,=])", re.IGNORECASE)
UNASKED = re.compile(r"(?:^|[\s,])no-cache(?:$|[\s,=])", re.IGNORECASE)
MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True)
class Kept:
    """A stored answer."""

    response: Response
    stored_at: float

    @property
    def fresh(self) -> bool:
        """Whether it may be used without asking."""
        control = self.response.headers.get("cache-control", "")
        age = MAX_AGE.search(control)
        if age is None or UNASKED.search(control):
            return False
        return 0 <= time.time() - self.stored_at < min(float(age[1]), LONGEST_FRESH)

    @property
    def conditions(self) -> dict[str, str]:
        """The request's headers that ask whether it still holds; empty: nobody can tell."""
        pairs = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}
        return {asked: self.response.headers[name] for asked, name in pairs.items() if name in self.response.headers}


@functools.cache
def at(folder: Path, max_bytes: int) -> "Cache":
    """Return the process's cache in ``folder``."""
    return Cache(folder, max_bytes)


class Cache:
    """Answers in a folder that takes at most ``max_bytes``. Threads and processes may share it."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._unchecked = max_bytes
        """Bytes written since the folder's size was looked at; at first, all that there may be."""
        self._lock = Lock()

    def get(self, key: str, ask: Callable[[dict[str, str]], Response]) -> Response:
        """Return the answer for ``key``: the kept one while it holds, else what ``ask`` gets.

        Args:
            key: what was asked for, and how (URL, accepted types).
            ask: sends the request with these headers added.
        """
        path = self._folder / hashlib.sha256(key.encode()).hexdigest()
        kept = _load(path)
        if kept is not None and kept.fresh:
            return kept.response
        response = ask(kept.conditions if kept is not None else {})
        if kept is not None and response.status == 304:
            response = replace(kept.response, headers=kept.response.headers | response.headers)
        if response.status == 200:
            age = response.headers.get("age", "")
            self._store(path, Kept(response, time.time() - (float(age) if age.isdecimal() else 0.0)))
        return response

    def _store(self, path: Path, kept: Kept) -> None:
        control = kept.response.headers.get("cache-control", "")
        varies = kept.response.headers.get("vary") == "*"
        if varies or UNFIT.search(control) or not (kept.conditions or kept.fresh):
            return
        head = {"headers": kept.response.headers, "stored_at": kept.stored_at, "size": len(kept.response.body)}
        content = json.dumps(head).encode() + b"\n" + kept.response.body
        partial = path.with_name(f"{uuid4().hex}.part")
        try:
            private_folder(path.parent)
            partial.write_bytes(content)
            partial.replace(path)
        except OSError:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            return
        with self._lock:
            self._unchecked += len(content)
            due = self._unchecked > self._max_bytes * (1 - KEPT_SHARE)
            self._unchecked = 0 if due else self._unchecked
        if due:
            self._clean_up()

    def _clean_up(self) -> None:
        """Remove what was written longest ago until the folder is within its limit."""
        files = []
        with suppress(OSError), os.scandir(self._folder) as entries:
            for entry in entries:
                with suppress(OSError):
                    files.append((entry.stat().st_mtime, entry.stat().st_size, entry.path))
        left = sum(size for _, size, _ in files)
        if left <= self._max_bytes * KEPT_SHARE:
            return
        for _, size, name in sorted(files):
            with suppress(OSError):
                Path(name).unlink()
            left -= size
            if left <= self._max_bytes * KEPT_SHARE:
                return


def _load(path: Path) -> Kept | None:
    try:
        with path.open("rb") as file:
            head = json.loads(file.readline())
            body = file.read()
        if len(body) != head["size"]:
            return None
        return Kept(Response(200, head["headers"], body), head["stored_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
