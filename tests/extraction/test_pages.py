"""One page for every phenomenon that real shops show."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.extraction import extract
from app.models import Product

URL = "https://northwood.example/desks/oak"
NAME = "Alder oak desk"


def page(body: str = "", *, head: str = "", lang: str = "en", title: str = f"{NAME} | Northwood") -> str:
    return f'<!doctype html><html lang="{lang}"><head><title>{title}</title>{head}</head><body>{body}</body></html>'


def ld(*values: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(value)}</script>' for value in values)


def thing(**more: Any) -> dict[str, Any]:
    offer = {"@type": "Offer", "price": "349.00", "priceCurrency": "EUR", "availability": "https://schema.org/InStock"}
    return {"@context": "https://schema.org", "@type": "Product", "name": NAME, "offers": offer} | more


def read(body: str = "", **more: str) -> Product:
    return extract(page(body, **more), URL)


def test_json_ld_with_every_field() -> None:
    product = read(
        head=ld(
            thing(
                description="<p>Solid oak.</p>",
                brand={"@type": "Brand", "name": "Northwood"},
                sku="NW-12",
                gtin13="4006381333931",
                image=["/a.jpg", {"@type": "ImageObject", "contentUrl": "https://cdn.example/b.jpg"}, "/a.jpg"],
                category="Home > Desks",
                aggregateRating={"ratingValue": "9.0", "bestRating": "10", "reviewCount": "1,204"},
                additionalProperty=[{"@type": "PropertyValue", "name": "Width", "value": 120}],
            )
        )
    )
    assert (product.title, product.description, product.brand) == (NAME, "Solid oak.", "Northwood")
    assert (product.sku, product.gtin) == ("NW-12", "4006381333931")
    assert (product.price, product.currency, product.availability) == (Decimal("349.00"), "EUR", "InStock")
    assert (product.rating, product.review_count) == (4.5, 1204)
    assert product.images == ["https://northwood.example/a.jpg", "https://cdn.example/b.jpg"]
    assert (product.categories, product.specs) == (["Desks"], {"Width": "120"})
    assert product.evidence["price"].source == "json-ld"
    assert product.url == URL


def test_reviews_are_kept_that_speak_well_of_it_without_whose_they_are() -> None:
    def review(body: str, stars: str | int | None, **more: object) -> dict[str, object]:
        rating = {"reviewRating": {"ratingValue": stars, **more}} if stars is not None else {}
        return {"@type": "Review", "author": {"@type": "Person", "name": "Somebody"}, "reviewBody": body, **rating}

    given = [review("Stands firm.", "5"), review("It wobbles.", 2), review("A good height.", 8, bestRating=10)]
    given += [review("No stars.", None), review("Stands firm.", 5), review("x" * 700, 5), review("Six of five?", 6)]
    product = read(head=ld(thing(review=given)))
    assert product.reviews == ["Stands firm.", "A good height."]
    assert "Somebody" not in product.model_dump_json()


def test_a_graph_with_references() -> None:
    # fmt: off
    graph = {
        "@graph": [
            {"@type": "WebSite", "name": "Northwood"},
            {"@type": "BreadcrumbList", "itemListElement": [
                {"position": 2, "name": "Desks"}, {"position": 1, "name": "Home"},
                {"position": 3, "item": {"name": NAME}}]},
            {"@type": ["Product", "Thing"], "name": NAME, "offers": {"@id": "#offer"}, "brand": {"@id": "#brand"}},
            {"@id": "#offer", "@type": "Offer", "price": 349, "priceCurrency": "EUR"},
            {"@id": "#brand", "@type": "Brand", "name": "Alder"},
        ]
    }
    # fmt: on
    product = read(head=ld(graph))
    assert (product.price, product.brand, product.categories, product.shop) == (
        Decimal(349),
        "Alder",
        ["Desks"],
        "Northwood",
    )


@pytest.mark.parametrize(
    ("offers", "price"),
    [
        ({"@type": "AggregateOffer", "lowPrice": "19.90", "highPrice": "39", "priceCurrency": "EUR"}, "19.90"),
        ({"@type": "AggregateOffer", "priceCurrency": "EUR", "offers": [{"price": 25, "priceCurrency": "EUR"}]}, "25"),
        ([{"price": "30", "priceCurrency": "EUR"}, {"price": "20", "priceCurrency": "EUR"}], "20"),
        (
            [
                {"price": "10", "priceCurrency": "EUR", "availability": "SoldOut"},
                {"price": "20", "priceCurrency": "EUR"},
            ],
            "20",
        ),
        ({"priceSpecification": {"price": "44.5", "priceCurrency": "EUR"}}, "44.5"),
        ({"price": "1.299,00", "priceCurrency": "eur"}, "1299.00"),
    ],
)
def test_kinds_of_offers(offers: object, price: str) -> None:
    product = read(head=ld(thing(offers=offers)))
    assert (product.price, product.currency) == (Decimal(price), "EUR")


def test_a_price_before_the_discount() -> None:
    before = {"priceType": "https://schema.org/StrikethroughPrice", "price": "449", "priceCurrency": "EUR"}
    product = read(head=ld(thing(offers={"price": "349", "priceCurrency": "EUR", "priceSpecification": [before]})))
    assert (product.price, product.list_price) == (Decimal(349), Decimal(449))


def test_a_group_of_variants() -> None:
    variants = [
        thing(name=f"{NAME} {size}", offers={"price": p, "priceCurrency": "EUR"}) for size, p in ((1, 400), (2, 300))
    ]
    product = read(head=ld({"@type": "ProductGroup", "name": NAME, "hasVariant": variants}))
    assert (product.title, product.price) == (NAME, Decimal(300))


def test_broken_json_is_read_with_patience() -> None:
    broken = '{"@type": "Product", name: "Alder oak desk",\n "description": "two\nlines", "offers": {"price": "5",},}'
    product = read(head=f'<script type="application/ld+json">{broken}</script>')
    assert (product.title, product.price, product.description) == (NAME, Decimal(5), "two lines")


def test_json_beyond_repair_leaves_the_page_to_the_other_sources() -> None:
    product = read(f"<h1>{NAME}</h1><p>€ 12.50</p>", head='<script type="application/ld+json">{"@type": oops</script>')
    assert (product.price, product.evidence["price"].source) == (Decimal("12.50"), "visible page")


def test_neighbours_in_json_ld_are_not_the_product() -> None:
    others = [thing(name=f"Pine shelf {n}", offers={"price": n, "priceCurrency": "EUR"}) for n in (1, 2)]
    with_own = read(f"<h1>{NAME}</h1>", head=ld(*others, thing()))
    assert (with_own.title, with_own.price) == (NAME, Decimal("349.00"))
    lamp = thing(name=f"{NAME} lamp")
    related = read(f"<h1>{NAME} lamp</h1><button>Add to cart</button>", head=ld(thing(offers=None, isRelatedTo=lamp)))
    assert related.price is None
    with pytest.raises(InvalidInput, match="no product markup, no price"):
        read(f"<h1>{NAME}</h1>", head=ld(*others))


def test_microdata() -> None:
    product = read(
        f"""<div itemscope itemtype="https://schema.org/Product"><span itemprop="name">{NAME}</span>
        <a itemprop="brand" href="/b/alder">Alder</a><img itemprop="image" src="/a.jpg">
        <meta itemprop="sku" content="NW-1">
        <div itemprop="offers" itemscope itemtype="https://schema.org/Offer">
        <meta itemprop="priceCurrency" content="GBP">
        <span itemprop="price" content="349.50">£349.50</span><link itemprop="availability" href="https://schema.org/SoldOut">
        </div><div itemprop="isRelatedTo" itemscope itemtype="https://schema.org/Product">
        <span itemprop="name">Shelf</span>
        <div itemprop="offers" itemscope><span itemprop="price">1</span></div></div></div>"""
    )
    assert (product.title, product.brand, product.sku) == (NAME, "Alder", "NW-1")
    assert (product.price, product.currency, product.availability) == (Decimal("349.50"), "GBP", "OutOfStock")
    assert product.images == ["https://northwood.example/a.jpg"]


def test_open_graph_alone() -> None:
    metas = {
        "og:type": "product", "og:title": f"{NAME} – Northwood", "og:site_name": "Northwood", "og:image": "/a.jpg",
        "product:price:amount": "449.00", "product:sale_price:amount": "349.00", "product:price:currency": "SEK",
        "product:availability": "oos", "product:brand": "Alder", "og:description": "Solid oak.", "og:locale": "sv_SE",
    }  # fmt: skip
    product = extract(
        "<html><head>" + "".join(f'<meta property="{name}" content="{value}">' for name, value in metas.items()), URL
    )
    assert (product.title, product.brand, product.shop, product.language) == (NAME, "Alder", "Northwood", "sv")
    assert (product.price, product.list_price, product.currency) == (Decimal(349), Decimal(449), "SEK")
    assert product.availability == "OutOfStock"


@pytest.mark.parametrize(
    ("lang", "written", "button", "price", "currency"),
    [
        ("de-DE", "1.299,00 €", "In den Warenkorb", "1299.00", "EUR"),
        ("sv", "1 299,00 kr", "Lägg i varukorgen", "1299.00", "SEK"),
        ("de-CH", "CHF 1'299.–", "In den Warenkorb", "1299", "CHF"),
        ("ar-KW", "KWD 12.345", "أضف إلى السلة", "12.345", "KWD"),
        ("ro", "63<sup>07</sup> Lei", "Adaugă în coș", "63.07", "RON"),
        ("en-CA", "<span>$</span><span>49</span>", "Add to cart", "49", "CAD"),
        ("ja", "￥12,800", "カートに入れる", "12800", "JPY"),
    ],
)
def test_the_visible_page_alone(lang: str, written: str, button: str, price: str, currency: str) -> None:
    product = read(f'<h1>{NAME}</h1><p class="price">{written}</p><button>{button}</button>', lang=lang)
    assert (product.title, product.price, product.currency) == (NAME, Decimal(price), currency)
    assert (product.availability, product.language) == ("InStock", lang.split("-")[0])


def test_struck_prices_delivery_and_instalments_are_not_the_price() -> None:
    product = read(
        f"""<h1>{NAME}</h1><p class="shipping">Delivery € 4.90</p><del>€ 449.00</del> <b>€ 349.00</b>
        <p>or € 29.90 a month</p><p>You save € 100.00</p><button>Add to cart</button>"""
    )
    assert (product.price, product.list_price) == (Decimal("349.00"), Decimal("449.00"))


@pytest.mark.parametrize(
    "block",
    [
        '<section class="related-products"><div><b>Pine shelf</b><p class="price">€ 59</p></div></section>',
        '<ul><li><a href="/x"><span class="name">Shelf</span><span class="price">€ 59</span></a></li></ul>',
        '<div><div class="tile"><h3><a href="/x">Pine shelf</a></h3><span class="price">€ 59</span></div></div>',
        "".join(f'<div class="c"><i>Shelf</i><span class="price">€ {n}</span></div>' for n in (5, 6, 7, 8)),
    ],
    ids=["named section", "linked card", "one card", "grid"],
)
def test_a_neighbours_price_is_never_taken(block: str) -> None:
    product = read(f"<h1>{NAME}</h1><p>Currently unavailable</p><p>Solid oak.</p>{block}")
    assert (product.price, product.availability) == (None, "OutOfStock")


@pytest.mark.parametrize("note", ["Sold out", "Ausverkauft", "Rupture de stock", "Agotado", "品切れ", "Нет в наличии"])
def test_sold_out(note: str) -> None:
    product = read(f'<h1>{NAME}</h1><p class="price">€ 349</p><p>{note}</p><button disabled>Add to cart</button>')
    assert (product.price, product.availability) == (Decimal(349), "OutOfStock")


def test_a_button_that_is_switched_off_sells_nothing() -> None:
    assert read(f"<h1>{NAME}</h1><b>€ 349</b><button>Add to cart</button>").availability == "InStock"
    assert read(f"<h1>{NAME}</h1><b>€ 349</b><button disabled>Add to cart</button>").availability is None


def test_the_currency_is_that_of_the_price() -> None:
    metas = '<meta property="product:price:amount" content="320"><meta property="product:price:currency" content="EUR">'
    dollars = thing(offers={"price": "349", "priceCurrency": "USD"})
    product = read(f"<h1>{NAME}</h1><b>€ 321</b><button>Add to cart</button>", head=metas + ld(dollars))
    assert (product.price, product.currency) == (Decimal(321), "EUR")
    unseen = read(f"<h1>{NAME}</h1><button>Add to cart</button>", head=metas + ld(dollars))
    assert (unseen.price, unseen.currency) == (Decimal(349), "USD")


def test_hidden_words_do_not_count() -> None:
    product = read(
        f'<h1>{NAME}</h1><p>€ 349</p><p hidden>Sold out</p><p style="display:none">€ 1</p><button>Buy now</button>'
    )
    assert (product.price, product.availability) == (Decimal(349), "InStock")


def test_details_of_a_plain_page() -> None:
    product = read(
        f"""<nav class="breadcrumb"><a href="/">Home</a> <a href="/d">Desks</a> <a>{NAME}</a></nav>
        <header><img src="/logo.png"></header><div class="gallery"><img src="/s.jpg" srcset="/s.jpg 300w, /l.jpg 900w">
        <img data-src="/two-300x300.jpg" src="data:image/gif;base64,x"><img src="/two-900x900.jpg"></div>
        <p class="brand">Brand: Alder</p><h1>{NAME}</h1><p>SKU: NW-77</p><div title="4,4 von 5">12 Bewertungen</div>
        <span class="rating" title="4.4 out of 5">12 reviews</span><p>€ 349</p><button>Add to cart</button>
        <ul class="features"><li>Solid oak throughout</li><li>Two deep drawers</li></ul>
        <table><tr><th>Width:</th><td>120 cm</td></tr></table><dl><dt>EAN</dt><dd>4006381333931</dd></dl>"""
    )
    assert (product.categories, product.brand, product.sku) == (["Desks"], "Alder", "NW-77")
    assert product.images == ["https://northwood.example/l.jpg", "https://northwood.example/two-900x900.jpg"]
    assert (product.rating, product.review_count, product.gtin) == (4.4, 12, "4006381333931")
    assert product.features == ["Solid oak throughout", "Two deep drawers"]
    assert product.specs["Width"] == "120 cm"


def test_agreement_makes_sure() -> None:
    alone = read(head=ld(thing()))
    both = read(f"<h1>{NAME}</h1><b>€ 349.00</b><button>Add to cart</button>", head=ld(thing()))
    assert both.evidence["price"].confidence > alone.evidence["price"].confidence


@pytest.mark.parametrize(
    "wrong",
    [
        page("<h1>Ten desks we like</h1><p>The best costs € 349 in most shops, we found.</p>"),
        page("<article><h1>Prices rise</h1><p>€ 349</p></article>", head='<meta property="og:type" content="article">'),
        page("<h1>Prices rise</h1><b>€ 349</b>", head=ld({"@type": "NewsArticle", "headline": "Prices rise"})),
        page("<p class=price>€ 349</p>", title=""),
    ],
    ids=["prose", "og article", "news", "no title"],
)
def test_a_page_without_a_product_is_told(wrong: str) -> None:
    with pytest.raises(InvalidInput, match=r"no product found on this page: it (has|is)"):
        extract(wrong, URL)


def test_without_an_address_the_page_gives_its_own() -> None:
    product = extract(page(head=f'<link rel="canonical" href="{URL}">' + ld(thing(image="/a.jpg"))), None)
    assert (product.url, product.images) == (URL, ["https://northwood.example/a.jpg"])
    assert extract(page(head=ld(thing(image="/a.jpg"))), None).images == []


# fmt: off
NAMES = (
    "@type", "@id", "@graph", "name", "offers", "price", "priceCurrency", "image", "brand", "aggregateRating", "sku",
    "ratingValue", "bestRating", "reviewCount", "itemListElement", "position", "category", "priceSpecification",
    "hasVariant", "isVariantOf", "additionalProperty", "value", "availability", "gtin13", "description",
)
# fmt: on
plain_values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
values = st.recursive(
    plain_values | st.sampled_from(["Product", "Offer", NAME]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=12,
)


@given(values)
def test_any_json_is_survived(value: Any) -> None:
    whole = {"@type": "Product", "name": NAME} | value if isinstance(value, dict) else value
    for one in (value, whole):
        try:
            extract(page(head=ld(one)), URL)
        except InvalidInput as error:
            assert "no product found" in str(error)
