"""What callers do with shorts, each with its checks: routes, pages and commands alike come through here."""

from __future__ import annotations

import json
import zlib
from typing import Literal
from urllib.parse import quote

from app.access.caller import Caller
from app.blobs import store as media
from app.brands import use_cases as brands
from app.db.client import database_answers
from app.errors import Conflict
from app.http import PREFIX, files
from app.http.archive import Entry
from app.http.root import rooted
from app.http.schemas import ShortAccepted, ShortDetail, ShortList, ShortProgress, ShortQuery, ShortRequest
from app.maintenance.retention import remove_short
from app.models import ImageAnalysis, Scenario, TaskInfo, split_short_key
from app.products import repository as products
from app.scenario.posts import Post, posts_of
from app.shorts import own_pictures, revisions, service
from app.shorts import repository as shorts
from app.shorts.progress import percent_of, queue_place, seconds_left
from app.shorts.steps import write_scenario
from app.shorts.steps.requests import start_step
from app.shorts.steps.save_scenario import ScenarioSaveRequest
from app.shorts.videos import Rendition, Video
from app.tasks.repository import tasks_of_short
from app.tasks.spool import get_spool
from app.tasks.starting import Starter, key_of


def create(
    caller: Caller, request: ShortRequest, header_key: str | None = None, batch_id: str | None = None
) -> ShortAccepted:
    """Start to make a short, or tell of the one that the same request has started; ``batch_id``: see ``Short``.

    Raises:
        InvalidInput, Conflict, Unavailable: as ``start_short``.
        Forbidden, NotFound: the request names what is not the caller's.
        TooMany: a limit is reached.
    """
    starter = Starter(caller, f"{PREFIX}/shorts", header_key)
    inputs = starter.inputs(request, new_short=True)
    once = key_of(inputs, None)
    with starter.admit(inputs, None, shorts.find_short_made_by) as made:
        wanted = {name: value for name, value in inputs.items() if name not in ("idempotency_key", "fingerprint")}
        wanted["wishes"] = brands.dressed(caller, request.wishes, wanted.pop("brand_kit"), wanted["user_id"])
        key = made.key if made else service.start_short(**wanted, batch_id=batch_id, once=once)
    return ShortAccepted(
        short_id=split_short_key(key)[0],
        status=made.status if made else shorts.ShortStatus.MAKING,
        degraded=get_spool().holds(key),
    )


def repeat(caller: Caller, short: shorts.Short, key: str) -> ShortAccepted:
    """Start another short of the same page: with another script, where there is a video already.

    ``key``: an idempotency key; what differs follows from it, so that a second click makes nothing more. Raises as
    ``create``.
    """
    html = media.get(short.html_key).decode("utf-8", errors="replace") if short.html_key else None
    seed = zlib.crc32(key.encode()) if short.video else short.wishes.seed
    wishes = short.wishes.model_copy(update={"seed": seed})
    request = ShortRequest(url=short.url, html=html, review=short.review, brand_kit=brands.NONE, wishes=wishes)
    return create(caller, request, key)


def repeat_named(caller: Caller, short_id: str, user_id: str | None, key: str) -> ShortAccepted:
    """Start another short of the page of one of the caller's. Raises as ``repeat`` and ``get``."""
    return repeat(caller, shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id), key)


def choose_scenario(caller: Caller, short: shorts.Short, scenario: Scenario, key: str) -> None:
    """Start to save a script as a short's, of which its video is made.

    Raises InvalidInput, Conflict, NotFound, Forbidden or TooMany, as ``start_step`` does.
    """
    start_step(caller, ScenarioSaveRequest(short_id=short.short_id, user_id=short.id_scope, scenario=scenario), key)


def render_variants(caller: Caller, short: shorts.Short, key: str | None = None) -> list[str]:
    """Make the video of each script that a short may be made of; return the ids, the short's own first.

    Each other script is a short of its own. ``key``: an idempotency key for all of it. Raises as ``create``.

    Raises:
        Conflict: there are not several scripts to choose from.
    """
    if len(short.variants) < 2:
        raise Conflict(f"short {short.short_id} has no scripts to choose from")
    key = key or f"variants-{short.key}-{short.revision}"
    made = [short.short_id]
    for number, scenario in enumerate(short.variants[1:], 1):
        starter = Starter(caller, f"{PREFIX}/shorts/{short.short_id}/variants/render", f"{key}-{number}")
        request = ShortRequest(url=short.url, user_id=short.user_id, wishes=scenario.wishes)
        inputs = starter.inputs(request, new_short=True)
        once = key_of(inputs, None)
        with starter.admit(inputs, None, shorts.find_short_made_by) as there:
            made.append(split_short_key(there.key if there else service.start_written(short, scenario, once))[0])
    choose_scenario(caller, short, short.variants[0], f"{key}-0")
    return made


UNLISTED = frozenset({"scenario", "variants", "variant_stills", "stills", "clips", "earlier", "video.provenance"})
"""Fields of a short, most of it, that a list has, and that are read for it, only where ``fields`` names them."""


def find(caller: Caller, query: ShortQuery) -> ShortList:
    """Return a page of the caller's shorts that match, without the fields of ``UNLISTED`` that are not asked for.

    Raises:
        InvalidInput: the cursor is none that was given out.
    """
    found = shorts.list_shorts(
        owner=caller.owner,
        without={one for one in UNLISTED if one.partition(".")[0] not in query.asked_fields},
        **query.filters,
        newest_first=query.newest_first,
        limit=query.limit + 1,
        after=query.cursor,
    )
    page = found[: query.limit]
    return ShortList(shorts=page, next_cursor=shorts.short_cursor(page[-1]) if len(found) > query.limit else None)


def find_tiles(caller: Caller, query: ShortQuery) -> tuple[list[shorts.Tile], str | None]:
    """Return a page of the caller's shorts as a list shows them, and the cursor of the next one.

    Raises InvalidInput, as ``find`` does.
    """
    found = shorts.list_tiles(
        owner=caller.owner, **query.filters, newest_first=query.newest_first, limit=query.limit + 1, after=query.cursor
    )
    page = found[: query.limit]
    return page, shorts.short_cursor(page[-1]) if len(found) > query.limit else None


def counts(caller: Caller) -> dict[shorts.ShortStatus, int]:
    """Return how many shorts of each status the caller has."""
    return shorts.count_by_status(caller.owner)


def films(caller: Caller, keys: list[str]) -> list[Entry]:
    """Return the films of some shorts, by their ids, each by the name of its product, for a ZIP.

    Raises:
        NotFound: the caller has no such short.
        Conflict: several users have one of an id.
    """
    return films_of([shorts.get_named_short(one, owner=caller.owner) for one in keys])


def films_of(found: list[shorts.Short]) -> list[Entry]:
    """Return the films of shorts that have one, each by the name of its product, for a ZIP."""
    return [(file_name(one, ".mp4"), video.key) for one in found if (video := one.video_of())]


def get(caller: Caller, short_id: str, user_id: str | None = None) -> ShortDetail:
    """Return a short with its product and its tasks; ``user_id``: whose, where several users have one of this id.

    Raises:
        NotFound: the caller has no such short.
        Conflict: several users have one of this id.
    """
    with database_answers():
        short = shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id)
        product = products.get_product(short.product_id).product if short.product_id else None
        base = rooted(f"{PREFIX}/shorts/{quote(short_id, safe='')}")
        tasks = tasks_of_short(short.key, owner=caller.owner)
        video = short.video_of()
        return ShortDetail(
            short=short,
            progress=progress_of(short, tasks),
            product=product,
            tasks=tasks,
            video_url=f"{base}/video" if video else None,
            thumbnail_url=f"{base}/thumbnail" if video else None,
            preview_url=f"{base}/preview" if video and video.preview_key else None,
        )


def progress_of(short: shorts.Short, tasks: list[TaskInfo]) -> ShortProgress:
    """Return how far a short is, by its record and its tasks."""
    percent = percent_of(short, tasks)
    if short.status is not shorts.ShortStatus.MAKING:
        return ShortProgress(percent=percent)
    return ShortProgress(percent=percent, seconds_left=seconds_left(percent, tasks), queue_place=queue_place(tasks))


def posts(short: shorts.Short) -> list[Post]:
    """Return what may be posted with a short's video; none where no script was written."""
    return posts_of(short.scenario) if short.scenario else []


def archive(short: shorts.Short) -> list[Entry]:
    """Return all files of a short's video, each with its own name, for a ZIP; empty: there is no video."""
    video = short.video_of()
    if video is None:
        return []
    found: list[Entry] = [(file_name(short, f" {one.width}x{one.height}.mp4"), one.key) for one in all_sizes(video)]
    found += [(file_name(short, f" {number}.jpg"), one.key) for number, one in enumerate(video.thumbnails, 1)]
    found += [(file_name(short, f".{kind}"), key) for kind, key in video.captions.items()]
    if video.preview_key:
        found.append((file_name(short, ".webp"), video.preview_key))
    said = [f"{post.label}\n\n{post.title or ''}\n{post.text}".replace("\n\n\n", "\n\n") for post in posts(short)]
    found.append((file_name(short, " posts.txt"), "\n\n\n".join(said).encode()))
    papers = json.dumps(video.provenance, ensure_ascii=False, indent=2)
    return [*found, (file_name(short, " provenance.json"), papers.encode())]


def all_sizes(video: Video) -> list[Video | Rendition]:
    """Return a video and its smaller copies, the largest first."""
    return [video, *sorted(video.renditions, key=lambda one: -one.quality)]


def cancel(caller: Caller, short_id: str, user_id: str | None = None) -> ShortDetail:
    """End a short in the making and all its live tasks; what it has so far stays. Raises as ``get``.

    Raises:
        Conflict: it has nothing under way.
    """
    short = shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id)
    if not service.cancel_short(short.key, by=caller.user_id):
        raise Conflict(f"short {short_id} has nothing under way ({short.status.value})")
    return get(caller, short_id, user_id)


def remove(caller: Caller, short_id: str, user_id: str | None = None) -> None:
    """Remove a short with its tasks, sessions, saved scenarios and media.

    Raises NotFound or Conflict, as ``get`` does.
    """
    short = shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id)
    remove_short(short.key, by=caller.user_id)


def edit_scenario(
    caller: Caller,
    short_id: str,
    scenario: Scenario,
    user_id: str | None = None,
    *,
    change: str = "Edited",
    expected: str | None = None,
) -> shorts.Short:
    """Replace the scenario by an edited one, which waits to be saved; return the short.

    ``change``: what was changed, in words. ``expected``: the revision that the edit rests on. Raises as ``get`` and
    ``revisions.edit``.
    """
    short = shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id)
    return revisions.edit(short, scenario, change, expected)


def regenerate_scene(
    caller: Caller, short_id: str, scene: int, seed: int, user_id: str | None = None, *, expected: str | None = None
) -> shorts.Short:
    """Write one scene (from 0) of the scenario anew; return the short.

    Raises as ``get`` and ``write_scenario.regenerate_scene``.
    """
    short = shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id)
    return write_scenario.regenerate_scene(short, scene, seed, expected)


def step_scenario(
    caller: Caller, short_id: str, way: Literal["undo", "redo"], user_id: str | None = None, expected: str | None = None
) -> shorts.Short:
    """Undo the last edit of the scenario, or redo what was undone; return the short.

    Raises as ``get`` and ``revisions.step``.
    """
    short = shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id)
    return revisions.step(short, back=way == "undo", expected=expected)


def list_revisions(caller: Caller, short_id: str, user_id: str | None = None) -> list[revisions.Revision]:
    """Return the revisions of the scenario that were kept, the latest first.

    Raises NotFound or Conflict, as ``get`` does.
    """
    return revisions.revisions(shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id))


def restore_revision(
    caller: Caller, short_id: str, revision: str, user_id: str | None = None, expected: str | None = None
) -> shorts.Short:
    """Go back to a kept revision of the scenario; return the short. Raises as ``get`` and ``revisions.restore``."""
    short = shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id)
    return revisions.restore(short, revision, expected)


def add_picture(caller: Caller, short_id: str, data: bytes, user_id: str | None = None) -> ImageAnalysis:
    """Add a picture of the caller's own to those of a short's product. Raises as ``get`` and ``own_pictures``."""
    return own_pictures.add_picture(shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id), data)


def file_name(short: shorts.Short, *parts: str) -> str:
    """Return what a file of a short is called where it is saved: by the product, then the parts."""
    title = short.title or (short.scenario.title if short.scenario else None) or short.short_id
    return files.file_name(title, *parts)


def save_scenario(caller: Caller, short_id: str, user_id: str | None = None, revision: str | None = None) -> None:
    """Start to save the scenario as it is; ``revision``: which it must be.

    Raises InvalidInput, Conflict, NotFound, Forbidden or TooMany, as ``start_step`` does.
    """
    start_step(caller, ScenarioSaveRequest(short_id=short_id, user_id=user_id, revision=revision))
