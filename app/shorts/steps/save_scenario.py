"""save_scenario: the reviewed scenario is checked and stored, and what waited for the review waits no longer."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from app.db.lookups import skipped_in_an_outage
from app.errors import Conflict, InvalidInput
from app.http.schemas import ShortTaskRequest
from app.models import Scenario, TaskType, short_key
from app.products import repository as products
from app.queue.dispatch import submit_task
from app.scenario.check import check_scenario
from app.shorts import repository as shorts
from app.shorts import revisions
from app.shorts.revisions import REVISION
from app.shorts.writes import save_scenario
from app.tasks.context import TaskContext

TRIES = 3


class ScenarioSaveRequest(ShortTaskRequest):
    """The reviewed scenario; left out: the generated one as it is."""

    scenario: Scenario | None = None
    revision: Annotated[str, Field(pattern=REVISION)] | None = None
    """What the short's ``revision`` must be: that of the scenario which the caller has seen."""


def start_save_scenario(
    short_id: str, scenario: Scenario | None = None, revision: str | None = None, **metadata: Any
) -> str:
    """Start to save a short's scenario: the one given (edited), or the one that was generated; return the task's id.

    ``revision``: the one that this rests on; None: whichever there is.

    Raises:
        Outdated: the short has another revision.
        NotFound: there is no such short.
        Conflict: there is no scenario or no product yet.
        InvalidInput: the scenario given breaks a rule; the message says which.
        Unavailable: the database does not answer.
    """
    with skipped_in_an_outage():
        short = shorts.get_short(short_key(short_id, metadata.get("id_scope")))
        revisions.check_revision(short, revision)
        if scenario is not None:
            _check(short, scenario)
        else:
            short.written_scenario()
    content = scenario.model_dump(mode="json") if scenario else None
    return submit_task(TaskType.SAVE_SCENARIO, short_id=short_id, scenario=content, revision=revision, **metadata)


def run(context: TaskContext) -> dict[str, Any]:
    """Check the scenario, store it as the short's next version and end the short's scenario-generation sessions."""
    task = context.task
    if not task.short_key:
        raise InvalidInput("the task names no short")
    context.report(20, "Checking the scenario")
    given = task.metadata.get("scenario")
    edited = Scenario.model_validate(given) if given else None
    for left in reversed(range(TRIES)):
        short = shorts.get_short(task.short_key)
        revisions.check_revision(short, task.metadata.get("revision"))
        scenario = edited or short.written_scenario()
        _check(short, scenario)
        context.report(60, "Storing the scenario")
        try:
            version = save_scenario(context.lease, short, scenario, edited=edited is not None)
        except Conflict:
            # An edit of the draft that came between is saved with it; what another has saved is not saved over.
            if not left or edited or shorts.get_short(task.short_key).scenario_version != short.scenario_version:
                raise
        else:
            break
    return {"short_id": task.short_id, "version": version, "scenario": scenario.model_dump(mode="json")}


def _check(short: shorts.Short, scenario: Scenario) -> None:
    if short.product_id is None:
        raise Conflict(f"short {short.short_id} has no product yet")
    problems = check_scenario(scenario, products.get_product(short.product_id).product, edited=True)
    if problems:
        raise InvalidInput("; ".join(problems))
