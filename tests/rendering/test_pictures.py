"""Pictures of every kind are read rightly, or refused with a message that names them."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image, ImageCms

from app.errors import InvalidInput
from app.rendering.clips import DrawnScene
from app.rendering.encode import planes_of
from app.rendering.jobs import ClipJob
from app.rendering.pictures import load
from app.rendering.planes import rgb_from_planes

RED = (200, 40, 30)


def near(picture: np.ndarray, colour: tuple[int, ...], tolerance: int = 4) -> bool:
    return bool(np.abs(picture.astype(int) - colour).max() <= tolerance)


@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "gif", "bmp", "avif"])
def test_common_kinds(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    Image.new("RGB", (40, 20), RED).save(path)
    picture = load(str(path))
    assert picture.shape == (20, 40, 3) and picture.dtype == np.uint8 and near(picture, RED, 8)


@pytest.mark.parametrize("options", [{}, {"subsampling": 0}, {"progressive": True}, {"quality": 30}])
def test_a_jpeg_has_the_pixels_that_its_library_gives(tmp_path: Path, options: dict[str, Any]) -> None:
    """By whichever decoder; one without its end is refused by both."""
    levels = np.random.default_rng(1).integers(0, 256, (90, 61, 3), np.uint8)
    path = tmp_path / "a.jpg"
    Image.fromarray(levels).save(path, **options)
    with Image.open(path) as image:
        assert np.array_equal(load(str(path)), np.asarray(image))
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InvalidInput, match=r"picture a\.jpg: it is damaged"):
        load(str(path))


def test_cmyk(tmp_path: Path) -> None:
    Image.new("CMYK", (10, 10), (0, 255, 255, 0)).save(tmp_path / "a.jpg")
    red = load(str(tmp_path / "a.jpg"))[5, 5]
    assert red[0] > 200 and red[1] < 60 and red[2] < 60


def test_sixteen_bits(tmp_path: Path) -> None:
    Image.fromarray(np.full((10, 10), 32768, np.uint16)).save(tmp_path / "a.png")
    assert near(load(str(tmp_path / "a.png")), (128, 128, 128), 1)


def test_float_levels(tmp_path: Path) -> None:
    Image.fromarray(np.linspace(0, 1, 100, dtype=np.float32).reshape(10, 10)).save(tmp_path / "a.tiff")
    picture = load(str(tmp_path / "a.tiff"))
    assert picture.min() == 0 and picture.max() == 255


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparent_is_white(tmp_path: Path, mode: str) -> None:
    image = Image.new("RGBA", (10, 10), (*RED, 0))
    image.convert(mode).save(tmp_path / "a.png")
    assert near(load(str(tmp_path / "a.png")), (255, 255, 255), 0)


def test_upright_by_exif(tmp_path: Path) -> None:
    image = Image.new("RGB", (40, 20), RED)
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(tmp_path / "a.jpg", exif=exif)
    assert load(str(tmp_path / "a.jpg")).shape == (40, 20, 3)


def test_first_frame_of_an_animation(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (10, 10), colour) for colour in (RED, (0, 0, 255))]
    frames[0].save(tmp_path / "a.webp", save_all=True, append_images=frames[1:], lossless=True)
    assert near(load(str(tmp_path / "a.webp")), RED)


def test_colour_profile_is_honoured(tmp_path: Path) -> None:
    """Levels in sRGB stay as they are; a damaged profile does no harm."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("RGB", (10, 10), RED).save(tmp_path / "a.png", icc_profile=srgb)
    Image.new("RGB", (10, 10), RED).save(tmp_path / "b.png", icc_profile=b"no profile at all")
    assert near(load(str(tmp_path / "a.png")), RED, 1) and near(load(str(tmp_path / "b.png")), RED, 0)


def test_one_pixel(tmp_path: Path) -> None:
    Image.new("RGB", (1, 1), RED).save(tmp_path / "a.png")
    assert load(str(tmp_path / "a.png")).tolist() == [[list(RED)]]


def png_header(width: int, height: int) -> bytes:
    chunks = [b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), b"IDAT" + zlib.compress(b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks
    )


@pytest.mark.parametrize(("width", "height"), [(8000, 8000), (10_000, 10_000), (60_000, 60_000)])
def test_too_large_is_told_from_the_header(tmp_path: Path, width: int, height: int) -> None:
    (tmp_path / "huge.png").write_bytes(png_header(width, height))
    with pytest.raises(InvalidInput, match=r"huge\.png.*60,000,000"):
        load(str(tmp_path / "huge.png"))


def test_damaged(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (200, 200, 3), np.uint8)
    for kind in ("jpg", "png", "webp", "gif", "avif"):
        whole = tmp_path / f"whole.{kind}"
        Image.fromarray(noise).save(whole)
        for share in (0.02, 0.3, 0.8):
            part = tmp_path / f"part.{kind}"
            part.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * share)])
            with pytest.raises(InvalidInput, match=rf"part\.{kind}"):
                load(str(part))


def test_no_picture_at_all(tmp_path: Path) -> None:
    (tmp_path / "page.jpg").write_text("<html>404</html>")
    with pytest.raises(InvalidInput, match=r"page\.jpg.*not a picture"):
        load(str(tmp_path / "page.jpg"))
    with pytest.raises(InvalidInput, match=r"gone\.jpg.*no such file"):
        load(str(tmp_path / "gone.jpg"))


def scene_of(path: Path) -> np.ndarray:
    """Return the middle of the picture at ``path``."""
    job = ClipJob(image=str(path), role="hook", motion="zoom_in", seconds=1, width=180, height=320, output="")
    frame = av.VideoFrame(180, 320, "yuv420p")
    DrawnScene(job).draw_all(planes_of(frame), 15)
    return rgb_from_planes(planes_of(frame))[120:200, 60:120]


def save_upright(path: Path) -> None:
    """A picture whose lower half is red once it is turned a quarter."""
    image = Image.new("RGB", (320, 180), "blue")
    image.paste(RED, (160, 0, 320, 180))
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(path, exif=exif, quality=95)


def save_animation(path: Path) -> None:
    frames = [Image.new("RGB", (10, 10), colour) for colour in (RED, (0, 0, 255))]
    frames[0].save(path, save_all=True, append_images=frames[1:], lossless=True)


DRAWN: dict[str, tuple[Callable[[Path], object], tuple[int, int, int]]] = {
    "cmyk.jpg": (lambda path: Image.new("CMYK", (20, 20), (0, 255, 255, 0)).save(path, quality=95), (254, 0, 0)),
    "deep.png": (
        lambda path: Image.fromarray(np.full((20, 20), 32768, np.uint16)).save(path), (128, 128, 128),
    ),
    "animated.webp": (save_animation, RED),
    "transparent.png": (lambda path: Image.new("RGBA", (20, 20), (*RED, 0)).save(path), (255, 255, 255)),
    "pixel.png": (lambda path: Image.new("RGB", (1, 1), RED).save(path), RED),
    "long.png": (lambda path: Image.new("RGB", (900, 1), RED).save(path), RED),
    "mislabelled.png": (lambda path: Image.new("RGB", (20, 20), RED).save(path, "JPEG", quality=95), RED),
}  # fmt: skip
"""File -> what writes it, and the colour that the scene must show."""


@pytest.mark.parametrize("name", DRAWN)
def test_odd_pictures_are_drawn_in_their_colours(tmp_path: Path, name: str) -> None:
    write, colour = DRAWN[name]
    write(tmp_path / name)
    assert near(scene_of(tmp_path / name), colour, 8)


def test_a_turned_picture_is_drawn_upright(tmp_path: Path) -> None:
    save_upright(tmp_path / "turned.jpg")
    seen = scene_of(tmp_path / "turned.jpg").astype(int)
    assert (seen[:12, :, 2] > seen[:12, :, 0]).all() and (seen[-12:, :, 0] > seen[-12:, :, 2]).all()


def test_pictures_that_cannot_be_drawn_are_named(tmp_path: Path) -> None:
    """Truncated, of 100 megapixels, and a page that calls itself a picture."""
    Image.effect_noise((200, 200), 90).save(tmp_path / "whole.jpg")
    data = (tmp_path / "whole.jpg").read_bytes()
    files = {"short.jpg": data[: len(data) // 2], "huge.png": png_header(10_000, 10_000), "page.jpg": b"<html>404"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InvalidInput, match=name):
            scene_of(tmp_path / name)
