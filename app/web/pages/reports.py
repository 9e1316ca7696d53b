"""Reports: what became of the work of some days, as charts and as tables; and the activity, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from nicegui import ui

from app.analytics import use_cases
from app.analytics.service import Analytics
from app.analytics.use_cases import Activity, Timeline
from app.errors import checked
from app.models import check_caller_id, utc_now
from app.web.kit import Live, badge, card, el, empty, folded, link, moment
from app.web.shell import Visit, heading, page
from app.web.table import filters, pager, pick, words
from app.web.words import length, type_name

SPANS = {"7": "7 days", "30": "30 days", "90": "90 days"}
COLOURS = {"completed": "#2a9d76", "failed": "#d9534a", "cancelled": "#98a0a8"}
"""Outcome -> colour; each stands out on light and on dark."""
ACTIONS = {
    "started": "live", "finished": "good", "saved": "good", "edited": "plain", "failed": "bad", "waiting": "wait",
}  # fmt: skip
"""Action -> how its badge looks; any other looks plain."""
GREY = "#8a9199"


@page("/reports", "Reports")
async def reports(visit: Visit) -> None:
    """Draw the figures of some days."""
    said = visit.request.query_params
    days = said.get("days", "30") if said.get("days") in SPANS else "30"
    user = said.get("user_id", "").strip()
    wanted = checked("user_id", check_caller_id, user) if user else None
    first = utc_now() - timedelta(days=int(days) - 1)
    found: Analytics = await visit.ask(use_cases.analytics, visit.caller, first, None, wanted)
    with heading("Reports", "Counted as it happens, so that what was removed since counts too."):
        pass
    choices = [pick("Time", "days", SPANS, days)]
    if visit.caller.admin:
        choices.append(words("User", "user_id", user, "user id"))
    filters("/reports", choices)
    if not found.totals.created:
        with card():
            empty("chart", "Nothing happened in this time", "Make a short, and its tasks are counted here.",
                  ("Make a short", "/"))  # fmt: skip
        return
    draw_numbers(found)
    with folded("Tasks behind it"), el("div", css="stack"):
        with card("Tasks by day and outcome"):
            draw_days(found)
        with card("Tasks by type"):
            draw_types(found)
        if any(one.steps for one in found.types):
            with card("Completed tasks by step"):
                draw_steps(found)
        with el("div", css="columns even"):
            with card("Why tasks failed"):
                draw_reasons(found)
            with card("Scenarios that wait"):
                draw_waiting(found)


def draw_numbers(found: Analytics) -> None:
    """Draw the figures that matter first."""
    videos = found.videos
    over = videos.made + videos.failed
    shown = {
        "videos made": f"{videos.made:,}",
        "succeeded": f"{100 * videos.made / over:.0f} %" if over else "–",
        "from address to video, half of them": told(videos.seconds),
        "scripts wait for review": f"{sum(found.waiting.values()):,}",
    }
    with el("dl", css="numbers"):
        for label, value in shown.items():
            with el("div", css="card number-card"):
                el("dt", label, css="label")
                el("dd", value, css="figure")


def draw_days(found: Analytics) -> None:
    """Draw a stacked bar for each day, those on which nothing happened too."""
    by_day = {one.day: one for one in found.days}
    span = (found.last.date() - found.first.date()).days + 1
    names = [str(found.first.date() + timedelta(days=number)) for number in range(span)]
    series = [
        {
            "name": outcome, "type": "bar", "stack": "all", "barMaxWidth": 26, "itemStyle": {"color": colour},
            "data": [getattr(by_day[name], outcome) if name in by_day else 0 for name in names],
        }
        for outcome, colour in COLOURS.items()
    ]  # fmt: skip
    chart({
        "xAxis": {"type": "category", "data": [name[5:] for name in names], **LOOK, "splitLine": {"show": False}},
        "yAxis": {"type": "value", "minInterval": 1, **LOOK},
        "series": series,
    }, f"Tasks that ended, by day: {found.totals.completed} completed, {found.totals.failed} failed, "
       f"{found.totals.cancelled} cancelled in all")  # fmt: skip


def draw_types(found: Analytics) -> None:
    """Draw how many tasks of each type ended how, and how long they took."""
    numbers(
        ("Task", "Started", "Completed", "Failed", "Cancelled", "Waited p50", "Took p50", "p95", "p99"),
        [
            (
                type_name(one.task_type),
                *(f"{count:,}" for count in (one.created, one.completed, one.failed, one.cancelled)),
                *(told(value) for value in (one.waited.p50, one.seconds.p50, one.seconds.p95, one.seconds.p99)),
            )
            for one in found.types
        ],
    )


def draw_steps(found: Analytics) -> None:
    """Draw how long the steps of the tasks took."""
    numbers(
        ("Step", "Runs", "p50", "p95", "p99"),
        [
            (
                f"{type_name(one.task_type)}: {step}",
                f"{seconds.count:,}",
                *(told(value) for value in (seconds.p50, seconds.p95, seconds.p99)),
            )
            for one in found.types
            for step, seconds in one.steps.items()
        ],
    )


def told(seconds: float | None) -> str:
    """Return a duration, if there is one."""
    return "–" if seconds is None else length(seconds)


def draw_reasons(found: Analytics) -> None:
    """Draw why tasks failed."""
    if not found.reasons:
        el("p", "None has failed.", css="soft")
        return
    rows = [(f"{type_name(one.task_type)}: {one.reason}", f"{one.count:,}") for one in found.reasons[:10]]
    numbers(("Reason", "Tasks"), rows)


def draw_waiting(found: Analytics) -> None:
    """Draw since when scenarios wait."""
    if not any(found.waiting.values()):
        el("p", "No scenario waits for a person.", css="soft")
        return
    numbers(("Waiting for", "Scenarios"), [(age, f"{count:,}") for age, count in found.waiting.items()])
    link("See them", "/sessions?status=completed")


def numbers(names: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Draw a table whose first column is words and whose others are numbers."""
    with (
        el("div", css="scroll", role="region", aria_label=f"{names[0]}: table", tabindex="0"),
        el("table", css="rows"),
    ):
        with el("thead"), el("tr"):
            for place, name in enumerate(names):
                el("th", name, scope="col", css="number" if place else "")
        with el("tbody"):
            for row in rows:
                with el("tr"):
                    for place, value in enumerate(row):
                        el("td", value, css="number" if place else "")


LOOK: dict[str, Any] = {
    "axisLabel": {"color": GREY, "fontFamily": "Inter"},
    "axisLine": {"lineStyle": {"color": GREY, "opacity": 0.4}},
    "splitLine": {"lineStyle": {"color": GREY, "opacity": 0.18}},
    "axisTick": {"show": False},
}


def chart(options: dict[str, Any], label: str) -> None:
    """Draw a chart; a screen reader is told ``label``."""
    frame = {
        "grid": {"left": 6, "right": 6, "top": 38, "bottom": 4, "containLabel": True},
        "legend": {"top": 0, "left": 0, "icon": "circle", "itemHeight": 8,
                   "textStyle": {"color": GREY, "fontFamily": "Inter"}},
        "tooltip": {"trigger": "axis", "textStyle": {"fontFamily": "Inter"}},
        "animation": False,
    }  # fmt: skip
    made = ui.echart(frame | options).style("height: 260px; width: 100%")
    made.props["role"] = "img"
    made.props["aria-label"] = label


@page("/activity", "Activity")
async def activity_page(visit: Visit) -> None:
    """Draw what happened to a user's things, or to all, the newest first."""
    said = dict(visit.request.query_params)
    user = said.get("user_id", "").strip() if visit.caller.admin else visit.caller.user_id or ""
    with heading("Activity", "What was started, finished, saved and removed, and by whom."):
        pass
    if visit.caller.admin:
        filters("/activity", [words("User", "user_id", user, "everyone, or a user id", "grow")])
    name = checked("user_id", check_caller_id, user) if user else None
    shown, pages = Live(draw_activity), Live(pager)

    async def look() -> None:
        place = said.get("cursor") or None
        found: Timeline = await visit.ask(use_cases.timeline, visit.caller, 40, place, name)
        shown.show(tuple(line.event.seq for line in found.activity), found.activity, name is None)
        key = (found.next_cursor, len(found.activity))
        pages.show(key, "/activity", said, found.next_cursor, len(found.activity), "line")

    await look()
    visit.follow(look)


def draw_activity(lines: list[Activity], everyone: bool) -> None:
    """Draw lines of a timeline; ``everyone``: each says whose things it is about."""
    with card():
        if not lines:
            empty("pulse", "Nothing yet", "What is started shows here, with how it ended.")
            return
        with el("ol", css="timeline"):
            for line in lines:
                draw_line(line, everyone)


def draw_line(line: Activity, everyone: bool) -> None:
    """Draw a line of a timeline."""
    event = line.event
    with el("li", css="event"):
        badge(line.action, ACTIONS.get(line.action, "plain"))
        with el("div"):
            el("span", type_name(event.task_type) if event.task_type else event.kind.capitalize())
            if event.short_id:
                el("span", " of ")
                link(event.short_id, f"/shorts/{quote(event.short_id, safe='')}")
            if everyone and event.user_id:
                el("span", " for ")
                link(event.user_id, f"/activity?user_id={quote(event.user_id, safe='')}")
            if event.by:
                el("span", f" by {event.by}", css="soft")
            if said := event.error or event.note:
                el("p", said, css="faint")
        with el("span", css="faint"):
            moment(event.at)
