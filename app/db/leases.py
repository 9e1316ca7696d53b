"""Who may do what only one process may do at a time: named leases in the database, which run out by themselves.

They run out by the server's clock: a process whose own is wrong neither keeps a lease for ever nor takes one away.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from app.db import client as mongo
from app.db.client import database_answers
from app.db.server_clock import server_now

COLLECTION = "leases"


@database_answers()
def take(name: str, owner: str, seconds: float) -> bool:
    """Take the lease ``name`` for ``seconds`` from now, or keep it; return whether ``owner`` has it.

    Raises:
        Unavailable: the database does not answer.
    """
    leases = mongo.collection(COLLECTION)  # connected first: then the server's time is known
    now = server_now()
    mine = {"owner": owner, "expires_at": now + timedelta(seconds=seconds)}
    if leases.update_one({"_id": name, "owner": owner}, {"$set": mine}).matched_count:
        return True
    try:
        taken = leases.update_one({"_id": name, "expires_at": {"$lt": now}}, {"$set": mine}, upsert=True)
    except DuplicateKeyError:  # there is a lease, and it is not free
        return False
    return taken.matched_count > 0 or taken.upserted_id is not None


def renew(owners: Sequence[str], seconds: float, session: ClientSession | None) -> None:
    """Let all leases of these owners last for ``seconds`` from now; within a transaction, as it writes to several."""
    later = {"$set": {"expires_at": server_now() + timedelta(seconds=seconds)}}
    mongo.collection(COLLECTION).update_many({"owner": {"$in": list(owners)}}, later, session=session)


@database_answers()
def give_back(name: str, owner: str) -> None:
    """Give the lease back, if ``owner`` has it. Raises Unavailable, as ``take`` does."""
    mongo.collection(COLLECTION).delete_one({"_id": name, "owner": owner})
