"""Numbers in headlines."""

import pytest

from app.rendering.numerals import Numeral, counted, numeral


@pytest.mark.parametrize(
    ("headline", "found"),
    [
        ("40 hours of music", Numeral("40", "hours of music", True)),
        ("750 ml", Numeral("750 ml", "", True)),
        ("-18 %", Numeral("-18 %", "", True)),
        ("2,310 ratings", Numeral("2,310", "ratings", True)),
        ("Baumwolle 100 %", Numeral("100 %", "Baumwolle", False)),
        ("3,5 l für die ganze Familie", Numeral("3,5 l", "für die ganze Familie", True)),
        ("Fits 10 to 12 cups", None),
        ("2-year warranty", None),
        ("Made of clay", None),
        ("USB 3.0 and 4 ports", None),
    ],
)
def test_a_number_is_parted_from_what_it_counts(headline: str, found: Numeral | None) -> None:
    assert numeral(headline) == found


@pytest.mark.parametrize("number", ["40", "2,310", "4.7", "1.250", "3,5 l", "−18 %", "100 %", "999", "12 000"])
def test_a_count_rises_to_its_number_in_its_own_way_of_writing(number: str) -> None:
    steps = counted(number)
    assert steps[-1] == number
    digits = [int("".join(char for char in step if char.isdigit())) for step in steps]
    assert digits == sorted(digits) and len(steps) <= 9
    ends = {step[len(step.rstrip("%l ")) :] for step in steps}
    assert len(ends) == 1
    assert all(not step.lstrip("−").startswith(("0,", ".", ",")) or "," in number for step in steps)


@pytest.mark.parametrize("number", ["2", "3", "none", "0"])
def test_nobody_counts_to_a_small_number(number: str) -> None:
    assert counted(number) == [number]
