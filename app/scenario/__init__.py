"""Product + picture measures + wishes -> scenario, from the product's own facts only."""

from __future__ import annotations

from app.models import Product, Scenario, Wishes

NO_PICTURE = "https://picture.example/none.jpg"
"""Stands for the picture of a page that shows none."""


def script_of_page(html: str, url: str | None = None, wishes: Wishes | None = None) -> Scenario:
    """Return the scenario that is written from a product's page: nothing is fetched, the pictures are taken as good.

    For notebooks and for measuring: the same page, wishes and seed give the same scenario. ``url`` is the page's own
    address.

    Raises:
        InvalidInput: the page shows no product, or too little of it to tell.
    """
    # Imported here: whoever needs a part of this package alone does not load the reading of pages.
    from app.extraction import extract

    return scenarios_of(extract(html, url), wishes or Wishes(), 1)[0]


def scenarios_of(product: Product, wishes: Wishes, count: int) -> list[Scenario]:
    """Return ``count`` (1 to 5) different scenarios of a product, its pictures taken as good.

    Raises:
        InvalidInput: there is too little to tell, or ``count`` is none of 1 to 5.
    """
    from app.models import ImageAnalysis
    from app.scenario.writer import write_variants

    if not product.images:
        product = product.model_copy(update={"images": [NO_PICTURE]})
    images = [ImageAnalysis(url=image, width=1200, height=1600, score=0.8) for image in product.images]
    return write_variants(product, images, wishes, count)
