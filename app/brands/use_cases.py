"""What callers do with brand kits: routes, pages and commands alike come through here."""

from __future__ import annotations

from app.access import quotas
from app.access.caller import Caller
from app.brand_models import BrandSettings
from app.brands import reading, repository
from app.brands.repository import BrandProposal, SavedBrandKit
from app.db.lookups import look_up
from app.models import Wishes
from app.rendering import brand
from app.rendering.voice import check_wish

NONE = "none"
"""What names no kit, in place of an id."""


def add(caller: Caller, settings: BrandSettings, user_id: str | None = None) -> SavedBrandKit:
    """Save a brand kit of the caller's, or of ``user_id``'s.

    Raises:
        InvalidInput: its font or its voice is none of this installation.
        Forbidden: the user is another than the key's.
        Conflict: there are too many already.
    """
    _check(settings)
    return repository.add_kit(caller.belongings(user_id)["user_id"], settings)


def find(caller: Caller, user_id: str | None = None) -> list[SavedBrandKit]:
    """Return the caller's brand kits, or a user's of them, the oldest first."""
    return repository.list_kits(caller.owner, user_id)


def get(caller: Caller, brand_kit_id: str) -> SavedBrandKit:
    """Return a brand kit.

    Raises:
        NotFound: the caller has no such kit.
    """
    return repository.get_kit(brand_kit_id, caller.owner)


def replace(caller: Caller, brand_kit_id: str, settings: BrandSettings) -> SavedBrandKit:
    """Save other settings in the place of a kit's. Raises as ``get`` and ``add``."""
    kit = repository.get_kit(brand_kit_id, caller.owner)
    _check(settings)
    return repository.replace_kit(kit, settings)


def remove(caller: Caller, brand_kit_id: str) -> SavedBrandKit:
    """Remove a brand kit; shorts that have it keep what they have. Raises NotFound, as ``get`` does."""
    kit = repository.get_kit(brand_kit_id, caller.owner)
    repository.remove_kit(kit)
    return kit


def from_page(caller: Caller, url: str) -> BrandProposal:
    """Return what a shop's home page shows of its brand, for a person to look at. Raises as ``reading.brand_at``.

    Raises:
        TooMany: the caller may start nothing more in this minute.
    """
    quotas.consume(quotas.Start(caller.user_id))
    return reading.brand_at(url)


def dressed(caller: Caller, wishes: Wishes, brand_kit_id: str | None, user_id: str | None) -> Wishes:
    """Return the wishes for a new short with what a brand kit says, where they are the usual ones.

    ``brand_kit_id``: ``none``: no kit; None: the default of ``user_id``, whose the short will be. Raises as ``get``.
    """
    if brand_kit_id == NONE:
        return wishes
    if brand_kit_id:
        kit: SavedBrandKit | None = repository.get_kit(brand_kit_id, caller.owner)
    else:  # a short is begun all the same while the database is away
        kit = look_up("brand kit", lambda: repository.default_kit(user_id))
    if kit is None:
        return wishes
    given = {"brand": kit.brand, "watermark": kit.watermark, "voice": kit.voice, "music": kit.music}
    usual = Wishes()
    left = {name for name in given if getattr(wishes, name) == getattr(usual, name)}
    return wishes.model_copy(update={name: given[name] for name in left if given[name] is not None})


def _check(settings: BrandSettings) -> None:
    brand.check(settings.brand)
    if settings.voice is not None:
        check_wish(settings.voice, None)
