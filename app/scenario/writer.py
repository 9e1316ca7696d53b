"""Writes the scenario of a product, from the product's own facts only."""

from __future__ import annotations

from app.errors import InvalidInput
from app.models import ImageAnalysis, Product, Scenario, Wishes
from app.scenario.script.write import write

MOST_VARIANTS = 5
TRIED = 8
"""Seeds that are tried for variants that begin each in its own way."""


def write_scenario(product: Product, images: list[ImageAnalysis], wishes: Wishes) -> Scenario:
    """Return the scenario of a short for ``product``, offline and the same for the same input and ``wishes.seed``.

    The language is the wished one, else the page's. Where the two differ, only what needs no translation, or has a
    safe one, is told: name, brand, price, rating, measures, and what many products are or can. A language without a
    file shows callouts, stars and the price, and says nothing. The scenes last ``wishes.seconds`` together; where the
    page tells too little for that, 10 s or more, and ``notes`` says so. Every statement rests on the facts that its
    scene names.

    Raises:
        InvalidInput: "too little to tell, because ...": there is no title, no usable picture, or no fact but name
            and price.
    """
    return next(write(product, images, wishes, [wishes.seed]))


def write_variants(product: Product, images: list[ImageAnalysis], wishes: Wishes, count: int) -> list[Scenario]:
    """Return ``count`` (1 to 5) scenarios of the seeds from ``wishes.seed`` on: each has another hook, arc and facts.

    Where the facts allow fewer ways to begin, some begin alike.

    Raises:
        InvalidInput: as ``write_scenario``; or ``count`` is none of 1 to 5.
    """
    found: dict[str, Scenario] = {}
    alike: list[Scenario] = []
    for scenario in write(product, images, wishes, seeds_of(wishes, count, TRIED if count > 1 else 1)):
        if found.setdefault(scenario.scenes[0].on_screen_text, scenario) is not scenario:
            alike.append(scenario)
        if len(found) == count:
            break
    return [*found.values(), *alike][:count]


def check_count(variants: int) -> None:
    """Raise ``InvalidInput`` where so many variants cannot be written."""
    if not 1 <= variants <= MOST_VARIANTS:
        raise InvalidInput(f"variants: 1 to {MOST_VARIANTS}, not {variants}")


def seeds_of(wishes: Wishes, count: int, tried: int) -> list[int]:
    """Return the seeds from which ``count`` variants are chosen.

    Raises:
        InvalidInput: ``count`` is none of 1 to 5.
    """
    check_count(count)
    last = 2**63 - 1  # the largest seed
    return [(wishes.seed + number) % (last + 1) for number in range(max(count, tried))]
