"""All routes under ``/api/v1``."""

from fastapi import Depends, FastAPI, Request
from starlette.concurrency import run_in_threadpool

from app.analytics import endpoints as insight
from app.brands import endpoints as brands
from app.events import endpoints as events
from app.http import PREFIX
from app.maintenance import endpoints as scheduler
from app.products import endpoints as pictures
from app.sessions import endpoints as sessions
from app.shares import endpoints as shares
from app.shorts import batch_endpoints as batches
from app.shorts import endpoints as shorts
from app.shorts import scenario_endpoints as scenarios
from app.shorts import step_endpoints as work
from app.tasks import endpoints as tasks
from app.tasks.outage import flush_spool
from app.tasks.spool import get_spool
from app.voices import endpoints as voices
from app.webhooks import endpoints as webhooks


async def caught_up(request: Request) -> None:
    """Let readers find what this machine has accepted in an outage that is over, or be told to come again."""
    if request.method != "POST" and get_spool().pending():
        await run_in_threadpool(flush_spool)


def include_in(app: FastAPI) -> None:
    """Add the routes, each part by itself: every router around a router is one more that a request is matched with."""
    # ``sessions`` first: what is asked most is looked for first. ``work`` before ``shorts``: its /shorts/finalize must
    # not be taken for a short's id.
    for part in (
        sessions.router,
        work.router,
        tasks.router,
        shorts.router,
        scenarios.router,
        scenarios.pictures,
        pictures.router,
        voices.router,
        events.router,
        insight.router,
        scheduler.router,
        webhooks.router,
        brands.router,
        shares.router,
        batches.router,
    ):
        app.include_router(part, prefix=PREFIX, dependencies=[Depends(caught_up)])
