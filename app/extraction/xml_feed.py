"""Feeds in XML (RSS and Atom, as Google Merchant Center takes them), item by item."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

from app.errors import InvalidInput

ITEMS = frozenset(("item", "entry"))
CHUNK = 1 << 16
MAX_CELL = 100_000
MAX_CELLS = 2_000


def items(source: BinaryIO) -> Iterator[list[tuple[str, str]]]:
    """Yield each item's elements as pairs of a name without its prefix and a text; what is nested in them is left out.

    Raises:
        InvalidInput: from here on it is no XML, or it declares entities, which no feed needs and attacks do.
    """
    reader = _Reader()
    last = False
    chunk = source.read(CHUNK)
    if chunk.startswith((BOM_UTF8, b"\n", b"\r", b" ")):
        # Shops' systems write an empty line before the feed, which XML does not allow.
        chunk = chunk.removeprefix(BOM_UTF8).lstrip()
    while not last:
        last = not chunk
        broken = reader.parse(chunk, last)
        yield from reader.taken()
        chunk = source.read(CHUNK)
        if broken:
            raise InvalidInput(f"the XML is broken: {broken}")


class _Reader:
    """Holds one item at a time, and no tree."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.EntityDeclHandler = self._entity
        self._parser.buffer_text = True
        self._done: list[list[tuple[str, str]]] = []
        self._cells: list[tuple[str, str]] | None = None
        """Of the item under reading; None: between items."""
        self._depth = 0
        """Within the item; its own elements stand at 1."""
        self._pieces: list[str] = []
        self._size = 0

    def parse(self, chunk: bytes, last: bool) -> str | None:
        """Parse what comes next; return what is wrong with it, None if nothing is."""
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            return str(error)
        return None

    def taken(self) -> list[list[tuple[str, str]]]:
        """Return the items that were whole since the last call."""
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._cells is None:
            if _bare(name) in ITEMS:
                self._cells, self._depth = [], 0
            return
        self._depth += 1
        if self._depth == 1:
            # Atom has its links in an attribute.
            link = attributes.get("href", "") if _bare(name) == "link" else ""
            self._pieces, self._size = [link], len(link)

    def _end(self, name: str) -> None:
        if self._cells is None:
            return
        if self._depth == 0:
            self._done.append(self._cells)
            self._cells = None
        elif self._depth == 1 and len(self._cells) < MAX_CELLS:
            self._cells.append((_bare(name), "".join(self._pieces)))
        self._depth -= 1

    def _text(self, data: str) -> None:
        if self._depth == 1 and self._cells is not None and self._size < MAX_CELL:
            self._pieces.append(data)
            self._size += len(data)

    def _entity(self, *declared: object) -> None:
        raise InvalidInput("the XML declares entities of its own, which is not read")


def _bare(name: str) -> str:
    """Return an element's name without its prefix, which feeds forget to declare."""
    return name.rpartition(":")[2].lower()
