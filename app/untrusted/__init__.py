"""What strangers wrote is read here: pages, feeds, archives and texts, in child processes with limits."""

from app.untrusted.kinds import Kind, kind_of
from app.untrusted.process import PageReading, Row, analyze_words, read_brand, read_feed, read_page

__all__ = ["Kind", "PageReading", "Row", "analyze_words", "kind_of", "read_brand", "read_feed", "read_page"]
