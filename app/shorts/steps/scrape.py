"""scraping: a product URL, or saved HTML with its URL, becomes a product."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.blobs import store as media
from app.blobs.unused import put_shared
from app.errors import InvalidInput
from app.fetching import read_page_file
from app.fetching.guard import check_form
from app.http.schemas import TaskRequest, Url
from app.models import TaskType
from app.products import repository as products
from app.products.pages import read_product, read_saved
from app.queue.dispatch import submit_task
from app.shorts.writes import set_product
from app.tasks.context import TaskContext

MAX_HTML_BYTES = 10_000_000


class ScrapeRequest(TaskRequest):
    """A product page: its address, or its HTML (with the address, if known)."""

    url: Url | None = None
    html: str | None = None


def start_scraping(url: str | None = None, *, html: str | None = None, **metadata: Any) -> str:
    """Start to scrape the page at ``url``, or the saved page ``html`` that came from there; return the task's id.

    Raises:
        InvalidInput: neither is given, or the page is too large.
        Unavailable: the database or the media store does not answer.
    """
    html_key = store_page(url, html, metadata.get("user_id"))
    return submit_task(TaskType.SCRAPING, url=url, html_key=html_key, **metadata)


def read_source(source: str, url: str | None = None) -> tuple[str | None, str | None]:
    """Return the address and the HTML that ``source`` stands for: an address (then no HTML), or a saved page's path.

    ``url`` is where a saved page came from, for pages that do not say it themselves.

    Raises:
        InvalidInput: there is no such file, or it holds no HTML.
    """
    if "://" in source:
        return source, None
    page = read_page_file(Path(source))
    known = page.url if page.url and page.url.startswith(("http://", "https://")) else None
    return url or known, page.html


def store_page(url: str | None, html: str | None, user_id: str | None) -> str | None:
    """Store a saved page of a user's, if one is given, and return its media key.

    Raises InvalidInput or Unavailable, as ``start_scraping`` does.
    """
    if url is not None:
        scheme = url.partition(":")[0].lower()
        if scheme not in ("http", "https"):
            raise InvalidInput(f"url: must begin with http:// or https://, not {scheme[:20]!r}")
    if html is None:
        if url is None:
            raise InvalidInput("url: give the address of a product page, or html")
        try:
            check_form(url)
        except InvalidInput as error:
            raise InvalidInput(f"url: {error}") from None
        return None
    data = html.encode("utf-8", "replace")
    if not 1 <= len(data) <= MAX_HTML_BYTES:
        raise InvalidInput(f"html: 1 to {MAX_HTML_BYTES // 1_000_000} MB; this is {len(data) / 1e6:.1f} MB")
    return put_shared("pages", data, ".html", user_id)


def run(context: TaskContext) -> dict[str, Any]:
    """Fetch the page, extract the product and store it, for the task's short too if it has one."""
    task = context.task
    html_key = task.metadata.get("html_key")
    if html_key:
        context.report(60, "Reading the product")
        product = read_saved(media.get(html_key).decode("utf-8"), task.url, context.raise_if_over).product
    else:
        if not task.url:
            raise InvalidInput("the task has neither a url nor a saved page")
        context.report(10, "Fetching the page")
        product = read_product(task.url, context.fetch_policy())[0].product
    context.report(90, "Storing the product")
    products.save_product(context.lease, task.task_id, product, task.user_id)
    if task.short_key:
        set_product(context.lease, task.short_key, task.task_id, product.title, task.user_id)
    return {"product_id": task.task_id, "product": product.model_dump(mode="json")}
