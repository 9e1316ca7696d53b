"""No URL leads into the network around ShopReel."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput, WorkFailed
from app.fetching.guard import check, is_public

NOBODY: frozenset[str] = frozenset()

HOSTILE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://0/",
    "http://0.0.0.0/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://100.100.100.200/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "http://168.63.129.16/",
    "http://192.0.0.192/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://127。0。0。1/",
    "http://①②⑦.0.0.1/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://user:secret@8.8.8.8/",
    "http://8.8.8.8@127.0.0.1/",
    "http://8.8.8.8\\@127.0.0.1/",
    "http://%31%32%37.0.0.1/",
    "http://8.8.8.8:22/",
    "http://8.8.8.8:25/",
    "http://8.8.8.8:0/",
    "http://8.8.8.8:99999/",
    "http://8.8.8.8 /",
    "http://8.8.8.8/\r\nHost: x",
    "http://[::1/",
    "http:///page",
    "http://-bad-.example/",
    "file:///etc/passwd",
    "ftp://8.8.8.8/",
    "gopher://8.8.8.8/",
    "javascript:alert(1)",
    "data:text/html,x",
    "//8.8.8.8/",
    "shop.example/desk",
    "",
    "http://8.8.8.8/" + "x" * 3000,
]


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check(url, NOBODY)
    assert "secret" not in str(caught.value)


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
    target = check(url, NOBODY)
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
        assert check(url, frozenset((allowed,))).addresses
    else:
        with pytest.raises(InvalidInput):
            check(url, frozenset((allowed,)))


def test_an_unknown_name_may_be_tried_again() -> None:
    with pytest.raises(WorkFailed, match=r"no-such-host\.invalid.*can't be resolved") as caught:
        check("http://no-such-host.invalid/", NOBODY)
    assert caught.value.retryable


@given(st.ip_addresses(v=4))
def test_an_address_carried_in_ipv6_is_judged_as_itself(number: ipaddress.IPv4Address) -> None:
    for carrier in (f"::ffff:{number}", f"64:ff9b::{number}"):
        assert is_public(ipaddress.IPv6Address(carrier)) == is_public(number)


@given(st.text(max_size=60))
def test_any_text_is_survived(text: str) -> None:
    for url in (f"{text}://127.0.0.1/", f"http://127.0.0.1:{text}", f"http://[{text}]/"):
        with pytest.raises((InvalidInput, WorkFailed)):
            check(url, NOBODY)
