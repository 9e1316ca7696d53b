"""Prices, counts and ratings in the form of the country and as the six languages say them."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.extraction.money import amounts, decimal_sign, territory_currencies
from app.rendering.spoken import spoken
from app.scenario.amounts import currency_name, from_price, say_count, say_price, say_rating
from app.scenario.locales import decimals_of, home_of, price_locale, write_number, write_price
from app.scenario.units import measures_in, write_measure

SIX = ("en", "de", "fr", "es", "it", "pt")


@pytest.mark.parametrize(
    ("amount", "currency", "language", "country", "written"),
    [
        ("149999", "INR", "en", "IN", "₹1,49,999"),
        ("149999", "INR", "hi", None, "₹1,49,999"),
        ("249990", "CLP", "es", "CL", "$249.990"),
        ("3499", "ARS", "es", "AR", "$3.499"),
        ("1759.99", "BRL", "pt", "BR", "R$ 1.759,99"),
        ("1759.99", "BRL", "pt", None, "R$ 1.759,99"),
        ("206", "EUR", "de", "AT", "€ 206"),
        ("206", "EUR", "de", "DE", "206 €"),
        ("206", "EUR", "nl", "NL", "€ 206"),
        ("206", "EUR", "en", "IE", "€206"),
        ("38.15", "EUR", "fi", "FI", "38,15 €"),
        ("1299.9", "CHF", "de", "CH", "CHF 1’299.90"),
        ("149.9", "TND", "fr", "TN", "149,900 DT"),
        ("1299", "SEK", "sv", "SE", "1 299 kr"),
        ("1299", "SEK", "en", "SE", "1 299 kr"),
        ("1299", "DKK", "da", "DK", "1.299 kr."),
        ("1299", "CZK", "cs", "CZ", "1 299 Kč"),
        ("997", "PLN", "pl", "PL", "997 zł"),
        ("1299", "HUF", "hu", "HU", "1 299 Ft"),
        ("63.07", "RON", "ro", "RO", "63,07 lei"),
        ("12.5", "BGN", "bg", "BG", "12,50 лв."),
        ("1299", "RUB", "ru", "RU", "1 299 ₽"),
        ("502.2", "BYN", "ru", "BY", "502,20 р."),
        ("131990", "KZT", "ru", "KZ", "131 990 ₸"),
        ("129", "ILS", "he", "IL", "129 ₪"),
        ("839", "TWD", "zh", "TW", "NT$839"),
        ("839", "JPY", "ja", "JP", "¥839"),
        ("839", "CNY", "zh", "CN", "¥839"),
        ("8390", "KRW", "ko", "KR", "₩8,390"),
        ("23450", "PKR", "en", "PK", "Rs23,450"),
        ("839", "CAD", "en", "CA", "$839"),
        ("839", "CAD", "en", "US", "CA$839"),
        ("11.19", "GBP", "en", "CA", "£11.19"),
        ("20", "GBP", "fr", "FR", "20 £"),
        ("99", "AED", "en", "AE", "AED 99"),
        ("149.90", "EUR", "de", None, "149,90 €"),
        ("129.95", "EUR", "en", None, "€129.95"),
        ("64", "USD", "de", None, "64 $"),
    ],
)
def test_prices_are_written_as_the_country_writes_them(
    amount: str, currency: str, language: str, country: str | None, written: str
) -> None:
    shown = write_price(Decimal(amount), currency, language, country)
    assert shown.replace("\u00a0", " ").replace("\u202f", " ") == written


PLACES = (
    ("IN", "en"), ("CL", "es"), ("BR", "pt"), ("AT", "de"), ("DE", "de"), ("IE", "en"), ("CH", "de"), ("CH", "fr"),
        ("CH", "it"),
    ("TN", "fr"), ("SE", "sv"), ("NO", "nb"), ("DK", "da"), ("CZ", "cs"), ("PL", "pl"), ("HU", "hu"), ("RO", "ro"),
        ("RU", "ru"),
    ("BY", "ru"), ("KZ", "ru"), ("IL", "he"), ("SA", "ar"), ("TW", "zh"), ("JP", "ja"), ("CN", "zh"), ("KR", "ko"),
        ("CA", "en"),
    ("CA", "fr"), ("PK", "en"), ("GB", "en"), ("US", "en"), ("MX", "es"), ("CO", "es"), ("AR", "es"), ("PT", "pt"),
        ("ES", "es"),
    ("TR", "tr"), ("UA", "uk"), ("ZA", "en"), ("AU", "en"), ("KW", "ar"), ("GR", "el"), ("VN", "vi"), ("ID", "id"),
        ("TH", "th"),
)  # fmt: skip


@given(place=st.sampled_from(PLACES), minor=st.integers(min_value=1, max_value=10**9))
@example(place=("IN", "en"), minor=14_999_900)
@example(place=("TN", "fr"), minor=149_900)
def test_what_is_written_is_read_back_as_the_same_amount(place: tuple[str, str], minor: int) -> None:
    country, language = place
    currency = territory_currencies(country)[0]
    amount = Decimal(minor).scaleb(-decimals_of(currency))
    written = write_price(amount, currency, language, country)
    # What a page without decimals (150 DT) and a point for thousands means is the country's form as well.
    decimal = price_locale(currency, language, country).number_symbols["latn"].get("decimal", decimal_sign(language))
    read = amounts(written, territory=country, decimal=decimal, currency=currency)
    assert [(one.value, one.currency) for one in read] == [(amount, currency)], written


@given(currency=st.sampled_from(["EUR", "GBP", "INR", "JPY", "TND", "XTS", "BRL"]), language=st.sampled_from([*SIX,
    "pl", "zz"]),
       cents=st.integers(min_value=0, max_value=10**8))  # fmt: skip
def test_every_price_can_be_written_and_said(currency: str, language: str, cents: int) -> None:
    amount = Decimal(cents).scaleb(-decimals_of(currency))
    assert write_price(amount, currency, language)
    said = say_price(amount, currency, language)
    assert str(int(amount)) in said or amount < 1
    assert "{" not in said


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("76.99", "GBP", ("76 pounds 99", "76 Pfund 99", "76 livres 99", "76 libras con 99", "76 sterline e 99",
            "76 libras e 99")),
        ("1", "EUR", ("1 euro", "1 Euro", "1 euro", "1 euro", "1 euro", "1 euro")),
        ("0.5", "GBP", ("50 pence", "50 Pence", "50 pence", "50 peniques", "50 pence", "50 pence")),
        ("149999", "INR", ("149999 rupees", "149999 Rupien", "149999 roupies", "149999 rupias", "149999 rupie",
            "149999 rupias")),
        ("1299", "SEK", ("1299 kronor", "1299 Kronen", "1299 couronnes", "1299 coronas", "1299 corone",
            "1299 coroas")),
        ("2.05", "BRL", ("2 reais 5", "2 Real 5", "2 réals 5", "2 reales con 5", "2 real e 5", "2 reais e 5")),
    ],
)  # fmt: skip
def test_prices_are_said_in_each_language(amount: str, currency: str, said: tuple[str, ...]) -> None:
    assert tuple(say_price(Decimal(amount), currency, language) for language in SIX) == said


def test_a_currency_or_language_without_a_row_has_cldrs_name() -> None:
    assert say_price(Decimal(3), "GEL", "en") == "3 Georgian laris"
    assert currency_name("EUR", 2, "nl") == "euro"


@pytest.mark.parametrize(
    ("text", "language", "currency", "read_out"),
    [
        ("Jetzt 129,95 €, vorher 1.299 €", "de", None, "Jetzt 129 Euro 95, vorher 1299 Euro"),
        ("Por R$ 1.759,99", "pt", None, "Por 1759 reais e 99"),
        ("Ahora $249.990", "es", "CLP", "Ahora 249990 pesos"),
        ("Ahora $249", "es", None, "Ahora 249 dólares"),
        ("Only ₹1,49,999", "en", "INR", "Only 149999 rupees"),
        ("Just $249,990", "en", "CLP", "Just 249990 pesos"),
        ("149,900 DT", "fr", None, "149 dinars 900"),
        ("CHF 1’299.90", "de", None, "1299 Franken 90"),
        ("1 299 kr", "de", "SEK", "1299 Kronen"),
        ("0,99 €", "fr", None, "99 centimes"),
        ("A pair of Rs and 4 KRABI", "de", None, "A pair of Rs and 4 KRABI"),
    ],
)
def test_written_prices_are_read_out(text: str, language: str, currency: str | None, read_out: str) -> None:
    assert spoken(text.replace("1 299", "1\u00a0299"), language, currency) == read_out


def test_what_an_english_voice_reads_by_itself_is_left_to_it() -> None:
    assert spoken("Now £76.99 or $5") == "Now £76.99 or $5"


@given(count=st.integers(min_value=0, max_value=10**8), language=st.sampled_from(SIX))
def test_a_count_is_never_overstated(count: int, language: str) -> None:
    said = say_count(count, language)
    told = int("".join(filter(str.isdecimal, said)))
    assert told <= count
    assert told >= count * 0.89
    assert said.replace("\u202f", "").isdecimal() <= (told == count)


def test_counts_and_ratings_in_the_six_languages() -> None:
    assert [say_count(184_046, language).replace("\u202f", " ").replace("\u00a0", " ") for language in SIX] == [
        "over 184,000", "mehr als 184.000", "plus de 184 000", "más de 184.000", "oltre 184.000", "mais de 184 000",
    ]  # fmt: skip
    assert say_count(57, "en") == "57"
    assert say_count(2400, "en") == "2,400"
    assert [say_rating(4.6, language) for language in (*SIX, "pl")] == [
        "4.6 out of 5", "4,6 von 5", "4,6 sur 5", "4,6 de 5", "4,6 su 5", "4,6 de 5", "4,6 / 5",
    ]  # fmt: skip
    assert [from_price("20 €", language) for language in ("de", "fr", "pl")] == ["ab 20 €", "à partir de 20 €", "20 €"]


def test_measures_have_the_countrys_number_in_the_units_of_the_page() -> None:
    weight = measures_in("1299.5 kg")[0]
    assert write_measure(weight, "en", "de", "mal", short=True, country="CH") == "1’299.5\u00a0kg"
    assert write_measure(measures_in("12 oz")[0], "en", "en", "by", short=True, country="US") == "12\u00a0oz"


def test_home_countries_and_numbers() -> None:
    assert (home_of("GBP"), home_of("EUR"), home_of("XXX")) == ("GB", None, None)
    assert write_number(Decimal("1299.5"), "de", "CH") == "1’299.5"
    assert write_number(Decimal("1299.5"), "de") == "1.299,5"
