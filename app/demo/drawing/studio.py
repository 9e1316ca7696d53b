"""A small drawing engine for product illustrations: outlines and turned bodies, lit like in a photo studio.

Everything is drawn on a grid of 800 x 1000 units in linear light. A shape becomes a relief (rounded edges, a soft
bulge), whose slopes are lit by a key light from the upper left, by the sky and by the ground, and mirror soft boxes.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from app.demo.drawing.fields import Box, Field, bulge, linear, noise_over, ramp, soften
from app.demo.drawing.lighting import Light, Material, lit
from app.demo.drawing.outlines import Pairs, Place, Points, smooth

GRID = (800, 1000)
HOME = Place(0, 0)
EXPOSURE_RANGE = 4.0


@dataclass(frozen=True)
class Layer:
    """The coverage (0..1) of something drawn, over a box of pixels; clips what is drawn on it later."""

    box: Box
    mask: Field

    def over(self, box: Box) -> Field:
        """Return the coverage over another box."""
        cut = np.zeros((box[3] - box[1], box[2] - box[0]), dtype=np.float32)
        left, top = max(box[0], self.box[0]), max(box[1], self.box[1])
        right, bottom = min(box[2], self.box[2]), min(box[3], self.box[3])
        if left < right and top < bottom:
            mine = self.mask[top - self.box[1] : bottom - self.box[1], left - self.box[0] : right - self.box[0]]
            cut[top - box[1] : bottom - box[1], left - box[0] : right - box[0]] = mine
        return cut


@dataclass
class Stage:
    """A picture in the making: ``pixels`` is (height, width, 3) linear light."""

    scale: float = 2.0
    """Pixels per unit of the grid."""
    light: Light = field(default_factory=Light)

    def __post_init__(self) -> None:
        self.width, self.height = round(GRID[0] * self.scale), round(GRID[1] * self.scale)
        self.pixels: Field = np.zeros((self.height, self.width, 3), dtype=np.float32)

    def outline_layer(
        self, place: Place, outlines: list[Points], margin: float = 0, clip: Layer | None = None
    ) -> Layer:
        """Return the coverage of outlines, drawn at three times the size and averaged; ``margin`` is in pixels."""
        spots = [place.points(outline) * self.scale for outline in outlines]
        low = np.min([spot.min(axis=0) for spot in spots], axis=0) - margin - 2
        high = np.max([spot.max(axis=0) for spot in spots], axis=0) + margin + 2
        reach = margin + 4
        left, top = math.floor(max(low[0], -reach)), math.floor(max(low[1], -reach))
        right = max(left + 1, math.ceil(min(high[0], self.width + reach)))
        bottom = max(top + 1, math.ceil(min(high[1], self.height + reach)))
        fine = np.zeros(((bottom - top) * 3, (right - left) * 3), dtype=np.uint8)
        shifted = [np.round((spot - [left, top]) * 3 * 16 - 8).astype(np.int32) for spot in spots]
        for one in shifted:
            cv2.fillPoly(fine, [one], 255, shift=4)
        mask = np.asarray(cv2.resize(fine, (right - left, bottom - top), interpolation=cv2.INTER_AREA), np.float32)
        mask *= np.float32(1 / 255)
        box = (left, top, right, bottom)
        return Layer(box, mask * clip.over(box) if clip else mask)

    def visible(self, box: Box) -> Box | None:
        """Return the part of a box that lies in the picture, None where there is none."""
        left, top, right, bottom = max(box[0], 0), max(box[1], 0), min(box[2], self.width), min(box[3], self.height)
        return (left, top, right, bottom) if left < right and top < bottom else None

    def blend(self, layer: Layer, colour: Field, *, light: bool = False) -> None:
        """Lay a colour (or a field of colours) over the picture where the layer covers it, or add it as light."""
        left, top = layer.box[:2]
        box = self.visible(layer.box)
        if box is None:
            return
        x0, y0, x1, y1 = box
        window = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
        mask = np.ascontiguousarray(layer.mask[window])
        paint = (
            np.ascontiguousarray(colour[window]) if colour.ndim == 3 else cv2.merge([mask * part for part in colour])
        )
        target = self.pixels[y0:y1, x0:x1]
        if light:
            target += paint if colour.ndim == 1 else mask[..., None] * paint
        elif colour.ndim == 1:
            target *= cv2.merge([1 - mask] * 3)
            target += paint
        else:
            target[:] = cv2.blendLinear(np.ascontiguousarray(target), paint, 1 - mask, mask)

    def paint(
        self,
        place: Place,
        outlines: list[Points],
        colour: str,
        *,
        opacity: float = 1.0,
        blur: float = 0.0,
        clip: Layer | None = None,
        light: bool = False,
    ) -> Layer:
        """Lay flat colour over outlines; ``blur`` is in local units, ``light`` adds the colour to what is there."""
        sigma = blur * place.size * self.scale
        layer = self.outline_layer(place, outlines, margin=3 * sigma)
        mask = soften(layer.mask, sigma) * np.float32(opacity)
        layer = Layer(layer.box, mask * clip.over(layer.box) if clip else mask)
        self.blend(layer, linear(colour), light=light)
        return layer

    def shadow(
        self,
        place: Place,
        outlines: list[Points],
        *,
        shift: tuple[float, float] = (0, 0),
        blur: float = 10,
        strength: float = 0.5,
        colour: str = "#1c1412",
        clip: Layer | None = None,
    ) -> None:
        """Darken what lies under outlines, moved by ``shift`` local units."""
        moved = [outline + np.array(shift) for outline in outlines]
        self.paint(place, moved, colour, opacity=strength, blur=blur, clip=clip)

    def solid(
        self,
        place: Place,
        outline: Points,
        material: Material,
        *,
        bevel: float = 6,
        puff: float = 0.0,
        clip: Layer | None = None,
    ) -> Layer:
        """Draw an outline as a body, edges rounded by ``bevel`` and the middle raised by ``puff`` (local units)."""
        radius = max(bevel * place.size * self.scale, 1.0)
        layer = self.outline_layer(place, [outline], margin=radius)
        inside = (layer.mask > 0.5).astype(np.uint8)
        depth = np.asarray(cv2.distanceTransform(inside, cv2.DIST_L2, 5), np.float32)
        rest = 1 - np.clip(depth * np.float32(1 / radius), 0, 1)
        relief: Field = radius * np.sqrt(1 - rest * rest)
        relief = soften(relief, max(1.8, radius * 0.16))
        if puff:
            relief = relief + puff * place.size * self.scale * self._bulge_over(place, outline, layer.box)
        slope_x = np.asarray(cv2.Sobel(relief, cv2.CV_32F, 1, 0, scale=1 / 8), np.float32)
        slope_y = np.asarray(cv2.Sobel(relief, cv2.CV_32F, 0, 1, scale=1 / 8), np.float32)
        if clip:
            layer = Layer(layer.box, layer.mask * clip.over(layer.box))
        box = self.visible(layer.box)
        if box:
            seen = (
                slice(box[1] - layer.box[1], box[3] - layer.box[1]),
                slice(box[0] - layer.box[0], box[2] - layer.box[0]),
            )
            colour = lit(self.light, material, box, slope_x[seen], slope_y[seen], place.size * self.scale)
            self.blend(Layer(box, layer.mask[seen]), colour)
        return layer

    def _bulge_over(self, place: Place, outline: Points, box: Box) -> Field:
        relief = bulge(outline)
        low = outline.min(axis=0)
        cells = (relief.shape[0] - 2) / float((outline.max(axis=0) - low).max())
        to_local = np.linalg.inv(place.axes() * self.scale)
        corner = to_local @ (np.array([box[0], box[1]]) - np.array([place.x, place.y]) * self.scale) - low
        matrix = np.column_stack([to_local * cells, corner * cells + 0.5])
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        shape = (box[2] - box[0], box[3] - box[1])
        warped = np.asarray(cv2.warpAffine(relief, matrix, shape, flags=flags), np.float32)
        return soften(warped, place.size * self.scale * 1.2 / cells)

    def turned(
        self,
        place: Place,
        profile: Pairs,
        material: Material,
        *,
        tilt: float = 0.22,
        flutes: int = 0,
        sharp: bool = False,
    ) -> Layer:
        """Draw a body turned on a lathe, seen from a little above.

        ``profile`` gives (radius, y) from top to bottom, ``tilt`` the sine of the camera's angle: a circle of radius r
        shows as an ellipse r wide and ``tilt * r`` high. ``flutes`` cuts that many grooves around it.
        """
        curve = np.array(profile, dtype=np.float64) if sharp else smooth(profile, closed=False)
        top, bottom = float(curve[0, 1]), float(curve[-1, 1])
        widest = float(curve[:, 0].max())
        low = bottom + max(tilt, 0) * widest
        frame = np.array([[-widest, top], [widest, top], [widest, low], [-widest, low]])
        box = self.outline_layer(place, [frame]).box
        pixel = place.size * self.scale
        angle = math.radians(place.turn)
        gx = (np.arange(box[0], box[2], dtype=np.float32)[None, :] + 0.5 - place.x * self.scale) / pixel
        gy = (np.arange(box[1], box[3], dtype=np.float32)[:, None] + 0.5 - place.y * self.scale) / pixel
        x = (math.cos(angle) * gx + math.sin(angle) * gy).astype(np.float32)
        y = (math.cos(angle) * gy - math.sin(angle) * gx).astype(np.float32)
        rows = np.linspace(top, bottom, 2048)
        radii = np.interp(rows, curve[:, 1], curve[:, 0]).astype(np.float32)
        slopes = np.gradient(radii, rows[1] - rows[0]).astype(np.float32)
        slopes = np.asarray(cv2.GaussianBlur(slopes[None, :], (0, 0), 6), np.float32)[0]

        def look_up(table: Field, at: Field) -> Field:
            index = np.clip((at - top) * np.float32(2047 / (bottom - top)), 0, 2047).astype(np.int32)
            found: Field = table[index]
            return found

        # The front of the circle at height y0 shows at y0 + tilt * sqrt(r(y0)^2 - x^2): solve for y0.
        level: Field = y
        for _ in range(4):
            radius = look_up(radii, level)
            level = np.asarray(y - tilt * np.sqrt(np.maximum(radius * radius - x * x, 0)), np.float32)
        radius = look_up(radii, level)
        edge = np.minimum(radius - np.abs(x), bottom - level)
        mask = np.clip(edge * pixel + 0.5, 0, 1) * np.clip((level - top) * pixel + 1.0, 0, 1)
        nx = np.clip(x / np.maximum(radius, 1e-3), -0.998, 0.998)
        nz = np.sqrt(1 - nx * nx)
        ny = -look_up(slopes, level)
        if flutes:
            turn = np.arcsin(nx) * np.float32(flutes / 2)
            groove = np.sin(turn * 2) * np.float32(0.45)
            nx, nz = nx + groove * nz, nz - groove * nx
            nz = np.maximum(nz, 0.05)
        slope_x, slope_y = -nx / nz, -(ny / nz) - np.float32(tilt * 0.6)
        gx_slope = np.asarray(math.cos(angle) * slope_x - math.sin(angle) * slope_y, np.float32)
        gy_slope = np.asarray(math.sin(angle) * slope_x + math.cos(angle) * slope_y, np.float32)
        layer = Layer(box, mask.astype(np.float32))
        self.blend(layer, lit(self.light, material, box, gx_slope, gy_slope, pixel))
        return layer

    def finish(self, *, bloom: float = 0.10, vignette: float = 0.16) -> npt.NDArray[np.uint8]:
        """Return the picture as (height, width, 3) blue, green, red bytes: bloom, vignette, soft shoulder, dither."""
        bright = np.maximum(
            np.asarray(cv2.resize(self.pixels, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)) - 0.75, 0
        )
        halo = np.asarray(cv2.GaussianBlur(bright, (0, 0), 7 * self.scale / 2), np.float32) * np.float32(bloom * 4)
        size = (self.width, self.height)
        image = self.pixels + np.asarray(cv2.resize(halo, size, interpolation=cv2.INTER_LINEAR), np.float32)
        ys = np.linspace(-1, 1, self.height, dtype=np.float32)[:, None]
        xs = np.linspace(-1, 1, self.width, dtype=np.float32)[None, :]
        image *= (1 - np.float32(vignette) * ramp(xs * xs * 0.7 + ys * ys * 0.8, 0.35, 1.6))[..., None]
        steps = np.clip(image * np.float32(65535 / EXPOSURE_RANGE), 0, 65535).astype(np.uint16)
        encoded = _tone_curve()[steps]
        encoded += (noise_over((0, 0, *size), 1.0, 9) * np.float32(0.6))[..., None]
        return np.asarray(np.clip(encoded[..., ::-1] + 0.5, 0, 255), np.uint8)


@functools.cache
def _tone_curve() -> Field:
    """Return 65,536 byte levels for 0..EXPOSURE_RANGE: linear light up to 0.7, then a shoulder towards white."""
    x = np.linspace(0, EXPOSURE_RANGE, 65536, dtype=np.float64)
    knee = 0.7
    rolled = np.where(x < knee, x, knee + (1 - knee) * (1 - np.exp(-(np.maximum(x, knee) - knee) / (1 - knee))))
    return np.asarray(255 * rolled ** (1 / 2.2), np.float32)
