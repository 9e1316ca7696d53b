"""The FastAPI application and its life: connect at the start, let go of everything at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware.cors import CORSMiddleware

from app import __version__
from app.access.authentication import OPEN_PATHS, Authentication
from app.access.origin import OriginCheck
from app.api import routes
from app.config import get_settings
from app.core import tracing
from app.core.telemetry import get_logger
from app.db import async_client as mongo_async
from app.embedded import detach
from app.http.bodies import BodyLimit
from app.http.head import HeadRequests
from app.http.problems import Problem, install_problems
from app.http.requests import RequestContext
from app.http.root import UnderPath
from app.maintenance import dependencies, health
from app.maintenance.scheduler import Scheduler
from app.queue import broker
from app.sessions.service import session_service
from app.tasks.lease_keeper import keeper
from app.web import assets, share, sign_in
from app.web.dashboard import Dashboard

log = get_logger("api")
REPLY_HEADERS = ("Idempotent-Replayed", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
"""What routes add to their answers (``app.core.reply``)."""


@asynccontextmanager
async def lifespan(app: Api) -> AsyncIterator[None]:
    """Start the session service and the scheduler; at the end stop them and close every connection."""
    if not session_service.initialize():
        log.warning("started_degraded", reason="the database does not answer")
    tracing.configure("api")
    scheduler = Scheduler()
    scheduler.start()
    dependencies.start_watching()
    try:
        yield
    finally:
        dependencies.stop_watching()
        await app.dashboard.close()
        scheduler.stop()
        keeper.close()
        broker.close()
        await mongo_async.close()
        session_service.close()
        tracing.close()
        detach()


class Api(FastAPI):
    """FastAPI, whose OpenAPI document knows what an error looks like, and what needs a key."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.dashboard = Dashboard()

    def openapi(self) -> dict[str, Any]:
        """Return the document; made once."""
        if self.openapi_schema is None:
            servers = [{"url": root}] if (root := get_settings().root_path) else None
            schema = get_openapi(title=self.title, version=self.version, routes=self.routes, servers=servers)
            schemas = schema["components"]["schemas"]
            schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= schemas["Problem"].pop("$defs", {})
            schema["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
            needed: list[dict[str, list[str]]] = [{"key": []}]
            if not get_settings().api_keys_required:
                needed.append({})
            for path, operations in schema["paths"].items():
                for operation in operations.values():
                    operation["security"] = [] if path in OPEN_PATHS else needed
            self.openapi_schema = schema
        return self.openapi_schema


def create_app() -> FastAPI:
    """Return the application."""
    api = Api(
        title="ShopReel",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    routes.include_in(api)
    api.include_router(health.router)
    api.include_router(assets.router)
    api.include_router(sign_in.router)
    api.include_router(share.router)
    api.router.routes.append(api.dashboard)
    api.add_middleware(HeadRequests)
    api.add_middleware(BodyLimit)
    api.add_middleware(Authentication)
    api.add_middleware(OriginCheck)
    if origins := get_settings().origins:
        api.add_middleware(
            CORSMiddleware,
            allow_origins=sorted(origins),
            allow_methods=["*"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "Range", "X-Request-ID"],
            expose_headers=["Location", "ETag", "Retry-After", "X-Request-ID", "Content-Disposition", *REPLY_HEADERS],
            max_age=600,
        )
    api.add_middleware(RequestContext)
    api.add_middleware(UnderPath)
    install_problems(api)
    return api


app = create_app()
