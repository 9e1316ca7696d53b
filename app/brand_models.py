"""What a shop's own look is made of: a part of the wishes for a short."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.sound_models import MusicWish, VoiceWish

LOGO = r"^(https?://\S+|data:image/(png|jpeg|webp);base64,[A-Za-z0-9+/]+=*)$"
LONGEST_LOGO = 300_000
"""Characters of a logo's address; one that holds the picture itself has some 200 KB of it."""


class BrandKit(BaseModel):
    """A shop's own look. What is not given stays with the style."""

    model_config = ConfigDict(extra="forbid")

    logo: Annotated[str, Field(pattern=LOGO, max_length=LONGEST_LOGO)] | None = None
    """A picture's URL, or the picture itself as a ``data:`` URL. Small in every frame, large on the end card."""
    colours: Annotated[list[Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]], Field(max_length=4)] = []
    """In place of the product's own, the most important first; contrast of words is kept."""
    font: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    """The name of an installed family, such as ``outfit``."""
    end_card: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    """Words of a last picture of two seconds: an address, say."""


class BrandSettings(BaseModel):
    """What a saved brand kit gives to new shorts: look and sound. What is left out stays as it would be."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=60)]
    brand: BrandKit = BrandKit()
    watermark: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    voice: VoiceWish | None = None
    """Where it does not speak a script's language, the best that does is heard."""
    music: MusicWish | None = None
    default: Annotated[bool, Field(strict=True)] = False
    """Whether new shorts have it that name no other; of one user's kits, one is."""
