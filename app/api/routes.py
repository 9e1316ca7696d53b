"""All routes under ``/api/v1``."""

from fastapi import APIRouter

from app.api import scheduler, sessions, shorts, tasks, work

router = APIRouter(prefix="/api/v1")
# ``work`` first: its /shorts/finalize must not be taken for a short's id.
for part in (work.router, sessions.router, tasks.router, shorts.router, scheduler.router):
    router.include_router(part)
