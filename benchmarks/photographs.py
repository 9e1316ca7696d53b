"""``python -m benchmarks.photographs FOLDER``: how true cut-outs are, and what a look at a picture costs.

``FOLDER`` holds ``<product>/<picture>`` and, for some of them, ``masks/<product>--<picture without suffix>.png``: grey,
white where the subject is. Prints the intersection over union of each mask with the cut-out's opacity from a half up,
seconds a picture (of computing, one thread, the first one left out), and what was found of each.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean

import cv2
import numpy as np
from PIL import Image

from app.analysis.cutting import cut_out
from app.analysis.images import analyze_image

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".avif"})
MASKS = "masks"


def main() -> int:
    """Print a line for each picture and the means."""
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    folder = Path(sys.argv[1])
    cv2.setNumThreads(1)
    overlaps: dict[str, float] = {}
    costs: dict[str, list[float]] = {"look": [], "cut": []}
    for path in pictures(folder):
        data = path.read_bytes()
        begin = time.process_time()
        seen = analyze_image(data, path.name)
        looked = time.process_time()
        cut = cut_out(data)
        costs["look"].append(looked - begin)
        costs["cut"].append(time.process_time() - looked)
        mask = folder / MASKS / f"{path.parent.name}--{path.stem}.png"
        told = ""
        if mask.exists():
            overlaps[path.stem] = 0.0 if cut is None else overlap(cut.png, mask)
            told = f"IoU {overlaps[path.stem]:.3f}"
        print(
            f"{path.parent.name + '/' + path.stem:46} {'cut' if cut else '-':4}{told:10} "
            f"{costs['look'][-1]:5.2f} s {costs['cut'][-1]:5.2f} s  {'; '.join(seen.reasons)}"
        )
    print()
    for name, spent in costs.items():
        print(f"{name:6} {fmean(spent[1:] or spent):.2f} s a picture, {max(spent[1:] or spent):.2f} s at most")
    if overlaps:
        least = min(overlaps.values())
        print(f"IoU    {fmean(overlaps.values()):.3f} mean of {len(overlaps)} masks, {least:.3f} least")
    return 0


def pictures(folder: Path) -> Iterator[Path]:
    """Yield the pictures of all products."""
    for path in sorted(folder.glob("*/*")):
        if path.suffix.lower() in SUFFIXES and path.parent.name != MASKS:
            yield path


def overlap(png: bytes, mask: Path) -> float:
    """Return the intersection over union of a cut-out and a mask, at the mask's size."""
    with Image.open(mask) as drawn, Image.open(io.BytesIO(png)) as cut:
        wanted = np.asarray(drawn.convert("L")) >= 128
        found = np.asarray(cut.getchannel("A").resize(drawn.size)) >= 128
    return float((wanted & found).sum() / max(1, (wanted | found).sum()))


if __name__ == "__main__":
    sys.exit(main())
