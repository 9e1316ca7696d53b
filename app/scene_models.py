"""How a scene looks and moves; ``app.models`` hands these on with all other models."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Motion = Literal[
    "zoom_in", "zoom_out", "pan_left", "pan_right", "pan_up", "pan_down", "push", "drift", "tilt", "parallax"
]
"""The camera's way. ``push`` approaches fast and slows down, ``drift`` floats to the side while it approaches, ``tilt``
sinks along the picture, ``parallax`` moves the subject before its ground (without a cut-out it is ``zoom_in``)."""
TransitionKind = Literal["cut", "fade", "slide", "whip", "wipe", "zoom"]
SceneRole = Literal["hook", "body", "call_to_action"]
SceneLayout = Literal["plain", "hero", "callouts", "specs", "price", "review", "options", "comparison", "closing"]
"""How a scene is laid out. One whose points are missing is drawn ``plain``."""
LAYOUT_OF_ROLE: dict[SceneRole, SceneLayout] = {"hook": "hero", "body": "plain", "call_to_action": "closing"}
"""What a scene without a layout of its own gets."""
MOST_POINTS = 5


class ScenePoint(BaseModel):
    """One thing that a layout shows beside the scene's words; which fields count depends on the layout.

    ==========  =====================================================================================
    callouts    ``label`` of each point, numbered
    specs       ``label`` and ``value`` of each row
    price       one point: ``value`` the price, ``before`` the one struck through, ``label`` the saving
    review      one point: ``share`` of the stars, ``value`` the rating, ``label`` the number of reviews; a
                second: ``value`` what the review says, ``label`` who says it
    options     ``label`` of each option, with its ``colour`` where it has one
    comparison  one point or two: ``label`` (and ``value``) of each side, ``image`` of the second picture
    hero        one point: ``label`` the brand
    closing     one point: ``label`` the product's name, ``before`` the price before the discount
    ==========  =====================================================================================
    """

    model_config = ConfigDict(extra="forbid")

    label: Annotated[str, Field(max_length=80)] = ""
    value: Annotated[str, Field(max_length=200)] = ""
    before: Annotated[str, Field(max_length=30)] = ""
    share: Annotated[float, Field(strict=True, ge=0, le=1)] | None = None
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] | None = None
    image: str = ""
    """One of the product's image URLs; empty: the scene's own."""

    @property
    def texts(self) -> list[str]:
        """What of it can be read on screen."""
        return [text for text in (self.label, self.value, self.before) if text]


class Support(BaseModel):
    """A sentence of a scene and what of the product it rests on."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(max_length=400)]
    facts: list[Annotated[str, Field(max_length=200)]] = []
    """Paths into the product: ``price``, ``features[2]``, ``description[0]`` (a sentence), ``specs.Weight``,
    ``reviews[1]``.

    Empty: the sentence states nothing of the product.
    """
