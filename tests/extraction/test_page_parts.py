"""The product's part of a page: broken tags, parts that come late, frames, names of blocks, missing headings."""

from decimal import Decimal

import pytest

from app.errors import InvalidInput
from app.extraction import extract
from tests.extraction.pages import BUY, HOST, NAME, page, read

TITLE = f"<h1>{NAME}</h1>"
PRICE = '<p class="price">€ 349.00</p>'
TEXT = "<p>Solid oak, oiled twice by hand, and made to last for decades of daily work.</p>"


@pytest.mark.parametrize("stray", ['<meta content="Up to 16" 4k="" oled"="">', "<a title='Oak' left' href=/x>Oak</a>"])
def test_a_quote_in_the_name_of_an_attribute_swallows_nothing(stray: str) -> None:
    words = "".join(f"<p>Line {n} of many that speak of the care of oak.</p>" for n in range(300))
    deep = "<div>" * 300
    product = read(f'{stray}{TITLE}{PRICE}{BUY}{words}{deep}<i title="end">It\'s the end</i>')
    assert (product.title, product.price) == (NAME, Decimal(349))


def test_a_part_that_is_sent_later_stands_in_its_place() -> None:
    later = f'<div hidden id="S:4">{TITLE}{PRICE}{BUY}<img class="gallery" src="/oak.jpg"></div>'
    product = read(f'<main><template id="B:4"></template></main>{later}<script>$RC("B:4","S:4")</script>')
    assert (product.title, product.price, len(product.images)) == (NAME, Decimal(349), 1)


def test_parts_within_parts_and_one_without_a_place() -> None:
    product = read(
        f'<main>{TITLE}<template id="_r_B:0"></template></main>'
        f'<div hidden id="_r_S:0">{PRICE}<template id="_r_P:a"></template></div>'
        f'<div hidden id="_r_S:a">{BUY}</div><div hidden id="S:7"><img class="gallery" src="/oak.jpg"></div>'
    )
    assert (product.price, product.availability, len(product.images)) == (Decimal(349), "InStock", 1)


def test_what_is_hidden_for_another_reason_stays_hidden() -> None:
    product = read(f'{TITLE}{PRICE}{BUY}<div hidden id="SIZES:4"><p class="price">€ 12.00</p></div>')
    assert product.price == 349


@pytest.mark.parametrize(
    "body",
    [
        f"<header><nav>Menu</nav>{TITLE}{PRICE}{BUY}{TEXT}</header>",
        f"<div>{TITLE}</div><footer>{TEXT * 5}<div>{PRICE}{BUY}</div></footer>",
        f'<div>{TITLE}</div><div role="banner">{TEXT * 5}{PRICE}{BUY}</div>',
        f'<nav><a href="/">Home</a><div>{TITLE}{PRICE}{BUY}</div></nav><p>Northwood</p>',
    ],
)
def test_a_frame_around_the_page_is_no_frame(body: str) -> None:
    assert read(body).price == 349


def test_a_long_menu_is_a_frame() -> None:
    menu = "".join(f'<a href="/c/{n}">Desks and tables of kind {n}</a>' for n in range(80))
    frame = f"<nav>{menu}<p>Desk lamps from</p><p class='price'>€ 12.00</p></nav>"
    with pytest.raises(InvalidInput, match="no price"):
        read(f"{frame}<div>{TITLE}</div>")


@pytest.mark.parametrize(
    "body",
    [
        f'<div class="product-grid__container"><div>{TITLE}</div><form class="similar-look">{PRICE}{BUY}</form></div>',
        f'{TITLE}<section class="accessories-page"><form action="/cart">{PRICE}'
        '<input type="submit" value="Add to basket"></form></section>',
        f'<div class="carousel recommendations-page">{TITLE}{PRICE}<a class="btn-buy" href="#">Buy now</a></div>',
    ],
)
def test_the_only_buy_button_is_the_products_whatever_the_block_is_called(body: str) -> None:
    assert read(body).price == 349


def test_the_buy_button_of_a_related_product_is_its_own() -> None:
    related = f'<section class="related"><h3>Oak stool</h3><p class="price">€ 59.00</p>{BUY}</section>'
    product = read(f"{TITLE}<p>Sold out</p>{related}")
    assert (product.price, product.availability) == (None, "OutOfStock")


@pytest.mark.parametrize("marks", ["single-product postid-9", "catalog-product-view product-oak", "pdp dark"])
def test_a_page_of_a_catalogue_without_prices(marks: str) -> None:
    html = page(TITLE + TEXT).replace("<body>", f'<body class="{marks}">')
    assert (extract(html, HOST).title, extract(html, HOST).price) == (NAME, None)
    with pytest.raises(InvalidInput):
        extract(html.replace(marks, "single-post"), HOST)


@pytest.mark.parametrize(
    ("lang", "note"),
    [
        ("en", "Log in to see the price"),
        ("de", "Bitte melden Sie sich an, um Preise zu sehen"),
        ("fr", "Connectez-vous pour voir nos tarifs"),
        ("ru", "Цена по запросу"),
        ("ar", "السعر عند الطلب"),
        ("ja", "ログインすると価格が表示されます"),
    ],
)
def test_a_price_after_a_log_in(lang: str, note: str) -> None:
    product = read(f"{TITLE}<p>{note}</p>{TEXT}", lang=lang)
    assert (product.title, product.price) == (NAME, None)


def test_a_heading_by_its_role() -> None:
    body = f'<div role="heading" aria-level="1">{NAME}</div>{PRICE}{BUY}'
    assert read(body, title="Northwood", url=f"{HOST}/p/8").title == NAME
    lower = f'<div role="heading" aria-level="2">Care of oak</div>{body}'
    assert read(lower, title="Northwood", url=f"{HOST}/p/8").title == NAME


@pytest.mark.parametrize("link", ['<a href="/">Northwood furniture</a>', '<a href="/sale">Northwood furniture</a>'])
def test_a_main_heading_that_leads_elsewhere_is_not_the_product(link: str) -> None:
    product = read(
        f"<h1>{link}</h1><h2>{NAME}</h2>{PRICE}{BUY}", url=f"{HOST}/alder-oak-desk", title="Alder oak desk, 120 cm"
    )
    assert product.title == NAME


def test_a_main_heading_that_leads_to_the_page_itself_is_the_product() -> None:
    body = f'<h1><a href="/desks/oak-desk#top">{NAME}</a></h1><h2>Oak desks</h2>{PRICE}{BUY}'
    assert read(body, title="Northwood").title == NAME


@pytest.mark.parametrize(
    "body", [f"<h2>{NAME}</h2><h2>Sorry, this item is sold out</h2>", f"<h3>Esgotado</h3><h2>{NAME}</h2>{TEXT}"]
)
def test_a_sold_out_note_in_a_heading(body: str) -> None:
    product = read(body)
    assert (product.title, product.availability) == (NAME, "OutOfStock")


@pytest.mark.parametrize("attribute", ["shadowrootmode", "shadowroot"])
def test_a_price_in_a_shadow_root(attribute: str) -> None:
    inner = f'<template {attribute}="open"><span class="price">€ 349.00</span></template>'
    other = '<template><span class="price">€ 12.00</span></template>'
    assert read(f"{TITLE}<product-price>{inner}{other}</product-price>{BUY}").price == 349


def test_a_picture_for_browsers_without_scripts() -> None:
    pixel = '<noscript><img height="1" width="1" src="https://track.example/t?id=1"></noscript>'
    picture = '<noscript><p>Switch scripts on</p><img src="/oak.jpg" alt=""></noscript>'
    product = read(f'{TITLE}{PRICE}<div class="gallery">{picture}</div>{BUY}{pixel}')
    assert product.images == [f"{HOST}/oak.jpg"]
    sources = '<source srcset="/s.webp 800w, /l.webp 1600w"><img src="/oak.jpg" alt="Alder oak desk">'
    lazy = f'<img src="data:image/gif;base64,R0"><noscript><picture>{sources}</picture></noscript>'
    assert read(f'{TITLE}{PRICE}<div class="product-media">{lazy}</div>{BUY}{pixel}').images == [f"{HOST}/oak.jpg"]
