"""The child that measures pictures: its answers are the function's, and no picture harms more than itself."""

import os
import signal
import threading
import time
from collections.abc import Callable

import psutil
import pytest
from PIL import Image

from app.analysis import process
from app.analysis.images import analyze_image
from app.analysis.process import PictureProcess
from app.errors import Cancelled
from app.fetching.policy import always
from app.processes.children import end_spares
from tests.analysis.test_images import encode, packshot, scene

URL = "https://shop.example/a.jpg"


@pytest.fixture(autouse=True)
def no_others() -> None:
    end_spares()


def child() -> psutil.Process:
    (found,) = psutil.Process().children()
    return found


def test_it_measures_as_the_function_does_with_one_child_for_all() -> None:
    pictures = [encode(packshot()), encode(scene(1)), b"no picture", b"", encode(packshot())[:500]]
    measuring = PictureProcess()
    found = [measuring.analyze(data, URL, always) for data in pictures]
    pid = child().pid
    assert measuring.analyze(pictures[0], URL, always) == found[0]
    assert child().pid == pid
    assert found == [analyze_image(data, URL) for data in pictures]
    assert [one.error is None for one in found] == [True, True, False, False, False]
    assert PictureProcess().analyze(pictures[0], URL, always) == found[0]
    assert child().pid == pid  # it has waited for the next task


def test_no_child_is_started_for_no_picture() -> None:
    PictureProcess()
    assert psutil.Process().children() == []


def kill(number: int) -> Callable[[], None]:
    """Return a ``go_on`` that signals the child once, as a crash in a decoder would."""

    def go_on() -> None:
        for one in psutil.Process().children():
            os.kill(one.pid, number)

    return go_on


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL, signal.SIGXCPU])
def test_a_picture_that_kills_the_child_has_an_error_and_the_next_one_goes_on(number: signal.Signals) -> None:
    measuring = PictureProcess()
    analysis = measuring.analyze(encode(packshot()), URL, kill(number))
    assert analysis.error is not None and number.name in analysis.error
    assert measuring.analyze(encode(packshot()), URL, always).error is None


def test_a_picture_that_takes_too_long_has_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "WALL_SECONDS", 0.4)
    measuring = PictureProcess()
    analysis = measuring.analyze(encode(packshot()), URL, kill(signal.SIGSTOP))
    assert analysis.error is not None and "longer than 0.4 s" in analysis.error
    assert psutil.Process().children() == []


def test_a_child_that_does_not_read_does_not_hold_its_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """More bytes than a pipe holds, and a reader that sleeps."""
    monkeypatch.setattr(process, "WALL_SECONDS", 0.6)
    measuring = PictureProcess()
    start = time.monotonic()
    assert measuring.analyze(bytes(20_000_000), URL, kill(signal.SIGSTOP)).error
    assert time.monotonic() - start < 2


def large() -> bytes:
    """Return a picture just below the limit of pixels: small as a file, large when it is decoded."""
    return encode(Image.new("RGBA", (7700, 7700), "#20408080"), compress_level=1)


def test_too_much_memory_is_the_pictures_own_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MEMORY", 340 * 2**20)
    measuring = PictureProcess()
    analysis = measuring.analyze(large(), URL, always)
    assert analysis.error is not None and "memory" in analysis.error.lower()
    assert measuring.analyze(encode(packshot()), URL, always).error is None


def test_too_much_computing_is_the_pictures_own_error(monkeypatch: pytest.MonkeyPatch) -> None:
    measuring = PictureProcess()
    assert measuring.analyze(encode(packshot()), URL, always).error is None
    monkeypatch.setattr(process, "CPU_SECONDS", -1)
    analysis = measuring.analyze(large(), URL, always)
    assert analysis.error is not None and "SIGXCPU" in analysis.error


def test_what_go_on_raises_ends_the_child_at_once() -> None:
    calls = []

    def go_on() -> None:
        calls.append(time.monotonic())
        if len(calls) > 1:
            raise Cancelled("cancelled")

    measuring = PictureProcess()
    start = time.monotonic()
    with pytest.raises(Cancelled):
        measuring.analyze(encode(packshot()), URL, go_on)
    assert psutil.Process().children() == []
    assert time.monotonic() - start < 2


def test_two_pictures_are_looked_at_side_by_side_and_no_more() -> None:
    data = encode(packshot(300, 300))
    found = []
    measuring = PictureProcess()
    threads = [
        threading.Thread(target=lambda n=n: found.append(measuring.analyze(data, str(n), always))) for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.url for one in found) == list("012345")
    assert [one.error for one in found] == [None] * 6
    assert len(psutil.Process().children()) == 2
