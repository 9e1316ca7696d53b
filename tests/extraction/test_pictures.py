"""Pictures: each once and the largest, without badges and templates, from whatever attribute holds it."""

import pytest

from app.extraction.pictures import unique
from tests.extraction.pages import BUY, NAME, read

TITLE = f"<h1>{NAME}</h1>"
PRICE = '<p class="price">€ 349.00</p>'
CDN = "https://img.northwood.example"


@pytest.mark.parametrize(
    ("links", "kept"),
    [
        (("/44170-small_default/oak.jpg", "/44170-large_default/oak.jpg", "/44170-home/oak.jpg"), 1),
        (("/oak-640-0.jpg", "/oak-1200-0.jpg"), 1),
        (("/thumb80x80/oak.jpg", "/thumb800x800/oak.jpg"), 1),
        (("/il_75x75.123.jpg", "/il_1588xN.123.jpg"), 1),
        (("/oak.jpg?f=s", "/oak.jpg?f=xl"), 0),
        (("/200x200/oak.jpg", "/1200x1200/oak.jpg"), 1),
        (("/upload/w_200,h_200,c_fit/oak.jpg", "/upload/w_1200,h_1200/oak.jpg"), 1),
        (("/oak_small.jpg", "/oak_large.jpg"), 1),
        (("/oak_300x300_crop_center.jpg", "/oak_1080x.jpg"), 1),
        (("/g/abc/s-l64.jpg", "/g/abc/s-l1600.jpg"), 1),
        (("/I/71abc._AC_US40_.jpg", "/I/71abc._AC_SL1500_.jpg"), 1),
        (("/44170-cart_default/oak.jpg", "/44170-thickbox_default/oak.jpg"), 1),
        (("/il_340x270.99.jpg", "/il_fullxfull.99.jpg"), 1),
        (("/tr:w-100,h-100/oak.jpg", "/tr:w-900,h-900/oak.jpg"), 1),
        (("/image/oak?$thumb$", "/image/oak?$pdp_zoom$"), 1),
        (("/oak.jpg_50x50.jpg", "/oak.jpg"), 1),
        (("/Ab9=s64", "/Ab9=w1600-h900-no"), 1),
        (("/oak.jpg?width=80&hash=6FC9", "/oak.jpg?width=720&hash=77AA"), 1),
    ],
)
def test_sizes_of_one_picture(links: tuple[str, ...], kept: int) -> None:
    whole = [CDN + link for link in links]
    assert unique(whole) == [whole[kept]]


def test_numbered_pictures_and_other_addresses_are_different_ones() -> None:
    links = [f"{CDN}/44170-large_default/oak.jpg", f"{CDN}/44171-large_default/oak.jpg"]
    links += [f"{CDN}/oak-1.jpg", f"{CDN}/oak-2.jpg", f"{CDN}/front/oak.jpg", f"{CDN}/side/oak.jpg"]
    links += [f"{CDN}/image?id=7&w=90", f"{CDN}/image?id=8&w=90", f"{CDN}/small-table.jpg", f"{CDN}/large-table.jpg"]
    assert unique(links) == links


def test_the_order_is_that_of_the_first_of_each() -> None:
    links = [f"{CDN}/90x90/a.jpg", f"{CDN}/90x90/b.jpg", f"{CDN}/900x900/b.jpg", f"{CDN}/900x900/a.jpg"]
    assert unique(links) == [links[3], links[2]]


def gallery(*images: str, head: str = "", before: str = "") -> list[str]:
    product = read(f'{before}{TITLE}{PRICE}<div class="gallery">{"".join(images)}</div>{BUY}', head)
    return [link.removeprefix("https://northwood.example") for link in product.images]


OAK = f'<img src="/oak.jpg" alt="{NAME}">'


@pytest.mark.parametrize("source", ["/visa.png", "/pay/paypal-mastercard.png", "/brands/alder.png", "/no-photo.png"])
def test_badges_and_logos_are_no_pictures_of_it(source: str) -> None:
    assert gallery(OAK, f'<img src="{source}" alt="">') == ["/oak.jpg"]
    assert gallery(OAK, '<img src="/advisable-paypalette.jpg" alt="">') == ["/oak.jpg", "/advisable-paypalette.jpg"]


def test_a_share_picture_of_the_shop_comes_last() -> None:
    metas = '<meta property="og:image" content="https://northwood.example/og_image.png">'
    assert gallery(OAK, head=metas) == ["/oak.jpg", "/og_image.png"]


def test_attributes_that_hold_the_picture() -> None:
    assert gallery('<img data-src="/oak_{width}x.jpg" src="/oak_300x.jpg">') == ["/oak_300x.jpg"]
    assert gallery('<img data-src="/oak_%7Bwidth%7Dx.jpg" src="/oak_300x.jpg">') == ["/oak_300x.jpg"]
    sized = '<img data-src-320="/s.jpg" data-src-1440="/big.jpg" data-src-90="/xs.jpg" src="data:image/gif;base64,R0">'
    assert gallery(sized) == ["/big.jpg"]
    inlined = "data:image/webp;base64,UklG"
    assert gallery(f'<img src="{inlined}" data-sf-original-src="/oak.jpg">') == ["/oak.jpg"]
    assert gallery(f'<img src="{inlined}" srcset="{inlined} 2x" data-savepage-srcset="/s.jpg 1x, /l.jpg 2x">') == [
        "/l.jpg"
    ]
    assert gallery(f'<img src="{inlined}">', '<img src="Oak%20desk_files/oak.jpg">', '<img src="cid:oak@mhtml">') == []


@pytest.mark.parametrize(
    "picture",
    [
        '<a href="/oak.jpg">{img}</a>',
        '<picture><source srcset="/s.webp 800w, /oak.jpg 1600w">{img}</picture>',
        '<picture><source data-srcset="/oak.jpg" type="image/webp"><source srcset="/oak.png">{img}</picture>',
    ],
)
def test_bytes_in_the_page_wait_for_the_picture_around_or_beside_them(picture: str) -> None:
    assert gallery(picture.format(img='<img src="data:image/png;base64,iVBORw0KGgo=" alt="">')) == ["/oak.jpg"]


def test_bytes_in_the_page_alone_are_no_picture() -> None:
    inlined = '<img src="data:image/png;base64,iVBORw0KGgo=" width="900" height="900" alt="">'
    assert gallery(inlined, f'<a href="/care">{inlined}</a>', f'<a href="/logo.png">{inlined}</a>') == []
    metas = '<meta property="og:image" content="data:image/png;base64,iVBORw0KGgo=">'
    assert gallery(inlined, head=metas) == []


def test_the_one_large_picture_beside_the_title() -> None:
    hero = '<div class="hero"><img src="/oak.jpg"></div>'
    wide = '<div><img src="/oak.jpg" width="900" height="700"></div>'
    small = '<div><img src="/oak.jpg" width="200" height="200"></div>'
    assert gallery(before=hero) == gallery(before=wide) == ["/oak.jpg"]
    assert gallery(before=small) == []
    assert gallery(before=wide + wide.replace("oak", "ash")) == []
    assert gallery(OAK.replace("oak", "elm"), before=wide) == ["/elm.jpg"]


def test_beside_a_platforms_own_gallery_other_pictures_are_foreign() -> None:
    own = "".join(
        f'<div class="woocommerce-product-gallery__image"><a href="/oak-{n}.jpg"><img src="/oak-{n}-9.jpg"></a></div>'
        for n in (1, 2)
    )
    maker = '<meta name="generator" content="WooCommerce 9.1">'
    foreign = '<img src="/showroom.jpg" alt="">'
    assert gallery(foreign, before=own, head=maker) == ["/oak-1.jpg", "/oak-2.jpg"]
    one = own[: own.index("</div>")] + "</div>"
    assert "/showroom.jpg" in gallery(foreign, before=one, head=maker)


def test_a_link_that_opens_a_picture_is_one() -> None:
    lightbox = '<a class="fancybox" href="/oak-large.jpg"><i class="lens"></i></a><a class="zoom" href="/care">Care</a>'
    assert gallery(before="", head="") == []
    product = read(f"{TITLE}{lightbox}{PRICE}{BUY}")
    assert product.images == ["https://northwood.example/oak-large.jpg"]


def test_a_host_may_be_called_anything() -> None:
    source = "https://avatars.flags.example/get/oak.jpg"
    assert gallery(f'<img src="{source}" alt="">') == [source]
    assert gallery('<img src="https://cdn.example/avatars/ada.jpg" alt="">') == []
