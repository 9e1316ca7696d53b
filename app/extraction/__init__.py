"""From a product page's HTML to a ``Product``, each field with its evidence. Pure: no database, no network."""

from app.extraction.bulk import Record, extract_records
from app.extraction.product import Explanation, explain, extract

__all__ = ["Explanation", "Record", "explain", "extract", "extract_records"]
