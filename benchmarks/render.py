"""``make bench-render``: what a whole film costs beside the bare encoding of the same frames, and beside MoviePy.

Each measurement runs in a process of its own. CPU is user and system time of the process and all its threads.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import fmean, median
from typing import Any

FPS = 30
WHOLE_LIMIT, MOVIEPY_LIMIT, LENGTH_LIMIT, MEMORY_LIMIT = 1.6, 6.0, 0.10, 450
DETAIL, GRAIN = 45.0, 3.0
"""Levels (standard deviation) of texture and of noise on the pictures; the demo shop draws its own smooth, which costs
the encoder less."""
MOVIEPY_SECONDS = 6
"""What MoviePy makes of the film; its figures are scaled to the whole."""
NARRATION = (
    "Meet the jar that keeps food fresh.",
    "It is made of clay and fired twice.",
    "The lid closes tight, day after day.",
    "Rated four point eight by its owners.",
    "Order yours today.",
)
PICTURES = ("picture", "frames", "transitions")
"""The steps of drawing and encoding the composition; the others are voice, sound and joining."""
STEPS = {
    "voice": "voice: five sentences spoken",
    "picture": "clips: layout and first frame",
    "frames": "clips: other frames, drawn and encoded",
    "sound": "sound: music, effects, ducking, loudness",
    "transitions": "transitions, and choosing thumbnails",
    "joining": "joining: AAC, copied packets, thumbnails",
    "copies": "smaller copies and preview (none asked)",
}
BARE = "  bare encoding of the frames as drawn"
TURNS = 3
WORDS = ("Meet the jar", "Fired twice", "A tight lid", "4.8 of 5", "Order today")


def main() -> None:
    """Measure, print a table."""
    if len(sys.argv) > 1:
        print(json.dumps(_measured(json.loads(sys.argv[1]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        table(Path(folder))


def table(folder: Path) -> None:
    """Print one line for each measurement."""
    base = {"folder": str(folder), "width": 720, "height": 1280, "seconds": 15, "detail": DETAIL}
    print("Pictures with the detail of photographs: texture that falls as 1/frequency, and grain")
    print(f"{'':44}{'CPU s':>8}{'wall s':>8}{'peak MB':>9}")

    def row(name: str, what: str, **change: Any) -> dict[str, Any]:
        found = run(base | change | {"what": what})
        print(f"{name:44}{found['cpu']:8.1f}{found['wall']:8.1f}{found['peak']:9.0f}", flush=True)
        return found

    def beside(title: str, **change: Any) -> dict[str, Any]:
        """Measure a film and its bare encoding in turns; return means, and the medians of the turns' ratios."""
        run(base | change | {"what": "record"})
        turns = [(row(title, "whole", **change), row(BARE, "bare", **change)) for _ in range(TURNS)]
        found: dict[str, Any] = {"cpu": fmean(film["cpu"] for film, _ in turns), "peak": turns[0][0]["peak"]}
        found["shares"] = {name: fmean(film["shares"][name] for film, _ in turns) for name in turns[0][0]["shares"]}
        for unit in ("cpu", "wall"):
            found[f"whole {unit}"] = median(film[unit] / bare[unit] for film, bare in turns)
        drawn = [(sum(film["shares"][name] for name in PICTURES), bare["cpu"]) for film, bare in turns]
        found["pictures"] = median(used / bare for used, bare in drawn)
        return found

    run(base | {"what": "prepare"})
    whole = beside("whole film, 15 s, 720x1280")
    row("  the same with the renderer's settings", "fitted")
    row("  encoding what the film shows, decoded", "decoded")
    large = beside("whole film, 15 s, 1080x1920", width=1080, height=1920)
    lengths = [(row("whole film, 45 s, 720x1280", "whole", seconds=45), row("  15 s", "whole")) for _ in range(TURNS)]
    served = row("as a worker, 720: in child processes", "service")
    served_large = row("as a worker, 1080: in child processes", "service", width=1080, height=1920)
    row("a film for MoviePy's sound", "whole", seconds=MOVIEPY_SECONDS)
    part = row(f"MoviePy, {MOVIEPY_SECONDS} s, 720x1280", "moviepy", seconds=MOVIEPY_SECONDS)
    movie = part["cpu"] * 15 / MOVIEPY_SECONDS
    run(base | {"what": "prepare", "detail": 0})
    print("Smooth pictures, as the demo shop draws them")
    plain = beside("whole film, 15 s, 720x1280")
    way = run(base | {"what": "page"})
    print(f"{'page to film, 720, a worker that is warm':44}{'':8}{way['wall']:8.1f}")
    for kind, seconds in way["shares"].items():
        print(f"{'  of it: ' + kind:44}{'':8}{seconds:8.1f}")
    bare_wall = run(base | {"what": "bare"})["wall"]
    print("\nWhere the CPU seconds go, 720 and 1080")
    for name, used in whole["shares"].items():
        print(f"{STEPS[name]:44}{used:8.2f}{large['shares'][name]:8.2f}")
    print()
    for size, one in (("720", whole), ("1080", large), ("720, smooth pictures", plain)):
        _ratio(f"drawing and encoding / bare encoding, {size}", one["pictures"], f"at most {WHOLE_LIMIT}")
        _ratio("  with voice, sound and joining", one["whole cpu"], f"at most {WHOLE_LIMIT}")
        _ratio("  the same in wall time", one["whole wall"], "")
    _ratio("page to film / bare encoding, 720, smooth, wall", way["wall"] / bare_wall, "")
    _ratio(f"MoviePy (x {15 / MOVIEPY_SECONDS:g}) / whole film", movie / whole["cpu"], f"at least {MOVIEPY_LIMIT}")
    linear = median(longer["cpu"] / shorter["cpu"] / 3 for longer, shorter in lengths)
    _ratio("45 s / 3 x 15 s", linear, f"1 +/- {LENGTH_LIMIT}")
    for size, one in (("720", served), ("1080", served_large)):
        _ratio(f"peak memory of the largest child, {size}, MB", one["peak"], f"at most {MEMORY_LIMIT}")
    _ratio("all in one process, 45 s / 15 s", lengths[0][0]["peak"] / lengths[0][1]["peak"], "memory: about 1")


def _ratio(name: str, value: float, limit: str) -> None:
    print(f"{name:50}{value:8.2f}  {limit}")


def run(order: dict[str, Any]) -> dict[str, Any]:
    """Measure in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.render", json.dumps(order)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _measured(order: dict[str, Any]) -> dict[str, Any]:
    from benchmarks import composition

    begun = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_SELF)
    # What prepares the measurement (reading the frames back for the bare encoder) says how much of it is its own.
    shares = composition.WORK[order["what"]](order)
    after = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)  # MoviePy encodes in a process of ffmpeg's
    own = shares.pop("own", 0)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime - own
    cpu += children.ru_utime + children.ru_stime
    # Work in children: the largest of them counts.
    peak = max(children.ru_maxrss, 0 if order["what"] == "service" else after.ru_maxrss)
    return {"cpu": cpu, "wall": time.monotonic() - begun - own, "peak": peak / 1024, "shares": shares}


if __name__ == "__main__":
    main()
