"""Whether a product can be bought, from schema.org's words and from those of a page."""

import re
from functools import lru_cache
from typing import Literal

Availability = Literal["InStock", "OutOfStock"]

# https://schema.org/ItemAvailability, and what shops write in its place. What can be ordered today counts as in stock.
SCHEMA: dict[str, Availability] = {
    "instock": "InStock", "limitedavailability": "InStock", "instoreonly": "InStock", "onlineonly": "InStock",
    "presale": "InStock", "preorder": "InStock", "backorder": "InStock", "madetoorder": "InStock",
    "available": "InStock",
    "availablefororder": "InStock", "lowstock": "InStock", "true": "InStock", "yes": "InStock",
    "outofstock": "OutOfStock", "soldout": "OutOfStock", "discontinued": "OutOfStock", "reserved": "OutOfStock",
    "unavailable": "OutOfStock", "notavailable": "OutOfStock", "oos": "OutOfStock", "false": "OutOfStock",
    "no": "OutOfStock",
}  # fmt: skip

OUT_OF_STOCK = (
    "out of stock", "sold out", "currently unavailable", "temporarily unavailable", "no longer available",
    "not in stock",
    "nicht vorrätig", "nicht verfügbar", "nicht lieferbar", "ausverkauft", "derzeit nicht auf lager", "vergriffen",
    "rupture de stock", "épuisé", "indisponible", "non disponible", "actuellement indisponible",
    "victime de son succès",
    "agotado", "sin stock", "no disponible", "esgotado", "sem estoque", "sem stock", "indisponível", "fora de estoque",
    "esaurito", "non disponibile", "attualmente non disponibile", "uitverkocht", "niet op voorraad", "niet leverbaar",
    "slutsåld", "slut i lager", "ej i lager", "udsolgt", "ikke på lager", "utsolgt", "loppuunmyyty", "ei varastossa",
    "wyprzedane", "niedostępny", "brak w magazynie", "produkt niedostępny", "vyprodáno", "není skladem", "nedostupné",
    "vypredané", "nie je skladom", "nedostupný", "rasprodano", "nije dostupno", "nema na zalihi", "razprodano",
    "ni na zalogi",
    "stoc epuizat", "indisponibil", "nu este in stoc", "elfogyott", "nincs készleten", "nincs raktáron", "tükendi",
    "stokta yok",
    "нет в наличии", "распродано", "немає в наявності", "изчерпан", "няма наличност", "εξαντλήθηκε", "μη διαθέσιμο",
    "אזל מהמלאי", "אינו במלאי", "לא במלאי", "غير متوفر", "نفدت الكمية", "品切れ", "在庫切れ", "在庫なし", "売り切れ",
    "缺货", "缺貨", "售罄", "已售完", "품절", "hết hàng", "stok habis", "สินค้าหมด",
)  # fmt: skip
IN_STOCK = (
    "in stock", "available now", "ready to ship", "left in stock", "auf lager", "sofort lieferbar", "lieferbar",
    "vorrätig",
    "verfügbar", "en stock", "disponible", "em estoque", "em stock", "disponível", "disponibile",
    "disponibilità immediata",
    "op voorraad", "i lager", "på lager", "varastossa", "dostępny", "na stanie", "w magazynie", "skladem", "skladom",
    "na sklade",
    "na zalihi", "na skladištu", "na zalogi", "în stoc", "in stoc", "raktáron", "készleten", "stokta var", "в наличии",
    "в наявності", "в наличност", "διαθέσιμο", "במלאי", "متوفر", "在庫あり", "有货", "有貨", "现货", "재고 있음",
    "còn hàng",
)  # fmt: skip
BUY = (
    "add to cart", "add to bag", "add to basket", "add to trolley", "buy now", "buy it now", "in den warenkorb",
    "in den einkaufswagen",
    "jetzt kaufen", "ajouter au panier", "ajouter à mon panier", "acheter", "añadir al carrito", "añadir a la cesta",
    "agregar al carrito", "comprar", "comprar ahora", "adicionar ao carrinho", "adicionar", "aggiungi al carrello",
    "acquista",
    "in winkelwagen", "in winkelmand", "toevoegen aan winkelwagen", "lägg i varukorg", "lägg i varukorgen", "köp",
    "læg i kurv",
    "tilføj til kurv", "legg i handlekurv", "kjøp", "lisää ostoskoriin", "do koszyka", "dodaj do koszyka",
    "do košíku", "do košíka",
    "vložit do košíku", "vložiť do košíka", "přidat do košíku", "dodaj u košaricu", "u košaricu", "dodaj v košarico",
    "v košarico",
    "adaugă în coș", "adauga in cos", "kosárba", "kosárba teszem", "sepete ekle", "в корзину", "купить", "до кошика",
    "купити",
    "добави в количката", "купи", "στο καλάθι", "προσθήκη στο καλάθι", "הוסף לסל", "הוספה לסל", "أضف إلى السلة",
    "カートに入れる",
    "加入购物车", "加入購物車", "장바구니", "thêm vào giỏ", "หยิบใส่ตะกร้า", "masukkan keranjang",
)  # fmt: skip


def _phrases(table: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(table, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")


_OUT, _IN, _BUY = map(_phrases, (OUT_OF_STOCK, IN_STOCK, BUY))
# A negation turns an in-stock word around ("not yet available"), so such a text says nothing for sure.
_NEGATION = re.compile(
    r"(?<!\w)(?:not|no|nicht|non|pas|niet|ikke|inte|ej|nie|není|ni|nije|nu|nincs|не|нет|לא|אינו|غير)(?!\w)"
)
_BUY_WITHOUT_SPACES = frozenset(phrase for phrase in BUY if not phrase.isascii() and " " not in phrase)


def from_schema(value: str) -> Availability | None:
    """Read ``https://schema.org/InStock``, ``in_stock``, ``Sold out`` and their like."""
    key = re.sub(r"[\s_-]", "", value.strip().rstrip("/").rpartition("/")[2].rpartition("#")[2].casefold())
    return SCHEMA.get(key) or from_text(value)


@lru_cache(maxsize=4096)
def from_text(text: str) -> Availability | None:
    """Read a short visible text; None where it says neither or both."""
    lowered = text.casefold()
    out, has = _OUT.search(lowered), _IN.search(_OUT.sub(" ", lowered))
    if out:
        return None if has else "OutOfStock"
    return "InStock" if has and not _NEGATION.search(lowered) else None


def is_buy_label(text: str) -> bool:
    """Whether a button with this label puts the product into a cart."""
    lowered = text.casefold().strip()
    return len(lowered) <= 60 and bool(_BUY.search(lowered) or any(phrase in lowered for phrase in _BUY_WITHOUT_SPACES))
