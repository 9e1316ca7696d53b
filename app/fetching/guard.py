"""Which addresses may be fetched: public ones alone, so that no caller reaches into the network around ShopReel."""

import ipaddress
import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address as IPv4
from ipaddress import IPv6Address as IPv6
from urllib.parse import quote, urlsplit

from app.core.redaction import without_secrets
from app.errors import InvalidInput
from app.fetching.names import look_up
from app.fetching.policy import FetchPolicy

DEFAULT_PORTS = {"http": 80, "https": 443}
FIRST_FREE_PORT = 1024
"""Below it, only the two ports of the web: the others belong to mail, shells and the like."""
HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
BARE = re.compile(r"(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?::\d{1,5})?(?:[/?#]|$)", re.IGNORECASE)
"""An address as people write it, without its scheme."""
# Characters that parsers of URLs read in different ways.
FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")
MAX_URL = 2000
SAFE = "!#$%&'()*+,/:;=?@[]~"
LOCAL_NAMES = ("localhost", "localdomain", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa")
"""Domains of a machine or its network: RFC 6761, RFC 6762 with its appendix G, RFC 8375, and ICANN's ``internal``."""
# IPv6 ranges that carry an IPv4 address, with its place in bits from the right:
# RFC 6052 (NAT64), RFC 3056 (6to4), RFC 4291 (mapped).
CARRIERS = (
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),
    (ipaddress.IPv6Network("2002::/16"), 80),
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0),
)
# IANA's registries of special-purpose addresses (RFC 6890), and what clouds answer on. The first match counts.
SPECIAL = tuple(
    (ipaddress.ip_network(network), kind)
    for kind, networks in {
        "an unspecified address": "0.0.0.0/8 ::/128",
        "a loopback address": "127.0.0.0/8 ::1/128",
        "a link-local address": "169.254.0.0/16 fe80::/10",
        "a private address": "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 fec0::/10",
        "an address of carrier-grade NAT": "100.64.0.0/10",
        "an address for documentation": "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20",
        "an address for benchmarks": "198.18.0.0/15 2001:2::/48",
        "a broadcast address": "255.255.255.255/32",
        "a multicast address": "224.0.0.0/4 ff00::/8",
        "an address inside a cloud": "168.63.129.16/32",
        "an address of a tunnel or protocol": "192.0.0.0/24 192.88.99.0/24 2001::/32 64:ff9b:1::/48 ::/96 100::/64",
        "a reserved address": "240.0.0.0/4",
    }.items()
    for network in networks.split()
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

    @property
    def shown(self) -> str:
        """The URL as it may be shown and logged."""
        return without_secrets(self.url)


def check_form(url: str) -> None:
    """Check what can be told of an address without asking anybody.

    Raises:
        InvalidInput: no http(s) URL, or one with credentials.
    """
    _split(url)


def check(url: str, policy: FetchPolicy, deadline: float | None = None) -> Target:
    """Return the target that ``url`` names, every address of it checked.

    Args:
        deadline: ``time.monotonic()`` after which the look-up of the host's name ends; None: ``connect_seconds`` ahead.

    Raises:
        InvalidInput: no http(s) URL, one with credentials, or one that leads to an address that is not public.
        WorkFailed: the host's name could not be resolved; retryable if that may pass.
    """
    scheme, host, port, rest = _split(url)
    shown = without_secrets(url)
    names = {host, f"[{host}]", f"{host}:{port}", f"[{host}]:{port}"}
    literal = _literal(host)
    numbers: list[IPv4 | IPv6]
    if names & policy.allowed_hosts:
        numbers = [literal] if literal else look_up(host, shown, policy, deadline)
    else:
        if port < FIRST_FREE_PORT and port not in DEFAULT_PORTS.values():
            raise InvalidInput(f"{shown}: port {port} is no port of a web server (80, 443, or above 1023)")
        if not literal and ("." not in host or f".{host}".endswith(tuple(f".{name}" for name in LOCAL_NAMES))):
            raise InvalidInput(f"{shown}: {host} is a name of the local network, not a public one")
        numbers = [literal] if literal else look_up(host, shown, policy, deadline)
        for number in numbers:
            kind = not_public(number)
            if kind:
                raise InvalidInput(f"{shown}: leads to {number}, {kind}, not a public one")
    # A host such as 0x7f.1 goes out as the address it stands for.
    host = str(literal) if literal else host
    target = Target("", scheme, host, port, tuple(map(str, numbers)))
    return Target(target.origin + rest, scheme, host, port, target.addresses)


def not_public(number: IPv4 | IPv6) -> str | None:
    """Return what ``number``, or the IPv4 address that it carries, is instead of a public address, or None."""
    if isinstance(number, IPv6):
        if number.scope_id:
            return "a link-local address"
        for network, shift in CARRIERS:
            if number in network:
                return not_public(IPv4(int(number) >> shift & 0xFFFFFFFF))
    for special, kind in SPECIAL:
        if number.version == special.version and number in special:
            return kind
    # What later versions of the registries add, Python's own tables know.
    return None if number.is_global and not number.is_multicast and not number.is_reserved else "a reserved address"


def _split(url: str) -> tuple[str, str, int, str]:
    """Return scheme, host, port and the rest (path and query) of ``url``."""
    if not isinstance(url, str) or not url.strip():
        raise InvalidInput("the URL is empty")
    url = url.strip()
    shown = without_secrets(url)[:200]
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
        if BARE.match(url.removeprefix("//")):
            raise InvalidInput(f"{shown}: begin it with https:// (https://{shown.removeprefix('//')})")
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
