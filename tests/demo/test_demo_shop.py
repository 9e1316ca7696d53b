"""The shop's server: what it answers, and that it leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
import threading

import httpx2
import pytest

from examples.demo_shop.catalogue import PRODUCTS
from examples.demo_shop.shop import DemoShop


def test_every_link_and_picture_on_the_index_leads_somewhere(shop: DemoShop) -> None:
    index = httpx2.get(shop.url + "/").text
    for product in PRODUCTS:
        assert f'href="{product.path}"' in index
        assert f'src="{product.image_paths[0]}"' in index
    assert shop.product_urls == [shop.url + product.path for product in PRODUCTS]
    assert [httpx2.get(address).status_code for address in shop.product_urls] == [200] * len(PRODUCTS)


def test_robots_may_come_in(shop: DemoShop) -> None:
    answer = httpx2.get(shop.url + "/robots.txt")
    assert (answer.text, answer.headers["content-type"]) == ("User-agent: *\nAllow: /\n", "text/plain; charset=utf-8")


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/products/",
        "/products/unknown",
        "/products",
        f"/{PRODUCTS[0].slug}",
        f"/images/{PRODUCTS[0].slug}-9.jpg",
        f"/images/{PRODUCTS[0].slug}-0.jpg",
        "/images/unknown-1.jpg",
        "/images/..%2f..%2fetc-1.jpg",
        "/%00",
    ],
)
def test_an_unknown_path_is_not_found(shop: DemoShop, path: str) -> None:
    answer = httpx2.get(shop.url + path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Page not found" in answer.text


def test_a_query_and_escapes_do_not_hide_a_page(shop: DemoShop) -> None:
    assert httpx2.get(shop.url + PRODUCTS[0].path + "?ref=mail").status_code == 200
    assert httpx2.get(shop.url + PRODUCTS[0].path.replace("-", "%2d")).status_code == 200


@pytest.mark.parametrize("path", ["/", "/robots.txt", PRODUCTS[1].path, PRODUCTS[0].image_paths[0], "/nothing"])
def test_head_tells_the_same_as_get_without_the_body(shop: DemoShop, path: str) -> None:
    with httpx2.Client(base_url=shop.url, timeout=30) as client:
        whole, head = client.get(path), client.head(path)
    assert head.content == b""
    for name in ("content-type", "content-length"):
        assert head.headers[name] == whole.headers[name]
    assert int(whole.headers["content-length"]) == len(whole.content)
    assert head.status_code == whole.status_code


def test_no_body_follows_a_head(shop: DemoShop) -> None:
    host, port = shop.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection, connection.makefile("rb") as stream:
        connection.sendall(b"HEAD / HTTP/1.0\r\n\r\n")
        whole = stream.read()
    assert whole.startswith(b"HTTP/1.0 200 ")
    assert whole.index(b"\r\n\r\n") == len(whole) - 4


def test_the_shop_leaves_no_thread_and_frees_its_port() -> None:
    before = set(threading.enumerate())
    with DemoShop() as shop:
        port = int(shop.url.rsplit(":", 1)[1])
        assert httpx2.get(shop.url).status_code == 200
        assert set(threading.enumerate()) - before
    assert not set(threading.enumerate()) - before
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    with DemoShop(port=port) as again:
        assert again.url.endswith(f":{port}")


def test_a_silent_client_cannot_keep_the_shop_open() -> None:
    before = set(threading.enumerate())
    shop = DemoShop()
    shop.start()
    with socket.create_connection(("127.0.0.1", int(shop.url.rsplit(":", 1)[1]))):
        # Connections are taken in turn: once this one is answered, the silent one has its thread.
        assert httpx2.get(shop.url).status_code == 200
        shop.stop()
        assert not set(threading.enumerate()) - before


def test_a_client_that_hangs_up_is_passed_over_in_silence(capsys: pytest.CaptureFixture[str]) -> None:
    with (
        DemoShop() as shop,
        socket.create_connection(("127.0.0.1", int(shop.url.rsplit(":", 1)[1]))) as connection,
    ):
        # Zero linger resets the connection while the picture is being drawn.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.sendall(f"GET {PRODUCTS[0].image_paths[1]} HTTP/1.0\r\n\r\n".encode())
        connection.close()
        assert httpx2.get(shop.url).status_code == 200
    assert capsys.readouterr().err == ""


def test_start_and_stop_may_be_called_twice_and_a_closed_shop_has_no_address() -> None:
    shop = DemoShop()
    shop.start()
    first = shop.url
    shop.start()
    assert shop.url == first
    shop.stop()
    shop.stop()
    with pytest.raises(RuntimeError, match="closed"):
        _ = shop.url


def test_a_taken_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        DemoShop(port=taken.getsockname()[1]).start()


def test_the_command_serves_until_it_is_interrupted() -> None:
    command = [sys.executable, "-m", "examples.demo_shop"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ}) as process:
        try:
            assert process.stdout
            address = process.stdout.readline().split(" at ")[1].split()[0]
            assert process.stdout.readline().strip() == address + PRODUCTS[0].path
            assert httpx2.get(address).status_code == 200
            process.send_signal(signal.SIGINT)
            rest, _ = process.communicate(timeout=180)
        finally:
            process.kill()
    assert rest.endswith("Closed.\n")
    assert process.returncode == 0


def test_the_command_names_a_port_that_it_cannot_have() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, "-m", "examples.demo_shop", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 1
    assert "cannot be opened" in done.stderr
    assert "Traceback" not in done.stderr
