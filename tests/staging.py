"""Records as tests need them: written by the product's own functions, in the name of a run that is made up for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from app.models import ContentAnalysis, ImageAnalysis, Product, Scenario, split_short_key
from app.storage import mongo, products, short_writes, shorts


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
    tasks.update_one({"_id": task_id}, {"$set": running}, upsert=True)
    try:
        yield run
    finally:
        if before is None:
            tasks.delete_one({"_id": task_id})
        else:
            tasks.replace_one({"_id": task_id}, before)


def save_products(found: dict[str, Product], user_id: str | None) -> None:
    with run_of("staging") as run:
        products.save_products(run, found, user_id)


def save_product(product_id: str, product: Product, user_id: str | None) -> None:
    save_products({product_id: product}, user_id)


def save_images(product_id: str, images: list[ImageAnalysis]) -> None:
    with run_of("staging") as run:
        products.save_images(run, product_id, images)


def save_analysis(product_id: str, analysis: ContentAnalysis) -> None:
    with run_of("staging") as run:
        products.save_analysis(run, product_id, analysis)


def set_product(key: str, product_id: str, title: str) -> None:
    with run_of("staging") as run:
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
