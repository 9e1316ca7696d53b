"""What is read from a product's text, on texts whose answer a person can tell."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.analysis.reading import reading_ease
from app.analysis.tables import word_tables
from app.analysis.text import analyze_plain_text, analyze_text, key_phrases, tone_of
from app.analysis.words import clean, detect_language, sentences, syllables, words
from app.models import Product

MUG = Product(
    title="Alba Stoneware Mug",
    description="Keeps coffee hot for 40 minutes. The best mug in the world! Clinically proven to be eco-friendly.",
    price=Decimal("24"),
    currency="USD",
    features=["Dishwasher safe", "Free shipping", "Matte glaze", "Dishwasher safe"],
    specs={"Weight": "380 g"},
    images=["a", "b"],
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wireless headphones with noise cancelling", "en"),
        ("Kabellose Kopfhörer mit langer Laufzeit", "de"),
        ("Ce casque sans fil offre une grande autonomie", "fr"),
        ("Bolso de cuero hecho a mano en España", "es"),
        ("コーヒーメーカー", "ja"),
        ("12345", None),
        ("", None),
        ("XK-200", None),
    ],
)
def test_the_language_is_told_only_when_it_is_clear(text: str, language: str | None) -> None:
    assert detect_language(text) == language


def test_the_pages_own_language_goes_before_the_detected_one() -> None:
    assert analyze_text(MUG).language == "en"
    assert analyze_text(MUG.model_copy(update={"language": "de"})).language == "de"


@pytest.mark.parametrize(
    ("language", "counts"),
    [
        ("en", {"table": 2, "made": 1, "beautiful": 3, "houses": 2, "wanted": 2, "the": 1, "battery": 3}),
        ("de", {"Baumwolle": 3, "Häuser": 2, "kabellos": 3, "Bett": 1}),
        ("fr", {"bouteille": 2, "école": 2, "chaise": 1, "grande": 1}),
        ("es", {"ciudad": 2, "bolso": 2, "limpieza": 3, "muy": 1, "leer": 2}),
        ("it", {"bottiglia": 3, "acqua": 2, "chiave": 2}),
    ],
)
def test_syllables(language: str, counts: dict[str, int]) -> None:
    assert {word: syllables(word, language) for word in counts} == counts


def test_reading_ease_follows_the_published_formula() -> None:
    # 24 words of one syllable in four sentences: 206.835 - 1.015 * 6 - 84.6 * 1 = 116.1, held at 100.
    easy = "The cat sat on the mat. " * 4
    assert reading_ease(easy, "en") == 100
    # 20 words, 2 sentences, 60 syllables by hand: 206.84 - 1.02 * 10 - 60 * 3 = 16.6.
    hard = ("cabeza camino palabra ventana zapato pelota cuchara botella camisa maleta. " * 2).strip()
    assert reading_ease(hard.replace(". c", ". C"), "es") == 16.6
    assert reading_ease("Too short to tell.", "en") is None
    assert reading_ease(easy, "ja") is None


def test_sentences_end_at_stops_and_line_breaks_but_not_at_abbreviations() -> None:
    text = "Wiegt ca. 300 g. Passt überall, z. B. auf den Tisch! Fertig…\nNeue Zeile"
    assert sentences(text) == ["Wiegt ca. 300 g.", "Passt überall, z. B. auf den Tisch!", "Fertig…", "Neue Zeile"]
    assert sentences("防水です。軽い！") == ["防水です。", "軽い！"]


def test_cleaning_drops_emoji_and_marks_but_no_letters() -> None:
    assert clean("  🔥 Hot\u00a0Mug™ 👍🏽\n1️⃣ at 30 °C\u200b ") == "Hot Mug 1 at 30 °C"
    assert clean("می\u200cخواهم") == "می\u200cخواهم"


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_every_language_table_is_whole(language: str) -> None:
    table = word_tables()[language]
    assert set(table.tone) == {"warm", "excited", "technical"}
    assert set(table.buyer) == {"dimensions", "material", "weight"}
    assert not table.claims.search("") and not table.boilerplate.search("")


@pytest.mark.parametrize(
    ("language", "claims", "plain"),
    [
        (
            "en",
            ["The best pan.", "Clinically proven.", "Heals dry skin.", "Eco-friendly bottle.", "Guaranteed to last."],
            ["Bestows calm.", "Holds 300 ml.", "A steel bottle."],
        ),
        (
            "de",
            ["Der beste Topf.", "Klinisch getestet.", "Lindert Schmerzen.", "Klimaneutral hergestellt."],
            ["Aus Stahl.", "Fasst 300 ml."],
        ),
        (
            "fr",
            ["La meilleure poêle.", "Cliniquement prouvé.", "Soulage le dos.", "Un sac biodégradable."],
            ["En acier.", "Contient 300 ml."],
        ),
    ],
)
def test_claims_to_check(language: str, claims: list[str], plain: list[str]) -> None:
    found = analyze_plain_text("\n".join([*claims, *plain]), language).claims_to_check
    assert found == claims


def test_a_products_claims_selling_points_and_gaps() -> None:
    analysis = analyze_text(MUG)
    assert analysis.claims_to_check == ["The best mug in the world!", "Clinically proven to be eco-friendly."]
    assert analysis.selling_points == ["Dishwasher safe", "Matte glaze"]
    for missing in ("brand", "availability", "rating", "gtin", "categories", "images", "dimensions"):
        assert missing in analysis.missing_facts
    for known in ("price", "currency", "description", "features", "weight", "material"):
        assert known not in analysis.missing_facts
    assert analyze_plain_text("Any text.").missing_facts == []


def test_without_a_feature_list_the_telling_sentences_are_the_selling_points() -> None:
    product = Product(
        title="Lamp",
        description="Welcome to our page. The lamp gives 800 lm of light and needs 9 W. Click here to see more of it.",
        language="en",
    )
    assert analyze_text(product).selling_points == ["The lamp gives 800 lm of light and needs 9 W."]


def test_key_phrases_carry_the_text() -> None:
    text = "The noise cancelling headphones last a day. Noise cancelling headphones with a soft case, and a cable."
    phrases = key_phrases(text, "en")
    assert phrases[0] == "noise cancelling headphones last" or phrases[0] == "noise cancelling headphones"
    assert "soft case" in phrases
    assert not {"the", "with", "and"} & set(phrases)


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("A soft blanket for cosy evenings at home with friends and family.", "warm"),
        ("Wow! This is amazing! Don't miss it!", "excited"),
        ("The 40 mm drivers cover 20 Hz to 20 kHz, the Bluetooth codec is LDAC, the battery has 900 mAh.", "technical"),
        ("A wooden table with four legs and a round top, delivered in two parts.", "neutral"),
    ],
)
def test_tone(text: str, tone: str) -> None:
    assert tone_of(text, "en") == tone


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400), st.sampled_from([None, "en", "de", "fr", "es", "it", "zz"]))
def test_any_text_can_be_analyzed(text: str, language: str | None) -> None:
    analysis = analyze_plain_text(text, language)
    assert analysis.words == len(words(text))
    assert analysis.reading_ease is None or 0 <= analysis.reading_ease <= 100
