"""Liveness, readiness and metrics."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.access.caller import AdminOnly
from app.analytics.gauges import SYSTEM
from app.http.problems import problem_responses
from app.maintenance import dependencies
from app.tasks.spool import get_spool

router = APIRouter(tags=["health"])


@router.get("/health/live")
async def live() -> dict[str, str]:
    """Say that the process answers. No thread is needed for it: all may be waiting for a database that is away."""
    return {"status": "alive"}


@router.get("/health/ready", responses={422: problem_responses()[422], 503: {"description": "A part is away"}})
def ready(accept: Literal["degraded"] | None = None) -> Response:
    """Say whether the database, the broker, the media store and the local disk can be used: each was made to do some.

    ``looked_seconds_ago`` says when. With ``accept=degraded`` it is enough that a new task would be accepted: the
    question of a load balancer, which must not take every server out because the one database that all share is away.
    """
    found, spool = dependencies.report(), get_spool()
    status = "ready" if found.good else "degraded" if found.accepts else "unable"
    serves = found.good or (accept == "degraded" and found.accepts)
    about = {"status": status, "spooled": spool.count(), "looked_seconds_ago": round(found.age, 1)}
    damaged = {"spool_damaged": names} if (names := spool.damaged()) else {}
    return JSONResponse({**about, **damaged, **found.states}, 200 if serves else 503)


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    dependencies=[AdminOnly],
    responses={status: answer for status, answer in problem_responses(403).items() if status in (401, 403, 503)},
)
def metrics() -> Response:
    """Return the metrics of this process and the gauges of the whole system, as Prometheus reads them."""
    return Response(generate_latest() + generate_latest(SYSTEM), media_type=CONTENT_TYPE_LATEST)
