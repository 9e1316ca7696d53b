"""Amounts and currencies as shops write them: ``1.299,00 €``, ``1 299,00 kr``, ``CHF 1'299.–``, ``KWD 12.345``."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError, get_global
from babel.numbers import get_currency_precision, get_decimal_symbol, get_territory_currencies, list_currencies

from app.extraction.amount_words import SCALES

# Signs and words beside amounts -> the codes they may stand for, the most common first. A sign with several codes means
# the one that the page's country uses; without a country, the first; "" where any first would be a guess.
SIGNS: dict[str, tuple[str, ...]] = {
    "€": ("EUR",), "eur": ("EUR",), "euro": ("EUR",), "£": ("GBP", "EGP", "LBP"), "₹": ("INR",), "₽": ("RUB",),
        "руб": ("RUB",),
    "dt": ("TND",), "د.ت": ("TND",),
    "р.": ("RUB", "BYN"), "₺": ("TRY",), "tl": ("TRY",), "₩": ("KRW",), "원": ("KRW",), "₪": ("ILS",), "₫": ("VND",),
    "đ": ("VND",),
    "₴": ("UAH",), "грн": ("UAH",), "₸": ("KZT",), "฿": ("THB",), "บาท": ("THB",), "₱": ("PHP",),
    "₦": ("NGN",), "₾": ("GEL",),
    "zł": ("PLN",), "zl": ("PLN",), "kč": ("CZK",), "ft": ("HUF",), "lei": ("RON", "MDL"), "лв": ("BGN",),
        "kn": ("HRK",),
    "дин": ("RSD",), "rm": ("MYR",), "rp": ("IDR",), "r$": ("BRL",), "円": ("JPY",), "元": ("CNY", "TWD"),
    "¥": ("JPY", "CNY"),
    "￥": ("JPY", "CNY"), "us$": ("USD",), "ca$": ("CAD",), "c$": ("CAD",), "au$": ("AUD",), "a$": ("AUD",),
        "nz$": ("NZD",), "us $": ("USD",), "au $": ("AUD",), "ca $": ("CAD",), "c $": ("CAD",), "nz $": ("NZD",),
        "hk $": ("HKD",),
    "s $": ("SGD",), "mx $": ("MXN",), "nt $": ("TWD",),
    "hk$": ("HKD",), "nt$": ("TWD",), "s$": ("SGD",), "mx$": ("MXN",), "sfr": ("CHF",), "fr.": ("CHF",), "s/": ("PEN",),
    "kd": ("KWD",), "د.ك": ("KWD",), "ر.س": ("SAR",), "د.إ": ("AED",), "dhs": ("AED", "MAD"), "bd": ("BHD",),
    "¢": ("USD", "CAD", "AUD", "NZD"),
    "$": ("USD", "CAD", "AUD", "NZD", "MXN", "SGD", "HKD", "TWD", "CLP", "ARS", "COP", "UYU", "DOP", "BSD", "BBD",
    "JMD",
          "TTD", "XCD", "BND", "FJD", "NAD", "BZD", "GYD", "SRD", "KYD"),
    "€uro": ("EUR",), "euros": ("EUR",), "u$s": ("USD",), "usd$": ("USD",), "clp$": ("CLP",), "cop$": ("COP",),
    "ars$": ("ARS",), "mex$": ("MXN",), "cad$": ("CAD",), "cdn$": ("CAD",), "cdn $": ("CAD",), "pesos": ("MXN", "ARS",
    "CLP", "COP", "UYU"),
    "zł.": ("PLN",), "грн.": ("UAH",), "руб.": ("RUB",), "₽.": ("RUB",), "тг": ("KZT",), "тенге": ("KZT",),
    "сум": ("UZS",), "৳": ("BDT",), "₨": ("INR", "PKR", "LKR", "NPR"), "₲": ("PYG",),
    "₡": ("CRC",), "₭": ("LAK",), "₮": ("MNT",), "₼": ("AZN",), "֏": ("AMD",), "ден": ("MKD",),
    "aed": ("AED",), "ريال": ("SAR", "QAR", "OMR", "YER"), "درهم": ("AED", "MAD"), "دينار": ("KWD", "BHD", "JOD",
    "IQD"),
    "جنيه": ("EGP",), "ج.م": ("EGP",), "ر.ق": ("QAR",), "ر.ع": ("OMR",), "د.ب": ("BHD",), "د.ا": ("JOD",),
    "تومان": ("IRR",),
    "rub": ("RUB",), "ksh": ("KES",), "gh₵": ("GHS",), "₵": ("GHS",), "e£": ("EGP",),
    "kr": ("", "SEK", "NOK", "DKK", "ISK"), "rs": ("INR", "PKR", "LKR"), "r": ("", "ZAR"),
}  # fmt: skip
CODES = frozenset(list_currencies())
# Codes that shops still write though ISO 4217 has replaced them, or never had them -> what they mean today.
OLD_CODES = {
    "RUR": "RUB", "NTD": "TWD", "RMB": "CNY", "BYR": "BYN", "BYB": "BYN", "YTL": "TRY", "TRL": "TRY", "ROL": "RON",
    "BGL": "BGN",
    "UKP": "GBP", "STG": "GBP", "EURO": "EUR", "EUROS": "EUR", "UAK": "UAH", "MXP": "MXN", "PLZ": "PLN", "AZM": "AZN",
    "GHC": "GHS", "ZMK": "ZMW", "VEB": "VES", "VEF": "VES",
}  # fmt: skip
SPACES = " \u00a0\u2009\u202f"
APOSTROPHES = "'’‘ʼ`´′"
DIGIT_GROUPS = rf"(?:\d{{1,3}}(?:[{SPACES}]\d{{3}}(?!\d))+|\d+)(?:[.,{APOSTROPHES}]\d+)*"
"""Spaces stand between thousands alone: ``Size 42 59,00 €`` holds two numbers."""
AMOUNT = re.compile(
    rf"(?<![\d,])(?<!\d\.)(?<!(?<![^\W\d_])\.)({DIGIT_GROUPS})(?:[.,](?:[-–—]{{1,2}}|\*))?(?![\d%]|\s?折)"
)


def _alternatives(signs: list[str]) -> str:
    return "|".join(map(re.escape, sorted(signs, key=len, reverse=True)))


# Signs that begin with a letter begin a word; said once before all of them, so that most places fail at once.
SIGN = re.compile(
    r"(?:(?<![^\W\d_])|(?<=[千万萬천만]))(?<!\b[^\W\d_]\.)(?:(?:"
    + _alternatives([sign for sign in SIGNS if sign[0].isalpha() and not sign[-1].isalpha()])
    + ")|(?:"
    + _alternatives([sign for sign in SIGNS if sign[0].isalpha() and sign[-1].isalpha()])
    + r")(?![^\W\d_]))|"
    + _alternatives([sign for sign in SIGNS if not sign[0].isalpha()]),
    re.IGNORECASE,
)
# A code counts beside digits or alone: "ALL", "TOP", "TRY" and "CUP" are currencies as well as words.
CODE = re.compile(
    r"(?<![A-Za-z])([A-Z]{3})(?=[\s:.$]{0,3}\d)|(?<=[\d.,–-])\s?([A-Z]{3,4})(?![A-Za-z])|^\s*([A-Z]{3})\s*$"
)
SIGN_BEFORE = re.compile(rf"(?:{SIGN.pattern})\s?$", re.IGNORECASE)
SCALE = re.compile(
    rf"\s?({_alternatives(list(SCALES))})\.?(?=\s?(?:$|[^\w\s]|{SIGN.pattern}|[A-Z]{{3}}(?![^\W\d_])))", re.IGNORECASE
)
"""A word that multiplies the amount before it, with nothing behind it but a currency: ``1,2 jt``, ``12,9 тыс. ₽``."""
MINOR = re.compile(r"\s?(¢|(?<=\d)p(?:ence)?(?![^\W_])|cents?(?![^\W_]))", re.IGNORECASE)
"""Hundredths of a currency: ``99¢``, ``85p``, ``99 Cent``."""
MYRIADS = re.compile(r"(?<![\d.,])(\d{1,6})\s?[万萬만]\s?(\d{1,3}|\d,?\d{3})(?:\s?([千천]))?(?![\d.,%])")
"""Tens of thousands and what is above them: ``12만 9천``, ``1万2,800``."""
# "24€99": in French and Portuguese shops the sign stands in the place of the decimal point.
SIGN_FOR_POINT = re.compile(r"(\d)\s?([€£$])\s?(\d{2})(?![\d.,])")
GENERIC_DOMAINS = frozenset(
    ("co", "io", "me", "tv", "ai", "cc", "ly", "to", "gg", "fm", "sh", "eu", "la", "ws", "am", "im")
)
DOMAIN_TERRITORIES = {"uk": "GB"}
ARABIC_SIGNS = {0x066B: ".", 0x066C: ","}
"""The decimal and thousands signs of Arabic script."""
MAX_AMOUNT = Decimal(10) ** 10


@dataclass(frozen=True)
class Amount:
    """A sum as it is written; ``currency`` is an ISO 4217 code, or None where the text names none for sure."""

    value: Decimal
    currency: str | None


@lru_cache(maxsize=1024)
def territory_of(host: str, locale: str | None, named: str | None = None) -> str | None:
    """Return the ISO 3166 code that a host's country domain, or the region of a language tag, stands for.

    ``named`` is what the address names; it counts where the host is of no country. A language without a region counts
    only where CLDR's likely subtags give it one country (``sv`` -> SE) and it is not
    a language of many countries.
    """
    before, _, suffix = host.lower().rpartition(".")
    territories = get_global("territory_currencies")
    code = DOMAIN_TERRITORIES.get(suffix, suffix.upper())
    national = suffix not in GENERIC_DOMAINS or before.rpartition(".")[2] in ("com", "co")
    if national and len(suffix) == 2 and code in territories:
        return code
    if named in territories:
        return named
    parts = (locale or "").split("-")
    region = parts[-1].upper() if len(parts) > 1 else ""
    if region in territories:
        return region
    language = parts[0].lower()
    likely = get_global("likely_subtags").get(language, "").rpartition("_")[2]
    return likely if likely in territories and language not in ("en", "es", "fr", "pt", "de", "ar", "zh") else None


@lru_cache(maxsize=256)
def territory_currencies(territory: str | None) -> tuple[str, ...]:
    """Return the currencies that are paid with in a territory today."""
    return tuple(get_territory_currencies(territory)) if territory else ()


def currency_code(value: str) -> str | None:
    """Return ``value`` as an ISO 4217 code if it is one, in any case, or a sign that stands for one alone."""
    code = value.strip().upper()
    code = OLD_CODES.get(code, code)
    if code in CODES:
        return code
    named = SIGNS.get(value.strip().casefold(), ())
    return named[0] if len(named) == 1 else None


@lru_cache(maxsize=4096)
def currency_in(text: str, territory: str | None) -> str | None:
    """Return the code of the currency that ``text`` names by code or sign, or None."""
    for match in CODE.finditer(text):
        written = match[1] or match[2] or match[3]
        code = OLD_CODES.get(written, written)
        if code in CODES:
            return code
    for sign in SIGN.finditer(text):
        codes = SIGNS[sign[0].casefold()]
        local = next((code for code in territory_currencies(territory) if code in codes), None)
        if local or codes[0]:
            return local or codes[0]
    return None


def currencies_of(text: str) -> frozenset[str]:
    """Return the codes that the currency in ``text`` may stand for; none where it names none."""
    for match in CODE.finditer(text):
        written = match[1] or match[2] or match[3]
        if (code := OLD_CODES.get(written, written)) in CODES:
            return frozenset((code,))
    sign = SIGN.search(text)
    return frozenset(SIGNS[sign[0].casefold()]) - {""} if sign else frozenset()


def is_shared(text: str) -> bool:
    """Whether the currency's sign in ``text`` is that of several currencies, and no code stands there."""
    sign = SIGN.search(text)
    return sign is not None and len(SIGNS[sign[0].casefold()]) > 2 and not CODE.search(text)


def machine_amount(value: object, currency: str | None) -> Decimal | None:
    """Return the amount in a field meant for programs (JSON-LD ``price``, ``data-price``): a dot is the decimal sign.

    Shops do write ``1.299,00`` or ``$12.50`` there, so everything else is read as visible text is.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    raw = unicodedata.normalize("NFKC", str(value)).strip()[:64]
    if re.fullmatch(r"\d{1,12}(\.\d{1,12})?(e[+-]?\d{1,2})?", raw, re.IGNORECASE):
        minor = get_currency_precision(currency) if currency else 2
        if not (isinstance(value, str) and minor == 0 and re.fullmatch(r"\d{1,3}\.\d{3}", raw)):
            return _checked(raw)
    found = [] if raw.startswith("-") else amounts(raw, currency=currency)
    return found[0].value if len(found) == 1 else None


def amounts(
    text: str, *, territory: str | None = None, decimal: str | None = None, currency: str | None = None
) -> list[Amount]:
    """Return the amounts in a short visible text, in order.

    Args:
        territory: country of the page, for signs that several currencies share.
        decimal: the page's decimal sign; decides where the amount leaves it open and the currency has three decimals.
        currency: ISO code known from elsewhere, used where the text names none.
    """
    # Normalising makes a space and a combining accent of an acute accent that stands for an apostrophe.
    text = unicodedata.normalize("NFKC", text.replace("´", "'")).translate(ARABIC_SIGNS)
    text = MYRIADS.sub(_myriads, SIGN_FOR_POINT.sub(r"\1.\3 \2", text))
    code = currency_in(text, territory) or currency
    found = []
    for match in AMOUNT.finditer(text):
        value = _checked(_normal(match[1], (decimal or ".").translate(ARABIC_SIGNS), code))
        if value is not None:
            if value and (part := MINOR.match(text, match.end())) and not SIGN_BEFORE.search(text, 0, match.start()):
                own = code if part[1] == "¢" else "GBP" if part[1][0] in "pP" else _cents(code, decimal)
                if own is not None or part[1] == "¢":
                    value = value / 100 if code in (None, own) else value
                    found.append(Amount(value, own if code is None else code))
                    continue
            scale = SCALE.match(text, match.end()) if code else None
            found.append(Amount(_scaled(value, scale[1]) if scale else value, code))
    return found


def _cents(code: str | None, decimal: str | None) -> str | None:
    """Return the currency whose hundredths are called cents, where the page's decimal sign leaves one alone."""
    return code or ("EUR" if decimal == "," else None)


def _myriads(match: re.Match[str]) -> str:
    rest = int(match[2].replace(",", "")) * (1000 if match[3] else 1)
    return str(int(match[1]) * 10_000 + rest)


def _scaled(value: Decimal, word: str) -> Decimal:
    scaled = value * SCALES[word.casefold()]
    return scaled.quantize(Decimal(1)) if scaled == scaled.to_integral_value() else scaled


def _normal(digits: str, decimal: str, currency: str | None) -> str:
    """Return ``digits`` with a dot before the decimals and no other sign."""
    bare = re.sub(rf"[{APOSTROPHES}{SPACES}]", "", digits)
    signs = re.findall(r"[.,]", bare)
    if not signs:
        return bare
    last = signs[-1]
    whole, _, rest = bare.rpartition(last)
    if len(signs) > 1 and signs.count(last) > 1:
        is_decimal = False
    elif len(signs) > 1 or len(rest) != 3 or whole.strip("0") == "":
        is_decimal = True
    else:
        is_decimal = currency is not None and get_currency_precision(currency) == 3 and last == decimal
    whole = re.sub("[.,]", "", whole)
    return f"{whole}.{rest}" if is_decimal else whole + rest


def _checked(raw: str) -> Decimal | None:
    try:
        value = Decimal(raw)
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value < MAX_AMOUNT else None


@lru_cache(maxsize=128)
def decimal_sign(language: str | None) -> str:
    """Return the decimal sign that a language uses."""
    try:
        return get_decimal_symbol(Locale.parse(language or "en"))
    except (UnknownLocaleError, ValueError):
        return "."
