"""What the checker of claims knows of a language, from ``claim_words/*.json``."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

Pattern = Annotated[str, AfterValidator(lambda text: re.compile(text).pattern)]


class ClaimWords(BaseModel):
    """A language's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stock: Pattern
    """Words that say that a product can be had now."""
    stars: Pattern
    reviews: Pattern
    one: list[str]
    """Articles that count before a unit: "a litre"."""
    numbers: dict[str, float]
    halves: dict[str, str]
    claims: list[Pattern]
    """What a seller may have to prove."""
    negations: list[str]
    neutral: list[str]
    """Words that state nothing of a product."""


@cache
def claim_words(language: str | None) -> ClaimWords | None:
    """Return what is known of a language; None when it has no file."""
    file = files("app.scenario").joinpath(f"claim_words/{language}.json")
    return ClaimWords.model_validate_json(file.read_text(encoding="utf-8")) if language and file.is_file() else None
