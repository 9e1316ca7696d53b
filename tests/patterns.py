"""The regular expressions of the packages that read strangers' texts, and texts made to keep each of them busy."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from inspect import signature
from pathlib import Path

# The parser of the standard library, which has no public name: a change of it fails loudly.
from re import _constants as codes
from re import _parser as parser
from types import ModuleType
from typing import Any

PACKAGES = ("app.extraction", "app.scenario", "app.analysis", "app.fetching", "app.untrusted", "app.api", "app.web")
CALLS = frozenset({"compile", "search", "match", "fullmatch", "sub", "subn", "findall", "finditer", "split"})
WHOLE = frozenset({"match", "fullmatch"})
"""They begin at one place, so that they are not tried from everywhere."""
Pattern = re.Pattern[Any]


@dataclass(frozen=True)
class Use:
    """A pattern, and how it is used."""

    pattern: Pattern
    anchored: str | None
    """``match`` or ``fullmatch``; None: it is searched for."""

    def apply(self, text: Any) -> None:
        """Use the pattern on a text."""
        if self.anchored:
            getattr(self.pattern, self.anchored)(text)
        else:
            for _ in self.pattern.finditer(text):
                pass


def modules() -> Iterator[ModuleType]:
    """Yield every module of the packages but the programs."""
    for name in PACKAGES:
        package = importlib.import_module(name)
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def patterns() -> dict[str, Use]:
    """Return all patterns that modules hold, and those that stand in a call of ``re``, by where they are."""
    found: dict[str, Use] = {}
    used = methods()
    for module in modules():
        for name, value in vars(module).items():
            made = value() if hasattr(value, "cache_info") and not signature(value).parameters else value
            for number, one in enumerate(values(made)):
                # Some are put together by a function that keeps them.
                anchored = next(iter(used.get(name, ()))) if used.get(name) in ({"match"}, {"fullmatch"}) else None
                found.setdefault(f"{module.__name__}.{name}[{number}]", Use(one, anchored))
        if module.__file__ is None:
            continue
        for node in ast.walk(ast.parse(Path(module.__file__).read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and node.func.attr in CALLS - {"compile"}
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                flags = 0
                for part in ast.walk(node):
                    if isinstance(part, ast.Attribute) and part.attr in ("I", "IGNORECASE"):
                        flags = re.IGNORECASE
                anchored = node.func.attr if node.func.attr in WHOLE else None
                found[f"{module.__name__}:{node.lineno}"] = Use(re.compile(node.args[0].value, flags), anchored)
    unique = {(one.pattern, one.anchored): name for name, one in reversed(found.items())}
    return {
        name: one for name, one in found.items() if unique[one.pattern, one.anchored] == name and unbounded(one.pattern)
    }


def methods() -> dict[str, set[str]]:
    """Return for each name by which methods the application uses it."""
    found: dict[str, set[str]] = {}
    for path in Path(importlib.import_module("app").__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id.isupper():
                found.setdefault(node.value.id, set()).add(node.attr)
    return found


def values(value: object) -> Iterator[Pattern]:
    """Yield the patterns that a value is, or holds."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from values(one)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from values(one)


def unbounded(pattern: Pattern) -> bool:
    """Tell whether a part of a pattern may repeat without end."""
    return any(True for _ in repeats(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE & ~re.ASCII), ""))


def texts(pattern: Pattern, size: int) -> Iterator[str | bytes]:
    """Yield texts of ``size`` characters that go round in the pattern's repeats, and fail behind them."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE & ~re.ASCII)
    seen: set[str] = set()
    for before, pump in repeats(tree, ""):
        for piece in (pump, before + pump, before):
            if piece and piece not in seen:
                seen.add(piece)
                text = piece * (size // len(piece)) + "\n\x00"
                yield text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")
        if before:
            text = before + pump * (size // len(pump)) + "\n\x00"
            yield text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")


def repeats(tree: Any, before: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before each endless repeat of a parsed pattern, and what it repeats."""
    for operation, argument in tree:
        if operation in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            low, high, body = argument
            if high == codes.MAXREPEAT:
                pump = sample(body)
                if pump:
                    yield before, pump
            yield from repeats(body, before)
            before += sample(body) * max(low, 0)
        elif operation is codes.SUBPATTERN:
            yield from repeats(argument[3], before)
            before += sample(argument[3])
        elif operation is codes.BRANCH:
            for one in argument[1]:
                yield from repeats(one, before)
            before += sample(argument[1][0])
        elif operation in (codes.ASSERT, codes.ASSERT_NOT):
            if argument[0] > 0:
                yield from repeats(argument[1], before)
        else:
            before += sample([(operation, argument)])


CLASSES = {
    codes.CATEGORY_DIGIT: "1",
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_WORD: "a",
    codes.CATEGORY_NOT_SPACE: "a",
    codes.CATEGORY_NOT_DIGIT: "a",
    codes.CATEGORY_NOT_WORD: " ",
}


def sample(tree: Any) -> str:
    """Return a short text that a parsed pattern matches, but for what looks around."""
    made = ""
    for operation, argument in tree:
        if operation is codes.LITERAL:
            made += chr(argument)
        elif operation is codes.NOT_LITERAL:
            made += "a" if argument != ord("a") else "b"
        elif operation is codes.ANY:
            made += "a"
        elif operation is codes.IN:
            made += member(argument)
        elif operation in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            made += sample(argument[2]) * max(argument[0], 0)
        elif operation is codes.SUBPATTERN:
            made += sample(argument[3])
        elif operation is codes.ATOMIC_GROUP:
            made += sample(argument)
        elif operation is codes.BRANCH:
            made += sample(argument[1][0])
        elif operation is codes.CATEGORY:
            made += CLASSES[argument]
    return made


def member(choices: Any) -> str:
    """Return a character of a set."""
    first, argument = choices[0]
    if first is codes.NEGATE:
        taken = re.compile("|".join(map(re.escape, filter(None, (one_of(choice) for choice in choices[1:])))) or "(?!)")
        return next(one for one in "a1 .-x\u00e4" if not taken.fullmatch(one))
    return one_of((first, argument)) or "a"


def one_of(choice: tuple[Any, Any]) -> str:
    """Return a character of a part of a set."""
    operation, argument = choice
    if operation is codes.LITERAL:
        return chr(argument)
    if operation is codes.RANGE:
        return chr(argument[0])
    return CLASSES.get(argument, "a") if operation is codes.CATEGORY else "a"
