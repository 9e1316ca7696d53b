"""A product's pictures from their server to what is known of them: what is read, what is refused, what is kept."""

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from app.analysis.process import PictureProcess
from app.blobs import store as media
from app.blobs.looks import find_look
from app.models import ImageAnalysis, Product, TaskStatus, TaskType
from app.products import repository as products
from app.tasks.repository import find_task
from app.tasks.runner import run_task
from app.tasks.service import create_task
from tests import staging
from tests.analysis.test_images import encode, packshot, png_header, scene


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and the address that serves it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield tmp_path, f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def looked_at(shop: tuple[Path, str], product_id: str, **pictures: bytes) -> dict[str, ImageAnalysis]:
    """What the task finds of pictures, by their names, the first of the page first."""
    folder, host = shop
    for name, data in pictures.items():
        (folder / f"{product_id}-{name}").write_bytes(data)
    urls = {name: f"http://{host}/{product_id}-{name}" for name in pictures}
    staging.save_product(product_id, Product(title="Cup", images=list(urls.values())), None)
    task_id = create_task(TaskType.IMAGE_ANALYSIS, short_id=product_id, product_id=product_id, allowed_hosts=[host])
    run_task(task_id)
    found = find_task(task_id)
    assert found is not None
    assert found.status is TaskStatus.COMPLETED, found.error
    stored = {image.url: image for image in products.get_product(product_id).images}
    return {name: stored[url] for name, url in urls.items()}


def test_a_picture_is_looked_at_once_whichever_product_has_it(
    shop: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    ask = PictureProcess._ask

    def counted(self: PictureProcess, do: str, *rest: object) -> object:
        asked.append(do)
        return ask(self, do, *rest)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(PictureProcess, "_ask", counted)
    data, other = encode(packshot(), "JPEG", quality=90), encode(scene(8), "JPEG", quality=90)
    first = looked_at(shop, "one", a=data, b=other)
    assert sorted(asked) == ["cut_out", "measure", "measure"]
    again = looked_at(shop, "two", b=other, a=data)
    assert sorted(asked) == ["cut_out", "measure", "measure"]
    for name in ("a", "b"):
        assert again[name] == first[name].model_copy(update={"url": again[name].url})
    assert again["a"].cutout_key is not None and media.stored(again["a"].cutout_key)

    # What was removed meanwhile is made again, the picture itself too.
    for gone in (again["a"].cutout_key, again["a"].media_key):
        assert gone is not None
        media.delete([gone])
        assert looked_at(shop, f"without-{gone[:6]}", a=data)["a"].cutout_key == again["a"].cutout_key
        assert media.stored(gone)


def test_what_only_the_other_pictures_tell_is_not_kept(shop: tuple[Path, str]) -> None:
    small, data = encode(packshot().resize((300, 360))), encode(packshot())
    found = looked_at(shop, "one", small=small, data=data)
    assert found["small"].duplicate_of == found["data"].url
    key = found["small"].media_key
    assert key is not None
    look = find_look(key, "elsewhere", None)
    assert look is not None
    assert (look.url, look.duplicate_of, look.view) == ("elsewhere", None, None)
    media.put(found["small"].look_key or "", b"{broken")
    assert find_look(key, "elsewhere", None) is None


def animated() -> bytes:
    frames = [packshot(500, 600), packshot(500, 600, "black"), packshot(500, 600)]
    return encode(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=80)


def test_bad_pictures_are_named_and_never_fail_the_good_one(shop: tuple[Path, str]) -> None:
    good = encode(packshot(), "JPEG", quality=90)
    heic = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(400)
    found = looked_at(
        shop,
        "many",
        good=good,
        pixel=encode(Image.new("RGB", (1, 1), "#223344")),
        banner=encode(packshot(1800, 300), "JPEG"),
        panorama=encode(scene(9, 2400, 400), "JPEG"),
        cmyk=encode(scene(10, 600, 700).convert("CMYK"), "JPEG", quality=92),
        avif=encode(packshot(600, 700), "AVIF"),
        moving=animated(),
        heic=heic,
        broken=good[:3000],
        bomb=png_header(20_000, 20_000),
        page=b"<html>not found</html>",
    )
    told = {name: image.error for name, image in found.items() if image.error}
    assert set(told) == {"heic", "broken", "bomb", "page"}
    assert "HEIC" in (told["heic"] or "")
    assert "megapixels" in (told["bomb"] or "")
    best = products.get_product("many").images[0]
    assert best.url == found["good"].url
    assert found["pixel"].small and found["pixel"].score < 0.1
    assert found["avif"].cut == "safe" and found["moving"].cut == "safe"
    assert found["panorama"].kind == "wide_scene"
    assert found["cmyk"].kind == "upright_scene"
