"""The page that asks for a key, once: the key goes into a cookie that no script can read."""

from __future__ import annotations

from html import escape
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.access.authentication import COOKIE
from app.config import get_settings
from app.errors import ShopReelError
from app.http.root import rooted
from app.web import assets
from app.web.dashboard import HEADERS

router = APIRouter(include_in_schema=False)
KEPT_SECONDS = 30 * 86_400


@router.get("/sign-in")
def show(request: Request) -> Response:
    """Ask for a key; where none is needed, go on."""
    if not get_settings().api_keys_required:
        return RedirectResponse("/", 303)
    return _page(request.query_params.get("next", "/"))


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Check the key, and keep it in the browser."""
    said = {name: values[0] for name, values in parse_qs((await request.body()).decode("utf-8", "replace")).items()}
    target, token = said.get("next", "/"), said.get("key", "").strip()
    try:
        caller = await request.scope["state"]["identify"](token or None)
    except ShopReelError as error:
        return _page(target, f"The key can't be checked now: {error}.", 503)
    if caller is None:
        return _page(target, "This key is not valid. It begins with sr_, and may have been revoked.", 401)
    answer = RedirectResponse(_inside(target), 303)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=KEPT_SECONDS,
        path=rooted("") or "/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post("/sign-out")
def sign_out() -> Response:
    """Forget the key."""
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE, path=rooted("") or "/")
    return answer


def _page(target: str, fault: str = "", status: int = 200) -> HTMLResponse:
    said = f'<p class="fault" id="fault" role="alert">{escape(fault)}</p>' if fault else ""
    content = assets.filled("sign_in.html").replace("{next}", escape(_inside(target), quote=True))
    headers = {name.decode(): value.decode() for name, value in HEADERS} | {"Cache-Control": "no-store"}
    return HTMLResponse(content.replace("{fault}", said), status, headers)


def _inside(target: str) -> str:
    """Return a place of this server to go on to, whatever the address asks for."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable() else "/"
