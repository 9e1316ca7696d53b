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
        ("pt", {"água": 2, "coração": 3, "mão": 1, "família": 3, "saída": 3, "queijo": 2, "cadeira": 3}),
        ("nl", {"stoel": 1, "koffie": 2, "bureau": 2, "mooie": 2, "geëvenaard": 4, "huis": 1}),
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


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "pt", "nl"])
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
        (
            "es",
            [
                "La mejor sartén.",
                "Clínicamente probado.",
                "Alivia el dolor.",
                "Botella ecológica.",
                "Garantizado de por vida.",
            ],
            ["De acero inoxidable.", "Capacidad de 300 ml.", "Para cafés más fríos."],
        ),
        (
            "it",
            [
                "La migliore padella.",
                "Clinicamente testato.",
                "Allevia il dolore.",
                "Borsa sostenibile.",
                "Soddisfatti o rimborsati.",
            ],
            ["In acciaio.", "Contiene 300 ml.", "Una casa calda."],
        ),
        (
            "pt",
            [
                "A melhor frigideira.",
                "Clinicamente testado.",
                "Alivia as dores.",
                "Garrafa sustentável.",
                "Garantia vitalícia.",
            ],
            ["De aço.", "Capacidade de 300 ml.", "Mais um copo."],
        ),
        (
            "nl",
            [
                "De beste pan.",
                "Klinisch bewezen.",
                "Verlicht pijn.",
                "Milieuvriendelijke fles.",
                "Gegarandeerd scherp.",
            ],
            ["Van staal.", "Inhoud 300 ml.", "Twee kopjes thee."],
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


TEXTS = {
    "es": (
        "Taza de gres Alba. Una taza suave y acogedora, hecha a mano para la familia y los amigos. Regalo con cariño.",
        "Añadir al carrito para envío gratis",
        "Pesa 380 g y tiene 9 cm x 8 cm. Gres esmaltado.",
    ),
    "it": (
        "Tazza in gres Alba. Una tazza morbida e dolce, fatta a mano per la famiglia e gli amici. Un regalo di cuore.",
        "Aggiungi al carrello con spedizione gratuita",
        "Pesa 380 g e misura 9 cm x 8 cm. Gres smaltato.",
    ),
    "pt": (
        "Caneca de grés Alba. Uma caneca macia e aconchegante, feita à mão para a família e os amigos. Um presente.",
        "Adicionar ao carrinho com envio grátis",
        "Pesa 380 g e mede 9 cm x 8 cm. Grés esmaltado.",
    ),
    "nl": (
        "Alba mok van aardewerk. Een zachte, gezellige mok, handgemaakt voor familie en vrienden. Een warm cadeau.",
        "In de winkelwagen met gratis verzending",
        "Weegt 380 g en meet 9 cm x 8 cm. Geglazuurd aardewerk.",
    ),
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_product_in_each_language(language: str) -> None:
    warm, boilerplate, facts = TEXTS[language]
    bare = Product(title="Alba", description=warm, features=[boilerplate])
    analysis = analyze_text(bare)
    assert (analysis.language, analysis.tone) == (language, "warm")
    assert analysis.claims_to_check == []
    assert boilerplate not in analysis.selling_points
    assert {"dimensions", "weight"} <= set(analysis.missing_facts)
    full = analyze_text(bare.model_copy(update={"features": [facts]}))
    assert not {"dimensions", "weight", "material"} & set(full.missing_facts)
    assert full.selling_points


@pytest.mark.parametrize(
    ("language", "easy", "hard"),
    [
        ("es", "La taza es de gres. Es muy suave. Va al agua y al horno. ",
         "La extraordinaria versatilidad funcional caracteriza indiscutiblemente nuestras presentaciones. "),
        ("it", "La tazza è di gres. È blu e sta in mano. Va in forno e nel gelo. ",
         "La straordinaria versatilità funzionale caratterizza indiscutibilmente le nostre realizzazioni. "),
        ("pt", "A caneca é de grés. É azul e leve. Vai ao forno e ao gelo. ",
         "A extraordinária versatilidade funcional caracteriza indiscutivelmente as nossas realizações. "),
        ("nl", "De mok is van klei. Hij is blauw en licht. Je drinkt er thee uit. ",
         "De buitengewone functionele veelzijdigheid karakteriseert ontegenzeggelijk onze verwezenlijkingen. "),
        ("de", "Die Tasse ist aus Ton. Sie ist blau und leicht. Man trinkt Tee aus ihr. ",
         "Die außergewöhnliche funktionale Vielseitigkeit charakterisiert unbestreitbar unsere Verwirklichungen. "),
        ("fr", "La tasse est en grès. Elle est bleue et douce. Elle va au four et au froid. ",
         "L'extraordinaire polyvalence fonctionnelle caractérise indiscutablement nos réalisations artisanales. "),
    ],
)  # fmt: skip
def test_easy_text_is_told_from_hard_text(language: str, easy: str, hard: str) -> None:
    simple, difficult = reading_ease(easy * 3, language), reading_ease(hard * 3, language)
    assert simple is not None and difficult is not None
    assert simple > 65 > 30 > difficult
