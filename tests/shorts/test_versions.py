"""A state machine: drafts, edits, saves, and runs that write late or after their task was taken, in random order."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from app.db import client as mongo
from app.errors import Cancelled, Conflict
from app.models import Scenario
from app.shorts import repository as shorts
from app.shorts import revisions
from app.shorts import writes as short_writes
from app.shorts.repository import Edition, edition_of
from tests import staging
from tests.conftest import wipe
from tests.shorts.test_state import PRODUCT, clip, scenario, video
from tests.staging import Held

RUNS = int(os.environ.get("SHOPREEL_RUNS", "5"))
NUMBERS = st.integers(0, 1)


@dataclass
class Expected:
    """What the rules say of the short."""

    version: int = 0
    draft: int = 0
    title: str | None = None
    saved: str | None = None
    clips: dict[str, str] = field(default_factory=dict)
    video: str | None = None


@dataclass(frozen=True)
class Seen:
    """What a run has read, and which epoch of its task it is."""

    run: Held
    edition: Edition | None
    version: int


class Versions(RuleBasedStateMachine):
    """One short, one task whose run changes, and a model of the rules."""

    runs = Bundle("runs")

    def __init__(self) -> None:
        super().__init__()
        wipe("tasks", "shorts", "scenarios", "scenario_revisions", "unused_media")
        staging.ensure_short("s", "u")
        staging.save_product("p", PRODUCT, "u")
        staging.update_short("s", product_id="p")
        mongo.collection("tasks").insert_one(
            {"_id": "t", "status": "running", "lease_owner": "staging", "lease_epoch": 1}
        )
        self.epoch = 1
        self.count = 0
        self.model = Expected()

    def new(self) -> Scenario:
        self.count += 1
        return scenario(f"Title {self.count}")

    @rule(target=runs)
    def begin(self) -> Seen:
        """A run reads the short."""
        short = shorts.get_short("s")
        edition = edition_of(short) if short.scenario else None
        return Seen(Held("t", epoch=self.epoch), edition, short.scenario_version)

    @rule()
    def take(self) -> None:
        """The task is taken by another run."""
        self.epoch += 1
        mongo.collection("tasks").update_one({"_id": "t"}, {"$set": {"lease_epoch": self.epoch}})

    @rule(seen=runs)
    def write_draft(self, seen: Seen) -> None:
        made = self.new()
        if self.allowed(seen, lambda: short_writes.put_draft(seen.run, "s", [made], "p", {}, "u", seen.version)):
            self.model.draft, self.model.title = self.model.draft + 1, made.title
            if self.model.version == 0:
                self.model.clips, self.model.video = {}, None

    @rule(seen=runs, number=NUMBERS)
    def render(self, seen: Seen, number: int) -> None:
        edition = seen.edition
        if edition is None:
            return
        name = f"{edition.scenario.title}-{number}"
        if self.allowed(seen, lambda: short_writes.put_clip(seen.run, "s", edition, number, clip(name)), edition):
            self.model.clips[str(number)] = name

    @rule(seen=runs)
    def finalize(self, seen: Seen) -> None:
        edition = seen.edition
        if edition is None:
            return
        name = edition.scenario.title
        if self.allowed(seen, lambda: short_writes.put_video(seen.run, "s", edition, video(name)), edition):
            self.model.video = name

    @rule()
    def edit(self) -> None:
        short = shorts.get_short("s")
        if short.draft:
            made = self.new()
            revisions.edit(short, made, made.title)
            self.model.draft, self.model.title = self.model.draft + 1, made.title
            if self.model.version == 0:
                self.model.clips, self.model.video = {}, None

    @rule(back=st.booleans())
    def step(self, back: bool) -> None:
        """What a person undoes is there, and comes back when it is redone."""
        short = shorts.get_short("s")
        if short.revision == "0.0" or short.scenario is None:
            return
        try:
            there = revisions.step(short, back=back)
        except Conflict:
            return
        assert revisions.step(there, back=not back).scenario == short.scenario
        self.model.draft, self.model.title = self.model.draft + 2, short.scenario.title
        if self.model.version == 0:
            self.model.clips, self.model.video = {}, None

    @rule()
    def save(self) -> None:
        made = self.new()
        staging.save_scenario("s", made, saved_by_task=f"save-{self.count}")
        self.model = Expected(self.model.version + 1, 0, made.title, made.title)

    def allowed(self, seen: Seen, write: Callable[[], object], edition: Edition | None = None) -> bool:
        """Do a write, which must be refused unless all that it rests on still holds; return whether it was done.

        ``edition``: what was rendered.
        """
        latest = seen.version == self.model.version
        if edition is not None and edition.version == 0:
            latest = latest and edition.draft == self.model.draft
        holds = seen.run.epoch == self.epoch
        if latest and holds:
            write()
            return True
        with pytest.raises((Cancelled, Conflict)):
            write()
        return False

    @invariant()
    def the_short_is_as_the_rules_say(self) -> None:
        short, model = shorts.get_short("s"), self.model
        assert (short.scenario_version, short.draft) == (model.version, model.draft)
        assert (short.scenario and short.scenario.title) == model.title
        prefix = clip("").key
        assert {number: one.key.removeprefix(prefix) for number, one in short.clips.items()} == model.clips
        assert (short.video and short.video.key.removeprefix(prefix)) == model.video
        if model.version:
            # What is rendered is what was saved, whatever draft waits beside it.
            assert edition_of(short).scenario.title == model.saved
            assert all(name.startswith(f"{model.saved}-") for name in model.clips.values())

    def teardown(self) -> None:
        wipe("tasks", "shorts", "scenarios", "scenario_revisions", "unused_media")


TestVersions = Versions.TestCase
TestVersions.settings = settings(
    max_examples=RUNS, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)
