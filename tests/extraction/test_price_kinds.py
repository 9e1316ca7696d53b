"""Which amount is the price: short notations, other sums, names of blocks, offers, currencies, what costs nothing."""

import json
from decimal import Decimal

import pytest

from app.extraction import extract
from app.extraction.price_marks import COVER, OTHER_SUM_BEFORE
from app.extraction.word_patterns import words_in
from tests.extraction.pages import BUY, HOST, NAME, ld, offer, page, read

TITLE = f"<h1>{NAME}</h1>"
TEXT = "<p>Solid oak, oiled twice by hand, and made to last for decades of daily work.</p>"


def shown(written: str) -> str:
    return f'{TITLE}<div class="price">{written}</div>{BUY}'


@pytest.mark.parametrize(
    ("url", "lang", "written", "price", "currency"),
    [
        ("https://toko.example.id", "id", "Rp1,2 jt", "1200000", "IDR"),
        ("https://toko.example.id", "id", "Rp 350 ribu", "350000", "IDR"),
        ("https://dukan.example.in", "en", "₹ 1.5 Lakh", "150000", "INR"),
        ("https://magazin.example.ru", "ru", "12,9 тыс. ₽", "12900", "RUB"),
        ("https://shop.example.cn", "zh", "1.28万元", "12800", "CNY"),
        ("https://mise.example.jp", "ja", "3万円", "30000", "JPY"),
        ("https://cuahang.example.vn", "vi", "1,5 triệu ₫", "1500000", "VND"),
        ("https://shop.example", "en-US", "99¢", "0.99", "USD"),
        ("https://shop.example.uk", "en", "85p", "0.85", "GBP"),
        ("https://laden.example.ch", "de", "CHF 1ʼ299.00", "1299", "CHF"),
        ("https://laden.example.ch", "de", "CHF 1‘299.50", "1299.50", "CHF"),
        ("https://laden.example.ch", "de", "CHF 1´299.-", "1299", "CHF"),
        ("https://magazin.example.ro", "ro", "61,85 L", "61.85", "RON"),
        ("https://magazin.example.md", "ro", "1.161 L", "1161", "MDL"),
        ("https://shop.example", "en", "Beginning at 1 099,00 €", "1099", "EUR"),
        ("https://shop.example", "en", "Starting from just 1 099,00 € incl. VAT", "1099", "EUR"),
        ("https://shop.example", "en", "$3 mil plastic cover", "3", "USD"),
        ("https://shop.example.kr", "ko", "12만 9천원", "129000", "KRW"),
        ("https://mise.example.jp", "ja", "1万2,800円", "12800", "JPY"),
        ("https://dukan.example.in", "en", "₹1.2 Cr", "12000000", "INR"),
        ("https://dukan.example.pk", "en", "Rs.1,499", "1499", "PKR"),
        ("https://laden.example", "de", "99 Cent", "0.99", "EUR"),
    ],
)
def test_notations(url: str, lang: str, written: str, price: str, currency: str) -> None:
    product = extract(page(shown(written), lang=lang), url)
    assert (product.price, product.currency) == (Decimal(price), currency)


def test_a_volume_on_a_romanian_page_is_no_price() -> None:
    product = extract(
        page(f'{TITLE}<p class="volume">0,75 L</p><p class="price">61,85 lei</p>{BUY}', lang="ro"),
        "https://a.example.ro",
    )
    assert product.price == Decimal("61.85")


@pytest.mark.parametrize(
    ("written", "markup"), [("12,9 k€", "12900"), ("1,3 Mio. €", "1300000"), ("1,3 tys. €", "1299")]
)
def test_a_shorter_notation_contradicts_nothing(written: str, markup: str) -> None:
    assert read(shown(written), ld(offers=offer(markup)), lang="de").price == Decimal(markup)


def test_cents_in_markup_are_no_longer_notation_of_a_price() -> None:
    assert read(shown("€ 129.00"), ld(offers=offer("12900"))).price == 129


@pytest.mark.parametrize(
    ("written", "price"),
    [
        ("Only 4 left! $59.00", "59"),
        ("Pack of 6: $14.85", "14.85"),
        ("500 g $14.85", "14.85"),
        ("4 options from $439.34", "439.34"),
        ("<span>Set of 3:</span> <b>14.85 USD</b>", "14.85"),
        ("Size 42 59.00 €", "59"),
        ("Size 38 — 59.00 €", "59"),
        ("One of 5 left – 59.00 €", "59"),
        ("<span>59.00 €</span><span>M</span>", "59"),
    ],
)
def test_the_number_at_the_sign_is_the_price(written: str, price: str) -> None:
    assert read(shown(written)).price == Decimal(price)


@pytest.mark.parametrize(
    "block",
    [
        '<div class="c-price c-price--lg--discount"><span class="v">€ 349.00</span></div>',
        '<div class="price-and-saving"><span>€ 349.00</span></div>',
        '<div class="financing-enabled"><div class="price"><span>€ 349.00</span></div></div>',
        '<div class="discount-block"><del>€ 449.00</del> <span class="price">€ 349.00</span></div>',
        '<div class="rabatt"><b class="preis-neu">€ 349.00</b></div>',
        '<section class="klarna-enabled"><div><span class="amt">€ 349.00</span></div></section>',
        '<div class="shipping-info-and-price"><p class="amt">€ 349.00</p></div>',
        '<div class="remise-active"><em>€ 349.00</em></div>',
    ],
)
def test_names_of_wrappers_veto_no_price(block: str) -> None:
    assert read(f"{TITLE}{block}{BUY}").price == 349


@pytest.mark.parametrize(
    "block",
    [
        '<div class="you-save"><span class="price">€ 100.00</span></div>',
        '<div class="discount"><span>€ 100.00</span></div>',
        '<p class="economie">€ 100.00</p>',
        '<div class="shipping"><span>€ 100.00</span></div>',
        '<div class="financing"><span>€ 12.00</span></div>',
    ],
)
def test_what_is_saved_or_paid_monthly_is_no_price(block: str) -> None:
    assert read(f'{TITLE}{block}<div class="box"><span class="price">€ 349.00</span></div>{BUY}').price == 349


@pytest.mark.parametrize(
    "other",
    [
        "$49.00 left to free shipping",
        "$20 more for free delivery",
        "<b>$2.65</b> per meal",
        "$15 FREE",
        "$10 free gift",
        "$0.45/count",
    ],
)
def test_other_sums(other: str) -> None:
    body = (
        f'{TITLE}<div class="price-info"><p class="price">{other}</p></div>{TEXT}<div class="buy"><p>$59.00</p></div>'
    )
    assert read(f"{body}{BUY}").price == 59


@pytest.mark.parametrize(
    ("lang", "other"),
    [
        ("ru", "До бесплатной доставки 900 ₽"),
        ("es", "Te faltan 900 ₽ para el envío gratis"),
        ("ja", "送料無料まであと900 ₽"),
        ("fi", "9 ₽/annos"),
        ("nl", "₽ 90 verzendkosten"),
        ("it", "Fino a 90 ₽ di sconto"),
        ("fr", "3 x sans frais 1 967 ₽"),
        ("tr", "9 ₽ / porsiyon"),
        ("de", "monatlich 90 ₽"),
        ("nl", "90 ₽ per maand"),
        ("cs", "12 splátek po 90 ₽"),
    ],
)
def test_other_sums_in_many_languages(lang: str, other: str) -> None:
    body = f'{TITLE}<p class="price">{other}</p>{TEXT}<div class="buy"><p>5 900 ₽</p></div>{BUY}'
    assert read(body, lang=lang).price == 5900


@pytest.mark.parametrize(
    ("lang", "other"),
    [
        ("fr", "Garantie 2 ans + 9,90 €"),
        ("fr", "Montage + 19,00 €"),
        ("de", "2 Jahre Garantie 9,90 €"),
        ("es", "Seguro 12 meses 4,99 €"),
        ("ja", "延長保証 3年 9,90 €"),
    ],
)
def test_what_is_paid_for_more_than_the_product_is_no_price(lang: str, other: str) -> None:
    extra = f'<div class="option price">{other}</div>'
    assert read(f"{TITLE}{extra}{BUY}", lang=lang).price is None
    assert read(f'{TITLE}{extra}<p class="price">249,00 €</p>{BUY}', lang=lang).price == 249


def test_a_warranty_beside_the_price_takes_nothing_from_it() -> None:
    body = '<div><span>Garantie 2 ans</span> <span class="price">249,00 €</span></div>'
    assert read(f"{TITLE}{body}{BUY}", lang="fr").price == 249


@pytest.mark.parametrize("word", [one for one in words_in("amounts", "cover") if one.isalpha()])
def test_every_word_for_a_cover_makes_another_sum(word: str) -> None:
    assert COVER.search(f"{word} 24 ")
    assert OTHER_SUM_BEFORE.search(f"{word}: ")


def test_pence_a_wash_are_not_the_price_unless_nothing_else_is() -> None:
    wash = '<p class="price">85p a wash</p>'
    url = "https://shop.example.uk/powder"
    assert read(f'{TITLE}{wash}<p class="price">£9.00</p>{BUY}', url=url).price == 9
    assert read(f'{TITLE}<p class="price">£3.00 per piece</p>{BUY}', url=url).price == 3


OFFERS = [offer("19.00") | {"sku": "A"}, offer("29.00") | {"sku": "B"}, offer("39.00") | {"sku": "C"}]


def test_the_variant_that_is_shown_beats_the_cheapest() -> None:
    sizes = "<select><option>S 19.00 €</option><option selected>M 29.00 €</option></select>"
    assert read(f"{shown('€ 29.00')}{sizes}", ld(offers=OFFERS)).price == 29
    variants = [{"@type": "Product", "name": f"{NAME} {one['sku']}", "offers": one} for one in OFFERS]
    assert read(shown("€ 39.00"), ld(**{"@type": "ProductGroup", "hasVariant": variants})).price == 39


def test_the_sellers_price_that_is_shown_beats_the_cheapest_sellers() -> None:
    offers = {"@type": "AggregateOffer", "lowPrice": 19, "highPrice": 59, "priceCurrency": "EUR"}
    assert read(f"{shown('€ 39.00')}<p>Other sellers from € 19.00</p>", ld(offers=offers)).price == 39


def test_an_amount_that_no_offer_has_does_not_replace_the_markups() -> None:
    assert read(f"{TITLE}<p>€ 12.00</p>{TEXT}<p>€ 29.00</p>", ld(offers=OFFERS[1:2])).price == 29


@pytest.mark.parametrize(
    ("written", "markup", "price", "currency"),
    [
        ("132.34 EUR", offer("549.56", currency="AED"), "132.34", "EUR"),
        ("AED 549.56", offer("549.56", currency="EUR"), "549.56", "AED"),
        ("549.56 zł", offer("549.56", currency="USD"), "549.56", "PLN"),
        ("$549.56", offer("549.56", currency="CAD"), "549.56", "CAD"),
    ],
)
def test_a_currency_beside_the_price_outweighs_the_markups(
    written: str, markup: dict[str, str], price: str, currency: str
) -> None:
    product = read(shown(written), ld(offers=markup))
    assert (product.price, product.currency) == (Decimal(price), currency)


@pytest.mark.parametrize(
    ("name", "currency"), [("橡木书桌 120厘米", "CNY"), ("胡桃木餐桌", "CNY"), ("オーク机 120センチ", "JPY")]
)
def test_the_yuans_sign_among_han_characters(name: str, currency: str) -> None:
    html = page(
        f'<h1>{name}</h1><p class="price">¥34900</p><button class="add-to-cart">+</button>', title=name, lang=""
    )
    assert extract(html, HOST).currency == currency


@pytest.mark.parametrize(
    "note",
    [
        "This product has been discontinued",
        "Sold out",
        "販売終了しました",
        "Wycofany ze sprzedaży",
        "단종된 상품입니다",
    ],
)
def test_what_it_cost_while_it_was_sold_is_no_price(note: str) -> None:
    product = read(f"{TITLE}<p>{note}</p>{TEXT}", ld(offers=offer("349.00", "Discontinued")))
    assert (product.price, product.availability) == (None, "OutOfStock")
    still = read(f'{TITLE}<p class="price">€ 349.00</p><p>{note}</p>', ld(offers=offer("349.00", "OutOfStock")))
    assert still.price == 349
    template = read(f"{TITLE}<p>{note}</p>{TEXT}", ld(offers=offer("349.00", "InStock")))
    assert (template.price, template.availability) == (None, "OutOfStock")


def test_free_things() -> None:
    addon = '<div class="addons"><p>Support by phone</p><p>€ 19.00 / year</p></div>'
    product = read(f'{TITLE}<p class="price">Free</p><button>Download</button>{addon}', ld(offers=offer("0")))
    assert (product.price, product.currency) == (Decimal(0), "EUR")
    assert read(shown("Kostenlos"), ld(offers=offer("0.00")), lang="de").price == 0
    assert read(shown("無料"), ld(offers=offer("0", currency="JPY")), lang="ja").price == 0
    assert read(shown("€ 0.00"), ld(offers=offer(0))).price == 0


def test_a_zero_in_a_template_is_not_free() -> None:
    assert read(shown("€ 349.00"), ld(offers=offer(0))).price == 349
    assert read(f"{TITLE}<p>Free</p>{BUY}", ld(offers=offer(0))).price is None
    assert read(shown("€ 0.00")).price is None


# --- JSON-LD with faults ----------------------------------------------------------------------------------------------

GOOD = json.dumps({"@type": "Product", "name": NAME, "sku": "77123", "offers": offer("349")})


@pytest.mark.parametrize(
    "source",
    [
        f"// product\n{GOOD}",
        f"/*<![CDATA[*/{GOOD}/*]]>*/",
        f"//<![CDATA[\n{GOOD}\n//]]>",
        f'{{"@type":"WebSite","name":"Northwood"}}\n{GOOD}',
        f"[{GOOD}],{GOOD}",
        GOOD.replace('"sku"', '"weight": , "sku"'),
        GOOD.replace('"sku"', '"size": , "colours": [,"red"], "sku"'),
        GOOD.replace('"sku"', '/* its number */ "sku"'),
        GOOD.replace('"sku"', '"description": "A stand for a 27" screen", "sku"'),
        GOOD.replace('"sku"', '"description": "The "Oak", as we call it", "sku"'),
        GOOD.replace('"sku"', '"description": "5\\" deep \\d", "sku"'),
        GOOD.replace('}', ",}") + ";",
        GOOD.replace('"sku"', '"width": 12 cm, "sku"'),
        GOOD.replace('"sku"', '"size": {"weight": 1,5 kg}, "sku"'),
        GOOD.replace('"sku": "77123"', "'sku': '77123'"),
        GOOD.replace(', "offers"', ' "offers"'),
        GOOD.replace('"', "&quot;"),
        GOOD.replace('"offers"', '"Offers"').replace('"price"', '"Price"').replace('"sku"', '"SKU"'),
    ],
)  # fmt: skip
def test_a_fault_in_json_ld_costs_at_most_its_member(source: str) -> None:
    product = read(TITLE, f'<script type="application/ld+json">{source}</script>')
    assert (product.price, product.sku) == (Decimal(349), "77123")


def test_what_cannot_be_mended_says_nothing() -> None:
    broken = '<script type="application/ld+json">{"@type": "Product" "name" [ :</script>'
    assert read(shown("€ 349.00"), broken).price == 349


def test_the_number_of_the_only_offer_and_an_entity_escaped_twice() -> None:
    assert read(TITLE, ld(offers=offer("349") | {"sku": "NW-77123"})).sku == "NW-77123"
    range_of_one = {"@type": "AggregateOffer", "lowPrice": 349, "offers": [offer("349") | {"sku": "NW-77123"}]}
    assert read(TITLE, ld(offers=range_of_one)).sku == "NW-77123"
    assert read(TITLE, ld(offers=[offer("349") | {"sku": "NW-1"}, offer("359") | {"sku": "NW-2"}])).sku is None
    title = "Caf&amp;eacute; desk &amp;#39;Oslo&amp;#39;"
    assert read(f"<h1>{title}</h1>{BUY}", title=f"{title} | Northwood").title == "Café desk 'Oslo'"
    body = f"<h1>Oak &amp;amp; ash desk</h1>{BUY}"
    assert read(body, title="Oak &amp;amp; ash desk | Northwood").title == "Oak & ash desk"


@pytest.mark.parametrize(
    "order", ['<b class="price">$249</b><i>$249.99</i>', '<i>$249.99</i><b class="price">$249</b>']
)
def test_a_price_that_is_said_in_full_beside_itself(order: str) -> None:
    assert read(f"{TITLE}<div>{order}</div>{BUY}").price == Decimal("249.99")


def test_whole_prices_far_from_others_stay() -> None:
    body = f'{TITLE}<p class="price">$249</p>{BUY}{TEXT}{TEXT}<p>Oak stool $249.50</p>'
    assert read(body).price == 249


def test_of_two_prices_the_pages_data_name_one() -> None:
    """The more prominent amount is that of a set; the page's own data say which is the product's."""
    data = json.dumps({"product": {"name": NAME, "sku": "77123", "price": 249, "currency": "EUR"}})
    body = f'{TITLE}<p class="price">€ 419.00</p>{TEXT}<p>€ 249.00</p>{BUY}<script>var page = {data};</script>'
    assert read(body).price == 249
    assert read(body.replace('"price": 249', '"price": 419')).price == 419
    assert read(body.replace('"price": 249', '"price": 7')).price == 419


def test_a_former_price_in_the_pages_data_is_not_the_price() -> None:
    data = json.dumps({"product": {"name": NAME, "sku": "77123", "price": 449, "currency": "EUR"}})
    body = f'{TITLE}<del>€ 449.00</del><b class="price">€ 349.00</b>{BUY}<script>var page = {data};</script>'
    assert read(body).price == 349


def test_what_a_gift_costs_is_no_former_price() -> None:
    body = '<h1>橡木书桌</h1><p class="price">¥349</p><p>购买一张即送市价 ¥899 的礼品</p><button>加入购物车</button>'
    product = extract(page(body, lang="zh", title="橡木书桌"), HOST)
    assert (product.price, product.list_price) == (Decimal(349), None)
