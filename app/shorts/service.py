"""A short from page to video: which task comes next.

``advance`` looks at what a short has and submits what is missing. It may be called at any time, twice at once too:
every step has an idempotency key, so that it is started once. It is called when a task of the short has ended, and by
the sweeper for shorts that nobody touched for a while, as after a crash.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

from structlog.contextvars import bound_contextvars

from app.access.idempotency import IdempotencyKey, key_for_step
from app.core.telemetry import get_logger, request_id
from app.errors import DatabaseAway, ShopReelError
from app.models import Scenario, TaskInfo, TaskStatus, TaskType, Wishes, optional_caller_id
from app.queue.dispatch import submit_task
from app.rendering import brand
from app.rendering.voice import check_wish
from app.scenario.writer import check_count
from app.shorts import repository as shorts
from app.shorts.repository import Short, ShortStatus
from app.shorts.steps.scrape import store_page
from app.shorts.writes import end_short
from app.tasks.outage import NEW_SHORT, spool_writes
from app.tasks.repository import tasks_of_short
from app.tasks.service import cancel_task
from app.tasks.spool import get_spool

log = get_logger("shorts")


@dataclass(frozen=True)
class Step:
    """One task on the way; ``name`` is unique within the short."""

    name: str
    task_type: TaskType
    inputs: dict[str, Any] = field(default_factory=dict)
    required: bool = True


def _scrape(short: Short) -> list[Step]:
    inputs = {"html_key": short.html_key} if short.html_key else {}
    return [Step("scrape", TaskType.SCRAPING, inputs)]


def _analyse(short: Short) -> list[Step]:
    inputs = {"product_id": short.product_id}
    return [
        Step("images", TaskType.IMAGE_ANALYSIS, inputs),
        Step("text", TaskType.CONTENT_ANALYSIS, inputs, required=False),
    ]


def _write(short: Short) -> list[Step]:
    inputs: dict[str, Any] = {"product_id": short.product_id, "wishes": short.wishes.model_dump(mode="json")}
    if short.variant_count > 1:
        inputs["variants"] = short.variant_count
    return [Step("scenario", TaskType.SCENARIO_GENERATION, inputs)]


def _save(short: Short) -> list[Step]:
    return [Step("save", TaskType.SAVE_SCENARIO)]


def _render(short: Short) -> list[Step]:
    edition = shorts.edition_of(short)
    version, scenes = edition.version, edition.scenario.scenes
    # The longest first: what is begun last is then soon done, and no core waits long for it alone.
    order = sorted(range(len(scenes)), key=lambda number: -scenes[number].seconds)
    return [
        Step(f"scene-{number}-v{version}", TaskType.VIDEO_GENERATION, {"scene": number, "version": version})
        for number in order
    ]


def _finalize(short: Short) -> list[Step]:
    version = short.scenario_version
    return [Step(f"video-v{version}", TaskType.FINALIZE_SHORT, {"version": version})]


Stage = Callable[[Short], list[Step]]
TO_A_SCENARIO: tuple[Stage, ...] = (_scrape, _analyse, _write, _save)
"""Each begins when all steps of the one before are completed. Once a scenario was saved, none of them comes again."""
TO_A_VIDEO: tuple[Stage, ...] = (_render, _finalize)
"""The same for a version of the scenario."""


def start_short(
    url: str | None = None,
    *,
    html: str | None = None,
    short_id: str | None = None,
    user_id: str | None = None,
    wishes: Wishes | None = None,
    review: bool = False,
    variants: int = 1,
    allowed_hosts: list[str] | None = None,
    batch_id: str | None = None,
    id_scope: str | None = None,
    once: IdempotencyKey | None = None,
) -> str:
    """Start to make a short of the product at ``url`` (or of the saved page ``html``); return the short's key.

    The key is the short's id where it has no ``id_scope``.

    ``review``: stop when the scenario is written, for a person to edit and save it. ``variants``: how many different
    ones are written (1 to 5), of which a person saves one: more than one wait as with ``review``. ``batch_id``,
    ``id_scope``: see ``Short``. ``once``: the same request again gets the short that it has made. While the database is
    away a short without an id of the caller's choice is kept on the local disk, and begins when it is back.

    Raises:
        InvalidInput: neither page is given, ``variants`` is none of 1 to 5, an id or the brand kit is not valid, there
            is no such voice, or another request has used the idempotency key.
        Conflict: there is a short of this id already.
        Unavailable: the media store does not answer, or the database does not and the id was chosen.
    """
    brand.check(wishes.brand if wishes else None)
    if wishes:
        check_wish(wishes.voice, wishes.language)
    optional_caller_id("short_id", short_id)
    optional_caller_id("user_id", user_id)
    check_count(variants)
    if once is not None and (waiting := get_spool().find(once)):
        return waiting
    short = Short(
        short_id=short_id or f"short-{uuid.uuid4().hex[:12]}",
        id_scope=id_scope,
        user_id=user_id,
        automatic=True,
        review=review or variants > 1,
        variant_count=variants,
        batch_id=batch_id,
        url=url,
        allowed_hosts=allowed_hosts or [],
        wishes=wishes or Wishes(),
        html_key=store_page(url, html, user_id),
    )
    try:
        stored = shorts.insert_short(short, once)
    except DatabaseAway:
        if short_id is not None:  # that nobody else has it cannot be promised now
            raise
        return spool_writes(NEW_SHORT, short.key, shorts.insertion(short, once), once)
    with suppress(DatabaseAway):  # the sweeper goes on with it
        advance(stored.key)
    return stored.key


def start_written(short: Short, scenario: Scenario, once: IdempotencyKey | None = None) -> str:
    """Start to make another short of what was read for one, with a script that is there already; return its key.

    Raises:
        InvalidInput: another request has used the idempotency key.
        Unavailable: the database does not answer.
    """
    done = [step.name for stage in (_scrape, _analyse, _write) for step in stage(short)]
    kept = {"user_id", "url", "html_key", "allowed_hosts", "product_id", "title", "writer"}
    made = Short(
        short_id=f"short-{uuid.uuid4().hex[:12]}",
        automatic=True,
        wishes=scenario.wishes,
        scenario=scenario,
        draft=1,
        done=done,
        **{name: getattr(short, name) for name in kept},
    )
    stored = shorts.insert_short(made, once)
    advance(stored.key)
    return stored.key


def advance(key: str) -> None:
    """Submit the tasks that come next, or end the short. Does nothing for a short that is not in the making."""
    short = shorts.find_short(key)
    if short is None or not short.automatic or short.status is not ShortStatus.MAKING:
        return
    tasks = tasks_by_step(key)
    with _as_asked(tasks):
        _go_on(short, tasks)


def _as_asked(tasks: dict[str, TaskInfo]) -> AbstractContextManager[Any]:
    """Let what is submitted carry the id of the request that the short goes back to, also where the sweeper goes on."""
    known = [task.request_id for task in tasks.values() if task.request_id]
    return bound_contextvars(request_id=known[-1]) if known and request_id() is None else nullcontext()


def _go_on(short: Short, tasks: dict[str, TaskInfo]) -> None:
    version = short.scenario_version
    _give_up_older(version, tasks)
    for stage in TO_A_VIDEO if version else TO_A_SCENARIO:
        if stage is _save and short.review:
            end_short(short.key, ShortStatus.WAITING, version)
            return
        if not _stage_is_over(short, stage(short), tasks):
            return
    if version:
        end_short(short.key, ShortStatus.COMPLETED, version)
    elif shorts.get_short(short.key).scenario_version:  # it was saved since it was read
        advance(short.key)


def _give_up_older(version: int, tasks: dict[str, TaskInfo]) -> None:
    """Cancel what is under way for versions of the scenario that nobody waits for any more."""
    for task in tasks.values():
        if not task.ended and task.metadata.get("version", version) < version:
            cancel_task(task.task_id)


def cancel_short(key: str, *, by: str | None = None) -> bool:
    """End a short in the making and all that is under way for it; False if there is nothing to end.

    The short ends first, so that no step follows on one that ends meanwhile. ``by``: the user who cancels.

    Raises:
        Unavailable: the database does not answer. Asking again goes on.
    """
    short = shorts.get_short(key)
    ended = short.automatic and end_short(key, ShortStatus.CANCELLED, error="cancelled")
    return _cancel_live(key, by) or ended


def _cancel_live(key: str, by: str | None = None) -> bool:
    cancelled = [cancel_task(task.task_id, by=by) for task in tasks_of_short(key) if not task.ended]
    return any(cancelled)


WRITTEN_OF = (TaskType.IMAGE_ANALYSIS, TaskType.CONTENT_ANALYSIS, TaskType.SCENARIO_GENERATION)
MOVES_A_SHORT = frozenset({TaskType.SAVE_SCENARIO, TaskType.FINALIZE_SHORT})
"""What a person starts that lets a short go on; any other task that is no step of a short changes nothing for it."""


def task_ended(task: TaskInfo, *, completed: bool) -> None:
    """Go on with the short of a task that has just ended. A fault is logged: the sweeper tries again."""
    step = "step" in task.metadata
    if task.short_key is None or not (step or task.task_type in MOVES_A_SHORT):
        return
    try:
        if completed and task.task_type is TaskType.FINALIZE_SHORT and not step:
            # The caller runs the steps: this was the last, unless a scenario was saved meanwhile.
            short = shorts.get_short(task.short_key)
            version = task.metadata.get("version", short.scenario_version)
            end_short(task.short_key, ShortStatus.COMPLETED, version)
        advance(task.short_key)
    except ShopReelError as error:
        log.warning("short_not_advanced", short_id=task.short_id, reason=str(error))


def tasks_by_step(key: str) -> dict[str, TaskInfo]:
    """Return the tasks that ``advance`` has started for a short, by the name of their step."""
    found = (task for task in tasks_of_short(key) if "step" in task.metadata)
    # One that came too late for its idempotency key is cancelled, and says nothing of the step.
    return {task.metadata["step"]: task for task in found if "duplicate_of" not in task.metadata}


def _stage_is_over(short: Short, steps: list[Step], tasks: dict[str, TaskInfo]) -> bool:
    """Submit the steps that were not yet; return whether all have succeeded. One that failed ends the short.

    What is done the short's own record says: a task that is there says more, and one that was removed says nothing.
    """
    waiting = submitted = False
    for step in steps:
        if step.name in short.done:
            continue
        task = tasks.get(step.name)
        if task is None and _shows(short, step):
            continue
        if task is None:
            _submit(short, step)
            waiting = submitted = True
        elif task.status in (TaskStatus.FAILED, TaskStatus.CANCELLED):
            if step.required:
                status = ShortStatus(task.status.value)
                reason = task.error or f"{step.name} was cancelled"
                if not end_short(short.key, status, short.scenario_version, reason):
                    return False  # it has ended, or goes on with another version
                _cancel_live(short.key)  # nobody needs what the others would make
                return False
        elif not task.ended:
            waiting = True
    if submitted and not shorts.is_in_the_making(short.key):  # it was cancelled while they were submitted
        _cancel_live(short.key)
    return not waiting


def _shows(short: Short, step: Step) -> bool:
    """Tell whether what a short has shows that a step is done: its record, written before there was ``done``."""
    return (step.name == "scrape" and short.product_id is not None) or (
        step.task_type in WRITTEN_OF and short.scenario is not None
    )


def _submit(short: Short, step: Step) -> None:
    scope: dict[str, Any] = {"id_scope": short.id_scope} if short.id_scope else {}
    submit_task(
        step.task_type,
        url=short.url if step.task_type is TaskType.SCRAPING else None,
        user_id=short.user_id,
        short_id=short.short_id,
        short_title=short.title,
        once=key_for_step(short.key, step.name, step.task_type.value),
        step=step.name,
        allowed_hosts=short.allowed_hosts,
        **scope,
        **step.inputs,
    )
