"""Pages and pictures from shops, over a guarded HTTP client, and saved pages from disk."""

from app.fetching.client import Challenged, Image, Page, fetch_data, fetch_image, fetch_page, fetch_sound
from app.fetching.files import read_page_file
from app.fetching.policy import FetchPolicy

__all__ = [
    "Challenged",
    "FetchPolicy",
    "Image",
    "Page",
    "fetch_data",
    "fetch_image",
    "fetch_page",
    "fetch_sound",
    "read_page_file",
]
