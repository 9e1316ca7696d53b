"""What reading a page or a feed gives, for those who are told it by another process: without what the reading needs."""

from dataclasses import dataclass

from app.extraction.candidates import Candidate
from app.models import Product


@dataclass(frozen=True, slots=True)
class Judged:
    """One candidate with the belief in its value over all sources; ``reason`` says why it won or lost."""

    candidate: Candidate
    belief: float
    won: bool
    reason: str


@dataclass(frozen=True)
class Explanation:
    """A product with how it was decided: the platform and its signs, and every candidate of every field."""

    product: Product
    platform: str | None
    signs: tuple[str, ...]
    fields: dict[str, list[Judged]]


@dataclass(frozen=True)
class Record:
    """One row of a feed, counted from 1 (a CSV file's header is no row): a product, or the reason why it is none."""

    row: int
    product: Product | None = None
    reason: str | None = None
