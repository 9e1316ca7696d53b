"""Webhooks: made, listed, removed, tried, and what became of their messages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from app.access.caller import CurrentCaller
from app.enums import WebhookKind
from app.http.bodies import JsonRoute
from app.http.problems import problem_responses
from app.http.schemas import Url
from app.models import CallerId
from app.webhooks import use_cases
from app.webhooks.repository import Delivery, NewWebhook, Webhook

router = APIRouter(tags=["webhooks"], prefix="/webhooks", route_class=JsonRoute)
WebhookId = Annotated[str, Path(min_length=1, max_length=64)]


class WebhookRequest(BaseModel):
    """Whom to tell of what."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"url": "https://example.com/hooks/shopreel", "kinds": ["short.completed", "short.failed"]}]
        },
    )

    url: Url
    """A public address, or one of ``FETCH_ALLOWED_HOSTS``."""
    kinds: Annotated[list[WebhookKind], Field(min_length=1, max_length=10)] = list(WebhookKind)
    user_id: CallerId | None = None
    """Of whose shorts; with a user's key it can be left out, and be no other. Without keys, left out: of everyone's."""


class WebhookList(BaseModel):
    """Webhooks, the oldest first."""

    webhooks: list[Webhook]


class DeliveryList(BaseModel):
    """Messages of a webhook, the newest first."""

    deliveries: list[Delivery]


@router.post("", status_code=201, responses=problem_responses(403, 409))
def add_webhook(body: WebhookRequest, caller: CurrentCaller) -> NewWebhook:
    """Have a receiver told of shorts from now on. The answer alone holds the secret that messages are signed with."""
    return use_cases.add(caller, body.url, body.kinds, body.user_id)


@router.get("", responses=problem_responses())
def list_webhooks(caller: CurrentCaller, user_id: CallerId | None = None) -> WebhookList:
    """Return the webhooks, without their secrets."""
    return WebhookList(webhooks=use_cases.find(caller, user_id))


@router.delete("/{webhook_id}", responses=problem_responses(404))
def remove_webhook(webhook_id: WebhookId, caller: CurrentCaller) -> Webhook:
    """Remove a webhook with its messages, sent or not."""
    return use_cases.remove(caller, webhook_id)


@router.get("/{webhook_id}/deliveries", responses=problem_responses(404))
def list_deliveries(
    webhook_id: WebhookId, caller: CurrentCaller, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> DeliveryList:
    """Return the last messages of a webhook and what became of each; they are kept for 30 days."""
    return DeliveryList(deliveries=use_cases.deliveries(caller, webhook_id, limit))


@router.post("/{webhook_id}/test", responses=problem_responses(404, 409))
def send_test(webhook_id: WebhookId, caller: CurrentCaller) -> Delivery:
    """Send a message of the type ``webhook.test`` now, once, and return what came of it."""
    return use_cases.send_test(caller, webhook_id)
