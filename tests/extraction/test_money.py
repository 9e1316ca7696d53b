"""Amounts and currencies as shops write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.extraction.money import amounts, currency_code, machine_amount, territory_of


@pytest.mark.parametrize(
    ("text", "territory", "decimal", "value", "currency"),
    [
        ("1.299,00 €", "DE", ",", "1299.00", "EUR"),
        ("€1,299.00", "IE", ".", "1299.00", "EUR"),
        ("1 299,00 kr", "SE", ",", "1299.00", "SEK"),
        ("1\u00a0299,00 kr", "NO", ",", "1299.00", "NOK"),
        ("249 kr.", "DK", ",", "249", "DKK"),
        ("249 kr", None, ".", "249", None),
        ("CHF 1'299.–", "CH", ".", "1299", "CHF"),
        ("CHF 1’299.50", "CH", ".", "1299.50", "CHF"),
        ("1299,-", "NL", ",", "1299", None),
        ("KWD 12.345", "KW", ".", "12.345", "KWD"),
        ("12,345 KWD", "KW", ".", "12345", "KWD"),
        ("12,345 TND", "TN", ",", "12.345", "TND"),
        ("$1.299", "CL", ",", "1299", "CLP"),
        ("$1,299.99", "US", ".", "1299.99", "USD"),
        ("$12.50", "CA", ".", "12.50", "CAD"),
        ("A$12.50", "US", ".", "12.50", "AUD"),
        ("R$ 1.299,90", "BR", ",", "1299.90", "BRL"),
        ("₹1,29,999.00", "IN", ".", "129999.00", "INR"),
        ("12 800 円", "JP", ".", "12800", "JPY"),
        ("￥980", "CN", ".", "980", "CNY"),
        ("1 299 Kč", "CZ", ",", "1299", "CZK"),
        ("99,90 zł", "PL", ",", "99.90", "PLN"),
        ("٢٥٫٥٠ SAR", "SA", "٫", "25.50", "SAR"),
        ("0,99 €", "DE", ",", "0.99", "EUR"),
        ("0.500 €", "IE", ".", "0.500", "EUR"),
        ("1.234.567 €", "DE", ",", "1234567", "EUR"),
    ],
)
def test_an_amount_is_read(text: str, territory: str | None, decimal: str, value: str, currency: str | None) -> None:
    found = amounts(text, territory=territory, decimal=decimal)
    assert [(one.value, one.currency) for one in found] == [(Decimal(value), currency)]


@pytest.mark.parametrize("text", ["", "free", "50% off", "n/a", "€"])
def test_no_amount(text: str) -> None:
    assert amounts(text) == []


@pytest.mark.parametrize(
    ("value", "currency", "amount"),
    [
        ("1299.00", "EUR", "1299.00"),
        (49.1, "EUR", "49.1"),
        (2190, "ARS", "2190"),
        ("1,299.00", "USD", "1299.00"),
        ("1.299,00", "EUR", "1299.00"),
        ("$12.50", "USD", "12.50"),
        ("12.345", "KWD", "12.345"),
        ("12.800", "JPY", "12800"),
    ],
)
def test_a_machine_amount_is_read(value: object, currency: str, amount: str) -> None:
    assert machine_amount(value, currency) == Decimal(amount)


@pytest.mark.parametrize(
    "value", [None, True, "", "abc", "10 - 20", "-5", float("nan"), float("inf"), [], {}, "9" * 40]
)
def test_no_machine_amount(value: object) -> None:
    assert machine_amount(value, "EUR") is None


@pytest.mark.parametrize(
    ("written", "code"),
    [("eur", "EUR"), ("€", "EUR"), ("US$", "USD"), ("$", None), ("kr", None), ("XYZ", None), ("", None)],
)
def test_currency_code(written: str, code: str | None) -> None:
    assert currency_code(written) == code


@pytest.mark.parametrize(
    ("host", "locale", "territory"),
    [
        ("shop.de", "en", "DE"),
        ("shop.co.uk", "en", "GB"),
        ("shop.com", "de-CH", "CH"),
        ("shop.com", "sv", "SE"),
        ("shop.com", "en", None),
        ("shop.io", None, None),
    ],
)
def test_the_country_of_a_page(host: str, locale: str | None, territory: str | None) -> None:
    assert territory_of(host, locale) == territory


@given(st.decimals(min_value="0.01", max_value="9999999", places=2))
def test_both_ways_of_writing_a_sum_are_read_alike(value: Decimal) -> None:
    english = f"{value:,}"
    german = english.translate(str.maketrans(",.", ".,"))
    for text in (f"${english}", f"{german} €"):
        assert [one.value for one in amounts(text)] == [value]


@given(st.text(max_size=80))
def test_any_text_is_survived(text: str) -> None:
    for amount in amounts(text):
        assert amount.value >= 0
    machine_amount(text, "EUR")
