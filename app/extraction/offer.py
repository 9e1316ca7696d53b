"""Price, currency and stock as the visible page shows them near the title or the buy button."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from babel.core import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol
from selectolax.lexbor import LexborNode

from app.extraction import money, stock
from app.extraction.candidates import Candidate
from app.extraction.document import node_text
from app.extraction.layout import Layout, ancestors, marks, repeated

SOURCE = "visible page"
PRICE_WORDS = (
    "price",
    "preis",
    "prix",
    "precio",
    "preco",
    "prezzo",
    "prijs",
    "cena",
    "cijena",
    "pret",
    "pris",
    "fiyat",
    "amount",
)
PRICES = (
    ", ".join(f"[class*='{word}' i], [id*='{word}' i]" for word in PRICE_WORDS) + ", [itemprop='price'], [data-price]"
)
CENTS = "sup, [class*='cent' i], [class*='decimal' i], [class*='fraction' i]"
# Words around an amount that is not what the product costs.
NOT_THE_PRICE = re.compile(
    r"shipping|delivery|versand|liefer|livraison|env[ií]o|spedizion|verzend|frakt|doprav|dostaw|saving|\bsave|"
    r"spar|discount|rabat|"
    r"instal+ment|month|monat|/mo\b|mois|\bmes\b|mese|unit-?price|base-?price|grundpreis|per-?unit|points|"
    r"coupon|voucher|gift|"
    r"excl|ex-?vat|ex-?tax|netto|without-?vat|no-?vat|bez dph|brez ddv|free over|filter|slider|klarna|"
    r"afterpay|paypal|deposit|"
    r"prix-?unitaire|/ ?(?:kg|g|l|ml|m|st|100)\b"
)
BEFORE = re.compile(
    r"\bold|old-?price|\bwas\b|was-?price|list-?price|strike|\brrp\b|msrp|before|original|compare|\buvp\b|"
    r"statt|crossed|regular|"
    r"previous|avant|barr|anterior|tachado|precedente|stara|\bstar[ey]|full-?price|retail|normal-?price|rec-?price"
)
STRUCK = frozenset(("del", "s", "strike"))
CONTEXT_LEVELS = 3
MAX_PRICE_TEXT = 60
MAX_UNMARKED_TEXT = 30
"""Where no class calls it a price, a longer text is a sentence that speaks of money."""
MAX_PRICES = 1000
NEAR_TITLE = 4000
CLOSE = 1500
BEFORE_TITLE_FACTOR = 4
VARIANT_TAGS = frozenset(("option", "select", "label"))


@dataclass(frozen=True)
class _Price:
    value: Decimal
    currency: str | None
    distance: int
    before: bool
    """Struck out, or named as the former price."""


def candidates(layout: Layout) -> Iterator[Candidate]:
    """Yield price, list price, currency, availability and whether there is a buy button."""
    if layout.buttons:
        yield Candidate("can_buy", True, SOURCE, 0.6)
    yield from _price_fields(_prices(layout), 0.15 if layout.buttons else 0.0)
    state = _state(layout)
    if state:
        yield Candidate("availability", state[0], SOURCE, state[1])
        if state[0] == "OutOfStock":
            # It stands where the price and the button would be.
            yield Candidate("sold_out", True, SOURCE, state[1])


def _price_fields(prices: list[_Price], bonus: float) -> Iterator[Candidate]:
    now = [price for price in prices if not price.before] or prices
    if not now:
        return
    chosen = min(now, key=lambda price: price.distance)
    confidence = (0.6 if chosen.distance <= CLOSE else 0.45) + bonus
    yield Candidate("price", chosen.value, SOURCE, confidence)
    if chosen.currency:
        yield Candidate("currency", chosen.currency, SOURCE, confidence)
    former = [price for price in prices if price.before and price.value > chosen.value]
    if former and not chosen.before:
        usual = min(former, key=lambda price: abs(price.distance - chosen.distance))
        yield Candidate("list_price", usual.value, SOURCE, confidence - 0.1)


def _prices(layout: Layout) -> list[_Price]:
    """Return the amounts that may be the product's, without those of neighbours, shipping and instalments."""
    nodes = {node.mem_id: node for node in layout.document.tree.css(PRICES)[:MAX_PRICES]}
    marked = set(nodes)
    places = dict(layout.positions)
    for position, value, parent in layout.short_texts:
        if len(nodes) >= 2 * MAX_PRICES:
            break
        if money.currency_in(value, None) or money.SIGN.search(value):
            # The sign often stands in an element of its own beside the digits.
            for node in (parent, parent.parent):
                if node is not None and node.mem_id not in nodes and node.tag not in ("body", "html"):
                    nodes[node.mem_id] = node
                    places[node.mem_id] = position
    found: list[tuple[LexborNode, money.Amount, int]] = []
    decimal = _decimal_sign(layout.document.language)
    for key, node in nodes.items():
        place = places.get(key)
        written = _price_text(node) if place is not None else ""
        if place is None or not 0 < len(written) <= (MAX_PRICE_TEXT if key in marked else MAX_UNMARKED_TEXT):
            continue
        sums = money.amounts(written, territory=layout.document.territory, decimal=decimal)
        if len(sums) == 1 and sums[0].value and (sums[0].currency or key in marked):
            found.append((node, sums[0], place))
    grid = repeated([node for node, _, _ in found])
    several = len({amount.value for node, amount, _ in found if node.mem_id in grid}) > 2
    by_value: dict[Decimal, set[str | None]] = {}
    for _, amount, _ in found:
        by_value.setdefault(amount.value, set()).add(amount.currency)
    prices = []
    for node, amount, place in found:
        distance = _distance(layout, place)
        if distance is None or (node.mem_id in grid and several):
            continue
        context = _context(node)
        if NOT_THE_PRICE.search(context) or layout.in_card(node):
            continue
        # The same sum stands elsewhere with its sign: <b class=price>€<i>5</i></b>.
        currency = amount.currency or next((code for code in by_value[amount.value] if code), None)
        prices.append(_Price(amount.value, currency, distance, _is_before(node, context)))
    signed = [price for price in prices if price.currency]
    return signed or prices


def _distance(layout: Layout, place: int) -> int | None:
    """Return the characters between ``place`` and the title or the button; None: too far to belong to them."""
    distances = []
    if layout.title_position is not None:
        away = place - layout.title_position
        distances.append(away if away >= 0 else -away * BEFORE_TITLE_FACTOR)
    if layout.buy_position is not None:
        distances.append(abs(place - layout.buy_position))
    nearest = min(distances, default=None)
    return nearest if nearest is not None and nearest <= NEAR_TITLE else None


def _price_text(node: LexborNode) -> str:
    """Return the node's text; cents in an element of their own (``63<sup>07</sup>``) get a decimal sign."""
    written = node_text(node)
    if len(written) > MAX_PRICE_TEXT:
        return ""
    for part in node.css(CENTS):
        cents = node_text(part)
        if part.mem_id != node.mem_id and re.fullmatch(r"\d{2}", cents):
            return re.sub(rf"(\d)\s*[.,]?\s*{cents}(?!\d)", rf"\1.{cents}", written, count=1)
    return re.sub(r"(?<=\d)\s+(?=[.,]\d)|(?<=\d[.,])\s+(?=\d)", "", written)


def _context(node: LexborNode) -> str:
    near = [node, *[parent for parent, _ in zip(ancestors(node), range(CONTEXT_LEVELS), strict=False)]]
    words = [marks(one) for one in near if one.tag not in ("body", "html", "main", "form")]
    around = node_text(node.parent) if node.parent is not None and node.parent.tag != "body" else ""
    return " ".join(
        [*words, node_text(node).casefold(), around.casefold() if len(around) <= 2 * MAX_PRICE_TEXT else ""]
    )


def _is_before(node: LexborNode, context: str) -> bool:
    near = [node, *[parent for parent, _ in zip(ancestors(node), range(CONTEXT_LEVELS), strict=False)]]
    own = marks(node) + " " + (marks(node.parent) if node.parent is not None else "")
    return (
        any(one.tag in STRUCK for one in near)
        or bool(BEFORE.search(own))
        or node.css_first("del, s, strike") is not None
    )


def _decimal_sign(language: str | None) -> str:
    try:
        return get_decimal_symbol(Locale.parse(language or "en"))
    except (UnknownLocaleError, ValueError):
        return "."


def _state(layout: Layout) -> tuple[stock.Availability, float] | None:
    """Return what the short texts near the title and the buy button say of the stock, and how sure that is."""
    said = []
    for position, value, parent in layout.short_texts:
        state = stock.from_text(value)
        distance = _distance(layout, position) if state else None
        if state and distance is not None and not _of_variant(parent) and not layout.in_card(parent):
            said.append((distance, state))
    if not said:
        return ("InStock", 0.55) if layout.buttons else None
    distance, state = min(said)
    near = 0.1 if distance <= CLOSE else 0.0
    agrees = (state == "InStock") == bool(layout.buttons)
    return state, (0.7 if agrees else 0.45) + near


def _of_variant(node: LexborNode) -> bool:
    return node.tag in VARIANT_TAGS or any(
        one.tag in VARIANT_TAGS for one, _ in zip(ancestors(node), range(3), strict=False)
    )
