"""Reports: what became of the work of some days, as charts and as tables; and the activity, line by line."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from nicegui import ui

from app.models import check_caller_id, utc_now
from app.web.kit import Live, badge, card, el, empty, link, moment
from app.web.report_data import Figures, activity, figures
from app.web.shell import Visit, heading, page
from app.web.table import filters, pick, words
from app.web.words import TONES, ago, length, type_name

SPANS = {"7": "7 days", "30": "30 days", "90": "90 days"}
COLOURS = {"completed": "#2a9d76", "failed": "#d9534a", "cancelled": "#98a0a8", "under way": "#5b86e5"}
"""Outcome -> colour; each stands out on light and on dark."""
GREY = "#8a9199"


@page("/reports", "Reports")
async def reports(visit: Visit) -> None:
    """Draw the figures of some days."""
    chosen = visit.request.query_params.get("days", "30")
    days = chosen if chosen in SPANS else "30"
    found: Figures = await visit.ask(figures, visit.caller, int(days))
    with heading("Reports", "Counted from the history, so that what was removed since counts too."):
        pass
    filters("/reports", [pick("Time", "days", SPANS, days)])
    if not found.total:
        with card():
            empty("chart", "Nothing happened in this time", "Make a short, and its tasks are counted here.",
                  ("Make a short", "/"))  # fmt: skip
        return
    draw_numbers(found)
    with el("div", css="stack"):
        with card("Tasks by day and outcome"):
            draw_days(found)
        with el("div", css="columns even"):
            with card("How long tasks take"):
                draw_seconds(found)
            with card("Outcomes by type"):
                draw_types(found)
            with card("Why tasks failed"):
                draw_reasons(found)
            with card("Scenarios that wait"):
                draw_waiting(found)


def draw_numbers(found: Figures) -> None:
    """Draw the figures that matter first."""
    ended = {name: sum(counts) for name, counts in found.by_day.items()}
    over = ended.get("completed", 0) + ended.get("failed", 0)
    share = f"{100 * ended.get('completed', 0) / over:.1f} %" if over else "–"
    for_all = {
        "tasks" + (" (the newest)" if found.cut else ""): f"{found.total:,}",
        "ended well": share,
        "failed": f"{ended.get('failed', 0):,}",
        "scenarios wait for review": f"{len(found.waiting):,}",
    }
    with el("dl", css="numbers"):
        for label, value in for_all.items():
            with el("div", css="card number-card"):
                el("dt", label, css="label")
                el("dd", value, css="figure")


def draw_days(found: Figures) -> None:
    """Draw a stacked bar for each day."""
    series = [
        {
            "name": outcome, "type": "bar", "stack": "all", "data": counts, "barMaxWidth": 26,
            "itemStyle": {"color": COLOURS.get(outcome, GREY)},
        }
        for outcome, counts in found.by_day.items()
    ]  # fmt: skip
    chart({
        "xAxis": {"type": "category", "data": [day[5:] for day in found.days], **LOOK, "splitLine": {"show": False}},
        "yAxis": {"type": "value", "minInterval": 1, **LOOK},
        "series": series,
    }, "Tasks by day and outcome: the table below says the same in numbers")  # fmt: skip


def draw_seconds(found: Figures) -> None:
    """Draw the percentiles of every type's durations."""
    numbers(
        ("Task", "p50", "p95", "p99"),
        [(type_name(kind), *(length(value) for value in values)) for kind, values in sorted(found.seconds.items())],
    )


def draw_types(found: Figures) -> None:
    """Draw how many tasks of each type ended how."""
    outcomes = sorted({outcome for counts in found.by_type.values() for outcome in counts})
    numbers(
        ("Task", *(outcome.capitalize() for outcome in outcomes)),
        [
            (type_name(kind), *(str(counts.get(outcome, 0)) for outcome in outcomes))
            for kind, counts in sorted(found.by_type.items())
        ],
    )


def draw_reasons(found: Figures) -> None:
    """Draw why tasks failed."""
    if not found.reasons:
        el("p", "None has failed.", css="soft")
        return
    numbers(("Reason", "Tasks"), [(reason, str(count)) for reason, count in found.reasons])


def draw_waiting(found: Figures) -> None:
    """Draw since when scenarios wait."""
    if not found.waiting:
        el("p", "No scenario waits for a person.", css="soft")
        return
    now = utc_now()
    el("p", f"{len(found.waiting)} wait; the oldest was begun {ago(found.waiting[0], now)}.", css="soft")
    link("See them", "/sessions?status=completed")


def numbers(names: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Draw a table whose first column is words and whose others are numbers."""
    with el("table", css="rows"):
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
    """Draw what was started and how it ended, the newest first."""
    user = visit.request.query_params.get("user_id", "").strip()
    with heading("Activity", "What was started, and how it ended."):
        pass
    if visit.caller.admin:
        filters("/activity", [words("User", "user_id", user, "user id", "grow")])
    shown = Live(draw_activity)

    async def look() -> None:
        wanted = check_caller_id(user) if user else None
        lines = await visit.ask(activity, visit.caller, wanted)
        shown.show(tuple((line["_id"], line.get("outcome")) for line in lines), lines)

    await look()
    visit.every_second(look)


def draw_activity(lines: list[dict[str, Any]]) -> None:
    """Draw lines of history."""
    with card():
        if not lines:
            empty("pulse", "Nothing yet", "What is started shows here, with who started it and how it ended.",
                  ("Make a short", "/"))  # fmt: skip
            return
        with el("ol", css="timeline"):
            for line in lines:
                draw_line(line)


def draw_line(line: dict[str, Any]) -> None:
    """Draw a line of history."""
    outcome = line.get("outcome") or "running"
    with el("li", css="event"):
        badge("under way" if outcome == "running" else outcome, TONES[outcome])
        with el("div"):
            el("span", type_name(line["task_type"]))
            if line.get("short_id"):
                el("span", " of ")
                link(line["short_id"], f"/shorts/{quote(line['short_id'], safe='')}")
            if line.get("user_id"):
                el("span", f" by {line['user_id']}", css="soft")
            if line.get("error"):
                el("p", line["error"], css="faint")
        with el("span", css="faint"):
            if line.get("ended_at"):
                el("span", length((line["ended_at"] - line["created_at"]).total_seconds()) + " · ")
            moment(line["created_at"].replace(tzinfo=utc_now().tzinfo))
