"""The addresses of servers in the settings, taken apart before anything connects.

An address that cannot work is refused here, in a sentence that names what is wrong and repeats nothing of the text but
the names of options: any other part may be a piece of a password. An option that would take away what ShopReel needs
for itself is left out of the address, and told.
"""

from __future__ import annotations

import os
import re
import ssl
import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote, unquote_plus, urlsplit

ENCODE = "what a user name or password holds of : / ? # [ ] @ % must be percent-encoded (@ is %40, / is %2F, % is %25)"
PORT = "a port must be a number from 1 to 65535"
HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::(?P<port>.*))?")
BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
DATABASE_NAME = r"^[\w-]{1,63}$"
SERVERS_OWN_DATABASES = ("admin", "local", "config")

MONGODB_OWN: Mapping[str, str | None] = {
    "readpreference": "primary",
    **dict.fromkeys(("readpreferencetags", "maxstalenessseconds", "readconcernlevel"), None),
    "w": "majority",
    **dict.fromkeys(("wtimeoutms", "fsync", "timeoutms", "waitqueuetimeoutms", "waitqueuemultiple"), None),
    **dict.fromkeys(("tz_aware", "uuidrepresentation", "datetime_conversion", "unicode_decode_error_handler"), None),
    **dict.fromkeys(("heartbeatfrequencyms", "connect"), None),
}
"""Options of MongoDB that ShopReel settles itself, in lower case -> the value that it holds with, if that has a name.

It reads what it has just written (the primary alone), counts on what was acknowledged (a majority), bounds its calls,
and reads dates as dates with a zone.
"""
MONGODB_SETTINGS = {
    "minpoolsize": "mongodb_pool_size",
    "maxpoolsize": "mongodb_max_pool_size",
    "serverselectiontimeoutms": "mongodb_server_selection_timeout",
    "connecttimeoutms": "mongodb_connect_timeout",
    "sockettimeoutms": "mongodb_socket_timeout",
}
"""Options that are settings too: the setting holds where it is set, else the address."""
MONGODB_FILES = ("tlscafile", "tlscertificatekeyfile", "tlscrlfile")
REDIS_FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_ca_path")
REDIS_OPTIONS = frozenset(
    (
        *("db", "username", "password", "client_name", "socket_keepalive", "health_check_interval", "retry_on_timeout"),
        *("ssl_cert_reqs", "ssl_ca_data", "ssl_password", "ssl_check_hostname", "ssl_min_version", "ssl_ciphers"),
        *REDIS_FILES,
    )
)
REDIS_OWN = frozenset(
    (
        *("socket_timeout", "socket_connect_timeout", "timeout", "max_connections", "retry_on_error"),
        *("decode_responses", "encoding", "encoding_errors", "protocol", "socket_read_size"),
    )
)
"""Options of Redis that ShopReel settles itself: how long it waits, and that answers are bytes."""


@dataclass(frozen=True)
class Address:
    """An address that can be used. ``told``: what was left out of it, a line each; ``database``: the one it names."""

    url: str
    database: str | None = None
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Parts:
    begin: str
    """Scheme, user and hosts, as given."""
    user: str | None
    hosts: str
    path: str
    options: list[tuple[str, str]]
    """Names and values, as given."""
    separator: str = "&"

    def with_options(self, options: Collection[tuple[str, str]]) -> str:
        query = self.separator.join(f"{name}={value}" for name, value in options)
        return self.begin + self.path + (("/" * (not self.path) + f"?{query}") if query else "")


def mongodb(text: str, explicit: Collection[str] = ()) -> Address:
    """Check an address of MongoDB; no name is looked up. ``explicit``: the settings that are set beside it.

    Raises:
        ValueError: it cannot work.
    """
    from pymongo import MongoClient
    from pymongo.errors import PyMongoError

    parts = _parts(text, ("mongodb://", "mongodb+srv://"), many_hosts=True)
    if parts.user is not None and ("@" in parts.user or parts.user.count(":") > 1 or BARE_PERCENT.search(parts.user)):
        raise ValueError(ENCODE)
    if not parts.hosts:
        raise ValueError("names no host")
    database = unquote(parts.path.removeprefix("/"))
    if database and not re.fullmatch(DATABASE_NAME, database):
        raise ValueError(f"the database after the hosts must be 1 to 63 letters, digits, - and _; {ENCODE}")
    sizes = {"mongodb_pool_size", "mongodb_max_pool_size"}  # the one must not exceed the other
    if sizes & set(explicit):
        explicit = {*explicit, *sizes}
    kept, told = [], []
    for name, value in parts.options:
        lower = name.lower()
        setting = MONGODB_SETTINGS.get(lower, "")
        unusable = _check_mongodb_option(name, lower, unquote_plus(value))
        if lower in MONGODB_OWN or (lower == "journal" and value.lower() == "false"):
            if value.lower() != MONGODB_OWN.get(lower):
                told.append(f"MONGODB_URI: the option {name} is left out: ShopReel settles it for itself")
        elif setting in explicit:
            named = " or ".join(sorted(sizes, key=len)) if setting in sizes else setting
            told.append(f"MONGODB_URI: the option {name} is left out: {named.upper()} is set".replace(" OR ", " or "))
        elif unusable:
            told.append(f"MONGODB_URI: the option {name} is left out: it needs what is not installed")
        else:
            kept.append((name, value))
    url = parts.with_options(kept)
    try:
        with warnings.catch_warnings(action="ignore"):
            MongoClient[Any](url, connect=False).close()
    except (PyMongoError, OSError, ValueError, TypeError):
        raise ValueError("its options contradict each other, or a file that they name holds no certificate") from None
    return Address(url, database or None, tuple(told))


def option_names(url: str) -> frozenset[str]:
    """Return the names of an address's options, in lower case."""
    return frozenset(name.split("=")[0].lower() for name in re.split("[&;]", url.partition("?")[2]))


def redis(text: str) -> Address:
    """Check an address of Redis or Valkey. Raises ValueError, as ``mongodb`` does."""
    from redis import Redis
    from redis.connection import parse_url
    from redis.exceptions import RedisError

    parts = _parts(text, ("redis://", "rediss://", "unix://"))
    if not text.startswith("unix://") and not re.fullmatch(r"/?\d*", parts.path):
        raise ValueError("the database after the host must be a number (redis://host:6379/0)")
    kept, told = [], []
    for name, value in parts.options:
        if name in REDIS_OWN:
            told.append(f"REDIS_URL: the option {name} is left out: ShopReel settles it for itself")
            continue
        _known(name, REDIS_OPTIONS)
        if name in REDIS_FILES:
            _check_file(name, unquote(value))
        if name == "ssl_ca_certs":
            _check_certificates(name, unquote(value))
        try:
            parse_url(f"redis://h?{name}={value}")
        except ValueError:
            raise ValueError(f"the option {name} has a value that it cannot have") from None
        kept.append((name, value))
    url = parts.with_options(kept)
    try:
        client = Redis.from_url(url)
        client.connection_pool.make_connection()
        client.close()
    except TypeError:
        raise ValueError("an option in it is not for servers of its kind (ssl_… are for rediss://)") from None
    except (RedisError, ValueError):
        raise ValueError("an option in it has a value that it cannot have") from None
    return Address(url, told=tuple(told))


def rabbitmq(text: str) -> Address:
    """Check an address of RabbitMQ. Raises ValueError, as ``mongodb`` does."""
    parts = _parts(text, ("amqp://", "amqps://"))
    if find_spec("pika") is None:
        raise ValueError("needs what is not installed: pip install 'shopreel[rabbitmq]'")
    from pika import URLParameters

    if parts.user is not None and ":" not in parts.user:
        raise ValueError("a user name needs a password: amqp://user:password@host")
    if parts.path.count("/") > 1:
        raise ValueError("a virtual host's name must be percent-encoded (/ is %2F)")
    known = {name.removeprefix("_set_url_") for name in vars(URLParameters) if name.startswith("_set_url_")}
    scheme = text.partition("://")[0]
    for name, value in parts.options:
        _known(name, known)
        try:
            URLParameters(f"{scheme}://h?{name}={value}")
        except Exception:  # it reads values as Python, and files as certificates: whatever can go wrong there
            raise ValueError(f"the option {name} has a value that it cannot have, or names no readable file") from None
    try:
        URLParameters(text)
    except (ValueError, TypeError, OSError):
        raise ValueError(f"cannot be read; {ENCODE}") from None
    return Address(text)


def media(text: str, environment: Mapping[str, str] = os.environ) -> Address:
    """Check the address of a media store, and of S3 what the environment says of it.

    Raises ValueError, as ``mongodb`` does.
    """
    if text.startswith("file:///"):
        folder = unquote(text.removeprefix("file://"))
        if "\0" in folder or os.path.isfile(folder):  # noqa: PTH113 (which raises for a name that is too long)
            raise ValueError("is no folder")
        return Address(text)
    if not text.startswith("s3://"):
        raise ValueError("must begin with s3:// or file:///")
    parts = _parts(text, ("s3://",))
    if parts.user is not None or parts.options:
        raise ValueError("is s3://bucket/prefix; credentials belong into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]", parts.hosts):
        raise ValueError("names no bucket: it is s3://bucket/prefix, and a bucket has 3 to 63 characters")
    key, secret = (bool(environment.get(f"AWS_{name}")) for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"))
    if key != secret:
        raise ValueError("needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and only one of them is set")
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT", "AWS_ENDPOINT_URL_S3"):
        if environment.get(name):
            try:
                web(environment[name])
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None
    return Address(text)


def web(text: str, schemes: tuple[str, ...] = ("http://", "https://")) -> str:
    """Check an address of a web server, and return it. Raises ValueError, as ``mongodb`` does."""
    if not _parts(text, schemes, own_options=False).hosts:
        raise ValueError("names no host")
    return text


def _parts(text: str, schemes: tuple[str, ...], *, many_hosts: bool = False, own_options: bool = True) -> _Parts:
    """Take an address apart. ``own_options``: what stands after the ``?`` is for clients, which know what it may be."""
    scheme = next((one for one in schemes if text.startswith(one)), None)
    if scheme is None:
        *some, last = schemes
        raise ValueError(f"must begin with {', '.join(some)} or {last}" if some else f"must begin with {last}")
    if any(letter.isspace() or not letter.isprintable() for letter in text):
        raise ValueError("holds a space, or what cannot be printed")
    rest = text.removeprefix(scheme)
    if scheme == "unix://":
        user, at, hosts_and_path = rest.rpartition("@")
        path, _, query = hosts_and_path.partition("?")
        return _Parts(scheme + user + at, user if at else None, "", path, _options(query))
    match = re.match(r"[^/?#]*", rest)
    assert match is not None
    authority, tail = match[0], rest[match.end() :]
    user, at, hosts = authority.rpartition("@")
    path, _, query = tail.partition("?")
    # Where a password was not encoded, its end and the hosts are taken for a path or an option.
    if "#" in tail or "@" in path or ("@" in query and not at):
        raise ValueError(ENCODE)
    for host in hosts.split(",") if many_hosts else [hosts]:
        _check_host(host, many_hosts)
    if not own_options:
        query = ""
    separator = ";" if ";" in query and "&" not in query else "&"
    return _Parts(scheme + authority, user if at else None, hosts, path, _options(query, separator), separator)


def _check_host(host: str, one_of_many: bool) -> None:
    if host.lower().endswith(".sock") if one_of_many else not host:
        return  # the default, or a path of a local socket
    match = HOST.fullmatch(host)
    if match is None:
        raise ValueError(f"names a host that cannot be; {ENCODE}")
    if match["port"] is not None and not (match["port"].isdecimal() and 0 < int(match["port"][:6]) < 65_536):
        raise ValueError(f"{PORT}; {ENCODE}")
    try:
        urlsplit(f"http://{match['name']}")
    except ValueError:
        raise ValueError("names a host that cannot be") from None


def _options(query: str, separator: str = "&") -> list[tuple[str, str]]:
    found = []
    for option in filter(None, query.split(separator)):
        name, equals, value = option.partition("=")
        if not equals or not value or not re.fullmatch(r"[A-Za-z_]{1,40}", name):
            raise ValueError(f"its options must be name=value, with & between; {ENCODE}")
        found.append((name, value))
    return found


def _check_mongodb_option(name: str, lower: str, value: str) -> bool:
    """Check one option; tell whether it lacks something that is not installed."""
    from pymongo.common import URI_OPTIONS_VALIDATOR_MAP
    from pymongo.uri_parser import validate_options

    aliases = {"wtimeout": "wTimeoutMS", "j": "journal"}
    _known(lower, URI_OPTIONS_VALIDATOR_MAP, aliases.get(lower))
    if lower in MONGODB_FILES:
        _check_file(name, value)
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            validate_options({lower: value})
    except Exception:  # validators raise what they like; none of their texts may be shown, for the values in them
        raise ValueError(f"the option {name} has a value that it cannot have") from None
    return bool(told)


def _known(name: str, names: Collection[str], instead: str | None = None) -> None:
    if name in names:
        return
    near = [instead] if instead else get_close_matches(name, names, 1)
    raise ValueError("has an option that there is not" + (f"; did you mean {near[0]}?" if near else ""))


def _check_file(name: str, path: str) -> None:
    if not os.access(path, os.R_OK):
        raise ValueError(f"the option {name} names no file that can be read")


def _check_certificates(name: str, path: str) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except (OSError, ValueError):
        raise ValueError(f"the option {name} names a file without certificates") from None
