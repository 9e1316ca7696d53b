"""Ends of processes: a signal is noticed wherever it comes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app.processes.lifetime import child_environment

TOLD_BY_A_THREAD = """
import signal, threading, time
from app.processes.lifetime import asked_to_end, wait_for_interrupt
wait = {wait}
def tell():
    time.sleep(0.3)  # until the main thread waits
    signal.pthread_kill(threading.get_ident(), signal.{number})
threading.Thread(target=tell).start()
try:
    wait()
except KeyboardInterrupt:
    pass
print("ended")
"""


@pytest.mark.parametrize(
    ("wait", "number"),
    [("asked_to_end()", "SIGTERM"), ("asked_to_end()", "SIGINT"), ("wait_for_interrupt", "SIGINT")],
)
def test_a_signal_that_another_thread_gets_ends_the_wait(wait: str, number: str) -> None:
    """The kernel may give it to any thread, and Python's handlers run in the main one, which nothing wakes."""
    script = TOLD_BY_A_THREAD.format(wait=wait, number=number)
    told = subprocess.run(
        [sys.executable, "-c", script],
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert told.stdout == "ended\n", told.stderr
