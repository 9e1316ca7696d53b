"""Each platform's places, on a page in the manner of its own; detection; the shops' own JSON."""

import json
from decimal import Decimal
from typing import Any

import pytest

from app.extraction import explain, extract
from app.extraction.detection import detect
from app.extraction.document import parse
from app.extraction.platform_table import PLATFORMS
from app.extraction.shop_data import question

NEIGHBOUR = (
    '<div class="strip"><h2>You may also like</h2>'
    + "".join(
        f'<div class="c"><a href="/x{n}"><img src="/n{n}.jpg"><span class="title">Pine shelf {n}</span></a>'
        f'<span class="price">{n}9.00</span><span class="rating" title="{n}.0 out of 5">({n}1)</span></div>'
        for n in (1, 2, 3)
    )
    + "</div>"
)

# Name -> address, head, body, and what must be found.
# fmt: off
PAGES: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "Amazon": (
        "https://www.amazon.de/Alder-Tisch/dp/B0ALDER123/ref=sr_1", "<script>var ue_sid='1';</script>",
        """<div id="dp-container"><h1 id="title"><span id="productTitle">
        Alder Eichentisch, 120 cm </span></h1>
        <a id="bylineInfo" href="/stores/alder">Besuche den Alder-Store</a>
        <span id="acrPopover" title="4,2 von 5 Sternen"></span><span id="acrCustomerReviewText">1.204
        Sternebewertungen</span>
        <span class="priceBlockStrikePriceString">449,00&nbsp;€</span><span
        id="priceblock_ourprice">349,00&nbsp;€</span>
        <div id="availability"><span class="a-size-medium a-color-success">Nur noch 3 auf Lager</span></div>
        <input id="add-to-cart-button" type="submit"><img id="landingImage" data-old-hires="https://m.example/a.jpg"
        data-a-dynamic-image='{"https://m.example/s.jpg":[100,90],"https://m.example/l.jpg":[900,800]}'></div>""",
        {"title": "Alder Eichentisch, 120 cm", "price": Decimal("349.00"), "list_price": Decimal("449.00"),
            "currency": "EUR",
         "availability": "InStock", "brand": "Alder", "sku": "B0ALDER123", "rating": 4.2, "review_count": 1204}),
    "eBay": (
        "https://www.ebay.co.uk/itm/Alder-oak-desk-/201234567890",
        '<link href="https://i.ebayimg.com" rel="preconnect">',
        """<div id="mainContent"><h1 id="itemTitle"><span class="g-hdn">Details about &nbsp;</span>Alder oak desk 120
        cm</h1>
        <span id="prcIsum" itemprop="price" content="349.0">US $349.00</span><div>Approximately £249.20</div>
        <a id="binBtn_btn" href="#">Buy it now</a><img id="icImg" src="https://i.ebayimg.com/a.jpg"></div>
        <table><tr><td class="attrLabels">Brand:</td><td>Alder</td></tr></table><div
        id="descItemNumber">201234567890</div>""",
        {"title": "Alder oak desk 120 cm", "price": 349, "currency": "USD", "availability": "InStock", "brand": "Alder",
         "sku": "201234567890", "rating": None}),
    "Etsy": (
        "https://www.etsy.com/listing/812345678/alder-oak-desk", '<link href="https://i.etsystatic.com/x.css">',
        """<div data-buy-box><h1 data-buy-box-listing-title>Alder oak desk</h1><div data-buy-box-region="price">
        <p class="wt-text-title-03"><span class="wt-screen-reader-only">Price:</span> €349.00+</p>
        <p class="wt-text-strikethrough">€449.00</p></div>
        <button data-add-to-cart-button>Add to basket</button></div>""",
        {"title": "Alder oak desk", "price": 349, "currency": "EUR", "availability": "InStock", "sku": "812345678"}),
    "Shopify": (
        "https://northwood.example/products/alder-oak-desk", '<link href="//cdn.shopify.com/s/theme.css"><script>'
        'var Shopify = {}; Shopify.shop = "n"; Shopify.theme = {};</script>'
        '<script>var meta = {"product":{"id":5512345678,'
        '"vendor":"Alder","title":"Alder oak desk",'
        '"variants":[{"id":7700112,"price":34900,"sku":"NW-77123"}]}};</script>',
        """<h1>Alder oak desk</h1><span class="product__price">€349,00</span><button
        name="add">Add to cart</button>""",
        {"title": "Alder oak desk", "price": 349, "availability": "InStock", "sku": "NW-77123", "brand": "Alder"}),
    "WooCommerce": (
        "https://northwood.example/product/alder-oak-desk/", '<meta name="generator" content="WooCommerce 4.8.0">',
        """<div class="product instock"><div class="woocommerce-product-gallery__image"><a href="/full.jpg"><img
        src="/s.jpg"></a>
        </div><div class="summary entry-summary"><h1 class="product_title">Alder oak desk</h1><p class="price"><del>
        <span class="amount">449,00&nbsp;€</span></del> <ins><span class="woocommerce-Price-amount
        amount">349,00&nbsp;€</span>
        </ins></p><p class="stock out-of-stock">Niet op voorraad</p><span class="sku_wrapper">SKU: <span
        class="sku">NW-77</span>
        </span></div></div>""",
        {"title": "Alder oak desk", "price": 349, "list_price": 449, "currency": "EUR", "availability": "OutOfStock",
         "sku": "NW-77", "images": ["https://northwood.example/full.jpg"]}),
    "Magento 2": (
        "https://northwood.example/alder-oak-desk.html", '<script type="text/x-magento-init">{"*":{}}</script><script '
        'src="/static/mage/cookies.js"></script>',
        """<div class="product-info-main"><h1 class="page-title"><span class="base">Alder oak desk</span></h1>
        <div class="product-info-price"><span data-price-type="oldPrice" data-price-amount="449"><span
        class="price">449 zł</span>
        </span><span data-price-type="finalPrice" data-price-amount="349.5" class="price-wrapper"><span
        class="price">349,50 zł
        </span></span></div><div class="stock available"><span>Dostępny</span></div><div class="product attribute sku">
        <strong>SKU</strong><div class="value">NW-77</div></div></div><table><tr><td
        data-th="Producent">Alder</td></tr></table>""",
        {"title": "Alder oak desk", "price": Decimal("349.5"), "list_price": 449, "currency": "PLN",
            "availability": "InStock",
         "sku": "NW-77", "brand": "Alder"}),
    "Magento 1": (
        "https://northwood.example/alder-oak-desk.html",
        '<link href="/skin/frontend/base/style.css"><script>Mage.Cookies={};</script>',
        """<div class="product-essential"><div class="product-shop"><div class="product-name"><h1>Alder oak
        desk</h1></div>
        <p class="availability out-of-stock">Availability: <span>x</span></p><div class="price-box"><p
        class="old-price">
        <span class="price">€ 449,00</span></p><p class="special-price"><span class="price">€ 349,00</span></p>
        </div></div></div>""",
        {"title": "Alder oak desk", "price": 349, "list_price": 449, "currency": "EUR", "availability": "OutOfStock"}),
    "PrestaShop": (
        "https://northwood.example/12-alder-oak-desk.html", '<meta name="generator" content="PrestaShop">',
        """<h1 itemprop="name">Alder oak desk</h1><p id="product_reference"><label>Référence</label>
        <span>NW-77</span></p>
        <p><span id="old_price_display"><span class="price">449,00 €</span></span><span id="our_price_display"
        class="price"
        content="349">349,00 €</span></p><div class="product-manufacturer"><a href="/alder">Alder</a></div>
        <p id="add_to_cart"><button>Acheter</button></p>""",
        {"title": "Alder oak desk", "price": 349, "list_price": 449, "availability": "InStock", "sku": "NW-77",
            "brand": "Alder"}),
    "BigCommerce": (
        "https://northwood.example/alder-oak-desk/", '<link href="https://cdn11.bigcommerce.com/s-abc/theme.css">'
        "<script>var BCData = {};</script>",
        """<div class="productView"><h1 class="productView-title">Alder oak desk</h1><h2 class="productView-brand">
        <a href="/alder"><span itemprop="name">Alder</span></a></h2><div class="productView-price">
        <span class="price price--rrp">$449.00</span><span class="price price--withoutTax">$349.00</span></div>
        <span data-product-sku>NW-77</span><input id="form-action-addToCart" type="submit" value="Add to Cart">
        </div>""",
        {"title": "Alder oak desk", "price": 349, "list_price": 449, "availability": "InStock", "sku": "NW-77",
            "brand": "Alder"}),
    "Squarespace": (
        "https://northwood.example/shop/alder-oak-desk", '<link href="https://static1.squarespace.com/x.css">'
        "<script>Static.SQUARESPACE_CONTEXT = {};</script>",
        """<section class="ProductItem-details"><h1 class="ProductItem-details-title">Alder oak desk</h1>
        <div class="product-price"><span class="sqs-money-native">349.00</span></div><div class="product-mark
        sold-out">sold out
        </div></section>""",
        {"title": "Alder oak desk", "price": 349, "availability": "OutOfStock"}),
    "VTEX": (
        "https://loja.example.br/mesa-alder/p",
        '<link href="https://loja.vteximg.com.br/a.css"><script src="//x.vtexassets.com/a.js"'
        "></script>",
        """<div class="fn productName">Mesa Alder 120</div><div class="brandName"><a href="/alder">Alder</a></div>
        <strong class="skuListPrice">R$ 449,00</strong><strong class="skuBestPrice">R$ 349,00</strong>
        <a class="buy-button" href="/checkout">Comprar</a><div class="skuReference">NW-77</div>""",
        {"title": "Mesa Alder 120", "price": 349, "list_price": 449, "currency": "BRL", "availability": "InStock",
         "brand": "Alder", "sku": "NW-77"}),
    "Shopware 5": (
        "https://nordholz.example/tisch-alder", "<script>var csrfConfig = {};</script><link href='/web/cache/1.css'>",
        """<div class="product--details"><h1 class="product--title">Tisch Alder</h1><a class="product--supplier">
        <img alt="Alder" src="/l.png"></a><div class="product--price"><span class="price--content">349,00 €
        *</span></div>
        <span class="entry--sku"><strong>Artikel-Nr.:</strong> <span class="entry--content">NW-77</span></span>
        <button class="buybox--button">In den Warenkorb</button></div>""",
        {"title": "Tisch Alder", "price": 349, "currency": "EUR", "availability": "InStock", "sku": "NW-77"}),
    "Shopware 6": (
        "https://nordholz.example/tisch-alder",
        '<script src="/bundles/storefront/a.js"></script><link href="/shopware.css">',
        """<h1 class="product-detail-name">Tisch Alder</h1><p class="product-detail-price">349,00 €*</p>
        <span class="product-detail-ordernumber">NW-77</span><button class="btn-buy">In den Warenkorb</button>""",
        {"title": "Tisch Alder", "price": 349, "availability": "InStock", "sku": "NW-77"}),
    "bol.com": (
        "https://www.bol.com/nl/p/alder-bureau/9200000112345678/", "",
        """<h1><span data-test="title">Alder bureau</span></h1><span data-test="brand">Merk: <a
        href="/alder">Alder</a></span>
        <span data-test="price" class="promo-price">349<sup class="promo-price__fraction">95</sup></span>
        <a data-test="btn-add-to-basket" href="#">In winkelwagen</a>""",
        {"title": "Alder bureau", "price": Decimal("349.95"), "availability": "InStock", "brand": "Alder",
            "sku": "9200000112345678"}),
    "Otto": (
        "https://www.otto.de/p/alder-tisch-1700234567/", "",
        """<h1 class="prd_shortInfo__text">Alder Tisch »Eiche«</h1><span class="prd_brand">Alder</span><div
        class="prd_price">
        <span class="prd_price__amount">€<span id="normalPriceAmount" class="price">349,95</span></span></div>
        <span itemprop="productID">4410027781</span><button>In den Warenkorb</button>""",
        {"title": "Alder Tisch »Eiche«", "price": Decimal("349.95"), "currency": "EUR", "brand": "Alder",
            "sku": "4410027781"}),
    "Cdiscount": (
        "https://www.cdiscount.com/maison/bureau-alder/f-11701-nw77.html", '<link href="//i.cdscdn.com/a.css">',
        """<div id="fpContent"><div class="fpDesCol"><h1>Bureau Alder</h1></div><span class="fpStriked">449,99 €</span>
        <span class="fpPrice price jsMainPrice" content="349.99">349€<sup>99</sup></span>
        <input id="fpAddToBasket" type="submit" value="Ajouter au panier"></div>""",
        {"title": "Bureau Alder", "price": Decimal("349.99"), "list_price": Decimal("449.99"),
            "availability": "InStock"}),
    "JD": (
        "https://item.jd.com/100055512345.html",
        '<script src="//misc.360buyimg.com/a.js"></script><script>var pageConfig = '
        "{product: {skuid: 100055512345, name: 'x'}};</script>",
        """<div class="sku-name">Alder 实木书桌 120cm</div><div class="summary-price"><span
        class="p-price"><span>￥</span>
        <span class="price J-p-100055512345"></span></span></div><ul id="parameter-brand"><li title="Alder">品牌：
        <a href="//list.jd.com/alder">Alder</a></li></ul><a id="InitCartUrl" class="btn-special1"
        href="#">加入购物车</a>""",
        {"title": "Alder 实木书桌 120cm", "price": None, "availability": "InStock", "brand": "Alder",
            "sku": "100055512345"}),
}
# fmt: on


@pytest.mark.parametrize("name", PAGES)
def test_a_platform_is_told_and_read(name: str) -> None:
    url, head, body, wanted = PAGES[name]
    found = explain(f"<html><head><title>Shop</title>{head}</head><body>{body}{NEIGHBOUR}</body></html>", url)
    assert found.platform == name
    assert len(found.signs) >= 1
    read = {field: getattr(found.product, field) for field in wanted}
    assert read == wanted


def test_sold_out_on_amazon_has_no_price_though_neighbours_have() -> None:
    body = """<span id="productTitle">Alder desk</span><div id="availability"><span class="a-color-price">Currently
    unavailable.
    </span></div><div id="outOfStock">Currently unavailable.</div><img
    data-a-dynamic-image='{"https://m.example/l.jpg":[9,9]}'
    id="landingImage"><span class="price">$29.99</span>"""
    product = extract(f"<html><body>{body}{NEIGHBOUR}</body></html>", "https://www.amazon.com/dp/B0ALDER123")
    assert (product.price, product.availability, product.rating) == (None, "OutOfStock", None)
    assert product.images == ["https://m.example/l.jpg"]


@pytest.mark.parametrize(
    "page",
    [
        "<html><body><h1>We moved from Shopify.shop to our own</h1></body></html>",
        '<html><head><link href="https://cdn.shopify.com/x.png"></head><body><h1>A picture</h1></body></html>',
        "<html><body><p>A post on Magento_ modules</p></body></html>",
    ],
)
def test_one_word_tells_no_platform(page: str) -> None:
    assert detect(parse(page, "https://blog.example/post")) is None


def test_another_host_is_not_the_platform_whatever_its_pages_say() -> None:
    page = '<html><body><span id="productTitle">x</span><div id="dp-container"></div></body></html>'
    assert detect(parse(page, "https://amazon.com.evil.example/dp/B0ALDER123")) is None


def test_names_are_told_apart_and_selectors_can_be_read() -> None:
    names = [platform.name for platform in PLATFORMS]
    assert len(set(names)) == len(names)
    document = parse("<html><body></body></html>", None)
    for platform in PLATFORMS:
        places = [*platform.in_stock, *platform.sold_out, *(one for some in platform.fields.values() for one in some)]
        for place in places:
            assert document.tree.css(place.partition(" @")[0]) == [], (platform.name, place)


SHOPIFY = {
    "title": "Alder oak desk", "vendor": "Alder", "price": 34900, "compare_at_price": 44900, "available": True,
    "variants": [{"sku": "NW-77"}], "images": ["//cdn.shopify.com/a.jpg"],
}  # fmt: skip
WOO = [
    {
        "name": "Alder &amp; oak desk", "sku": "NW-77", "is_in_stock": False, "average_rating": "4.50",
        "review_count": 12,
        "prices": {"price": "34900", "regular_price": "44900", "currency_code": "EUR", "currency_minor_unit": 2},
        "images": [{"src": "/a.jpg"}],
    }
]  # fmt: skip
SQUARESPACE = {
    "item": {
        "title": "Alder oak desk", "items": [{"assetUrl": "/a.jpg"}],
        "variants": [{"sku": "NW-77", "qtyInStock": 2, "priceMoney": {"value": "349.00", "currency": "GBP"}}],
    }
}  # fmt: skip
VTEX = [
    {
        "productName": "Mesa Alder", "brand": "Alder", "productReference": "NW-77",
        "items": [{"images": [{"imageUrl": "/a.jpg"}], "sellers": [
            {"commertialOffer": {"Price": 349.0, "ListPrice": 449.0, "AvailableQuantity": 3}}]}],
    }
]  # fmt: skip
MAGENTO = {
    "data": {"products": {"items": [{
        "name": "Alder oak desk", "sku": "NW-77", "stock_status": "IN_STOCK", "media_gallery": [{"url": "/a.jpg"}],
        "price_range": {"minimum_price": {
            "final_price": {"value": 349, "currency": "PLN"}, "regular_price": {"value": 449}}}}]}}
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "asked", "answer", "state"),
    [
        ("Shopify", "https://northwood.example/products/alder-oak-desk.js", SHOPIFY, "InStock"),
        (
            "WooCommerce",
            "https://northwood.example/wp-json/wc/store/v1/products?slug=alder-oak-desk",
            WOO,
            "OutOfStock",
        ),
        ("Squarespace", "https://northwood.example/shop/alder-oak-desk?format=json", SQUARESPACE, "InStock"),
        ("VTEX", "https://loja.example.br/api/catalog_system/pub/products/search/mesa-alder/p", VTEX, "InStock"),
        ("Magento 2", "https://northwood.example/graphql?query=", MAGENTO, "InStock"),
    ],
)
def test_a_shop_answers_by_its_own_json(name: str, asked: str, answer: object, state: str) -> None:
    url, head, _, _ = PAGES[name]
    page = (
        f"<html><head>{head}</head><body><h1>{'Mesa Alder' if name == 'VTEX' else 'Alder oak desk'}</h1></body></html>"
    )
    told = question(page, url)
    assert told is not None
    assert told.startswith(asked)
    product = extract(page, url, json.dumps(answer))
    assert (product.price, product.availability, product.sku) == (Decimal(349), state, "NW-77")
    assert product.evidence["price"].source == "shop data"
    assert len(product.images) == 1


def test_the_page_decides_where_the_shops_answer_disagrees() -> None:
    url, head, body, _ = PAGES["Shopify"]
    product = extract(
        f"<html><head>{head}</head><body>{body}</body></html>", url, json.dumps(SHOPIFY | {"price": 29900})
    )
    assert product.price == 349


@pytest.mark.parametrize(
    "answer", ["", "<html>", "[]", "{}", '{"title": null}', "[[[[", '"x"', '{"title":"x","available":[]}']
)
def test_an_answer_that_can_not_be_read_says_nothing(answer: str) -> None:
    url, head, body, wanted = PAGES["Shopify"]
    assert extract(f"<html><head>{head}</head><body>{body}</body></html>", url, answer).price == wanted["price"]


def test_an_answer_of_other_types_is_read_as_far_as_it_goes() -> None:
    url, head, _, _ = PAGES["Shopify"]
    answer = SHOPIFY | {"vendor": {"name": "x"}, "variants": [{"sku": 7712}], "images": [None, 5, "/a.jpg"]}
    page = f"<html><head>{head}</head><body><h1>Alder oak desk</h1></body></html>"
    product = extract(page, url, json.dumps(answer))
    assert (product.sku, product.images) == ("7712", ["https://northwood.example/a.jpg"])


def test_no_question_is_asked_of_other_shops() -> None:
    assert question("<html><body><h1>Desk</h1></body></html>", "https://northwood.example/desk") is None
