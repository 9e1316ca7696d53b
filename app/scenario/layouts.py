"""Chooses how each scene is laid out, and fills what its layout shows, from the product's facts only."""

from __future__ import annotations

from collections.abc import Callable

from app.analysis.colours import NAMED
from app.models import ImageAnalysis, Scene, SceneLayout, ScenePoint, Support
from app.scenario.lexicon import entries, options_of
from app.scenario.material import distinct, spec_points
from app.scenario.quotes import quote_of
from app.scenario.setting import Setting
from app.scenario.wording import numbers_in, same_matter

SURE_CUT = 0.8
"""Confidence from which a cut-out may be seen apart from its ground."""
FEWEST_ROWS, MOST_ROWS = 2, 4
LONGEST_CALLOUT = 60
HIGHEST_RATING = 5.0
Filled = tuple[list[ScenePoint], list[Support]]
"""A layout's points, and what of the product they rest on."""


def with_layouts(scenes: list[Scene], setting: Setting, images: list[ImageAnalysis]) -> list[Scene]:
    """Return the scenes with layout and points; each layout but the plain one and callouts occurs once.

    A scene gets the first layout whose facts it tells. A hook or a plain scene with a sure cut-out moves in depth.
    """
    cut = {image.url for image in images if image.cutout_key and image.cutout_confidence >= SURE_CUT}
    used: set[SceneLayout] = set()
    found = []
    for scene in scenes:
        layout, filled = _chosen(scene, setting, images, used)
        used.add(layout)
        laid = _laid_out(scene, layout, filled)
        if layout == "hero" and scene.image in cut:
            laid = laid.model_copy(update={"motion": "parallax"})
        found.append(laid)
    return found


def layout_choices(scene: Scene, setting: Setting, images: list[ImageAnalysis]) -> dict[SceneLayout, Scene]:
    """Return the scene in each layout that the product's facts can fill, and in its own as it is."""
    filled: dict[SceneLayout, Filled | None] = {"plain": ([], [])}
    if scene.role == "call_to_action":
        filled["closing"] = _closing(setting)
    else:
        filled["hero"] = _brand(setting)
        filled |= {layout: fill(scene, setting, images) for layout, (_, fill) in FILLERS.items()}
        filled["callouts"] = callouts(scene, setting.language)
    return {layout: _laid_out(scene, layout, one) for layout, one in filled.items() if one is not None} | {
        scene.shown_layout: scene
    }


def _laid_out(scene: Scene, layout: SceneLayout, filled: Filled) -> Scene:
    points, facts = filled
    return scene.model_copy(
        update={"layout": layout, "points": points, "facts": [*scene.facts, *_new(facts, scene.facts)]}
    )


def _chosen(
    scene: Scene, setting: Setting, images: list[ImageAnalysis], used: set[SceneLayout]
) -> tuple[SceneLayout, Filled]:
    if scene.role == "call_to_action":
        return "closing", _closing(setting)
    for layout, (tells, fill) in FILLERS.items():
        if layout not in used and tells(scene, setting) and (filled := fill(scene, setting, images)):
            return layout, filled
    if scene.role == "hook":
        return "hero", _brand(setting)
    if listed := callouts(scene, setting.language):
        return "callouts", listed
    return "plain", ([], [])


def _new(facts: list[Support], known: list[Support]) -> list[Support]:
    texts = {fact.text for fact in known}
    return [fact for fact in facts if fact.text not in texts]


def _shown(scene: Scene) -> list[str]:
    """Return the paths that the words on screen and the badge rest on."""
    seen = {scene.on_screen_text, scene.badge} - {""}
    return [path for fact in scene.facts if fact.text in seen for path in fact.facts]


def _brand(setting: Setting) -> Filled:
    name, paths = setting.facts.values.get("brand", ("", ()))
    if not name or numbers_in(name):
        return [], []
    return [ScenePoint(label=name)], [Support(text=name, facts=list(paths))]


def _closing(setting: Setting) -> Filled:
    values = setting.facts.values
    name, paths = values["name"]
    before, before_paths = values.get("list_price", ("", ())) if setting.facts.discounted else ("", ())
    facts = [Support(text=text, facts=list(path)) for text, path in ((name, paths), (before, before_paths)) if text]
    return [ScenePoint(label=name, before=before[:30])], facts


def _price(scene: Scene, setting: Setting, images: list[ImageAnalysis]) -> Filled | None:
    values = setting.facts.values
    if not setting.facts.discounted or "price" not in values or "list_price" not in values:
        return None
    price, before = values["price"], values["list_price"]
    saving = (f"−{values['percent'][0]}", values["percent"][1]) if "percent" in values else ("", ())
    point = ScenePoint(value=price[0], before=before[0][:30], label=saving[0])
    return [point], [Support(text=text, facts=list(paths)) for text, paths in (price, before, saving) if text]


def _review(scene: Scene, setting: Setting, images: list[ImageAnalysis]) -> Filled | None:
    values, rating = setting.facts.values, setting.product.rating
    if "rating" not in values or rating is None:
        return None
    written, paths = values["rating"]
    count, count_paths = values.get("reviews", ("", ()))
    # Without its phrases it is not known how a language groups digits.
    if setting.phrases is None or not count or count in scene.on_screen_text:
        count, count_paths = "", ()
    point = ScenePoint(share=min(1.0, rating / HIGHEST_RATING), value=written, label=f"({count})" if count else "")
    quote, path = quote_of(setting.product, setting.language)
    shown = ((written, paths), (point.label, count_paths), (quote, (path,)))
    facts = [Support(text=text, facts=list(found)) for text, found in shown if text]
    return [point, *([ScenePoint(value=quote)] if quote else [])], facts


def _options(scene: Scene, setting: Setting, images: list[ImageAnalysis]) -> Filled | None:
    found = options_of(setting.product, setting.language)
    if found is None:
        return None
    points = [ScenePoint(label=name, colour=swatch(name, setting.language)) for name in found[0]]
    return points, [Support(text=name, facts=[found[1]]) for name in found[0]]


def swatch(name: str, language: str) -> str | None:
    """Return ``#rrggbb`` for the name of a colour in a language; None where it is not known."""
    word = name.casefold()
    english = next((entry["en"] for entry in entries("colours") if entry.get(language, "").casefold() == word), word)
    level = NAMED.get({"gray": "grey", "ivory": "cream", "sand": "beige", "coral": "orange"}.get(english, english))
    return None if level is None else "#{:02x}{:02x}{:02x}".format(*level)


def _specs(scene: Scene, setting: Setting, images: list[ImageAnalysis]) -> Filled | None:
    shown = set(_shown(scene))
    rows: list[ScenePoint] = []
    facts = []
    points = spec_points(setting.product, setting.phrases, setting.language, setting.colon, setting.seed)
    for point in distinct(points, [], setting.language):
        label, colon, value = point.screen.partition(setting.colon)
        if set(point.paths) & shown or not colon or not value or len(rows) == MOST_ROWS:
            continue
        rows.append(ScenePoint(label=label, value=value))
        facts += [Support(text=text, facts=list(point.paths)) for text in (label, value)]
    return (rows, facts) if len(rows) >= FEWEST_ROWS else None


def _comparison(scene: Scene, setting: Setting, images: list[ImageAnalysis]) -> Filled | None:
    others = [image for image in images if image.url != scene.image and image.error is None and not image.duplicate_of]
    best = max(others, key=lambda image: image.fit.get("hero", image.score), default=None)
    return None if best is None else ([ScenePoint(), ScenePoint(image=best.url)], [])


def callouts(scene: Scene, language: str | None) -> Filled | None:
    """The sentences of a scene that tells several things, each short enough to be read at a glance.

    None of them says what the words on screen or another one says.
    """
    told = [fact for fact in scene.facts if fact.facts and fact.text in scene.narration]
    labels: list[str] = []
    for label in (fact.text.rstrip(".") for fact in told):
        if not any(same_matter(label, other, language) for other in (scene.on_screen_text, *labels)):
            labels.append(label)
    apart = len({path for fact in told for path in fact.facts}) >= len(told)
    if len(labels) < FEWEST_ROWS or not apart or any(len(label) > LONGEST_CALLOUT for label in labels):
        return None
    return [ScenePoint(label=label) for label in labels[:MOST_ROWS]], []


def _tells_options(scene: Scene, setting: Setting) -> bool:
    found = options_of(setting.product, setting.language)
    return found is not None and found[1] in _shown(scene)


def _tells_specs(scene: Scene, setting: Setting) -> bool:
    return scene.role != "hook" and any(path.startswith("specs.") for path in _shown(scene))


FILLERS: dict[
    SceneLayout,
    tuple[Callable[[Scene, Setting], bool], Callable[[Scene, Setting, list[ImageAnalysis]], Filled | None]],
] = {
    "price": (lambda scene, setting: scene.role == "hook" and setting.arc == "deal", _price),
    "review": (lambda scene, setting: "rating" in _shown(scene), _review),
    "options": (_tells_options, _options),
    "specs": (_tells_specs, _specs),
    "comparison": (lambda scene, setting: scene.role != "hook" and setting.arc == "comparison", _comparison),
}
"""Layout -> whether a scene tells what it shows, and its points, or None where the product has none; tried in order."""
