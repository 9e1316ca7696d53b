"""Short: what is under way, live; then the video, its files and posts; steps, facts and tasks behind *Details*."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from nicegui import ui
from nicegui.element import Element

from app.errors import ShopReelError
from app.http.schemas import ShortAccepted, ShortDetail, ShortProgress, StoredProductOut
from app.models import DOUBTFUL, Product, TaskInfo
from app.products import use_cases as product_use_cases
from app.scenario.locales import write_price
from app.scenario.posts import Post
from app.shorts import use_cases
from app.shorts.repository import Short, ShortStatus
from app.tasks.registry import OF_A_SHORT, TASK_SPECS
from app.web.addresses import pictures, short_file, short_page
from app.web.film import draw_files, draw_film, draw_versions
from app.web.kit import (
    Live,
    Question,
    badge,
    bar,
    button,
    card,
    copy_button,
    el,
    folded,
    icon,
    identifier,
    link,
    moment,
    set_attribute,
    set_bar,
    set_text,
)
from app.web.progress import Step, live_tasks, steps
from app.web.share_card import ShareCard
from app.web.shell import Visit, page
from app.web.words import TONES, about, length, recovery, state_name

FACTS = ("title", "price", "list_price", "availability", "brand", "sku", "gtin", "rating", "review_count", "shop")
AMOUNTS = ("price", "list_price")
LABELS = {"sku": "SKU", "gtin": "GTIN"}
SAID = {"InStock": "in stock", "OutOfStock": "sold out"}
MARKS = {"done": "check", "bad": "cross", "wait": "pen", "off": "cross"}
STATES = {
    "later": "not yet",
    "now": "under way",
    "wait": "waits for you",
    "done": "done",
    "bad": "failed",
    "off": "cancelled",
}


@page("/shorts/{short_id}", "Short")
async def short_page_(visit: Visit, short_id: str, user_id: str | None = None) -> None:
    """Draw a short and keep it up to date."""
    await ShortPage(visit, short_id, user_id).draw()


class ShortPage:
    """A short as it stands. Each part is drawn anew only when what it shows has changed: a video plays on."""

    def __init__(self, visit: Visit, short_id: str, user_id: str | None) -> None:
        self.visit, self.short_id, self.user_id = visit, short_id, user_id
        self.product: StoredProductOut | None = None
        self.detail: ShortDetail | None = None
        self.next_key = uuid4().hex

    async def draw(self) -> None:
        """Draw everything once, then whenever something happens to it."""
        detail = await self.read()
        with el("div", css="heading"):
            with el("div", css="heading-text"):
                self.title = el("h1", "")
            self.actions = Live(self.draw_actions, css="actions")
        self.meta = Live(draw_meta, css="tile-row meta")
        self.notice = Live(draw_notice, role="status")
        wide = detail.short.wishes.width > detail.short.wishes.height
        with el("div", css="columns landscape" if wide else "columns"):
            self.film = Live(draw_film, css="film")
            with el("div", css="stack"):
                self.way = Way()
                self.found = Live(draw_pictures)
                self.files = Live(draw_files)
                self.versions = Live(draw_versions)
                self.posts = Live(draw_posts)
                self.sharing = el("div")
                with folded("Details"), el("div", css="stack"):
                    self.lines = StepLines()
                    self.facts = Live(draw_facts)
                    self.seen = Live(draw_pictures)
                    self.timeline = Live(draw_timeline)
        self.question = Question()
        self.shares: ShareCard | None = None
        self.show(detail)
        await self.show_shares()
        self.visit.follow(self.look, short_id=self.short_id)
        ui.timer(1.0, self.count_seconds)

    async def read(self) -> ShortDetail:
        """Ask for the short, and for its product's pictures once they are known."""
        detail: ShortDetail = await self.visit.ask(use_cases.get, self.visit.caller, self.short_id, self.user_id)
        known = self.product is not None and (self.product.images or detail.short.scenario is None)
        product_id = detail.short.product_id
        if product_id and (not known or not self.product or not self.product.images):
            self.product = await self.visit.ask(product_use_cases.get, self.visit.caller, product_id)
        return detail

    async def look(self) -> None:
        """See what has changed."""
        self.show(await self.read())
        await self.show_shares()

    async def show_shares(self) -> None:
        """Show the links to a video, once there is one."""
        if self.detail is None or self.detail.short.video is None:
            return
        if self.shares is None:
            with self.sharing:
                self.shares = ShareCard(self.visit, self.short_id, self.user_id, self.question)
        await self.shares.look()

    def count_seconds(self) -> None:
        """Let the times of the steps under way go on; nothing is asked for."""
        if self.detail is not None and live_tasks(self.detail):
            self.lines.show(steps(self.detail))

    def show(self, detail: ShortDetail) -> None:
        """Bring every part up to date."""
        self.detail = detail
        short = detail.short
        set_text(self.title, title_of(detail))
        # Not drawn anew while a person may be about to press one: a press on what is gone is lost.
        self.actions.show((short.status, is_under_way(detail), bool(short.video)), detail)
        self.meta.show(short.status, short)
        self.notice.show((short.status, short.error), detail)
        shape = short.video.key if short.video else (short.stills and short.stills.preview_key, short.status)
        self.film.show(shape, short)
        self.files.show(short.video and short.video.key, short)
        self.versions.show(tuple(one.version for one in short.earlier), short)
        posts = use_cases.posts(short) if short.video else []
        self.posts.show(tuple(post.text for post in posts), posts)
        found = steps(detail)
        self.way.show(detail, found)
        self.lines.show(found)
        ours = pictures(self.product, 240)
        wanted = len(detail.product.images) if detail.product else 0
        under_way = is_under_way(detail)
        # Beside the bar while there is nothing else to see, then among what is known of the product.
        for part, here in ((self.found, under_way), (self.seen, not under_way)):
            part.show((tuple(ours), wanted, short.status, here), ours, wanted if here else 0, short)
        self.facts.show(detail.product and detail.product.title, detail.product)
        self.timeline.show(tuple((task.task_id, task.status) for task in detail.tasks), detail.tasks)

    def draw_actions(self, detail: ShortDetail) -> None:
        """Draw what can be done."""
        short = detail.short
        if short.status is ShortStatus.WAITING and short.variants:
            link("Choose a script", short_page(short, "variants"), css="button primary", icon_name="film")
        elif short.status is ShortStatus.WAITING:
            link("Review the script", short_page(short, "edit"), css="button primary", icon_name="pen")
        if short.video:
            link("Download", short_file(short, "video"), css="button primary", icon_name="download", download=True)
        if is_under_way(detail):
            button("Cancel", self.cancel, icon_name="cross", css="danger")
        elif short.status in (ShortStatus.FAILED, ShortStatus.CANCELLED):
            button("Try again", self.again, icon_name="again", css="primary")
            if short.url:
                link("Change the address", f"/?{urlencode({'url': short.url})}", css="button", icon_name="pen")
        elif short.status is ShortStatus.COMPLETED:
            if short.scenario:
                link("Edit", short_page(short, "edit"), css="button", icon_name="pen")
            button("Make another", self.again, icon_name="again")
        if not is_under_way(detail):
            button("Delete", self.ask_to_remove, icon_name="trash", css="danger")

    async def cancel(self) -> None:
        """Cancel all that is under way."""
        ended: ShortDetail | None = await self.visit.attempt(
            use_cases.cancel, self.visit.caller, self.short_id, self.user_id
        )
        if ended is not None:
            self.visit.say("Cancelled")
            self.show(ended)

    async def again(self) -> None:
        """Make another short of the same page; a second click asks for the same one."""
        assert self.detail is not None
        made: ShortAccepted | None = await self.visit.attempt(
            use_cases.repeat, self.visit.caller, self.detail.short, self.next_key
        )
        if made is not None:
            self.visit.go(short_page(Short(short_id=made.short_id)))

    def ask_to_remove(self) -> None:
        """Ask whether the short is to go for good."""
        text = "The video, its files and its script go with it. This can't be undone."
        self.question.ask("Delete this short?", text, "Delete it", self.remove)

    async def remove(self) -> None:
        """Remove the short, and go where the others are."""
        try:
            await self.visit.ask(use_cases.remove, self.visit.caller, self.short_id, self.user_id)
        except ShopReelError as error:
            self.visit.say(str(error), "bad")
            return
        self.visit.go("/shorts")


def is_under_way(detail: ShortDetail) -> bool:
    """Tell whether there is something to cancel: between two tasks too."""
    short = detail.short
    return bool(live_tasks(detail)) or (short.automatic and short.status is ShortStatus.MAKING)


def draw_meta(short: Short) -> None:
    """Draw what is known of a short beside its title."""
    badge(state_name(short.status), TONES[short.status])
    identifier(short.short_id, "short id")
    if short.url:
        link("Product page", short.url, icon_name="out", css="meta-link", target="_blank", rel="noreferrer")
    moment(short.created_at)


def title_of(detail: ShortDetail) -> str:
    """Return what a short is called by what is known of it."""
    known = detail.short.scenario or detail.product
    return known.title if known else "A new short"


class Way:
    """One bar for the whole way: how far, what is done now, how long it takes still."""

    def __init__(self) -> None:
        with card("Progress", css="progress-card") as self._card:
            with el("p", css="way-head"):
                self._percent = el("strong", "")
                self._step = el("span", "")
            self._bar = bar("Progress of the whole short", 0)
            self._rest = el("p", "", css="faint")

    def show(self, detail: ShortDetail, found: list[Step]) -> None:
        """Bring it up to date; it is there while the short is generated."""
        under_way, progress = is_under_way(detail), detail.progress
        set_attribute(self._card, "hidden", not under_way)
        if not under_way:
            return
        now = next((step for step in found if step.state == "now"), None)
        set_text(self._percent, f"{progress.percent:.0f} %")
        set_text(self._step, (f"{now.name}. {now.note}" if now.note else now.name) if now else "Begins")
        set_bar(self._bar, progress.percent)
        set_text(self._rest, rest_of(progress))


def rest_of(progress: ShortProgress) -> str:
    """Return what is known of the time that a short takes still."""
    if progress.queue_place is not None:
        return "Next in the queue" if progress.queue_place == 1 else f"Place {progress.queue_place} in the queue"
    return f"{about(progress.seconds_left)} left".capitalize() if progress.seconds_left is not None else ""


class StepLines:
    """The steps as a list that stays, while states and bars move."""

    def __init__(self) -> None:
        self._rows: list[dict[str, Any]] = []
        with el("ol", css="steps"):
            for number, spec in enumerate(OF_A_SHORT, 1):
                with el("li", css="step later") as row:
                    mark = Live(draw_mark, css="mark", aria_hidden="true")
                    with el("span", css="step-name"):
                        el("span", spec.label)
                        state = el("span", "", css="sr-only")
                    time = el("span", "", css="step-time")
                    note = el("p", "", css="step-note")
                    line = bar(spec.label, 0)
                self._rows.append(
                    {
                        "row": row,
                        "mark": mark,
                        "time": time,
                        "note": note,
                        "bar": line,
                        "state": state,
                        "number": number,
                    }
                )
        self._said = el("p", "", css="sr-only", role="status", aria_live="polite")

    def show(self, found: list[Step]) -> None:
        """Bring the list up to date; a screen reader hears when a step begins or ends."""
        for step, row in zip(found, self._rows, strict=True):
            css(row["row"], f"step {step.state}")
            row["mark"].show(step.state, step.state, row["number"])
            set_text(row["time"], step.time)
            set_text(row["note"], step.note)
            set_text(row["state"], f", {STATES[step.state]}")
            set_bar(row["bar"], step.percent)
        telling = [step for step in found if step.state in ("now", "wait", "bad")] or found[-1:]
        set_text(self._said, f"{telling[0].name}: {STATES[telling[0].state]}")


def css(element: Element, classes: str) -> None:
    """Replace an element's classes, if they are others."""
    if " ".join(element.classes) != classes:
        element.classes(replace=classes)


def draw_mark(state: str, number: int) -> None:
    """Draw a step's mark."""
    if state in MARKS:
        icon(MARKS[state])
    else:
        el("span", str(number))


def draw_notice(detail: ShortDetail) -> None:
    """Draw what went wrong and what to do, or what waits."""
    short = detail.short
    if short.status is ShortStatus.FAILED:
        failed = next((task for task in detail.tasks if task.error), None)
        with el("div", css="notice bad"):
            icon("alert")
            with el("div", css="notice-body"):
                el("strong", f"{TASK_SPECS[failed.task_type].label} failed" if failed else "It failed")
                el("span", short.error or "")
                if failed and (hint := TASK_SPECS[failed.task_type].hint):
                    el("span", hint, css="todo")
    elif short.status is ShortStatus.WAITING:
        with el("div", css="notice wait"):
            icon("pen")
            with el("div", css="notice-body"):
                el("strong", "The script waits for your review")
                el("span", "Look at it, change what you like, and save it: the video is made then.")


def draw_posts(posts: list[Post]) -> None:
    """Draw what may be posted with the video, a network below the other."""
    if not posts:
        return
    with card("Post it"):
        for number, post in enumerate(posts):
            with el("details", css="post", name="post", open=number == 0):
                with el("summary"):
                    el("span", post.label)
                    el("span", f"{post.length:,} of {post.limit:,} characters", css="faint")
                if post.title:
                    with el("div", css="post-part"):
                        el("p", post.title, css="post-text")
                        copy_button(post.title, f"the title for {post.label}")
                with el("div", css="post-part"):
                    el("p", post.text, css="post-text")
                    copy_button(post.text, f"the text for {post.label}")


def draw_pictures(ours: dict[str, str], wanted: int, short: Short) -> None:
    """Draw the product's pictures as they are found."""
    if not wanted:
        return
    with card(f"Pictures ({len(ours) or wanted})"), el("ul", css="pictures"):
        for number, address in enumerate(list(ours.values())[:24], 1):
            with el("li", css="picture"):
                el("img", src=address, alt=f"Product picture {number}", loading="lazy")
        if not ours and short.status is ShortStatus.MAKING:
            for _ in range(min(wanted, 12)):
                el("li", css="picture skeleton", aria_hidden="true")


def draw_facts(product: Product | None) -> None:
    """Draw what was read from the page, each fact with its source and how sure it is."""
    if product is None:
        return
    with card("What the page says"):
        if product.price is not None:
            with el("div", css="product-head"):
                price = el("span", money(product.price, product), css="price")
                if product.list_price is not None:
                    before = money(product.list_price, product)
                    with price:
                        el("s", before, aria_label=f"before: {before}")
        with el("dl", css="facts"):
            for name, value in facts_of(product).items():
                _fact(name, value, product)


def facts_of(product: Product) -> dict[str, str]:
    """Return the facts that a page told: field -> what is shown."""
    told = {name: getattr(product, name) for name in FACTS}
    shown = {
        name: money(value, product) if name in AMOUNTS else fact_text(value) for name, value in told.items() if value
    }
    if product.features:
        shown["features"] = " · ".join(product.features[:6])
    if product.specs:
        shown["specs"] = " · ".join(f"{name}: {value}" for name, value in list(product.specs.items())[:8])
    if product.categories:
        shown["categories"] = " › ".join(product.categories)
    if product.description:
        shown["description"] = product.description[:400] + ("…" if len(product.description) > 400 else "")
    return shown


def money(amount: Decimal, product: Product) -> str:
    """Return an amount as the film shows it; one whose currency the page does not say, as a number."""
    if product.currency is None:
        return f"{amount:.2f}"
    return write_price(amount, product.currency, product.language or "en", product.country)


def fact_text(value: Any) -> str:
    """Return a fact as a person writes it: a rating without needless digits."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _fact(name: str, value: str, product: Product) -> None:
    evidence = product.evidence.get(name)
    with el("div", css="fact"):
        el("dt", LABELS.get(name, name.replace("_", " ").capitalize()))
        el("dd", SAID.get(value, value))
        with el("dd", css="source"):
            if evidence is not None:
                percent, doubtful = round(100 * evidence.confidence), evidence.confidence < DOUBTFUL
                told = f"{percent} % sure"
                el("span", f"{evidence.source}, doubtful" if doubtful else evidence.source)
                with el("span", css="sure doubtful" if doubtful else "sure", role="img", aria_label=told, title=told):
                    el("i").style(f"width: {percent}%")


def draw_timeline(tasks: list[TaskInfo]) -> None:
    """Draw every task of the short, with its times."""
    if not tasks:
        return
    with card("Timeline"), el("ol", css="timeline"):
        for task in tasks:
            with el("li", css="event"):
                badge(task.status, TONES[task.status])
                with el("div"):
                    scene = task.metadata.get("scene")
                    el(
                        "span",
                        TASK_SPECS[task.task_type].label + (f": scene {scene + 1}" if isinstance(scene, int) else ""),
                    )
                    if told := recovery(task) or task.error:
                        el("p", told, css="faint")
                with el("span", css="faint"):
                    if task.started_at and task.ended_at:
                        el("span", length((task.ended_at - task.started_at).total_seconds()) + " · ")
                    moment(task.created_at)
