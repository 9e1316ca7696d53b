"""What the OpenAPI document says and what the API does, held against each other by schemathesis on a real server.

Left out: that every body the schema allows is taken. JSON Schema cannot say that an id is printable, that a cursor must
be one that was given out, or that one of two fields is needed; those are answered 422, and tested by name elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case

from app.access.authentication import OPEN_PATHS
from app.access.keys import KeyScope, create_key
from app.cli.serve import bound_socket, serving
from app.config import get_settings
from app.main import create_app
from tests.access.servers import answers
from tests.polling import wait_for

Test = TypeVar("Test", bound=Callable[..., None])
SECONDS = 10
"""What takes longer hangs."""
ALSO_NAMES = frozenset({"/api/v1/shorts/finalize", "/api/v1/brand-kits/from-page"})
"""Other methods have these paths for a thing of that name, and ``Allow`` says so; the document has them elsewhere."""
STREAM = "/api/v1/events"
pytestmark = [
    pytest.mark.usefixtures("ends_tasks"),
    pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies"),
]


def bounded(examples: int, *phases: Phase) -> settings:
    """Return how many random requests each operation gets, the same ones every time."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )


def document(*, keys_required: bool, systematic: bool = True) -> Callable[[Test], Test]:
    """Return what runs a test for each operation of the document.

    ``systematic``: each constraint of each field broken and kept, one by one.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("API_KEYS_REQUIRED", str(keys_required))
        get_settings.cache_clear()
        schema = create_app().openapi()
    get_settings.cache_clear()
    config = schemathesis.Config.from_dict(
        {
            "seed": 1,
            "generation": {"deterministic": True, "no-shrink": True, "with-security-parameters": False},
            "checks": {"positive_data_acceptance": {"enabled": False}},
            "phases": {"coverage": {"enabled": systematic}},
        }
    )
    return schemathesis.openapi.from_dict(schema, config=config).parametrize()


without_keys = document(keys_required=False)
with_keys = document(keys_required=True, systematic=False)


def served(keys_required: bool) -> Iterator[str]:
    """Serve the API on loopback; yield its address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("API_KEYS_REQUIRED", str(keys_required))
        patch.setenv("LIMIT_TASKS_PER_MINUTE", "0")
        get_settings.cache_clear()
        with bound_socket("127.0.0.1", 0) as listener, serving(listener):
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            wait_for(lambda: answers(f"{url}/health/live"), what="the server")
            yield url
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def open_url() -> Iterator[str]:
    """The API that needs no key."""
    yield from served(False)


@pytest.fixture(scope="module")
def keyed_url(open_url: str) -> Iterator[str]:
    """The API that needs one."""
    yield from served(True)


@pytest.fixture
def key() -> dict[str, str]:
    """The header with a user's key."""
    return {"Authorization": f"Bearer {create_key('alice', KeyScope.USER)[1]}"}


def validate(case: Case[Any], url: str, headers: dict[str, str]) -> None:
    """Send the request and check the answer against the document."""
    if case.operation.path == STREAM and isinstance(case.query.get("wait", 0), int | float):
        case.query["wait"] = min(0, case.query.get("wait", 0))  # a stream without an end would never be an answer
    left_out: list[Any] = [schemathesis.checks.CHECKS.get_by_names(["allow_header_conformance"])[0]]
    excluded = left_out if case.operation.path in ALSO_NAMES else []
    case.call_and_validate(base_url=url, headers=headers, excluded_checks=excluded, timeout=SECONDS)


@without_keys
@bounded(8, Phase.explicit, Phase.generate)
def test_where_no_key_is_needed(case: Case[Any], open_url: str) -> None:
    validate(case, open_url, {})


@with_keys
@bounded(10, Phase.explicit, Phase.generate)
def test_with_a_key(case: Case[Any], keyed_url: str, key: dict[str, str]) -> None:
    validate(case, keyed_url, key)


@with_keys
@bounded(4, Phase.generate)
def test_without_the_key(case: Case[Any], keyed_url: str) -> None:
    case.headers.pop("Authorization", None)
    answer = case.call(base_url=keyed_url, timeout=SECONDS)
    assert (answer.status_code == 401) is (case.operation.path not in OPEN_PATHS)
    case.validate_response(answer)
