"""Chooses how a film opens: by its arc, else with the page's own line, a question that a figure answers, a list."""

from __future__ import annotations

from dataclasses import dataclass

from app.scenario.manner import MANNERS
from app.scenario.phrases import fill, turned
from app.scenario.setting import Setting
from app.scenario.speech import HOOK_SHARE, Line, seconds_to_say
from app.scenario.stuff import Stuff
from app.scenario.wording import as_sentence, fits_screen, spoken_words

SHORTEST_HOOK = 3.5
Opening = tuple[Line, Line]
"""What stands on screen, and what is said."""


@dataclass(frozen=True)
class Hook:
    """How a film opens."""

    screen: Line
    said: Line
    titles: bool
    """It says something of the product: the title may begin with it."""
    counts: bool = False
    """It promises so many scenes."""


def choose_hook(setting: Setting, stuff: Stuff) -> Hook:
    """Return the opening of a film whose language has phrases; another one for each seed and style."""
    assert setting.phrases is not None
    counted = _counted(setting)
    filler = _filled(setting, setting.phrases.styles[setting.style].hook)
    titles = True
    if setting.arc == "problem_solution" and setting.need:
        asks = turned(setting.phrases.concepts[setting.need].ask, setting.seed)
        lines: list[Opening] = [((ask, ()), (ask, ())) for ask in asks]
    elif setting.arc == "feature_parade":
        lines, titles = _parade(setting, stuff, counted) or filler, False
    else:
        lines = _filled(setting, turned(setting.phrases.hooks.get(setting.arc, []), setting.seed))
    lines = [(screen, said) for screen, said in lines if fits_screen(screen[0])] or filler
    most = max(SHORTEST_HOOK, HOOK_SHARE * setting.seconds)
    quick = [line for line in lines if seconds_to_say(line[1][0], setting.rate) <= most]
    screen, said = quick[0] if quick else min(lines, key=lambda line: spoken_words(line[1][0]))
    own = stuff.tagline is not None and said[0] == stuff.tagline.say[0]
    return Hook(screen, said, titles or own, any(screen[0] == line[0][0] for line in counted))


def _parade(setting: Setting, stuff: Stuff, counted: list[Opening]) -> list[Opening]:
    """What can open a list of features: each style and seed begins elsewhere."""
    figures: list[Opening] = [
        ((point.bare, point.paths), (point.ask, point.paths)) for point in stuff.specs if point.ask
    ]
    found = [*turned(figures, setting.seed)[:1], *counted[:1], *turned(figures, setting.seed)[1:], *counted[1:]]
    found = turned(found, setting.seed + (list(MANNERS).index(setting.style) % 2))
    if stuff.tagline and stuff.tagline.whole and setting.manner.tagline and setting.seed % 3 != 2:
        line: Line = (stuff.tagline.say[0], stuff.tagline.paths)
        shown = stuff.tagline.say[0].rstrip(".") if fits_screen(stuff.tagline.say[0]) else stuff.tagline.screen
        found.insert(0, ((shown, stuff.tagline.paths), line))
    return found


def _counted(setting: Setting) -> list[Opening]:
    """The promises of a list, as many as the body will have."""
    if setting.phrases is None or not setting.counting:
        return []
    return _filled(setting, turned(setting.phrases.hooks["feature_parade"], setting.seed))


def _filled(setting: Setting, pairs: list[tuple[str, str]]) -> list[Opening]:
    values = {**setting.facts.values, **setting.counting}
    found: list[Opening] = []
    for shown, said in pairs:
        screen, sentence = fill(shown, values), fill(said, values)
        if screen and sentence:
            found.append(((_capital(screen[0]), screen[1]), (_capital(sentence[0]), sentence[1])))
    return found


def _capital(text: str) -> str:
    """Return ``text`` with its first letter large, after an opening question mark too."""
    start = 1 if text[:1] in "¿¡" else 0
    return text[:start] + text[start : start + 1].upper() + text[start + 1 :]


def as_line(hook: Hook) -> list[Line]:
    """Return what may be said in an opening scene: the words on screen and the words said belong together."""
    return [hook.said, (as_sentence(hook.screen[0]), hook.screen[1])]
