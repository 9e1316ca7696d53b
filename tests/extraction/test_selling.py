"""What sells is read from any structure that shops use, and what belongs to the page is not."""

import pytest

from app.extraction import extract
from app.extraction.passages import is_chrome, is_heading, without_chrome, without_seo
from app.extraction.selling import STARS
from app.extraction.word_patterns import words_in

HEAD = '<html lang="{lang}"><head><title>{title}</title></head><body><main><h1>{title}</h1><p class="price">€ 49,00</p>'
BUY = "<button>Add to cart</button>"


def page(body: str, title: str = "Ravenna Bread Crock", lang: str = "en") -> str:
    return f"{HEAD.format(lang=lang, title=title)}{BUY}{body}</main></body></html>"


STRUCTURES = {
    "bullets": ('<ul class="features"><li>Keeps bread fresh for {n} days</li></ul>', "features"),
    "bullets in text": ('<div class="description"><p>• Keeps bread fresh for {n} days</p></div>', "features"),
    "dashes": ('<div class="description"><p>- Keeps bread fresh for {n} days</p></div>', "features"),
    "a tab": ('<div class="tabs"><div class="tab-pane" hidden><ul><li>Keeps bread fresh for {n} days</li></ul>'
    '</div></div>',
              "features"),
    "an accordion": ("<details><summary>Description</summary><p>Keeps bread fresh for {n} days.</p></details>",
                     "description"),
    "a paragraph": ('<div class="product-description"><p>Keeps bread fresh for {n} days.</p></div>', "description"),
}  # fmt: skip


@pytest.mark.parametrize("name", STRUCTURES)
@pytest.mark.parametrize("days", [5, 9])
def test_a_point_is_read_from_each_structure(name: str, days: int) -> None:
    body, field = STRUCTURES[name]
    found = getattr(extract(page(body.format(n=days)), None), field)
    assert f"Keeps bread fresh for {days} days" in (found if isinstance(found, str) else "\n".join(found))


ROWS = {
    "a table": "<table><tr><th>Weight</th><td>2.4 kg</td></tr><tr><th>Glaze</th><td>matt</td></tr></table>",
    "two tds": "<table><tr><td>Weight</td><td>2.4 kg</td></tr><tr><td>Glaze</td><td>matt</td></tr></table>",
    "a dl": "<dl><dt>Weight</dt><dd>2.4 kg</dd><dt>Glaze</dt><dd>matt</dd></dl>",
    "pairs of divs": "<div class=r><div>Weight</div><div>2.4 kg</div></div><div class=r><div>Glaze</div><div>"
    "matt</div></div>",
    "spans without a space": "<ul><li><span>Weight</span><span>2.4 kg</span></li><li><span>Glaze</span><span>"
    "Matt</span></li></ul>",
    "lines with colons": "<p>Weight: 2.4 kg</p><p>Glaze: matt</p>",
    "run on": "<p>Width: 20 cmWeight: 2.4 kg</p>",
    "four cells": "<table><tr><td>Glaze:</td><td>matt</td><td>Weight:</td><td>2.4 kg</td></tr></table>",
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_is_read_from_each_markup(name: str) -> None:
    assert extract(page(ROWS[name]), None).specs.get("Weight") == "2.4 kg"


def test_icons_in_cells_say_yes_or_no() -> None:
    rows = '<tr><th>Dishwasher</th><td><i class="icon check"></i></td></tr><tr><th>Oven</th><td><i class="no">'
    "</i></td></tr>"
    assert extract(page(f"<table>{rows}</table>"), None).specs == {"Dishwasher": "✓"}


STRAYS = {
    "related products": '<div class="related"><ul><li>Oak bread board, hand oiled</li></ul></div>',
    "a heading of others": "<section><h2>Ähnliche Produkte</h2><ul><li>Brotbrett aus Eiche</li><li>a</li><li>"
    "b</li></ul></section>",
    "a policy": "<section><h2>Shipping and returns</h2><p>Parcels leave our house within two days of work.</p>"
    "</section>",
    "cookies": "<p>We use cookies to make your visit better. Accept them all.</p>",
    "a promotion": '<div class="promo-message"><p>Ten percent for friends of the house this week only.</p></div>',
    "a comparison": "<table><tr><td>Lid</td><td>oak lid here</td><td>cork lid here</td><td>tin lid here</td>"
    "</tr></table>",
    "article numbers": "<p>Artikelnummer: 4711-B</p>",
    "a window": '<div class="modal"><p>Our house takes care of each parcel that leaves it.</p></div>',
    "an error": "<p>Es ist ein Fehler aufgetreten, versuchen Sie es noch einmal.</p>",
    "a menu that a script opens": '<div class="panel"><ul><li><a>House of lamps</a></li><li><a>House and garden</a>'
    "</li><li><a>House shoes</a></li></ul></div>",
    "a menu of buttons": '<ul><li><a href="#kitchen">House and kitchen</a></li><li><a href="#bath">House and bath</a>'
    "</li></ul>",
    "a menu by its marks": '<div class="hmenu"><ul><li><div>House of lamps</div></li><li>House and '
    "garden</li></ul></div>",
    "a list of neighbours": '<ul class="benefits"><li><a href="/a">Alba Crock</a> house blue</li><li><a href="/b">'
    "Brava Crock</a> house red</li><li><a href='/c'>Corda Crock</a> house grey</li></ul>",
    "a layer over the page": '<div class="product-details"><div class="overlay"><p>Our house asks for a town and a '
    "date before it names a price.</p></div></div>",
    "parcels": '<div class="product-info"><div class="delivery-summary"><p>Leaves our house on Thursday and reaches '
    "you on Monday.</p></div></div>",
    "who sells it": '<div class="merchant-info"><p>This house has sent pots to all of Europe since spring.</p></div>',
    "what a page says before it is used": '<div class="product-tabs"><div class="hidden"><p>The house could not be '
    "read from that page of ours.</p></div></div>",
    "who wrote it": '<div class="product-author"><p>Professor at the house of learning in Ghent since 1998.</p></div>',
}


@pytest.mark.parametrize("name", STRAYS)
def test_what_is_not_the_products_stays_out(name: str) -> None:
    found = extract(page(STRAYS[name]), None)
    assert not found.features and not found.specs
    assert all(
        word not in (found.description or "")
        for word in ("Parcels", "cookies", "Ten percent", "house", "Fehler", "Crock")
    )


def test_a_heading_says_nothing_of_what_stands_outside_its_part() -> None:
    body = (
        "<div><div class='pay'><h3>Delivery</h3><p>one</p><p>two</p><p>three</p></div></div>"
        "<table><tr><td>Weight</td><td>2.4 kg</td></tr></table>"
    )
    assert extract(page(body), None).specs == {"Weight": "2.4 kg"}


def test_the_nearest_part_says_what_a_line_is_of() -> None:
    body = (
        '<div class="drawer"><div class="description"><p>Keeps bread fresh for five days.</p></div></div>'
        '<div class="description"><div class="pop-up"><p>Keeps you waiting for five days.</p></div></div>'
    )
    assert extract(page(body), None).description == "Keeps bread fresh for five days."


def test_a_part_around_the_title_says_nothing_of_what_stands_deep_within_it() -> None:
    deep = "<div><div><div><p>Keeps you waiting for five days or more.</p></div></div></div>"
    own = f'<div class="description">{"".join(f"<p>Keeps bread fresh for {n} days.</p>" for n in (5, 6, 7))}</div>'
    whole = f'<div class="product-info"><h1>Ravenna Bread Crock</h1><p class="price">€ 49,00</p>{BUY}{deep}{own}</div>'
    found = extract(f"<html><title>Ravenna Bread Crock</title><body>{whole}</body></html>", None).description or ""
    assert "waiting" not in found
    assert found.count("fresh") == 3


def test_the_title_announces_no_topic() -> None:
    body = "<div><p>Dates depend on where you are and on the season.</p></div>"
    told = "".join(f"<p>Keeps bread fresh for {n} days.</p>" for n in (5, 6, 7))
    text = page(f"{body}<h2>Description</h2>{told}", title="Details about Ravenna Bread Crock")
    assert "season" not in (extract(text, None).description or "")


@pytest.mark.parametrize(
    ("rated", "said"),
    [
        ("5.0 out of 5 stars Holds two loaves", "Holds two loaves"),
        ("4,0 von 5 Sternen Wirklich ein schöner Topf", "Wirklich ein schöner Topf"),
        ("5,0 sur 5 étoiles Très beau pot", "Très beau pot"),
    ],
)
def test_the_word_for_stars_is_none_of_a_buyers_words(rated: str, said: str) -> None:
    assert extract(page(f'<div class="reviews"><p>{rated}</p></div>'), None).reviews == [said]


@pytest.mark.parametrize("word", [one for one in words_in("ratings", "stars") if one.isalpha()])
def test_every_word_for_stars_is_left_out(word: str) -> None:
    assert STARS.sub("", f"{word} – Holds two loaves") == "Holds two loaves"


CHOICES = {
    "a list to open": '<label for="c">Colour</label><select id="c"><option value="">Choose</option><option>'
    "Sand</option>"
    "<option>Slate (+€ 3.00)</option></select>",
    "round buttons": "<fieldset><legend>Colour</legend><label><input type=radio>Sand</label><label>"
    "<input type=radio>Slate</label></fieldset>",
    "swatches": '<div class="color-swatches"><a title="Sand"></a><a title="Slate"></a></div>',
    "pictures": '<ul class="colors"><li><img alt="Sand"></li><li><img alt="Slate"></li></ul>',
    "a role": '<div role="radiogroup" aria-label="Colour"><div role="radio">Sand</div><div role="radio">'
    "Slate</div></div>",
}


@pytest.mark.parametrize("name", CHOICES)
def test_options_are_read_from_each_control(name: str) -> None:
    assert extract(page(CHOICES[name]), None).options == {"Colour": ["Sand", "Slate"]}


@pytest.mark.parametrize(
    ("lang", "mark", "label"),
    [("de", "groessen sizes", "Größe"), ("fr", "tailles", "Taille"), ("pl", "size-list", "Rozmiar")],
)
def test_options_are_called_by_the_pages_language(lang: str, mark: str, label: str) -> None:
    body = f'<ul class="{mark}"><li>36</li><li>38</li><li>40</li></ul>'
    assert extract(page(body, lang=lang), None).options == {label: ["36", "38", "40"]}


@pytest.mark.parametrize(
    "body",
    [
        '<select name="quantity">' + "".join(f"<option>{n}</option>" for n in range(1, 9)) + "</select>",
        '<div class="size-chart"><ul><li>36</li><li>38</li></ul></div>',
        '<select name="country"><option>Malta</option><option>Norway</option></select>',
        '<nav><ul class="colors"><li>Sand</li><li>Slate</li></ul></nav>',
    ],
)
def test_what_is_no_option_stays_out(body: str) -> None:
    assert extract(page(body), None).options == {}


@pytest.mark.parametrize(
    "text",
    [
        "In den Warenkorb", "Ajouter au panier", "Añadir a la cesta", "Aggiungi al carrello",
        "Adicionar ao carrinho", "Dodaj do koszyka",
        "Přidat do košíku",
        "Добавить в корзину",
        "加入購物車",
        "カートに入れる",
        "장바구니 담기",
        "أضف إلى السلة",
        "הוסף לסל",
        "Sepete ekle",
        "Lägg i varukorg", "Lisää ostoskoriin", "Kosárba teszem a kosár", "Προσθήκη στο καλάθι",
        "Buy Ravenna crocks online",
        "Ein Problem ist aufgetreten: Fehler ist", "Les meilleures offres pour un pot à pain",
    ],
)  # fmt: skip
def test_a_page_that_speaks_of_itself_is_known(text: str) -> None:
    assert is_chrome(text)


@pytest.mark.parametrize(
    "text",
    [
        "Drei Jahre Lagerfähigkeit gegen Austrocknen", "Su superficie de plata brilla como el primer día que la viste",
        "The crock keeps its shape, and follows the line of the loaf", "A great gift for moms",
        "Der Winkel lässt sich stufenlos verstellen",
        "Livré avec deux couvercles en chêne", "Delivers deep, impactful bass",
    ],
)  # fmt: skip
def test_a_product_is_not_taken_for_the_page(text: str) -> None:
    assert not is_chrome(text)


@pytest.mark.parametrize(
    "text",
    [
        "Colours may vary slightly from the picture", "Abweichungen sind möglich", "Photos non contractuelles",
        "Las imágenes pueden variar", "Immagini a solo scopo illustrativo", "Imagens meramente ilustrativas",
        "Kolory mogą się nieznacznie różnić", "Barvy se mohou lišit", "Farby sa môžu mierne líšiť",
        "Cvet se lahko razlikuje od slike", "Boje mogu odstupati", "Culorile pot diferi",
        "Внешний вид может отличаться",
        "Kan variera något", "Väri saattaa vaihdella", "Toode võib erineda", "Renkler farklılık gösterebilir",
        "請加入購物車", "圖片僅供參考", "商品はイメージです", "이미지는 참고용입니다", "התמונה להמחשה בלבד",
        "الصورة للتوضيح فقط",
        "Opens in a new window or tab", "Estimated between Monday and Thursday",
        "Dispatched from and sold by Crockery House",
        "To win, a bidder must have met the reserve price", "This amount is subject to change until you make payment",
        "Consult your doctor before you use it", "Vendido por Casa do Pote", "Vândut și livrat de Casa Oalelor",
        "המשלוח יצא ביום ראשון",
    ],
)  # fmt: skip
def test_notes_of_shops_are_known_in_many_languages(text: str) -> None:
    assert is_chrome(text)


@pytest.mark.parametrize(
    "text",
    [
        "The colours can be mixed with water", "Kan varieras i höjd", "Front loading drum for 8 kilos",
        "Die lockere Krume bleibt drei Tage frisch", "折りたたみ式で閉じるのも簡単", "可放八張卡片",
        "Limited quantity of 300 pieces",
        "You can view it in full screen with the app", "Edizione limitata di 300 pezzi", "v paketu je par pokrovov",
    ],
)  # fmt: skip
def test_what_a_product_can_do_is_no_note_of_a_shop(text: str) -> None:
    assert not is_chrome(text)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Wicker Shopping Basket for Bicycles", "Keeps your basket steady on rough roads"),
        ("Checkout Terminal Stand", "Holds the terminal at the checkout"),
    ],
)
def test_what_the_product_is_called_is_no_word_of_the_page(title: str, text: str) -> None:
    assert is_chrome(text)
    assert not is_chrome(text, title)


def test_a_paragraph_that_mostly_speaks_of_the_page_is_left_out_whole() -> None:
    said = "The latest stands below. We don't review these answers. They are accurate at the time of publishing."
    assert without_chrome(said) == ""
    assert without_chrome("Fired twice. Glazed by hand. Colours may vary.") == "Fired twice. Glazed by hand."


@pytest.mark.parametrize("text", ["Product details", "תיאור המוצר", "Conseil d'entretien", "Lieferumfang:"])
def test_a_heading_is_no_fact(text: str) -> None:
    assert is_heading(text)
    assert not is_heading(f"{text} 4 pots of oak, each with a lid that closes")


def test_only_the_sentences_of_the_page_are_left_out() -> None:
    assert without_chrome("Fired twice. Add to cart now. Glazed by hand.") == "Fired twice. Glazed by hand."
    assert without_seo("Buy crocks at the best price. Fired twice in a wood kiln.") == "Fired twice in a wood kiln."
