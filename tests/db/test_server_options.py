"""Options in the address of the database: none takes away what ShopReel needs, and none is ignored in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from pymongo.errors import DuplicateKeyError

from app.config import get_settings
from app.db import client as mongo
from app.models import SessionStatus, TaskStatus, TaskType
from app.queue import broker
from app.sessions.service import session_service
from app.tasks.service import complete_task, create_task, start_task
from tests.staging import stored

With = Callable[[str], None]


@pytest.fixture
def with_options(monkeypatch: pytest.MonkeyPatch) -> Iterator[With]:
    """Connect to the run's database with options in the address."""
    base = mongo.mongodb_uri(get_settings())

    def connect(options: str, database: str = "") -> None:
        given = base.partition("?")
        own = "" if "directConnection" in options else given[2]
        query = "&".join(filter(None, (own, options)))
        monkeypatch.setenv("MONGODB_URI", f"{given[0].rstrip('/')}/{database}?{query}")
        get_settings.cache_clear()
        mongo.close()

    yield connect
    monkeypatch.undo()
    get_settings.cache_clear()
    mongo.close()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("readPreference=secondary&readPreferenceTags=dc:ny&maxStalenessSeconds=120", 3),
        ("readConcernLevel=linearizable", 1),
        ("readConcernLevel=snapshot", 1),
        ("w=0", 1),
        ("w=1&wtimeoutMS=1&journal=false", 3),
        ("w=7", 1),
        ("timeoutMS=1", 1),
        ("waitQueueTimeoutMS=1", 1),
        ("datetime_conversion=DATETIME_MS", 1),
        ("tz_aware=false&uuidRepresentation=standard", 2),
        ("retryWrites=false&retryReads=false", 0),
        ("directConnection=true", 0),
        ("compressors=zlib&zlibCompressionLevel=1", 0),
        ("appName=shop&maxIdleTimeMS=100&maxPoolSize=3&serverMonitoringMode=poll", 0),
    ],
)
def test_a_task_lives_its_life_whatever_the_options_are(options: str, told: int, with_options: With) -> None:
    with_options(options)
    assert len(get_settings().told) == told
    began = datetime.now(UTC)
    task_id = create_task(TaskType.IMAGE_ANALYSIS, user_id="u", short_id="s")
    assert start_task(task_id)
    (session,) = session_service.get_sessions_by_short_id("s")
    assert (session.status, session.created_at.tzinfo) == (SessionStatus.ACTIVE, UTC)
    assert abs((session.created_at - began).total_seconds()) < 60
    assert complete_task(task_id, {"done": True})
    assert stored("tasks", {"_id": task_id})["status"] == TaskStatus.COMPLETED
    assert session_service.get_sessions_by_short_id("s") == []
    with pytest.raises(DuplicateKeyError):
        mongo.collection("tasks").insert_one({"_id": task_id})


def test_an_option_that_is_a_setting_too_gives_way_to_the_setting(
    with_options: With, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_options("maxPoolSize=3&minPoolSize=2&socketTimeoutMS=2500")
    pool = mongo.connect().client.options.pool_options
    assert (pool.min_pool_size, pool.max_pool_size, pool.socket_timeout) == (2, 3, 2.5)
    monkeypatch.setenv("MONGODB_POOL_SIZE", "5")
    with_options("maxPoolSize=3&socketTimeoutMS=2500")
    pool = mongo.connect().client.options.pool_options
    assert (pool.min_pool_size, pool.max_pool_size, pool.socket_timeout) == (5, 50, 2.5)
    assert get_settings().told == (
        "MONGODB_URI: the option maxPoolSize is left out: MONGODB_POOL_SIZE or MONGODB_MAX_POOL_SIZE is set",
    )


@pytest.mark.parametrize(
    ("named", "explicit", "used", "told"),
    [
        ("shop", "", "shop", 0),
        ("", "", "shopreel", 0),
        ("admin", "", "shopreel", 1),
        ("shop", "other", "other", 1),
        ("same", "same", "same", 0),
    ],
)
def test_the_database_is_the_one_that_is_named(
    named: str, explicit: str, used: str, told: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONGODB_DATABASE", explicit)
    monkeypatch.setenv("MONGODB_URI", f"mongodb://db.example/{named}")
    get_settings.cache_clear()
    assert (get_settings().mongodb_database, len(get_settings().told)) == (used, told)
    assert all(used in line for line in get_settings().told)


@pytest.mark.parametrize("options", ["decode_responses=true", "socket_timeout=0.000001&max_connections=1&protocol=3"])
def test_options_of_redis_leave_messages_as_they_must_be(options: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", f"{broker.redis_url().split('?')[0]}?{options}")
    broker.close()
    get_settings.cache_clear()
    try:
        assert len(get_settings().told) == options.count("=")
        broker.probe()
        assert broker.client().ping()
        assert isinstance(broker.client().echo("x"), bytes)
    finally:
        broker.close()
