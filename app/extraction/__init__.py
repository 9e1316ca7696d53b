"""From a product page's HTML to a ``Product``, each field with its evidence. Pure: no database, no network."""

from app.extraction.bulk import Record, extract_records
from app.extraction.product import extract

__all__ = ["Record", "extract", "extract_records"]
