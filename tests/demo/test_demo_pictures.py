"""The pictures that the shop serves: real JPEGs, as large as stated, worth looking at, each its own."""

from __future__ import annotations

import io
import itertools

import cv2
import httpx2
import numpy as np
import pytest
from PIL import Image

from examples.demo_shop.catalogue import PRODUCTS, DemoProduct
from examples.demo_shop.pictures import HEIGHT, WIDTH, photograph
from examples.demo_shop.shop import DemoShop

HERO = ("lampe-de-bureau-petite-ourse", 1)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.slug)
def test_a_products_pictures_are_large_lively_and_differ(shop: DemoShop, product: DemoProduct) -> None:
    assert len(product.captions) >= 4
    seen = []
    for path in product.image_paths:
        answer = httpx2.get(shop.url + path, timeout=120)
        assert answer.headers["content-type"] == "image/jpeg"
        picture = Image.open(io.BytesIO(answer.content))
        assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (WIDTH, HEIGHT))
        pixels = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)
        assert pixels is not None
        small = cv2.resize(pixels, (160, 200), interpolation=cv2.INTER_AREA).astype(np.float32)
        brightness = small.mean(axis=2)
        assert brightness.std() > 18, "flat"
        assert 35 < brightness.mean() < 225, "too dark or washed out"
        assert len(np.unique((small // 16).astype(int).reshape(-1, 3), axis=0)) > 60, "too few colours"
        grey = cv2.cvtColor(cv2.resize(pixels, (410, 512), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
        assert cv2.Laplacian(grey, cv2.CV_64F).var() > 8, "soft"  # much of a photograph is out of its focus
        seen.append(small)
    for first, second in itertools.combinations(seen, 2):
        assert np.abs(first - second).mean() > 12


@pytest.mark.parametrize(
    ("slug", "number"),
    [(HERO[0], 0), (HERO[0], 5), ("no-such-thing", 1), (f"../photographs/{HERO[0]}", 1)],
)
def test_there_is_no_other_picture(slug: str, number: int) -> None:
    with pytest.raises(LookupError, match="no picture"):
        photograph(slug, number)
