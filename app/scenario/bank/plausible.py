"""Measures that can not be of one product: sides and masses that no material has, a power that the page denies."""

from __future__ import annotations

import itertools
import math
import re

from app.models import Product
from app.scenario.units import measures_in, parse_number

SIDES = re.compile(
    r"(\d{1,4}(?:[.,]\d{1,2})?) ?[x×х] ?(\d{1,4}(?:[.,]\d{1,2})?) ?[x×х] ?(\d{1,4}(?:[.,]\d{1,2})?) ?(?:cm|см|centim)",
    re.I,
)
MASS = re.compile(
    r"(?<![\d.,])(\d{1,6}(?:[.,]\d{1,3})?) ?"
    r"(kg|kilo|g|gram[mi]*s?|кг|г|lbs?|pounds?|pfund|libbre|livres|oz|ounces?)\b",
    re.I,
)
GRAMS = (("k", 1000), ("к", 1000), ("lb", 454), ("po", 454), ("pf", 500), ("li", 454), ("o", 28))
"""How a unit of mass begins, and its grams."""
MOST_COMPARED = 6
LEAST_DENSITY = 0.001  # grams a cubic centimetre


def implausible(*values: str) -> bool:
    """Tell whether texts give three sides in cm and a mass with which the thing would be lighter than foam."""
    sides = next((match for value in values if (match := SIDES.search(value))), None)
    mass = next((match for value in values if (match := MASS.search(value))), None)
    if sides is None or mass is None:
        return False
    volume = math.prod(float(side.replace(",", ".")) for side in sides.groups())
    unit = mass[2].casefold()
    grams = float(mass[1].replace(",", ".")) * next((one for begin, one in GRAMS if unit.startswith(begin)), 1)
    return grams < LEAST_DENSITY * volume


def unlike(specs: dict[str, str]) -> set[str]:
    """Return the labels of the rows for sides and for a mass that can't be of one thing: some shops fill them in so."""
    sides = [(label, value) for label, value in specs.items() if SIDES.search(value)]
    masses = [(label, value) for label, value in specs.items() if MASS.search(value)]
    return {
        label
        for size, mass in itertools.product(sides[:MOST_COMPARED], masses[:MOST_COMPARED])
        if implausible(size[1], mass[1])
        for label in (size[0], mass[0])
    }


def alone_in_title(text: str, product: Product) -> bool:
    """Tell whether a title says a power that its page says nowhere else, though its rows say another one."""
    told = _powers(text, product)
    if not told:
        return False
    rows = {power for value in product.specs.values() for power in _powers(value, product)}
    if not rows or told & rows:
        return False
    others = (*product.features, product.description or "")
    return not any(told & _powers(line, product) for line in others)


def _powers(text: str, product: Product) -> set[str]:
    return {
        f"{parse_number(one.written, product.language)} {one.unit.name}"
        for one in measures_in(text)
        if one.unit.dimension == "power" and re.fullmatch(r"[\d.,]+", one.written)
    }
