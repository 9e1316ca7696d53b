"""What callers do with webhooks: routes and commands alike come through here."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from app.access.caller import Caller
from app.enums import WebhookKind
from app.errors import Conflict, Unavailable, WorkFailed
from app.fetching import guard
from app.webhooks import delivery, repository
from app.webhooks.repository import Delivery, NewWebhook, Webhook


def add(caller: Caller, url: str, kinds: Sequence[WebhookKind], user_id: str | None = None) -> NewWebhook:
    """Make a webhook of the caller's shorts, or of ``user_id``'s; without keys and without a user: of everyone's.

    Raises:
        InvalidInput: the address may not be reached.
        Forbidden: the user is another than the key's.
        Conflict: there are too many already.
    """
    whose = caller.belongings(user_id)["user_id"]
    with suppress(WorkFailed):  # its name is not known now: it is looked up, and checked, whenever something is sent
        url = guard.check(url, delivery.receivers_policy()).url
    return repository.add_webhook(whose, url, kinds)


def find(caller: Caller, user_id: str | None = None) -> list[Webhook]:
    """Return the caller's webhooks, or a user's of them, the oldest first."""
    return repository.list_webhooks(caller.owner, user_id)


def remove(caller: Caller, webhook_id: str) -> Webhook:
    """Remove a webhook, with its deliveries.

    Raises:
        NotFound: the caller has no such webhook.
    """
    return repository.remove_webhook(webhook_id, caller.owner)


def deliveries(caller: Caller, webhook_id: str, limit: int) -> list[Delivery]:
    """Return the last deliveries of a webhook, the newest first. Raises NotFound, as ``remove`` does."""
    repository.get_webhook(webhook_id, caller.owner)
    return repository.list_deliveries(webhook_id, limit)


def send_test(caller: Caller, webhook_id: str) -> Delivery:
    """Send a message that tells of nothing, once and at once; return what came of it.

    Raises:
        NotFound: the caller has no such webhook.
        Conflict: its receiver is gone.
        Unavailable: the database did not answer for long.
    """
    webhook = repository.get_webhook(webhook_id, caller.owner)
    if webhook["ended_at"] is not None:
        raise Conflict(f"webhook {webhook_id}: {repository.GONE}; make a new one")
    message = delivery.trial_of(webhook)
    repository.put_claimed(message)
    sent = delivery.send(webhook, message)
    if sent is None:
        raise Unavailable(f"webhook {webhook_id}: the test took so long to begin that another process has sent it")
    return sent
