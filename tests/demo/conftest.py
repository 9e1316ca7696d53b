from __future__ import annotations

from collections.abc import Iterator

import pytest

from examples.demo_shop.shop import DemoShop


@pytest.fixture(scope="session")
def shop() -> Iterator[DemoShop]:
    """One open shop for the whole folder."""
    with DemoShop() as opened:
        yield opened
