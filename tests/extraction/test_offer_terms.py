"""The offer as the page means it: what it was, from where prices run, who pays it, and its kind."""

from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console

from app.cli.product_card import product_card
from app.extraction import explain
from app.extraction.terms import country_of
from app.models import Product
from tests.extraction.pages import BUY, HOST, NAME, ld, offer, page, read

# --- former prices ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "body", "price", "former", "kind"),
    [
        ("en", '<p>RRP £129.00</p><b class="price">£99.00</b>', 99, 129, "rrp"),
        ("de", '<p>UVP des Herstellers: 129,00 €</p><b class="price">99,00 €</b>', 99, 129, "rrp"),
        ("fr", '<p>Prix conseillé : 129,00 €</p><b class="price">99,00 €</b>', 99, 129, "rrp"),
        ("es", '<p>PVP: 129,00 €</p><b class="price">99,00 €</b>', 99, 129, "rrp"),
        ("it", '<p>Prezzo di listino 129,00 €</p><b class="price">99,00 €</b>', 99, 129, "rrp"),
        ("nl", '<p>Adviesprijs € 129,00</p><b class="price">€ 99,00</b>', 99, 129, "rrp"),
        ("ja", '<p>希望小売価格 ¥12,900</p><b class="price">¥9,900</b>', 9900, 12900, "rrp"),
        ("en", '<p>M.R.P.: ₹1,499</p><b class="price">₹999</b>', 999, 1499, "mrp"),
        ("en", '<b class="price">Rs. 999</b><small>MRP Rs. 1,499</small>', 999, 1499, "mrp"),
        ("en", '<p>Was £129.00</p><b class="price">Now £99.00</b>', 99, 129, "was"),
        ("de", '<b class="price">Statt 129,00 € nur 99,00 €</b>', 99, 129, "was"),
        ("en", '<b class="price">£99.00 was £129.00</b>', 99, 129, "was"),
        ("pl", '<b class="price">99,00 zł</b><p>Cena regularna: 129,00 zł</p>', 99, 129, "was"),
        ("ru", '<b class="price">990 ₽</b><p>Было 1290 ₽</p>', 990, 1290, "was"),
        ("tr", '<b class="price">990 TL</b><p>Eski fiyat: 1290 TL</p>', 990, 1290, "was"),
        ("sv", "<div><span>Ord. pris 899 kr</span><span>Kampanjpris 699 kr</span></div>", 699, 899, "was"),
        ("ko", '<b class="price">9,900원</b><p>정상가 12,900원</p>', 9900, 12900, "was"),
        ("fr", '<s>129,00 €</s><b class="price">99,00 €</b>', 99, 129, "was"),
        ("de", '<b class="price">99,00 €</b><p>Niedrigster Preis der letzten 30 Tage: 109,00 €</p>', 99, 109,
         "lowest_30_days"),
        ("pl", '<b class="price">99,00 zł</b><p>Najniższa cena z 30 dni przed obniżką: 119,00 zł</p>', 99, 119,
         "lowest_30_days"),
    ],
)  # fmt: skip
def test_a_former_price_is_named_as_the_page_names_it(lang: str, body: str, price: int, former: int, kind: str) -> None:
    found = read(f"<h1>{NAME}</h1>{body}{BUY}", lang=lang)
    assert (found.price, found.list_price, found.list_price_kind) == (Decimal(price), Decimal(former), kind)


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("en", "<div><i>$179.00</i> <i>$199.00</i></div><em>Save 10%</em>"),
        ("fi", "<div><i>179,00 €</i> <i>199,00 €</i></div><em>-10 %</em>"),
        ("pl", "<div><i>179,00 zł</i> <i>199,00 zł</i></div><em>taniej o 20 zł</em>"),
        ("zh", "<div><i>¥179</i> <i>¥199</i></div><em>9折</em>"),
    ],
)
def test_a_stated_saving_tells_the_price_from_what_it_was_without_a_word_or_a_line(lang: str, body: str) -> None:
    found = read(f"<h1>{NAME}</h1>{body}{BUY}", lang=lang)
    assert (found.price, found.list_price) == (Decimal(179), Decimal(199))


def test_two_amounts_side_by_side_without_a_saving_are_no_price_and_its_past() -> None:
    assert read(f"<h1>{NAME}</h1><div><i>$179.00</i> <i>$199.00</i></div>{BUY}").list_price is None


@pytest.mark.parametrize(
    "other",
    [
        '<p>Bundle with a lamp: <b class="price">€ 140.00</b> <s>€ 180.00</s></p>',  # another thing's pair
        '<p class="unit">€ 450.00 / m²</p>',
        "<p>or 12 payments of € 9.00, € 108.00 in all</p>",
        "<s>€ 101.00</s>",  # a rounding
        "<s>€ 9900.00</s>",  # a slip of the point
        "<s>£ 120.00</s>",  # another currency
    ],
    ids=["bundle", "unit", "instalments", "too near", "too far", "other money"],
)
def test_no_former_price_is_invented(other: str) -> None:
    filler = "<p>Solid oak from slow forests, oiled twice by hand and sanded between, on four turned legs.</p>"
    found = read(f'<h1>{NAME}</h1><b class="price">€ 99.00</b>{BUY}{filler}{other}', ld(offers=offer("99.00")))
    assert (found.price, found.list_price, found.list_price_kind) == (Decimal(99), None, None)


def test_a_former_price_that_only_markup_knows_is_none() -> None:
    metas = "".join(
        f'<meta property="product:{name}:amount" content="{amount}">'
        for name, amount in (("price", 99), ("original_price", 149))
    )
    shown = f'<h1>{NAME}</h1><b class="price">€ 99.00</b>'
    assert read(shown + BUY, metas).list_price is None
    assert read(f"{shown}<small>149.00</small>{BUY}", metas).list_price == 149


def test_a_struck_price_beside_the_markups_price_counts_wherever_it_stands() -> None:
    rest = "<p>" + "Oak, oiled. " * 500 + "</p>"
    body = f"<h1>{NAME}</h1>{rest}<div><strike>€ 149.00</strike> <span>€ 99.00</span></div>"
    assert read(body, ld(offers=offer("99.00"))).list_price == 149


# --- what the price is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "price"),
    [
        ("Only 4 left! $59.00", "59"),
        ("Pack of 6: $14.85", "14.85"),
        ("500 g $14.85", "14.85"),
        ("1箱 (每罐$35元)", "35"),
        ("$20 - $30", "20"),
        ("20–30 €", "20"),
    ],
)
def test_the_number_at_the_sign_is_the_price(written: str, price: str) -> None:
    assert read(f'<h1>{NAME}</h1><b class="price">{written}</b>{BUY}').price == Decimal(price)


@pytest.mark.parametrize(
    "body",
    [
        '<p>bez DPH <b class="price">100,00 €</b></p><p>s DPH <b class="price">120,00 €</b></p>',
        '<ul><li class="price">120,00 €</li><li class="price">brez DDV: 100,00 €</li></ul>',
        '<p><b class="price">100,00 €</b> excl. VAT</p><p><b class="price">120,00 €</b> incl. VAT</p>',
    ],
)
def test_what_is_paid_with_tax_is_the_price(body: str) -> None:
    assert read(f"<h1>{NAME}</h1>{body}{BUY}").price == 120


@pytest.mark.parametrize(
    ("lang", "written", "runs"),
    [
        ("en", "from £20.00", True), ("de", "ab 20,00 €", True), ("fr", "dès 20,00 €", True),
        ("fr", "à partir de 20,00 €", True), ("es", "desde 20,00 €", True), ("pt", "a partir de 20,00 €", True),
        ("it", "a partire da 20,00 €", True), ("nl", "vanaf € 20,00", True), ("sv", "från 20 kr", True),
        ("pl", "od 20,00 zł", True), ("ru", "от 20 ₽", True), ("fi", "20,00 € alkaen", True), ("zh", "20元起", True),
        ("ko", "20원~", True), ("en", "£20.00 – £35.00", True), ("es", "$3.499 - $4.059", True),
        ("en", "£20.00", False), ("de", "Jetzt 20,00 €", False), ("fr", "20,00 €", False),
    ],
)  # fmt: skip
def test_the_lowest_of_several_prices_is_marked(lang: str, written: str, runs: bool) -> None:
    found = read(f'<h1>{NAME}</h1><b class="price">{written}</b>{BUY}', lang=lang)
    assert found.price in (20, 3499)
    assert found.price_from is runs


def test_an_aggregate_of_offers_runs_from_its_lowest() -> None:
    several = {"@type": "AggregateOffer", "lowPrice": "20", "highPrice": "30", "priceCurrency": "EUR"}
    assert read(f"<h1>{NAME}</h1>", ld(offers=several)).price_from
    assert not read(f"<h1>{NAME}</h1>", ld(offers=several | {"highPrice": "20"})).price_from


@pytest.mark.parametrize(
    ("written", "unit"),
    [("£3 / 3 pack", "3 pack"), ("997 zł /szt.", "szt"), ("US$11.99 / Set", "set"), ("€ 12 per pair", "pair")],
)
def test_what_the_price_is_for(written: str, unit: str) -> None:
    found = read(f'<h1>{NAME}</h1><div><b class="price">{written}</b></div>{BUY}')
    assert found.price_unit == unit


# --- who pays it ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "members"),
    [("en", "Clubcard price £15.00"), ("en", "£15.00 with Prime"), ("de", "Mitgliederpreis 15,00 £"), ("fr",
        "Prix adhérent 15,00 £"),
     ("es", "Precio socio 15,00 £"), ("it", "Prezzo soci 15,00 £"), ("sv", "Medlemspris £15.00"), ("ru",
         "По карте £15.00")],
)  # fmt: skip
def test_what_members_pay_is_never_the_price(lang: str, members: str) -> None:
    both = read(f'<h1>{NAME}</h1><p class="price">{members}</p><p class="price">£20.00</p>{BUY}', lang=lang)
    assert (both.price, both.offer) == (Decimal(20), "plain")
    alone = read(
        f'<h1>{NAME}</h1><p class="price">{members}</p>{BUY}', ld(offers=offer("15.00", currency="GBP")), lang=lang
    )
    assert (alone.price, alone.offer) == (None, "members")


@pytest.mark.parametrize(
    ("lang", "part"),
    [("en", "£15.00 / month"), ("de", "monatlich 15,00 £"), ("fr", "£15.00 par mois"), ("es", "Cuotas de £15.00"),
        ("pt", "12x de £15.00")],
)  # fmt: skip
def test_an_instalment_is_never_the_price(lang: str, part: str) -> None:
    alone = read(
        f'<h1>{NAME}</h1><p class="price">{part}</p>{BUY}', ld(offers=offer("15.00", currency="GBP")), lang=lang
    )
    assert (alone.price, alone.offer) == (None, "instalment")


def test_the_price_online_beside_one_for_the_holders_of_a_card() -> None:
    body = (
        '<p class="price card">$ 89.990</p><p class="price web">Internet: $ 99.990</p>'
        '<p class="price usual">Normal: $ 129.990</p>'
    )
    found = read(f"<h1>{NAME}</h1>{body}{BUY}", lang="es-CL")
    assert (found.price, found.list_price, found.list_price_kind) == (Decimal(99990), Decimal(129990), "was")


# --- kinds of offers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "body", "stage", "bids", "ended"),
    [
        ("en",
            '<p>Current bid: <b class="price">£42.00</b></p><p>[ <a>7</a> <a>bids</a> ]</p><button>Place bid</button>',
         "current", 7, False),
        ("en", "<p>Ended:</p><p>28 Nov</p><p>Winning bid: <b class='price'>£42.00</b></p><p>12 bids</p>", "winning",
            12, True),
        ("de", '<p>Startpreis: <b class="price">42,00 £</b></p><p>0 Gebote</p><button>Bieten</button>', "starting", 0,
            False),
        ("fr", '<p>Enchère actuelle <b class="price">42,00 £</b></p><p>3 enchères</p>', "current", 3, False),
        ("it", '<p>Prezzo di partenza: <b class="price">42,00 £</b></p>', "starting", None, False),
    ],
)  # fmt: skip
def test_auctions(lang: str, body: str, stage: str, bids: int | None, ended: bool) -> None:
    found = read(f"<h1>{NAME}</h1>{body}", ld(), lang=lang)
    assert (found.price, found.offer, found.bid_stage, found.bids, found.ended) == (
        Decimal(42),
        "auction",
        stage,
        bids,
        ended,
    )


@pytest.mark.parametrize(
    ("lang", "extra", "head", "kind", "condition"),
    [
        ("en", "<p>Condition:</p><p>Used</p>", "", "used", "Used"),
        ("de", "<dl><dt>Zustand</dt><dd>Gebraucht</dd></dl>", "", "used", "Gebraucht"),
        ("fr", "<p>État : Reconditionné</p>", "", "refurbished", "Reconditionné"),
        ("es", "<p>Estado: Usado</p>", "", "used", "Usado"),
        ("en", "", ld(itemCondition="https://schema.org/RefurbishedCondition", offers=offer("20")), "refurbished",
            None),
        ("en", "<p>Condition: New</p>", "", "plain", None),
        ("en", "<button>Pre-order now</button>", "", "preorder", None),
        ("de", "<button>Jetzt vorbestellen</button>", "", "preorder", None),
        ("en", "", ld(offers=offer("20", state="PreOrder")), "preorder", None),
        ("en", "<a>Buy tickets</a>", "", "ticket", None),
        ("es", "<button>Comprar entradas</button>", "", "ticket", None),
        ("fr", "<button>Louer</button>", "", "rental", None),
        ("en", "<p>Customers who used it like the condition of its bids.</p>", "", "plain", None),
    ],
)  # fmt: skip
def test_kinds_of_offers(lang: str, extra: str, head: str, kind: str, condition: str | None) -> None:
    found = read(f'<h1>{NAME}</h1><b class="price">€ 20.00</b>{extra}', head, lang=lang)
    assert (found.price, found.offer, found.condition) == (Decimal(20), kind, condition)


def test_the_title_may_name_the_condition() -> None:
    title = "Alder phone 12, refurbished"
    found = read(f'<h1>{title}</h1><b class="price">€ 20.00</b>{BUY}', title=title)
    assert (found.offer, found.condition) == ("refurbished", "refurbished")


def test_a_price_for_a_day_is_a_rental() -> None:
    found = read(f'<h1>{NAME}</h1><div><b class="price">€ 20.00 / day</b></div>{BUY}')
    assert (found.price, found.offer, found.price_unit) == (Decimal(20), "rental", "day")


def test_a_listing_that_is_over() -> None:
    found = read(f'<h1>{NAME}</h1><p>This listing has ended</p><b class="price">€ 20.00</b>', ld())
    assert (found.offer, found.ended) == ("ended", True)


@pytest.mark.parametrize(
    ("territory", "currency", "language", "country"),
    [("CH", "EUR", "de", "CH"), (None, "SEK", "en", "SE"), (None, "EUR", "de", "DE"), (None, "EUR", "en", None),
     (None, "USD", "en", None), (None, None, "fr", None), (None, "BRL", None, "BR"), (None, "XOF", "fr", None)],
)  # fmt: skip
def test_the_country_that_a_page_speaks_to(
    territory: str | None, currency: str | None, language: str, country: str | None
) -> None:
    assert country_of(territory, currency, language) == country


def test_a_stored_product_without_the_terms_loads() -> None:
    old = Product.model_validate({"title": NAME, "price": 20, "list_price": 30, "currency": "EUR"})
    assert (old.offer, old.list_price_kind, old.price_from, old.country) == ("plain", None, False, None)


def test_the_card_shows_the_terms(tmp_path: Path) -> None:
    body = f'<h1>{NAME}</h1><p>RRP £129.00</p><b class="price">from £99.00</b><p>Condition: Used</p>{BUY}'
    console = Console(width=100, record=True, file=(tmp_path / "card").open("w"))
    with console.file:
        console.print(product_card(explain(page(body), HOST), console))
        shown = console.export_text()
    assert "129.00 GBP (rrp)" in shown
    assert "from 99.00 GBP" in shown
    assert "used, Used" in shown


@pytest.mark.parametrize(
    ("head", "brand", "doubtful"),
    [(ld(brand="Northwood", offers=offer("349.00")), "", False), ("", "<a class='brand'>Northwood</a>", True)],
)
def test_the_card_says_what_is_doubtful(head: str, brand: str, doubtful: bool, tmp_path: Path) -> None:
    console = Console(width=100, record=True, file=(tmp_path / "card").open("w"))
    body = f"{brand}<h1>{NAME}</h1><b class=price>€ 349.00</b>{BUY}"
    with console.file:
        console.print(product_card(explain(page(body, head), HOST), console))
        shown = console.export_text()
    line = next(line for line in shown.splitlines() if "Northwood" in line and "%" in line)
    assert ("doubtful" in line) == doubtful


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("en", "<div><i>$199.00 $179.00</i> <em>You save $20.00 (10%)</em></div>"),
        ("de", "<div><i>199,00 € 179,00 €</i> <em>-10 %</em></div>"),
        ("en", '<div><i aria-label="Original price $199.00">$199.00</i><i aria-label="Now $179.00">$179.00</i></div>'),
        ("fr", '<div><i aria-label="Au lieu de 199,00 €">199,00 €</i> <i>179,00 €</i></div>'),
        ("en", "<style>.a1{color:red}.k9Z{margin:0;text-decoration:line-through}</style>"
               '<div><i class="k9Z">$199.00</i> <i class="b7">$179.00</i></div>'),
        ("pl", "<style>\n.stara { text-decoration-line: line-through; }\n</style>"
               '<div><i>179,00 zł</i> <i class="x stara">199,00 zł</i></div>'),
    ],
)  # fmt: skip
def test_a_former_price_in_one_text_in_a_spoken_label_and_by_the_style_sheet(lang: str, body: str) -> None:
    found = read(f"<h1>{NAME}</h1>{body}{BUY}", lang=lang)
    assert (found.price, found.list_price) == (Decimal(179), Decimal(199))


@pytest.mark.parametrize(
    "rule", [".gone .amount{text-decoration:line-through}", ".amount:hover{text-decoration:line-through}", ".amount{}"]
)
def test_a_rule_of_the_style_sheet_with_a_condition_strikes_nothing_out(rule: str) -> None:
    found = read(f'<style>{rule}</style><h1>{NAME}</h1><b class="amount">$199.00</b>{BUY}')
    assert (found.price, found.list_price) == (Decimal(199), None)


def test_two_amounts_in_one_text_whose_saving_is_another_are_no_price_and_its_past() -> None:
    assert read(f"<h1>{NAME}</h1><div><i>$199.00 $179.00</i> <em>Save 25%</em></div>{BUY}").list_price is None
