"""``python -m examples.demo_shop.scripts FILE``: writes 24 scenarios of the demo shop's products into a Markdown file.

Four products, three styles, two languages, offline; the same text every time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from app.analysis.images import analyze_image, rank_images
from app.models import ImageAnalysis, Mood, Product, Scenario, Style, Wishes
from app.scenario.check import check_scenario
from app.scenario.writer import write_scenario
from examples.demo_shop.catalogue import PRODUCTS, DemoProduct
from examples.demo_shop.pictures import photograph

SHOP = "https://shop.example"
PLAN: dict[str, tuple[tuple[str, ...], tuple[tuple[Style, Mood, float, int], ...]]] = {
    "pour-over-coffee-set": (
        ("en", "de"),
        (("clean", "calm", 30, 0), ("bold", "energetic", 15, 0), ("warm", "happy", 30, 0)),
    ),
    "trailrucksack-28": (
        ("de", "en"),
        (("natural", "calm", 30, 0), ("street", "energetic", 15, 1), ("elegant", "nostalgic", 30, 0)),
    ),
    "lampe-de-bureau-petite-ourse": (
        ("fr", "it"),
        (("warm", "tender", 30, 0), ("technical", "confident", 30, 1), ("minimal", "calm", 20, 2)),
    ),
    "wireless-headphones-nocturne": (
        ("en", "es"),
        (("playful", "happy", 30, 0), ("retro", "nostalgic", 30, 0), ("bold", "confident", 15, 1)),
    ),
}
"""Slug -> the languages, and style, mood, seconds and seed of each scenario."""
NAMES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese"}
HEAD = """# Scenarios

What the built-in writer makes of four products of the demo shop, in three styles and two languages each, with no key
and no network. `make scenarios` writes this file. Each product comes first in its page's own language, then in another:
there, only what needs no translation, or has a safe one, is told. On screen, the words come first, then the badge and
what the layout shows: callouts, rows, stars, prices. A page that tells too little makes a shorter video.
"""


def product_of(demo: DemoProduct) -> Product:
    """Return a demo product as its page says it."""
    return Product(
        url=SHOP + demo.path,
        title=demo.title,
        description=demo.description,
        brand=demo.brand,
        sku=demo.sku,
        price=demo.price,
        list_price=demo.list_price,
        currency=demo.currency,
        availability="InStock" if demo.in_stock else "OutOfStock",
        rating=float(demo.rating),
        review_count=demo.review_count,
        images=[SHOP + path for path in demo.image_paths],
        categories=list(demo.categories),
        features=list(demo.features),
        specs=demo.specs,
        language=demo.language,
    )


def measured(demo: DemoProduct) -> list[ImageAnalysis]:
    """Return the measures of a demo product's pictures."""
    paths = enumerate(demo.image_paths, 1)
    return rank_images([analyze_image(photograph(demo.slug, number), SHOP + path) for number, path in paths])


def written(scenario: Scenario, product: Product) -> str:
    """Return a scenario as Markdown."""
    wishes, arc = scenario.wishes, (scenario.arc or "").replace("_", " ")
    lines = [
        f"### {scenario.title}",
        f"\n{NAMES[scenario.language]}, {wishes.style}, {wishes.mood}, {wishes.seconds:g} s, {arc}\n",
        *(f"*{note}*\n" for note in scenario.notes),
        "| s | picture | on screen | spoken | rests on |",
        "| --- | --- | --- | --- | --- |",
    ]
    for scene in scenario.scenes:
        facts = ", ".join(dict.fromkeys(f"`{path}`" for support in scene.facts for path in support.facts))
        points = [
            ": ".join(point.texts) if scene.layout == "specs" else " ".join(point.texts) for point in scene.points
        ]
        shown = " · ".join(text for text in (scene.on_screen_text, scene.badge, *points) if text)
        number = product.images.index(scene.image) + 1
        motion = scene.motion.replace("_", " ")
        lines.append(f"| {scene.seconds:.1f} | {number}, {motion} | {shown} | {scene.narration} | {facts} |")
    return "\n".join(lines)


def document(look: Callable[[DemoProduct], list[ImageAnalysis]] = measured) -> str:
    """Return the 24 scenarios as Markdown; ``look`` returns a product's measured pictures.

    Raises:
        AssertionError: one of them breaks a rule.
    """
    by_slug = {demo.slug: demo for demo in PRODUCTS}
    parts = [HEAD]
    for slug, (languages, orders) in PLAN.items():
        product, images = product_of(by_slug[slug]), look(by_slug[slug])
        parts.append(f"## {product.title}")
        for language in languages:
            for style, mood, seconds, seed in orders:
                wishes = Wishes(style=style, mood=mood, seconds=seconds, language=language, seed=seed)
                scenario = write_scenario(product, images, wishes)
                problems = check_scenario(scenario, product)
                assert not problems, problems
                parts.append(written(scenario, product))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(), encoding="utf-8")
