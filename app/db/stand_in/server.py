"""How a server shows that it is none that MongoDB makes, and how much may be asked of it at once.

The embedded database reads all that match, sorts them, and then limits; it compares every document that it has found
with every id of an ``$in``; and whoever reads waits for one statement. A server shows the first in its own plan. That
decides all three: a server that does not show how it would sort is treated with the same care.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from pymongo.database import Database
from pymongo.errors import OperationFailure

from app.db.writes import Insert, Write

IDS_AT_ONCE = 20
"""Of one ``$in``."""
WRITES_A_STATEMENT = 50
MANY = 10
"""So many documents go to a collection in one statement: the embedded database prepares each statement anew."""
PROBE = {"find": "tasks", "filter": {"user_id": ""}, "sort": {"created_at": -1}, "limit": 1, "hint": "user_created"}
"""A find whose order is that of an index."""


def sorts_first(database: Database[Any]) -> bool:
    """Tell whether the server sorts all that match before it limits, by its plan; one that tells none: True.

    Raises:
        pymongo.errors.PyMongoError: no server answers.
    """
    try:
        return plans_to_sort(database.command("explain", PROBE, verbosity="queryPlanner"))
    except OperationFailure:
        return True


def plans_to_sort(explained: Mapping[str, Any]) -> bool:
    """Tell by the answer to ``explain`` whether what is found is sorted, though an index has the order."""
    stages = set(_stages(explained))
    return not stages or "SORT" in stages


def _stages(plan: Any) -> Iterator[str]:
    """Yield the names of the stages of a plan, whatever lies around them (shards, slot-based plans)."""
    if isinstance(plan, Mapping):
        if isinstance(stage := plan.get("stage"), str):
            yield stage
        for name, part in plan.items():
            if name != "rejectedPlans":
                yield from _stages(part)
    elif isinstance(plan, list):
        for part in plan:
            yield from _stages(part)


def runs(writes: Sequence[Write]) -> Iterator[Sequence[Write]]:
    """Split writes, in order, so that many documents for one collection are by themselves, though not as the first."""
    run = list(writes[:1])
    for _, group in groupby(writes[1:], key=lambda write: isinstance(write, Insert) and write.collection):
        some = list(group)
        if isinstance(some[0], Insert) and len(some) >= MANY:
            yield from (run, some) if run else (some,)
            run = []
        else:
            run += some
    if run:
        yield run
