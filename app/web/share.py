"""The page that a share link opens: the film, its posts, *Approve* and a comment. It needs no key, and runs no socket.

What it shows is written out on the server, with every text escaped; nothing of the short's user is on it but what
``app.shares.use_cases.Shared`` holds.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from app.errors import NotFound, ShopReelError, TooMany
from app.http.files import FileConditions, answer_with
from app.http.root import rooted
from app.scenario.posts import Post
from app.shares import use_cases
from app.shares.repository import Answer, AnswerKind
from app.shares.use_cases import Shared
from app.shorts.use_cases import file_name
from app.web import assets
from app.web.words import exact, length

router = APIRouter(prefix="/s", include_in_schema=False)
HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'; media-src 'self'; "
        "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}
"""No search engine finds it, and no other site learns its address, which is what opens it."""
SAID = {AnswerKind.APPROVED: "Approved", AnswerKind.COMMENTED: "Comment"}


@router.get("/{token}")
def show(token: str) -> Response:
    """Show what a link opens."""
    return _page(token)


@router.get("/{token}/video")
def video(token: str, conditions: FileConditions, range: Annotated[str | None, Header()] = None) -> Response:
    """Return the film, or the part of it that a player asks for."""
    found = use_cases.shared(token)
    shown = found.video
    name = file_name(found.short, f" {shown.width}x{shown.height}.mp4")
    return _file(answer_with(shown.key, "video/mp4", replace(conditions, range=range), name))


@router.get("/{token}/thumbnail")
def thumbnail(token: str, conditions: FileConditions) -> Response:
    """Return the picture that stands for the film."""
    found = use_cases.shared(token)
    if not found.video.thumbnails:
        raise NotFound(use_cases.NO_LINK)
    key = found.video.thumbnails[0].key
    return _file(answer_with(key, "image/jpeg", conditions, file_name(found.short, ".jpg")))


@router.get("/{token}/captions")
def captions(token: str, conditions: FileConditions) -> Response:
    """Return the captions for the player."""
    found = use_cases.shared(token)
    if "vtt" not in found.video.captions:
        raise NotFound(use_cases.NO_LINK)
    key = found.video.captions["vtt"]
    return _file(answer_with(key, "text/vtt; charset=utf-8", conditions, file_name(found.short, ".vtt")))


@router.post("/{token}")
async def say(token: str, request: Request) -> Response:
    """Take an approval or a comment, and show the page again."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        said = {name: values[0] for name, values in parse_qs(body, max_num_fields=10).items()}
        kind = AnswerKind(said.get("kind", ""))
    except ValueError:
        return await run_in_threadpool(_page, token, "Press one of the two buttons.", 422)
    name, text = said.get("name", ""), said.get("text", "")
    try:
        await run_in_threadpool(use_cases.answer, token, kind, name, text)
    except TooMany as error:
        answer = await run_in_threadpool(_page, token, f"{error}.", 429, name, text)
        answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    except ShopReelError as error:
        return await run_in_threadpool(_page, token, f"{error}.", 422, name, text)
    return RedirectResponse(f"/s/{token}#said", 303, HEADERS)


def _page(token: str, fault: str = "", status: int = 200, name: str = "", text: str = "") -> HTMLResponse:
    try:
        found = use_cases.shared(token)
    except NotFound as error:
        return _filled("There is nothing here", f'<p class="lead">{escape(str(error).capitalize())}.</p>', 404)
    except ShopReelError:
        return _filled("Not reachable now", '<p class="lead">Open the link again in a moment.</p>', 503)
    said = f'<p class="fault" role="alert">{escape(fault)}</p>' if fault else ""
    return _filled(found.title, _content(token, found, said, name, text), status)


def _filled(title: str, content: str, status: int) -> HTMLResponse:
    filled = assets.filled("share.html").replace("{title}", escape(title))
    return HTMLResponse(filled.replace("{content}", content), status, HEADERS)


def _content(token: str, found: Shared, fault: str, name: str, text: str) -> str:
    place, film = rooted(f"/s/{escape(token, quote=True)}"), found.video
    named = escape(name, quote=True)
    track = f'<track kind="captions" label="Captions" src="{place}/captions">' if "vtt" in film.captions else ""
    return f"""
<video class="screen" controls playsinline preload="metadata" src="{place}/video" poster="{place}/thumbnail"
  aria-label="The video" style="aspect-ratio: {film.width} / {film.height}; --ratio: {film.width / film.height:.4f}"
>{track}</video>
<p class="faint">{film.width} × {film.height} · {length(film.seconds)}</p>
<section class="card" id="said"><h2 class="card-title">What do you say?</h2>
{_answers(found.answers)}{fault}
<form method="post" action="{place}">
<div class="field"><label for="name">Your name</label>
<input id="name" name="name" maxlength="{use_cases.LONGEST_NAME}" autocomplete="name" value="{named}"></div>
<div class="field"><label for="text">Comment</label>
<textarea id="text" name="text" rows="3" maxlength="{use_cases.LONGEST_TEXT}">{escape(text)}</textarea></div>
<div class="actions"><button class="button primary" name="kind" value="approved">Approve</button>
<button class="button" name="kind" value="commented">Send the comment</button></div>
</form></section>
<section class="card"><h2 class="card-title">What is posted with it</h2>{"".join(map(_post, found.posts))}</section>
"""


def _answers(answers: list[Answer]) -> str:
    lines = [
        f'<li class="answer"><strong>{SAID[one.kind]}</strong> by {escape(one.name)} '
        f'<span class="faint">{exact(one.at)}</span>{f"<p>{escape(one.text)}</p>" if one.text else ""}</li>'
        for one in answers
    ]
    return f'<ul class="answers">{"".join(lines)}</ul>' if lines else ""


def _post(post: Post) -> str:
    title = f'<p class="post-text"><strong>{escape(post.title)}</strong></p>' if post.title else ""
    return (
        f'<details class="post" name="post"><summary>{escape(post.label)}</summary>'
        f'<div class="post-part">{title}<p class="post-text">{escape(post.text)}</p></div></details>'
    )


def _file(answer: Response) -> Response:
    answer.headers["X-Robots-Tag"] = HEADERS["X-Robots-Tag"]
    answer.headers["Referrer-Policy"] = HEADERS["Referrer-Policy"]
    return answer
