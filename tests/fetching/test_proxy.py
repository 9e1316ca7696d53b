"""A proxy by setting: all requests go through it, and names are checked all the same."""

import pytest

from app.config import get_settings
from app.errors import InvalidInput, WorkFailed
from app.fetching import fetch_page
from app.fetching.policy import FetchPolicy
from app.fetching.tunnel import Tunnel
from app.products.pages import settings_policy
from tests.fetching.conftest import HTML, Shop
from tests.fetching.raw import serving


def test_requests_go_through_an_http_proxy() -> None:
    with serving([b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nproxy"]) as proxy:
        policy = FetchPolicy(proxy=proxy.url, respect_robots=False)
        assert fetch_page("http://8.8.8.8/page", policy).html == "proxy"
        with pytest.raises(InvalidInput, match="a private address"):
            fetch_page("http://10.0.0.1/page", policy)
        assert proxy.connections == 1


def test_requests_and_tunnels_go_through_a_socks_proxy(shop: Shop) -> None:
    with Tunnel(shop.policy(), 1_000_000) as proxy:
        assert fetch_page(shop.url("/page"), shop.policy(proxy=proxy.url)).html == HTML
        assert proxy.left < 1_000_000
        before = proxy.left
        with Tunnel(shop.policy(proxy=proxy.url), 1_000_000) as tunnel:
            assert fetch_page(shop.url("/page"), shop.policy(proxy=tunnel.url)).html == HTML
        assert proxy.left < before


def test_a_proxy_that_is_away_may_be_tried_again() -> None:
    with pytest.raises(WorkFailed) as caught:
        fetch_page("http://8.8.8.8/", FetchPolicy(proxy="http://127.0.0.1:9", respect_robots=False))
    assert caught.value.retryable


def test_the_setting_is_used_and_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FETCH_PROXY", "socks5://127.0.0.1:1080")
    get_settings.cache_clear()
    assert settings_policy().proxy == "socks5://127.0.0.1:1080"
    monkeypatch.setenv("FETCH_PROXY", "proxy.example:3128")
    get_settings.cache_clear()
    with pytest.raises(InvalidInput, match="FETCH_PROXY: must begin with"):
        settings_policy()
