"""Subjects that are drawn here, cut out of their grounds and compared with what was drawn."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw, ImageFilter

from app.analysis.cutting import CutOut, cut_out
from tests.analysis.test_images import encode, scene

Floats = npt.NDArray[np.float64]
LARGE = 3
"""Masks are drawn so many times as large and shrunk: their edges are soft, as a lens makes them."""


def ground(width: int, height: int, light: float = 246, fall: float = 14) -> Floats:
    """A studio's paper: lighter in the upper middle, darker towards the corners, a little warm."""
    down, across = np.mgrid[0:height, 0:width]
    far = ((across / width - 0.5) ** 2 + (down / height - 0.4) ** 2) * 2
    return np.stack([light - fall * far, light - 1 - fall * far, light - 4 - fall * far], axis=-1)


def drawn(width: int, height: int, *steps: tuple[str, tuple[float, ...], int]) -> Floats:
    """A mask, 0..1, of shapes (of ``ImageDraw``, in shares of the width) that are added (1) or taken away (0)."""
    mask = Image.new("L", (width * LARGE, height * LARGE), 0)
    pen = ImageDraw.Draw(mask)
    for shape, places, value in steps:
        box = [place * width * LARGE for place in places]
        getattr(pen, shape)(box, fill=255 * value, **({"width": LARGE * 2} if shape == "line" else {}))
    return np.asarray(mask.reduce(LARGE), dtype=np.float64) / 255


def textured(mask: Floats, colour: tuple[int, int, int], seed: int = 0, grain: float = 8) -> Floats:
    """The colour with the shading and the grain of a thing."""
    rng = np.random.default_rng(seed)
    down, across = np.mgrid[0 : mask.shape[0], 0 : mask.shape[1]]
    shading: Floats = 18 * np.sin(across / 70.0) * np.cos(down / 90.0)
    plain: Floats = np.asarray(colour, dtype=np.float64)
    return plain + (shading + rng.normal(0, grain, mask.shape))[..., None]


def on(paper: Floats, mask: Floats, thing: Floats) -> Image.Image:
    """The thing on its ground, as a camera sees both."""
    return Image.fromarray(np.clip(paper + (thing - paper) * mask[..., None], 0, 255).astype(np.uint8))


def jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    return encode(picture, "JPEG", quality=quality)


def layers(found: CutOut | None) -> tuple[Floats, Floats]:
    """Colours and opacity (0..1) of what was cut out."""
    assert found is not None
    with Image.open(io.BytesIO(found.png)) as picture:
        assert picture.mode == "RGBA"
        values = np.asarray(picture, dtype=np.float64)
    return values[..., :3], values[..., 3] / 255


def overlap(alpha: Floats, mask: Floats) -> float:
    found, wanted = alpha >= 0.5, mask >= 0.5
    return float((found & wanted).sum() / (found | wanted).sum())


HANDLE = (("ellipse", (0.5, 0.45, 0.9, 0.85), 1), ("ellipse", (0.6, 0.55, 0.8, 0.75), 0))
BODY = ("rectangle", (0.2, 0.4, 0.62, 0.95), 1)


@pytest.mark.parametrize("quality", [60, 95])
@pytest.mark.parametrize("light", [255, 246, 150])
def test_a_cup_with_a_handle_on_paper_that_is_not_even(quality: int, light: float) -> None:
    mask = drawn(800, 1000, *HANDLE, BODY)
    alpha = layers(cut_out(jpeg(on(ground(800, 1000, light), mask, textured(mask, (60, 90, 130))), quality)))[1]
    assert overlap(alpha, mask) >= 0.98
    assert alpha[520, 552] == 0  # through the handle
    assert alpha[:314].max() == 0 and alpha[960:].max() == 0  # nothing of the paper is left


def test_no_rim_of_the_old_ground_is_left_round_a_dark_thing() -> None:
    mask = drawn(800, 800, ("ellipse", (0.2, 0.2, 0.8, 0.8), 1))
    colours, alpha = layers(
        cut_out(jpeg(on(ground(800, 800, 255, 0), mask, textured(mask, (40, 30, 34), grain=4)), 92))
    )
    on_black = colours * alpha[..., None]
    assert on_black.max() < 110  # the thing itself reaches 75
    rim = (mask > 0.02) & (mask < 0.98)
    assert on_black[rim].mean() < 45
    assert np.abs(alpha - mask)[rim].mean() < 0.15


def test_nothing_dark_is_left_round_a_light_thing_on_black() -> None:
    mask = drawn(800, 800, ("ellipse", (0.2, 0.2, 0.8, 0.8), 1))
    thing = textured(mask, (214, 196, 160), grain=4)
    colours, alpha = layers(cut_out(jpeg(on(np.full((800, 800, 3), 14.0), mask, thing), 92)))
    assert overlap(alpha, mask) >= 0.98
    on_white = colours * alpha[..., None] + 255 * (1 - alpha[..., None])
    assert np.percentile(on_white[(mask > 0.02) & (mask < 0.98)], 5) > 120


def shaded(paper: Floats, depth: float = 0.3) -> Floats:
    """The paper with a soft shadow below the middle."""
    spot = Image.new("L", (paper.shape[1], paper.shape[0]), 0)
    ImageDraw.Draw(spot).ellipse((180, 660, 660, 780), fill=255)
    soft = np.asarray(spot.filter(ImageFilter.GaussianBlur(28)), dtype=np.float64)[..., None] / 255
    return paper * (1 - depth * soft)


def test_a_soft_shadow_is_no_part_of_the_subject_and_is_kept_as_a_layer_of_its_own() -> None:
    mask = drawn(800, 900, ("rectangle", (0.25, 0.3, 0.75, 0.88), 1))
    paper = ground(800, 900)
    found = cut_out(jpeg(on(shaded(paper), mask, textured(mask, (150, 40, 50))), 92))
    assert overlap(layers(found)[1], mask) >= 0.97
    assert found is not None and found.shadow is not None
    with Image.open(io.BytesIO(found.shadow)) as picture:
        assert picture.mode == "L"
        layer = np.asarray(picture.resize((800, 900)), dtype=np.float64) / 255
    wanted = (shaded(paper) / paper).mean(axis=2)
    assert np.abs(layer - wanted)[mask < 0.01].mean() < 0.02
    assert layer[745, 400] < 0.85  # it goes on where the subject stood
    assert layer[100, 100] == 1


def test_without_a_shadow_there_is_no_layer() -> None:
    mask = drawn(800, 900, ("rectangle", (0.25, 0.3, 0.75, 0.88), 1))
    found = cut_out(jpeg(on(ground(800, 900), mask, textured(mask, (150, 40, 50))), 92))
    assert found is not None and found.shadow is None


def test_white_on_white_is_noticed_and_not_cut() -> None:
    """A cup as white as its paper: only its shaded side and its rim can be told from it."""
    mask = drawn(800, 800, ("ellipse", (0.2, 0.2, 0.8, 0.8), 1))
    across = np.mgrid[0:800, 0:800][1]
    shade = np.clip((across - 380) / 400, 0, 1) * 60
    thing = np.repeat((254 - shade)[..., None], 3, axis=2)
    assert cut_out(jpeg(on(np.full((800, 800, 3), 255.0), mask, thing), 95)) is None


def test_a_light_thing_that_can_be_told_is_cut() -> None:
    mask = drawn(800, 800, ("ellipse", (0.2, 0.2, 0.8, 0.8), 1))
    alpha = layers(cut_out(jpeg(on(np.full((800, 800, 3), 255.0), mask, textured(mask, (226, 222, 214), grain=2)))))[1]
    assert overlap(alpha, mask) >= 0.97


def test_a_white_label_with_letters_is_no_hole() -> None:
    mask = drawn(800, 1000, ("rectangle", (0.25, 0.2, 0.75, 1.1), 1))
    picture = on(np.full((1000, 800, 3), 255.0), mask, textured(mask, (40, 90, 60)))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((280, 400, 520, 600), fill="white")
    for left in range(300, 500, 40):
        pen.rectangle((left, 470, left + 22, 530), fill="black")
    alpha = layers(cut_out(jpeg(picture, 92)))[1]
    assert alpha[420, 400] == 1
    assert overlap(alpha, mask) >= 0.98


def test_what_the_frame_cuts_off_is_opaque_to_the_frame() -> None:
    mask = drawn(800, 1000, ("ellipse", (0.35, 0.1, 0.65, 0.45), 1), ("rectangle", (0.25, 0.4, 0.75, 1.3), 1))
    alpha = layers(cut_out(jpeg(on(ground(800, 1000), mask, textured(mask, (90, 60, 110))), 90)))[1]
    assert alpha[-1, 260:540].min() == 1
    assert overlap(alpha, mask) >= 0.98


def test_hair_stays_thin_and_keeps_its_own_colour() -> None:
    rng = np.random.default_rng(3)
    hairs = [("line", (0.5, 0.5, x, y), 1) for x, y in rng.uniform((0.1, 0.1), (0.9, 0.3), (40, 2))]
    head = drawn(900, 900, ("ellipse", (0.3, 0.35, 0.7, 0.75), 1))
    mask = np.maximum(head, drawn(900, 900, *hairs))
    found = cut_out(jpeg(on(ground(900, 900), mask, textured(mask, (70, 44, 28), grain=3)), 92))
    colours, alpha = layers(found)
    strands = (mask > 0.6) & (head == 0)
    assert (alpha[strands] > 0.4).mean() > 0.9
    assert np.median(colours[strands], axis=0) == pytest.approx((70, 44, 28), abs=26)
    assert alpha[(mask == 0)].mean() < 0.02


def test_a_subject_without_a_ground_is_taken_as_it_is_and_hides_no_colour() -> None:
    mask = drawn(600, 600, ("ellipse", (0.2, 0.2, 0.8, 0.8), 1))
    noise = np.random.default_rng(1).integers(0, 255, (600, 600, 3))
    shown = np.where(mask[..., None] > 0, textured(mask, (30, 90, 200)), noise)
    picture = np.dstack([np.clip(shown, 0, 255), mask * 255]).astype(np.uint8)
    colours, alpha = layers(cut_out(encode(Image.fromarray(picture))))
    assert np.abs(alpha - mask).max() < 0.01
    assert colours[alpha == 0].max() == 0


def test_a_shadow_that_was_drawn_into_a_picture_without_ground_is_taken_out_and_a_dark_lens_is_not() -> None:
    body = drawn(800, 800, ("ellipse", (0.25, 0.15, 0.75, 0.65), 1))
    spot = Image.new("L", (800, 800), 0)
    ImageDraw.Draw(spot).ellipse((220, 640, 580, 700), fill=150)
    shade = np.asarray(spot.filter(ImageFilter.GaussianBlur(16)), dtype=np.float64) / 255
    lens = drawn(800, 800, ("ellipse", (0.4, 0.3, 0.6, 0.5), 1))
    alpha = np.maximum(body, shade) * (1 - 0.6 * lens)
    colours = np.where((body > 0)[..., None] & (lens < 0.5)[..., None], textured(body, (40, 110, 200)), 0)
    picture = np.dstack([np.clip(colours, 0, 255), alpha * 255]).astype(np.uint8)
    found = cut_out(encode(Image.fromarray(picture)))
    opacity = layers(found)[1]
    assert opacity[560:].max() == 0
    assert opacity[320, 400] == pytest.approx(0.4, abs=0.02)
    assert found is not None and found.shadow is not None
    with Image.open(io.BytesIO(found.shadow)) as layer:
        assert np.asarray(layer)[670, 400] == pytest.approx(255 * (1 - shade[670, 400]), abs=4)
        assert np.asarray(layer)[320, 400] == 255


def test_rounded_corners_make_no_subject_of_a_scene() -> None:
    picture = scene(6).convert("RGBA")
    corners = Image.new("L", picture.size, 0)
    ImageDraw.Draw(corners).rounded_rectangle((0, 0, picture.width - 1, picture.height - 1), 60, fill=255)
    picture.putalpha(corners)
    assert cut_out(encode(picture)) is None


def test_a_horizon_is_no_ground() -> None:
    """A sky of one colour above a land: two of the corners are the land's."""
    sky = ground(900, 1200, 210, 4)
    land = drawn(900, 1200, ("rectangle", (-0.1, 0.75, 1.1, 1.4), 1), ("ellipse", (0.4, 0.5, 0.6, 0.8), 1))
    assert cut_out(jpeg(on(sky, land, textured(land, (90, 110, 60))))) is None


def test_a_large_picture_is_cut_at_a_size_that_a_film_shows() -> None:
    mask = drawn(1500, 1200, ("ellipse", (0.2, 0.2, 0.6, 0.6), 1))
    picture = on(ground(1500, 1200), mask, textured(mask, (150, 40, 50))).resize((3000, 2400))
    alpha = layers(cut_out(jpeg(picture, 90)))[1]
    assert max(alpha.shape) == 1600
    wanted = np.asarray(Image.fromarray((mask * 255).astype(np.uint8)).resize(alpha.shape[::-1])) / 255
    assert overlap(alpha, wanted) >= 0.98


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (400, 1), (3, 3), (20, 20)])
def test_what_is_too_small_to_have_a_subject_has_none(size: tuple[int, int]) -> None:
    assert cut_out(encode(Image.new("RGB", size, "#336699"))) is None


def test_the_dark_where_a_thing_stands_and_a_pool_of_light_beside_it_are_the_papers() -> None:
    """Where a round thing touches the paper its shadow is narrow and steep, and a lamp lightens what is below it."""
    mask = drawn(800, 1000, ("ellipse", (0.25, 0.3, 0.7, 0.8), 1))
    touch = drawn(800, 1000, ("ellipse", (0.36, 0.785, 0.60, 0.825), 1))
    dark = np.asarray(Image.fromarray((255 * touch).astype(np.uint8)).filter(ImageFilter.GaussianBlur(7)), np.float64)
    pool = drawn(800, 1000, ("ellipse", (0.72, 0.95, 0.98, 1.1), 1))
    bright = np.asarray(Image.fromarray((255 * pool).astype(np.uint8)).filter(ImageFilter.GaussianBlur(30)), np.float64)
    paper = ground(800, 1000, 206) * (1 - 0.4 * dark / 255)[..., None] + (20 * bright / 255)[..., None]
    picture = on(paper, mask, textured(mask, (96, 52, 140)))
    _, alpha = layers(cut_out(jpeg(picture, 92)))
    assert overlap(alpha, mask) > 0.985
    assert (alpha[mask < 0.01] > 0.5).mean() < 0.002
