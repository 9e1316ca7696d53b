"""What real shop pages do with titles, pictures, brands and numbers, one page each, and how it is explained."""

import json
from decimal import Decimal

import pytest

from app.errors import InvalidInput
from app.extraction import explain, extract
from tests.extraction.pages import BUY, HOST, NAME, ld, offer, page, read

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
        (
            f"<h1>{NAME}<span> - <a href='#' onclick='x()'>show the original title</a></span></h1>",
            f"{NAME} | Northwood",
        ),
        (f"<h1>{NAME} <a href='javascript:edit()'>modifier</a></h1>", f"{NAME} | Northwood"),
        (f"<h1><a href='#'>{NAME}</a></h1>", f"{NAME} | Northwood"),
        (f"<h1><a href='/brands/alder'>Alder</a> {NAME.removeprefix('Alder ')}</h1>", f"{NAME} | Northwood"),
    ],
    ids=[
        "hidden words",
        "details about",
        "buy online",
        "slogan",
        "menu",
        "price before",
        "parts",
        "no h1",
        "action",
        "script",
        "all a link",
        "brand's link",
    ],
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
