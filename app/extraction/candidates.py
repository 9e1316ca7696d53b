"""What every source yields: one value for one field, with where it came from and how sure that is."""

from dataclasses import dataclass
from decimal import Decimal

FieldValue = str | Decimal | float | int | list[str] | dict[str, str]


@dataclass(frozen=True)
class Candidate:
    """One source's value for one field of ``Product``; ``confidence`` is 0..1, ``source`` such as ``json-ld``."""

    field: str
    value: FieldValue
    source: str
    confidence: float
