"""What a price looks like in any language is known to the checks, or no script with it would pass."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from app.rendering.spoken_words import CODES
from app.scenario.checks.page import MONEY_SLOT
from app.scenario.locales import write_price


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "ja"])
@pytest.mark.parametrize("currency", CODES)
def test_a_price_as_it_is_written_fills_the_slot_of_prices(language: str, currency: str) -> None:
    for amount in (Decimal(64), Decimal("1234.5")):
        written = write_price(amount, currency, language)
        assert re.fullmatch(MONEY_SLOT, written), written


@pytest.mark.parametrize("other", ["", "5", "cheap", "5 of 10", "$", "very 5 cheap"])
def test_what_is_no_price_does_not_fill_it(other: str) -> None:
    assert not re.fullmatch(MONEY_SLOT, other)
