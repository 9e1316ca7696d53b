"""What a page's address says: the number by which the shop names its product."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

from app.extraction.candidates import Candidate
from app.extraction.document import Document

SOURCE = "address"
PARAMETERS = ("sku", "skuid", "skuId", "variationId", "itemId", "item", "productId", "product_id", "pid", "articleId",
    "artnr", "id_product",
              "itemid", "productid", "prodid", "id")  # fmt: skip
SURE_PARAMETERS = frozenset(("sku", "skuId", "skuid"))
# A number of its own, or at the end of a name; letters may stand with the digits.
NUMBER = re.compile(
    r"(?:^|[-_/.,]|(?<=[a-z])-)(?:prd|prod|art|item|sku|id|[a-zA-Z])?[-_]?(?P<id>\d{5,14})(?:\.html?|\.aspx|\.php|-p|"
    r"_p)?/?$|"
    r"^(?P<first>\d{5,14})[-_.]|(?:^|"
    r"[-_])(?P<code>(?=[A-Za-z0-9]*\d[A-Za-z0-9]*\d)[A-Z0-9]{6,14}(?:-[A-Z0-9]{2,4})?)(?:\.html?)?$"
)
PLACES = re.compile(
    r"/(?:dp|gp/product|itm|listing|pd|product|products|item|i|p|ip|prod|dppidt|"
    r"art)/(?:[^/]+/)?(?P<id>[A-Za-z]{0,6}\d{4,14}[A-Za-z0-9]{0,6})(?:[/?.]|$)",
    re.I,
)


def candidates(document: Document) -> Iterator[Candidate]:
    """Yield the item number that the address holds, if it holds one."""
    for url in dict.fromkeys(one for one in (document.url, *document.meta("og:url")[:1]) if one):
        try:
            parts = urlsplit(url)
            query = dict(parse_qsl(parts.query, max_num_fields=100))
        except ValueError:
            continue
        name = next(
            (one for one in PARAMETERS if re.fullmatch(r"[A-Za-z]{0,6}\d{3,14}[A-Za-z0-9-]{0,10}", query.get(one, ""))),
            None,
        )
        if name:
            yield Candidate("sku", query[name], SOURCE, 0.6 if name in SURE_PARAMETERS else 0.4, f"?{name}=")
        path = unquote(parts.path)
        if place := PLACES.search(path):
            yield Candidate("sku", place["id"], SOURCE, 0.38, "path")
            return
        for segment in reversed([one for one in path.split("/") if one]):
            if match := NUMBER.search(segment):
                yield Candidate("sku", match["id"] or match["first"] or match["code"], SOURCE, 0.35, "path")
                return
