"""Surfaces and the light on them: what a relief sends to a camera that looks straight at the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from app.demo.drawing.fields import Box, Field, linear, noise_over, ramp


@dataclass(frozen=True)
class Material:
    """What a surface is made of."""

    colour: str
    fade: str | None = None
    """Colour at the lower end, for a gradient."""
    gloss: float = 0.25
    """Strength of the mirrored soft boxes."""
    sharp: float = 0.5
    """0: satin, 1: mirror."""
    metal: bool = False
    grain: float = 0.0
    """Strength of a fine, sand-like texture."""
    weave: float = 0.0
    """Strength of a woven texture."""
    glow: float = 0.0
    """Light of its own."""


@dataclass(frozen=True)
class Light:
    """The light of a scene, as linear strengths times a colour."""

    key: str = "#fff4e6"
    key_strength: float = 0.78
    sky: str = "#eef3ff"
    sky_strength: float = 0.42
    bounce: str = "#ffe9d6"
    bounce_strength: float = 0.36
    towards: tuple[float, float, float] = (-0.52, -0.6, 0.61)
    boxes: float = 1.0
    """Strength of the soft boxes."""


def lit(light: Light, material: Material, box: Box, slope_x: Field, slope_y: Field, pixel: float) -> Field:
    """Return the linear light that a relief sends to the camera: (height, width, 3).

    The slopes are those of the relief along x and y over the box, ``pixel`` is the number of pixels in a local unit.
    Diffuse light is Lambert's with the terminator softened by a quarter; the mirrored direction picks the soft boxes.
    """
    if material.weave:
        xs = np.arange(box[0], box[2], dtype=np.float32)[None, :] * np.float32(2 * math.pi / (3.4 * pixel))
        ys = np.arange(box[1], box[3], dtype=np.float32)[:, None] * np.float32(2 * math.pi / (3.4 * pixel))
        slope_x = slope_x + np.cos(xs) * (np.sin(ys) * np.float32(material.weave))
        slope_y = slope_y + np.sin(xs) * (np.cos(ys) * np.float32(material.weave))
    nz = np.asarray(1 / np.sqrt(1 + slope_x * slope_x + slope_y * slope_y), np.float32)
    nx, ny = -slope_x * nz, -slope_y * nz
    lx, ly, lz = light.towards
    facing = np.clip((nx * lx + ny * ly + nz * lz + 0.25) * np.float32(1 / 1.25), 0, 1)
    up = 0.5 - 0.5 * ny
    rx, ry = 2 * nz * nx, 2 * nz * ny
    soft = 0.42 - 0.36 * material.sharp
    left_box = ramp(rx, -0.98 - soft, -0.9 + soft) * (1 - ramp(rx, -0.5 - soft, -0.5 + soft))
    left_box *= ramp(ry, -0.8 - soft, -0.8 + soft) * (1 - ramp(ry, 0.8 - soft, 0.85 + soft))
    right_box = ramp(rx, 0.78 - soft, 0.78 + soft) * (1 - ramp(rx, 0.9 - soft, 0.92 + soft))
    top_box = 1 - ramp(ry, -0.86 - soft, -0.7 + soft)
    mirror = (left_box + 0.4 * right_box + 0.35 * top_box) * np.float32(light.boxes * material.gloss)
    edge = (1 - nz) ** 3 * np.float32(0.25 + 0.5 * material.gloss)
    key, sky = linear(light.key) * light.key_strength, linear(light.sky) * light.sky_strength
    bounce, tint = linear(light.bounce) * light.bounce_strength, linear(light.sky)
    if material.metal:
        env = 0.2 + 0.75 * ramp(-ry, -0.7, 0.6) - 0.25 * ramp(nz, 0.9, 1.0) + 1.8 * mirror
        body, shine = env * (facing * 0.69 + 0.625), mirror * 0.35
        sent = [body * key[c] * albedo + shine for c, albedo in enumerate(_albedo(box, material, pixel))]
    else:
        shine = mirror * 0.8 + edge * 0.35 * up
        sent = [
            albedo * (facing * key[c] + up * (sky[c] - bounce[c]) + (bounce[c] + np.float32(material.glow)))
            + shine * tint[c]
            for c, albedo in enumerate(_albedo(box, material, pixel))
        ]
    return np.asarray(cv2.merge(sent), np.float32)


def _albedo(box: Box, material: Material, pixel: float) -> list[Field]:
    """Return red, green and blue of the bare surface, each of a shape that fits over the box."""
    planes: list[Field] = [np.full((1, 1), part, np.float32) for part in linear(material.colour)]
    if material.fade:
        share = np.linspace(0, 1, box[3] - box[1], dtype=np.float32)[:, None]
        planes = [plane * (1 - share) + part * share for plane, part in zip(planes, linear(material.fade), strict=True)]
    if material.grain:
        fine = noise_over(box, 0.9 * pixel) + 0.6 * noise_over(box, 3.1 * pixel, 8)
        grain = np.exp(fine * np.float32(material.grain))
        planes = [plane * grain for plane in planes]
    return planes
