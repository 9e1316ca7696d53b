"""Which addresses may be fetched: public ones alone, so that no caller reaches into the network around ShopReel."""

import ipaddress
import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address as IPv4
from ipaddress import IPv6Address as IPv6
from urllib.parse import quote, urlsplit

from app.errors import InvalidInput, WorkFailed
from app.models import without_credentials

DEFAULT_PORTS = {"http": 80, "https": 443}
FIRST_FREE_PORT = 1024
"""Below it, only the two ports of the web: the others belong to mail, shells and the like."""
HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
# Characters that parsers of URLs read in different ways.
FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")
MAX_URL = 2000
SAFE = "!#$%&'()*+,/:;=?@[]~"
# IPv6 ranges that carry an IPv4 address, with its place in bits from the right:
# RFC 6052 (NAT64), RFC 3056 (6to4), RFC 4291 (mapped).
CARRIERS = (
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),
    (ipaddress.IPv6Network("2002::/16"), 80),
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0),
)
# Globally routable by their number, yet answered from inside a cloud or a tunnel.
INTERNAL = tuple(
    map(
        ipaddress.ip_network,
        ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "2001::/32", "64:ff9b:1::/48", "::/96", "fec0::/10"),
    )
)


@dataclass(frozen=True)
class Target:
    """A checked URL: where to connect is settled, so that a second look-up can't answer something else."""

    url: str
    """Rebuilt from its checked parts: ASCII host in lower case, no fragment."""
    scheme: str
    host: str
    port: int
    addresses: tuple[str, ...]

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}")


def check(url: str, allowed_hosts: frozenset[str]) -> Target:
    """Return the target that ``url`` names, every address of it checked.

    Raises:
        InvalidInput: no http(s) URL, one with credentials, or one that leads to an address that is not public.
        WorkFailed: the host's name could not be resolved; retryable.
    """
    scheme, host, port, rest = _split(url)
    shown = without_credentials(url)
    allowed = host in allowed_hosts or f"{host}:{port}" in allowed_hosts or f"[{host}]:{port}" in allowed_hosts
    if not allowed and port < FIRST_FREE_PORT and port not in DEFAULT_PORTS.values():
        raise InvalidInput(f"{shown}: port {port} is no port of a web server (80, 443, or above 1023)")
    numbers = _resolve(host, port, shown)
    if not allowed:
        for number in numbers:
            if not is_public(number):
                raise InvalidInput(
                    f"{shown}: leads to {number}, which is not a public address (see FETCH_ALLOWED_HOSTS)"
                )
    literal = _literal(host)
    # A host such as 0x7f.1 goes out as the address it stands for.
    host = str(literal) if literal else host
    target = Target("", scheme, host, port, tuple(map(str, numbers)))
    return Target(target.origin + rest, scheme, host, port, target.addresses)


def is_public(number: IPv4 | IPv6) -> bool:
    """Whether ``number`` is a unicast address of the public internet, and so is the IPv4 address that it may carry."""
    if isinstance(number, IPv6):
        if number.scope_id:
            return False
        for network, shift in CARRIERS:
            if number in network:
                return is_public(IPv4(int(number) >> shift & 0xFFFFFFFF))
    if any(number.version == network.version and number in network for network in INTERNAL):
        return False
    return number.is_global and not number.is_multicast and not number.is_reserved


def _split(url: str) -> tuple[str, str, int, str]:
    """Return scheme, host, port and the rest (path and query) of ``url``."""
    if not isinstance(url, str) or not url.strip():
        raise InvalidInput("the URL is empty")
    url = url.strip()
    shown = without_credentials(url)[:200]
    if len(url) > MAX_URL:
        raise InvalidInput(f"{shown}…: the URL is longer than {MAX_URL} characters")
    if FORBIDDEN.search(url):
        raise InvalidInput(f"{shown!r}: the URL holds a space, a backslash or a control character")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidInput(f"{shown}: not a URL ({error})") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise InvalidInput(f"{shown}: only http and https are fetched, not {parts.scheme or 'a URL without a scheme'}")
    if "@" in parts.netloc:
        raise InvalidInput(f"{shown}: a URL with a user name or password is not fetched")
    if port == 0:
        raise InvalidInput(f"{shown}: port 0 is none")
    path = quote(parts.path or "/", safe=SAFE) + (f"?{quote(parts.query, safe=SAFE)}" if parts.query else "")
    return parts.scheme, _ascii_host(parts.hostname or "", shown), port or DEFAULT_PORTS[parts.scheme], path


def _ascii_host(host: str, shown: str) -> str:
    if ":" in host:
        try:
            return str(IPv6(host))
        except ValueError:
            raise InvalidInput(f"{shown}: {host!r} is not an IPv6 address") from None
    try:
        name = host.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        name = ""
    if not HOST.fullmatch(name):
        raise InvalidInput(f"{shown}: {host!r} is not a host name")
    return name


def _literal(host: str) -> IPv4 | IPv6 | None:
    """Return the address that ``host`` is, in any of the ways that inet_aton reads (octal, hexadecimal, one number)."""
    if ":" in host:
        return IPv6(host)
    try:
        return IPv4(socket.inet_aton(host))
    except OSError:
        return None


def _resolve(host: str, port: int, shown: str) -> list[IPv4 | IPv6]:
    literal = _literal(host)
    if literal:
        return [literal]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise WorkFailed(f"{shown}: the host's name can't be resolved ({error.strerror})", retryable=True) from None
    return [ipaddress.ip_address(text) for text in dict.fromkeys(str(entry[4][0]) for entry in found)]
