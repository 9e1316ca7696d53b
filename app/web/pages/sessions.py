"""Sessions and tasks: live tables with filters, sorting and pages."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import quote

from app.access.caller import Caller
from app.db.client import database_answers
from app.errors import InvalidInput, checked
from app.http.schemas import SessionPage, SessionQuery, SessionWithTask, TaskList, TaskQuery
from app.models import SessionStatus, TaskInfo, TaskStatus, TaskType, check_caller_id
from app.sessions import use_cases as session_use_cases
from app.tasks import use_cases as task_use_cases
from app.tasks.registry import TASK_SPECS
from app.tasks.repository import tasks_by_id
from app.web.kit import Live, Question, badge, bar, button, el, empty, identifier, link, moment
from app.web.shell import Visit, heading, page
from app.web.table import ANY, Column, LiveTable, date_said, dates, filters, pager, pick, question_said, words
from app.web.words import TONES, length, recovery, type_name

PAGE_ROWS = 25
TYPES = ANY | {kind.value: type_name(kind) for kind in TaskType}
STATES = ANY | {state.value: state.value.capitalize() for state in TaskStatus}
SESSION_STATES = ANY | {state.value: state.value.capitalize() for state in SessionStatus}
ORDERS = {"-created_at": "Newest first", "created_at": "Oldest first"}


def listed(caller: Caller, said: dict[str, str]) -> SessionPage:
    """Return a page of sessions, each with its task, as the filters say.

    Raises InvalidInput, as ``sessions.use_cases.find`` does.
    """
    found = session_use_cases.find(caller, SessionQuery.model_construct(**_asked(said, SessionStatus)))
    with database_answers():
        tasks = tasks_by_id([session.task_id for session in found.sessions], owner=caller.owner)
    withs = [SessionWithTask(**dict(one), task=tasks.get(one.task_id)) for one in found.sessions]
    return SessionPage.model_construct(sessions=withs, next_cursor=found.next_cursor)


def listed_tasks(caller: Caller, said: dict[str, str]) -> TaskList:
    """Return a page of tasks as the filters say. Raises InvalidInput, as ``tasks.use_cases.find`` does."""
    return task_use_cases.find(caller, TaskQuery.model_construct(**_asked(said, TaskStatus)))


def _asked(said: dict[str, str], states: type[SessionStatus] | type[TaskStatus]) -> dict[str, Any]:
    """Return the fields of a query, each of them checked."""
    return {
        "short_id": _id("short_id", said),
        "user_id": _id("user_id", said),
        "task_type": _one_of(TaskType, "task_type", said),
        "status": _one_of(states, "status", said),
        "sort": _sort(said),
        "limit": PAGE_ROWS,
        "q": question_said(said),
        "cursor": said.get("cursor") or None,
        "created_after": date_said("created_after", said),
        "created_before": date_said("created_before", said),
    }


def _sort(said: dict[str, str]) -> Literal["created_at", "-created_at"]:
    return "created_at" if said.get("sort") == "created_at" else "-created_at"


def _id(name: str, said: dict[str, str]) -> str | None:
    value = said.get(name, "").strip()
    return checked(name, check_caller_id, value) if value else None


def _one_of(kind: Any, name: str, said: dict[str, str]) -> Any:
    try:
        return kind(said[name]) if said.get(name) else None
    except ValueError:
        raise InvalidInput(f"{name}: there is no {said[name]!r}") from None


def _filters(visit: Visit, said: dict[str, str], path: str, states: Any) -> None:
    filters(path, [
        words("Search", "q", said.get("q", ""), "title, short id or error", "grow"),
        words("Short", "short_id", said.get("short_id", ""), "short id"),
        *([words("User", "user_id", said.get("user_id", ""), "user id")] if visit.caller.admin else []),
        pick("Type", "task_type", TYPES, said.get("task_type", "")),
        pick("Status", "status", states, said.get("status", "")),
        *dates(said),
        pick("Order", "sort", ORDERS, said.get("sort", "-created_at")),
    ])  # fmt: skip


@page("/sessions", "Sessions")
async def sessions(visit: Visit) -> None:
    """Draw the sessions."""
    said = dict(visit.request.query_params)
    with heading("Sessions", "What is under way, and the scenarios that wait for a person."):
        pass
    _filters(visit, said, "/sessions", SESSION_STATES)
    await Listing(visit, said, "/sessions", "session", listed, []).draw()


@page("/tasks", "Tasks")
async def tasks(visit: Visit) -> None:
    """Draw the tasks."""
    said = dict(visit.request.query_params)
    with heading("Tasks", "Every piece of background work, the newest first."):
        pass
    _filters(visit, said, "/tasks", STATES)
    listing = Listing(visit, said, "/tasks", "task", listed_tasks, [])
    question = Question()

    def ask_to_cancel(task: TaskInfo) -> None:
        async def cancel() -> None:
            if await visit.attempt(task_use_cases.cancel, visit.caller, task.task_id) is not None:
                visit.say("Cancelled")
            await listing.look()

        text = f"It ends the whole short {task.short_id}." if "step" in task.metadata else "What it has done is lost."
        question.ask(f"Cancel “{TASK_SPECS[task.task_type].label}”?", text, "Cancel it", cancel)

    def act(task: TaskInfo) -> None:
        if not task.ended:
            label = f"Cancel {type_name(task.task_type)} of {task.short_id or task.task_id}"
            button("Cancel", lambda: ask_to_cancel(task), css="quiet small danger", aria_label=label)

    listing.columns = [Column("Actions", lambda task: task.ended, act, hidden=True)]
    await listing.draw()


class Listing:
    """A page of a list, kept up to date."""

    def __init__(
        self, visit: Visit, said: dict[str, str], path: str, what: str, ask: Any, columns: list[Column]
    ) -> None:
        self.visit, self.said, self.path, self.what, self.ask, self.columns = visit, said, path, what, ask, columns
        self.leading: set[str] = set()

    async def draw(self) -> None:
        """Draw the table, or what to do where there is nothing."""
        self.box = Live(self.draw_box)
        self.pages = Live(pager)
        await self.look()
        self.visit.follow(self.look)

    def draw_box(self, some: bool) -> None:
        """Draw the empty table, or that there is nothing."""
        if some:
            of_short = Column("Short", lambda row: (row.short_id, row.task_id in self.leading), self.draw_short)
            shown = [of_short, *(TASK_COLUMNS if self.what == "task" else SESSION_COLUMNS), *self.columns]
            self.table = LiveTable(f"{self.what.capitalize()}s", shown, lambda row: row.task_id)
        elif any(self.said.values()):
            empty("search", f"No {self.what} matches", "Take a filter off, or look for something else.",
                  ("Clear the filters", self.path))  # fmt: skip
        else:
            empty("clock", f"No {self.what}s", "When a short is in the making, its work shows here.",
                  ("Make a short", "/"))  # fmt: skip

    def draw_short(self, row: Any) -> None:
        """Draw whose task it is, once for all rows of a short; the others are told it."""
        if row.task_id in self.leading:
            draw_short(row)
        elif row.short_id:
            el("span", row.short_id, css="sr-only")

    async def look(self) -> None:
        """Bring the table up to date."""
        found = await self.visit.ask(self.ask, self.visit.caller, self.said)
        rows = found.sessions if isinstance(found, SessionPage) else found.tasks
        rows, self.leading = by_short(rows)
        self.box.show(bool(rows), bool(rows))
        if rows:
            self.table.show(rows)
        key = (found.next_cursor, len(rows))
        self.pages.show(key, self.path, self.said, found.next_cursor, len(rows), self.what)


def by_short(rows: list[Any]) -> tuple[list[Any], set[str]]:
    """Return rows with those of one short below each other, and the tasks of the first of each short.

    The shorts come in the order of their first rows.
    """
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(row.short_id or row.task_id, []).append(row)
    return [row for group in groups.values() for row in group], {group[0].task_id for group in groups.values()}


def draw_short(row: Any) -> None:
    """Draw whose task it is."""
    if row.short_id:
        identifier(row.short_id, "short id", f"/shorts/{quote(row.short_id, safe='')}")
    else:
        el("span", "no short", css="small-note")
    if row.user_id:
        el("div", row.user_id, css="small-note")


def draw_progress(task: TaskInfo | None) -> None:
    """Draw how far a task is, and what it is being recovered from."""
    if task is None:
        el("span", "The task's record is gone", css="small-note")
        return
    told = recovery(task)
    if task.status is TaskStatus.FAILED:
        el("span", task.error or "failed", css="small-note")
    elif not task.ended:
        el("span", task.step or ("waits for a worker" if task.status is TaskStatus.QUEUED else ""))
        if task.status is TaskStatus.RUNNING:
            bar(f"Progress of {type_name(task.task_type)}", task.progress)
    elif task.started_at and task.ended_at:
        el("span", f"took {length((task.ended_at - task.started_at).total_seconds())}", css="small-note")
    if told:
        el("span", told, css="recovery")


def draw_session_status(session: SessionWithTask) -> None:
    """Draw a session's state; a scenario that waits leads to its review."""
    if session.status is SessionStatus.COMPLETED:
        badge("waits for review", "wait")
        link("Review", f"/shorts/{quote(session.short_id, safe='')}/edit", css="small-note")
    else:
        badge(session.status, TONES[session.status])


def progress_key(task: TaskInfo | None) -> Any:
    """Return what the look of ``draw_progress`` depends on."""
    return task and (task.status, round(task.progress), task.step, task.retries, task.error)


SESSION_COLUMNS = [
    Column("Status", lambda row: row.status, draw_session_status),
    Column("Work", lambda row: row.task_type, lambda row: el("span", TASK_SPECS[row.task_type].label)),
    Column("Progress", lambda row: progress_key(row.task), lambda row: draw_progress(row.task), "step-cell"),
    Column("Updated", lambda row: row.updated_at, lambda row: moment(row.updated_at)),
    Column("Task", lambda row: row.task_id, lambda row: identifier(row.task_id[:8], "task id")),
]
TASK_COLUMNS = [
    Column("Status", lambda row: row.status, lambda row: badge(row.status, TONES[row.status])),
    Column("Work", lambda row: row.task_type, lambda row: el("span", TASK_SPECS[row.task_type].label)),
    Column("Progress", progress_key, draw_progress, "step-cell"),
    Column("Created", lambda row: row.created_at, lambda row: moment(row.created_at)),
    Column("Task", lambda row: row.task_id, lambda row: identifier(row.task_id[:8], "task id")),
]
