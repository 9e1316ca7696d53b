"""scenario_generation: a product and wishes become a scenario for a person to review."""

from __future__ import annotations

from typing import Any

from app.errors import InvalidInput
from app.models import TaskType, Wishes
from app.scenario.writer import write_scenario
from app.services.task_context import TaskContext
from app.storage import products, shorts
from app.utils.task_dispatch import submit_task


def start_scenario_generation(short_id: str, product_id: str, wishes: Wishes, **metadata: Any) -> str:
    """Start to write a scenario for a short; return the task's id.

    Raises:
        NotFound: there is no such product.
        Unavailable: the database does not answer.
    """
    products.get_product(product_id)
    return submit_task(
        TaskType.SCENARIO_GENERATION,
        short_id=short_id,
        product_id=product_id,
        wishes=wishes.model_dump(mode="json"),
        **metadata,
    )


def run(context: TaskContext) -> dict[str, Any]:
    """Write the scenario and put it with the short, where it waits to be saved."""
    task = context.task
    product_id = task.metadata.get("product_id")
    if not product_id or not task.short_id:
        raise InvalidInput("the task names no product or no short")
    context.report(10, "Reading the product's facts")
    stored = products.get_product(product_id)
    wishes = Wishes.model_validate(task.metadata.get("wishes") or {})
    context.report(40, "Writing the scenario")
    scenario = write_scenario(stored.product, stored.images, wishes)
    content = scenario.model_dump(mode="json")
    context.report(90, "Storing the scenario")
    shorts.ensure_short(task.short_id, task.user_id)
    shorts.update_short(task.short_id, scenario=content, product_id=product_id)
    return {"short_id": task.short_id, "scenario": content}
