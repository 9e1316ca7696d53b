"""Shows the session feature step by step: run ``python test_session_feature.py``.

It uses the database of ``MONGODB_URI``, or the embedded one. Whatever it creates it removes again. The exit code is 0
when every step holds, 1 when one does not, 3 when the database does not answer.
"""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable
from datetime import timedelta

from app.db import client as mongo
from app.db.writes import Delete
from app.models import Product, Scenario, Scene, Wishes, utc_now
from app.products import repository as products
from app.services.session_service import session_service
from app.shorts import repository as shorts
from app.shorts.writes import save_scenario, set_product
from app.tasks.service import claim_task
from app.utils.task_management import (
    TaskPriority,
    TaskType,
    cancel_task,
    complete_task,
    create_task,
    fail_task,
    get_task_status,
    start_task,
    update_task_progress,
)

RUN = f"feature-test-{uuid.uuid4().hex[:8]}"
USER = f"{RUN}-user"
failures = 0


def check(what: str, holds: bool) -> None:
    """Print one step and remember whether it holds."""
    global failures
    failures += not holds
    print(f"   {'ok  ' if holds else 'FAIL'}  {what}")


def short(name: str) -> str:
    """Return a short id of this run."""
    return f"{RUN}-{name}"


def creation_and_retrieval() -> None:
    """Sessions are created, read, updated and removed."""
    task_id = f"{RUN}-task"
    created = session_service.create_session(short("a"), TaskType.IMAGE_ANALYSIS, task_id, USER)
    check("create_session returns the session, active", created is not None and created.status == "active")
    check("get_session finds it by its task", session_service.get_session(task_id) == created)
    check("get_sessions_by_short_id lists it", session_service.get_sessions_by_short_id(short("a")) == [created])
    check("get_sessions_by_user_id lists it", session_service.get_sessions_by_user_id(USER) == [created])
    check("update_session_status sets its status", session_service.update_session_status(task_id, "failed"))
    changed = session_service.get_session(task_id)
    check("the new status is read back", changed is not None and changed.status == "failed")
    check("remove_session removes it", session_service.remove_session(task_id))
    check("it is gone", session_service.get_session(task_id) is None)
    check("removing it again says that there is none", not session_service.remove_session(task_id))
    try:
        session_service.create_session("with/slash", TaskType.IMAGE_ANALYSIS, task_id)
        check("an invalid short id is refused", False)
    except ValueError as error:
        check(f"an invalid short id is refused ({error})", True)


def cleanup() -> None:
    """Old completed and failed sessions are removed, active and young ones are not."""
    ages = {
        "old-completed": (8, "completed"),
        "old-failed": (8, "failed"),
        "old-active": (8, "active"),
        "new": (6, "failed"),
    }
    for name, (days, status) in ages.items():
        session_service.create_session(short("b"), TaskType.SCENARIO_GENERATION, f"{RUN}-{name}", USER)
        mongo.collection("sessions").update_one(
            {"task_id": f"{RUN}-{name}"}, {"$set": {"created_at": utc_now() - timedelta(days=days), "status": status}}
        )
    removed = session_service.cleanup_old_sessions(7)
    check(f"cleanup_old_sessions(7) removed {removed}, at least the two old ones that had ended", removed >= 2)
    left = {session.task_id.removeprefix(f"{RUN}-") for session in session_service.get_sessions_by_short_id(short("b"))}
    check(f"left are {sorted(left)}", left == {"old-active", "new"})
    check(
        "remove_sessions removes the rest in one batch",
        session_service.remove_sessions(short("b"), "scenario_generation") == 2,
    )


def task_integration() -> None:
    """A session comes with its task and goes with it."""
    for name, end in (
        ("completed", lambda task: complete_task(task, {"ok": True})),
        ("failed", lambda task: fail_task(task, "it was not to be")),
        ("cancelled", cancel_task),
    ):
        _follow(name, end)
    scraping = create_task(TaskType.SCRAPING, url="https://example.com", user_id=USER, short_id=short("c"))
    check("a scraping task has no session", session_service.get_session(scraping) is None)
    complete_task(scraping)
    alone = create_task(TaskType.IMAGE_ANALYSIS, user_id=USER)
    check("a task without short_id has no session", session_service.get_session(alone) is None)
    complete_task(alone)


def _follow(name: str, end: Callable[[str], bool]) -> None:
    task = create_task(
        TaskType.IMAGE_ANALYSIS, user_id=USER, short_id=short("c"), product_id="p", priority=TaskPriority.NORMAL
    )
    session = session_service.get_session(task)
    check(f"{name}: the session is there as soon as the task is", session is not None and session.status == "active")
    check(f"{name}: it stays while the task runs", start_task(task) and update_task_progress(task, 50, "half way"))
    check(f"{name}: it is still active", session_service.get_session(task) == session)
    check(f"{name}: the task ends", end(task))
    check(f"{name}: the session is gone", session_service.get_session(task) is None)
    status = get_task_status(task)
    check(f"{name}: the task says so", status is not None and status.status == name)
    check(f"{name}: it cannot end twice", not end(task))


def scenario_rules() -> None:
    """A scenario's session outlives its task, until the scenario is saved."""
    first = create_task(TaskType.SCENARIO_GENERATION, user_id=USER, short_id=short("d"))
    second = create_task(TaskType.SCENARIO_GENERATION, user_id=USER, short_id=short("d"))
    start_task(first)
    complete_task(first)
    waiting = session_service.get_session(first)
    check("the session of a generated scenario stays, completed", waiting is not None and waiting.status == "completed")
    fail_task(second, "no words came")
    failed = session_service.get_session(second)
    check("the session of a failed one stays, failed", failed is not None and failed.status == "failed")
    product = Product(title="Pour-over set", images=["https://shop.example/1.jpg"])
    scraping = create_task(TaskType.SCRAPING, user_id=USER, short_id=short("d"))
    scrape = claim_task(scraping)
    assert scrape is not None
    products.save_product(scrape, f"{RUN}-product", product, USER)
    set_product(scrape, short("d"), f"{RUN}-product", product.title, USER)
    complete_task(scraping)
    scene = Scene(role="hook", image=product.images[0], motion="zoom_in", on_screen_text="Slow coffee", seconds=12)
    scenario = Scenario(title="Pour-over set", language="en", wishes=Wishes(seconds=12), scenes=[scene])
    saving = create_task(TaskType.SAVE_SCENARIO, user_id=USER, short_id=short("d"))
    save = claim_task(saving)
    assert save is not None
    version = save_scenario(save, shorts.get_short(short("d")), scenario)
    complete_task(saving)
    check(f"the scenario is saved as version {version}", version == 1)
    check("all sessions of the short are gone", session_service.get_sessions_by_short_id(short("d")) == [])


def tidy_up() -> None:
    """Remove what this run has stored."""
    of_run, of_user = {"$regex": f"^{RUN}"}, {"user_id": USER}
    for collection, query in (
        ("sessions", {"short_id": of_run}),
        ("tasks", of_user),
        ("history", of_user),
        ("scenarios", {"short_id": of_run}),
        ("shorts", {"_id": of_run}),
        ("products", {"_id": of_run}),
    ):
        mongo.write_together([Delete(collection, query, many=True)])


def main() -> int:
    """Run all steps; return the exit code."""
    if not session_service.initialize():
        print("The database does not answer.", file=sys.stderr)
        return 3
    try:
        for part in (creation_and_retrieval, cleanup, task_integration, scenario_rules):
            print(f"\n{(part.__doc__ or '').strip()}")
            part()
    finally:
        tidy_up()
    print(f"\n{'All steps hold.' if not failures else f'{failures} steps do not hold.'}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
