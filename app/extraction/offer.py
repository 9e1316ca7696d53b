"""Price, currency and stock as the visible page shows them near the title or the buy button."""

import re
from collections.abc import Iterator
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol

from app.extraction import money, visible_stock
from app.extraction.candidates import Candidate
from app.extraction.layout import CLOSE, SOURCE, VARIANT_TAGS, Block, Layout, Price, Text, distance_of, place_of

PRICE_MARKS = re.compile(
    r"price|preis|prix|precio|preco|prezzo|prijs|cena|ceny|cijena|pret|\bpris|fiyat|hinta|amount|kaina|tutar|valor|"
    r"\bcost|money"
)
CENT_MARKS = re.compile(r"cent|decimal|fraction|kopec|kopek|superscript|\bsup\b|penny|pence|grosz|hal[ei]r")
DIGIT = re.compile(r"\d")
CENT_TAGS = frozenset(("sup", "sub", "small"))
# Class names of amounts that are not what the product costs.
NOT_THE_PRICE = re.compile(
    r"shipping|delivery|versand|liefer|livraison|env[ií]o|spedizion|verzend|frakt|doprav|dostaw|saving|\bsave|yousave|"
    r"spar(?:en|t)\b|discount|rabat|remise|descuento|desconto|instal+ment|parcel|monthly|per-?month|mensual|financ|"
    r"unit-?price|base-?price|price-?(?:per-)?unit|unitprice|"
    r"grundpreis|per-?unit|points|loyalty|coupon|voucher|gift|prix-?unitaire|price-?slider|range-?slider|"
    r"price-?filter|filter-?price|klarna|afterpay|paypal|deposit|"
    r"omnibus|convbin|converted|warranty|protection|insurance|trade-?in|swatch|cart-?(?:total|count)|subtotal|"
    r"tier-?price|"
    r"promo-?(?:message|text)|free-?ship|used-?price|other-?seller|marketplace|rental|tooltip"
)
NET_MARKS = re.compile(r"excl|ex-?vat|ex-?tax|netto|without-?(?:vat|tax)|no-?vat|price-?net")
# Words before an amount, or after it, that make it another sum than the price.
OTHER_SUM_BEFORE = re.compile(
    r"(?:subscri(?:be|ption)[^.]{0,40}|abonne\w*[^.]{0,30}|im abo|suscr[ií]b\w*[^.]{0,30}|shipping|delivery|postage|"
    r"import|versand|lieferung|livraison|env[ií]o|spedizione|verzend\w*|frakt|doprava|"
    r"dostawa|dostava|"
    r"you save|save|saving|sparen|gespart|ersparnis|économi\w*|ahorra\w*|risparmi\w*|bespaar\w*|spara|korting|"
    r"besparing|"
    r"discount|rabatt?|remise|descuento|desconto|"
    r"over|above|pay|instal+ments? of|month(?:ly)?|monatlich|par mois|al mes|al mese|"
    r"per maand|cuotas?|parcelas?|"
    r"\d+ ?x(?: de| sem juros de)?|\d+ (?:payments|raten|mensualités|rate|splátek) (?:of|à|de|po|da)|deposit|pfand|"
    r"voucher|coupon|gift|"
    r"approx(?:imately|\.)?|circa|environ|etwa|points|credit|earn|cashback|free on orders|orders? (?:over|above)|"
    r"unit price|grundpreis|used (?:from|:)?|new (?:from|\(\d+\) from)|"
    r"lowest price|najniższa cena|warranty|protection|garantie)\W{0,4}$"
)
OTHER_SUM_AFTER = re.compile(
    r"^\W{0,3}(?:/ ?|per |pro |par |por |al |a |each |x )?(?:mo(?:nth)?\b|monat|mois|mes\b|mese\b|maand|måned|week|"
    r"wk\b|kg\b|100 ?g|100 ?ml|"
    r"(?:1 )?l\b|liter|litre|litro|(?:1 )?m[²2]?\b|lb\b|oz\b|ml\b|stk\b|unit\b|shipping|delivery|postage|versand|off\b|"
    r"discount|rabatt?|korting|saved|savings|ex\.? ?vat|excl|exkl|netto|ht\b|bez dph|brez ddv|bez pdv|(?:\+|plus) vat|"
    r"points|cashback|credit|deposit)"
)
NET = re.compile(
    r"excl|ex\.? ?vat|ex\.? ?tax|netto|without (?:vat|tax)|\bht\b|hors taxe|bez dph|brez ddv|bez pdv|zonder btw|"
    r"\+ ?vat|plus vat|net price|"
    r"без ндс|senza iva|iva esclusa|sin iva|sem iva|bez vat|áfa nélkül|exkl"
)
NAMED_NET = re.compile(r"^\W*" + f"(?:{NET.pattern})")
BEFORE_MARKS = re.compile(
    r"\bold|old-?price|\bwas\b|was-?price|list-?price|listprice|strike|\brrp\b|msrp|before|original|compare|\buvp\b|"
    r"statt|crossed|regular-?price|previous|avant|barr|anterior|tachado|precedente|stara|\bstar[ey]|full-?price|retail|"
    r"normal-?price|rec-?price|line-through|lineThrough|priceold|ancien"
)
BEFORE_WORDS = re.compile(
    r"(?:\bwas|\brrp|\bmsrp|list price|regular(?: price)?|original(?:ly)?(?: price)?|compare at|\buvp|statt|"
    r"instead of|vorher|bisher|"
    r"au lieu de|prix conseillé|ancien prix|antes|precio anterior|de:|por de|prezzo consigliato|anzi[cć]h[eé]|van|"
    r"adviesprijs|"
    r"ord\.? ?pris|tidigare|cena katalogowa|poprzednia cena|původní cena|běžná cena|pôvodná cena|bežná cena|"
    r"preț vechi|prp|"
    r"stara cijena|redna cena|старая цена|retail(?: price)?|normaalprijs|piyasa fiyatı|定価|參考價|原價|市场价)\W{0,4}$"
)
NOW_MARKS = re.compile(
    r"sale|special|final|current|\bnow|our|offer|new|actual|discounted|selling|main|promo|aktuell|actuel|nova|nowa|"
    r"deal|buy"
)
UPPER = re.compile(r"(?<![^\W\d_])[A-Z]{3}(?![^\W\d_])")
MAX_PRICE_TEXT = 44
MAX_WORDS = 10
MAX_MARKED_WORDS = 20
"""Letters beside an amount and its currency, without and with a class name that calls it a price."""
MAX_LINE = 120
MAX_ROW = 60
MAX_PRICES = 400
SHARED_SIGN = 0.45
"""Confidence in a currency whose sign others share, on a page whose country is not known."""
CLEARLY = 1.2
FAR_STEP = 1200
"""Characters from the title that weigh as much as one sign in a price's favour."""


def candidates(layout: Layout) -> Iterator[Candidate]:
    """Yield price, list price, currency, availability and whether there is a buy button."""
    if layout.buttons:
        yield Candidate("can_buy", True, SOURCE, 0.6, place_of(layout.buttons[0]))
    prices = layout.prices = find_prices(layout)
    states = list(visible_stock.candidates(layout, bool(prices)))
    gone = not layout.buttons and any(one.field == "sold_out" for one in states)
    yield from _price_fields(layout, prices, gone)
    yield from states


def _price_fields(layout: Layout, prices: list[Price], gone: bool) -> Iterator[Candidate]:
    groups = ([one for one in prices if not one.net and not one.before], [one for one in prices if not one.net], prices)
    now = next((group for group in groups if group), None)
    if not now:
        return
    ranked = sorted(now, key=lambda price: (-price.weight, price.distance))
    best = ranked[0]
    # "Regular price" is what it costs where no lower price stands beside it.
    regular = [
        one for one in prices if one.before and not one.struck and not one.net and one.weight - best.weight >= CLEARLY
    ]
    if regular and not best.before:
        ranked.insert(0, max(regular, key=lambda price: price.weight))
        best = ranked[0]
    for price in {one.value: one for one in reversed(ranked[:8])}.values():
        chosen = price.value == best.value
        confidence = (0.6 if price.distance <= CLOSE else 0.45) + (0.15 if layout.buttons else 0.0) if chosen else 0.2
        if chosen and (price.net or (gone and price.distance > CLOSE / 2)):
            # Where the product is sold out, an amount farther away is rather a neighbour's.
            confidence -= 0.25
        place = f"{place_of(price.block)} “{price.written}”"
        yield Candidate("price", price.value, SOURCE, confidence, place)
        if chosen and price.currency:
            shared = layout.document.territory is None and money.is_shared(price.written)
            yield Candidate("currency", price.currency, SOURCE, SHARED_SIGN if shared else confidence, place)
    former = [price for price in prices if price.before and price.value > best.value]
    if former and not best.before:
        usual = min(former, key=lambda price: abs(price.distance - best.distance))
        yield Candidate("list_price", usual.value, SOURCE, 0.6, f"{place_of(usual.block)} “{usual.written}”")


def find_prices(layout: Layout) -> list[Price]:
    """Return the amounts that may be the product's, without those of neighbours, shipping and instalments."""
    territory, decimal = layout.document.territory, decimal_sign(layout.document.language)
    found: list[tuple[Block, money.Amount, int, int, str]] = []
    done = -1
    for index, one in enumerate(layout.texts):
        if index < done or len(one.value) > MAX_LINE or not DIGIT.search(one.value):
            continue
        distance = distance_of(layout, one.position)
        if distance is None or len(found) >= MAX_PRICES or not _may_be_price(layout, index):
            continue
        block, written = _widest(layout, one)
        if not written:
            continue
        sums = [sum_ for sum_ in money.amounts(written, territory=territory, decimal=decimal) if sum_.value]
        if not sums or len(sums) > 2:
            continue
        marked = any(names_price(near.marks) for near in block.around(2) if near.marks)
        signed = sums[0].currency or money.SIGN.search(written)
        if _letters(written) <= (MAX_MARKED_WORDS if marked and signed else MAX_WORDS) and (signed or marked):
            # "Was £20 now £15": the first of the two is the former price.
            first = money.AMOUNT.search(written)
            was = len(sums) > 1 and first is not None and BEFORE_WORDS.search(written[: first.start()].casefold())
            found.append((block, sums[1] if was else sums[0], distance, index, written))
            done = index + 1 if written == one.value else block.last
    grid = layout.repeated([block for block, *_ in found])
    several = len({amount.value for block, amount, *_ in found if id(block) in grid}) > 2
    codes = {amount.value: amount.currency for _, amount, *_ in found if amount.currency}
    prices = []
    for block, amount, distance, index, written in found:
        if (id(block) in grid and several) or layout.in_card(layout.texts[index].block):
            continue
        price = _judged(layout, block, amount, distance, index, written, codes.get(amount.value))
        if price is not None:
            prices.append(price)
    signed_prices = [price for price in prices if price.currency]
    return signed_prices if any(not price.before for price in signed_prices) else prices


@lru_cache(maxsize=4096)
def names_price(marks: str) -> bool:
    """Whether an element's marks call it a price."""
    return bool(PRICE_MARKS.search(marks))


def _may_be_price(layout: Layout, index: int) -> bool:
    """Whether the text, one beside it, or a class name around it speaks of money."""
    one = layout.texts[index]
    if any(names_price(near.marks) for near in one.block.around(4) if near.marks):
        return True
    beside = (layout.texts[place].value for place in (index, index - 1, index + 1) if 0 <= place < len(layout.texts))
    return any(names_currency(value) for value in beside if len(value) <= MAX_LINE)


@lru_cache(maxsize=4096)
def names_currency(value: str) -> bool:
    """Whether a text holds a currency's sign or code."""
    return bool(money.SIGN.search(value) or money.CODE.search(value))


def _judged(
    layout: Layout, block: Block, amount: money.Amount, distance: int, index: int, written: str, code: str | None
) -> Price | None:
    """Return the amount with its weight, or None if it is another sum than the product's price."""
    near = [one for one in block.around(3) if one.tag not in ("body", "html", "main", "form")]
    near = [one for one in near if one.key not in layout.above_title or one is block]
    marks = " ".join(one.marks for one in near[:3])
    before_text, after_text = _line(layout, block, index, written)
    if NOT_THE_PRICE.search(marks) or OTHER_SUM_BEFORE.search(before_text):
        return None
    net = (
        bool(NET_MARKS.search(near[0].marks if near else ""))
        or bool(NAMED_NET.search(after_text))
        or bool(NET.search(before_text[-24:]))
    )
    if OTHER_SUM_AFTER.search(after_text) and not net:
        return None
    struck = any(one.struck for one in layout.texts[index].block.around(4))
    own = " ".join(one.marks for one in (layout.texts[index].block, *near[:2]))
    before = struck or bool(BEFORE_MARKS.search(own)) or bool(BEFORE_WORDS.search(before_text))
    weight = 0.0
    if any(names_price(one.marks) for one in near[:3]):
        weight += 1.5
    if amount.currency or code:
        weight += 1.5
    if NOW_MARKS.search(own):
        weight += 0.7
    if any(one.tag in VARIANT_TAGS for one in block.around(3)):
        weight -= 1.5
    return Price(
        amount.value,
        amount.currency or code,
        distance,
        weight - distance / FAR_STEP,
        before,
        struck,
        net,
        block,
        written,
    )


def _widest(layout: Layout, one: Text) -> tuple[Block, str]:
    """Return the widest block around a text that still reads as one amount and little else, and what it reads."""
    block, written = one.block, one.value if len(one.value) <= MAX_PRICE_TEXT else ""
    for around in one.block.around(5):
        if around.end - around.start > MAX_PRICE_TEXT or around.key in layout.above_title:
            break
        longer = price_text(layout, around)
        if written and (
            len(money.AMOUNT.findall(longer)) > len(money.AMOUNT.findall(written)) or _letters(longer) > MAX_WORDS
        ):
            break
        block, written = around, longer
    return block, written


def _letters(written: str) -> int:
    """Return how many letters an amount has beside its currency."""
    return sum(map(str.isalpha, _without_currency(written)))


def price_text(layout: Layout, block: Block) -> str:
    """Return the block's text as one amount."""
    return join_amount(
        [
            (one.value, any(part.tag in CENT_TAGS or CENT_MARKS.search(part.marks) for part in one.block.around(1)))
            for one in layout.texts[block.first : block.last]
        ]
    )


def join_amount(pieces: list[tuple[str, bool]]) -> str:
    """Return runs of text as one amount: cents in an element of their own get a decimal sign (``63<sup>07</sup>``).

    Each piece comes with whether its element may hold cents.
    """
    written = ""
    for value, may_be_cents in pieces:
        if written and written[-1].isdecimal() and value[:1] in ".,":
            written += value
        elif written and value[:1].isdecimal() and re.search(r"\d ?[.,]$", written):
            written = (written[:-2] + written[-1] if written[-2:-1] == " " else written) + value
        elif (
            may_be_cents
            and re.fullmatch(r"[€£$]?\d{2}(?:\s?\D{0,3})?", value)
            and re.search(r"\d\s?[€£$]?$", written)
            and not re.search(r"[.,]\d{1,2}\s?[€£$]?$", written)
        ):
            sign = written[-1] if written[-1] in "€£$" else value[0] if value[0] in "€£$" else ""
            value = value.lstrip("€£$")
            written = written.rstrip("€£$ ") + ("," if "." in written else ".") + value + sign
        elif written and written[-1].isdecimal() and value[:1].isdecimal():
            written += " | " + value
        else:
            written += (" " if written else "") + value
    return written


def _line(layout: Layout, block: Block, index: int, written: str) -> tuple[str, str]:
    """Return what stands right before and right after the amount on its line."""
    match = money.AMOUNT.search(written)
    inside_before = written[: match.start()] if match else ""
    inside_after = written[match.end() :] if match else ""
    parent = block.parent
    before = after = ""
    if parent is not None:
        if parent.end - parent.start <= MAX_LINE:
            before = " ".join(one.value for one in layout.texts[max(parent.first, block.first - 3) : block.first])[-60:]
        if not before and parent.parent is not None and block.first - 1 >= parent.parent.first:
            before = layout.texts[block.first - 1].value[-40:]
        if parent.end - parent.start <= MAX_ROW:
            after = " ".join(one.value for one in layout.texts[block.last : min(parent.last, block.last + 2)])[:40]
    before = _without_currency(f"{before} {inside_before}").casefold().rstrip()
    after = _without_currency(f"{inside_after} {after}").casefold().lstrip()
    return before, after


def _without_currency(written: str) -> str:
    bare = money.SIGN.sub("", written)
    return UPPER.sub(lambda match: "" if match[0] in money.CODES else match[0], bare)


@lru_cache(maxsize=128)
def decimal_sign(language: str | None) -> str:
    """Return the decimal sign that a language uses."""
    try:
        return get_decimal_symbol(Locale.parse(language or "en"))
    except (UnknownLocaleError, ValueError):
        return "."
