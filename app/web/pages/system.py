"""System: health, workers, queues, the scheduler, limits, and the settings without their secrets."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

from app import __version__
from app.access.caller import Caller, require_admin
from app.config import DEFAULT_LIMITS, get_settings
from app.core.redaction import without_secrets
from app.db.presence import PresentWorker, present_workers
from app.db.server_clock import server_now
from app.errors import ShopReelError
from app.http.schemas import SchedulerStatus
from app.maintenance import health, use_cases
from app.models import to_utc
from app.tasks.repository import live_by_worker, waiting_by_type
from app.web.kit import Live, badge, bar, button, card, el, link, moment
from app.web.shell import Visit, heading, page
from app.web.words import ago, exact, type_name

LOOK_SECONDS = 5.0
"""Queues and health change without an event."""
PARTS = {"database": "Database", "broker": "Broker", "media": "Media store", "disk": "Local disk"}


@dataclass(frozen=True)
class State:
    """What the page shows."""

    ready: dict[str, Any]
    queues: dict[str, int] | None
    running: list[dict[str, Any]]
    workers: list[PresentWorker]
    scheduler: SchedulerStatus | None


def state(caller: Caller) -> State:
    """Return how everything stands; a part that is away is told, and hides no other.

    Raises:
        Forbidden: the caller is no admin.
    """
    require_admin(caller)
    ready = json.loads(bytes(health.ready().body))
    scheduler = _or_none(partial(use_cases.scheduler_status, caller))
    return State(
        ready, _or_none(waiting_by_type), _or_none(live_by_worker) or [], _or_none(present_workers) or [], scheduler
    )


def _or_none(ask: Any) -> Any:
    try:
        return ask()
    except ShopReelError:
        return None


@page("/system", "System")
async def system(visit: Visit) -> None:
    """Draw how everything stands, and keep it up to date."""
    first: State = await visit.ask(state, visit.caller)
    with heading("System", f"ShopReel {__version__}: what runs, and how it is set."):
        pass

    async def clean() -> None:
        done = await visit.attempt(use_cases.cleanup_now, visit.caller)
        if done is not None:
            visit.say(f"Removed {done.tasks} tasks and {done.sessions} sessions")
            await look()

    with el("div", css="stack"):
        with el("div", css="columns three"):
            with card("Health"):
                parts = Live(draw_health)
            with card("Queue"):
                queues = Live(draw_queues)
            with card("Scheduler"):
                rounds = Live(draw_scheduler)
                button("Clean up now", clean, icon_name="again")
        with card("Workers"):
            workers = Live(draw_workers)
        with card("Limits"):
            pairs(limits())
        with card("Settings"):
            pairs(settings_shown())

    def show(now: State) -> None:
        parts.show(json.dumps(now.ready), now.ready)
        queues.show(json.dumps(now.queues), now.queues)
        rounds.show(now.scheduler and now.scheduler.model_dump_json(), now.scheduler)
        work = [(one["_id"], one.get("step"), round(one["progress"])) for one in now.running]
        workers.show(repr((work, now.workers)), now.running, now.workers)

    async def look() -> None:
        show(await visit.ask(state, visit.caller))

    show(first)
    visit.follow(look, every=LOOK_SECONDS)


def draw_health(ready: dict[str, Any]) -> None:
    """Draw whether the parts can be used, and what is missing."""
    with el("dl", css="pairs"):
        for name, shown in PARTS.items():
            el("dt", shown)
            with el("dd"):
                good = ready[name] == "ok"
                badge("works" if good else "does not work", "good" if good else "bad")
                if not good:
                    el("p", str(ready[name]), css="faint")
        el("dt", "Kept on this disk")
        el("dd", f"{ready['spooled']} writes that wait for the database")
        el("dt", "Tried")
        el("dd", f"{round(ready['looked_seconds_ago'])} s ago")


def draw_queues(queues: dict[str, int] | None) -> None:
    """Draw how many tasks wait for a worker."""
    if queues is None:
        el("p", "The database does not answer.", css="soft")
        return
    if not queues:
        el("p", "No task waits for a worker.", css="soft")
        return
    with el("dl", css="pairs"):
        for name, count in queues.items():
            el("dt", type_name(name))
            el("dd", f"{count} waiting")


def draw_scheduler(now: SchedulerStatus | None) -> None:
    """Draw who leads, and when the clean-up runs."""
    if now is None:
        el("p", "The database does not answer.", css="soft")
        return
    with el("dl", css="pairs"):
        el("dt", "State")
        with el("dd"):
            badge("runs" if now.running else "no leader", "good" if now.running else "bad")
        el("dt", "Led by")
        el("dd", now.leader or "nobody", css="mono")
        el("dt", "Last clean-up")
        last = now.last_cleanup
        with el("dd"):
            if last:
                moment(datetime.fromisoformat(last["at"]))
            el("span", f": {last['tasks']} tasks, {last['sessions']} sessions" if last else "none yet")
        el("dt", "Next clean-up")
        with el("dd"):
            if now.next_cleanup:
                moment(datetime.fromisoformat(now.next_cleanup))
            else:
                el("span", "soon")
        if now.refused_notes:
            el("dt", "Changes in no timeline")
            with el("dd"):
                badge(f"{now.refused_notes} in dead_letters", "bad")
        el("dt", "Removes")
        el("dd", f"tasks after {now.cleanup_days_threshold} days, sessions after {now.session_retention_days} days")


def draw_workers(running: list[dict[str, Any]], there: list[PresentWorker]) -> None:
    """Draw who is there, and who works on what; a lease that ran out is told: another worker will go on."""
    now = server_now()
    if not there:
        with el("p", css="tile-row"):
            badge("no worker runs", "bad")
            with el("span", css="small-note"):
                el("span", "Start one with ")
                el("code", "shopreel worker")
    for worker in there:
        with el("p", css="tile-row"):
            el("span", f"{worker.host}, process {worker.process}", css="mono")
            badge(", ".join(worker.pools), "plain")
            el("span", f"heard of {ago(worker.said_at, now)}", css="small-note", title=exact(worker.said_at))
    if not running:
        el("p", "No task is running.", css="soft")
        return
    with el("div", css="table-box flat"), el("table", css="rows stacked"):
        with el("thead"), el("tr"):
            for name in ("Worker", "Work", "Short", "Progress", "Lease"):
                el("th", name, scope="col")
        with el("tbody"):
            for one in running:
                ends = to_utc(one["due_at"]) if one.get("due_at") else None
                with el("tr"):
                    el("td", str(one.get("lease_owner") or "a script"), css="mono")
                    el("td", type_name(one["task_type"]))
                    with el("td"):
                        if one.get("short_id"):
                            link(one["short_id"], f"/shorts/{quote(one['short_id'], safe='')}")
                    with el("td", css="step-cell"):
                        el("span", one.get("step") or "")
                        bar(f"Progress of {type_name(one['task_type'])}", one["progress"])
                    with el("td"):
                        if ends is None:
                            el("span", "none", css="small-note")
                        elif ends < now:
                            badge(f"ran out {ago(ends, now)}", "wait")
                        else:
                            el("span", "held", css="small-note", title=f"until {exact(ends)}")


def limits() -> dict[str, str]:
    """Return the limits that hold."""
    settings = get_settings()
    found = {name: settings.limit(name) for name in DEFAULT_LIMITS}
    return {
        "Tasks per user and minute": _limit(found["limit_tasks_per_minute"]),
        "Live sessions per user": _limit(found["limit_live_sessions_per_user"]),
        "Live sessions per short": _limit(found["limit_live_sessions_per_short"]),
        "Model budget per user and day (USD)": f"{settings.model_daily_budget_usd:g}",
        "Renderings at once": str(settings.render_threads),
        "Tasks at once": str(settings.worker_threads),
    }


def _limit(value: int) -> str:
    return f"{value:,}" if value else "no limit"


def settings_shown() -> dict[str, str]:
    """Return every setting as text, without keys and passwords."""
    shown = {}
    for name, value in get_settings():
        if isinstance(value, SecretStr):
            text = "set"
        elif value is None or value == "":
            text = "–"
        else:
            text = without_secrets(str(value))
        shown[name.upper()] = text
    return shown


def pairs(found: dict[str, str]) -> None:
    """Draw names and values."""
    with el("dl", css="settings"):
        for name, value in found.items():
            with el("div", css="pair"):
                el("dt", name, css="mono" if name.isupper() else "")
                el("dd", value)
