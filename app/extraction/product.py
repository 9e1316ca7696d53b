"""The way from a page to a product: parse, ask every source, corroborate, weigh."""

from dataclasses import replace

from app.extraction import (
    address,
    jsonld,
    layout,
    microdata,
    opengraph,
    options,
    passages,
    platform_fields,
    selling,
    shop_data,
    state,
    visible,
)
from app.extraction.candidates import Candidate
from app.extraction.corroborate import Context, corroborate
from app.extraction.decide import judge
from app.extraction.detection import Detection, detect
from app.extraction.document import Document, parse
from app.extraction.results import Explanation
from app.extraction.terms import with_terms
from app.models import Product

SOURCES = (jsonld.candidates, microdata.candidates, opengraph.candidates, state.candidates, address.candidates)
LEAST_DESCRIPTION = 20
"""Characters."""


def extract(html: str, url: str | None, answer: str | None = None) -> Product:
    """Return the product that the page shows.

    Args:
        html: the page's source.
        url: its address, for relative links and the country; None: the page's own canonical address, if it gives one.
        answer: what the shop said at the address that ``shop_data.question`` gives for this page, if it was asked.

    Raises:
        InvalidInput: it is no HTML, or shows no product.
    """
    document = parse(html, url)
    page = layout.read(document)
    found = _candidates(document, page, detect(document), answer)
    return with_terms(judge(found, document.url, page.formers).product, page, found)


def explain(html: str, url: str | None, answer: str | None = None) -> Explanation:
    """Return the product that the page shows with all candidates that were weighed for it.

    Raises as ``extract``.
    """
    return explained(parse(html, url), answer)


def explained(document: Document, answer: str | None = None) -> Explanation:
    """Do what ``explain`` does with a page that is parsed."""
    detection = detect(document)
    page = layout.read(document)
    found = _candidates(document, page, detection, answer)
    verdict = judge(found, document.url, page.formers)
    return Explanation(
        with_terms(verdict.product, page, found),
        detection.platform.name if detection else None,
        detection.reasons if detection else (),
        verdict.fields(),
    )


def _candidates(
    document: Document, page: layout.Layout, detection: Detection | None, answer: str | None
) -> list[Candidate]:
    found = [*shop_data.candidates(document, answer)]
    found += [candidate for source in SOURCES for candidate in source(document)]
    found += visible.candidates(page)
    lines = passages.read(document, page.heading)
    found += selling.candidates(lines, page.title_text)
    found += options.candidates(document, lines)
    if detection is not None:
        found += platform_fields.candidates(document, detection)
    found = [one for candidate in found if (one := _telling(candidate)) is not None]
    return corroborate(Context(document, page, detection.platform if detection else None, found))


def _telling(candidate: Candidate) -> Candidate | None:
    """Return a candidate, a description without what is written for search engines; None: it holds nothing else."""
    if candidate.field != "description" or not isinstance(candidate.value, str):
        return candidate
    value = passages.without_seo(candidate.value)
    if value == candidate.value:
        return candidate
    return replace(candidate, value=value) if len(value) >= LEAST_DESCRIPTION else None
