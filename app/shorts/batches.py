"""Batches: shorts of many pages, asked for at once. A batch is nothing but the ``batch_id`` that its shorts share."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from app.access.caller import Caller
from app.errors import InvalidInput, NotFound, TooMany
from app.http.archive import Entry
from app.http.schemas import BatchAccepted, BatchDetail, BatchRequest, BatchRow, BatchShort, ShortRequest
from app.products.pages import settings_policy
from app.shorts import repository as shorts
from app.shorts import use_cases
from app.shorts.progress import percent_of
from app.tasks.starting import agreed_key
from app.untrusted import read_feed
from app.untrusted.kinds import Kind

MOST = 200
"""Shorts of a batch."""


def start(caller: Caller, request: BatchRequest, header_key: str | None = None) -> BatchAccepted:
    """Start a short of each address, in order; what can't be started says why.

    The same request with the same idempotency key is the same batch: what a limit had kept back then is started now.

    Raises:
        InvalidInput: the header and the body have different idempotency keys.
        Forbidden: the request names another user than the key's.
        Unavailable: the database does not answer.
    """
    key = agreed_key(header_key, request.idempotency_key) or uuid4().hex
    user = caller.belongings(request.user_id)["user_id"]
    batch_id = f"batch-{hashlib.sha256(f'{user}/{key}'.encode()).hexdigest()[:16]}"
    rows = [BatchRow(url=url) for url in dict.fromkeys(request.urls)]
    for number, row in enumerate(rows):
        wanted = ShortRequest(
            url=row.url,
            user_id=request.user_id,
            review=request.review,
            variants=request.variants,
            brand_kit=request.brand_kit,
            wishes=request.wishes,
        )
        try:
            made = use_cases.create(caller, wanted, f"{batch_id}-{number}", batch_id)
        except InvalidInput as error:
            row.reason = str(error)
        except TooMany as error:
            for left in rows[number:]:
                left.reason = str(error)
            break
        else:
            row.short_id = made.short_id
    return BatchAccepted(batch_id=batch_id, rows=rows)


def get(caller: Caller, batch_id: str, user_id: str | None = None) -> BatchDetail:
    """Return a batch: how far all of it is, and each of its shorts.

    Raises:
        NotFound: the caller has no short of such a batch.
    """
    found = _shorts_of(caller, batch_id, user_id)
    rows = [
        BatchShort(
            short_id=one.short_id,
            id_scope=one.id_scope,
            url=one.url,
            title=one.scenario.title if one.scenario else one.title,
            status=one.status,
            percent=percent_of(one),
            error=one.error,
        )
        for one in found
    ]
    ended = (shorts.ShortStatus.FAILED, shorts.ShortStatus.CANCELLED)
    share = sum(100.0 if row.status in ended else row.percent for row in rows) / len(rows)
    counts = Counter(row.status.value for row in rows)
    return BatchDetail(batch_id=batch_id, percent=share, counts=counts, shorts=rows)


def archive(caller: Caller, batch_id: str, user_id: str | None = None) -> list[Entry]:
    """Return the films of a batch that are there, each by the name of its product, for a ZIP.

    Raises NotFound, as ``get`` does.
    """
    return use_cases.films_of(_shorts_of(caller, batch_id, user_id))


def addresses_in(path: Path, kind: Kind) -> Iterator[str]:
    """Yield the addresses of products in a file: one a line (``urls``), or those that a feed's products have.

    Raises:
        InvalidInput: the file can't be read.
        WorkFailed: it can't be read now.
    """
    for row in read_feed(path, kind, None, 0, settings_policy().go_on):
        address = row.address if kind == "urls" else row.record.product and row.record.product.url
        if address:
            yield address


def _shorts_of(caller: Caller, batch_id: str, user_id: str | None) -> list[shorts.Short]:
    found = shorts.list_shorts(owner=caller.owner, user_id=user_id, batch_id=batch_id, newest_first=False, limit=MOST)
    if not found:
        raise NotFound(f"there is no batch {batch_id}")
    return found
