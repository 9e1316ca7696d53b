"""Many documents by their ids, in portions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pymongo.client_session import ClientSession

from app.storage.indexes import Document
from app.storage.mongo import collection

IDS_AT_ONCE = 100
"""The embedded database compares every document that it has found with every id, one by one."""


def find_by_id(
    name: str, ids: Sequence[Any], fields: Mapping[str, int] | None = None, session: ClientSession | None = None
) -> Iterator[Document]:
    """Yield those of some documents of a collection that there are, in no order."""
    for some in portions(ids):
        yield from collection(name).find({"_id": {"$in": some}}, fields, session=session)


def portions(ids: Sequence[Any]) -> Iterator[list[Any]]:
    """Yield ids, as many at once as one ``$in`` should name."""
    for begin in range(0, len(ids), IDS_AT_ONCE):
        yield list(ids[begin : begin + IDS_AT_ONCE])
