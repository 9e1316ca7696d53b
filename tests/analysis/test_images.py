"""Pictures drawn and encoded here, measured, and compared with what was drawn."""

from __future__ import annotations

import io
import struct
import zlib

import fontpkg
import numpy as np
import numpy.typing as npt
import pytest
from PIL import ExifTags, Image, ImageDraw, ImageFilter, ImageFont

from app.analysis.cutting import cut_out
from app.analysis.images import analyze_image, rank_images
from app.analysis.ocr import read_lines
from app.core.picture_formats import READ, format_of, unknown
from app.models import ImageAnalysis

URL = "https://shop.example/a.jpg"


def encode(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def packshot(width: int = 1000, height: int = 1200, ground: str = "white") -> Image.Image:
    """A blue box with lettering from 30 to 70 % across and 25 to 75 % down on a plain ground."""
    picture = Image.new("RGB", (width, height), ground)
    pen = ImageDraw.Draw(picture)
    left, top, right, bottom = width * 0.3, height * 0.25, width * 0.7 - 1, height * 0.75 - 1
    pen.rectangle((left, top, right, bottom), fill="#2040c0")
    for line in range(6):
        y = top + (bottom - top) * (line + 1) / 8
        pen.rectangle((left + width * 0.03, y, right - width * 0.02 * (line + 1), y + height * 0.01), fill="#f0d020")
    return picture


def scene(seed: int, width: int = 900, height: int = 1200) -> Image.Image:
    """A soft coloured ground with a crisp chequered disc right of the middle."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(60, 200, (6, 5, 3), dtype=np.uint8)
    picture = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    disc = Image.new("L", (width, height), 0)
    ImageDraw.Draw(disc).ellipse((width * 0.5, height * 0.35, width * 0.9, height * 0.65), fill=255)
    squares = np.indices((height, width)).sum(axis=0) // 24 % 2 * 255
    picture.paste(Image.fromarray(squares.astype(np.uint8)).convert("RGB"), mask=disc)
    return picture


def test_a_packshot_is_measured_as_drawn() -> None:
    analysis = analyze_image(encode(packshot()), URL)
    assert (analysis.width, analysis.height, analysis.error) == (1000, 1200, None)
    assert analysis.plain_background
    assert analysis.subject_box == pytest.approx((0.3, 0.25, 0.7, 0.75), abs=0.01)
    assert analysis.palette[0] == "#ffffff"
    assert any(abs(int(c[1:3], 16) - 0x20) + abs(int(c[5:], 16) - 0xC0) < 24 for c in analysis.palette)
    assert analysis.score > 0.8
    assert "plain background" in analysis.reasons


def test_a_scenes_subject_is_found_and_its_ground_is_not_plain() -> None:
    analysis = analyze_image(encode(scene(1)), URL)
    assert not analysis.plain_background
    assert analysis.subject_box is not None
    left, top, right, bottom = analysis.subject_box
    assert 0.4 < (left + right) / 2 < 0.9
    assert 0.35 < (top + bottom) / 2 < 0.65
    assert (right - left) * (bottom - top) < 0.6


def test_sharpness_falls_with_blur_and_so_does_the_score() -> None:
    crisp = analyze_image(encode(scene(2)), URL)
    soft = analyze_image(encode(scene(2).filter(ImageFilter.GaussianBlur(12))), URL)
    assert crisp.sharpness > 150 and "sharp" in crisp.reasons
    assert soft.sharpness < 50 and "soft" in soft.reasons
    assert soft.score < crisp.score


def test_exif_rotation_turns_width_and_height_and_the_subject() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    upright = packshot(800, 1200)
    upright.paste("#2040c0", (100, 100, 700, 300))
    lying = upright.rotate(90, expand=True)
    analysis = analyze_image(encode(lying, "JPEG", exif=exif, quality=95), URL)
    assert (analysis.width, analysis.height) == (800, 1200)
    assert analysis.subject_box == pytest.approx((0.125, 0.083, 0.875, 0.75), abs=0.02)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP", "TIFF"])
def test_every_format_gives_the_same_subject(kind: str) -> None:
    analysis = analyze_image(encode(packshot(600, 800), kind), URL)
    assert analysis.error is None
    assert analysis.subject_box == pytest.approx((0.3, 0.25, 0.7, 0.75), abs=0.02)


def test_what_is_read_is_fetched_by_its_first_bytes() -> None:
    for one in READ:
        assert format_of(encode(packshot(60, 80), one.name)) == one
    big_endian = b"MM\x00*\x00\x00\x00\x08" + bytes(40)
    any_brand = b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1%s" + bytes(40)
    found = [format_of(data) for data in (big_endian, any_brand % b"avif", any_brand % b"heic", b"<html>")]
    assert [one.name if one else None for one in found] == ["TIFF", "AVIF", "HEIC", None]
    assert "HEIC, which is not read" in unknown(any_brand % b"heic")


def test_cmyk_grey_palette_and_alpha_are_seen_as_a_viewer_sees_them() -> None:
    picture = packshot(600, 800)
    cut_out = picture.convert("RGBA")
    cut_out.putalpha(picture.convert("L").point(lambda level: 0 if level == 255 else 255))
    black_under = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    black_under.alpha_composite(cut_out)
    for data in (
        encode(picture.convert("CMYK"), "JPEG", quality=95),
        encode(picture.convert("L")),
        encode(picture.convert("P")),
        encode(black_under),
        encode(black_under.convert("P")),
    ):
        analysis = analyze_image(data, URL)
        assert analysis.error is None
        assert analysis.plain_background
        assert min(int(analysis.palette[0][n : n + 2], 16) for n in (1, 3, 5)) > 245
        assert analysis.subject_box == pytest.approx((0.3, 0.25, 0.7, 0.75), abs=0.02)


def test_sixteen_bits_become_eight() -> None:
    grey: npt.NDArray[np.uint16] = np.full((800, 600), 65535, dtype=np.uint16)
    grey[200:600, 180:420] = 20000
    analysis = analyze_image(encode(Image.fromarray(grey)), URL)
    assert analysis.error is None
    # 20000 of 65535 is 0x4e of 255; the softened rim of the box lightens its colour a little.
    assert analysis.palette[0] == "#ffffff"
    assert 0x4E <= int(analysis.palette[1][1:3], 16) <= 0x58
    assert analysis.subject_box == pytest.approx((0.3, 0.25, 0.7, 0.75), abs=0.02)


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds almost nothing."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = b"IDAT" + zlib.compress(b"\0" * 64)
    parts = [struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in (chunk, body, b"IEND")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no picture"),
        (b"<html>404 not found</html>", "no picture"),
        (encode(packshot(300, 300), "JPEG")[:2000], "cannot be read"),
        (encode(packshot(300, 300))[:900], "cannot be read"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "no picture"),
        (png_header(8000, 8000), "64 megapixels"),
        (png_header(10_000, 10_000), "60 megapixels"),
        (png_header(100_000, 100_000), "60 megapixels"),
    ],
)
def test_a_bad_picture_is_told_and_never_raised(data: bytes, reason: str) -> None:
    analysis = analyze_image(data, URL)
    assert analysis.error is not None and reason in analysis.error
    assert analysis == ImageAnalysis(url=URL, error=analysis.error)


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (2, 2), (40, 40), (9, 8)])
def test_any_size_can_be_measured_and_tiny_ones_are_unfit(size: tuple[int, int]) -> None:
    analysis = analyze_image(encode(Image.new("RGB", size, "#336699")), URL)
    assert analysis.error is None
    assert (analysis.width, analysis.height) == size
    assert analysis.score < 0.1
    assert analysis.palette == ["#336699"]


def test_banners_and_flat_pictures_rank_below_a_packshot() -> None:
    good = analyze_image(encode(packshot()), "good")
    banner = analyze_image(encode(packshot(1600, 400)), "banner")
    flat = analyze_image(encode(Image.new("RGB", (1200, 1200), "white")), "flat")
    assert [image.url for image in rank_images([flat, banner, good])] == ["good", "banner", "flat"]
    assert "banner shape" in banner.reasons
    assert "shows almost nothing" in flat.reasons


def test_duplicates_name_the_better_picture_and_come_before_broken_ones() -> None:
    original = analyze_image(encode(scene(3, 1200, 1600), "JPEG", quality=92), "large")
    smaller = analyze_image(encode(scene(3, 1200, 1600).resize((300, 400)), "JPEG", quality=60), "small")
    other = analyze_image(encode(scene(4)), "other")
    broken = analyze_image(b"nothing", "broken")
    ranked = rank_images([broken, smaller, other, original])
    assert {image.url: image.duplicate_of for image in ranked} == {
        "large": None,
        "other": None,
        "small": "large",
        "broken": None,
    }
    assert [image.url for image in ranked][2:] == ["small", "broken"]
    assert smaller.duplicate_of is None


def test_the_same_picture_gives_the_same_measures() -> None:
    data = encode(scene(5), "JPEG")
    assert analyze_image(data, URL) == analyze_image(data, URL)


def chart() -> Image.Image:
    """A size chart: lines of text over the whole picture."""
    picture = Image.new("RGB", (900, 1100), "white")
    pen = ImageDraw.Draw(picture)
    face = ImageFont.truetype(str(fontpkg.path("inter", nearest=True)), 34)
    for line in range(18):
        pen.text(
            (60, 40 + 58 * line), f"Size {line}: chest {80 + line} cm, waist {60 + line} cm", font=face, fill="black"
        )
    return picture


def logo() -> Image.Image:
    """A mark of two flat colours."""
    picture = Image.new("RGB", (800, 800), "white")
    ImageDraw.Draw(picture).ellipse((150, 150, 650, 650), fill="#c02020")
    return picture


def test_colours_have_names_and_exposure_is_that_of_the_subject() -> None:
    analysis = analyze_image(encode(packshot()), URL)
    assert analysis.colours[0] == "white"
    assert "blue" in analysis.colours
    assert 0.2 < analysis.exposure < 0.5  # the box, not the white round it
    dark = analyze_image(encode(scene(3).point(lambda level: level // 5)), URL)
    assert dark.exposure < 0.12
    assert "too dark" in dark.reasons


@pytest.mark.parametrize("aspect", ["9:16", "1:1", "16:9"])
def test_a_crop_has_its_shape_and_lies_round_the_subject(aspect: str) -> None:
    analysis = analyze_image(encode(scene(1)), URL)
    left, top, right, bottom = analysis.crops[aspect]
    across, down = (int(part) for part in aspect.split(":"))
    width, height = (right - left) * analysis.width, (bottom - top) * analysis.height
    assert width / height == pytest.approx(across / down, rel=0.02)
    assert 0 <= left < right <= 1
    assert 0 <= top < bottom <= 1
    assert left < 0.7 < right  # the disc's middle


def test_charts_and_logos_are_unfit_to_open_a_film() -> None:
    photo, table, mark = (analyze_image(encode(picture), URL) for picture in (scene(2), chart(), logo()))
    assert photo.unfit == []
    assert "size chart" in table.unfit[0]
    assert "logo" in mark.unfit[0]
    assert max(table.fit["hero"], mark.fit["hero"]) < 0.5 * photo.fit["hero"]


def test_roles_go_by_what_a_picture_shows() -> None:
    whole, place = analyze_image(encode(packshot()), URL), analyze_image(encode(scene(4)), URL)
    cut = Image.new("RGB", (1000, 1200), "white")
    ImageDraw.Draw(cut).rectangle((0, 300, 500, 800), fill="#2040c0")
    part = analyze_image(encode(cut), URL)
    assert max(whole.fit, key=lambda role: whole.fit[role]) == "hero"
    assert place.fit["use"] > 0.9 * place.fit["hero"]
    assert part.fit["detail"] >= part.fit["hero"]
    assert whole.fit["use"] < whole.fit["hero"]


def test_a_subject_is_cut_out_of_a_plain_ground_alone() -> None:
    found = cut_out(encode(packshot()))
    assert found is not None
    assert found.confidence > 0.8
    with Image.open(io.BytesIO(found.png)) as picture:
        alpha = np.asarray(picture.getchannel("A"), dtype=float) / 255
    drawn = np.zeros((1200, 1000))
    drawn[300:900, 300:700] = 1
    shrunk = np.asarray(Image.fromarray((drawn * 255).astype(np.uint8)).resize(alpha.shape[::-1])) / 255
    assert np.abs(alpha - shrunk).mean() < 0.02
    assert cut_out(encode(scene(5))) is None
    assert cut_out(encode(Image.new("RGB", (400, 400), "white"))) is None
    with pytest.raises(ValueError, match="no picture"):
        cut_out(b"nonsense")


def test_text_in_a_picture_is_read() -> None:
    lines = read_lines(np.asarray(chart().crop((0, 0, 900, 160))))
    assert any("chest 80 cm" in line for line in lines)
    assert read_lines(np.asarray(Image.new("RGB", (200, 200), "white"))) == []
