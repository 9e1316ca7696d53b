"""Every regular expression on a stranger's text takes time in proportion to the text, whatever it holds.

One that does not is found by a text of a hundred thousand characters: its time grows by the square, and what takes a
hundredth of a second for the others takes it minutes. So the work is done in a process with a limit of computing for
each text, and what it was at when it met the limit is the fault.
"""

import subprocess
import sys

import pytest

SIZE = 100_000
TRY = """
import re, resource, signal, sys
from tests.patterns import Use, patterns, texts
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
known = {"the pattern": Use(re.compile(sys.argv[3]), None)} if len(sys.argv) > 3 else patterns()
for name, use in known.items():
    for text in texts(use.pattern, int(sys.argv[2])):
        print(name, repr(text[:40]), flush=True)
        signal.setitimer(signal.ITIMER_PROF, int(sys.argv[1]))  # which ends the process
        use.apply(text)
        signal.setitimer(signal.ITIMER_PROF, 0)
print("done", len(known))
"""


def tried(cpu_seconds: int, *pattern: str) -> str:
    """Try the application's patterns, or the one given; return the last line that was said."""
    program = [sys.executable, "-c", TRY, str(cpu_seconds), str(SIZE), *pattern]
    told = subprocess.run(program, capture_output=True, text=True, check=False)
    return told.stdout.splitlines()[-1] if told.stdout else told.stderr[-500:]


def test_every_pattern_is_linear() -> None:
    done, _, number = tried(6).partition(" ")
    assert done == "done", f"this takes too long: {done} {number}"
    assert int(number) > 80


@pytest.mark.parametrize("pattern", [r"<script(?![^>]*\btype)", r"\s*[>/]\s+", r"(?:a|aa)+b", r"\d+(?:\.\d+)*x"])
def test_one_that_is_not_is_found(pattern: str) -> None:
    assert tried(1, pattern).startswith("the pattern")
