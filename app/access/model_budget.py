"""What models have cost each user today: a counter a user and day."""

from __future__ import annotations

from app.config import get_settings
from app.db import client as mongo
from app.db.client import database_answers
from app.models import utc_now
from app.providers.protocols import Usage

COLLECTION = "model_usage"
NOBODY = "-"


def _id(user_id: str | None) -> str:
    return f"{user_id or NOBODY}/{utc_now():%Y-%m-%d}"


@database_answers()
def add_usage(user_id: str | None, usage: Usage) -> None:
    """Count what a call took."""
    taken = {
        "requests": usage.requests,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "dollars": float(usage.dollars or 0),
        "seconds": usage.seconds,
    }
    change = {"$inc": taken, "$setOnInsert": {"user_id": user_id, "created_at": utc_now()}}
    mongo.collection(COLLECTION).update_one({"_id": _id(user_id)}, change, upsert=True)


@database_answers()
def share_is_used_up(user_id: str | None) -> bool:
    """Tell whether models have cost a user, or worked for one, as much today as the settings allow."""
    found = mongo.collection(COLLECTION).find_one({"_id": _id(user_id)}) or {}
    settings = get_settings()
    return (
        float(found.get("dollars", 0)) >= settings.model_daily_budget_usd
        or float(found.get("seconds", 0)) >= settings.model_seconds_per_user_and_day
    )
