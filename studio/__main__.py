"""``python -m studio [PRODUCT ...]``: take the photographs of the demo shop's products anew.

It wants ``pip install '.[studio]'``. A picture takes minutes; with LLVM (``DRJIT_LIBLLVM_PATH``: its library of version
18 or later) a third of that.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import cv2
import mitsuba as mi

mi.set_variant("llvm_ad_rgb" if "DRJIT_LIBLLVM_PATH" in os.environ else "scalar_rgb")

from studio import backpacks, ceramics, headphones, lamps, planters  # noqa: E402  # Mitsuba wants its variant first

PRODUCTS = {
    "pour-over-coffee-set": ceramics,
    "trailrucksack-28": backpacks,
    "lampe-de-bureau-petite-ourse": lamps,
    "wireless-headphones-nocturne": headphones,
    "maceta-autorriego-brote": planters,
}
FOLDER = Path(__file__).parents[1] / "examples" / "demo_shop" / "photographs"
JPEG_QUALITY = 88


def main() -> None:
    """Take them one after the other."""
    parser = argparse.ArgumentParser(prog="python -m studio", description=__doc__)
    parser.add_argument("products", nargs="*", metavar="PRODUCT", help=f"of {', '.join(PRODUCTS)}; none: all")
    parser.add_argument("--pictures", default="1,2,3,4", help="numbers of each product's pictures (default 1,2,3,4)")
    parser.add_argument("--width", type=int, default=1200, help="pixels; the height is five quarters of it")
    parser.add_argument("--samples", type=int, default=12, help="of light, for a pixel (default 12)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where they are written")
    wanted = parser.parse_args()
    if unknown := set(wanted.products) - set(PRODUCTS):
        parser.error(f"no such product: {', '.join(sorted(unknown))}")
    wanted.folder.mkdir(parents=True, exist_ok=True)
    for slug in wanted.products or PRODUCTS:
        for number in map(int, wanted.pictures.split(",")):
            began = time.monotonic()
            photo = PRODUCTS[slug].SCENES[number - 1]()
            taken = photo.take(wanted.width, wanted.width * 5 // 4, wanted.samples, seed=number)
            path = wanted.folder / f"{slug}-{number}.jpg"
            cv2.imwrite(str(path), taken[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
            print(f"{path.name}  {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
