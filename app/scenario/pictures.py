"""Chooses the picture and the camera's motion of each scene."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from app.analysis.colours import OTHER_COLOUR, delta
from app.errors import InvalidInput
from app.models import ImageAnalysis, ImageRole, Motion, Product

FIT_SCORE = 0.25
"""Pictures under this score (icons, banners) serve only where no better one is at hand."""
MAIN_PICTURE_BONUS = 0.1
"""The shop chose its first picture to stand for the product."""
WIDE, TALL = 1.25, 0.5
"""Picture shape / frame shape from which a picture is panned sideways, or up and down."""
MOTIONS: dict[str, tuple[Motion, Motion]] = {
    "wide": ("pan_right", "pan_left"),
    "tall": ("pan_up", "pan_down"),
    "even": ("zoom_in", "zoom_out"),
}


def usable_images(product: Product, images: list[ImageAnalysis]) -> list[ImageAnalysis]:
    """Return the pictures that scenes may show, best first, each URL once.

    Duplicates and unfit pictures are left out where others are at hand.

    Raises:
        InvalidInput: none of the product's pictures could be read.
    """
    own = {image.url: image for image in reversed(images) if image.error is None and image.url in product.images}
    if not own:
        raise InvalidInput(
            f"too little to tell, because the product {product.title[:80]!r} has no usable picture: "
            f"{len(product.images)} on the page, {len(images)} measured, none readable"
        )
    main = product.images[0]
    best = sorted(
        own.values(), key=lambda i: (-(i.score + MAIN_PICTURE_BONUS * (i.url == main)), product.images.index(i.url))
    )
    unique = [image for image in best if image.duplicate_of is None or image.duplicate_of not in own]
    return [image for image in unique if image.score >= FIT_SCORE] or unique or best


def spread_images(
    usable: list[ImageAnalysis],
    roles: list[ImageRole],
    seed: int,
    main: str,
    named: Sequence[str | None] = (),
) -> list[ImageAnalysis]:
    """Return a picture for each scene, by what the scene wants to show; none twice while there are enough.

    With too few, the least shown comes next, never the one just shown unless it is the only one. Equals are taken in
    their order, turned by ``seed`` from the second scene on. ``main``, the shop's first, opens unless it is unfit; then
    the best one that shows the product whole. What opens closes, too. ``named``: the colour (``#rrggbb``) that each
    scene's words name, if any; of a product in several colours it is shown in that one.
    """
    grouped = {url for image in usable if image.colour_of for url in (image.url, image.colour_of)}
    # Scene -> the pictures in another colour than the one that it names, and those in that one.
    apart = {at: _by_colour(colour, usable, grouped) for at, colour in enumerate(named) if colour}
    none: tuple[set[str], set[str]] = set(), set()
    shown: Counter[str] = Counter()
    place = {image.url: (n - seed) % len(usable) for n, image in enumerate(usable)}
    order: list[ImageAnalysis] = []
    for number, role in enumerate(roles):
        last = number == len(roles) - 1
        before = {order[-1].url} if order and not last else set[str]()
        if order and number == len(roles) - 2:
            before.add(order[0].url)  # it comes next
        others = [image for image in usable if image.url not in before]
        others = others or [image for image in usable if not order or image.url != order[-1].url] or usable

        def rank(
            image: ImageAnalysis, role: ImageRole = role, number: int = number, last: bool = last
        ) -> tuple[float, ...]:
            fit = image.fit.get(role, image.score) + MAIN_PICTURE_BONUS * (image.url == main and role == "hero")
            if number == 0:
                return not opens(image), image.url != main, -fit
            if last:
                # A film ends on what it began with, whole and from its front, not on its back or in another colour.
                return not opens(image), image.url != order[0].url, -fit
            # A tenth of fitness is no reason to prefer one picture to another.
            clashes, is_kept = image.url in apart.get(number, none)[0], image.url in apart.get(number + 1, none)[1]
            return clashes, is_kept, shown[image.url], -round(fit, 1), place[image.url]

        order.append(min(others, key=rank))
        shown[order[-1].url] += 1
    return order


def _by_colour(colour: str, usable: list[ImageAnalysis], grouped: set[str]) -> tuple[set[str], set[str]]:
    """Return the pictures that show the product in another colour than this, and those that show it in this one.

    That is the nearest to it among the product's own, ``grouped``; of a product in one colour there are no others.
    """
    away = {image.url: delta(image.subject_colour, colour) for image in usable if image.subject_colour}
    most = min((distance for url, distance in away.items() if url in grouped), default=math.inf) + OTHER_COLOUR
    other = {url for url, distance in away.items() if distance > most}
    return other, set(away) - other if grouped else set()


def opens(image: ImageAnalysis) -> bool:
    """Tell whether a film may open with a picture: the product, whole, from its front, and not with lettering."""
    part = image.view in ("back", "detail") or image.kind in ("detail", "graphic")
    return not (image.unfit or part or image.score < FIT_SCORE)


def choose_motions(images: list[ImageAnalysis], width: int, height: int, seed: int) -> list[Motion]:
    """Return a motion for each picture, suited to its shape; no two in a row are the same.

    A wide picture of a scene is panned, a product on a plain ground is approached: panning would show the empty ground.
    """
    motions: list[Motion] = []
    for image in images:
        shape = (image.width / image.height) / (width / height) if image.width and image.height else 1.0
        kind = "even"
        if not image.plain_background and shape >= WIDE and image.width > image.height:
            kind = "wide"
        elif shape <= TALL:
            kind = "tall"
        # By turns: neighbours of one shape differ, and no two shapes share a motion.
        motions.append(MOTIONS[kind][(len(motions) + seed) % 2])
    return motions
