"""The pictures that the shop serves: real JPEGs, as large as stated, worth looking at, each its own."""

from __future__ import annotations

import io
import itertools
from pathlib import Path

import cv2
import httpx2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.demo.catalogue import PRODUCTS
from app.demo.drawing.fields import bulge, mix
from app.demo.drawing.lighting import Light, Material
from app.demo.drawing.outlines import Place, ellipse, rounded
from app.demo.drawing.studio import Stage
from app.demo.pictures import HEIGHT, SCENES, WIDTH, Pictures, draw
from app.demo.shop import DemoShop

HERO = ("lampe-de-bureau-petite-ourse", 1)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.slug)
def test_a_products_pictures_are_large_lively_and_differ(shop: DemoShop, product) -> None:
    assert len(product.captions) == len(SCENES[product.slug]) >= 4
    seen = []
    for path in product.image_paths:
        answer = httpx2.get(shop.url + path, timeout=120)
        assert answer.headers["content-type"] == "image/jpeg"
        picture = Image.open(io.BytesIO(answer.content))
        assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (WIDTH, HEIGHT))
        pixels = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)
        small = cv2.resize(pixels, (160, 200), interpolation=cv2.INTER_AREA).astype(np.float32)
        brightness = small.mean(axis=2)
        assert brightness.std() > 18, "flat"
        assert 45 < brightness.mean() < 225, "too dark or washed out"
        assert len(np.unique((small // 16).astype(int).reshape(-1, 3), axis=0)) > 60, "too few colours"
        grey = cv2.cvtColor(cv2.resize(pixels, (410, 512), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
        assert cv2.Laplacian(grey, cv2.CV_64F).var() > 50, "soft"
        seen.append(small)
    for first, second in itertools.combinations(seen, 2):
        assert np.abs(first - second).mean() > 12


def test_a_picture_is_the_same_every_time_and_like_the_one_served(shop: DemoShop) -> None:
    slug, number = HERO
    assert draw(slug, number) == httpx2.get(f"{shop.url}/images/{slug}-{number}.jpg", timeout=120).content


@pytest.mark.parametrize(("slug", "number"), [(HERO[0], 0), (HERO[0], 5), ("no-such-thing", 1), ("../secret", 1)])
def test_there_is_no_other_picture(tmp_path: Path, slug: str, number: int) -> None:
    with pytest.raises(LookupError, match="no picture"):
        Pictures(tmp_path).jpeg(slug, number)
    assert not list(tmp_path.iterdir())


def test_a_folder_keeps_pictures_for_the_next_time(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    pictures = Pictures(folder)
    first = pictures.jpeg(*HERO)
    (kept,) = folder.iterdir()
    assert kept.read_bytes() == first
    kept.write_bytes(b"as kept")
    assert pictures.jpeg(*HERO) is first, "memory comes before the folder"
    assert Pictures(folder).jpeg(*HERO) == b"as kept"


def sphere_brightness(stage: Stage) -> np.ndarray:
    """Draw a white ball in the middle and return the picture's brightness, in bytes."""
    stage.solid(Place(400, 500), ellipse(0, 0, 300, 300), Material("#c0c0c0", gloss=0), bevel=300)
    return stage.finish(vignette=0, bloom=0).mean(axis=2)


def test_light_comes_from_the_upper_left() -> None:
    brightness = sphere_brightness(Stage(scale=0.25))
    height, width = brightness.shape
    upper_left = brightness[height // 2 - 45 : height // 2 - 25, width // 2 - 45 : width // 2 - 25].mean()
    lower_right = brightness[height // 2 + 25 : height // 2 + 45, width // 2 + 25 : width // 2 + 45].mean()
    assert upper_left > lower_right + 30
    assert brightness[:5].max() < 3, "nothing is drawn outside the outline"


def test_a_darker_light_gives_a_darker_picture() -> None:
    dim = Stage(scale=0.25, light=Light(key_strength=0.2, sky_strength=0.1, bounce_strength=0.1))
    assert sphere_brightness(dim).mean() < sphere_brightness(Stage(scale=0.25)).mean() * 0.8


def test_what_is_drawn_on_a_layer_stays_within_it() -> None:
    stage = Stage(scale=0.25)
    layer = stage.paint(Place(400, 500), [ellipse(0, 0, 100, 100)], "#ff0000")
    stage.paint(Place(400, 500), [rounded(-400, -500, 800, 1000, 0)], "#00ff00", clip=layer)
    picture = stage.finish(vignette=0, bloom=0)
    assert picture[125, 100].tolist()[1] > 235
    assert picture[20:60, 20:60].max() < 3


def test_a_turned_body_shows_its_foot_as_an_ellipse() -> None:
    stage = Stage(scale=0.25)
    layer = stage.turned(Place(400, 300), [(200, 0), (200, 400)], Material("#ffffff"), tilt=0.25, sharp=True)
    left, top = layer.box[:2]
    rows, columns = np.nonzero(layer.mask > 0.5)
    assert columns.min() + left == pytest.approx(50, abs=1)
    assert columns.max() + left == pytest.approx(149, abs=1)
    assert rows.max() + top == pytest.approx((300 + 400 + 200 * 0.25) * 0.25, abs=1.5)
    at_the_edge = rows[columns == columns.min() + 1].max() + top
    assert at_the_edge < rows.max() + top - 8


def test_a_bulge_rises_from_the_edge_to_the_middle() -> None:
    relief = bulge(ellipse(0, 0, 50, 50))
    middle = relief.shape[0] // 2
    assert relief[middle, middle] == pytest.approx(1, abs=0.02)
    assert relief[0].max() < 0.05
    # A soap film over a circle is a paraboloid: three quarters of the height at half the radius.
    assert relief[middle, middle + 24] == pytest.approx(0.75, abs=0.06)


coordinates = st.floats(-1000, 1000)


@given(coordinates, coordinates, st.floats(0.1, 10), st.floats(-360, 360), coordinates, coordinates)
def test_a_parts_origin_lies_where_its_place_puts_it(x, y, size, turn, part_x, part_y) -> None:
    place = Place(x, y, size, turn)
    part = place.inner(part_x, part_y, 2, 30)
    np.testing.assert_allclose([part.x, part.y], place.points(np.array([[part_x, part_y]]))[0], atol=1e-6)
    assert (part.size, part.turn) == (size * 2, turn + 30)


@given(st.integers(0, 0xFFFFFF), st.integers(0, 0xFFFFFF))
def test_a_mix_runs_from_the_first_colour_to_the_second(first: int, second: int) -> None:
    start, end = f"#{first:06x}", f"#{second:06x}"
    assert (mix(start, end, 0), mix(start, end, 1)) == (start, end)
