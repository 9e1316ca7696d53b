"""The words that label a brand, an article number or a code on product pages, and brands without words around."""

import re

from app.extraction import text
from app.extraction.word_patterns import words_in

# fmt: off
BRAND_LABELS = frozenset((
    "brand", "brand name", "make", "make manufacturer", "marke", "hersteller", "marque", "fabricant", "marca", "merk",
    "fabrikant",
    "märke", "varumärke", "mærke", "merke", "merkki", "tuotemerkki", "valmistaja", "značka", "výrobce", "výrobca",
    "marka",
    "producent", "manufacturer", "brend", "znamka", "blagovna znamka", "proizvajalec", "proizvođač", "robna marka",
    "producător",
    "producator", "brand produs", "gyártó", "márka", "üretici", "бренд", "марка", "производитель", "виробник",
    "производител",
    "μάρκα", "κατασκευαστής", "מותג", "יצרן", "العلامة التجارية", "الماركة", "ماركة", "ブランド", "ブランド名",
    "メーカー", "品牌",
    "브랜드", "제조사", "แบรนด์",
    "ยี่ห้อ", "thương hiệu", "merek", "jenama", "tootja", "kaubamärk", "gamintojas", "prekės ženklas", "ražotājs",
    "zīmols", "fabricante",
    "produttore", "marchio", "casa editrice", "editore", "editorial", "editora", "verlag", "éditeur",
))
# Label -> how surely it names the shop's own article number (a model is the maker's, and rank lower).
SKU_LABELS: dict[str, float] = dict.fromkeys((
    "sku", "item number", "item no", "item", "item id", "item code", "item nr", "product code", "product number",
    "product no", "product id", "article number", "article no", "article", "art nr", "art no", "artnr",
    "artikelnummer", "artikel nr", "artikel", "art", "bestellnummer", "bestell nr", "produktnummer", "produkt nr",
    "produktcode", "réf", "référence", "reference", "ref", "référence produit", "code produit", "code article",
    "référence interne", "referencia", "ref interna", "código", "código do produto", "código de producto", "cod",
    "cód", "referência", "codice", "codice prodotto", "cod prodotto", "codice articolo", "riferimento",
    "kod produktu", "kod", "numer katalogowy", "symbol", "indeks", "kód", "kód produktu", "kód zboží", "kód tovaru",
    "katalogové číslo", "číslo produktu", "objednací kód", "šifra", "šifra artikla", "šifra proizvoda",
    "šifra izdelka", "cod produs", "cod articol", "cikkszám", "termékkód", "ürün kodu", "stok kodu", "артикул",
    "код товара", "код", "код товару", "каталожен номер", "artikelnr", "varenummer", "varenr", "tuotenumero",
    "tuotekoodi", "productnummer", "tootekood", "prekės kodas", "preces kods", "κωδικός", "κωδικός προϊόντος", "מק ט",
    "מקט", "רמז הפריט", "رقم المنتج", "رمز المنتج", "商品番号", "商品コード", "品番", "商品编号", "货号", "商品編號",
    "貨號", "상품번호", "상품코드", "รหัสสินค้า", "mã sản phẩm", "mã hàng", "kode produk", "ebay item number",
    "ebay artikelnummer", "numéro de l objet ebay", "número de artículo de ebay", "numero oggetto ebay", "listing id",
    "asin", "ad id", "post id", "web id", "dpci", "tcin", "catalog number", "catalogue number", "cat no",
    "stock code", "stock no", "style", "style no", "style number", "style code", "produkt id", "id produktu",
    "web code", "webcode", "product sku", "no"), 0.62) | dict.fromkeys(("model", "model number", "model no", "modell",
    "modèle", "modelo", "modello", "mpn", "part number", "part no", "manufacturer part number", "mfr part number",
    "item model number", "modellnummer", "numéro du modèle de l article", "número de modelo del producto",
    "numero modello articolo", "manufacturer reference", "model name number", "модель", "型番", "型号", "דגם",
    "typové označení", "part", "hersteller artikelnummer"), 0.5)
GTIN_LABELS = frozenset((
    "ean", "gtin", "isbn", "isbn 13", "isbn13", "upc", "ean code", "barcode", "jan", "ean13", "ean kód", "kod ean",
    "codice ean",
    "code ean", "ean 13", "gtin 13", "código de barras", "strichcode", "штрихкод", "barkod", "isbn ean", "ean gtin",
))
# fmt: on
# Data attributes by which shops hand the product to their own scripts.
ATTRIBUTES = {
    "brand": (
        "data-brand",
        "data-product-brand",
        "data-brand-name",
        "data-manufacturer",
        "data-vendor",
        "data-item-brand",
    ),
    "sku": (
        "data-sku",
        "data-product-sku",
        "data-product-code",
        "data-item-sku",
        "data-article-number",
        "data-product-number",
    ),
}
LABELLED = re.compile(r"^([^:#：]{2,40}?)\s*(?:[:#：]|\s[-–]\s)\s*(\S.{0,160})$")
LABEL_END = re.compile(r"[:#：]\s*$|\s[-–]\s*$")
# What shops write around a brand. The first group is the brand.
AROUND_BRAND = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (
    r"^(?:visit|shop|explore|browse|discover) (?:the |all )?(.+?)(?: (?:brand )?(?:store|shop|page|products|range|"
    r"collection))?$",
    r"^besuche?n? (?:sie )?den (.+?)[- ](?:store|shop)$", r"^visiter la boutique (.+)$", r"^visita lo store di (.+)$",
    r"^visita la (?:store|tienda) de (.+)$", r"^visite a (?:loja|store) (?:da |do )?(.+)$",
    r"^bezoek de (.+?)[- ](?:store|winkel)$",
    r"^besök (.+?)[- ](?:store|butiken)$", r"^odwiedź sklep (.+)$", r"^(.+?) (?:store'u|mağazasını) ziyaret edin$",
    r"^قم بزيارة متجر (.+)$", r"^(.+?)のストアを表示$", r"^访问\s?(.+?)\s?(?:店铺|旗舰店|品牌店)$",
    r"^(?:造訪|訪問)\s?(.+?)\s?商店$",
    r"^(?:more (?:products )?(?:from|by)|(?:see|view) (?:all|more) (?:products )?(?:from|by)|all products (?:from|by)|"
    r"sold by|by|von|par|"
    r"di|por|de la marque|od|av|af|van)\s+(.+)$",
    r"^(?:ver )?m[aá]is (?:artigos|produtos) d[aoe] (?:marca:? )?(.+)$",
    r"^(?:alle|weitere|mehr) (?:produkte |artikel )?(?:von|der marke) (.+)$",
    r"^(?:alles|tout|tutto|todo|wszystko) (?:von|de|di|da|lo de|od) (.+)$",
    r"^(?:voir|découvrir|afficher) (?:plus|tout|tous les articles|la marque)(?: de| chez)? (.+)$",
    r"^(?:ver|descubrir) (?:más|todo)(?: lo)? de (.+)$", r"^(?:scopri|vedi) (?:tutto|di più|altro)(?: di| da)? (.+)$",
    r"^(?:meer|alles) van (.+)$", r"^(?:mer|mere|alt) (?:från|fra) (.+)$", r"^więcej (?:od|produktów) (.+)$",
    r"^(?:více|viac) od (.+)$", r"^(?:все|другие) товары (?:бренда )?(.+)$", r"^(?:усі|інші) товари (?:бренду )?(.+)$",
    r"^(?:tous les produits|voir tous les produits)(?: de)?(?: la marque)? (.+)$",
    r"^(?:všechny|všetky) (?:produkty|výrobky) (?:značky )?(.+)$",
    r"^(.+?) (?:official )?(?:logo|homepage|brand page)$",
))  # fmt: skip
ROLE = re.compile(
    r"\s{0,9}\((?:author|autor|auteur|autore|verlag|editor|artist|director|format|visit|marke|brand)\)\s{0,9}$", re.I
)
MAX_BRAND = 60
NO_BRAND = frozenset(words_in("brands", "none"))
"""Links and headings of the shop's own, and what stands where there is no brand."""


def label_key(label: str) -> str:
    """Return a label as the tables here write it."""
    plain = " ".join(label.casefold().split())
    return plain if plain.replace(" ", "").isalnum() else " ".join(re.findall(r"\w+", plain))


def clean_brand(written: str) -> str | None:
    """Return the brand in ``written`` (``Visit the Alder Store``, ``Brand: Alder``) alone, None if it is none."""
    name = text.clean(written)
    for _ in range(2):
        label, sign, rest = name.partition(":" if ":" in name else "：")
        if sign and rest.strip() and (label_key(label) in BRAND_LABELS or (label_key(label).split(" ")[-1:][0:1] and
                                      label_key(label).split(" ")[-1] in BRAND_LABELS)):  # fmt: skip
            name = rest.strip()
        for pattern in AROUND_BRAND:
            if match := pattern.match(name):
                name = match[1].strip()
                break
        first, _, rest = name.partition(" ")
        if rest and label_key(first) in ("brand", "marke", "marca", "marque", "merk", "značka", "producent"):
            name = rest.strip()
    name = ROLE.sub("", name).strip(" ,;:|·•-–\u200e®™")
    if not 1 < len(name) <= MAX_BRAND or name.casefold() in NO_BRAND or name.replace(" ", "").isdecimal():
        return None
    return None if name.startswith(("http", "$", "{", "[", "<", "%")) or name.count(" ") > 6 else name
