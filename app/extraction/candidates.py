"""What every source yields: one value for one field, with where it came from and how sure that is."""

from dataclasses import dataclass
from decimal import Decimal

FieldValue = str | Decimal | float | int | list[str] | dict[str, str] | dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One source's value for one field of ``Product``; ``confidence`` is 0..1, ``source`` such as ``json-ld``.

    ``place`` says where in the source it stands, such as ``#productTitle`` or ``span.price “€ 5.00”``.
    """

    field: str
    value: FieldValue
    source: str
    confidence: float
    place: str = ""
