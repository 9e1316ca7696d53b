"""What class names and words around an amount make of it, as patterns."""

import re
from functools import lru_cache

from app.extraction import money, offer_words
from app.extraction.word_patterns import quick, words_in

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
NET_MARKS = re.compile(r"excl|ex-?vat|ex-?tax|netto|without-?(?:vat|tax)|no-?vat|price-?net")
# Words before an amount, or after it, that make it another sum than the price.
OTHER_SUM_BEFORE = re.compile(
    r"(?:subscri(?:be|ption)[^.]{0,40}|abonne\w*[^.]{0,30}|im abo|suscr[ií]b\w*[^.]{0,30}|shipping|delivery|postage|"
    r"import|versand|lieferung|livraison|env[ií]o|spedizione|verzend\w*|frakt|doprava|"
    r"dostawa|dostava|"
    r"you save|save|saving|sparen|gespart|ersparnis|économi\w*|ahorra\w*|risparmi\w*|bespaar\w*|spara|korting|"
    r"besparing|"
    r"discount|rabatt?|remise|descuento|desconto|"
    r"over|above|pay|spend|instal+ments? of|month(?:ly)?|monatlich|par mois|al mes|al mese|"
    r"per maand|cuotas?|parcelas?|"
    r"\d{1,6} ?x(?: de| sem juros de| sans frais| ohne zinsen)?|"
    r"\d{1,6} (?:payments|raten|mensualités|rate|splátek) (?:of|à|de|po|da)|"
    r"deposit|pfand|"
    r"voucher|coupon|gift|"
    r"estimate|schätzpreis|estimation|estimación|estimativa|stima|"
    r"approx(?:imately|\.)?|circa|environ|etwa|points|credit|earn|cashback|free on orders|orders? (?:over|above)|"
    r"unit price|grundpreis|used (?:from|:)?|new (?:from|\(\d+\) from)|"
    r"lowest price|najniższa cena|warranty|protection|garantie)\W{0,4}$"
)
OTHER_SUM_AFTER = re.compile(
    r"^\W{0,3}(?:/ ?|per |pro |par |por |al |a |each |x )?(?:mo(?:nth)?\b|monat|mois|mes\b|mese\b|maand|måned|week|"
    r"wk\b|kg\b|100 ?g|100 ?ml|"
    r"(?:1 )?l\b|liter|litre|litro|(?:1 )?m[²2]?\b|lb\b|oz\b|ml\b|stk\b|unit\b|shipping|delivery|postage|versand|off\b|"
    r"discount|rabatt?|korting|saved|savings|ex\.? ?vat|excl|exkl|netto|ht\b|bez dph|brez ddv|bez pdv|(?:\+|plus) vat|"
    rf"points|cashback|credit|deposit|{'|'.join(words_in('amounts', 'beside'))})"
)
NET = re.compile(
    r"excl|ex\.? ?vat|ex\.? ?tax|netto|without (?:vat|tax)|\bht\b|hors taxe|bez dph|brez ddv|bez pdv|zonder btw|"
    r"\+ ?vat|plus vat|net price|"
    r"без ндс|senza iva|iva esclusa|sin iva|sem iva|bez vat|áfa nélkül|exkl"
)
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
