"""What real shop pages do with prices and stock, one page each, written in the manner of the real ones."""

import base64
import json
from decimal import Decimal

import pytest

from app.extraction import explain, extract
from tests.extraction.pages import BUY, HOST, NAME, ld, offer, page, read

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
    assert (product.price, product.list_price) == (Decimal(349), Decimal(449))


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
        ("https://mobilier.example", "fr-FR", "24 €<span class='x7'>99</span>", "24.99", "EUR"),
        ("https://shop.example.ca", "en", "$249<span class='end_6y'>99</span>", "249.99", "CAD"),
        ("https://shop.example.ca", "en", "$249<span class='end_6y'>120</span>", "249", "CAD"),
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
    assert (product.price, product.currency) == (Decimal(136), "GBP")


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
    assert (product.price, product.currency) == (Decimal(349), "GBP")


# --- stock ------------------------------------------------------------------------------------------------------------


def test_variants_whose_first_offer_is_sold_out() -> None:
    offers = [offer("349.00", "OutOfStock"), offer("359.00", "InStock")]
    product = read(f"<h1>{NAME}</h1>{BUY}", ld(offers=offers))
    assert (product.availability, product.price) == ("InStock", Decimal(359))


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
