"""Pages as browsers save them: the address in a comment, MHTML and Safari's archives with all parts in one file."""

import plistlib
import re
from email import message_from_bytes
from email.message import Message
from email.policy import HTTP

from app.errors import InvalidInput
from app.extraction.text import decode

HEADER = re.compile(rb"\s{0,99}[A-Za-z-]{2,40}:")
RELATED = re.compile(rb"content-type:\s{0,9}multipart/related", re.IGNORECASE)
ADDRESSES = (
    re.compile(r"<!-- saved from url=\(\d{4}\)(https?://[^\s>]{4,2000})", re.IGNORECASE),
    re.compile(r"<!--[^>]{0,200}?Page saved with SingleFile\s+url:\s{0,9}(https?://[^\s>]{4,2000})", re.IGNORECASE),
    re.compile(r"<!-- Mirrored from (\w[^\s>]{4,2000}) by HTTrack", re.IGNORECASE),
    re.compile(r"<meta name=[\"']?savepage-url[\"']? content=[\"']?(https?://[^\s>\"']{4,2000})", re.IGNORECASE),
)
"""What browsers ("complete", "HTML only"), SingleFile, HTTrack and Save Page WE write at the beginning."""
WEB_ARCHIVE = (b"bplist00", b"<?xml")
MAX_START = 5_000
MAX_PARTS = 2_000


def saved_page(data: bytes) -> tuple[str, str | None]:
    """Return a saved page's HTML, and the address that it was saved from if the file says so.

    Raises:
        InvalidInput: it is MHTML or a web archive without a page in it.
    """
    if HEADER.match(data) and RELATED.search(data, 0, MAX_START):
        return _from_mhtml(data)
    if data.startswith(WEB_ARCHIVE) and b"WebMainResource" in data:
        return _from_web_archive(data)
    page = decode(data)
    named = next((match[1] for one in ADDRESSES if (match := one.search(page, 0, MAX_START))), None)
    return page, named if named is None or named.startswith("http") else f"https://{named}"


def _from_web_archive(data: bytes) -> tuple[str, str | None]:
    """Read what Safari saves: a property list with the page and its parts."""
    try:
        archive = plistlib.loads(data)
        main = archive["WebMainResource"]
        content, charset, url = (main.get(f"WebResource{name}") for name in ("Data", "TextEncodingName", "URL"))
    except Exception as error:
        # A list that somebody wrote by hand makes the standard library raise errors of many kinds.
        raise InvalidInput("the web archive is broken") from error
    if not isinstance(content, bytes):
        raise InvalidInput("the archive holds no page")
    named = url if isinstance(url, str) and url.startswith(("http://", "https://")) else None
    return decode(content, charset if isinstance(charset, str) else None), named


def _from_mhtml(data: bytes) -> tuple[str, str | None]:
    message = message_from_bytes(data, policy=HTTP)
    for _, part in zip(range(MAX_PARTS), message.walk(), strict=False):
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                return decode(content, part.get_content_charset()), _address(message, part)
    raise InvalidInput("the archive holds no page")


def _address(message: Message, part: Message) -> str | None:
    for value in (message.get("Snapshot-Content-Location"), part.get("Content-Location")):
        if value and str(value).strip().startswith(("http://", "https://")):
            return str(value).strip()
    return None
