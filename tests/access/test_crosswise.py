"""Two users' keys tried crosswise on every route: nothing of the other's can be read, changed, or known to exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from httpx2 import Response
from PIL import Image

from app.access.authentication import OPEN_PATHS
from app.blobs import store as media
from app.brand_models import BrandSettings
from app.brands.repository import add_kit
from app.db import client as mongo
from app.db.page_query import encode_place
from app.enums import WebhookKind
from app.main import create_app
from app.models import ImageAnalysis, Product, Scenario, Scene, TaskType, Wishes, short_key, utc_now
from app.shares.repository import add_share
from app.shorts import repository as shorts
from app.shorts import videos
from app.tasks.service import cancel_task, complete_task, create_task
from app.webhooks.repository import add_webhook
from tests import staging
from tests.access.conftest import Keyed

SCENE = Scene(role="hook", image="https://shop.example/1.jpg", motion="zoom_in", on_screen_text="Secretive", seconds=12)
SCENARIO = Scenario(title="Secretive cup", language="en", wishes=Wishes(seconds=12), scenes=[SCENE])
SECRET = "Secretive"
"""In everything of Alice's that has words."""
FILE, PICTURE = "products.ndjson", "a-picture"
BODY = SCENARIO.model_dump(mode="json")


@dataclass(frozen=True)
class Tried:
    """A request that names a thing. ``{short}``, ``{task}`` … stand for its name, in ``path`` and in ``body``.

    ``own``: the status with the owner's key, which shows that the request is a good one. ``other``: with the other's,
    and for a name that nobody has.
    """

    method: str
    route: str
    own: int
    other: int
    query: str = ""
    body: dict[str, Any] | None = None


LISTS = 200  # of another's things: as of nobody's
USER_TABLE = [
    Tried("GET", "/api/v1/sessions", 200, LISTS, "short_id={short}"),
    Tried("GET", "/api/v1/sessions", 200, LISTS, "user_id={user}"),
    Tried("GET", "/api/v1/sessions", 200, LISTS, "user_id={user}&cursor={session_cursor}"),
    Tried("GET", "/api/v1/sessions", 200, LISTS, "q={short}"),
    Tried("GET", "/api/v1/tasks", 200, LISTS, "q={short}"),
    Tried("GET", "/api/v1/sessions", 200, LISTS, "q={word}"),
    Tried("GET", "/api/v1/tasks", 200, LISTS, "q={word}"),
    Tried("GET", "/api/v1/shorts", 200, LISTS, "q={word}"),
    Tried("GET", "/api/v1/shorts", 200, LISTS, "q={short}&short_id={short}"),
    Tried("GET", "/api/v1/sessions/user/{user_id}", 200, LISTS),
    Tried("GET", "/api/v1/sessions/task/{task_id}", 200, 404),
    Tried("DELETE", "/api/v1/sessions/task/{task_id}", 200, 404),
    Tried("GET", "/api/v1/sessions/{short_id}", 200, LISTS),
    Tried("GET", "/api/v1/sessions/{short_id}", 200, LISTS, "include=task"),
    Tried("GET", "/api/v1/events", 200, LISTS, "short_id={short}&last_event_id=0&wait=0"),
    Tried("GET", "/api/v1/events", 200, LISTS, "user_id={user}&last_event_id=0&wait=0"),
    Tried("GET", "/api/v1/events", 200, LISTS, "short_id={short}&user_id={user}&last_event_id=0&wait=0"),
    Tried("GET", "/api/v1/analytics/sessions", 200, LISTS, "user_id={user}"),
    Tried("GET", "/api/v1/users/{user_id}/activity", 200, LISTS),
    Tried("GET", "/api/v1/activity", 200, LISTS),
    Tried("GET", "/api/v1/tasks", 200, LISTS, "short_id={short}"),
    Tried("GET", "/api/v1/tasks", 200, LISTS, "user_id={user}"),
    Tried("GET", "/api/v1/tasks", 200, LISTS, "user_id={user}&cursor={task_cursor}"),
    Tried("GET", "/api/v1/tasks/{task_id}", 200, 404),
    Tried("GET", "/api/v1/tasks/{task_id}/result", 409, 404),
    Tried("GET", "/api/v1/tasks/{task_id}/files/{name}", 200, 404),
    Tried("DELETE", "/api/v1/tasks/{task_id}", 200, 404),
    Tried("POST", "/api/v1/tasks/{task_id}/cancel", 200, 404),
    Tried("GET", "/api/v1/shorts", 200, LISTS, "user_id={user}"),
    Tried("GET", "/api/v1/shorts/{short_id}", 200, 404),
    Tried("GET", "/api/v1/shorts/{short_id}", 200, 404, "user_id={user}"),
    Tried("POST", "/api/v1/shorts/{short_id}/cancel", 200, 404),
    Tried("DELETE", "/api/v1/shorts/{short_id}", 200, 404),
    Tried("DELETE", "/api/v1/shorts/{short_id}", 200, 404, "user_id={user}"),
    Tried("GET", "/api/v1/shorts/{short_id}/video", 200, 404),
    Tried("GET", "/api/v1/shorts/{short_id}/video", 200, 404, "user_id={user}"),
    Tried("GET", "/api/v1/shorts/{short_id}/thumbnail", 200, 404),
    Tried("GET", "/api/v1/shorts/{short_id}/thumbnail", 200, 404, "user_id={user}"),
    Tried("GET", "/api/v1/shorts/{short_id}/captions", 200, 404),
    Tried("GET", "/api/v1/shorts/{short_id}/captions", 200, 404, "user_id={user}"),
    Tried("GET", "/api/v1/shorts/{short_id}/preview", 200, 404),
    Tried("GET", "/api/v1/shorts/{short_id}/preview", 200, 404, "user_id={user}"),
    Tried("GET", "/api/v1/shorts/{short_id}/variants/{variant}/stills/{scene}", 404, 404),
    Tried("POST", "/api/v1/shorts/{short_id}/variants/render", 409, 404),
    Tried("GET", "/api/v1/archive", 200, 404, "short_id={short}"),
    Tried("GET", "/api/v1/shorts/{short_id}/archive", 200, 404),
    Tried("GET", "/api/v1/shorts/{short_id}/archive", 200, 404, "user_id={user}"),
    Tried("GET", "/api/v1/shorts/{short_id}/posts", 200, 404),
    Tried("GET", "/api/v1/shorts/{short_id}/posts", 200, 404, "user_id={user}"),
    Tried("GET", "/api/v1/shorts/{short_id}/provenance", 200, 404),
    Tried("GET", "/api/v1/shorts/{short_id}/provenance", 200, 404, "user_id={user}"),
    Tried("GET", "/api/v1/shorts/{short_id}/scenario", 200, 404),
    Tried("PUT", "/api/v1/shorts/{short_id}/scenario", 409, 404, body=BODY),
    Tried("GET", "/api/v1/shorts/{short_id}/scenario/scenes/{scene}/still", 200, 404),
    Tried("POST", "/api/v1/shorts/{short_id}/pictures", 422, 404),
    Tried("GET", "/api/v1/music/{mood}/sample", 200, LISTS),  # the machine's, as are voices
    Tried("POST", "/api/v1/shorts/{short_id}/scenario/revisions/undo", 409, 404),
    Tried("POST", "/api/v1/shorts/{short_id}/scenario/revisions/redo", 409, 404),
    Tried("GET", "/api/v1/shorts/{short_id}/scenario/revisions", 200, 404),
    Tried("POST", "/api/v1/shorts/{short_id}/scenario/revisions/{revision}/restore", 404, 404),
    Tried("POST", "/api/v1/shorts/{short_id}/scenario/scenes/{scene}", 409, 404, body={"seed": 1}),
    Tried("GET", "/api/v1/shorts/{short_id}/scenario/{picture}", 200, 404),
    Tried("GET", "/api/v1/shorts/{short_id}/scenario/{picture}", 200, 404, "user_id={user}"),
    Tried("GET", "/api/v1/products/{product_id}", 200, 404),
    Tried("GET", "/api/v1/products/{product_id}/pictures/{file}", 200, 404, "width=32"),
    Tried("GET", "/api/v1/voices", 200, LISTS),  # the machine's, nobody's own
    Tried("GET", "/api/v1/voices/{name}/sample", 404, 404, "language=de"),
    Tried("POST", "/api/v1/scrape", 202, 202, body={"url": "https://shop.example/p", "short_id": "{short}"}),
    Tried("POST", "/api/v1/data/extract", 202, 202, body={"kind": "csv", "data": "a", "short_id": "{short}"}),
    Tried("POST", "/api/v1/content/analyze", 202, 404, body={"product_id": "{product}"}),
    Tried("POST", "/api/v1/content/analyze", 202, 202, body={"text": "A cup.", "short_id": "{short}"}),
    Tried("POST", "/api/v1/image/analyze", 202, 404, body={"product_id": "{product}"}),
    Tried("POST", "/api/v1/scenario/generate", 202, 404, body={"product_id": "{product}", "short_id": "x"}),
    Tried("POST", "/api/v1/scenario/save", 202, 404, body={"short_id": "{short}"}),
    Tried("POST", "/api/v1/scenario/save", 202, 404, body={"short_id": "{short}", "scenario": BODY}),
    Tried("POST", "/api/v1/video/generate", 202, 404, body={"short_id": "{short}", "scene": 0}),
    Tried("POST", "/api/v1/shorts/finalize", 202, 404, body={"short_id": "{short}"}),
    Tried("POST", "/api/v1/shorts/{short_id}/shares", 201, 404, body={"days": 7}),
    Tried("POST", "/api/v1/shorts/{short_id}/shares", 201, 404, "user_id={user}", body={"days": 7}),
    Tried("GET", "/api/v1/shorts/{short_id}/shares", 200, 404),
    Tried("GET", "/api/v1/shorts/{short_id}/shares", 200, 404, "user_id={user}"),
    Tried("DELETE", "/api/v1/shorts/{short_id}/shares/{share_id}", 200, 404),
    Tried("POST", "/api/v1/batches", 202, 202, body={"urls": ["https://shop.example/p"]}),
    Tried("GET", "/api/v1/batches/{batch_id}", 200, 404),
    Tried("GET", "/api/v1/batches/{batch_id}", 200, 404, "user_id={user}"),
    Tried("GET", "/api/v1/batches/{batch_id}/archive", 200, 404),
    Tried("GET", "/api/v1/shorts", 200, LISTS, "batch_id={batch}"),
    Tried("POST", "/api/v1/brand-kits", 201, 201, body={"name": "Mine"}),
    Tried("POST", "/api/v1/brand-kits/from-page", 422, 422, body={"url": "http://10.0.0.1/"}),
    Tried("GET", "/api/v1/brand-kits", 200, LISTS, "user_id={user}"),
    Tried("GET", "/api/v1/brand-kits/{brand_kit_id}", 200, 404),
    Tried("PUT", "/api/v1/brand-kits/{brand_kit_id}", 200, 404, body={"name": "Other"}),
    Tried("POST", "/api/v1/shorts", 202, 404, body={"url": "http://127.0.0.1:9/", "brand_kit": "{brand_kit}"}),
    Tried("DELETE", "/api/v1/brand-kits/{brand_kit_id}", 200, 404),
    Tried("POST", "/api/v1/webhooks", 201, 201, body={"url": "https://203.0.114.7/"}),
    Tried("GET", "/api/v1/webhooks", 200, LISTS, "user_id={user}"),
    Tried("GET", "/api/v1/webhooks/{webhook_id}/deliveries", 200, 404),
    Tried("POST", "/api/v1/webhooks/{webhook_id}/test", 200, 404),
    Tried("DELETE", "/api/v1/webhooks/{webhook_id}", 200, 404),
    Tried("POST", "/api/v1/shorts", 409, 202, body={"url": "https://shop.example/p", "short_id": "{short}"}),
]
ADMIN_TABLE = [
    ("GET", "/metrics"),
    ("GET", "/api/v1/scheduler/status"),
    ("POST", "/api/v1/scheduler/cleanup/now"),
]


@dataclass
class Things:
    """What one user has, or what nobody has."""

    user: str
    short: str
    task: str
    product: str
    webhook: str
    brand_kit: str
    share: str
    ended_task: str = ""
    session_cursor: str = ""
    made: dict[str, Any] = field(default_factory=dict)

    def fill(self, text: str) -> str:
        """Put the names into a path, a query or a body."""
        names = {"user": self.user, "short": self.short, "task": self.task, "product": self.product}
        names |= {"webhook": self.webhook, "share": self.share, "batch": f"batch-of-{self.user}"}
        names["brand_kit"] = self.brand_kit
        names |= {f"{name}_id": value for name, value in names.items()} | {"session_cursor": self.session_cursor}
        names |= {"task_cursor": encode_place(utc_now() + timedelta(days=1), "~"), "word": SECRET}
        names |= {"name": FILE, "scene": "0", "variant": "0", "picture": "preview", "file": PICTURE, "revision": "0.1"}
        names["mood"] = "calm"
        for name, value in names.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def hide(self, text: str) -> str:
        """Take the names, and what differs at every call, out of an answer."""
        for value in sorted(
            {self.user, self.short, self.task, self.product, self.webhook, self.share, f"batch-of-{self.user}"}
            | {self.brand_kit} - {""},
            key=len,
            reverse=True,
        ):
            text = text.replace(value, "…")
        text = re.sub(r"(?:wh|bk)_[0-9a-f]{16}|batch-[0-9a-f]{16}|short-[0-9a-f]{12}|whsec_[A-Za-z0-9+/=]+", "…", text)
        return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:]+Z", "…", text)


def possessions(user: str, short: str) -> Things:
    """Give a user one of everything."""
    product = f"product-of-{user}"
    staging.save_product(product, Product(title=f"{SECRET} cup", images=[SCENE.image]), user)
    picture = BytesIO()
    Image.new("RGB", (64, 64), "navy").save(picture, "PNG")
    media.put(f"images/{PICTURE}", picture.getvalue())
    staging.save_images(product, [ImageAnalysis(url=SCENE.image, media_key=f"images/{PICTURE}")])
    key = short_key(short, user)
    staging.ensure_short(key, user)
    media.put(f"video-of-{user}", SECRET.encode())
    video = videos.Video(
        key=f"video-of-{user}",
        thumbnails=[videos.Thumbnail(key=f"video-of-{user}", scene=0, seconds=1, score=0.5)],
        seconds=1,
        width=2,
        height=2,
        size=len(SECRET),
        voice=None,
        music="m",
        captions={"vtt": f"video-of-{user}"},
        preview_key=f"video-of-{user}",
        licences=[],
    )
    staging.set_product(key, product, f"{SECRET} cup")
    staging.update_short(key, scenario=BODY, video=video.model_dump(mode="json"))
    stills = videos.Stills(preview_key=video.key, thumbnail_key=video.key)
    staging.update_short(key, batch_id=f"batch-of-{user}", stills=stills.model_dump(mode="json"))
    task = create_task(TaskType.IMAGE_ANALYSIS, user_id=user, short_id=short, id_scope=user, note=SECRET)
    made = {"result": {"files": {FILE: f"video-of-{user}"}}}
    mongo.collection("tasks").update_one({"_id": task}, {"$set": made})
    webhook = add_webhook(user, "http://127.0.0.1:9/", list(WebhookKind))  # where nothing is sent
    share, _ = add_share(shorts.get_short(key), 7)
    kit = add_kit(user, BrandSettings(name=SECRET))
    return Things(user, short, task, product, webhook.webhook_id, kit.brand_kit_id, share.share_id)


@pytest.fixture
def alices(keyed: Keyed) -> Iterator[Things]:
    """Alice's things."""
    things = possessions("alice", "shared-name")
    first = keyed.app.get("/api/v1/sessions?limit=1", headers=keyed.alice).json()
    things.session_cursor = "MDo="  # before everything
    assert first["sessions"][0]["task_id"] == things.task
    yield things
    for task in mongo.collection("tasks").find({"status": "queued"}, {"_id": 1}):
        cancel_task(task["_id"])


def call(keyed: Keyed, tried: Tried, things: Things, key: dict[str, str], **headers: str) -> Response:
    query = f"?{things.fill(tried.query)}" if tried.query else ""
    body = None
    if tried.body is not None:
        body = {
            name: things.fill(value) if isinstance(value, str) else deepcopy(value)
            for name, value in tried.body.items()
        }
    return keyed.app.request(tried.method, things.fill(tried.route) + query, json=body, headers=key | headers)


def everything_of(user: str) -> dict[str, Any]:
    """Return all that the database holds of a user."""
    names = (
        "tasks",
        "sessions",
        "shorts",
        "products",
        "api_keys",
        "webhooks",
        "webhook_deliveries",
        "brand_kits",
        "shares",
    )
    found = {name: list(mongo.collection(name).find({"user_id": user}).sort("_id")) for name in names}
    for key in found["api_keys"]:
        del key["last_used_at"]
    return found


def test_every_route_is_in_the_tables() -> None:
    """A route that is new must be tried too, or it is not covered by what this file promises."""
    tried = {(one.method, one.route) for one in USER_TABLE} | set(ADMIN_TABLE)
    there = {
        (method.upper(), path)
        for path, operations in create_app().openapi()["paths"].items()
        for method in operations
        if path not in OPEN_PATHS
    }
    assert tried == there


@pytest.mark.parametrize("tried", USER_TABLE, ids=lambda one: f"{one.method} {one.route} {one.query or one.body or ''}")
def test_another_users_thing_is_as_one_that_is_not_there(keyed: Keyed, alices: Things, tried: Tried) -> None:
    nobodys = Things(
        "nobody",
        "no-such-short",
        "no-such-task",
        "no-such-product",
        "no-such-hook",
        "no-such-kit",
        "no-such-link",
        session_cursor="MDo=",
    )
    before = everything_of("alice")
    others, unknown = (call(keyed, tried, things, keyed.bob) for things in (alices, nobodys))
    assert (others.status_code, unknown.status_code) == (tried.other, tried.other), others.text
    assert alices.hide(others.text) == nobodys.hide(unknown.text)
    assert {name for name in others.headers if name != "content-length"} == {
        name for name in unknown.headers if name != "content-length"
    }
    assert SECRET not in others.text
    assert everything_of("alice") == before
    for method in ("HEAD", "OPTIONS"):
        here, there = (
            keyed.app.request(method, things.fill(tried.route), headers=keyed.bob) for things in (alices, nobodys)
        )
        assert (here.status_code, here.text) == (there.status_code, there.text)
    mine = call(keyed, tried, alices, keyed.alice)
    assert mine.status_code == tried.own, mine.text
    if tried.query == "q={word}":
        assert alices.short in mine.text


NEW_SHORTS = ("/api/v1/shorts", "/api/v1/batches")
"""Where an admin who names no user starts what is the admin's own."""


@pytest.mark.usefixtures("ends_tasks")
def test_an_admin_reaches_everything(keyed: Keyed) -> None:
    for number, tried in enumerate(USER_TABLE):
        things = possessions(f"user-{number}", f"short-{number}")
        things.session_cursor = "MDo="
        answer = call(keyed, tried, things, keyed.admin)
        expected = 202 if tried.route == "/api/v1/shorts" and tried.method == "POST" else tried.own
        assert answer.status_code == expected, (tried, answer.text)
        if tried.method == "POST" and tried.body and "{product}" not in str(tried.body) and expected == 202:
            made = mongo.collection("tasks").find_one({}, sort=[("created_at", -1)])
            assert made is not None
            assert made["user_id"] == ("root" if tried.route in NEW_SHORTS else things.user)


@pytest.mark.parametrize(("method", "path"), ADMIN_TABLE)
def test_what_is_the_systems_needs_an_admin_key(keyed: Keyed, method: str, path: str) -> None:
    assert keyed.app.request(method, path, headers=keyed.alice).status_code == 403
    assert keyed.app.request(method, path, headers=keyed.admin).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH"])
def test_without_a_key_everything_is_closed_but_the_open_paths(keyed: Keyed, method: str) -> None:
    paths = {path.replace("{", "").replace("}", "") for path in create_app().openapi()["paths"]} - OPEN_PATHS
    for path in [*paths, "/api/v1", "/api/v1/nowhere", "/nowhere", "/docs/oauth2-redirect", "/health/live/"]:
        answer = keyed.app.request(method, path)
        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert method == "HEAD" or answer.headers["content-type"] == "application/problem+json"


def test_the_open_paths_hold_nothing_of_anybody(keyed: Keyed, alices: Things) -> None:
    for path in OPEN_PATHS:
        answer = keyed.app.get(path)
        assert answer.status_code == 200
        assert not {alices.short, alices.task, alices.product, SECRET, "alice"} & set(re.split(r"\W", answer.text))


def test_lists_without_a_filter_hold_the_callers_own_alone(keyed: Keyed, alices: Things) -> None:
    bobs = possessions("bob", "shared-name")
    for path, name in (
        ("sessions", "sessions"),
        ("tasks", "tasks"),
        ("shorts", "shorts"),
        ("sessions/shared-name", "sessions"),
    ):
        for user, key in (("alice", keyed.alice), ("bob", keyed.bob)):
            found = keyed.app.get(f"/api/v1/{path}", headers=key).json()[name]
            assert {one["user_id"] for one in found} == {user}, path
        assert len(keyed.app.get(f"/api/v1/{path}", headers=keyed.admin).json()[name]) == 2
    assert keyed.app.get(f"/api/v1/tasks/{bobs.task}", headers=keyed.bob).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        one.route
        for one in USER_TABLE
        # What is found on a page is nobody's: nothing of it is kept.
        if one.method == "POST" and one.body and "{short_id}" not in one.route and "from-page" not in one.route
    ],
)
def test_a_key_makes_things_for_its_own_user_alone(keyed: Keyed, alices: Things, path: str) -> None:
    tried = next(one for one in USER_TABLE if one.method == "POST" and one.route == path)
    named = Tried(tried.method, tried.route, 0, 403, body=(tried.body or {}) | {"user_id": "bob"})
    before = everything_of("bob")
    answer = call(keyed, named, alices, keyed.alice)
    assert answer.status_code == 403
    assert everything_of("bob") == before
    mine = Tried(tried.method, tried.route, 0, 0, body=(tried.body or {}) | {"user_id": "alice"})
    assert call(keyed, mine, alices, keyed.alice).status_code == tried.own
    assert mongo.collection("tasks").count_documents({"user_id": {"$ne": "alice"}}) == 0


@pytest.mark.usefixtures("ends_tasks")
def test_the_same_short_id_is_two_shorts_that_do_not_touch(keyed: Keyed) -> None:
    for user, key in (("alice", keyed.alice), ("bob", keyed.bob)):
        made = keyed.app.post("/api/v1/shorts", json={"html": f"<p>{user}</p>", "short_id": "mine"}, headers=key)
        assert (made.status_code, made.json()) == (202, {"short_id": "mine", "status": "making", "degraded": False})
        assert made.headers["location"] == "/api/v1/shorts/mine"
        again = keyed.app.post("/api/v1/shorts", json={"html": "<p>x</p>", "short_id": "mine"}, headers=key)
        assert again.status_code == 409
        (task,) = keyed.app.get("/api/v1/shorts/mine", headers=key).json()["tasks"]
        assert (task["user_id"], task["short_id"]) == (user, "mine")
    for user in ("alice", "bob"):
        generation = create_task(TaskType.SCENARIO_GENERATION, user_id=user, short_id="mine", id_scope=user)
        complete_task(generation)
    staging.update_short("alice/mine", scenario=BODY)
    staging.save_scenario("alice/mine", SCENARIO, saved_by_task="t")
    assert [one["user_id"] for one in mongo.collection("sessions").find({"short_id": "mine"})] == ["bob"]
    ambiguous = keyed.app.get("/api/v1/shorts/mine", headers=keyed.admin)
    assert ambiguous.status_code == 409
    assert keyed.app.get("/api/v1/shorts/mine?user_id=bob", headers=keyed.admin).json()["short"]["user_id"] == "bob"
    task = keyed.app.get("/api/v1/tasks?user_id=bob&status=queued", headers=keyed.admin).json()["tasks"][0]
    assert keyed.app.delete(f"/api/v1/tasks/{task['task_id']}", headers=keyed.bob).status_code == 200
    assert keyed.app.get("/api/v1/shorts/mine", headers=keyed.bob).json()["short"]["status"] == "cancelled"
    assert keyed.app.get("/api/v1/shorts/mine", headers=keyed.alice).json()["short"]["status"] == "making"


def test_a_short_without_a_scope_keeps_its_sessions_apart_from_scoped_ones(keyed: Keyed) -> None:
    staging.ensure_short("mine", "carol")
    staging.ensure_short("bob/mine", "bob")
    complete_task(create_task(TaskType.SCENARIO_GENERATION, user_id="bob", short_id="mine", id_scope="bob"))
    complete_task(create_task(TaskType.SCENARIO_GENERATION, user_id="carol", short_id="mine"))
    staging.save_scenario("mine", SCENARIO, saved_by_task="t")
    assert [one["user_id"] for one in mongo.collection("sessions").find({"short_id": "mine"})] == ["bob"]


def test_an_admin_makes_things_for_others_and_for_itself(keyed: Keyed, alices: Things) -> None:
    page = {"url": "https://shop.example/p"}
    own = keyed.app.post("/api/v1/shorts", json=page | {"short_id": alices.short}, headers=keyed.admin)
    assert own.status_code == 202
    assert shorts.get_short(f"root/{alices.short}").user_id == "root"
    for_alice = keyed.app.post("/api/v1/scrape", json=page | {"user_id": "alice", "short_id": "n"}, headers=keyed.admin)
    assert keyed.app.get(for_alice.headers["location"], headers=keyed.alice).json()["user_id"] == "alice"
    assert keyed.app.get(for_alice.headers["location"], headers=keyed.bob).status_code == 404


def test_things_from_before_keys_were_required_stay_their_users(keyed: Keyed) -> None:
    staging.ensure_short("old", "alice")
    staging.ensure_short("nobodys", None)
    staging.update_short("old", scenario=BODY)
    assert keyed.app.get("/api/v1/shorts/old", headers=keyed.alice).status_code == 200
    made = keyed.app.post("/api/v1/video/generate", json={"short_id": "old", "scene": 0}, headers=keyed.alice)
    assert made.status_code == 202
    assert "id_scope" not in keyed.app.get(made.headers["location"], headers=keyed.alice).json()["metadata"]
    cancel_task(made.json()["task_id"])
    assert (
        keyed.app.post("/api/v1/shorts", json={"html": "x", "short_id": "old"}, headers=keyed.alice).status_code == 409
    )
    for path in ("old", "nobodys"):
        assert keyed.app.get(f"/api/v1/shorts/{path}", headers=keyed.bob).status_code == 404
        assert keyed.app.get(f"/api/v1/shorts/{path}", headers=keyed.admin).status_code == 200


def test_idempotency_keys_are_each_users_own(keyed: Keyed) -> None:
    body = {"text": "A cup.", "idempotency_key": "k"}
    alice, bob = (keyed.app.post("/api/v1/content/analyze", json=body, headers=key) for key in (keyed.alice, keyed.bob))
    assert alice.json()["task_id"] != bob.json()["task_id"]
    for answer in (alice, bob):
        cancel_task(answer.json()["task_id"])
