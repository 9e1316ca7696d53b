"""The way from a page to a product: parse, ask every source, weigh."""

from app.extraction import jsonld, microdata, opengraph, visible
from app.extraction.decide import product
from app.extraction.document import parse
from app.models import Product

# The visible page comes last: it removes what is not part of the product from the tree.
SOURCES = (jsonld.candidates, microdata.candidates, opengraph.candidates, visible.candidates)


def extract(html: str, url: str | None) -> Product:
    """Return the product that the page shows.

    Args:
        html: the page's source.
        url: its address, for relative links and the country; None: the page's own canonical address, if it gives one.

    Raises:
        InvalidInput: it is no HTML, or shows no product.
    """
    document = parse(html, url)
    return product([candidate for source in SOURCES for candidate in source(document)], document.url)
