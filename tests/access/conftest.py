"""The API with keys required, as two users and an admin see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient

from app.config import get_settings
from app.main import create_app
from app.storage.keys import KeyScope, create_key


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


@pytest.fixture
def keyed(with_settings: Callable[..., None]) -> Iterator[Keyed]:
    """The API, where keys are required, and the headers of two users and an admin."""
    with_settings(API_KEYS_REQUIRED="true")
    with TestClient(create_app(), raise_server_exceptions=False) as client:
        yield Keyed(client, bearer("alice"), bearer("bob"), bearer("root", KeyScope.ADMIN))
