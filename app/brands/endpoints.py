"""Brand kits: saved, listed, changed, removed; and found on a shop's home page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict

from app.access.caller import CurrentCaller
from app.brand_models import BrandSettings
from app.brands import use_cases
from app.brands.repository import BrandProposal, SavedBrandKit
from app.http.bodies import JsonRoute
from app.http.problems import problem_responses
from app.http.schemas import Url
from app.models import CallerId

router = APIRouter(tags=["brand kits"], prefix="/brand-kits", route_class=JsonRoute)
BrandKitId = Annotated[str, Path(min_length=1, max_length=64)]


class BrandKitRequest(BrandSettings):
    """A brand kit to save."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Hearth", "default": True, "brand": {"colours": ["#b5482a"]}}]}
    )

    user_id: CallerId | None = None
    """Whose; with a user's key it can be left out, and be no other."""


class PageRequest(BaseModel):
    """The home page of a shop."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"url": "https://example.com/"}]})

    url: Url


class BrandKitList(BaseModel):
    """Brand kits, the oldest first."""

    brand_kits: list[SavedBrandKit]


@router.post("", status_code=201, responses=problem_responses(403, 409))
def add_brand_kit(body: BrandKitRequest, caller: CurrentCaller) -> SavedBrandKit:
    """Save a brand kit; as the default, new shorts have it that name no other (``brand_kit`` of ``POST /shorts``)."""
    return use_cases.add(caller, BrandSettings(**body.model_dump(exclude={"user_id"})), body.user_id)


@router.get("", responses=problem_responses())
def list_brand_kits(caller: CurrentCaller, user_id: CallerId | None = None) -> BrandKitList:
    """Return the brand kits."""
    return BrandKitList(brand_kits=use_cases.find(caller, user_id))


@router.post("/from-page", responses=problem_responses(429))
def brand_from_page(body: PageRequest, caller: CurrentCaller) -> BrandProposal:
    """Return the logo, colours and fonts of a shop's home page, for a person to look at: nothing is saved.

    It counts as a start of a task.
    """
    return use_cases.from_page(caller, body.url)


@router.get("/{brand_kit_id}", responses=problem_responses(404))
def get_brand_kit(brand_kit_id: BrandKitId, caller: CurrentCaller) -> SavedBrandKit:
    """Return a brand kit."""
    return use_cases.get(caller, brand_kit_id)


@router.put("/{brand_kit_id}", responses=problem_responses(404))
def replace_brand_kit(brand_kit_id: BrandKitId, body: BrandSettings, caller: CurrentCaller) -> SavedBrandKit:
    """Save other settings in the place of a kit's."""
    return use_cases.replace(caller, brand_kit_id, body)


@router.delete("/{brand_kit_id}", responses=problem_responses(404))
def remove_brand_kit(brand_kit_id: BrandKitId, caller: CurrentCaller) -> SavedBrandKit:
    """Remove a brand kit; shorts that have it keep what they have."""
    return use_cases.remove(caller, brand_kit_id)
