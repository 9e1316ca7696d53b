"""A set with light and a camera, and the picture that it takes."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import mitsuba as mi
import numpy as np
import pyoidn
from numpy.typing import NDArray

from studio.materials import Material, colour, principled, rgb, two_sided
from studio.meshes import Mesh, Points, grid

Place = tuple[float, float, float]
DEPTH = 10
"""Reflections that light is followed through."""
AT_ONCE = 4
"""Samples of a pixel that are held in memory together."""


@dataclass
class Photograph:
    """What is in front of the camera, and how it is lit; lengths are centimetres."""

    eye: Place
    at: Place
    lens: float = 50
    """Millimetres on 24 by 36."""
    aperture: float = 0.25
    """The lens' radius: what is out of its focus is soft."""
    focus: Place | None = None
    """What is sharp; None: what it looks at."""
    exposure: float = 1.0
    things: dict[str, Any] = field(default_factory=dict)

    def add(self, mesh: Mesh, material: Material, light: float | list[float] = 0) -> None:
        """Put a thing there, with normals that are smooth; ``light``: what it shines with."""
        number = len(self.things)
        shape: dict[str, Any] = {"type": "ply", "filename": mesh, "bsdf": material}
        if np.any(light):
            value = light if isinstance(light, list) else [light] * 3
            shape["emitter"] = {"type": "area", "radiance": {"type": "rgb", "value": value}}
        self.things[f"thing{number}"] = shape

    def softbox(
        self, middle: Place, at: Place, width: float, height: float, power: float, tint: str = "#ffffff"
    ) -> None:
        """Hang up a light: a rectangle that shines towards a place and is not seen itself but in reflections."""
        to_world = mi.ScalarTransform4f().look_at(list(middle), list(at), [0.0, 1.0, 0.01])
        to_world = to_world @ mi.ScalarTransform4f().scale([width / 2, height / 2, 1])
        radiance = [power * one for one in colour(tint)]
        self.things[f"light{len(self.things)}"] = {
            "type": "rectangle", "to_world": to_world, "bsdf": {"type": "diffuse", "reflectance": rgb("#000000")},
            "emitter": {"type": "area", "radiance": {"type": "rgb", "value": radiance}},
        }  # fmt: skip

    def ambient(self, power: float, tint: str = "#ffffff") -> None:
        """Fill the room with even light."""
        value = [power * one for one in colour(tint)]
        self.things[f"light{len(self.things)}"] = {"type": "constant", "radiance": {"type": "rgb", "value": value}}

    def paper(self, code: str, back: float = 45, wide: float = 400) -> None:
        """Hang a roll of paper behind, which runs out over the table in a wide bend."""
        radius, high = 40.0, 260.0
        bend = np.linspace(0, np.pi / 2, 40)
        line = np.concatenate([
            [[200.0, 0.0]],
            np.stack([-back - radius * np.sin(bend), radius * (1 - np.cos(bend))], 1),
            [[-back - radius, high]],
        ])  # fmt: skip
        place = np.linspace(0, 1, len(line))

        def surface(u: Points, v: Points) -> tuple[Points, Points, Points]:
            return (u - 0.5) * wide, np.interp(v, place, line[:, 1]), np.interp(v, place, line[:, 0])

        self.add(grid(surface, 2, len(line) - 1), two_sided(principled(rgb(code), 0.9, specular=0.1)))

    def take(self, width: int, height: int, samples: int, seed: int = 0) -> NDArray[np.uint8]:
        """Return the picture: ``height`` by ``width`` pixels of red, green and blue."""
        focus = self.focus or self.at
        ahead = np.array(self.at, np.float64) - self.eye
        distance = float((np.array(focus) - self.eye) @ ahead / np.linalg.norm(ahead))
        # A film of 24 mm by 36 mm upright: the lens tells the angle over its longer side.
        angle = 2 * np.degrees(np.arctan(18 / self.lens))
        sensor = {
            "type": "thinlens", "aperture_radius": max(self.aperture, 1e-4), "focus_distance": distance,
            "fov": float(angle), "fov_axis": "y" if height >= width else "x",
            "to_world": mi.ScalarTransform4f().look_at(list(self.eye), list(self.at), [0.0, 1.0, 0.01]),
            "film": {"type": "hdrfilm", "pixel_format": "rgb", "width": width, "height": height, "rfilter": {"type": "box"}},
            "sampler": {"type": "independent", "sample_count": samples},
        }  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            things = {name: _written(one, Path(folder) / f"{name}.ply") for name, one in self.things.items()}
            path = {"type": "path", "max_depth": DEPTH}
            seen = {"type": "aov", "aovs": "albedo:albedo,normal:sh_normal", "picture": path}
            scene = mi.load_dict({"type": "scene", "integrator": seen, "camera": sensor} | things)
            passes = max(1, samples // AT_ONCE)
            found = np.mean([np.array(mi.render(scene, spp=AT_ONCE, seed=seed + n)) for n in range(passes)], axis=0)
        light, albedo, normal = (np.ascontiguousarray(found[:, :, at : at + 3], np.float32) for at in (0, 3, 6))
        # Few samples and a denoiser (Intel Open Image Denoise): a tenth of the time for the same look.
        light = pyoidn.denoise(np.minimum(light, 30), albedo=np.clip(albedo, 0, 1), normal=normal, hdr=True)
        return developed(light * self.exposure, seed)


def _written(thing: dict[str, Any], path: Path) -> dict[str, Any]:
    if thing["type"] != "ply":
        return thing
    mesh: Mesh = thing["filename"]
    corners = np.zeros(len(mesh.vertices), [(name, "<f4") for name in ("x", "y", "z", "u", "v")])
    for name, values in zip("xyzuv", (*mesh.vertices.T, *mesh.uv.T), strict=True):
        corners[name] = values
    faces = np.zeros(len(mesh.faces), [("count", "u1"), ("at", "<i4", (3,))])
    faces["count"], faces["at"] = 3, mesh.faces
    head = ["ply", "format binary_little_endian 1.0", f"element vertex {len(corners)}"]
    head += [f"property float {name}" for name in "xyzuv"]
    head += [f"element face {len(faces)}", "property list uchar int vertex_indices", "end_header", ""]
    path.write_bytes("\n".join(head).encode() + corners.tobytes() + faces.tobytes())
    return thing | {"filename": str(path)}


def developed(light: NDArray[np.float32], seed: int) -> NDArray[np.uint8]:
    """Return linear light as a camera's picture: highlights roll off (Hable's curve, 2010), with glow, vignette, grain."""
    height, width = light.shape[:2]
    light = np.minimum(light, 12).astype(np.float32)
    wide = cv2.GaussianBlur(light, (0, 0), 0.018 * width)
    light = 0.965 * light + 0.035 * wide

    def hable(x: NDArray[np.float32]) -> NDArray[np.float32]:
        return ((x * (0.22 * x + 0.03) + 0.002) / (x * (0.22 * x + 0.3) + 0.06) - 0.002 / 0.06).astype(np.float32)

    shown = np.clip(hable(2.2 * light) / hable(np.float32(11.0) * np.ones(1, np.float32)), 0, 1)
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    shown = shown * (1 - 0.10 * np.clip((x * x + y * y) / 2, 0, 1)[:, :, None])
    encoded = np.where(shown <= 0.0031308, 12.92 * shown, 1.055 * shown ** (1 / 2.4) - 0.055)
    random = np.random.default_rng(seed)
    grain = cv2.GaussianBlur(random.standard_normal((height, width)).astype(np.float32), (0, 0), 0.6)
    return np.asarray(np.clip(255 * encoded + 1.1 * grain[:, :, None] + 0.5, 0, 255), np.uint8)
