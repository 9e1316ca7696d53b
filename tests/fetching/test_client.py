"""Fetching from a real server: what comes, what is refused, and what may be tried again."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from app.errors import InvalidInput, WorkFailed
from app.fetching import FetchPolicy, fetch_image, fetch_page
from tests.fetching.conftest import HTML, PNG, Shop


@pytest.mark.parametrize("path", ["/page", "/latin", "/gzip", "/to//page"])
def test_a_page_is_fetched(shop: Shop, path: str) -> None:
    page = fetch_page(shop.url(path), shop.policy())
    assert (page.html, page.status, page.content_type) == (HTML, 200, "text/html")
    assert page.url == shop.url(path)
    assert page.final_url == (shop.url("/page") if path.startswith("/to") else page.url)


def test_it_asks_as_a_browser_does(shop: Shop) -> None:
    fetch_page(shop.url("/page?q=ö"), shop.policy())
    assert shop.asked == ["/robots.txt", "/page?q=%C3%B6"]
    assert "Chrome/" in shop.headers[-1]["user-agent"]
    assert shop.headers[-1]["accept"].startswith("text/html")


def test_the_environments_proxy_is_not_used(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert fetch_page(shop.url("/page"), shop.policy()).html == HTML


@pytest.mark.parametrize(
    ("path", "message", "retryable"),
    [
        ("/status/404", "answered 404", False),
        ("/status/410", "answered 410", False),
        ("/status/403", "answered 403", False),
        ("/status/429", "answered 429", True),
        ("/status/408", "answered 408", True),
        ("/status/425", "answered 425", True),
        ("/status/401", "answered 401", False),
        ("/status/451", "answered 451", False),
        ("/status/500", "answered 500", True),
        ("/status/502", "answered 502", True),
        ("/status/504", "answered 504", True),
        ("/status/501", "answered 501", False),
        ("/status/505", "answered 505", False),
        ("/status/503", "answered 503", True),
        ("/status/304", "answered 304", False),
        ("/empty", "with nothing in it", False),
        ("/type/application/pdf", "is no page but application/pdf", False),
        ("/loop", "more than 5 redirects", False),
        ("/hangup", "closed the connection", True),
        ("/short", "broke before the end", True),
    ],
)
def test_what_is_no_page_is_told(shop: Shop, path: str, message: str, retryable: bool) -> None:
    with pytest.raises(WorkFailed, match=message) as caught:
        fetch_page(shop.url(path), shop.policy())
    assert caught.value.retryable == retryable
    assert shop.netloc in str(caught.value)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("999999999999", 900.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("-5", None),
        ("soon", None),
        ("²", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("where", ["page", "robots.txt"])
def test_the_break_that_a_server_asks_for_is_told(shop: Shop, value: str, seconds: float | None, where: str) -> None:
    shop.more_headers = {"Retry_After": value.encode().decode("latin-1")}
    if where == "robots.txt":
        shop.robots = (503, "")
    with pytest.raises(WorkFailed) as caught:
        fetch_page(shop.url("/status/429"), shop.policy())
    assert caught.value.retryable
    assert caught.value.retry_after_seconds == seconds


def test_the_break_may_end_at_a_date(shop: Shop) -> None:
    shop.more_headers = {"Retry_After": format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)}
    with pytest.raises(WorkFailed) as caught:
        fetch_page(shop.url("/status/503"), shop.policy())
    assert caught.value.retry_after_seconds == pytest.approx(95, abs=6)


def test_a_message_holds_no_token(shop: Shop) -> None:
    for path in ("/status/404?X-Amz-Signature=hush&size=2", "/status/404?size=2&access_token=hush", "/?key=hush#x"):
        with pytest.raises(WorkFailed) as caught:
            fetch_page(shop.url(path), shop.policy())
        assert "hush" not in str(caught.value)
        assert "***" in str(caught.value)


@pytest.mark.parametrize("path", ["/endless", "/bomb"])
def test_a_body_over_the_limit_is_cut_off(shop: Shop, path: str) -> None:
    with pytest.raises(WorkFailed, match=r"larger than the limit of 0\.1 MB") as caught:
        fetch_page(shop.url(path), shop.policy(max_page_bytes=100_000))
    assert not caught.value.retryable


def test_a_slow_answer_ends_at_the_limit(shop: Shop) -> None:
    start = time.monotonic()
    with pytest.raises(WorkFailed, match="no answer in time") as caught:
        fetch_page(shop.url("/slow"), shop.policy(total_seconds=0.3))
    assert caught.value.retryable
    assert time.monotonic() - start < 2


def test_a_refused_connection_may_be_tried_again() -> None:
    policy = FetchPolicy(allowed_hosts=frozenset(("127.0.0.1",)), respect_robots=False)
    with pytest.raises(WorkFailed, match="connection was refused") as caught:
        fetch_page("http://127.0.0.1:9/", policy)
    assert caught.value.retryable


@pytest.mark.parametrize(
    "place",
    ["http://127.0.0.2/", "http://localhost:1/", "http://169.254.169.254/", "file:///etc/passwd", "ftp://8.8.8.8/",
     "http://u:p@8.8.8.8/", "http://[::1]/", "//10.0.0.1/"],
)  # fmt: skip
def test_a_redirect_is_checked_like_a_url(shop: Shop, place: str) -> None:
    with pytest.raises(InvalidInput, match="redirects to a place that is not fetched"):
        fetch_page(shop.url(f"/to/{place}"), shop.policy())
    assert shop.asked[-1].startswith("/to/")


def test_a_picture_is_known_by_its_bytes(shop: Shop) -> None:
    image = fetch_image(shop.url("/picture"), shop.policy())
    assert (image.data, image.content_type, image.url) == (PNG, "image/png", shop.url("/picture"))
    with pytest.raises(WorkFailed, match="is no picture but image/png"):
        fetch_image(shop.url("/type/image/png"), shop.policy())
    with pytest.raises(WorkFailed, match="larger than"):
        fetch_image(shop.url("/picture"), shop.policy(max_image_bytes=50))


def test_robots_txt_is_respected_and_kept(shop: Shop) -> None:
    shop.robots = (200, "User-agent: *\nDisallow: /gzip\n\nUser-agent: ShopReel\nDisallow: /latin\n")
    with pytest.raises(WorkFailed, match=r"robots\.txt asks programs not to fetch this page") as caught:
        fetch_page(shop.url("/latin"), shop.policy())
    assert not caught.value.retryable
    assert fetch_page(shop.url("/gzip"), shop.policy()).html == HTML
    assert shop.asked == ["/robots.txt", "/gzip"]
    assert fetch_page(shop.url("/latin"), shop.policy(respect_robots=False)).html == HTML


def test_robots_txt_is_asked_for_what_a_redirect_leads_to(shop: Shop) -> None:
    shop.robots = (200, "User-agent: *\nDisallow: /page\n")
    with pytest.raises(WorkFailed, match="asks programs not to fetch"):
        fetch_page(shop.url("/to//page"), shop.policy())


@pytest.mark.parametrize(("status", "fetched"), [(404, True), (403, True), (500, False), (503, False), (429, False)])
def test_robots_txt_that_is_not_there(shop: Shop, status: int, fetched: bool) -> None:
    shop.robots = (status, "User-agent: *\nDisallow: /\n")
    if fetched:
        assert fetch_page(shop.url("/page"), shop.policy()).html == HTML
    else:
        with pytest.raises(WorkFailed, match=f"answered {status}") as caught:
            fetch_page(shop.url("/page"), shop.policy())
        assert caught.value.retryable
        shop.robots = (404, "")
        assert fetch_page(shop.url("/page"), shop.policy()).html == HTML
