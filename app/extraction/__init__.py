"""From a product page's HTML to a ``Product``, each field with its evidence. Pure: no database, no network.

What reads is imported when it is asked for: its tables of words and patterns take a quarter of a second, and most
processes only want the ``results``, which a child tells them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from app.extraction.results import Explanation, Record

if TYPE_CHECKING:
    from app.extraction.bulk import extract_records
    from app.extraction.product import explain, extract

__all__ = ["Explanation", "Record", "explain", "extract", "extract_records"]
_READERS = {"explain": "product", "extract": "product", "extract_records": "bulk"}


def __getattr__(name: str) -> Any:
    if name not in _READERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_READERS[name]}"), name)
