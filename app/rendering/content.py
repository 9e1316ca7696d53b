"""What a scene says in each of its shots: its words, numbers, lists, stars and prices as items to be set."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from typing import cast

from PIL import Image

from app.models import SceneLayout, ScenePoint
from app.rendering.jobs import Caption, ClipJob
from app.rendering.numerals import counted, numeral
from app.rendering.shapes import even, ring, rounded, stars
from app.rendering.text import LEADING
from app.rendering.theme import Look, contrast, rgb_of
from app.rendering.words import (
    LEAST,
    Block,
    Item,
    Piece,
    TypeSettings,
    drawing,
    lines_of,
    plate,
    row,
    shape,
    slot,
    together,
)

FIRST, OPENING = -0.3, -1.5
"""Seconds from a shot's beginning until its first words enter, and from the film's: in its first frame, which stands
for it, all of them have come."""
STEP = 0.13
COUNT_SECONDS = 0.75
SAID_ALREADY = 0.5
"""The share of a caption's letters in words that stand on the screen from which it is not shown again."""
_LEAST_SAID = 0.9
"""Of a number on the screen, as much as a voice that rounds it down says of it."""
_OVER = 0.5
"""Seconds of a shot within which the last word falls that leaves it without words."""
_MOSTLY = 0.6
"""The share of a shot for which something must be heard that its captions are its words."""
CAPTION_SIZE, LARGE_CAPTION_SIZE = 40, 76
"""Of captions' type at most, in layout units: below other words, and where they are all there is to read."""
CAPTION, LARGE_CAPTION = 62, 176
"""Height in units of a caption's room: below other words, and alone."""
_NUMBER, _LABEL = 190, 50
_KICKER, _LEAST_KICKER = 40, 34
"""Units of the small line above a headline, which is not made smaller together with it beyond the second."""
MOST_BEATS = 2
"""Points of a list of which each is told in a shot of its own."""
_WORD = re.compile(r"[^\W_]+(?:[.,'’][^\W_]+)*")

Entry = tuple[float, Item]
"""The gap in units that goes before an item, and the item."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A shot of a scene: its place among the scene's shots, and when it begins (seconds)."""

    number: int
    count: int
    begins: float
    ends: float


def heard(job: ClipJob) -> list[Caption]:
    """Return the captions that do not say again what stands on the screen."""
    if job.caption_style == "none":
        return []
    shown = {word.casefold() for words in on_screen(job) for word in _WORD.findall(words)}
    numbers = {_digits(word) for word in shown} - {0}

    def is_shown(word: str) -> bool:
        return word in shown or any(_rounded(_digits(word), number) for number in numbers)

    def said(caption: Caption) -> float:
        words = [word.casefold() for word in _WORD.findall(caption.text)]
        letters = sum(map(len, words))
        return sum(len(word) for word in words if is_shown(word)) / letters if letters else 0.0

    return [caption for caption in job.captions if said(caption) < SAID_ALREADY]


def _digits(word: str) -> int:
    """Return the digits of a word as a number, however it is grouped; 0 where it has letters."""
    digits = re.sub(r"[.,'’]", "", word)
    return int(digits) if digits.isdecimal() else 0


def _rounded(said: int, number: int) -> bool:
    """Return whether ``said`` is the number, a little less and in fewer digits: "over 1,200" of 1,280."""
    return _LEAST_SAID * number <= said < number and len(str(said).rstrip("0")) < len(str(number).rstrip("0"))


def on_screen(job: ClipJob) -> list[str]:
    """Return the scene's own words on the screen."""
    return [job.on_screen_text, job.badge, *(words for point in job.points for words in point.texts)]


def entries(job: ClipJob, look: Look, moment: Moment, starts: float) -> list[Entry]:
    """Return what stands on the screen in a shot, the uppermost first.

    ``starts``: seconds until the scene's first words may enter: half of the transition to it.
    """
    kind = LAYOUTS[job.shown_layout]
    if not kind.can_draw(job):
        kind = LAYOUTS["plain"]
    return kind.entries(SceneWords(job, look, moment, starts))


def caption_slot(above: list[Entry]) -> Entry:
    """Return room for captions, larger where they stand alone."""
    return (18, slot(CAPTION)) if above else (0, slot(LARGE_CAPTION))


@dataclass(frozen=True)
class SceneWords:
    """A scene as one of its shots tells it, and when its words enter."""

    job: ClipJob
    look: Look
    moment: Moment
    starts: float

    @property
    def enters(self) -> float:
        """When the words that every shot of the scene has begin to enter."""
        if self.job.role == "hook" and self.starts <= 0:
            return OPENING
        return self.starts or FIRST

    @cached_property
    def is_heard(self) -> bool:
        """For most of this shot something is said that is not to be read on the screen: captions can stand alone."""
        begins, ends = self.moment.begins, self.moment.ends
        said = sum(max(0.0, min(one.end, ends) - max(one.start, begins)) for one in heard(self.job))
        return said >= _MOSTLY * (ends - begins)

    @property
    def now(self) -> float:
        """When words of this shot alone begin to enter."""
        return self.moment.begins + FIRST if self.moment.number else self.enters

    def spread(self, number: int, count: int, words: str = "") -> float:
        """Return when one of ``count`` things enters: as it is said, else evenly over the scene."""
        wanted = {word.casefold() for word in _WORD.findall(words) if len(word) > 3 or word.isdigit()}
        for caption in self.job.captions:
            for word in caption.words:
                if wanted & {part.casefold() for part in _WORD.findall(word.text)}:
                    return max(self.enters, word.start - 0.15)
        length = self.job.seconds - 1.0
        return max(self.enters + STEP, 0.1 + number * 0.7 * length / count)

    def headline(self, words: str, enters: float, *, largest: float | None = None, lines: int = 4) -> list[Entry]:
        """Return a headline; where it is a number and what it counts, the number is the largest thing there is."""
        found = numeral(words)
        # One of a thing is no number to be told: "1 pocket" is a pocket.
        if found is None or found.number == "1":
            size = largest or self.look.headline
            return [(0, lines_of(words, size, enters, lines=lines, smallest=LEAST))]
        return self.number(found.number, found.label, enters, label_first=not found.first)

    def number(self, number: str, label: str, enters: float, *, label_first: bool = False) -> list[Entry]:
        # The film's first frame stands for it: its number is there at once, and nobody counts to it.
        steps = [number] if self.job.role == "hook" or self.moment.number else counted(number)
        figure = _counting(steps, enters, _NUMBER)
        if not label:
            return [(0, figure)]
        words = lines_of(label, _LABEL, enters + STEP, face="text", lines=2)
        return [(0, words), (4, figure)] if label_first else [(0, figure), (2, words)]


def _counting(steps: list[str], enters: float, size: float) -> Item:
    """Return an item that shows one text after the other in the place of the last, which stays."""

    def set_(with_: TypeSettings) -> Block | None:
        last = lines_of(steps[-1], size, enters, smallest=LEAST, entrance=None if len(steps) == 1 else "fade")(with_)
        if last is None or len(steps) == 1:
            return last
        pieces: list[Piece] = []
        each = COUNT_SECONDS / len(steps)
        height = with_.type(steps[-1], size, smallest=LEAST).font.size / with_.unit / with_.scale
        starts = [enters, *(max(enters, 0.0) + number * each for number in range(1, len(steps)))]
        for words, begins, ends in zip(steps, starts, [*starts[1:], math.inf], strict=True):
            # What takes the place of another is there at once, as if it had entered long before.
            block = lines_of(words, height, begins, smallest=LEAST, entrance="cut", leaves=ends)(with_)
            if block is not None:
                shift = with_.start(block.width, last.width)
                pieces += [piece.moved(shift, 0) for piece in block.pieces]
        return Block(last.width, last.height, tuple(pieces))

    return set_


def _plain(scene: SceneWords) -> list[Entry]:
    """One fact a beat: the headline, then what the badge says; that stays, or gives way to what is heard."""
    job, number = scene.job, scene.moment.number
    beats = [words for words in (job.on_screen_text, job.badge) if words]
    if not beats and job.captions and job.captions[-1].end < scene.moment.begins + _OVER:
        # All has been said, and nothing else is to be read: the sentence stays.
        return [(0, lines_of(" ".join(one.text for one in job.captions), 92, scene.now, lines=6, smallest=LEAST))]
    if not beats or (number >= len(beats) and scene.is_heard):
        return []
    enters = (scene.enters, scene.now)[number] if number < len(beats) else FIRST
    found = scene.headline(beats[min(number, len(beats) - 1)], enters)
    if len(beats) == 2 and scene.moment.count == 1:
        found.append((16, lines_of(job.badge, 46, scene.enters + 2 * STEP, face="text", lines=2)))
    return found


def _hero(scene: SceneWords) -> list[Entry]:
    brand = scene.job.points[0].label if scene.job.points else ""
    found = _plain(scene)
    if brand and found and brand.casefold() not in scene.job.on_screen_text.casefold():
        _, first = found[0]
        return [(0, _kicker(brand, scene.enters)), (10, first), *found[1:]]
    return found


def _kicker(words: str, enters: float) -> Item:
    return lines_of(words, _KICKER, enters, face="text", weight=750, entrance="fade", smallest=_LEAST_KICKER)


def _callouts(scene: SceneWords) -> list[Entry]:
    """A list whose lines come one by one; of two or fewer each has a shot of its own, where there are so many."""
    points = [point.label for point in scene.job.points if point.label]
    title = scene.job.on_screen_text
    moment = scene.moment
    beats = [title, *points] if title and moment.count > len(points) else points
    if len(points) <= MOST_BEATS and moment.count >= len(beats) > 1:
        shown = beats[moment.number * len(beats) // moment.count]
        begins = moment.number * len(beats) % moment.count < len(beats)
        if not begins and scene.is_heard:
            return []
        found = scene.headline(shown, scene.now if begins else FIRST)
        return [(0, _kicker(title, scene.enters)), (10, found[0][1]), *found[1:]] if title not in ("", shown) else found
    found = []
    if title:
        found += [(0, lines_of(title, 84, scene.enters, lines=3, smallest=LEAST))]
    for number, words in enumerate(points):
        enters = scene.spread(number, len(points), words)
        line = lines_of(words, 56, enters + 0.05, face="text", weight=750, lines=2, entrance="slide", smallest=34)
        if scene.look.align == "left":
            line = row(20, drawing(_dash, "highlight", enters, "wipe"), _narrower(line, 50), foot=False)
        found.append((26 if number == 0 else 18, line))
    return found


def _dash(with_: TypeSettings) -> Image.Image:
    """Return the mark before a line of a list, in the middle of that line's height."""
    line = 56 * with_.unit * with_.scale * LEADING
    side = even(0.32 * line)
    image = Image.new("L", (side, even(line / 2 + side / 2)), 0)
    image.paste(rounded(side, side, min(with_.look.radius * with_.unit, side / 2)), (0, image.height - side))
    return image


def _narrower(item: Item, units: float) -> Item:
    """Return the item set in lines that are so much shorter."""

    def set_(with_: TypeSettings) -> Block | None:
        return item(replace(with_, width=with_.width - round(units * with_.unit)))

    return set_


def _specs(scene: SceneWords) -> list[Entry]:
    points = [point for point in scene.job.points if point.label and point.value]
    found: list[Entry] = []
    if scene.job.on_screen_text:
        found.append((0, lines_of(scene.job.on_screen_text, 76, scene.enters, lines=2, smallest=LEAST)))
    for number, point in enumerate(points):
        enters = scene.spread(number, len(points), point.value)
        found.append((26, lines_of(point.label, 34, enters, face="text", role="muted", entrance="fade")))
        found.append((0, lines_of(point.value, 64, enters + 0.05, lines=2, smallest=34)))
    return found


def _price(scene: SceneWords) -> list[Entry]:
    """The price before, struck through as it is said; the price, larger than all; and what is saved.

    Later shots make the last the largest.
    """
    point, enters = scene.job.points[0], scene.enters
    found: list[Entry] = []
    if scene.moment.number % 2 and numeral(point.label) is not None:
        price = lines_of(point.value, 96, scene.now + STEP, role="highlight", smallest=LEAST)
        return [*scene.number(point.label, "", scene.now), (8, price)]
    if scene.job.on_screen_text:
        found.append((0, lines_of(scene.job.on_screen_text, 60, enters, lines=2, smallest=40)))
    before: list[Item] = []
    if point.before:
        before.append(_struck(point.before, 66, enters + STEP, scene.spread(1, 3, point.before)))
    if point.label:
        before.append(plate(point.label, 54, enters + 4 * STEP, entrance="pop"))
    if before:
        found.append((20, row(24, *before)))
    found.append((4, lines_of(point.value, 180, enters + 2 * STEP, smallest=LEAST, entrance="pop", role="highlight")))
    return found


def _struck(words: str, size: float, enters: float, at: float) -> Item:
    """Return words and the line that is drawn through them at a time."""

    def line(with_: TypeSettings) -> Block | None:
        block = with_.type(words, size, face="text", weight=500)
        if not block.lines:
            return None
        thick = max(2, even(0.07 * block.font.size))
        over = even(0.1 * block.font.size)
        image = shape(rounded(even(block.width + 2 * over), thick, thick / 2), with_.tone.highlight)
        return Block(0, 0, (Piece(lambda: image, -over, block.height / 2 - thick / 2, at, "wipe"),))

    return together(lines_of(words, size, enters, face="text", role="muted", weight=500), line)


def _review(scene: SceneWords) -> list[Entry]:
    """The rating and its stars as they fill; how many rated; in later shots what a buyer says, or what is heard."""
    rating, enters = scene.job.points[0], scene.enters
    quote = next((point for point in scene.job.points[1:] if point.value), None)
    if quote is not None and (scene.moment.number % 2 or scene.moment.count == 1):
        now = scene.now if scene.moment.number else enters
        found: list[Entry] = [(0, lines_of(f"“{quote.value}”", 84, now, lines=6, smallest=44))]
        if quote.label:
            found.append((12, lines_of(quote.label, 38, now + 3 * STEP, face="text", role="muted")))
        if scene.moment.count == 1:
            found.insert(0, (0, _stars(rating.share or 0.0, 56, enters)))
            found[1] = (16, found[1][1])
        return found
    count = scene.job.on_screen_text or rating.label.strip("()")
    # A count that has a shot of its own, as the number that it is, is in no other one.
    alone = scene.moment.count > 1 and numeral(count) is not None and quote is None
    if alone and scene.moment.number % 2:
        return [*scene.headline(count, scene.now), (16, _stars(rating.share or 0.0, 64, scene.now))]
    if alone and scene.moment.number and scene.is_heard:
        return []
    found = [(0, _stars(rating.share or 0.0, 84, enters))]
    if rating.value:
        found.insert(0, (0, _counting([rating.value], enters, _NUMBER)))
        found[1] = (4, found[1][1])
    if count and not (alone and rating.value):
        found.append((14, lines_of(count, 54, enters + 3 * STEP, face="text", lines=2)))
    return found


def _stars(share: float, side: float, enters: float) -> Item:
    def set_(with_: TypeSettings) -> Block:
        size = even(min(side * with_.unit * with_.scale, with_.width / 5.7))
        whole, filled = stars(size, even(0.14 * size), share)
        # Stars are read from the left in every script.
        full = filled.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if with_.rtl else filled
        under = shape(whole, with_.tone.text, 0.28)
        over = shape(full, with_.tone.highlight)
        pieces = (
            Piece(lambda: under, 0, 0, enters, "fade"),
            Piece(lambda: over, 0, 0, enters + 0.1, "wipe"),
        )
        return Block(under.width, under.height, pieces)

    return set_


def _options(scene: SceneWords) -> list[Entry]:
    points = [point for point in scene.job.points if point.label]
    found: list[Entry] = []
    if scene.job.on_screen_text:
        found.append((0, lines_of(scene.job.on_screen_text, 100, scene.enters, lines=3, smallest=LEAST)))
    if all(point.colour for point in points):
        items = [_swatch(point, scene.spread(number, len(points), point.label)) for number, point in enumerate(points)]
        return [*found, (28, row(18, *items))]
    for number, point in enumerate(points):
        found.append(
            (22 if number == 0 else 12, plate(point.label, 54, scene.spread(number, len(points), point.label)))
        )
    return found


VISIBLE = 1.25
"""Contrast to the ground under which a swatch gets a line round it."""


def _swatch(point: ScenePoint, enters: float) -> Item:
    def set_(with_: TypeSettings) -> Block:
        colour = rgb_of(point.colour or "#808080")
        side = even(120 * with_.unit * with_.scale)
        corner = side / 2 if with_.look.radius >= 10 else with_.look.radius * with_.unit
        image = shape(rounded(side, side, corner), colour)
        if contrast(colour, with_.tone.ground) < VISIBLE and corner == side / 2:
            image.alpha_composite(shape(ring(side, max(2, 2 * with_.unit)), with_.tone.muted))
        pieces = [Piece(lambda: image, 0, 0, enters, "pop")]
        name = lines_of(point.label, 36, enters + 0.1, face="text", entrance="fade")(with_)
        width, height = float(side), float(side)
        if name is not None:
            width = max(width, name.width)
            pieces = [pieces[0].moved((width - side) / 2, 0)]
            pieces += [piece.moved((width - name.width) / 2, side + 8 * with_.unit) for piece in name.pieces]
            height += 8 * with_.unit + name.height
        return Block(width, height, tuple(pieces))

    return set_


def _comparison(scene: SceneWords) -> list[Entry]:
    found = scene.headline(scene.job.on_screen_text, scene.enters) if scene.job.on_screen_text else []
    labels = [point.label for point in scene.job.points[:2] if point.label]
    if len(labels) == 2:
        items = [plate(label, 48, scene.spread(number, 2, label)) for number, label in enumerate(labels)]
        found.append((20, row(20, *items)))
    return found


def _closing(scene: SceneWords) -> list[Entry]:
    """Product, name, price and call as one block; above it the brand, beside the price what is saved."""
    job, enters = scene.job, scene.enters
    name = job.points[0].label if job.points else ""
    extra = job.on_screen_text
    found: list[Entry] = []
    is_brand = bool(extra) and name.casefold().startswith(extra.casefold()) and len(name) > len(extra)
    if is_brand:
        name = name[len(extra) :].strip()
    saves = numeral(extra) is not None
    if extra and not saves and extra.casefold() != name.casefold():
        found.append((0, _kicker(extra, enters)))
    if name:
        found.append((8, lines_of(name, 76, enters, lines=3, smallest=40)))
    before = job.points[0].before if job.points else ""
    if job.badge:
        above: list[Item] = []
        if before:
            above.append(_struck(before, 50, enters + STEP, scene.spread(1, 4, before)))
        if saves:
            above.append(plate(extra, 44, enters + 3 * STEP, entrance="pop"))
        if above:
            found.append((14, row(20, *above)))
        price = lines_of(job.badge, 160, enters + STEP, smallest=LEAST, role="highlight", entrance="pop")
        found.append((2 if above else 10, price))
    if call := call_of(job):
        found.append((22, plate(call, 48, enters + 2 * STEP, entrance="pop")))
    return found


def call_of(job: ClipJob) -> str:
    """Return what a scene asks for: a film's last one asks to buy, in the languages that are known; else nothing."""
    return _calls().get(job.language, "") if job.shown_layout == "closing" else ""


@cache
def _calls() -> dict[str, str]:
    return cast("dict[str, str]", json.loads(files("app.rendering").joinpath("calls.json").read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Kind:
    """A layout: what it shows, and which scenes have what that needs."""

    entries: Callable[[SceneWords], list[Entry]]
    can_draw: Callable[[ClipJob], bool] = lambda job: True


LAYOUTS: dict[SceneLayout, Kind] = {
    "plain": Kind(_plain),
    "hero": Kind(_hero),
    "closing": Kind(_closing),
    "callouts": Kind(_callouts, lambda job: any(point.label for point in job.points)),
    "specs": Kind(_specs, lambda job: any(point.label and point.value for point in job.points)),
    "price": Kind(_price, lambda job: bool(job.points and job.points[0].value)),
    "review": Kind(_review, lambda job: bool(job.points and job.points[0].share is not None)),
    "options": Kind(_options, lambda job: sum(bool(point.label) for point in job.points) >= 2),
    "comparison": Kind(_comparison, lambda job: bool(job.other)),
}
