"""What class names and words around an amount make of it, as patterns."""

import re
from functools import lru_cache

from app.extraction import money, offer_words
from app.extraction.word_patterns import any_of, quick, words_in


def _any(*kinds: str) -> str:
    """Return an alternation of the words of ``words/amounts.json`` of some kinds, in all languages."""
    return "|".join(dict.fromkeys(word for kind in kinds for word in words_in("amounts", kind)))


PRICE_MARKS = quick(
    r"price|preis|prix|precio|preco|prezzo|prijs|cena|ceny|cijena|pret|\bpris|fiyat|hinta|amount|kaina|tutar|valor|"
    r"\bcost|money"
)
CENT_MARKS = quick(r"cent|decimal|fraction|kopec|kopek|superscript|\bsup\b|penny|pence|grosz|hal[ei]r")
DIGIT = re.compile(r"\d")
CENT_TAGS = frozenset(("sup", "sub", "small"))
# Class names of amounts that are not what the product costs.
NOT_THE_PRICE = quick(
    r"shipping|delivery|versand|liefer|livraison|env[ií]o|spedizion|verzend|frakt|doprav|dostaw|yousave|"
    r"instal+ment|parcel|monthly|per-?month|mensual|"
    r"unit-?price|base-?price|price-?(?:per-)?unit|unitprice|"
    r"grundpreis|per-?unit|points|loyalty|coupon|voucher|gift|prix-?unitaire|price-?slider|range-?slider|"
    r"price-?filter|filter-?price|klarna|afterpay|paypal|deposit|"
    r"omnibus|convbin|converted|warranty|protection|insurance|trade-?in|swatch|cart-?(?:total|count)|subtotal|"
    r"tier-?price|"
    r"promo-?(?:message|text)|free-?ship|used-?price|other-?seller|marketplace|rental|tooltip"
)
# The same where they don't stand beside a word for price.
BESIDE_THE_PRICE = re.compile(
    r"saving|\bsave|spar(?:en|t|nis)\b|discount|rabat|remise|[ée]conomie|descuento|ahorr|desconto|sconto|risparmi|"
    r"korting|bespar|oszcz|\bslev|indirim|financ"
)
STATES = re.compile(
    r"(?<!\S)(?:(?:is|has|with|no|show|hide)[-_]\S+|\S+[-_](?:enabled|disabled|active|inactive|on|off|theme|available|visible)"
    r"|\S+[-_](?:and|with)[-_]\S+|\S+--(?:has|is|with)\S+)(?!\S)"
)
"""Class names of how a wrapper is, or of several things in it: ``klarna-enabled``, ``shipping-and-price``."""
SIZE = re.compile(r"^\d?X{0,3}[SML](?!\w)")
"""Sizes that stand behind a price; in lower case they would be units."""
OWN_PRICE = quick(r"price|preis|prix|precio|preco|prezzo|prijs|cena|ceny|cijena|\bpret|\bpris|fiyat|hinta|kaina")
GIVEN_AWAY = re.compile(r"\W{0,3}([^\W\d_]{3,12})\W{0,3}(?:$|gift|bonus|credit|cash|reward)")
MINOR_SIGN = re.compile(r"^(?:p|¢)(?=\W)")
LEI = re.compile(r"l\b")
NOT_ZERO = re.compile(r"[1-9]")
UNITS = r"kg\b|100 ?g|100 ?ml|(?:1 )?l\b|(?:1 )?m[²2]?\b|lb\b|oz\b|ml\b"
NET_MARKS = re.compile(r"excl|ex-?vat|ex-?tax|netto|without-?(?:vat|tax)|no-?vat|price-?net")
OTHER_SUM_BEFORE = re.compile(rf"(?:{_any('other sum before', 'cover')})\W{{0,4}}$|\+\W{{0,2}}$")
"""What stands before another sum than the price; a plus, before what is paid for something more."""
COVER = re.compile(rf"(?:{any_of(words_in('amounts', 'cover')).pattern})\D*\d{{0,2}}\D*$")
"""A warranty or an insurance before an amount, perhaps with its years."""
OTHER_SUM_AFTER = re.compile(
    rf"^\W{{0,3}}(?:/ ?|(?:{_any('per')}) )?(?:{UNITS}|{_any('other sum after', 'net', 'beside')})"
)
NET = re.compile(_any("net"))
NAMED_NET = re.compile(r"^\W*" + f"(?:{NET.pattern})")
_GROSS = "|".join(map(re.escape, offer_words.GROSS))
NAMED_GROSS = re.compile(rf"^\W*(?:{_GROSS})")
NAMED_TAX = re.compile(rf"(?<!\w)(?:{_GROSS}|{NET.pattern})\W*$")
TAX_OF_NEXT = re.compile(rf"^\W*(?:{_GROSS}|{NET.pattern})\w*[\s.]*[:：]\W*\d")
BEFORE_MARKS = quick(
    r"\bold|old-?price|\bwas\b|was-?price|list-?price|listprice|strike|\brrp\b|msrp|before|original|compare|\buvp\b|"
    r"statt|crossed|regular-?price|previous|avant|barr|anterior|tachado|precedente|stara|\bstar[ey]|full-?price|retail|"
    r"normal-?price|rec-?price|line-through|lineThrough|priceold|ancien"
)
NOW_MARKS = re.compile(
    r"sale|special|final|current|\bnow|our|offer|new|actual|discounted|selling|main|promo|aktuell|actuel|nova|nowa|"
    r"deal|buy"
)
UPPER = re.compile(r"(?<![^\W\d_])[A-Z]{3}(?![^\W\d_])")
MEMBER_MARKS = re.compile(
    r"(?<![a-z])members?(?:hip)?-?_?price|club-?card|club-?price|prime-?price|loyalty-?price|price-?_?members?(?![a-z])|"
    r"card-?price(?![a-z])"
)
SIGN_BEFORE = re.compile(rf"(?:(?i:{money.SIGN.pattern})|(?<![^\W\d_])([A-Z]{{3}})):?$")
BEHIND_AMOUNT = re.compile(r"\d\s*(?:with|mit|avec|con|com|met|med|z|s|с|з|με|cu|for|für|per)\s\D{0,25}$")
"""Words that speak of the amount before them: ``£15 with a card``."""


@lru_cache(maxsize=4096)
def without_states(marks: str) -> str:
    """Return an element's marks without the names that say how it is, rather than what: ``has-discount``."""
    return STATES.sub(" ", marks)


@lru_cache(maxsize=4096)
def names_own_price(marks: str) -> bool:
    """Whether an element's marks have a word for price, rather than for any amount."""
    return bool(OWN_PRICE.search(marks))


@lru_cache(maxsize=4096)
def names_price(marks: str) -> bool:
    """Whether an element's marks call it a price."""
    return bool(PRICE_MARKS.search(marks))
