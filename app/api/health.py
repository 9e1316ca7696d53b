"""Liveness, readiness and metrics."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.api.access import AdminOnly
from app.api.problems import problem_responses
from app.errors import ShopReelError
from app.storage import broker, mongo
from app.storage.mongo import database_answers
from app.storage.spool import get_spool

router = APIRouter(tags=["health"])


@router.get("/health/live")
async def live() -> dict[str, str]:
    """Say that the process answers. No thread is needed for it: all may be waiting for a database that is away."""
    return {"status": "alive"}


@router.get("/health/ready", responses={503: {"description": "A part is away"}})
def ready() -> Response:
    """Say whether the database and the broker answer."""
    parts: dict[str, str] = {}
    spooled = get_spool().count() if get_spool().pending() else 0
    try:
        with database_answers():
            mongo.connect().client.admin.command("ping")
        parts["database"] = "ok"
    except ShopReelError as error:
        parts["database"] = str(error)
    try:
        broker.ping()
        parts["broker"] = "ok"
    except ShopReelError as error:
        parts["broker"] = str(error)
    good = set(parts.values()) == {"ok"}
    return JSONResponse({"status": "ready" if good else "degraded", "spooled": spooled} | parts, 200 if good else 503)


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    dependencies=[AdminOnly],
    responses={status: answer for status, answer in problem_responses(403).items() if status in (401, 403, 503)},
)
def metrics() -> Response:
    """Return the metrics of this process, as Prometheus reads them."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
