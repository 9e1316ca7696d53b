"""Which servers are treated as the embedded database is, by what they show; and that it makes no difference."""

from __future__ import annotations

from typing import Any

import pytest

from app.db import client as mongo
from app.db.client import in_transaction, write_in
from app.db.many import IDS_AT_ONCE, chunked
from app.db.stand_in import server
from app.db.writes import Insert, Write

SCAN = {"stage": "IXSCAN", "keyPattern": {"user_id": 1, "created_at": -1}}
BY_INDEX = {"stage": "LIMIT", "limitAmount": 1, "inputStage": {"stage": "FETCH", "inputStage": SCAN}}
SORTED = {"stage": "SORT", "limitAmount": 1, "inputStage": {"stage": "FETCH", "inputStage": SCAN}}
SHARDS = {"stage": "SHARD_MERGE_SORT", "shards": [{"shardName": "a", "winningPlan": BY_INDEX}]}


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ({"queryPlanner": {"winningPlan": BY_INDEX, "rejectedPlans": [SORTED]}}, False),
        ({"queryPlanner": {"winningPlan": {"isCached": False, "queryPlan": BY_INDEX, "slotBasedPlan": {}}}}, False),
        ({"queryPlanner": {"winningPlan": SHARDS}}, False),
        ({"queryPlanner": {"winningPlan": SORTED}}, True),
        ({"queryPlanner": {"winningPlan": {"stage": "SHARD_MERGE", "shards": [{"winningPlan": SORTED}]}}}, True),
        ({"ok": 1.0}, True),
    ],
)
def test_a_server_shows_by_its_plan_whether_it_sorts_first(plan: dict[str, Any], expected: bool) -> None:
    assert server.plans_to_sort(plan) is expected


def test_a_server_that_tells_no_plan_is_treated_with_care(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PROBE", server.PROBE | {"hint": {"no_such_index": 1}, "filter": {"$no": 1}})
    assert server.sorts_first(mongo.connect().database)


def test_the_choice_is_made_when_the_database_is_connected_to() -> None:
    connection = mongo.connect()
    assert connection.sorts_first is server.sorts_first(connection.database)
    if "secantusVersion" in connection.client.admin.command("buildInfo"):
        assert connection.sorts_first


@pytest.mark.parametrize("sorts_first", [True, False])
def test_ids_and_writes_are_split_where_the_server_wants_it(sorts_first: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongo.connect(), "sorts_first", sorts_first)
    most = server.IDS_AT_ONCE if sorts_first else IDS_AT_ONCE
    assert [len(some) for some in chunked(range(most + 3))] == [most, 3]
    writes: list[Write] = [
        Insert("leases", {"_id": "first"}),
        *(Insert("sessions", {"_id": str(number), "task_id": str(number)}) for number in range(120)),
    ]
    assert in_transaction(lambda session: write_in(session, writes))
    assert mongo.collection("sessions").count_documents({}) == 120
