"""Starting work: whose it is, whether the same request came before, and whether there is room for it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header
from pydantic import BaseModel

from app.access import quotas
from app.access.caller import Caller
from app.access.idempotency import SHORT, IdempotencyKey, callers_key
from app.core import reply
from app.db.lookups import look_up
from app.errors import InvalidInput
from app.http.problems import problem_responses
from app.models import TaskType
from app.sessions.rules import SESSION_RULES

_Header = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="The same key with the same request, however often, starts one piece of work.",
    ),
]
ACCEPTED: dict[str, Any] = {"status_code": 202, "responses": problem_responses(403, 404, 409, 429)}
QUOTED = re.compile(r'"[^"\\]+"')
"""The draft writes a key as a string of RFC 8941, in quotation marks; many send it bare. Both are the same key."""
Made = TypeVar("Made")


@dataclass(frozen=True)
class Starter:
    """How one request starts its work, whichever way it came."""

    caller: Caller
    path: str
    """Of the route that it is, or stands for: what is asked for with one idempotency key is told apart by it."""
    header_key: str | None = None

    def inputs(self, request: BaseModel, *, new_short: bool = False) -> dict[str, Any]:
        """Return what the request asks for, with what is known of whose it is. Raises as ``Caller.belongings``.

        Raises:
            InvalidInput: the header and the body have different idempotency keys.
        """
        said = {name: getattr(request, name) for name in type(request).model_fields}
        key = agreed_key(self.header_key, said.pop("idempotency_key"))
        whose = self.caller.belongings(said["user_id"], said["short_id"], said.get("product_id"), new_short=new_short)
        return said | whose | {"idempotency_key": key, "fingerprint": None if key is None else self._digest(request)}

    def _digest(self, request: BaseModel) -> str:
        content = request.model_dump(mode="json", exclude={"idempotency_key"})
        return hashlib.sha256(json.dumps([self.path, content], sort_keys=True).encode()).hexdigest()

    @contextmanager
    def admit(
        self, inputs: dict[str, Any], task_type: TaskType | None, find: Callable[[IdempotencyKey], Made | None]
    ) -> Iterator[Made | None]:
        """Yield what the same request has made before; or None, and there is room for it within the block.

        ``inputs``: of ``inputs``. ``task_type``: of the task that the request starts; None: a short.

        Raises:
            InvalidInput: another request has used the idempotency key.
            TooMany: a limit is reached.
            Unavailable: the user's other requests take too long.
        """
        once = key_of(inputs, task_type)
        # A short goes on to start tasks of its own, which nothing refuses: it begins only where there is room.
        session = task_type is None or (inputs["short_id"] is not None and SESSION_RULES[task_type].created)
        start = quotas.Start(inputs["user_id"], inputs["short_id"], inputs.get("id_scope"), session)
        with quotas.lock(start, repeatable=once is not None):
            # What comes twice while the database is away is sorted out by the unique index.
            made = None if once is None else look_up("request", partial(find, once))
            if made is None:
                quotas.consume(start)
            else:
                reply.add(Idempotent_Replayed="true")
            yield made


def agreed_key(header_key: str | None, key: str | None) -> str | None:
    """Return the idempotency key that a request's header or body says.

    Raises:
        InvalidInput: they say different ones.
    """
    if key is not None and header_key is not None and key != header_key:
        raise InvalidInput("idempotency_key: the header Idempotency-Key says another")
    return header_key if key is None else key


def key_of(inputs: dict[str, Any], task_type: TaskType | None) -> IdempotencyKey | None:
    """Return the idempotency key of the request of ``inputs``, if it has one.

    ``task_type``: as in ``Starter.admit``.
    """
    if inputs["idempotency_key"] is None:
        return None
    kind = SHORT if task_type is None else task_type.value
    return IdempotencyKey(callers_key(inputs["user_id"], inputs["idempotency_key"]), kind, inputs["fingerprint"])


async def _header_key(idempotency_key: _Header = None) -> str | None:
    if idempotency_key is not None and QUOTED.fullmatch(idempotency_key):
        return idempotency_key[1:-1]
    return idempotency_key


HeaderKey = Annotated[str | None, Depends(_header_key)]
"""The idempotency key of a request's header, without quotation marks."""
