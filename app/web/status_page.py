"""The page at ``/``: shorts, sessions and their progress, and a field for a product's address."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

router = APIRouter()


@router.get("/", response_class=HTMLResponse, include_in_schema=False)
def status_page() -> HTMLResponse:
    """Return the page; it reads the API by itself and keeps itself up to date."""
    return HTMLResponse(_page())


@cache
def _page() -> str:
    return Path(__file__).with_name("status.html").read_text("utf-8")
