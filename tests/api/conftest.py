"""The API in this process, over real HTTP semantics, with the embedded servers behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.main import create_app


@pytest.fixture
def api() -> Iterator[TestClient]:
    """A client of the API; no worker runs, so that what is submitted stays queued."""
    with TestClient(create_app(), raise_server_exceptions=False) as client:
        yield client
