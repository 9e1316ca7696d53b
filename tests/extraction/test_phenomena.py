"""What real shop pages do, one page each, written in the manner of the real ones."""

import base64
import json
from decimal import Decimal
from typing import Any

import pytest

from app.errors import InvalidInput
from app.extraction import explain, extract
from app.models import Product

HOST = "https://northwood.example"
NAME = "Alder oak desk 120 cm"


def page(body: str, head: str = "", lang: str = "en", title: str = f"{NAME} | Northwood") -> str:
    return f'<!doctype html><html lang="{lang}"><head><title>{title}</title>{head}</head><body>{body}</body></html>'


def ld(**more: Any) -> str:
    product = {"@context": "https://schema.org", "@type": "Product", "name": NAME} | more
    return f'<script type="application/ld+json">{json.dumps(product)}</script>'


def offer(price: object, state: str = "InStock", currency: str = "EUR") -> dict[str, Any]:
    return {"@type": "Offer", "price": price, "priceCurrency": currency, "availability": f"https://schema.org/{state}"}


def read(body: str, head: str = "", url: str = f"{HOST}/desks/oak-desk", **more: str) -> Product:
    return extract(page(body, head, **more), url)


BUY = "<button>Add to cart</button>"


# --- prices -----------------------------------------------------------------------------------------------------------


def test_the_visible_price_outweighs_markup_that_nobody_sees() -> None:
    metas = (
        '<meta property="product:price:amount" content="292.44"><meta property="product:price:currency" content="EUR">'
    )
    state = f'<script>var product = {{"name": "{NAME}", "price": 292.44, "sku": "77123"}};</script>'
    product = read(f'<h1>{NAME}</h1><span class="price">348,00 €</span>{BUY}', metas + state, lang="de")
    assert product.price == Decimal("348.00")


def test_markup_that_gives_the_struck_price_is_corrected() -> None:
    body = f'<h1>{NAME}</h1><del>€ 449.00</del><b class="price">€ 349.00</b>{BUY}'
    product = read(body, ld(offers=offer("449.00")))
    assert (product.price, product.list_price) == (349, 449)


def test_list_member_subscribe_instalment_and_net_prices_in_one_block() -> None:
    product = read(
        f"""<h1>{NAME}</h1><div class="price-box">
        <span class="price-label">RRP</span><span class="price-rrp">£129.00</span>
        <div class="member-price"><span class="coupon-price">Members pay £94.05 with code</span></div>
        <span class="price current">£99.00</span><span class="price-net">£82.50 ex. VAT</span>
        <p>or 4 payments of £24.75 with <i>Klarna</i></p><p>£33.00 / month</p>
        <p class="shipping">Delivery £4.95</p><p>You save £30.00</p></div>{BUY}"""
    )
    assert (product.price, product.list_price, product.currency) == (Decimal("99.00"), Decimal("129.00"), "GBP")


def test_a_net_price_alone_is_taken_with_less_confidence() -> None:
    gross = explain(page(f'<h1>{NAME}</h1><b class="price">€ 99.00</b>{BUY}'), HOST).product
    net = explain(page(f'<h1>{NAME}</h1><b class="price">€ 99.00 excl. VAT</b>{BUY}'), HOST).product
    assert gross.price == net.price == 99
    assert net.evidence["price"].confidence < gross.evidence["price"].confidence


def test_a_regular_price_without_a_lower_one_is_the_price() -> None:
    product = read(
        f"""<h1>{NAME}</h1><dl class="price"><dt><span class="visually-hidden">Regular price</span></dt>
        <dd><span class="price-item price-item--regular">$ 120.00</span></dd></dl>
        <p>Spend <b>$ 25.00</b> more for free shipping</p>{BUY}"""
    )
    assert (product.price, product.list_price) == (Decimal("120.00"), None)


@pytest.mark.parametrize(
    "body",
    [
        f'<h1>{NAME}</h1><p>Price on request</p><a href="/contact" class="btn">Ask us</a>',
        f"<h1>{NAME}</h1><p>Call for price</p>",
        f'<h1>{NAME}</h1><span class="price">￥</span>',
    ],
)
@pytest.mark.parametrize(
    "neighbours",
    [
        "".join(
            f'<li class="item"><a href="/p/{n}"><img src="/{n}.jpg"><span class="name">Pine shelf {n}</span></a>'
            f'<span class="price">€ {n}9.00</span></li>'
            for n in range(1, 5)
        ),
        '<div class="col"><h3><a href="/p/lamp">Desk lamp Birch</a></h3><p class="price">€ 39.00</p></div>',
        '<section class="recommendations"><b>Lamp</b><span class="price">€ 39.00</span></section>',
        '<div class="carousel product-carousel"><div>Lamp<span class="price">€ 39.00</span></div></div>',
    ],
    ids=["list", "card", "recommendations", "carousel"],
)
def test_no_price_stays_none_beside_neighbours(body: str, neighbours: str) -> None:
    assert read(f"{body}<p>Solid oak, oiled.</p>{neighbours}", ld(sku="77123")).price is None


@pytest.mark.parametrize(
    ("url", "lang", "written", "price", "currency"),
    [
        ("https://moebel.example", "de-DE", "1.299,00 €", "1299.00", "EUR"),
        ("https://mobilier.example", "fr-FR", "1 299,90 €", "1299.90", "EUR"),
        ("https://mobilier.example", "fr-FR", "24€<sup>99</sup>", "24.99", "EUR"),
        ("https://mobilier.example", "fr-FR", "24€99", "24.99", "EUR"),
        ("https://mobilier.example", "fr-FR", "24<sup>€99</sup>", "24.99", "EUR"),
        ("https://mobila.example", "ro-RO", "<p>1.063<sup>07</sup> <span>Lei</span></p>", "1063.07", "RON"),
        ("https://huonekalut.example", "fi", "49<span class='decimals'>90</span> €", "49.90", "EUR"),
        ("https://mobler.example", "sv-SE", "1 299:-", "1299", "SEK"),
        ("https://moebler.example.dk", "da", "1.299,- kr", "1299", "DKK"),
        ("https://moebel.example", "de-CH", "CHF 1'299.–", "1299", "CHF"),
        ("https://meubels.example", "nl-NL", "€ 49,-", "49", "EUR"),
        ("https://shop.example.kw", "ar", "KWD 12.345", "12.345", "KWD"),
        ("https://tienda.example.cl", "es", "$ 129.990", "129990", "CLP"),
        ("https://shop.example.tw", "zh", "$1,280", "1280", "TWD"),
        ("https://shop.example.ca", "en", "$49.99", "49.99", "CAD"),
        ("https://shop.example.com.au", "en", "$49.99", "49.99", "AUD"),
        ("https://shop.example/mx/es/", "es-MX", "$1,499.00", "1499.00", "MXN"),
        ("https://loja.example.br", "pt-BR", "R$ 1.299,90", "1299.90", "BRL"),
        ("https://dukan.example.in", "en", "₹1,23,456", "123456", "INR"),
        ("https://toko.example.id", "id", "Rp1.299.000", "1299000", "IDR"),
        ("https://magazin.example.ru", "ru", "12 990 руб.", "12990", "RUB"),
        ("https://magazin.example", "ru", "12 990 RUR", "12990", "RUB"),
        ("https://sklep.example.pl", "pl", "1 299,00 zł", "1299.00", "PLN"),
        ("https://obchod.example.cz", "cs", "12 990 Kč", "12990", "CZK"),
        ("https://bolt.example.hu", "hu", "129 990 Ft", "129990", "HUF"),
        ("https://magaza.example.tr", "tr", "1.299,90 TL", "1299.90", "TRY"),
        ("https://mise.example.jp", "ja", "12,800円(税込)", "12800", "JPY"),
        ("https://auction.example.ca", "en", "US $19.99", "19.99", "USD"),
    ],
)
def test_amounts_by_locale(url: str, lang: str, written: str, price: str, currency: str) -> None:
    body = f'<h1>{NAME}</h1><div class="product-price">{written}</div><button class="add-to-cart">+</button>'
    product = extract(page(body, lang=lang), url)
    assert (product.price, product.currency) == (Decimal(price), currency)


def test_a_price_in_script_alone() -> None:
    state = {"props": {"product": {"name": NAME, "sku": "77123", "price": {"current": 349.5, "currency": "SEK"}}}}
    head = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script>'
    product = read(f"<h1>{NAME}</h1>{BUY}", head)
    assert (product.price, product.currency, product.sku) == (Decimal("349.5"), "SEK", "77123")
    assert product.evidence["price"].source == "page state"


def test_cents_in_script_are_known_by_the_visible_price() -> None:
    state = {"product": {"name": NAME, "sku": "77123", "price": 34900, "currency": "EUR"}}
    body = f'<h1>{NAME}</h1><b class="price">€ 349.00</b>{BUY}<script>var data = {json.dumps(state)};</script>'
    prices = explain(page(body), HOST).fields["price"]
    assert [(one.candidate.value, one.won) for one in prices] == [(349, True), (349, True)]


def test_a_price_in_base64_is_no_price_and_no_crash() -> None:
    hidden = base64.b64encode(b"349.00 EUR").decode()
    product = read(f'<h1>{NAME}</h1><span class="price" data-price="{hidden}"></span>{BUY}', ld(sku="77123"))
    assert product.price is None


def test_a_range_gives_its_lower_end() -> None:
    assert read(f'<h1>{NAME}</h1><p class="price">$12.99 – $24.99</p>{BUY}').price == Decimal("12.99")


def test_a_price_without_a_sign_has_the_currency_of_its_country() -> None:
    product = extract(page(f'<h1>{NAME}</h1><p class="price">136.00</p>{BUY}'), "https://shop.example.uk/desk")
    assert (product.price, product.currency) == (136, "GBP")


@pytest.mark.parametrize(
    "block",
    [
        "<p class=price>Was £449.00 now £349.00</p>",
        "<p class=price>RRP £449.00 <b>£349.00</b></p>",
        "<p class=price>As low as <span>£349.00</span></p>",
        "<p class=price>From £349.00</p>",
        "<label>Once <b class=price>£349.00</b></label><label>Subscribe & save 10 % <b>£314.10</b></label>",
        "<aside class=buybox><b>£349.00</b></aside>",
        "<p class=price>£349.00 <small>(£3.49 / 100 g)</small></p>",
        "<p><span>Price:</span> <span>£349.00</span></p><p>Save 20 %: <b>£89.00</b></p>",
        '<div class="price">£<span>349</span><span>.</span><span>00</span></div>',
    ],
)
def test_ways_to_write_one_price(block: str) -> None:
    product = read(f"<main><div><h1>{NAME}</h1></div>{block}{BUY}</main>")
    assert (product.price, product.currency) == (349, "GBP")


# --- stock ------------------------------------------------------------------------------------------------------------


def test_variants_whose_first_offer_is_sold_out() -> None:
    offers = [offer("349.00", "OutOfStock"), offer("359.00", "InStock")]
    product = read(f"<h1>{NAME}</h1>{BUY}", ld(offers=offers))
    assert (product.availability, product.price) == ("InStock", 359)


def test_markup_of_one_sold_out_variant_on_a_page_that_sells() -> None:
    sizes = "<select><option>M - sold out</option><option>L</option></select>"
    body = f"<h1>{NAME}</h1><b class=price>€ 349.00</b>{sizes}{BUY}"
    assert read(body, ld(offers=offer("349.00", "OutOfStock"))).availability == "InStock"


@pytest.mark.parametrize(
    ("lang", "note"),
    [
        ("en", "This item can't be purchased at the moment"),
        ("en", "Sorry, this product is currently unavailable."),
        ("sk", "Tento tovar teraz nie je možné kúpiť, iba rezervovať"),
        ("de", "Dieser Artikel ist derzeit nicht verfügbar"),
        ("fr", "Ce produit n'est plus disponible"),
        ("es", "Producto agotado"),
        ("it", "Prodotto non disponibile"),
        ("he", "הפריט לא במלאי כרגע"),
        ("ja", "申し訳ございません、売り切れです"),
        ("ru", "Товар закончился"),
        ("pl", "Produkt niedostępny"),
    ],
)
def test_in_stock_markup_on_a_page_that_says_otherwise(lang: str, note: str) -> None:
    body = f'<h1>{NAME}</h1><b class="price">€ 349.00</b><p>{note}</p><a class="btn" href="/wish">♥</a>'
    assert read(body, ld(offers=offer("349.00")), lang=lang).availability == "OutOfStock"


def test_a_button_that_tells_when_it_is_back_says_sold_out() -> None:
    body = f"<h1>{NAME}</h1><b class=price>€ 349.00</b><button>Notify me when available</button>"
    assert read(body).availability == "OutOfStock"


def test_class_names_say_it_in_any_language() -> None:
    body = f'<h1>{NAME}</h1><b class="price">€ 349.00</b><p class="stock out-of-stock">Prekė baigėsi</p>'
    assert read(body).availability == "OutOfStock"


@pytest.mark.parametrize(
    "note",
    ["Store pickup is currently unavailable", "Gift wrap option not available", "Click & collect: out of stock"],
)
def test_what_else_is_unavailable_says_nothing_of_the_product(note: str) -> None:
    assert read(f"<h1>{NAME}</h1><b class=price>€ 349.00</b>{BUY}<p>{note}</p>").availability == "InStock"


def test_scarce_is_in_stock() -> None:
    body = f"<h1>{NAME}</h1><b class=price>349,00 €</b><p>Il ne reste plus que 2 exemplaire(s) en stock.</p>"
    assert read(body, lang="fr").availability == "InStock"


# --- titles -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "title_tag"),
    [
        (f'<h1><span class="g-hdn">Details about &nbsp;</span>{NAME}</h1>', f"{NAME} for sale online | Northwood"),
        (f"<h1>Details about  {NAME}</h1>", f"{NAME} | Northwood"),
        (f"<h1>{NAME}</h1>", f"Buy {NAME} online at Northwood"),
        (f"<h1>Furniture that lasts</h1><h2 class='product-title'>{NAME}</h2>", f"{NAME} – Northwood"),
        (f"<nav><h1>All departments</h1></nav><h1>{NAME}</h1>", "Northwood"),
        (f"<h1><a href='#' class='favourite'>Log in</a> $18 · {NAME}</h1>", f"{NAME} Halifax"),
        (f"<h1>{NAME}<button>Share</button><span class='price'>€ 349</span></h1>", f"{NAME} | Northwood"),
        (f"<div itemprop='name'>{NAME}</div>", f"{NAME} | Northwood"),
    ],
    ids=["hidden words", "details about", "buy online", "slogan", "menu", "price before", "parts", "no h1"],
)
def test_titles(heading: str, title_tag: str) -> None:
    url = f"{HOST}/desks/alder-oak-desk-120-cm"
    product = extract(page(f"{heading}<b class=price>€ 349.00</b>{BUY}", title=title_tag), url)
    assert product.title == NAME


def test_the_heading_of_the_page_outweighs_a_longer_name_in_markup() -> None:
    body = f"<h1>{NAME}</h1><b class=price>€ 349.00</b>{BUY}"
    head = ld(name=f"{NAME} - oiled/black", offers=offer("349.00"))
    state = f'<script>var product = {{"name": "{NAME} - oiled/black", "price": 349.0}};</script>'
    assert read(body, head + state).title == NAME


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_a_share_picture_that_is_a_logo_comes_last() -> None:
    head = '<meta property="og:image" content="/img/logo-share.png">'
    body = (
        f'<div class="gallery"><img src="/desk-front.jpg" alt="{NAME}"></div><h1>{NAME}</h1><b class=price>€ 9</b>{BUY}'
    )
    assert read(body, head).images[0] == f"{HOST}/desk-front.jpg"


def test_a_gallery_in_script_alone() -> None:
    pictures = [
        {"hiRes": f"https://cdn.example/desk-{n}.jpg", "thumb": f"https://cdn.example/t/{n}.jpg"} for n in (1, 2)
    ]
    state = {"item": {"title": NAME, "sku": "77123", "images": pictures}}
    body = f"<h1>{NAME}</h1><b class=price>€ 9</b>{BUY}<script>window.__STATE__ = {json.dumps(state)};</script>"
    assert read(body).images == ["https://cdn.example/desk-1.jpg", "https://cdn.example/desk-2.jpg"]


# --- brand, numbers, ratings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "block"),
    [
        ("en", '<a id="byline" class="brand" href="/stores/alder">Visit the Alder Store</a>'),
        ("de", '<p class="manufacturer">Marke: Alder</p>'),
        ("pt", '<a class="brand" href="/b/1">Ver mais produtos da marca Alder</a>'),
        ("sl", '<ul><li><strong>Proizvajalec:</strong> <a href="/m/13">Alder</a></li></ul>'),
        ("sk", '<div><span>Značka</span><a href="/alder">Alder</a></div>'),
        ("fr", "<table><tr><th>Marque</th><td>Alder</td></tr></table>"),
        ("ja", "<dl><dt>ブランド</dt><dd>Alder</dd></dl>"),
        ("en", '<div class="product" data-brand="Alder"></div>'),
        ("en", '<a href="/brands/alder-co/alder">Alder</a>'),
        ("de", "<h2>Alder</h2>"),
        ("en", '<div><a href="/b/alder"><h3>Alder</h3></a></div>'),
        ("en", '<div class="brand-logo"><a href="/x"><img alt="Alder logo" src="/l.png"></a></div>'),
    ],
)
def test_brands(lang: str, block: str) -> None:
    assert read(f"{block}<h1>{NAME}</h1><b class=price>€ 349.00</b>{BUY}", lang=lang).brand == "Alder"


def test_a_category_above_the_title_is_no_brand() -> None:
    trail = '<ol class="breadcrumb"><li><a href="/desks">Desks</a></li></ol>'
    assert read(f"{trail}<h1>{NAME}</h1><b class=price>€ 349.00</b>{BUY}").brand is None


@pytest.mark.parametrize(
    ("body", "path", "sku"),
    [
        ("<p>Product code: 55120417</p>", "/p1900417", "55120417"),
        ("<li>Product Code - 20417733</li>", "/x", "20417733"),
        ("<li><strong>Šifra:</strong> 0417</li>", "/x", "0417"),
        ("<span>Artikelnummer</span><span>123.456.78</span>", "/x", "123.456.78"),
        ("", "/itm/oak-desk/201234567890", "201234567890"),
        ("", "/oak-desk-a100234.html?variant=4", "100234"),
        ("", "/desk?sku=2050417", "2050417"),
    ],
)
def test_the_number_that_a_reader_sees_outweighs_a_hidden_one(body: str, path: str, sku: str) -> None:
    head = ld(sku="910002217") if body else ""
    url = f"{HOST}{path}"
    assert extract(page(f"<h1>{NAME}</h1><b class=price>€ 349.00</b>{BUY}{body}", head), url).sku == sku


@pytest.mark.parametrize(
    "block",
    [
        '<i class="stars" title="4.4 out of 5 stars"></i><a class="reviews">1,204 ratings</a>',
        '<i class="rating" aria-label="4,4 von 5 Sternen"></i><a class="reviews">1.204 Bewertungen</a>',
        '<div class="rating-box"><div class="rating" style="width:88%"></div></div><a class="reviews">1 204 avis</a>',
        '<span class="stars">5つ星のうち4.4</span><span class="review-count">1,204個の評価</span>',
        '<div class="star-rating" data-rating="4.4"></div><span class="rating-count">(1,204)</span>',
        '<div class="rating" data-score="4.4"><a class="reviews">Read reviews (<b>1,204</b>)</a></div>',
    ],
)
def test_ratings(block: str) -> None:
    product = read(f"<h1>{NAME}</h1>{block}<b class=price>€ 349.00</b>{BUY}")
    assert (product.rating, product.review_count) == (4.4, 1204)


def test_rdfa_is_read_as_microdata_is() -> None:
    product = read(
        f"""<div vocab="https://schema.org/" typeof="Product"><h1 property="name">{NAME}</h1>
        <span property="brand">Alder</span><div property="offers" typeof="Offer">
        <span property="schema:price" content="349.00">349</span><meta property="priceCurrency" content="EUR">
        <link property="availability" href="https://schema.org/InStock"></div></div>"""
    )
    assert (product.price, product.currency, product.brand) == (Decimal("349.00"), "EUR", "Alder")
    assert product.evidence["price"].source == "rdfa"


# --- the page's own data ----------------------------------------------------------------------------------------------

DATA = {"name": NAME, "sku": "NW-77123", "brand": {"name": "Alder"}, "price": 349.5, "currency": "EUR", "inStock": True}


@pytest.mark.parametrize(
    "script",
    [
        f"<script>window.__INITIAL_STATE__ = {json.dumps({'pdp': {'product': DATA}})};</script>",
        f"<script>window.__NUXT__={json.dumps({'data': [DATA]})}</script>",
        f"<script>window.__PRERENDERED_STATE__= {json.dumps(json.dumps({'ad': DATA}))};</script>",
        f"<script>var state = JSON.parse({json.dumps(json.dumps(DATA))});</script>",
        f"<script>dataLayer.push({{'event':'detail',\n'ecommerce':{{'detail':{{'products':[{json.dumps(DATA)}]}}}}}});</script>",
        f"<script>var product = {{name: '{NAME}', sku: 'NW-77123', brand: 'Alder', price: 349.5, currency: 'EUR', "
        "inStock: true,};</script>",
        f'<div data-product="{json.dumps(DATA).replace(chr(34), "&quot;")}"></div>',
        f"<div :product='{json.dumps(DATA)}'></div>",
        f'<script>utag_data = {{"product_name":["{NAME}"],"product_sku":["NW-77123"],"product_brand":["Alder"],'
        '"product_price":["349.50"],"product_currency":"EUR","currencyCode":"EUR","available":true}</script>',
    ],
    ids=["redux", "nuxt", "string", "parse", "dataLayer", "loose", "attribute", "vue", "tealium"],
)
def test_embedded_state(script: str) -> None:
    other = json.dumps({"name": "Pine shelf", "price": 59, "sku": "NW-1", "brand": "Other"})
    product = read(f"<h1>{NAME}</h1>{BUY}{script}<script>var recommended = [{other}];</script>")
    assert (product.price, product.currency, product.sku, product.brand) == (
        Decimal("349.5"),
        "EUR",
        "NW-77123",
        "Alder",
    )


# --- explanation ------------------------------------------------------------------------------------------------------


def test_the_explanation_shows_every_candidate_and_why() -> None:
    body = f'<h1>{NAME}</h1><b class="price">€ 349.00</b>{BUY}'
    found = explain(page(body, ld(offers=offer("355.00"), brand="Alder")), HOST)
    prices = found.fields["price"]
    assert [(one.candidate.value, one.candidate.source, one.won) for one in prices] == [
        (Decimal("349.00"), "visible page", True),
        (Decimal("355.00"), "json-ld", False),
    ]
    assert prices[0].candidate.place == "b.price “€ 349.00”"
    assert prices[1].reason.startswith("less belief than")
    assert found.product.price == 349


def test_too_little_belief_leaves_a_field_empty_and_says_so() -> None:
    body = f"<h1>{NAME}</h1><p>Sold out</p><div>{'Solid oak, oiled by hand. ' * 70}</div><p class=price>€ 5.00</p>"
    found = explain(page(body, ld(sku="77123")), HOST)
    assert found.product.price is None
    assert "left empty" in found.fields["price"][0].reason


def test_a_page_that_is_no_product_is_told() -> None:
    with pytest.raises(InvalidInput, match="no product found"):
        extract(page("<h1>About us</h1><p>Since 1920.</p>", title="About us"), HOST)
