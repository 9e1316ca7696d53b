"""What a reader sees: headings, the offer near them, and the details around."""

from collections.abc import Iterator

from app.extraction import details, offer, stated, text
from app.extraction.amount_words import HIDDEN_PRICE
from app.extraction.candidates import Candidate
from app.extraction.layout import Layout

SOURCE = "visible page"
CONFIRMED = 0.6
MAX_NOTE = 120


def candidates(page: Layout) -> Iterator[Candidate]:
    """Yield what the visible page says of its product."""
    document = page.document
    yield from details.breadcrumbs(document)
    for value in document.meta("description")[:1]:
        yield Candidate("description", text.plain(value), "meta description", 0.5)
    if document.language:
        yield Candidate("language", document.language, "html lang", 0.8)
    if page.heading is not None:
        # A heading that the page's own title confirms is what a reader takes for the product's name.
        title = text.without_shop(page.title_text, document.shop_names)
        sure = 0.94 if page.heading.fit >= CONFIRMED else 0.75 if page.heading.fit >= 0.25 else 0.6
        yield Candidate("title", title, SOURCE, sure, page.heading.node.tag or "")
    if document.title_tag:
        yield Candidate("title", text.without_shop(document.title_tag, document.shop_names), "title tag", 0.4, "title")
    if page.document.names_product_page:
        yield Candidate("is_product", True, "body class", 0.6)
    asked = (one.value for _, one, _ in page.near_texts if len(one.value) <= MAX_NOTE)
    if hidden := next((one for one in asked if HIDDEN_PRICE.search(one)), None):
        yield Candidate("asks_price", True, SOURCE, 0.6, f"“{hidden[:40]}”")
    yield from offer.candidates(page)
    yield from stated.candidates(page)
    yield from details.candidates(page)
