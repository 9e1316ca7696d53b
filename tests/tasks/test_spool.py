"""The spool's file: what was acknowledged is there, in order, whatever was cut short."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import bson
import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import generate_latest
from structlog.testing import capture_logs

from app.access.idempotency import IdempotencyKey
from app.analytics.gauges import SYSTEM
from app.errors import DatabaseAway, InvalidInput, Unavailable
from app.main import create_app
from app.maintenance.doctor import CHECKS, CheckUp, _check
from app.processes.lifetime import child_environment
from app.tasks.outage import replay_spool
from app.tasks.spool import Spool, get_spool
from app.tasks.spool_file import Entry, line_of, pieces


def entry(name: str, **more: object) -> Entry:
    return {"kind": "move", "id": name, "writes": []} | more


def replayed(spool: Spool) -> list[str]:
    names: list[str] = []
    spool.replay(lambda found: names.append(found["id"]))
    return names


def test_entries_come_back_whole_and_in_order(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    assert not spool.pending()
    at = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
    requests = [IdempotencyKey(f"key-{number}", "kind", "digest") for number in range(21)]
    kept = [entry(str(number), at=at, text="Füße 🦶") for number in range(20)]
    for one, once in zip(kept, requests, strict=False):
        spool.append(one, once)
    assert (spool.pending(), spool.count()) == (True, 20)
    assert spool.holds("7")
    assert not spool.holds("20")
    assert (spool.find(requests[3]), spool.find(requests[20])) == ("3", None)
    with pytest.raises(InvalidInput, match="another request"):
        spool.find(IdempotencyKey("key-3", "kind", "another digest"))
    found: list[Entry] = []
    assert spool.replay(found.append) == 20
    assert found == [one | {"once": asdict(once)} for one, once in zip(kept, requests, strict=False)]
    assert not spool.pending()
    assert not spool.holds("7")
    assert spool.find(requests[3]) is None


@pytest.mark.parametrize("looks", [1, 2])
def test_what_another_process_moves_aside_between_two_looks_still_waits(
    looks: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once, others = IdempotencyKey("key", "kind", "digest"), Spool(tmp_path / "spool")
    others.append(entry("a"), once)
    left = 0

    def looked() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            others._take()

    def exists(path: Path, original: Callable[[Path], bool] = Path.exists) -> bool:
        try:
            return original(path)
        finally:
            looked()

    def opened(path: Path, *args: Any, original: Callable[..., Any] = Path.open) -> Any:
        try:
            return original(path, *args)
        finally:
            looked()

    def told(ask: Callable[[Spool], object]) -> object:
        nonlocal left
        (others._replaying if others._replaying.exists() else others._new).rename(others._new)
        spool = Spool(tmp_path / "spool")
        with monkeypatch.context() as patch:
            patch.setattr(Path, "exists", exists)
            patch.setattr(Path, "open", opened)
            left = looks
            return ask(spool)

    assert told(Spool.pending) is True
    assert told(lambda spool: spool.holds("a")) is True
    assert told(lambda spool: spool.find(once)) == "a"


@given(torn=st.binary(max_size=60), cut=st.integers(1, 40))
def test_what_a_crash_left_half_written_harms_nothing(
    torn: bytes, cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("spool")
    Spool(folder).append(entry("first"))
    Spool(folder).append(entry("second"))
    file = folder / "entries"
    whole = file.read_bytes()
    file.write_bytes(whole[:-cut] + torn)
    survivor = Spool(folder)
    survivor.append(entry("third"))
    names = replayed(survivor)
    assert names in (["first", "third"], ["first", "second", "third"])
    shutil.rmtree(folder)


COUNT = 5
TEXTS = st.lists(st.text(max_size=30) | st.just("\n0badc0de:0000000004:AAAA\n"), min_size=COUNT, max_size=COUNT)


@dataclass
class Written:
    """A spool's file, and where each entry stands in it."""

    folder: Path
    content: bytearray
    ends: list[int]

    def touched(self, begin: int, end: int) -> set[str]:
        places = zip([0, *self.ends], self.ends, strict=False)
        return {str(number) for number, (first, last) in enumerate(places) if first < end and last > begin}

    def replayed(self) -> list[str]:
        (self.folder / "entries").write_bytes(self.content)
        return replayed(Spool(self.folder))


@contextmanager
def written(texts: list[str]) -> Iterator[Written]:
    with tempfile.TemporaryDirectory() as name:
        folder, ends = Path(name), []
        spool = Spool(folder)
        for number, text in enumerate(texts):
            spool.append(entry(str(number), text=text))
            ends.append((folder / "entries").stat().st_size)
        yield Written(folder, bytearray((folder / "entries").read_bytes()), ends)


@settings(max_examples=50)
@given(texts=TEXTS, data=st.data())
def test_a_flipped_bit_costs_the_entry_that_it_is_in_and_is_told(texts: list[str], data: st.DataObject) -> None:
    with written(texts) as file:
        place = data.draw(st.integers(0, len(file.content) - 1))
        file.content[place] ^= 1 << data.draw(st.integers(0, 7))
        names = file.replayed()
        lost = {str(number) for number in range(COUNT)} - set(names)
        assert names == sorted(names)
        assert len(names) == len(set(names))
        assert lost <= file.touched(place, place + 1)
        (kept,) = Spool(file.folder).damaged()
        assert (file.folder / kept).read_bytes() == file.content


def test_every_single_bit_of_a_small_spool_may_flip() -> None:
    with written(["a"] * 2) as file:
        whole = bytes(file.content)
        for place, bit in product(range(len(whole)), (0, 3, 6)):
            file.content[:] = whole
            file.content[place] ^= 1 << bit
            (file.folder / "entries").write_bytes(file.content)
            found = list(pieces(file.folder / "entries"))
            lost = {"0", "1"} - {piece.entry["id"] for piece in found if piece.entry}
            assert lost <= file.touched(place, place + 1)
            assert any(piece.entry is None for piece in found), (place, bit)


@settings(max_examples=50)
@given(texts=TEXTS, data=st.data())
def test_what_is_overwritten_costs_the_entries_that_it_touches(texts: list[str], data: st.DataObject) -> None:
    with written(texts) as file:
        before = bytes(file.content)
        begin = data.draw(st.integers(0, len(before) - 1))
        garbage = data.draw(st.binary(min_size=1, max_size=200) | st.text("0aA:\n", min_size=1, max_size=200))
        piece = (garbage.encode() if isinstance(garbage, str) else garbage)[: len(before) - begin]
        file.content[begin : begin + len(piece)] = piece
        names = file.replayed()
        assert names == sorted(names)
        assert len(names) == len(set(names))
        assert {str(number) for number in range(COUNT)} - set(names) <= file.touched(begin, begin + len(piece))
        assert bool(Spool(file.folder).damaged()) == (bytes(file.content) != before)


@settings(max_examples=50)
@given(texts=TEXTS, data=st.data())
def test_what_is_cut_off_costs_no_other_entry(texts: list[str], data: st.DataObject) -> None:
    with written(texts) as file:
        left = data.draw(st.integers(0, len(file.content)))
        del file.content[left:]
        whole = sum(end - 1 <= left for end in file.ends)  # only the last end of line is missing
        assert file.replayed() == [str(number) for number in range(whole)]
        assert Spool(file.folder).damaged() == []


def test_entries_come_behind_what_was_damaged(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append(entry("0"))
    spool.append(entry("1"))
    file = tmp_path / "entries"
    file.write_bytes(file.read_bytes()[:-20] + b"\0" * 20)  # as a file system may leave what it had only made room for
    another = Spool(tmp_path)
    another.append(entry("2"))
    assert another.holds("2")
    assert not another.holds("1")
    with capture_logs() as logs:
        assert replayed(Spool(tmp_path)) == ["0", "2"]
    assert [(line["event"], line["log_level"]) for line in logs] == [("spool_damaged", "error")]
    assert not spool.pending()
    assert len(spool.damaged()) == 1
    # What is kept for a look is not kept from those who are forgotten.
    assert spool.remove_kept(lambda found: found["id"] == "0") == 1
    (kept,) = spool.damaged()
    assert [piece.entry and piece.entry["id"] for piece in pieces(tmp_path / kept)] == [None, "2"]


def old_frame(found: Entry) -> bytes:
    data = bson.encode(found)
    return struct.pack("<II", len(data), zlib.crc32(data)) + data


@pytest.mark.parametrize("torn", [b"", b"\x40\0\0\0torn"])
def test_what_an_earlier_version_has_spooled_comes_first(tmp_path: Path, torn: bytes) -> None:
    task = {"user_id": "u", "idempotency_key": "u/k", "fingerprint": "digest", "task_type": "scraping"}
    insert = {"do": "Insert", "collection": "tasks", "document": task | {"max_retries": 3, "short_id": None}}
    (tmp_path / "replaying").write_bytes(old_frame(entry("0", key=None)))
    (tmp_path / "writes").write_bytes(old_frame(entry("1", key="u/k", writes=[insert])) + torn)
    (tmp_path / "entries").write_bytes(line_of(entry("2")))
    (tmp_path / "refused").write_bytes(old_frame(entry("3", key=None)))
    spool = Spool(tmp_path)
    assert spool.find(IdempotencyKey("=u/k", "scraping", "digest")) == "1"
    found: list[Entry] = []
    assert spool.replay(found.append) == 3
    assert [one["id"] for one in found] == ["0", "1", "2"]
    claim, stored = found[1]["writes"]
    assert claim["document"] == {"_id": "=u/k", "made": "1", "kind": "scraping", "fingerprint": "digest"}
    assert stored["document"]["idempotency_key"] == "=u/k"
    assert (len(spool.damaged()), replayed(Spool(tmp_path))) == (bool(torn), [])
    assert spool.remove_kept(lambda found: found["id"] == "3") == 1


def test_an_outage_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for number in range(5):
        spool.append(entry(str(number)))
    applied: list[str] = []

    def fails_at_three(found: Entry) -> None:
        if found["id"] == "3":
            raise DatabaseAway("away again")
        applied.append(found["id"])

    with pytest.raises(DatabaseAway):
        spool.replay(fails_at_three)
    assert applied == ["0", "1", "2"]
    spool.append(entry("5"))
    assert spool.holds("4")
    assert spool.holds("5")
    assert replayed(spool) == ["3", "4", "5"]  # this process knows how far it was
    for number in (0, 1, 2, 3):
        spool.append(entry(str(number)))
    with pytest.raises(DatabaseAway):
        spool.replay(fails_at_three)
    assert replayed(Spool(tmp_path)) == ["0", "1", "2", "3"]  # another begins again


def test_an_entry_that_cannot_be_applied_is_set_aside(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for number in range(3):
        spool.append(entry(str(number)))
    applied: list[str] = []

    def refuses_one(found: Entry) -> None:
        if found["id"] == "1":
            raise Unavailable("no such collection")
        applied.append(found["id"])

    assert spool.replay(refuses_one) == 3
    assert applied == ["0", "2"]
    assert not spool.pending()
    (aside,) = pieces(tmp_path / "set-aside")
    assert "no such collection" in (aside.entry or {})["refused"]


def test_a_replay_that_takes_too_long_is_told_and_goes_on_later(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for number in range(3):
        spool.append(entry(str(number)))
    held, release = threading.Event(), threading.Event()
    names: list[str] = []

    def slowly(found: Entry) -> None:
        names.append(found["id"])
        held.set()
        release.wait()

    other = threading.Thread(target=spool.replay, args=(slowly,))
    other.start()
    held.wait()
    with pytest.raises(DatabaseAway, match="catches up"):  # another has its turn
        Spool(tmp_path).replay(lambda found: None, seconds=0.1)
    release.set()
    other.join()
    assert names == ["0", "1", "2"]
    spool.append(entry("3"))
    with pytest.raises(DatabaseAway, match="catches up"):
        spool.replay(lambda found: None, seconds=-1)
    assert replayed(spool) == ["3"]


def test_of_entries_with_one_key_the_first_is_kept(tmp_path: Path) -> None:
    names: set[str] = set()
    together = threading.Barrier(8)

    def append(number: int) -> None:
        together.wait()
        names.add(Spool(tmp_path).append(entry(str(number)), IdempotencyKey("k", "kind", "digest")))

    threads = [threading.Thread(target=append, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == 1
    for other in (IdempotencyKey("k", "kind", "another digest"), IdempotencyKey("k", "another kind", "digest")):
        with pytest.raises(InvalidInput, match="another request"):
            Spool(tmp_path).append(entry("other"), other)
    assert replayed(Spool(tmp_path)) == list(names)


WRITER = """
import sys
from pathlib import Path
from app.tasks.spool import Spool
spool = Spool(Path(sys.argv[1]))
for number in range(50):
    spool.append({"kind": "move", "id": f"{sys.argv[2]}-{number}", "writes": []})
    print(number, flush=True)
"""


def test_processes_share_the_file_and_a_killed_one_loses_nothing_it_was_promised(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    writers = [
        subprocess.Popen([*command, str(number)], env=child_environment(), stdout=subprocess.PIPE, text=True)
        for number in range(4)
    ]
    promised: list[str] = []
    names: list[str] = []
    reader = Spool(tmp_path)
    for number, writer in enumerate(writers):
        assert writer.stdout is not None
        if number == 0:
            for _ in range(10):
                promised.append(f"0-{writer.stdout.readline().strip()}")
            writer.kill()
        if reader.pending():  # while the others go on
            reader.replay(lambda found: names.append(found["id"]))
        promised += [f"{number}-{line.strip()}" for line in writer.stdout]
        writer.wait()
        writer.stdout.close()
    reader.replay(lambda found: names.append(found["id"]))
    assert set(promised) <= set(names)
    assert len(names) == len(set(names))
    for number in range(1, 4):
        own = [name for name in names if name.startswith(f"{number}-")]
        assert own == [f"{number}-{index}" for index in range(50)]


def test_damage_is_told_until_somebody_has_looked_at_it() -> None:
    folder = get_spool().folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "entries").write_bytes(line_of(entry("0"))[:-9] + b"#" * 9)
    replay_spool()
    (kept,) = get_spool().damaged()
    with TestClient(create_app()) as api:
        assert api.get("/health/ready").json()["spool_damaged"] == [kept]
    told = _spool_check()
    assert (told.good, kept in told.finding) == (False, True)
    assert "shopreel_spool_damaged_files 1.0" in generate_latest(SYSTEM).decode()
    (folder / kept).unlink()
    assert _spool_check().good


def _spool_check() -> CheckUp:
    return _check("spool", CHECKS["spool"])
