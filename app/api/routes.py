"""All routes under ``/api/v1``."""

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from app.analytics import endpoints as insight
from app.brands import endpoints as brands
from app.errors import InvalidInput
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


async def known_parameters(request: Request) -> None:
    """Refuse a parameter that its route does not know: one that is misspelt would filter nothing.

    ``v`` is one everywhere: an address that a browser keeps names by it what it shows, and nobody looks at it.

    Raises:
        InvalidInput: there is one.
    """
    if asked := set(request.query_params) - {"v"}:
        known = _parameters(request.scope["route"])
        if unknown := sorted(asked - known):
            there = f"there are {', '.join(sorted(known))}" if known else "there are none here"
            raise InvalidInput(f"{unknown[0][:100]}: no such parameter; {there}")


def _parameters(route: APIRoute) -> frozenset[str]:
    headers = {one.alias for one in route.dependant.header_params}
    return frozenset(one.alias for one in get_flat_params(route.dependant)) - headers - route.param_convertors.keys()


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
        app.include_router(part, prefix=PREFIX, dependencies=[Depends(known_parameters), Depends(caught_up)])
