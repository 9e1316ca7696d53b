"""Pictures of the product on the visible page, and which addresses show one picture in several sizes."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborNode

from app.extraction import text
from app.extraction.document import Document
from app.extraction.layout import PICTURE, Block, Layout

LARGE_SOURCES = ("data-zoom-image", "data-large-image", "data-large_image", "data-full", "data-old-hires")
SAVED_SOURCES = ("data-sf-original-", "data-savepage-")
"""Beginnings of the attributes in which SingleFile and Save Page WE keep the address of what they put in the page."""
SOURCES = ("data-src", "data-lazy-src", "data-lazy", "data-original", *(f"{one}src" for one in SAVED_SOURCES), "src")
SETS = ("srcset", "data-srcset", *(f"{one}srcset" for one in SAVED_SOURCES))
SIZED_SOURCE = re.compile(r"data-(?:lazy-?)?(?:src|image|img)[-_]?(\d{2,4})[wx]?")
"""``data-src-1440``: an attribute for each width."""
TEMPLATE = re.compile(r"\{|%7b", re.IGNORECASE)
GALLERY = re.compile(
    r"gallery|product-?image|product-media|product__media|main-?image|zoom|slide|photo|carousel|thumb|galer"
)
LIGHTBOX = re.compile(r"fancybox|light-?box|magnific|photoswipe|zoom|gallery|swipebox|glightbox|prettyphoto")
HERO = re.compile(r"hero|cover|visual|packshot|main-?(?:pic|img|media)|media|figure|product")
NO_PICTURE = re.compile(
    r"logo|icon|sprite|payment|placeholder|pixel|spacer|loading|spinner|blank|avatar|badge|flag|banner|\.svg|\.gif|"
    r"no[-_]?(?:image|photo|picture)\.|og[-_]?(?:image|default|share)\.|(?:default|social|share)[-_](?:image|share)\.|"
    r"(?<![a-z])(?:visa|mastercard|master-card|maestro|paypal|klarna|amex|american-express|apple-?pay|google-?pay|ideal|"
    r"sofort|giropay|trusted-?shops|trustpilot)(?![a-z])|/(?:brands?|manufacturers?|vendors?|marken|marques|marcas)/"
)
MIN_SIDE = 120
HERO_SIDE = 250
MAX_PICTURES = 30
MOST_LOOKED_AT = 400
MOST_SOURCES = 10
BESIDE_TITLE = 1500
PLAIN = 1000
"""Pixels that an address without a size counts for."""
WORDS = {
    "thumb": 100, "thumbnail": 100, "thumbs": 100, "thumbnails": 100, "mini": 100, "tiny": 60, "cart": 150,
    "preview": 200, "small": 250, "compact": 250, "medium": 500, "listing": 400, "home": 400, "normal": 600,
    "thickbox": 800, "fullxfull": 3000,
    "detail": 800, "large": 1200, "grande": 1200, "big": 1200, "zoom": 1500, "xlarge": 1500, "full": 2000,
    "original": 3000, "orig": 3000, "master": 3000,
}  # fmt: skip
"""Names of sizes -> about how many pixels they have."""
_NAMED = "|".join(sorted(WORDS, key=len, reverse=True))
_SIZE = rf"(?:\d{{2,4}}x(?:\d{{0,4}}|n)|x\d{{2,4}}|\d{{2,4}}(?:w|px)|(?:{_NAMED})(?:[-_](?:default|image|size))?)"
FOLDER = re.compile(
    rf"(?:(?:thumb|resize|fit|crop|scale|size|max)?[-_]?{_SIZE}(?:[-_@](?:\d|crop|fit)\w{{0,12}})?"
    r"|(?:[a-z]{1,3}_[\w.:!-]{1,40})(?:,[a-z]{1,3}_[\w.:!-]{1,40}){0,12}|s-l\d{2,4}|w\d{2,4}|h\d{2,4}"
    r"|tr:[a-z]{1,4}-[\w.]{1,20}(?:,[a-z]{1,4}-[\w.]{1,20}){0,12})"
)
"""A folder that is a size alone, or a list of transformations: ``800x800``, ``w_200,h_200``."""
NUMBERED_FOLDER = re.compile(rf"(\d{{1,9}})[-_]({_SIZE}\w{{0,20}})")
"""``44170-large_default``: the picture's number with its size."""
IN_NAME = re.compile(
    r"\.(?:jpe?g|png|webp)_\d{2,4}x\d{2,4}\w{0,12}(?=\.)|@\dx(?=\.)|=[swh]\d{2,4}(?:-[a-z]{1,2}\d{0,4}){0,6}$|"
    rf"[-_.@](?:{_SIZE})(?:_crop_\w{{1,10}})?(?:@\dx)?(?=[-_.])|[-_]\d{{3,4}}-0(?=\.)|(?<=il_){_SIZE}(?=\.)"
    r"|\._[a-z]{2}[a-z0-9_,-]{2,80}_(?=\.)|(?<=/)s-l\d{2,4}(?=\.)",
)
NUMBERS = re.compile(r"\d{2,4}")
NAMES = re.compile(rf"(?<![a-z])(?:{_NAMED})(?![a-z])")
SIZE_PARAMETER = re.compile(
    r"(?:^|&)(?:w|h|width|height|size|sw|sh|q|quality|imwidth|wid|hei|fit|v|f|fmt|format|auto|dpr|im|op|impolicy|preset|"
    r"bg|crop|resize|odnwidth|odnheight|odnbg)=[^&]*|\$[\w-]{1,40}\$"
)


def pictures(layout: Layout) -> list[str]:
    """Return the addresses of large pictures, those in a gallery first, then those whose text names the product.

    Where there are none, the one large picture beside the title is the product's.
    """
    ranked = []
    heroes = []
    name = layout.title_text or layout.document.title_tag
    for order, block in enumerate(
        [one for one in layout.blocks if one.tag == "img" or (one.tag == "a" and _opens(one))][:MOST_LOOKED_AT]
    ):
        if block.tag == "a":
            link = layout.document.absolute(block.node.attributes.get("href") or "")
            if link and not is_no_picture(link) and layout.from_title(block.start) is not None:
                ranked.append((True, True, order, link))
            continue
        in_gallery = any(GALLERY.search(one.marks) for one in block.around(3) if one.marks)
        named = text.overlap(block.node.attributes.get("alt") or "", name) >= 0.5
        if layout.in_card(block):
            continue
        holder = next((one for one in block.around(3) if one.tag == "a"), None)
        whole = (holder.node.attributes.get("href") or "") if holder is not None else ""
        whole = (layout.document.absolute(whole) or "") if PICTURE.search(whole) else ""
        url = _picture(layout.document, block.node)
        if url is None and _written_in(block.node):
            url = whole if whole and not is_no_picture(whole) else _other_source(layout.document, block)
        if url is None:
            continue
        url = whole or url
        if in_gallery or named:
            ranked.append((not (in_gallery and named), not named, order, url))
        elif not ranked and _is_hero(layout, block):
            heroes.append(url)
    if not ranked and len({picture_key(one) for one in heroes}) == 1:
        return heroes[:1]
    return [url for *_, url in sorted(ranked)][:MAX_PICTURES]


def _written_in(node: LexborNode) -> bool:
    """Whether a picture's bytes stand in the page itself, as those do that wait for the real one."""
    return (node.attributes.get("src") or "").startswith("data:")


def _other_source(document: Document, block: Block) -> str | None:
    """Return the address in the sources beside such a picture, if it has some."""
    holder = block.parent
    if holder is None or holder.tag != "picture":
        return None
    found = (_picture(document, node) for node in holder.node.css("source")[:MOST_SOURCES])
    return next(filter(None, found), None)


def _opens(block: Block) -> bool:
    """Whether the link opens a picture over the page."""
    return (
        not block.link
        and LIGHTBOX.search(block.marks) is not None
        and bool(PICTURE.search(block.node.attributes.get("href") or ""))
    )


def _is_hero(layout: Layout, block: Block) -> bool:
    """Whether a picture stands beside the title, large, or in a block that is called the page's picture."""
    away = layout.from_title(block.start)
    if away is None or abs(away) > BESIDE_TITLE or block.link:
        return False
    sides = _sides(block.node)
    return bool(sides and max(sides) >= HERO_SIDE) or (
        not sides and any(HERO.search(one.marks) for one in block.around(2) if one.marks)
    )


def _sides(node: LexborNode) -> list[int]:
    attributes = node.attributes
    return [
        int(side) for name in ("width", "height") if (side := attributes.get(name) or "").isdecimal() and len(side) < 6
    ]


def _picture(document: Document, node: LexborNode) -> str | None:
    sides = _sides(node)
    if sides and max(sides) < MIN_SIDE:
        return None
    for link in _links(node.attributes):
        if not TEMPLATE.search(link) and (url := document.absolute(link)):
            return None if is_no_picture(url) else url
    return None


def is_no_picture(url: str) -> bool:
    """Whether an address is that of a badge, a logo or a filler; hosts may be called anything."""
    return NO_PICTURE.search(urlsplit(url.lower()).path) is not None


def _links(attributes: dict[str, str | None]) -> Iterator[str]:
    """Yield the addresses in a picture's attributes, the largest first."""
    yield from (attributes.get(name) or "" for name in LARGE_SOURCES)
    yield from (_largest(attributes.get(name) or "") for name in SETS)
    sized = [(int(match[1]), value) for name, value in attributes.items() if (match := SIZED_SOURCE.fullmatch(name))]
    yield from (value or "" for _, value in sorted(sized, key=lambda one: -one[0]))
    yield from (attributes.get(name) or "" for name in SOURCES)


def _largest(srcset: str) -> str:
    """Return the address with the largest width or density in a ``srcset``."""
    entries = [entry.split() for entry in re.split(r",\s+", srcset.strip()) if entry.split()]

    def size(entry: list[str]) -> float:
        match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)[wx],?", entry[-1])
        return float(match[1]) if match else 0.0

    return max(entries, key=size)[0] if entries else ""


def unique(links: Iterable[str]) -> list[str]:
    """Return one address for each picture, in the order of ``links``: the largest of those that show it."""
    largest: dict[str, tuple[int, str]] = {}
    for link in dict.fromkeys(links):
        key, pixels = picture_key(link), _pixels(link)
        if key not in largest or pixels > largest[key][0]:
            largest[key] = (pixels, link)
    return [link for _, link in largest.values()]


@lru_cache(maxsize=4096)
def picture_key(link: str) -> str:
    """Return what the addresses of one picture in several sizes share."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return link
    folders = unquote(parts.path).lower().split("/")
    name = folders.pop() if folders else ""
    kept = [NUMBERED_FOLDER.sub(r"\1", one) for one in folders if not FOLDER.fullmatch(one)]
    bare = IN_NAME.sub("", f"/{name}")
    # What is asked of a file is how it is sent; of another address, it may be which one.
    query = "" if PICTURE.search(name) else SIZE_PARAMETER.sub("", parts.query)
    return f"{parts.netloc}{'/'.join(kept)}{bare}?{query}"


def _pixels(link: str) -> int:
    """Return about how many pixels the picture at an address has on a side, from the sizes in it."""
    parts = urlsplit(link)
    path = unquote(parts.path).lower()
    folders = path.split("/")[:-1]
    said = [one for one in folders if FOLDER.fullmatch(one)]
    said += [match[2] for one in folders if (match := NUMBERED_FOLDER.fullmatch(one))]
    said += [match[0] for match in IN_NAME.finditer("/" + path.rpartition("/")[2])]
    said += [
        match[0].partition("=")[2] or match[0] for match in SIZE_PARAMETER.finditer(parts.query) if "q=" not in match[0]
    ]
    sizes = [int(number) for one in said for number in NUMBERS.findall(one)]
    sizes += [WORDS[name] for one in said for name in NAMES.findall(one.replace("_", "-"))]
    return max(sizes, default=PLAIN)
