"""Small helpers for text: cleaning, comparing, titles without the shop's name, tolerant reading of characters."""

import codecs
import html
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from app.extraction.flatten import flatten

INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[\ud800-\udfff]")
# An opening tag with a name that HTML has; "a < b" and "<3" are text.
MARKUP = re.compile(
    r"</?(?:p|br|div|span|b|i|u|em|strong|ul|ol|li|h[1-6]|table|tr|td|th|a|img|font|small|sup|sub|hr)\b", re.I
)
NO_WORD = re.compile(r"[\W_]+")
SQUEEZED = {code: chr(code).lower() if chr(code).isalnum() else None for code in range(128)}
"""``NO_WORD`` for ASCII, which needs no normalising."""
WORD = re.compile(r"\w+")
TITLE_SEPARATOR = re.compile(r"\s{1,9}[|–—·•»:-]{1,9}\s{1,9}|:\s{1,9}|\s{0,9}\|\s{0,9}")
META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s{0,20}=\s{0,20}[\"']?\s{0,20}([a-z0-9._:-]{2,40})", re.IGNORECASE
)
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
WEB_CODECS = frozenset(
    codecs.lookup(name).name
    for name in (
        "utf-8 utf-16 utf-16-le utf-16-be ascii ibm866 koi8-r koi8-u mac-roman mac-cyrillic cp874 gbk gb2312 gb18030 "
        "big5 big5hkscs euc-jp iso-2022-jp shift_jis cp932 euc-kr cp949 "
        + " ".join(f"iso8859-{part}" for part in range(1, 17) if part != 12)
        + " "
        + " ".join(f"cp125{part}" for part in range(9))
    ).split()
)
"""Those of the Encoding Standard, by Python's names."""
BLOCKS = "p, br, li, div, tr, h1, h2, h3, h4, h5, h6, td, th, dt, dd"


def clean(value: str) -> str:
    """Return ``value`` on one line: Unicode NFC, single spaces, no invisible characters."""
    value = value.strip()
    if not value.isprintable():
        value = INVISIBLE.sub("", value)
    if not value.isascii():
        value = unicodedata.normalize("NFC", value)
    return " ".join(value.split())


def plain(value: str) -> str:
    """Return the text of ``value``, which may hold entities or markup, once or twice escaped, on one line."""
    text: str = html.unescape(html.unescape(value))
    if "<" not in text or not MARKUP.search(text):
        return clean(text)
    tree = LexborHTMLParser(encodable(flatten(text)))
    tree.strip_tags(["script", "style"])
    for block in tree.css(BLOCKS):
        block.insert_before(" ")
        block.insert_after(" ")
    return clean(tree.body.text() if tree.body is not None else "")


def unescaped(value: str) -> str:
    """Return a text without the entities that were escaped twice (``Oak &amp;amp; ash`` in the source)."""
    return html.unescape(value) if "&" in value and ";" in value else value


def encodable(value: str) -> str:
    """Return ``value`` without lone surrogates, which no UTF-8 text can hold."""
    return value.encode("utf-8", "replace").decode("utf-8")


def squeeze(value: str) -> str:
    """Return the letters and digits of ``value`` in one case, for comparing."""
    if value.isascii():
        return value.translate(SQUEEZED)
    return NO_WORD.sub("", unicodedata.normalize("NFKC", value).casefold())


def words(value: str) -> set[str]:
    """Return the distinct words of ``value`` in one case."""
    return set(WORD.findall(unicodedata.normalize("NFKC", value).casefold()))


def unaccented(value: str) -> str:
    """Return ``value`` without accents (``ulošci`` -> ``ulosci``)."""
    if value.isascii():
        return value
    return "".join(one for one in unicodedata.normalize("NFKD", value) if not unicodedata.combining(one))


def overlap(a: str, b: str) -> float:
    """Return how much of the shorter text's words stand in the other one, 0..1."""
    left, right = words(a), words(b)
    return len(left & right) / min(len(left), len(right)) if left and right else 0.0


def host_name(url: str | None) -> str:
    """Return the host of ``url`` without ``www.``, or ``""`` where there is none."""
    try:
        return (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def without_shop(title: str, shops: Iterable[str]) -> str:
    """Return ``title`` without leading or trailing parts that name the shop (``Mug | Acme`` or ``Acme.com: Mug``)."""
    names = {key for key in map(squeeze, shops) if len(key) > 1}

    def names_shop(part: str) -> bool:
        key = squeeze(part)
        return key in names or (len(key) > 3 and any(key.startswith(name) or name.startswith(key) for name in names))

    while True:
        separators = list(TITLE_SEPARATOR.finditer(title))
        if not separators:
            return title.strip()
        if names_shop(title[separators[-1].end() :]):
            title = title[: separators[-1].start()]
        elif names_shop(title[: separators[0].start()]):
            title = title[separators[0].end() :]
        else:
            return title.strip()


def decode(data: bytes, charset: str | None = None) -> str:
    """Return ``data`` as text.

    The order is that of the HTML standard's sniffing: byte order mark, the transport's ``charset``, the page's own
    ``<meta charset>`` in the first kilobytes, then UTF-8, and Windows-1252 where it is not valid UTF-8.
    """
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    named = META_CHARSET.search(data[:4096])
    # A meta element that can be read byte by byte does not stand in UTF-16, whatever it says.
    own: str | None = named[1].decode("ascii").lower().replace("utf-16", "utf-8") if named else None
    for encoding in filter(None, (charset, own)):
        if _is_text_codec(encoding):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _is_text_codec(encoding: str) -> bool:
    # Python has more than the web: some take the square of the length, or make text that can't be written.
    try:
        return codecs.lookup(encoding).name in WEB_CODECS
    except (LookupError, ValueError):
        return False
