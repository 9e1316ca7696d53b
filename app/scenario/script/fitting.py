"""Fits planned scenes together: what says too little by itself, what is shown twice, what there is no time to say."""

from __future__ import annotations

from dataclasses import replace

from app.models import ScenePoint
from app.scenario.script.brief import Brief
from app.scenario.script.draft import Draft
from app.scenario.script.language import NUMBERS
from app.scenario.script.plan import LONGEST_BADGE, MOST_CALLOUTS
from app.scenario.script.tellings import LONGEST_SHORT, MOST_SHOWN_WORDS
from app.scenario.wording import spoken_words

BRISK, BREATH = 1.08, 0.25
"""How much faster than at ease is spoken, and the seconds between two scenes in which nobody speaks."""
MOST_CALLED = 9.0
"""Words of one scene that are called out."""


def gathered(drafts: list[Draft]) -> list[Draft]:
    """Put scenes that only show one or two things each together as callouts: alone they say too little."""
    kept: list[Draft] = []
    for draft in drafts:
        last = kept[-1] if kept else None
        if last is not None and _sparse(draft) and _sparse(last):
            texts = [*_shown(last), *_shown(draft)]
            together = len(texts) > 2 or len(texts[-1]) <= LONGEST_BADGE
            if together and len(texts) <= MOST_CALLOUTS + 1 and all(len(text) <= LONGEST_SHORT for text in texts):
                kept[-1] = _as_callouts(last, texts, draft)
                continue
        kept.append(draft)
    return kept


def _sparse(draft: Draft) -> bool:
    quoted = draft.screen.startswith("“")
    return draft.role == "body" and not draft.say and draft.layout in ("plain", "callouts") and not quoted


def _shown(draft: Draft) -> list[str]:
    return [text for text in (draft.screen, draft.badge, *(point.label for point in draft.points)) if text]


def _as_callouts(first: Draft, texts: list[str], second: Draft) -> Draft:
    points = [ScenePoint(label=text) for text in texts[1:]]
    badge = texts[1] if len(points) == 1 and len(texts[1]) <= LONGEST_BADGE else ""
    return replace(
        first, layout="callouts" if len(points) >= 2 else "plain", screen=texts[0], badge=badge,
        points=points if len(points) >= 2 else [], sources=first.sources | second.sources,
    )  # fmt: skip


def distinct(drafts: list[Draft], colon: str) -> list[Draft]:
    """Return the scenes without words on the screen that an earlier one shows: the first of their points moves up."""
    kept: list[Draft] = []
    shown: set[str] = set()
    for draft in drafts:
        if draft.screen.casefold() in shown:
            texts = [colon.join(point.texts) for point in draft.points]
            if draft.layout in ("callouts", "specs") and texts and draft.badge not in texts:
                draft = _moved_up(draft, texts)
            elif draft.role != "body":
                draft = replace(draft, screen="")
            elif draft.say or draft.badge:
                screen = draft.badge or draft.say.rstrip(".")
                screen = screen if len(screen.split()) <= MOST_SHOWN_WORDS else ""
                sources = draft.sources | {screen: draft.sources.get(draft.badge or draft.say, [])}
                draft = replace(draft, screen=screen, badge="", sources=sources)
            else:
                continue
        shown |= {draft.screen.casefold()} - {""}
        kept.append(draft)
    return kept


def _moved_up(draft: Draft, texts: list[str]) -> Draft:
    paths = [path for text in draft.points[0].texts for path in draft.sources.get(text, [])]
    sources = draft.sources | {texts[0]: list(dict.fromkeys(paths))}
    draft = replace(draft, screen=texts[0], points=draft.points[1:], sources=sources)
    if len(draft.points) >= 2:
        return draft
    sources |= {texts[1]: sources.get(draft.points[0].texts[0], [])} if len(texts) > 1 else {}
    badge = texts[1] if len(texts) > 1 and len(texts[1]) <= LONGEST_BADGE else ""
    return replace(draft, layout="plain", badge=badge, points=[], sources=sources)


def room_for(seconds: float, rate: float, scenes: int) -> float:
    """Return how many words can be said in a video, with a breath between its scenes."""
    return seconds * rate * BRISK - BREATH * rate * scenes


def shortened(drafts: list[Draft], room: float) -> list[Draft]:
    """Return the scenes with so much said as there is ``room`` for; what is needed goes first, the rest in order."""
    budget = room
    order = sorted(range(len(drafts)), key=lambda n: (n != 0, not drafts[n].needed, n))
    kept: set[int] = set()
    for number in order:
        cost = spoken_words(drafts[number].say)
        if cost <= budget:
            budget -= cost
            kept.add(number)
    return [one if number in kept else replace(one, say="") for number, one in enumerate(drafts)]


def called(drafts: list[Draft], brief: Brief, room: float) -> list[Draft]:
    """Return the scenes in which nobody speaks with their words called out, as far as there is ``room``; in order."""
    room -= sum(spoken_words(draft.say) for draft in drafts)
    said = "\n".join(draft.say for draft in drafts).casefold()
    calls = {text: call for text, call in brief.calls.items() if call.casefold() not in said}
    voiced = []
    for draft in drafts:
        texts = [text for text in _shown(draft) if text in calls] if not draft.say else []
        while texts and not _fits(brief.call_of(*texts), min(room, MOST_CALLED)):
            texts.pop()
        if texts:
            call = brief.call_of(*texts)
            room -= spoken_words(call)
            paths = [path for text in texts for path in draft.sources.get(text, [])]
            draft = replace(draft, say=call, sources=draft.sources | {call: list(dict.fromkeys(paths))})
        voiced.append(draft)
    return voiced


def _fits(call: str, room: float) -> bool:
    return spoken_words(call) <= room and len(NUMBERS.findall(call)) <= 1
