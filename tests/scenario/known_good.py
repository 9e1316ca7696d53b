"""Known-good scripts: products and scripts of the project's own, ten in each of six languages, from ``scripts/*.txt``.

A product begins with ``##``: title, brand, price, rating and buyers, country, categories, further fields. Its page
follows: ``-`` an item of its list, ``+`` a sentence of its description, ``=`` a row of its table, ``"`` a review. A
scene is ``> what the screen shows | what is said``.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from app.models import Product, Scenario, Scene, SceneRole, Wishes
from app.scenario.script.language import rate_of
from app.scenario.wording import screen_words, spoken_words

FOLDER = Path(__file__).parent / "scripts"
LANGUAGES = ("en", "de", "fr", "es", "it", "pt")
FORMER = {
    "was": "was", "antes": "was", "avant": "was", "prima": "was", "rrp": "rrp", "uvp": "rrp", "conseillé": "rrp",
    "pvp": "rrp", "consigliato": "rrp", "recomendado": "rrp",
}  # fmt: skip


def product_of(lines: list[str], language: str, number: int) -> Product:
    """Return the product of a block of a file."""
    title, brand, price, rating, country, categories, *more = (part.strip() for part in lines[0][2:].split(" | "))
    amount, currency, *former = price.split()
    fields: dict[str, Any] = dict(pair.split("=") for part in more for pair in part.split())
    if former:
        fields |= {"list_price_kind": FORMER[former[0]], "list_price": Decimal(former[1])}
    if rating != "-":
        stars, buyers = rating.split()
        fields |= {"rating": float(stars), "review_count": int(buyers)}
    rows = [line[2:].split(": ", 1) for line in lines if line.startswith("= ")]
    return Product(
        url=f"https://laden-{language}.example/{number}",
        title=title,
        brand=None if brand == "-" else brand,
        price=Decimal(amount),
        currency=currency,
        country=country,
        language=language,
        categories=categories.split(" > "),
        features=[line[2:] for line in lines if line.startswith("- ")],
        description="\n".join(line[2:] for line in lines if line.startswith("+ ")) or None,
        specs=dict(rows),
        reviews=[line[2:] for line in lines if line.startswith('" ')],
        images=[f"https://laden-{language}.example/{number}.jpg"],
        **{"availability": "InStock", **fields},
    )


def scenario_of(lines: list[str], product: Product, language: str) -> Scenario:
    """Return the script of a block of a file, each scene as long as it takes at ease."""
    told = [line[2:].rsplit(" | ", 1) for line in lines if line.startswith("> ")]
    needs = [
        max(2.0, spoken_words(say) / rate_of(language) + 0.4, (screen_words(screen) + 1) / 3) for screen, say in told
    ]
    scale = max(1.0, 10.0 / sum(needs))
    body: list[SceneRole] = ["body"] * len(told[2:])
    roles: list[SceneRole] = ["hook", *body, "call_to_action"]
    scenes = [
        Scene(
            role=role,
            image=product.images[0],
            motion="zoom_in",
            on_screen_text=screen,
            narration=say,
            seconds=round(need * scale + 0.01, 2),
            layout="plain",
        )
        for role, (screen, say), need in zip(roles, told, needs, strict=True)
    ]
    return Scenario(title=product.title[:100], language=language, wishes=Wishes(), scenes=scenes)


@cache
def known_good(language: str) -> list[tuple[Product, Scenario]]:
    """Return the products of a language, each with its script."""
    found = []
    for number, block in enumerate(re.split(r"(?m)^(?=## )", (FOLDER / f"{language}.txt").read_text("utf-8"))[1:]):
        lines = block.splitlines()
        product = product_of(lines, language, number)
        found.append((product, scenario_of(lines, product, language)))
    return found
