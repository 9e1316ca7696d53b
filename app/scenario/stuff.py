"""All that a page gives to tell: features, sentences, concepts, specifications, the rating, the opening line."""

from __future__ import annotations

from dataclasses import dataclass

from app.scenario.features import feature_point
from app.scenario.material import description_points, distinct, joined, measured_near, spec_points
from app.scenario.phrases import Values, fill, turned
from app.scenario.points import MOST_LINES, Point
from app.scenario.setting import Setting
from app.scenario.units import write_measure
from app.scenario.wording import fits_screen, numbers_in, spoken_words

LONGEST_TAGLINE = 11


@dataclass(frozen=True)
class Stuff:
    """What there is to tell."""

    main: list[Point]
    specs: list[Point]
    rating: Point | None
    tagline: Point | None


def gather(setting: Setting) -> Stuff:
    """Collect what the page says, without repeats: the most fitting for the style first."""
    product, language = setting.product, setting.language
    main: list[Point] = []
    tagline = None
    if setting.own_words:
        listed = [
            feature_point(
                feature,
                language,
                setting.connectors,
                f"features[{number}]",
                setting.phrases,
                setting.facts.values,
                setting.page,
            )
            for number, feature in enumerate(product.features[:MOST_LINES])
        ]
        described = description_points(product, language, setting.connectors)
        tagline = next((point for point in described[:1] if _is_tagline(point, setting)), None)
        told = [*(point for point in listed if point), *(point for point in described if point is not tagline)]
        # Claims that the seller may have to prove, and lines that had to be cut, come last.
        prefers = "description" if setting.manner.prefers == "description" else "feature"
        main = distinct(sorted(told, key=lambda p: (p.claims, p.kind != prefers)), [], language)
        # What the seller may have to prove is told only where there is nothing else.
        main = [point for point in main if not point.claims] or main
        main.sort(key=lambda point: (point.claims, not point.whole, point.kind != prefers and not point.fuller))
    else:
        main = _concept_points(setting)
    known = [point.source for point in main]
    if setting.arc == "comparison" or "options" in setting.facts.values:
        known += [setting.facts.values["options"][0]] if setting.arc == "comparison" else []
    found = spec_points(product, setting.phrases, language, setting.colon, setting.seed, setting.facts.values)
    return Stuff(main, distinct(found, known, language), _rating_point(setting), tagline)


def _is_tagline(point: Point, setting: Setting) -> bool:
    """Tell whether a page's first sentence can open a film: short, without figures, claims or the product's name."""
    sentence = point.say[0]
    name = setting.facts.values["name"][0].casefold()
    short = spoken_words(sentence) <= LONGEST_TAGLINE and not numbers_in(sentence)
    return short and not point.claims and name not in sentence.casefold()


def _concept_points(setting: Setting) -> list[Point]:
    """What the page tells in another language, as far as it can be said in this one."""
    if setting.phrases is None:
        return []
    phrases = setting.phrases
    told = {name: found for name, found in setting.concepts.items() if name in phrases.concepts}
    covered = {(other, found.path) for name, found in told.items() for other in phrases.concepts[name].covers}
    points: list[Point] = []
    for name, found in told.items():
        concept = phrases.concepts[name]
        if not concept.say or found.path == "title" or (name, found.path) in covered:
            continue
        values: dict[str, tuple[str, tuple[str, ...]]] = dict(setting.facts.values)
        if measure := measured_near(found.text, found.start):
            amount = write_measure(measure, setting.product.language, setting.language, phrases.by, short=False)
            values["amount"] = (amount, (found.path,))
        said, shown = fill(concept.say[0], values), fill(concept.show, values)
        if not said or not shown or not fits_screen(shown[0]):
            continue
        point = Point("concept", shown[0], [said[0]], (found.path,), source=said[0], need=name)
        # What one line of the page tells belongs in one scene.
        same = next((n for n, other in enumerate(points) if other.paths == point.paths), None)
        if same is None or setting.need in (name, points[same].need):
            points.append(point)
        elif len(points[same].more) < 1:
            points[same] = joined(points[same], point)
    return distinct(points, [], setting.language)


def _rating_point(setting: Setting) -> Point | None:
    badge, phrases = setting.facts.rating_badge, setting.phrases
    if not badge or setting.arc == "review_led":
        return None
    if phrases is None:
        return Point("rating", "", [], ("rating",), badge=badge)
    pairs = phrases.rating["counted" if "reviews" in setting.facts.values else "plain"]
    values: Values = setting.facts.values
    for shown, said in turned(pairs, setting.seed):
        screen, sentence = fill(shown, values), fill(said, values)
        if screen and sentence:
            return Point("rating", screen[0], [sentence[0]], sentence[1], badge=badge)
    return None
