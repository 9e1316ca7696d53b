"""No URL leads into the network around ShopReel."""

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Cancelled, InvalidInput, WorkFailed
from app.fetching import FetchPolicy, fetch_image, fetch_page, guard
from app.fetching.guard import SPECIAL, Target, check, not_public
from app.fetching.transport import exchange

LOOPBACK, PRIVATE, LINK_LOCAL, UNSPECIFIED = "a loopback", "a private", "a link-local", "an unspecified"
RESERVED, MULTICAST, DOCUMENTATION, TUNNEL = "a reserved", "a multicast", "for documentation", "a tunnel or protocol"
LOCAL_NAME, NO_NAME, CREDENTIALS, SIGNS = "a name of the local network", "is not a host name", "a user name", "holds a"
SCHEME = "only http and https are fetched"
PORT_OPEN = "{port}"
"""Stands for the port of a listener on loopback that must see nobody."""

# fmt: off
HOSTILE = [
    # loopback in every way that a parser of addresses takes
    ("http://127.0.0.1:{port}/", LOOPBACK), ("http://127.1:{port}/", LOOPBACK), ("http://127.0.1:{port}/", LOOPBACK),
    ("http://2130706433:{port}/", LOOPBACK), ("http://0x7f000001:{port}/", LOOPBACK),
    ("http://0x7f.0.0.1:{port}/", LOOPBACK), ("http://0177.0.0.1:{port}/", LOOPBACK),
    ("http://017700000001:{port}/", LOOPBACK), ("http://0x7F.0X0.0.0x1:{port}/", LOOPBACK),
    ("http://127.0.0.1.:{port}/", LOOPBACK), ("http://127.255.255.254:{port}/", LOOPBACK),
    ("http://127。0。0。1:{port}/", LOOPBACK), ("http://①②⑦.0.0.1:{port}/", LOOPBACK),
    ("http://１２７.0.0.1:{port}/", LOOPBACK), ("http://127.0.0.1:{port}#@8.8.8.8/", LOOPBACK),
    ("http://127.0.0.1:{port}?@8.8.8.8/", LOOPBACK),
    ("http://[::1]:{port}/", LOOPBACK), ("http://[0:0:0:0:0:0:0:1]:{port}/", LOOPBACK),
    ("http://[::ffff:127.0.0.1]:{port}/", LOOPBACK), ("http://[::ffff:7f00:1]:{port}/", LOOPBACK),
    ("http://[64:ff9b::127.0.0.1]:{port}/", LOOPBACK), ("http://[2002:7f00:1::]:{port}/", LOOPBACK),
    ("http://0:{port}/", UNSPECIFIED), ("http://0.0.0.0:{port}/", UNSPECIFIED), ("http://[::]:{port}/", UNSPECIFIED),
    ("http://[::127.0.0.1]:{port}/", TUNNEL), ("http://[64:ff9b:1::7f00:1]/", TUNNEL),
    ("http://[2001:0:7f00:1::]/", TUNNEL), ("http://192.0.0.192/", TUNNEL), ("http://192.88.99.1/", TUNNEL),
    # the network around
    ("http://10.0.0.1/", PRIVATE), ("http://172.16.0.1/", PRIVATE), ("http://172.31.255.255/", PRIVATE),
    ("http://192.168.1.1/", PRIVATE), ("http://3232235777/", PRIVATE), ("http://[fc00::1]/", PRIVATE),
    ("http://[fd00:ec2::254]/", PRIVATE), ("http://[fec0::1]/", PRIVATE), ("http://[::ffff:10.0.0.1]/", PRIVATE),
    ("http://100.64.0.1/", "carrier-grade NAT"), ("http://100.100.100.200/latest/meta-data/", "carrier-grade NAT"),
    ("http://169.254.169.254/latest/meta-data/", LINK_LOCAL), ("http://[::ffff:a9fe:a9fe]/", LINK_LOCAL),
    ("http://0251.0376.0251.0376/", LINK_LOCAL), ("http://[fe80::1]/", LINK_LOCAL),
    ("http://[fe80::1%25eth0]/", LINK_LOCAL), ("http://[2606:4700::1111%25eth0]/", LINK_LOCAL),
    ("http://168.63.129.16/", "inside a cloud"), ("http://198.18.0.1/", "for benchmarks"),
    ("http://[2001:2::1]/", "for benchmarks"), ("http://192.0.2.1/", DOCUMENTATION),
    ("http://198.51.100.7/", DOCUMENTATION), ("http://203.0.113.7/", DOCUMENTATION),
    ("http://[2001:db8::1]/", DOCUMENTATION), ("http://224.0.0.1/", MULTICAST), ("http://[ff02::1]/", MULTICAST),
    ("http://240.0.0.1/", RESERVED), ("http://255.255.255.255/", "a broadcast"),
    # names that stay inside
    ("http://localhost:{port}/", LOCAL_NAME), ("http://LOCALHOST.:{port}/", LOCAL_NAME),
    ("http://shop.localhost:{port}/", LOCAL_NAME), ("http://ⓛocalhost:{port}/", LOCAL_NAME),
    ("http://localhost.localdomain:{port}/", LOCAL_NAME), ("http://printer.local/", LOCAL_NAME),
    ("http://metadata.google.internal/", LOCAL_NAME), ("http://metadata/", LOCAL_NAME),
    ("http://router.home.arpa/", LOCAL_NAME), ("http://nas.lan/", LOCAL_NAME),
    # who is who
    ("http://user:secret@8.8.8.8/", CREDENTIALS), ("http://8.8.8.8@127.0.0.1:{port}/", CREDENTIALS),
    ("http://8.8.8.8:80@127.0.0.1:{port}/", CREDENTIALS), ("http://@127.0.0.1:{port}/", CREDENTIALS),
    ("http://8.8.8.8\\@127.0.0.1:{port}/", SIGNS), ("http://127.0.0.1:{port}\\.example/", SIGNS),
    ("http://127.0.0.1\t:{port}/", SIGNS), ("http://8.8.8.8 /", SIGNS), ("http://8.8.8.8/\r\nHost: x", SIGNS),
    ("http://8.8.8.8/\x00", SIGNS), ("http://%31%32%37.0.0.1:{port}/", NO_NAME), ("http:///page", NO_NAME),
    ("http://-bad-.example/", NO_NAME), ("http://a..example/", NO_NAME), ("http://127.0.0.1..:{port}/", NO_NAME),
    ("http://[::1/", "not a URL"), ("http://[127.0.0.1]/", "not a"), ("http://8.8.8.8:99999/", "not a URL"),
    ("http://8.8.8.8:0/", "port 0"), ("http://8.8.8.8:22/", "no port of a web server"),
    ("http://8.8.8.8:25/", "no port of a web server"), ("https://8.8.8.8:993/", "no port of a web server"),
    # what is no web page
    ("file:///etc/passwd", SCHEME), ("ftp://8.8.8.8/", SCHEME), ("gopher://8.8.8.8/", SCHEME),
    ("javascript:alert(1)", SCHEME), ("data:text/html,x", SCHEME), ("dict://127.0.0.1:{port}/", SCHEME),
    ("unix:///run/docker.sock", SCHEME), ("http+unix://%2Frun%2Fdocker.sock/", SCHEME), ("//8.8.8.8/", SCHEME),
    ("shop.example/desk", "begin it with https://"), ("", "the URL is empty"),
    ("http://8.8.8.8/" + "x" * 3000, "longer than 2000"),
]
# fmt: on


class Listener:
    """A port on all addresses of loopback, IPv4 and IPv6, that counts who connects, and answers with a page."""

    def __init__(self) -> None:
        self.connections = 0
        self.sockets = [socket.create_server(("0.0.0.0", 0))]
        self.port = self.sockets[0].getsockname()[1]
        self.sockets.append(socket.create_server(("::", self.port), family=socket.AF_INET6))
        self.threads = [threading.Thread(target=self._serve, args=(one,)) for one in self.sockets]
        for thread in self.threads:
            thread.start()

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                self.connections += 1
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nopen")

    def close(self) -> None:
        for listener in self.sockets:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for thread in self.threads:
            thread.join()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


def test_the_listener_counts(listener: Listener) -> None:
    before = listener.connections
    for host in ("127.0.0.1", "127.255.255.254", "[::1]"):
        policy = FetchPolicy(allowed_hosts=frozenset((host,)), respect_robots=False)
        assert fetch_page(f"http://{host}:{listener.port}/", policy).html == "open"
    assert listener.connections == before + 3


@pytest.mark.parametrize(("url", "reason"), HOSTILE)
def test_a_hostile_url_is_refused_for_its_reason_and_nobody_is_asked(
    url: str, reason: str, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("a name was looked up"))
    before = listener.connections
    for fetch in (fetch_page, fetch_image):
        with pytest.raises(InvalidInput) as caught:
            fetch(url.replace(PORT_OPEN, str(listener.port)), FetchPolicy())
        assert reason in str(caught.value)
        assert "secret" not in str(caught.value)
    assert listener.connections == before


class Names:
    """Answers look-ups of names: each call takes the next answer, the last one for ever."""

    def __init__(self, *answers: tuple[str, ...] | OSError) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        self.asked.append(host)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, OSError):
            raise answer
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 0)) for number in answer]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (("127.0.0.1",), "127.0.0.1, a loopback"),
        (("8.8.8.8", "10.0.0.1"), "10.0.0.1, a private"),
        (("::1", "8.8.8.8"), "::1, a loopback"),
        (("fe80::1%eth0",), "a link-local"),
        (("169.254.169.254",), "a link-local"),
        (("8.8.8.8", "::ffff:127.0.0.1"), "a loopback"),
    ],
)
def test_a_name_that_leads_inside_is_refused(
    answer: tuple[str, ...], reason: str, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Names(answer))
    before = listener.connections
    with pytest.raises(InvalidInput, match=reason):
        fetch_page(f"http://shop.example:{listener.port}/", FetchPolicy())
    assert listener.connections == before


def test_an_answer_that_flips_changes_nothing(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name leads to a public address when it is checked, and to loopback ever after."""
    monkeypatch.setattr(guard, "SPECIAL", tuple(one for one in SPECIAL if one[0] != IPv4Network("127.0.0.0/8")))
    monkeypatch.setattr(IPv4Address, "is_global", True)
    names = Names(("127.0.0.77",), ("127.0.0.1",))
    monkeypatch.setattr(socket, "getaddrinfo", names)
    policy = FetchPolicy(respect_robots=False)
    with socket.create_server(("127.0.0.77", 0)) as checked:
        checked.settimeout(5)
        port = checked.getsockname()[1]
        with socket.create_server(("127.0.0.1", port)) as other, ThreadPoolExecutor(1) as pool:
            page = pool.submit(fetch_page, f"http://shop.example:{port}/", policy)
            connection, _ = checked.accept()
            with connection:
                assert f"Host: shop.example:{port}".encode() in connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere")
            assert page.result().html == "here"
            other.setblocking(False)
            with pytest.raises(BlockingIOError):
                other.accept()
    assert names.asked == ["shop.example"]


def test_an_answer_that_flips_between_redirects_is_refused(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of the shop redirects to the shop, whose name leads inside by then."""
    monkeypatch.setattr(socket, "getaddrinfo", Names(("127.0.0.1",), ("10.0.0.1",)))
    with socket.create_server(("127.0.0.1", 0)) as shop, ThreadPoolExecutor(1) as pool:
        shop.settimeout(5)
        port = shop.getsockname()[1]
        monkeypatch.setattr(guard, "SPECIAL", tuple(one for one in SPECIAL if one[0] != IPv4Network("127.0.0.0/8")))
        monkeypatch.setattr(IPv4Address, "is_global", True)
        page = pool.submit(fetch_page, f"http://shop.example:{port}/", FetchPolicy(respect_robots=False))
        connection, _ = shop.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /more\r\n\r\n")
        with pytest.raises(InvalidInput, match=r"redirects to a place that is not fetched: .*10\.0\.0\.1, a private"):
            page.result()


def test_an_answer_from_an_address_that_was_not_checked_does_not_count(listener: Listener) -> None:
    """As if the pin had failed: the target's addresses are not where its URL leads."""
    url = f"http://127.0.0.1:{listener.port}/"
    target = Target(url, "http", "127.0.0.1", listener.port, ("127.0.0.1",))
    policy, deadline = FetchPolicy(), time.monotonic() + 5
    assert exchange(target, policy, accept="*/*", limit=99, deadline=deadline).body == b"open"
    monkey = replace(target, addresses=("127.0.0.2",), host="elsewhere.example")
    with pytest.raises(WorkFailed, match="an address that is not checked"):
        exchange(monkey, policy, accept="*/*", limit=99, deadline=deadline)


def test_a_resolver_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    free = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: free.wait(20) and [])
    try:
        with pytest.raises(WorkFailed, match="no answer in time for the host's name") as caught:
            check("http://shop.example/", FetchPolicy(connect_seconds=0.3))
        assert caught.value.retryable
        with pytest.raises(Cancelled):
            check("http://shop.example/", FetchPolicy(go_on=cancelled))
    finally:
        free.set()


def cancelled() -> None:
    raise Cancelled("cancelled")


@pytest.mark.parametrize(
    ("code", "retryable"), [(socket.EAI_NONAME, False), (socket.EAI_AGAIN, True), (socket.EAI_FAIL, True)]
)
def test_a_name_that_is_not_known(code: int, retryable: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Names(socket.gaierror(code, "what it says")))
    with pytest.raises(WorkFailed, match=r"shop\.example.*can't be resolved \(what it says\)") as caught:
        check("http://shop.example/", FetchPolicy())
    assert caught.value.retryable == retryable


@pytest.mark.parametrize(
    ("url", "rebuilt", "addresses"),
    [
        ("http://8.8.8.8", "http://8.8.8.8/", ("8.8.8.8",)),
        ("HTTPS://8.8.8.8:443/a b#part".replace(" ", "%20"), "https://8.8.8.8/a%20b", ("8.8.8.8",)),
        ("http://134744072/", "http://8.8.8.8/", ("8.8.8.8",)),
        ("http://8.8.8.8:8080/größe?q=ö", "http://8.8.8.8:8080/gr%C3%B6%C3%9Fe?q=%C3%B6", ("8.8.8.8",)),
        ("http://[2606:4700::1111]:80/", "http://[2606:4700::1111]/", ("2606:4700::1111",)),
        ("http://[64:ff9b::808:808]/", "http://[64:ff9b::808:808]/", ("64:ff9b::808:808",)),
    ],
)
def test_a_public_url_is_rebuilt_and_pinned(url: str, rebuilt: str, addresses: tuple[str, ...]) -> None:
    target = check(url, FetchPolicy())
    assert (target.url, target.addresses) == (rebuilt, addresses)


@pytest.mark.parametrize(
    ("url", "allowed", "passes"),
    [
        ("http://127.0.0.1:8080/", "127.0.0.1", True),
        ("http://127.0.0.1:8080/", "127.0.0.1:8080", True),
        ("http://[::1]:8080/", "[::1]:8080", True),
        ("http://localhost:81/", "localhost", True),
        ("http://127.0.0.1:8081/", "127.0.0.1:8080", False),
        ("http://127.0.0.2:8080/", "127.0.0.1:8080", False),
        ("http://2130706433:8080/", "127.0.0.1:8080", False),
    ],
)
def test_an_allowed_host_may_be_private(url: str, allowed: str, passes: bool) -> None:
    if passes:
        assert check(url, FetchPolicy(allowed_hosts=frozenset((allowed,)))).addresses
    else:
        with pytest.raises(InvalidInput):
            check(url, FetchPolicy(allowed_hosts=frozenset((allowed,))))


@given(st.ip_addresses(v=4))
def test_an_address_carried_in_ipv6_is_judged_as_itself(number: ipaddress.IPv4Address) -> None:
    for carrier in (f"::ffff:{number}", f"64:ff9b::{number}"):
        assert not_public(ipaddress.IPv6Address(carrier)) == not_public(number)
    assert (not_public(number) is None) <= (number.is_global and not number.is_multicast)


@given(st.text(max_size=60))
def test_any_text_is_survived(text: str) -> None:
    for url in (f"{text}://127.0.0.1/", f"http://127.0.0.1:{text}", f"http://[{text}]/"):
        with pytest.raises((InvalidInput, WorkFailed)):
            check(url, FetchPolicy())
