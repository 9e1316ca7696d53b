"""What a person does to a short's scenario: edits it, undoes and redoes that, and goes back to an earlier revision.

Each edit is kept as a revision, and the short says which of them undoing leads to. Whatever is done rests on the short
as it was read: of two at once, the later one is told.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError

from app.db import client as mongo
from app.db.client import database_answers, write_together
from app.db.writes import Delete, Insert, Update, Write
from app.errors import Conflict, InvalidInput, NotFound, Outdated
from app.events.repository import note_short
from app.models import Scenario, UtcDatetime, utc_now
from app.products import repository as products
from app.products.repository import StoredProduct
from app.rendering import brand
from app.rendering.voice import check_wish
from app.scenario.check import check_scenario
from app.shorts import repository as shorts
from app.shorts.repository import REVISIONS, History, Short
from app.shorts.writes import unrendered

REVISION = r"^[0-9]{1,9}\.[0-9]{1,9}$"
GENERATED, SAVED = "Generated", "Saved"
MOST_STEPS = 100
"""Edits that can be undone; older revisions are forgotten."""
ONE_CHANGE = timedelta(seconds=8)
"""Edits of the same place that come so soon after each other are one: a word is typed, not its letters."""


class Revision(BaseModel):
    """A state of a short's scenario that was kept."""

    revision: str
    change: str
    """What was changed, in words."""
    created_at: UtcDatetime
    current: bool
    """Whether the short has it now."""


def editable(short: Short, expected: str | None = None) -> StoredProduct:
    """Return the product of a short whose scenario may be edited.

    ``expected``: the revision that the edit rests on; None: whichever there is.

    Raises:
        Conflict: there is none to edit.
        Outdated: the short has another revision.
        Unavailable: the database does not answer.
    """
    check_revision(short, expected)
    short.written_scenario()
    if short.revision == "0.0" or short.product_id is None:
        raise Conflict(f"no scenario of short {short.short_id} waits for a review; generate one first")
    return products.get_product(short.product_id)


def check_revision(short: Short, expected: str | None) -> None:
    """Check that a short has the revision that something rests on; None: any.

    Raises:
        Outdated: it has another.
    """
    if expected is not None and expected != short.revision:
        raise _outdated(short, expected)


def edit(short: Short, scenario: Scenario, change: str = "Edited", expected: str | None = None) -> Short:
    """Put an edited scenario in the place of the short's, as its latest draft; return the short.

    ``change``: what was changed. Edits with the same words that follow soon are undone together.

    Raises:
        Conflict, Outdated: as ``editable``, and if somebody else edits it at the same time.
        InvalidInput: it breaks a rule; the message says which.
        Unavailable: the database does not answer.
    """
    _check(scenario, editable(short, expected))
    history, writes = _standing(short)
    revision = f"{short.scenario_version}.{short.draft + 1}"
    now = utc_now()
    undo = [*history.undo, history.at]
    if history.change == change and history.undo and not history.redo and now - history.changed_at < ONE_CHANGE:
        undo = history.undo
        writes.append(Delete(REVISIONS, {"_id": _id(short, history.at)}))
    if len(undo) > MOST_STEPS:
        oldest = _find(short, undo[-MOST_STEPS])["created_at"]
        writes.append(Delete(REVISIONS, {"short_id": short.key, "created_at": {"$lt": oldest}}, many=True))
    # What was undone can't be redone after another edit; it stays among the revisions to go back to.
    moved = History(revision=revision, at=revision, change=change, changed_at=now, undo=undo[-MOST_STEPS:])
    return _replace(short, scenario, moved, [*writes, _kept(short, revision, scenario, change)])


def step(short: Short, *, back: bool, expected: str | None = None) -> Short:
    """Undo the last edit (``back``), or redo what was undone last; return the short. Raises as ``edit``.

    Raises:
        Conflict: also if there is nothing to undo or redo.
    """
    product = editable(short, expected)
    history, writes = _standing(short)
    ways = {True: history.undo, False: history.redo}
    if not ways[back]:
        raise Conflict(f"there is nothing to {'undo' if back else 'redo'}")
    at = ways[back][-1]
    left, other = ways[back][:-1], [*ways[not back], history.at]
    kept = _find(short, at)
    scenario = Scenario.model_validate(kept["scenario"])
    _check(scenario, product)
    moved = History(
        revision=f"{short.scenario_version}.{short.draft + 1}",
        at=at,
        change=kept["change"],
        changed_at=kept["created_at"],
        undo=left if back else other,
        redo=other if back else left,
    )
    return _replace(short, scenario, moved, writes)


def restore(short: Short, revision: str, expected: str | None = None) -> Short:
    """Go back to a kept revision, as one more edit; return the short. Raises as ``edit``.

    Raises:
        NotFound: there is no such revision.
    """
    kept = _find(short, revision)
    return edit(short, Scenario.model_validate(kept["scenario"]), f"Restored {revision}", expected)


@database_answers()
def revisions(short: Short) -> list[Revision]:
    """Return the revisions that were kept, the latest first."""
    found = mongo.collection(REVISIONS).find({"short_id": short.key}, {"scenario": 0}).sort("created_at", -1)
    history = short.history
    at = history.at if history and history.revision == short.revision else short.revision
    return [
        Revision(
            revision=one["revision"],
            change=one["change"],
            created_at=one["created_at"],
            current=one["revision"] == at,
        )
        for one in found
    ]


def _check(scenario: Scenario, product: StoredProduct) -> None:
    brand.check(scenario.wishes.brand)
    check_wish(scenario.wishes.voice, scenario.language)
    if problems := check_scenario(scenario, product.product, edited=True):
        raise InvalidInput("; ".join(problems))


def _outdated(short: Short, expected: str) -> Outdated:
    return Outdated(
        f"the scenario of short {short.short_id} was changed elsewhere: it is revision {short.revision} now, and this "
        f"rests on {expected}; read it again",
        short.revision,
    )


@database_answers()
def _standing(short: Short) -> tuple[History, list[Write]]:
    """Return where a person is in the short as it was read, and the writes that keep what it has if nothing does."""
    before = short.history
    if before is not None and before.revision == short.revision:
        return before, []
    undo = list(before.undo) if before else []
    scenario = short.written_scenario()
    kept = mongo.collection(REVISIONS).find_one({"_id": _id(short, before.at)}) if before else None
    if before is not None and kept is not None and kept["scenario"] != scenario.model_dump(mode="json"):
        undo.append(before.at)
    change = GENERATED if short.draft else f"{SAVED} as version {short.scenario_version}"
    standing = History(revision=short.revision, at=short.revision, change=change, changed_at=utc_now(), undo=undo)
    return standing, [_kept(short, short.revision, scenario, change, short.updated_at)]


def _kept(short: Short, revision: str, scenario: Scenario, change: str, when: datetime | None = None) -> Insert:
    return Insert(
        REVISIONS,
        {
            "_id": _id(short, revision),
            "short_id": short.key,
            "revision": revision,
            "scenario": scenario.model_dump(mode="json"),
            "change": change,
            "created_at": when or utc_now(),
        },
    )


@database_answers()
def _find(short: Short, revision: str) -> dict[str, Any]:
    found = mongo.collection(REVISIONS).find_one({"_id": _id(short, revision)})
    if found is None:
        raise NotFound(f"short {short.short_id} has no revision {revision}")
    return found


@database_answers()
def _replace(short: Short, scenario: Scenario, history: History, writes: list[Write]) -> Short:
    emptied, notes = unrendered(short.model_dump(mode="json")) if short.scenario_version == 0 else ({}, [])
    fields = {
        "scenario": scenario.model_dump(mode="json"),
        "draft": short.draft + 1,
        "history": history.model_dump(),
        "stills": None,
        "updated_at": utc_now(),
    }
    query = {"_id": short.key, "scenario_version": short.scenario_version, "draft": {"$in": [short.draft, None]}}
    edited = note_short(short.key, short.status.value, note="scenario edited")
    done = False
    with suppress(DuplicateKeyError):  # another edit of the same revision has kept its own
        done = write_together([Update(shorts.COLLECTION, query, {"$set": fields | emptied}), edited, *writes, *notes])
    if not done:
        raise _outdated(shorts.get_short(short.key), short.revision)
    return short.model_copy(update={"scenario": scenario, "draft": short.draft + 1, "history": history, "stills": None})


def _id(short: Short, revision: str) -> str:
    return f"{short.key}:{revision}"
