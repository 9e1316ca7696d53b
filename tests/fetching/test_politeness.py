"""Turns at a host: a bounded number of requests at once, a pause between pages, and both can be cancelled."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from app.errors import Cancelled, WorkFailed
from app.fetching import FetchPolicy, fetch_page, politeness
from tests.fetching.conftest import Shop
from tests.fetching.test_guard import cancelled


@pytest.fixture(autouse=True)
def no_hosts() -> None:
    politeness._hosts.clear()


def test_requests_at_once_are_bounded_over_threads() -> None:
    policy, running, most = FetchPolicy(host_connections=2), [], []
    lock = threading.Lock()

    def request(_: int) -> None:
        with politeness.place("shop", policy):
            with lock:
                running.append(1)
                most.append(len(running))
            time.sleep(0.01)
            with lock:
                running.pop()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(request, range(20)))
    assert max(most) == 2
    impatient = FetchPolicy(host_connections=2, go_on=cancelled)
    with ExitStack() as stack:
        for host in ("shop", "shop", "other"):
            stack.enter_context(politeness.place(host, policy))
        with pytest.raises(Cancelled), politeness.place("shop", impatient):
            pytest.fail("there was a place")


def test_pages_of_one_host_keep_their_distance(shop: Shop) -> None:
    policy = shop.policy(page_pause_seconds=0.2, respect_robots=False)
    start = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: fetch_page(shop.url("/page"), policy), range(4)))
    assert time.monotonic() - start >= 0.6


def test_a_crawl_delay_is_kept(shop: Shop) -> None:
    shop.robots = (200, "User-agent: *\nCrawl-delay: 0.3\n")
    start = time.monotonic()
    for _ in range(3):
        fetch_page(shop.url("/page"), shop.policy(total_seconds=0.5))
    assert time.monotonic() - start >= 0.6


def test_a_wait_can_be_cancelled_and_is_bounded() -> None:
    assert politeness.pause("shop", 20, FetchPolicy()) < 0.1
    with pytest.raises(Cancelled):
        politeness.pause("shop", 20, FetchPolicy(go_on=cancelled))
    politeness._hosts["shop"].next_page = time.monotonic() + politeness.MAX_WAIT + 5
    with pytest.raises(WorkFailed, match="too many pages wait") as caught:
        politeness.pause("shop", 20, FetchPolicy())
    assert caught.value.retryable


def test_idle_hosts_are_forgotten() -> None:
    for number in range(politeness.MAX_KEPT + 5):
        politeness.pause(str(number), 0, FetchPolicy())
    assert len(politeness._hosts) <= politeness.MAX_KEPT
