"""Style, script, icons and font of the pages. They hold nothing of anybody's, and come from this installation alone."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path

import fontpkg
from fastapi import APIRouter, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html

from app.errors import NotFound
from app.http.root import rooted

router = APIRouter(include_in_schema=False)
STATIC = Path(__file__).parent / "static"
FILES: dict[str, tuple[str, str]] = {
    "dashboard.css": ("text/css", "static"),
    "dashboard.js": ("text/javascript", "static"),
    "icons.svg": ("image/svg+xml", "static"),
    "favicon.svg": ("image/svg+xml", "static"),
    "inter.ttf": ("font/ttf", "font"),
    "swagger-ui-bundle.js": ("text/javascript", "swagger"),
    "swagger-ui.css": ("text/css", "swagger"),
}
"""Name -> media type, and where it lies."""
SWAGGER = "fastapi_offline"
"""The package that brings Swagger UI, so that ``/docs`` needs no internet."""


@cache
def _content(name: str) -> bytes:
    if FILES[name][1] == "font":
        return Path(fontpkg.path("inter", nearest=True)).read_bytes()
    if FILES[name][1] == "swagger":
        return files(SWAGGER).joinpath("static", name).read_bytes()
    return (STATIC / name).read_bytes()


@cache
def _packed(name: str) -> bytes:
    return gzip.compress(_content(name), 6)


@cache
def version() -> str:
    """Return what names this state of the assets, so that browsers may keep them for ever."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update(_content(name))
    return digest.hexdigest()[:12]


@cache
def _page(name: str) -> str:
    return (STATIC / name).read_text("utf-8")


def filled(name: str) -> str:
    """Return one of the pages that stand outside the dashboard, with where the assets are."""
    return _page(name).replace("{version}", version()).replace("{root}", rooted(""))


@router.get("/docs")
def api_docs() -> Response:
    """Return the page that draws the API's description, for people to try it."""
    return get_swagger_ui_html(
        openapi_url=rooted("/openapi.json"),
        title="ShopReel: the API",
        swagger_js_url=rooted(f"/assets/swagger-ui-bundle.js?v={version()}"),
        swagger_css_url=rooted(f"/assets/swagger-ui.css?v={version()}"),
        swagger_favicon_url=rooted(f"/assets/favicon.svg?v={version()}"),
    )


@router.get("/assets/{name}")
def asset(name: str, request: Request) -> Response:
    """Return an asset."""
    if name not in FILES:
        raise NotFound(f"there is no asset {name}")
    lasting = request.query_params.get("v") == version()
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if lasting else "public, max-age=3600",
        "Vary": "Accept-Encoding",
    }
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(_packed(name), headers=headers | {"Content-Encoding": "gzip"}, media_type=FILES[name][0])
    return Response(_content(name), headers=headers, media_type=FILES[name][0])
