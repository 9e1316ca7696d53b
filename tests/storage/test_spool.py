"""The spool's file: what was acknowledged is there, in order, whatever was cut short."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import DatabaseAway, Unavailable
from app.processes import child_environment
from app.storage.spool import Entry, Spool


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
    kept = [entry(str(number), at=at, text="Füße 🦶", key=f"key-{number}") for number in range(20)]
    for one in kept:
        spool.append(one)
    assert (spool.pending(), spool.count()) == (True, 20)
    assert spool.holds("7")
    assert not spool.holds("20")
    assert (spool.find("key-3"), spool.find("key-20")) == ("3", None)
    found: list[Entry] = []
    assert spool.replay(found.append) == 20
    assert found == kept
    assert not spool.pending()
    assert not spool.holds("7")
    assert spool.find("key-3") is None


@given(torn=st.binary(max_size=60), cut=st.integers(1, 40))
def test_what_a_crash_left_half_written_harms_nothing(
    torn: bytes, cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("spool")
    Spool(folder).append(entry("first"))
    Spool(folder).append(entry("second"))
    file = folder / "writes"
    whole = file.read_bytes()
    file.write_bytes(whole[:-cut] + torn)
    survivor = Spool(folder)
    survivor.append(entry("third"))
    names = replayed(survivor)
    assert names in (["first", "third"], ["first", "second", "third"])
    shutil.rmtree(folder)


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
    assert b"no such collection" in (tmp_path / "refused").read_bytes()


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
        names.add(Spool(tmp_path).append(entry(str(number), key="k")))

    threads = [threading.Thread(target=append, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == 1
    assert replayed(Spool(tmp_path)) == list(names)


WRITER = """
import sys
from pathlib import Path
from app.storage.spool import Spool
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
