"""What a page states of its offer in a line of its own is read beside the price alone, and told as what it is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.extraction import extract
from app.extraction.stated import Stated, stated_in
from app.models import Product, Wishes
from app.scenario import scenarios_of
from app.scenario.bank.bank import facts_of


@pytest.mark.parametrize(
    ("line", "stated"),
    [
        ("Save 20%", Stated("saving", 20, None)),
        ("SAVE £35 (already applied)", Stated("saving", None, Decimal(35))),
        ("Ersparnis: 12 %", Stated("saving", 12, None)),
        ("Vous économisez 30 %", Stated("saving", 30, None)),
        ("Ahorras un 25 %", Stated("saving", 25, None)),
        ("Sconto del 40%", Stated("saving", 40, None)),
        ("Desconto: 18%", Stated("saving", 18, None)),
        ("Скидка 15%", Stated("saving", 15, None)),
        ("7.5折", Stated("saving", 25, None)),
        ("折扣：88折起", Stated("saving", 12, None)),
        ("Apply 15% coupon", Stated("coupon", 15, None)),
        ("Gutschein einlösen: 5 €", Stated("coupon", None, Decimal(5))),
        ("Appliquer le coupon de 8 %", Stated("coupon", 8, None)),
        ("Aplicar cupón de 12 %", Stated("coupon", 12, None)),
        ("Cupom de 9%", Stated("coupon", 9, None)),
        ("Members save 10%", Stated("members", 10, None)),
        ("10 % Rabatt für Mitglieder", Stated("members", 10, None)),
        ("91% of customers would recommend this product", Stated("recommended", 91, None)),
        ("4.6 | Recommended by 91% of buyers", Stated("recommended", 91, None)),
        ("93 % der Kunden empfehlen diesen Artikel weiter", Stated("recommended", 93, None)),
        ("97% klientów poleca ten produkt", Stated("recommended", 97, None)),
    ],
)  # fmt: skip
def test_a_line_states_what_it_says_as_a_whole(line: str, stated: Stated) -> None:
    assert stated_in(line) == stated


@pytest.mark.parametrize(
    "line",
    [
        "Save 20% when you buy two",
        "Save 20% (with code ROLL20)",
        "Up to 50% off",
        "20% off your first order",
        "Spare 10 % bei Newsletter-Anmeldung",
        "5% de réduction dès 2 articles",
        "Save 0%",
        "Save 99%",
        "80%",
        "150",
        "52% of customers recommend it",
        "Save for later",
        "100% cotton",
        "折起 3",
    ],
)
def test_a_condition_or_a_bare_number_states_nothing(line: str) -> None:
    assert stated_in(line) is None


PAGE = """<html lang="{lang}"><head><title>Ravenna Bread Crock</title></head><body><main><h1>Ravenna Bread Crock</h1>
<p class="price">€ 49,00</p><div>{line}</div><button>Add to cart</button><ul class="features"><li>Keeps bread fresh for
nine days</li></ul>{far}</main></body></html>"""
FAR = "<div><p>Keeps bread fresh and dry in every kitchen, whatever the weather does outside.</p></div>" * 4


@pytest.mark.parametrize(
    ("lang", "line", "kind", "number"),
    [
        ("en", "<label>Apply 15% coupon</label>", "coupon", 15),
        ("de", "<span>Du sparst</span> <b>12</b><i>%</i>", "discount", 12),
        ("zh", "<span>折扣：</span><b>7.5</b><span>折起</span>", "discount", 25),
        ("it", "<p>I soci risparmiano il 10%</p>", "members", 10),
    ],
)
def test_what_stands_beside_the_price_is_a_fact(lang: str, line: str, kind: str, number: int) -> None:
    facts = facts_of(extract(PAGE.format(lang=lang, line=line, far=""), None))
    assert (kind, Decimal(number)) in {(fact.type, fact.number) for fact in facts}


@pytest.mark.parametrize(("lang", "line"), [("en", "Save 20%"), ("fr", "20 % de réduction")])
def test_what_is_saved_elsewhere_on_the_page_is_none(lang: str, line: str) -> None:
    elsewhere = f'{FAR}<div class="teaser"><p>{line}</p></div>'
    facts = facts_of(extract(PAGE.format(lang=lang, line="", far=elsewhere), None))
    assert not {fact.type for fact in facts} & {"discount", "coupon", "members"}


def test_buyers_who_recommend_it_are_found_under_a_link_to_the_reviews() -> None:
    far = f'{FAR}<section class="reviews"><h2>Reviews</h2><a href="#all">4.6 | 94% of buyers recommend it</a></section>'
    facts = facts_of(extract(PAGE.format(lang="en", line="", far=far), None))
    assert ("recommended", Decimal(94)) in {(fact.type, fact.number) for fact in facts}


def test_a_former_price_tells_the_saving_already() -> None:
    crock = Product(title="Ravenna Bread Crock", price=Decimal(80), list_price=Decimal(100), highlights=["Save 30%"])
    assert [fact.number for fact in facts_of(crock) if fact.type == "discount"] == [Decimal(20)]


def test_an_amount_that_the_price_makes_implausible_is_no_saving() -> None:
    crock = Product(title="Ravenna Bread Crock", price=Decimal(8), highlights=["Save £150"])
    assert not [fact for fact in facts_of(crock) if fact.type == "discount"]


FEATURES = {
    "en": ["The lid keeps bread fresh for nine days.", "It is turned by hand in Ravenna."],
    "de": ["Der Deckel hält das Brot neun Tage lang frisch.", "Er wird in Ravenna von Hand gedreht."],
    "fr": ["Le couvercle garde le pain frais pendant neuf jours.", "Il est tourné à la main à Ravenne."],
    "es": ["La tapa mantiene el pan fresco durante nueve días.", "Está torneada a mano en Rávena."],
    "it": ["Il coperchio mantiene il pane fresco per nove giorni.", "È tornito a mano a Ravenna."],
    "pt": ["A tampa mantém o pão fresco durante nove dias.", "É torneada à mão em Ravena."],
}  # fmt: skip
TOLD = {
    "en": ("Apply 15% coupon", "15% off with the coupon", "Members save 15%", "15% off for members"),
    "de": ("Gutschein einlösen: 15 %", "mit Coupon", "Mitglieder sparen 15 %", "für Mitglieder"),
    "fr": ("Coupon : 15 %", "avec le coupon", "Les membres économisent 15 %", "pour les membres"),
    "es": ("Cupón: 15 %", "con el cupón", "Los socios ahorran 15 %", "para socios"),
    "it": ("Coupon: 15%", "con il coupon", "I soci risparmiano il 15%", "per i soci"),
    "pt": ("Cupão: 15%", "com o cupão", "Os membros poupam 15%", "para membros"),
}


def told(code: str, *highlights: str, wished: str | None = None) -> str:
    crock = Product(
        title="Ravenna 35", price=Decimal(49), currency="EUR", language=code, features=FEATURES[code],
        highlights=list(highlights),
    )  # fmt: skip
    (script,) = scenarios_of(crock, Wishes(seconds=15, language=wished), 1)
    return "\n".join(
        text
        for scene in script.scenes
        for text in (scene.on_screen_text, scene.badge, scene.narration, *(point.label for point in scene.points))
        if text
    )


@pytest.mark.parametrize("code", sorted(TOLD))
def test_a_coupon_and_what_members_save_are_told_as_such(code: str) -> None:
    coupon, by_coupon, members, for_members = TOLD[code]
    script = told(code, coupon)
    assert by_coupon in script
    assert for_members not in script
    assert for_members in told(code, members)


@pytest.mark.parametrize("code", sorted(TOLD))
def test_a_saving_and_who_recommends_it_are_told_in_any_language(code: str) -> None:
    source = "de" if code == "en" else "en"
    lines = ["96 % der Käufer empfehlen es", "Du sparst 20 %"] if source == "de" else ["96% recommend it", "Save 20%"]
    script = told(source, *lines, wished=code)
    assert "96" in script
    assert "20" in script
