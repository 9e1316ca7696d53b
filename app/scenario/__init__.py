"""Product + picture measures + wishes -> scenario, from the product's own facts only."""

from __future__ import annotations

from app.models import Scenario, Wishes

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
    from app.models import ImageAnalysis
    from app.scenario.writer import write_scenario

    product = extract(html, url)
    if not product.images:
        product = product.model_copy(update={"images": [NO_PICTURE]})
    images = [ImageAnalysis(url=image, width=1200, height=1600, score=0.8) for image in product.images]
    return write_scenario(product, images, wishes or Wishes())
