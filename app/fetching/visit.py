"""What a visit of a page keeps and follows: cookies from one request to the next, and redirects in pages."""

import re
from collections.abc import Mapping
from email.message import Message
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import MappingProxyType
from typing import Any, cast
from urllib.request import Request

from app.extraction.scripts import split
from app.fetching.transport import Response

LONGEST_WAIT = 15.0
"""Seconds: a page that goes elsewhere later than this is a page."""
MAX_START = 50_000
"""Bytes of a page in which it may say where to go."""
MAX_COOKIE = 8_000
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
ELEMENT = re.compile(r"<meta\b[^<>]{0,2000}>", re.IGNORECASE)
KIND = re.compile(r"http-equiv\s{0,9}=\s{0,9}[\"']?\s{0,9}refresh", re.IGNORECASE)
CONTENT = re.compile(r"content\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
REFRESH = re.compile(
    r"\s{0,9}(\d{0,6}(?:\.\d{0,6})?)\s{0,9}[;,]\s{0,9}(?:url\s{0,9}=\s{0,9})?[\"']?([^\"'\s>]{1,2000})", re.IGNORECASE
)
"""Seconds and an address, as the HTML standard's "shared declarative refresh steps" read them."""


class Cookies:
    """The cookies of one visit. They are sent where a browser would send them, and kept nowhere."""

    def __init__(self) -> None:
        self._jar = CookieJar(DefaultCookiePolicy(strict_ns_domain=DefaultCookiePolicy.DomainStrictNonDomain))

    def headers(self, url: str) -> Mapping[str, str]:
        """Return the header that a request of ``url`` has, none where there are no cookies for it."""
        request = Request(url)
        self._jar.add_cookie_header(request)
        cookie = request.get_header("Cookie")
        return {"Cookie": cookie} if cookie and len(cookie) <= MAX_COOKIE else NO_HEADERS

    def keep(self, url: str, response: Response) -> None:
        """Keep what an answer to a request of ``url`` sets."""
        if response.set_cookies:
            self._jar.extract_cookies(cast(Any, _Answer(response.set_cookies)), Request(url))


class _Answer:
    """The part of an answer that the standard library's jar asks for."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self._message = Message()
        for line in lines:
            self._message["Set-Cookie"] = line

    def info(self) -> Message:
        return self._message


def refresh_of(response: Response) -> str | None:
    """Return the address to which an answer's ``Refresh`` header, or its page's ``meta`` element, leads soon."""
    said = response.headers.get("refresh", "")
    if not said and b"refresh" in response.body[:MAX_START].lower():
        # What stands in a comment, in a script or for browsers without scripts leads nowhere.
        start, _ = split(response.body[:MAX_START].decode("utf-8", "replace"))
        element = next((one[0] for one in ELEMENT.finditer(start) if KIND.search(one[0])), "")
        content = CONTENT.search(element)
        said = ((content[1] or content[2] or content[3] or "") if content else "").replace("&amp;", "&")
    match = REFRESH.match(said)
    if match is None:
        return None
    return match[2] if float(match[1].strip(".") or 0) <= LONGEST_WAIT else None
