"""A migration that is cut short, again and again, within its batches of writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from pymongo.database import Database

from app.db import schema
from app.maintenance import migrations


def cut_short(database: Database[dict[str, Any]], after: Iterable[int]) -> None:
    """Migrate a database once for each of ``after``, which ends at the batch behind so many; its version stays."""
    version, change = schema.version_of(database), migrations.change
    left = [0]

    def cut(*given: Any) -> None:
        if left[0] == 0:
            raise RuntimeError("cut short")
        left[0] -= 1
        change(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "change", cut)
        for batches in after:
            left[0] = batches
            with pytest.raises(RuntimeError):
                migrations.migrate(database, lambda version: None)
            assert schema.version_of(database) == version
