"""What must be there, of a type that says it may not be."""

from __future__ import annotations

from typing import TypeVar

Found = TypeVar("Found")


def present(found: Found | None) -> Found:
    """Return what was found; fail the test if nothing was."""
    assert found is not None
    return found
