"""Serve the demo shop until Ctrl-C: ``python -m examples.demo_shop [--port N]``."""

from __future__ import annotations

import argparse

from app.processes.lifetime import wait_for_interrupt
from examples.demo_shop.shop import DemoShop


def main() -> int:
    """Serve, print the addresses, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.demo_shop", description="Serve the demo shop on loopback."
    )
    parser.add_argument("--port", type=int, default=0, help="the port to listen on (default: a free one)")
    shop = DemoShop(port=parser.parse_args().port)
    try:
        shop.start()
    except (OSError, OverflowError) as error:
        parser.exit(1, f"The demo shop cannot be opened: {error}\n")
    try:
        print(f"The demo shop is open at {shop.url} (Ctrl-C closes it)", *shop.product_urls, sep="\n  ", flush=True)
        wait_for_interrupt()
    except KeyboardInterrupt:
        print("Closed.")
    finally:
        shop.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
