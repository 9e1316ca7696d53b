"""Errors as ``application/problem+json`` (RFC 9457): what is wrong, in words, and never a trace."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from app.core.redaction import without_secrets
from app.core.telemetry import get_logger
from app.errors import Conflict, Forbidden, InvalidInput, NotFound, ShopReelError, TooMany, Unavailable, WrongSchema

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5
MAX_ERRORS = 20
"""Of the fields that are named; a body may have any number of wrong ones."""
PLACES = {"body", "path", "query", "header"}
"""Where FastAPI says that a field stands; its name says enough."""
STATUS: dict[type[ShopReelError], int] = {
    InvalidInput: 422,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    TooMany: 429,
    Unavailable: 503,
    WrongSchema: 503,
}
CODES = {
    400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    406: "not_acceptable", 409: "conflict", 413: "too_large", 415: "unsupported_media_type",
    416: "range_not_satisfiable", 422: "invalid_input", 429: "limit_reached", 500: "internal_error",
    503: "unavailable",
}  # fmt: skip
"""Status -> the code of a problem that says none of its own."""
log = get_logger("api")


class FieldProblem(BaseModel):
    """One field of a request that is wrong."""

    field: str
    reason: str


class Problem(BaseModel):
    """What every error answer holds."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    """What a program tells it from others by: it stays when the words change."""
    detail: str
    errors: list[FieldProblem] | None = None
    revision: str | None = None
    """The latest, where a change rests on an older one (409)."""


def problem(
    status: int,
    detail: str,
    errors: list[FieldProblem] | None = None,
    code: str | None = None,
    retry_after: int = RETRY_AFTER_SECONDS,
    revision: str | None = None,
) -> JSONResponse:
    """Return the answer to a request that failed. ``code``: see ``Problem``; unset: the status's."""
    code = code or CODES.get(status, "error")
    body = Problem(
        title=HTTPStatus(status).phrase, status=status, code=code, detail=detail, errors=errors, revision=revision
    )
    headers = {"Retry-After": str(retry_after)} if status in (429, 503) else None
    return JSONResponse(body.model_dump(exclude_none=True), status, headers=headers, media_type=MEDIA_TYPE)


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI entries of the errors that a route may answer with; 401, 422 and 503 go without saying."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in (401, *statuses, 422, 503)
    }


def install_problems(app: FastAPI) -> None:
    """Answer every error of ``app`` as a problem."""

    @app.exception_handler(ShopReelError)
    def known(request: Request, error: ShopReelError) -> JSONResponse:
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 422)
        wait, revision = getattr(error, "retry_after", RETRY_AFTER_SECONDS), getattr(error, "revision", None)
        return problem(status, str(error), code=error.code, retry_after=wait, revision=revision)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        wrong = [
            FieldProblem(
                field=".".join(str(part) for part in fault["loc"] if part not in PLACES) or "body",
                reason=fault["msg"].removeprefix("Value error, "),
            )
            for fault in error.errors()[:MAX_ERRORS]
        ]
        return problem(422, "; ".join(f"{one.field}: {one.reason}" for one in wrong), wrong)

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 400:  # what the framework says of a body that is not even text
            return problem(422, "body: it cannot be read as JSON", [FieldProblem(field="body", reason="no JSON")])
        answer = problem(error.status_code, str(error.detail))
        answer.headers.update(error.headers or {})
        if error.status_code == 405:
            answer.headers["Allow"] = ", ".join(sorted(_allowed(app, request)))
        return answer

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> JSONResponse:
        # This runs outside of all middleware, where nothing is bound any more.
        name = getattr(request.state, "request_id", "")
        log.error("request_broke", path=without_secrets(request.url.path), request_id=name, exc_info=error)
        answer = problem(500, "an internal error; it is in the server's log")
        answer.headers["X-Request-ID"] = name
        return answer


def _allowed(app: FastAPI, request: Request) -> set[str]:
    """Return the methods of all routes of a path; the framework names those of the first one alone."""
    found: set[str] = set()
    for path, methods in app.openapi()["paths"].items():
        if compile_path(path)[0].match(request.url.path):
            found |= {method.upper() for method in methods}
    return found
