"""What a reader sees: headings, the offer near them, and the details around."""

from collections.abc import Iterator

from app.extraction import details, layout, offer, text
from app.extraction.candidates import Candidate
from app.extraction.document import Document

SOURCE = "visible page"
CONFIRMED = 0.6


def candidates(document: Document) -> Iterator[Candidate]:
    """Yield what the visible page says of its product. It removes nodes from the tree, so it must run last."""
    yield from details.breadcrumbs(document)
    for value in document.meta("description")[:1]:
        yield Candidate("description", text.plain(value), "meta description", 0.5)
    if document.language:
        yield Candidate("language", document.language, "html lang", 0.8)
    page = layout.read(document, f"{offer.PRICES}, {details.INTEREST}")
    if page.title_text:
        # A heading that the page's own title confirms is what a reader takes for the product's name.
        confirmed = any(
            text.overlap(page.title_text, name) >= CONFIRMED
            for name in (*document.meta("og:title"), document.title_tag)
        )
        title = text.without_shop(page.title_text, document.shop_names)
        yield Candidate("title", title, SOURCE, 0.92 if confirmed else 0.6)
    if document.title_tag:
        yield Candidate("title", text.without_shop(document.title_tag, document.shop_names), "title tag", 0.4)
    yield from offer.candidates(page)
    yield from details.candidates(page)
