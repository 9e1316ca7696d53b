"""The API with keys required, as two users and an admin see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient

from app.access.keys import KeyScope, create_key
from app.config import get_settings
from app.main import create_app


@pytest.fixture
def with_settings(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set settings, by their names in capitals, for one test."""

    def change(**values: object) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, str(value))
        get_settings.cache_clear()

    return change


@dataclass
class Keyed:
    """One client for each key."""

    app: TestClient
    alice: dict[str, str]
    bob: dict[str, str]
    admin: dict[str, str]


def bearer(user_id: str, scope: KeyScope = KeyScope.USER) -> dict[str, str]:
    """Make a key; return the header that carries it."""
    return {"Authorization": f"Bearer {create_key(user_id, scope)[1]}"}


@pytest.fixture(scope="module")
def keyed_app() -> Iterator[TestClient]:
    """The API, where keys are required."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("API_KEYS_REQUIRED", "true")
        get_settings.cache_clear()
        with TestClient(create_app(), raise_server_exceptions=False) as client:
            yield client
    get_settings.cache_clear()


@pytest.fixture
def keyed(keyed_app: TestClient) -> Keyed:
    """The API, and the headers of two users and an admin."""
    return Keyed(keyed_app, bearer("alice"), bearer("bob"), bearer("root", KeyScope.ADMIN))
