"""The kinds of files that are read, for those who only name them: without what reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from app.errors import InvalidInput

Kind = Literal["html", "jsonld", "ndjson", "csv", "xml", "warc", "urls"]
SUFFIXES: dict[str, Kind] = {
    ".html": "html",
    ".htm": "html",
    ".mhtml": "html",
    ".mht": "html",
    ".webarchive": "html",
    ".json": "jsonld",
    ".jsonld": "jsonld",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".csv": "csv",
    ".tsv": "csv",
    ".xml": "xml",
    ".rss": "xml",
    ".atom": "xml",
    ".warc": "warc",
    ".txt": "urls",
}


def kind_of(path: Path) -> Kind:
    """Return the kind of feed that a file's name tells.

    Raises:
        InvalidInput: it tells none.
    """
    name = path.name.lower().removesuffix(".gz")
    kind = SUFFIXES.get(Path(name).suffix)
    if kind is None:
        raise InvalidInput(f"{path}: the name tells no kind of data ({', '.join(SUFFIXES)}); give --kind")
    return kind
