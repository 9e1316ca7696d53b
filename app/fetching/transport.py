"""One HTTP exchange over libcurl, pinned to a checked address, with limits on time and bytes; no redirects."""

import asyncio
import os
import re
import socket
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from types import MappingProxyType

from curl_cffi import AsyncCurl, Curl, CurlECode, CurlError, CurlInfo, CurlOpt

from app.errors import WorkFailed
from app.fetching.guard import Target
from app.fetching.policy import TICK, FetchPolicy
from app.models import to_utc, utc_now

BROWSER = "chrome146"
"""Shops turn away clients whose TLS and header order are not a browser's."""
ENCODINGS = "gzip, deflate, br, zstd"
MAX_HEADER_BYTES = 256_000
"""Of all headers of an exchange, interim answers included. Chromium's own limit for one answer."""
MAX_ANSWER_BYTES = 100_000
"""Of the answer to what is posted, of which the status alone counts."""
MAX_COOKIES = 100
INFLATED = ("gzip", "x-gzip", "deflate")
MAX_RETRY_AFTER = 900.0
"""Seconds: a server that asks for a longer break is asked again sooner; the number of retries is bounded."""
# libcurl's causes in plain words; these may pass, all others won't.
PASSING = {
    CurlECode.COULDNT_CONNECT: "the connection was refused or could not be made",
    CurlECode.OPERATION_TIMEDOUT: "no answer in time",
    CurlECode.GOT_NOTHING: "the server closed the connection without an answer",
    CurlECode.RECV_ERROR: "the connection broke",
    CurlECode.SEND_ERROR: "the connection broke",
    CurlECode.PARTIAL_FILE: "the connection broke before the end",
    CurlECode.HTTP2: "the connection broke",
    CurlECode.HTTP2_STREAM: "the connection broke",
    CurlECode.COULDNT_RESOLVE_PROXY: "the proxy's name can't be resolved",
    CurlECode.PROXY: "the proxy did not make the connection",
    CurlECode.SSL_CONNECT_ERROR: "the secure connection could not be made",
}
LASTING = {
    CurlECode.PEER_FAILED_VERIFICATION: "its certificate is not valid",
    CurlECode.BAD_CONTENT_ENCODING: "its content encoding is broken",
    CurlECode.TOO_LARGE: "its headers are too large",
    CurlECode.WEIRD_SERVER_REPLY: "it does not speak HTTP",
    CurlECode.UNSUPPORTED_PROTOCOL: "it does not speak HTTP",
}


def media_type_of(content_type: str) -> str:
    """Return the media type of a Content-Type header alone, in lower case, or ``""``."""
    return content_type.partition(";")[0].strip().lower()


def charset_of(content_type: str) -> str | None:
    """Return the charset that a Content-Type header names, in lower case."""
    message = Message()
    message["content-type"] = content_type
    return message.get_content_charset()


@dataclass(frozen=True)
class Response:
    """An answer; ``headers`` by lower-case name, the last one of each; ``set_cookies`` are all of their kind."""

    status: int
    headers: dict[str, str]
    body: bytes
    set_cookies: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The media type alone, in lower case, or ``""``."""
        return media_type_of(self.headers.get("content-type", ""))

    @property
    def charset(self) -> str | None:
        return charset_of(self.headers.get("content-type", ""))

    @property
    def retry_after(self) -> float | None:
        """Seconds of the break that the server asks for (RFC 9110 section 10.2.3), bounded; None: it asks for none."""
        value = self.headers.get("retry-after", "")
        if value.isascii() and value.isdecimal():
            return min(MAX_RETRY_AFTER, float(value[:9]))
        try:
            date = parsedate_to_datetime(value)
        except ValueError:
            return None
        return min(MAX_RETRY_AFTER, max(0.0, (to_utc(date) - utc_now()).total_seconds()))


def exchange(
    target: Target,
    policy: FetchPolicy,
    *,
    accept: str,
    limit: int,
    deadline: float,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    """Ask for ``target``; once more, where the answer's encoding is one that browsers don't mind.

    Some servers name a charset as the content encoding, or send more after the end of what is compressed.

    Args:
        accept: the media types of the Accept header.
        limit: bytes of the decoded body.
        headers: more headers of the request.
        deadline: ``time.monotonic()`` after which the exchange ends.

    Raises:
        WorkFailed: no answer (retryable where it may pass), a body or headers over the limit, or an answer from an
            address that was not checked.
        Exception: what ``policy.go_on`` raises; the connection is closed then.
    """
    try:
        return _exchange(target, policy, accept, limit, deadline, headers, decoded=True)
    except _BadEncoding:
        return _exchange(target, policy, accept, limit, deadline, headers, decoded=False)


def post(target: Target, policy: FetchPolicy, body: bytes, *, headers: Mapping[str, str], deadline: float) -> int:
    """Send ``body`` to ``target`` in the service's own name, not a browser's; return the status of the answer.

    Args:
        headers: all headers of the request beside those that HTTP needs.
        deadline: ``time.monotonic()`` after which the exchange ends.

    Raises:
        WorkFailed: no answer (retryable where it may pass), or one that is longer than anybody reads.
        Exception: what ``policy.go_on`` raises; the connection is closed then.
    """
    policy.go_on()
    if (left := deadline - time.monotonic()) <= 0:
        raise WorkFailed(f"{target.shown}: no answer in time", retryable=True)
    curl = Curl()
    options = _way(target, policy, left) | {
        CurlOpt.URL: target.url,
        CurlOpt.FOLLOWLOCATION: 0,
        CurlOpt.HTTP09_ALLOWED: 0,
        CurlOpt.POSTFIELDSIZE: len(body),
        CurlOpt.POSTFIELDS: body,
        CurlOpt.HTTPHEADER: [f"{name}: {value}".encode("latin-1", "replace") for name, value in headers.items()],
        CurlOpt.HEADERFUNCTION: _collect(bytearray(), target, MAX_HEADER_BYTES, "its headers are "),
        CurlOpt.WRITEFUNCTION: _collect(bytearray(), target, MAX_ANSWER_BYTES),
    }
    try:
        for option, value in options.items():
            curl.setopt(option, value)
        asyncio.run(_perform(curl, policy.go_on))
        _check_peer(curl, target, policy)
        return int(str(curl.getinfo(CurlInfo.RESPONSE_CODE)))
    except CurlError as error:
        raise _failure(target, error) from None
    finally:
        curl.close()


class _BadEncoding(WorkFailed):
    """libcurl can't decode the answer."""


def _exchange(
    target: Target,
    policy: FetchPolicy,
    accept: str,
    limit: int,
    deadline: float,
    headers: Mapping[str, str],
    *,
    decoded: bool,
) -> Response:
    policy.go_on()
    left = deadline - time.monotonic()
    if left <= 0:
        raise WorkFailed(f"{target.shown}: no answer in {policy.total_seconds:g} s", retryable=True)
    body, head = bytearray(), bytearray()
    write, header = _collect(body, target, limit), _collect(head, target, MAX_HEADER_BYTES, "its headers are ")
    curl = Curl()
    try:
        curl.impersonate(BROWSER)
        for option, value in _options(target, policy, {"Accept": accept, **headers}, left, header, write).items():
            curl.setopt(option, value)
        if not decoded:
            curl.setopt(CurlOpt.ACCEPT_ENCODING, "gzip, deflate")
            curl.setopt(CurlOpt.HTTP_CONTENT_DECODING, 0)
        asyncio.run(_perform(curl, policy.go_on))
        status = int(str(curl.getinfo(CurlInfo.RESPONSE_CODE)))
        _check_peer(curl, target, policy)
    except CurlError as error:
        raise _failure(target, error) from None
    finally:
        curl.close()
    sent = _last_headers(bytes(head).splitlines())
    found = dict(sent)
    whole = bytes(body) if decoded else _decoded(bytes(body), found.get("content-encoding", ""), target, limit)
    return Response(status, found, whole, _set_cookies(sent))


@contextmanager
def connection(target: Target, policy: FetchPolicy) -> Iterator[socket.socket]:
    """Connect to ``target``, by the policy's proxy if it has one, and yield the socket.

    Raises:
        WorkFailed: there is no connection to be had, or it leads to an address that was not checked.
    """
    curl = Curl()
    try:
        options = _way(target, policy, policy.connect_seconds) | {
            # TLS is the browser's own business.
            CurlOpt.URL: f"http://{f'[{target.host}]' if ':' in target.host else target.host}:{target.port}/",
            CurlOpt.CONNECT_ONLY: 1,
            CurlOpt.HTTPPROXYTUNNEL: int(policy.proxy is not None),
        }
        for option, value in options.items():
            curl.setopt(option, value)
        curl.perform()
        _check_peer(curl, target, policy)
        number = int(str(curl.getinfo(CurlInfo.ACTIVESOCKET)))
        with socket.socket(fileno=os.dup(number)) as made:
            yield made
    except CurlError as error:
        raise _failure(target, error) from None
    finally:
        curl.close()


async def _perform(curl: Curl, go_on: Callable[[], None]) -> None:
    """Let libcurl work, and ask ``go_on`` at every tick: its blocking interface would not come back before the end."""
    multi = AsyncCurl()
    try:
        done = multi.add_handle(curl)
        while not (await asyncio.wait({done}, timeout=TICK))[0]:
            go_on()
        done.result()
    finally:
        await multi.close()


def _check_peer(curl: Curl, target: Target, policy: FetchPolicy) -> None:
    """Trust no pin without a look: an answer counts only if it came from a checked address."""
    if policy.proxy is not None:
        return  # the proxy is the peer, and looks names up itself
    peer = curl.getinfo(CurlInfo.PRIMARY_IP)
    address = peer.decode() if isinstance(peer, bytes) else str(peer)
    if not address or ip_address(address) not in map(ip_address, target.addresses):
        raise WorkFailed(f"{target.shown}: the answer came from {address or 'nowhere'}, an address that is not checked")


def _collect(kept: bytearray, target: Target, limit: int, what: str = "") -> Callable[[bytes], int]:
    def write(chunk: bytes) -> int:
        if len(kept) + len(chunk) > limit:
            raise WorkFailed(f"{target.shown}: {what}larger than the limit of {limit / 1e6:g} MB")
        kept.extend(chunk)
        return len(chunk)

    return write


def _options(
    target: Target,
    policy: FetchPolicy,
    headers: Mapping[str, str],
    left: float,
    header: Callable[[bytes], int],
    write: Callable[[bytes], int],
) -> dict[CurlOpt, object]:
    return _way(target, policy, left) | {
        CurlOpt.URL: target.url,
        CurlOpt.FOLLOWLOCATION: 0,
        CurlOpt.HTTP09_ALLOWED: 0,
        CurlOpt.ACCEPT_ENCODING: ENCODINGS,
        # What a server sent as a condition goes back to it as it came.
        CurlOpt.HTTPHEADER: [f"{name}: {value}".encode("latin-1", "replace") for name, value in headers.items()],
        CurlOpt.HEADERFUNCTION: header,
        CurlOpt.WRITEFUNCTION: write,
    }


def _way(target: Target, policy: FetchPolicy, left: float) -> dict[CurlOpt, object]:
    """Return the options for the way to the target, without a second look-up of its name, in ``left`` seconds."""
    literal = target.addresses == (target.host,)
    addresses = ",".join(f"[{one}]" if ":" in one else one for one in target.addresses)
    return {
        CurlOpt.RESOLVE: [] if literal else [f"{target.host}:{target.port}:{addresses}"],
        # Empty, it keeps a proxy of the environment out: that would look the name up once more, and unchecked.
        CurlOpt.PROXY: policy.proxy or "",
        CurlOpt.NOPROXY: "",
        CurlOpt.PROTOCOLS_STR: "http,https",
        CurlOpt.CONNECTTIMEOUT_MS: int(min(policy.connect_seconds, left) * 1000) or 1,
        CurlOpt.TIMEOUT_MS: int(left * 1000) or 1,
        CurlOpt.NOSIGNAL: 1,
    }


def _failure(target: Target, error: CurlError) -> WorkFailed:
    code = CurlECode(error.code) if error.code else None
    if code in PASSING:
        return WorkFailed(f"{target.shown}: {PASSING[code]}", retryable=True)
    if code in (CurlECode.BAD_CONTENT_ENCODING, CurlECode.WRITE_ERROR):
        # The second is its word for bytes after the end of what is compressed.
        return _BadEncoding(f"{target.shown}: {LASTING[CurlECode.BAD_CONTENT_ENCODING]}")
    return WorkFailed(f"{target.shown}: {LASTING.get(code, f'the fetch failed ({code.name})') if code else error}")


def _decoded(body: bytes, encoding: str, target: Target, limit: int) -> bytes:
    """Return what an answer's body holds as browsers read it: an unknown encoding is none, a tail is left out."""
    names = [name.strip().lower() for name in encoding.split(",")]
    for name in reversed(names):
        if name not in INFLATED:
            continue
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
        try:
            body = inflate.decompress(body, limit + 1)
        except zlib.error:
            body = b""
        if len(body) > limit:
            raise WorkFailed(f"{target.shown}: larger than the limit of {limit / 1e6:g} MB")
        if not inflate.eof:
            raise WorkFailed(f"{target.shown}: {LASTING[CurlECode.BAD_CONTENT_ENCODING]}")
    return body


def _set_cookies(headers: list[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(value for name, value in headers if name == "set-cookie")[:MAX_COOKIES]


def _last_headers(lines: list[bytes]) -> list[tuple[str, str]]:
    """Return the headers of the last answer, names in lower case: an interim one (1xx) comes before it."""
    found: list[tuple[str, str]] = []
    for line in lines:
        text = line.decode("latin-1").strip()
        if re.match(r"HTTP/\d", text):
            found = []
        name, colon, value = text.partition(":")
        if colon:
            found.append((name.strip().lower(), value.strip()))
    return found
