"""One HTTP exchange over libcurl, pinned to a checked address, with limits on time and bytes; no redirects."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message

from curl_cffi import Curl, CurlECode, CurlError, CurlInfo, CurlOpt

from app.errors import WorkFailed
from app.fetching.guard import Target
from app.fetching.policy import FetchPolicy

BROWSER = "chrome146"
"""Shops turn away clients whose TLS and header order are not a browser's."""
ENCODINGS = "gzip, deflate, br, zstd"
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
    CurlECode.SSL_CONNECT_ERROR: "the secure connection could not be made",
}
LASTING = {
    CurlECode.PEER_FAILED_VERIFICATION: "its certificate is not valid",
    CurlECode.BAD_CONTENT_ENCODING: "its content encoding is broken",
    CurlECode.WEIRD_SERVER_REPLY: "it does not speak HTTP",
    CurlECode.UNSUPPORTED_PROTOCOL: "it does not speak HTTP",
}


@dataclass(frozen=True)
class Response:
    """An answer; ``headers`` by lower-case name, the last one of each."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """The media type alone, in lower case, or ``""``."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        message = Message()
        message["content-type"] = self.headers.get("content-type", "")
        return message.get_content_charset()


def exchange(target: Target, policy: FetchPolicy, *, accept: str, limit: int, deadline: float) -> Response:
    """Ask for ``target`` once.

    Args:
        accept: the media types of the Accept header.
        limit: bytes of the decoded body.
        deadline: ``time.monotonic()`` after which the exchange ends.

    Raises:
        WorkFailed: no answer (retryable where it may pass), or a body over the limit.
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise WorkFailed(f"{target.url}: no answer in {policy.total_seconds:g} s", retryable=True)
    body = bytearray()
    lines: list[bytes] = []
    curl = Curl()
    try:
        curl.impersonate(BROWSER)
        for option, value in _options(target, policy, accept, left, lines, _collect(body, target, limit)).items():
            curl.setopt(option, value)
        curl.perform()
        status = int(str(curl.getinfo(CurlInfo.RESPONSE_CODE)))
    except CurlError as error:
        raise _failure(target, error) from None
    finally:
        curl.close()
    return Response(status, _headers(lines), bytes(body))


def _collect(body: bytearray, target: Target, limit: int) -> Callable[[bytes], int]:
    def write(chunk: bytes) -> int:
        if len(body) + len(chunk) > limit:
            raise WorkFailed(f"{target.url}: larger than the limit of {limit / 1e6:g} MB")
        body.extend(chunk)
        return len(chunk)

    return write


def _options(
    target: Target, policy: FetchPolicy, accept: str, left: float, lines: list[bytes], write: Callable[[bytes], int]
) -> dict[CurlOpt, object]:
    def header(line: bytes) -> int:
        lines.append(line)
        return len(line)

    literal = target.addresses == (target.host,)
    addresses = ",".join(f"[{one}]" if ":" in one else one for one in target.addresses)
    return {
        CurlOpt.URL: target.url,
        CurlOpt.RESOLVE: [] if literal else [f"{target.host}:{target.port}:{addresses}"],
        # A proxy from the environment would look the name up once more, and unchecked.
        CurlOpt.PROXY: "",
        CurlOpt.PROTOCOLS_STR: "http,https",
        CurlOpt.FOLLOWLOCATION: 0,
        CurlOpt.CONNECTTIMEOUT_MS: int(min(policy.connect_seconds, left) * 1000) or 1,
        CurlOpt.TIMEOUT_MS: int(left * 1000) or 1,
        CurlOpt.NOSIGNAL: 1,
        CurlOpt.ACCEPT_ENCODING: ENCODINGS,
        CurlOpt.HTTPHEADER: [f"Accept: {accept}".encode()],
        CurlOpt.HEADERFUNCTION: header,
        CurlOpt.WRITEFUNCTION: write,
    }


def _failure(target: Target, error: CurlError) -> WorkFailed:
    code = CurlECode(error.code) if error.code else None
    if code in PASSING:
        return WorkFailed(f"{target.url}: {PASSING[code]}", retryable=True)
    return WorkFailed(f"{target.url}: {LASTING.get(code, str(error)) if code else error}")


def _headers(lines: list[bytes]) -> dict[str, str]:
    """Return the headers of the last answer: an interim one (1xx) comes before it."""
    found: dict[str, str] = {}
    for line in lines:
        text = line.decode("latin-1").strip()
        if re.match(r"HTTP/\d", text):
            found = {}
        name, colon, value = text.partition(":")
        if colon:
            found[name.strip().lower()] = value.strip()
    return found
