"""What things are made of: dictionaries of Mitsuba's materials, with textures that are made here."""

from __future__ import annotations

from typing import Any

import cv2
import mitsuba as mi
import numpy as np
from numpy.typing import NDArray

Material = dict[str, Any]
Field = NDArray[np.float32]


def colour(code: str) -> list[float]:
    """Return a colour of the screen, such as ``#c0ffee``, as linear light."""
    value = np.array([int(code[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return [float(one) for one in np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)]


def rgb(code: str) -> Material:
    """Return a plain colour."""
    return {"type": "rgb", "value": colour(code)}


def picture(field: Field, raw: bool = True) -> Material:
    """Return a texture of rows, columns and three channels of linear light, or of one of heights."""
    pixels = field if field.ndim == 3 else field[:, :, None]
    return {"type": "bitmap", "bitmap": mi.Bitmap(np.ascontiguousarray(pixels, np.float32)), "raw": raw, "wrap_mode": "repeat"}  # fmt: skip


def noise(rows: int, columns: int, sizes: tuple[tuple[float, float, float], ...], seed: int) -> Field:
    """Return a field of 0 on average: a sum of noises that repeats at its edges; each: spots' rows, columns, weight."""
    random, total = np.random.default_rng(seed), np.zeros((rows, columns), np.float32)
    for high, wide, weight in sizes:
        wave = np.fft.rfft2(random.standard_normal((rows, columns)))
        y, x = np.fft.fftfreq(rows)[:, None] * high, np.fft.rfftfreq(columns)[None, :] * wide
        one = np.fft.irfft2(wave * np.exp(-2 * (np.pi**2) * (x * x + y * y) / 4), (rows, columns))
        total += (weight * one / one.std()).astype(np.float32)
    return total


def mixed(first: str, second: str, share: Field) -> Field:
    """Return a picture between two colours."""
    a, b = (np.array(colour(one), np.float32) for one in (first, second))
    return a + (b - a) * np.clip(share, 0, 1)[:, :, None]


def principled(base: Material, rough: float, **more: Any) -> Material:
    """Return Disney's material (Burley 2012) of a base colour."""
    return {"type": "principled", "base_color": base, "roughness": rough, "specular": 0.5} | more


def bumped(material: Material, heights: Field, scale: float) -> Material:
    """Return a material with a fine relief."""
    return {"type": "bumpmap", "arbitrary": picture(heights), "scale": scale, "bsdf": material}


def matt(code: str, rough: float = 0.8) -> Material:
    """Return paint or paper."""
    return two_sided(principled(rgb(code), rough, specular=0.25))


def two_sided(material: Material) -> Material:
    """Return a material that is there from behind too."""
    return {"type": "twosided", "bsdf": material}


def glaze(code: str, speck: str, seed: int = 1, specks: int = 900) -> Material:
    """Return speckled stoneware under a clear glaze."""
    size, random = 1536, np.random.default_rng(seed)
    cover = np.zeros((size, 2 * size), np.float32)
    for x, y, big in zip(*random.random((2, specks)), random.pareto(2.2, specks), strict=True):
        axes = (max(1, round(2 + 2.2 * min(big, 4))), max(1, round(1.6 + 1.6 * min(big, 4))))
        cv2.ellipse(cover, (int(x * 2 * size), int(y * size)), axes, float(random.random() * 180), 0, 360, float(random.uniform(0.35, 0.9)), -1, cv2.LINE_AA)  # fmt: skip
    cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), 0.9), np.float32)
    cloud = 0.05 * noise(size, 2 * size, ((300, 300, 1), (60, 60, 0.5)), seed)
    base = mixed(code, speck, cover) * (1 + cloud[:, :, None])
    return two_sided(principled(picture(base.astype(np.float32)), 0.28, clearcoat=0.7, clearcoat_gloss=0.92))


def wood(light: str, dark: str, seed: int = 3, scale: float = 1.0) -> Material:
    """Return oiled boards: the grain runs along u."""
    rows, columns = 1024, 2048
    rings = noise(rows, columns, ((26 * scale, 1100, 1), (7 * scale, 500, 0.5), (2.2, 130, 0.45)), seed)
    pores = noise(rows, columns, ((1.6, 44, 1),), seed + 1) > 2.1
    share = np.clip(0.42 + 0.2 * rings, 0, 1)
    base = mixed(light, dark, share) * (1 - 0.35 * pores[:, :, None])
    return two_sided(bumped(principled(picture(base.astype(np.float32)), 0.42), 0.5 + 0.08 * rings, 0.25))


def metal(code: str, rough: float = 0.2) -> Material:
    """Return brass, steel or another metal by its colour."""
    return two_sided(principled(rgb(code), rough, metallic=1.0))


def cloth(code: str, seed: int = 5, threads: int = 220, rough: float = 0.85) -> Material:
    """Return woven fabric, ``threads`` each way over the texture."""
    size = 2048
    at = np.arange(size) * threads / size * np.pi
    warp, weft = np.sin(at)[None, :] ** 2, np.sin(at)[:, None] ** 2
    over = (np.add.outer(np.floor(at / np.pi), np.floor(at / np.pi)) % 2).astype(np.float32)
    heights = (over * warp + (1 - over) * weft).astype(np.float32)
    tone = 1 + 0.07 * noise(size, size, ((3, 160, 1), (160, 3, 1), (200, 200, 0.8)), seed) + 0.35 * (heights - 0.6)
    base = np.array(colour(code), np.float32) * np.clip(tone, 0.3, 1.6)[:, :, None]
    return two_sided(bumped(principled(picture(base.astype(np.float32)), rough, sheen=0.4), heights, 0.5))


def leather(code: str, seed: int = 7, grain: float = 0.5) -> Material:
    """Return soft leather."""
    size = 1024
    bumps = noise(size, size, ((9, 9, 1), (22, 22, 0.5)), seed)
    return two_sided(bumped(principled(rgb(code), 0.5, specular=0.4), np.abs(bumps), grain))
