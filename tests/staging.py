"""Records as tests need them: put there, or written by the product's own functions for a run that is made up for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from app.db import client as mongo
from app.db.client import write_together
from app.db.writes import Delete, Insert, Update
from app.errors import DatabaseAway
from app.models import ImageAnalysis, Product, Scenario, split_short_key, utc_now
from app.shorts import repository as shorts
from app.shorts import writes as short_writes
from app.tasks.outage import replay_spool
from tests.polling import wait_for

NOTHING = Delete("tasks", {"_id": "no such task"})
"""With it a write is a transaction: alone it might wait for one of a scheduler's, which waits for the collection."""


@dataclass(frozen=True)
class Held:
    """A run, as what is stored asks for it."""

    task_id: str
    owner: str = "staging"
    epoch: int = 1


@contextmanager
def run_of(task_id: str) -> Iterator[Held]:
    """Let a task run while the block does; afterwards it is as it was, or not there."""
    tasks, run = mongo.collection("tasks"), Held(task_id)
    before = tasks.find_one({"_id": task_id})
    running = {"status": "running", "lease_owner": run.owner, "lease_epoch": run.epoch}
    write_together([Update("tasks", {"_id": task_id}, {"$set": running}, upsert=True), NOTHING])
    try:
        yield run
    finally:
        back = [Insert("tasks", before)] if before is not None else [NOTHING]
        write_together([Delete("tasks", {"_id": task_id}), *back])


def stored(collection: str, query: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the document that there is."""
    found = mongo.collection(collection).find_one(query)
    assert found is not None, query
    return found


def save_product(product_id: str, product: Product, user_id: str | None) -> None:
    now = utc_now()
    stored = {"product": product.model_dump(mode="json"), "user_id": user_id, "created_at": now, "updated_at": now}
    mongo.collection("products").replace_one({"_id": product_id}, stored, upsert=True)


def save_images(product_id: str, images: list[ImageAnalysis]) -> None:
    found = {"images": [image.model_dump(mode="json") for image in images]}
    mongo.collection("products").update_one({"_id": product_id}, {"$set": found})


def set_product(key: str, product_id: str, title: str) -> None:
    with run_of(str(uuid4())) as run:
        short_writes.set_product(run, key, product_id, title, None)


def save_scenario(key: str, scenario: Scenario, saved_by_task: str) -> int:
    with run_of(saved_by_task) as run:
        return short_writes.save_scenario(run, shorts.get_short(key), scenario)


def ensure_short(key: str, user_id: str | None) -> None:
    """Make a short whose steps the caller runs, unless there is one."""
    short_id, id_scope = split_short_key(key)
    if shorts.find_short(key) is None:
        shorts.insert_short(shorts.Short(short_id=short_id, id_scope=id_scope, user_id=user_id))


def update_short(key: str, **fields: Any) -> None:
    """Set fields of a short's record, as they are stored."""
    mongo.collection("shorts").update_one({"_id": key}, {"$set": fields})


def back_again() -> None:
    """Wait until this process sees the database again, and write what was spooled."""

    def replayed() -> bool:
        try:
            replay_spool()
        except DatabaseAway:
            return False
        return True

    wait_for(replayed, 20, "the return of the database")
