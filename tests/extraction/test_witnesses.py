"""Which of several statements is believed: copies of one text, the shop's own metadata, stock, brand, rating."""

import json

import pytest

from app.extraction import extract
from tests.extraction.pages import BUY, HOST, NAME, ld, offer, page, read

TITLE = f"<h1>{NAME}</h1>"
PRICE = '<p class="price">€ 349.00</p>'
TEXT = "<p>Solid oak, oiled twice by hand, and made to last for decades of daily work.</p>"


@pytest.mark.parametrize("tail", [" - Free delivery on all desks", " | Buy cheap desks, oak desks, wooden desks"])
def test_copies_of_one_text_are_one_witness(tail: str) -> None:
    seo = NAME + tail
    metas = f'<meta property="og:title" content="{seo}"><meta name="twitter:title" content="{seo}">'
    assert read(TITLE + PRICE + BUY, ld(name=seo) + metas, title=seo).title == NAME


@pytest.mark.parametrize("name", ["Stool - oak", "Stool, oak", "Stool (oak, oiled)"])
def test_a_short_heading_that_a_longer_name_begins_with(name: str) -> None:
    state = f'<script>var product = {{"name": "{name}", "price": 349.0}};</script>'
    body = f"<h1>Stool</h1>{PRICE}{BUY}{state}"
    metas = f'<meta property="og:title" content="{name}">'
    assert read(body, ld(name=name) + metas, title=f"{name} | Northwood").title == "Stool"
    of_brand = body.replace("Stool</h1>", "Alder</h1>").replace(name, f"Alder - {name}")
    assert read(of_brand, ld(name=f"Alder - {name}", brand="Alder"), title="Northwood").title == f"Alder - {name}"


@pytest.mark.parametrize("root", [f"{HOST}/", "https://www.northwood.example"])
def test_share_metadata_of_the_front_page(root: str) -> None:
    metas = (
        f'<meta property="og:url" content="{root}"><meta property="og:title" content="Fine furniture since 1920">'
        '<meta property="og:image" content="/shop.jpg"><meta property="og:description" content="All for the home.">'
    )
    product = read(TITLE + PRICE + BUY, metas, title="Fine furniture since 1920")
    assert (product.title, product.images, product.description) == (NAME, [], None)
    own = metas.replace(f'"{root}"', f'"{HOST}/desks/oak-desk"').replace("Fine furniture since 1920", NAME)
    assert read(TITLE + PRICE + BUY, own).images == [f"{HOST}/shop.jpg"]


@pytest.mark.parametrize(
    ("lang", "note"),
    [
        ("en", "USB versions available"),
        ("en", "Points Shop Items Available"),
        ("en", "Available in 3 sizes"),
        ("de", "12 Farben verfügbar"),
        ("fr", "Cadeau disponible"),
    ],
)
def test_what_else_is_available_says_nothing_of_the_product(lang: str, note: str) -> None:
    markup = ld(offers=offer("349", "OutOfStock"))
    assert read(f"{TITLE}{PRICE}<p>{note}</p><p>Out of stock</p>", markup, lang=lang).availability == "OutOfStock"
    assert read(f"{TITLE}{TEXT}<p>{note}</p>", ld(sku="77123"), lang=lang).availability is None


def test_in_stock_without_price_and_button_is_a_templates_word() -> None:
    state = {"@type": "Offer", "availability": "https://schema.org/InStock"}
    assert read(TITLE + TEXT, ld(offers=state)).availability is None
    assert read(TITLE + TEXT, ld(offers=offer("349"))).availability == "InStock"
    assert read(TITLE + TEXT + BUY, ld(offers=state)).availability == "InStock"
    link = '<link itemprop="availability" href="https://schema.org/InStock">'
    link = f'<p itemprop="offers" itemscope itemtype="https://schema.org/Offer">{link}</p>'
    item = f'<div itemscope itemtype="https://schema.org/Product">{TITLE}{TEXT}{link}</div>'
    assert read(item).availability is None
    assert read(item + BUY).availability == "InStock"


def test_a_note_that_it_is_sold_out_beside_a_button_that_buys() -> None:
    hidden = '<span class="note-unavailable">Product unavailable</span>'
    assert read(f"{TITLE}{PRICE}{hidden}{BUY}").availability == "InStock"
    assert read(f"{TITLE}{PRICE}{hidden}<button disabled>Add to cart</button>").availability == "OutOfStock"


@pytest.mark.parametrize(
    "name",
    [
        "Back",
        "Bundles",
        "Unbranded",
        "Zurück",
        "Sans marque",
        "ノーブランド",
        "Без бренда",
        "New arrivals",
        "View brand",
        "Default brand",
        "Ver marca",
        "Tüm markalar",
        "بدون برند",
        "Tanpa merek",
        "무브랜드",
        "Zurück zur Übersicht",
        "Trang chủ",
    ],
)
def test_no_brands(name: str) -> None:
    assert read(f'{TITLE}<a class="brand" href="/x">{name}</a>{PRICE}{BUY}').brand is None
    assert read(TITLE + PRICE + BUY, ld(brand={"@type": "Brand", "name": name})).brand is None


@pytest.mark.parametrize(
    ("lang", "written"),
    [
        ("en", "Shop all Alder"),
        ("de", "Mehr von Alder"),
        ("fr", "Voir plus de Alder"),
        ("es", "Ver todo de Alder"),
        ("pl", "Więcej od Alder"),
        ("ru", "Все товары бренда Alder"),
        ("it", "Vedi altri prodotti di Alder"),
        ("tr", "Tüm Alder ürünleri"),
        ("ja", "Alderの商品をもっと見る"),
    ],
)
def test_a_brand_in_the_text_of_a_link(lang: str, written: str) -> None:
    assert read(f'{TITLE}<a class="brand" href="/alder">{written}</a>{PRICE}{BUY}', lang=lang).brand == "Alder"


def test_a_category_is_no_brand_unless_markup_says_so() -> None:
    trail = '<div class="breadcrumb"><a href="/">Home</a><a href="/desks">Desks</a></div>'
    body = f'{trail}{TITLE}<a class="brand-link" href="/desks">Desks</a>{PRICE}{BUY}'
    assert read(body).brand is None
    assert read(body, ld(brand="Desks")).brand == "Desks"
    listed = {"@type": "BreadcrumbList", "itemListElement": [{"position": 1, "name": "Oak desks"}]}
    trail = f'<script type="application/ld+json">{json.dumps(listed)}</script>'
    assert read(f'{TITLE}<p class="brand">Oak desks</p>{PRICE}{BUY}', trail).brand is None
    folder = '<div class="brand"><img src="/media/brands/originals/8812.png"></div>'
    assert read(f"{TITLE}{folder}{PRICE}{BUY}").brand is None


def test_a_marketplace_that_calls_itself_the_brand() -> None:
    row = "<table><tr><th>Brand</th><td>Alder</td></tr></table>"
    url = "https://www.northwood.example/p/1"
    assert read(TITLE + PRICE + BUY + row, ld(brand="North"), url=url).brand == "Alder"
    assert read(TITLE + PRICE + BUY, ld(brand="North"), url=url).brand == "North"
    assert read(TITLE + PRICE + BUY + row, ld(brand="Birch"), url=url).brand == "Birch"


# --- rating -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "written", "rating", "reviews"),
    [
        ("de", '<div class="rating-box"><span>4,7</span> <span>(128)</span></div>', 4.7, 128),
        ("en", '<div><span>4.7</span> <a href="#reviews">128 reviews</a></div>', 4.7, 128),
        ("en", '<div class="ratings"><span>4.4</span><span>76.5k Ratings</span></div>', 4.4, 76500),
        ("en", '<div class="review-line">Reviews: 128</div><div>Rating: 4.7</div>', 4.7, 128),
        ("fr", '<div class="avis"><b>4,3</b> sur 5 – 12 avis</div>', 4.3, 12),
        ("ru", '<div class="rating"><b>4,9</b> <i>1 204 отзыва</i></div>', 4.9, 1204),
        ("uk", "<div><b>4.6</b><i>31 відгук</i></div>", 4.6, 31),
        ("ja", '<div class="review">評価: 4.5 <i>128件のレビュー</i></div>', 4.5, 128),
        ("zh", "<div><b>4.8</b><i>3.2万条评价</i></div>", 4.8, 32000),
        ("ko", '<div class="review"><b>4.7</b><i>리뷰 (214)</i></div>', 4.7, 214),
        ("ar", '<div class="rating"><b>4.5</b> من 5 <i>88 تقييم</i></div>', 4.5, 88),
        ("he", '<div class="rating"><b>4.2</b> <i>17 ביקורות</i></div>', 4.2, 17),
        ("tr", "<div><b>4,4</b><i>56 değerlendirme</i></div>", 4.4, 56),
        ("vi", '<div class="rating"><b>4.9</b> <i>1,5k đánh giá</i></div>', 4.9, 1500),
        ("id", "<div><b>4.8</b><i>312 ulasan</i></div>", 4.8, 312),
        ("th", "<div><b>4.9</b><i>77 รีวิว</i></div>", 4.9, 77),
        ("hi", "<div><b>4.1</b><i>93 समीक्षाएं</i></div>", 4.1, 93),
        ("en", "<div><span>4.6/5</span><span>(38)</span></div>", 4.6, 38),
        ("en", "<div>★ 4.6 · 38 reviews</div>", 4.6, 38),
        ("pt", "<p>Nota 4,6 de 5 (38 avaliações)</p>", 4.6, 38),
        ("de", "<span>Bewertung: 4,6</span> <span>38 Bewertungen</span>", 4.6, 38),
        ("fa", '<div class="rating"><b>۴٫۶</b> <span>۳۸ نظر</span></div>', 4.6, 38),
    ],
)
def test_ways_to_write_a_rating(lang: str, written: str, rating: float, reviews: int) -> None:
    product = read(f"{TITLE}{written}{PRICE}{BUY}", lang=lang)
    assert (product.rating, product.review_count) == (rating, reviews)


@pytest.mark.parametrize(
    "note", ["No reviews yet", "Be the first to write a review", "Noch keine Bewertungen", "暂无评价"]
)
def test_what_nobody_has_rated(note: str) -> None:
    data = json.dumps({"product": {"name": NAME, "price": 349, "rating": 4.7, "reviewCount": 12}})
    body = f"{TITLE}{PRICE}{BUY}<p>{note}</p><script>dataLayer.push({data})</script>"
    assert (read(body).rating, read(body).review_count) == (None, None)
    assert read(body.replace(note, "Solid oak")).rating == 4.7


@pytest.mark.parametrize(
    "block",
    [
        '<section class="testimonials"><b class="rating" aria-label="5 out of 5 stars"></b><p>Great!</p></section>',
        '<section class="kundenstimmen"><b class="rating" title="5 von 5 Sternen"></b><p>Toll!</p></section>',
        '<div class="review-item"><b class="rating" title="5 of 5"></b><p>It wobbles.</p></div>',
        '<div class="stars"><i class="stars-filled" style="width: 100%"></i></div>',
        '<div class="col"><h3><a href="/lamp">Desk lamp</a></h3><b class="rating" title="4.5 out of 5">(12)</b></div>',
    ],
)
def test_ratings_of_something_else_and_decoration(block: str) -> None:
    product = read(f"{TITLE}{PRICE}{BUY}{block}")
    assert (product.rating, product.review_count) == (None, None)


def test_an_amount_beside_the_reviews_is_no_rating() -> None:
    product = read(f"{TITLE}<p><b>$4.70</b> <i>128 reviews</i></p>{BUY}")
    assert product.rating is None


def test_a_rating_that_belongs_to_no_item_is_the_products() -> None:
    alone = (
        '<div itemscope itemtype="https://schema.org/AggregateRating"><b itemprop="ratingValue">4.4</b>'
        '<i itemprop="reviewCount">31</i></div>'
    )
    product = read(TITLE + PRICE + BUY + alone)
    assert (product.rating, product.review_count) == (4.4, 31)
    assert read(TITLE + PRICE + BUY + alone + alone.replace("4.4", "3.1")).rating is None
    named = alone.replace("<div", '<div itemprop="aggregateRating"')
    assert read(TITLE + PRICE + BUY + named).rating == 4.4


def test_the_rating_of_the_shop_is_not_the_products() -> None:
    value = {"@type": "AggregateRating", "ratingValue": 4.9, "reviewCount": 8000}
    shop = {"@type": "Organization", "name": "Northwood", "aggregateRating": value}
    about = value | {"itemReviewed": {"@type": "Organization", "name": "Northwood"}}
    for item in (shop, about):
        html = page(TITLE + PRICE + BUY, f'<script type="application/ld+json">{json.dumps(item)}</script>')
        assert extract(html, HOST).rating is None
