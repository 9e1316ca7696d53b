"""The demo behind ``shopreel demo`` and ``make run``: serve, make a short, go on serving."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rich.markup import escape

from app.blobs import store as media
from app.cli.console import err, watch_short
from app.cli.serve import bound_socket, prepare, serving
from app.config import get_settings
from app.core.telemetry import configure_logging
from app.errors import InvalidInput, ShopReelError
from app.processes.lifetime import wait_for_interrupt
from app.processes.worker_process import WorkerProcess
from app.shorts.service import start_short
from app.shorts.steps.scrape import read_source

if TYPE_CHECKING:
    from examples.demo_shop.shop import DemoShop

USUAL_PORT = 8000
NO_SHOP = (
    "the demo shop comes with ShopReel's source and is not installed: give a page of your own, "
    "`shopreel demo --url https://…`, or run `make run` in a checkout"
)


def run_showcase(*, url: str | None, product: int, port: int | None, output: Path, once: bool) -> None:
    """Serve, make a short of a page with progress bars, say where it is, and serve until Ctrl-C (or, ``once``, end).

    Raises:
        InvalidInput: there is no such product, no demo shop here, or the port is taken.
        ShopReelError: the short could not be made and ``once`` is set; otherwise the error is told and serving goes on.
    """
    log = get_settings().shopreel_data_dir / "logs" / "worker.log"
    configure_logging(level="warning")
    with ExitStack() as stack:
        page = url or _demo_product(stack.enter_context(_demo_shop()), product)
        prepare()
        listener = stack.enter_context(_listener(port))
        stack.enter_context(serving(listener))
        worker = stack.enter_context(WorkerProcess(log))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        err.print(f"ShopReel serves at [bold]{address}[/bold] (API: {address}docs)")
        err.print(f"Making a short of {escape(page)}")
        try:
            source, html = read_source(page)
            made = watch_short(start_short(source, html=html), worker)
            assert made.video is not None
            output.parent.mkdir(parents=True, exist_ok=True)
            media.save_as(made.video.key, output)
            size = f"{made.video.seconds:.1f} s, {made.video.size / 1e6:.1f} MB"
            err.print(f"[bold green]The video:[/bold green] [bold]{escape(str(output.resolve()))}[/bold] ({size})")
        except ShopReelError as error:
            if once:
                raise
            err.print(f"[red]No video:[/red] {escape(str(error))}")
        if once:
            return
        err.print("Serving until Ctrl-C.")
        try:
            wait_for_interrupt()
        except KeyboardInterrupt:
            err.print("Ending.")


def _demo_shop() -> DemoShop:
    """Return the demo shop, closed: it stands beside the service in a checkout, and in no wheel.

    Raises:
        InvalidInput: it is not here.
    """
    sys.path.insert(0, str(Path(__file__).parents[2]))
    try:
        from examples.demo_shop.shop import DemoShop
    except ModuleNotFoundError:
        raise InvalidInput(NO_SHOP) from None
    finally:
        del sys.path[0]
    return DemoShop()


def _demo_product(shop: DemoShop, number: int) -> str:
    """Return the address of a product, which may be fetched, and which the dashboard offers to try, from now on."""
    if number > len(shop.product_urls):
        raise InvalidInput(f"--product: the demo shop has {len(shop.product_urls)} products")
    page = shop.product_urls[number - 1]
    hosts = get_settings().fetchable_hosts | {urlsplit(page).netloc}
    os.environ |= {"FETCH_ALLOWED_HOSTS": ",".join(hosts), "DEMO_PRODUCT_URL": page}
    get_settings.cache_clear()
    return page


def _listener(port: int | None) -> socket.socket:
    if port is not None:
        return bound_socket("127.0.0.1", port)
    try:
        return bound_socket("127.0.0.1", USUAL_PORT)
    except InvalidInput:
        return bound_socket("127.0.0.1", 0)
