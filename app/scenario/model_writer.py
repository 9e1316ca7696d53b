"""Writes a scenario with a language model: the same shape, the same checks; what fails them twice is not used."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.analysis.words import clean, sentences
from app.errors import ShopReelError
from app.models import ImageAnalysis, Motion, Product, Scenario, Scene, SceneRole, Support
from app.providers.protocols import LanguageModel, Output, Usage
from app.scenario.bank.bank import facts_of
from app.scenario.check import check_scenario
from app.scenario.pictures import choose_motions, usable_images
from app.scenario.script.brief import Brief, brief_of
from app.scenario.script.draft import TOLD_RATING
from app.scenario.script.language import rate_of
from app.scenario.speech import LONGEST, seconds_to_say, share_seconds
from app.scenario.texts import MACHINE, texts_of
from app.scenario.wording import SCREEN_WORDS, screen_words

VERSION = "v1"
"""Of the prompts; a change of their text is a new version."""
MOST_PICTURES = 20
LONGEST_FACT = 400
STRONGEST = 5
"""Facts of the bank that a model is told sell most."""
FEWEST_SCENES, MOST_SCENES = 3, 14


class DraftScene(BaseModel):
    """One scene as a model writes it."""

    model_config = ConfigDict(extra="ignore")

    picture: Annotated[int, Field(ge=1, le=MOST_PICTURES)]
    on_screen_text: Annotated[str, Field(max_length=120)] = ""
    narration: Annotated[str, Field(max_length=400)] = ""
    badge: Literal["none", "price", "rating"] = "none"
    motion: Motion | None = None
    facts: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=12)] = []


class Draft(BaseModel):
    """A scenario as a model writes it: it has no say in anything else."""

    model_config = ConfigDict(extra="ignore")

    title: Annotated[str, Field(min_length=1, max_length=100)]
    description: Annotated[str, Field(max_length=1000)] = ""
    hashtags: Annotated[list[Annotated[str, Field(pattern=r"^#\w{1,40}$")]], Field(max_length=8)] = []
    scenes: Annotated[list[DraftScene], Field(min_length=FEWEST_SCENES, max_length=MOST_SCENES)]


@dataclass(frozen=True)
class Written:
    """What came of it."""

    scenario: Scenario
    by: str
    """The model's name, or ``built in``."""
    usage: Usage | None = None
    repaired: bool = False
    reason: str | None = None
    """Why the model's scenario was not used."""
    away: bool = False
    """The model did not answer, and may do so later."""

    def as_dict(self) -> dict[str, Any]:
        """Return all but the scenario as JSON data."""
        usage = self.usage.as_dict() if self.usage else None
        told = {"by": self.by, "usage": usage, "repaired": self.repaired, "reason": self.reason}
        return told | ({"prompts": VERSION} if self.usage else {})


@cache
def prompt(name: str) -> str:
    """Return a prompt by its name."""
    return files("app.scenario").joinpath("prompts", f"{name}.{VERSION}.md").read_text(encoding="utf-8")


def write_with_model(product: Product, images: list[ImageAnalysis], base: Scenario, model: LanguageModel) -> Written:
    """Return the scenario that ``model`` writes, or ``base`` (the built-in one) where it fails or is away.

    The model is asked once, and once more to mend what the check found. Length, size, language and pictures are those
    of ``base``: nothing that a page or a model says can change them.
    """
    pictures = usable_images(product, images)[:MOST_PICTURES]
    material = _material(product, pictures, base)
    return _asked(model, "scenario", Draft, material, base, lambda draft: _built(draft, product, pictures, base))


def _asked(
    model: LanguageModel,
    what: str,
    shape: type[Output],
    material: dict[str, Any],
    base: Scenario,
    built: Callable[[Output], tuple[Scenario | None, list[str]]],
) -> Written:
    """Ask a model for ``what``, and once more to mend what ``built`` finds wrong; ``base`` where that fails."""
    usage, problems = Usage(model.name), ["nothing was written"]
    text = json.dumps(material, ensure_ascii=False)
    for attempt in range(2):
        try:
            answer = model.write(prompt(what), text, shape)
        except ShopReelError as error:
            return Written(base, "built in", usage, reason=str(error), away=error.retryable)
        usage += answer.usage
        scenario, problems = built(answer.output)
        if scenario is not None and not problems:
            return Written(scenario, model.name, usage, repaired=attempt > 0)
        told = {
            "repair": prompt("repair").strip(),
            "your_script": answer.output.model_dump(mode="json"),
            "faults": problems[:20],
        }
        text = json.dumps({**material, **told}, ensure_ascii=False)
    return Written(base, "built in", usage, reason=f"the model's {what} was refused: {'; '.join(problems[:3])}")


class Line(BaseModel):
    """One scene told otherwise, as a model writes it."""

    model_config = ConfigDict(extra="ignore")

    on_screen_text: Annotated[str, Field(max_length=120)] = ""
    narration: Annotated[str, Field(min_length=1, max_length=400)]
    facts: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=12)] = []


def rewrite_with_model(
    product: Product, images: list[ImageAnalysis], scenario: Scenario, number: int, model: LanguageModel
) -> Written:
    """Return ``scenario`` with the words of scene ``number`` (from 0) written anew by ``model``.

    It is asked once, and once more to mend what the check found; where that fails, the scenario comes back unchanged,
    with the reason. Length, picture, motion and badge of the scene stay, and so do the other scenes.
    """
    material = _material(product, usable_images(product, images)[:MOST_PICTURES], scenario) | {
        "script": [{"on_screen_text": s.on_screen_text, "narration": s.narration} for s in scenario.scenes],
        "scene": number + 1,
        "seconds": scenario.scenes[number].seconds,
    }
    # A person may have edited the other scenes: only what the new one brings is looked at.
    before = set(check_scenario(scenario, product, whole=False))

    def told_otherwise(line: Line) -> tuple[Scenario, list[str]]:
        changed = _with_line(scenario, number, line, product)
        problems = [problem for problem in check_scenario(changed, product, whole=False) if problem not in before]
        old, new = scenario.scenes[number], changed.scenes[number]
        if screen_words(new.on_screen_text) > SCREEN_WORDS:
            problems.append(f"Scene {number + 1}, on_screen_text: more than {SCREEN_WORDS} words.")
        if new.narration == old.narration:
            problems.append(f"Scene {number + 1}, narration: it is the same as before. Write another one.")
        return changed, problems

    return _asked(model, "scene", Line, material, scenario, told_otherwise)


def _with_line(scenario: Scenario, number: int, line: Line, product: Product) -> Scenario:
    scene = scenario.scenes[number].model_copy(
        update={
            "on_screen_text": clean(line.on_screen_text),
            "narration": clean(line.narration),
            "facts": _supports(line, product),
        }
    )
    scenes = [scene if place == number else other for place, other in enumerate(scenario.scenes)]
    return scenario.model_copy(update={"scenes": scenes})


def _material(product: Product, pictures: list[ImageAnalysis], base: Scenario) -> dict[str, Any]:
    wishes = base.wishes
    facts = {path: text[:LONGEST_FACT] for path, text in texts_of(product) if path == "title"}
    bank = [fact for fact in facts_of(product) if not MACHINE.search(fact.text)]
    for fact in bank:
        if "[" in fact.source or fact.source.startswith("specs."):
            facts[fact.source] = f"{facts.get(fact.source, '')} {clean(fact.text)}".strip()[:LONGEST_FACT]
    for name in ("brand", "price", "list_price", "currency", "availability", "rating", "review_count", "shop"):
        if (value := getattr(product, name)) is not None:
            facts[name] = clean(str(value))[:LONGEST_FACT]
    return {
        "facts": facts,
        "strongest": list(dict.fromkeys(fact.source for fact in bank))[:STRONGEST],
        "pictures": [
            {"picture": number, "fit": image.fit, "shows": image.shows.description if image.shows else None}
            for number, image in enumerate(pictures, 1)
        ],
        "audience": base.audience.model_dump(mode="json", exclude={"evidence"}) if base.audience else None,
        "order": {
            "language": base.language,
            "seconds": wishes.seconds,
            "words_per_second": rate_of(base.language),
            "style": wishes.style,
            "mood": wishes.set_mood,
            "arc": base.arc,
        },
    }


def _built(
    draft: Draft, product: Product, pictures: list[ImageAnalysis], base: Scenario
) -> tuple[Scenario | None, list[str]]:
    """Return the scenario of a draft and what is wrong with it; no scenario where it cannot even be made."""
    problems = list(_draft_problems(draft, len(pictures), base))
    if problems:
        return None, problems
    wishes = base.wishes
    shown = [pictures[scene.picture - 1] for scene in draft.scenes]
    motions = choose_motions(shown, wishes.width, wishes.height, wishes.seed)
    needs = [seconds_to_say(scene.narration, rate_of(base.language)) for scene in draft.scenes]
    lengths = share_seconds(needs, wishes.seconds)
    brief = brief_of(product, base.wishes.model_copy(update={"language": base.language}))
    last = len(draft.scenes) - 1
    scenes: list[Scene] = []
    for number, (scene, image, motion, seconds) in enumerate(zip(draft.scenes, shown, motions, lengths, strict=True)):
        role: SceneRole = "hook" if number == 0 else "call_to_action" if number == last else "body"
        before = scenes[-1].motion if scenes else None
        scenes.append(
            Scene(
                role=role,
                image=image.url,
                motion=scene.motion if scene.motion and scene.motion != before else motion,
                on_screen_text=clean(scene.on_screen_text),
                badge=_badge(scene, brief),
                narration=clean(scene.narration),
                seconds=seconds,
                facts=_supports(scene, product),
            )
        )
    scenario = base.model_copy(
        update={
            "title": clean(draft.title) or base.title,
            "description": "\n".join(clean(line) for line in draft.description.splitlines() if clean(line)),
            "hashtags": list(dict.fromkeys(draft.hashtags)),
            "scenes": scenes,
            "notes": [],
        }
    )
    return scenario, check_scenario(scenario, product)


def _draft_problems(draft: Draft, pictures: int, base: Scenario) -> Iterable[str]:
    for number, scene in enumerate(draft.scenes, 1):
        if scene.picture > pictures:
            yield f"Scene {number}, picture: there are pictures 1 to {pictures}."
        if screen_words(scene.on_screen_text) > SCREEN_WORDS:
            yield f"Scene {number}, on_screen_text: more than {SCREEN_WORDS} words."
    needs = [seconds_to_say(scene.narration, rate_of(base.language)) for scene in draft.scenes]
    for number, need in enumerate(needs, 1):
        if need > LONGEST:
            yield f"Scene {number}, narration: it takes {need:.0f} s; {LONGEST:.0f} s is the most."
    if sum(needs) > base.wishes.seconds:
        over = sum(needs) - base.wishes.seconds
        yield f"The narration takes {over:.0f} s too long: leave out about {over * rate_of(base.language):.0f} words."
    elif len(needs) * LONGEST < base.wishes.seconds:
        yield f"{len(needs)} scenes are too few for {base.wishes.seconds:g} s."


def _badge(scene: DraftScene, brief: Brief) -> str:
    rated = brief.rating is not None and brief.rating >= TOLD_RATING
    return {"price": brief.badge, "rating": f"★ {brief.rating_written}" if rated else "", "none": ""}[scene.badge]


def _supports(scene: DraftScene | Line, product: Product) -> list[Support]:
    known = {path for path, _ in texts_of(product)} | set(Product.model_fields)
    paths = [path for path in scene.facts if path in known]
    told = [*sentences(scene.narration), *([clean(scene.on_screen_text)] if scene.on_screen_text else [])]
    return [Support(text=text, facts=paths) for text in dict.fromkeys(told) if text]
