from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.demo.shop import DemoShop
from tests.conftest import PICTURES


@pytest.fixture(scope="session")
def shop() -> Iterator[DemoShop]:
    """One open shop for the whole folder."""
    with DemoShop(picture_folder=PICTURES) as opened:
        yield opened
