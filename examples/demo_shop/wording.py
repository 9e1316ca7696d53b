"""The demo shop's own words in each language, and its style sheet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The shop's words in one language."""

    home: str
    everything: str
    cart: str
    add_to_cart: str
    in_stock: str
    out_of_stock: str
    delivery: str
    before: str
    out_of_five: str
    reviews: str
    sku: str
    description: str
    details: str
    related: str
    footer: str


WORDS = {
    "en": Words(
        home="Home",
        everything="All products",
        cart="Cart",
        add_to_cart="Add to cart",
        in_stock="In stock",
        out_of_stock="Out of stock",
        delivery="Delivered in 2 to 4 working days",
        before="Price before the discount",
        out_of_five="out of 5",
        reviews="reviews",
        sku="Item no.",
        description="Description",
        details="Details",
        related="You may also like",
        footer="A demonstration shop with invented products. Nothing here is for sale.",
    ),
    "de": Words(
        home="Startseite",
        everything="Alle Produkte",
        cart="Warenkorb",
        add_to_cart="In den Warenkorb",
        in_stock="Auf Lager",
        out_of_stock="Ausverkauft",
        delivery="Lieferung in 2 bis 4 Werktagen",
        before="Preis vor dem Rabatt",
        out_of_five="von 5",
        reviews="Bewertungen",
        sku="Artikelnummer",
        description="Beschreibung",
        details="Technische Daten",
        related="Das könnte Ihnen auch gefallen",
        footer="Ein Vorführladen mit erfundenen Produkten. Hier wird nichts verkauft.",
    ),
    "fr": Words(
        home="Accueil",
        everything="Tous les produits",
        cart="Panier",
        add_to_cart="Ajouter au panier",
        in_stock="En stock",
        out_of_stock="Épuisé",
        delivery="Livraison en 2 à 4 jours ouvrables",
        before="Prix avant la remise",
        out_of_five="sur 5",
        reviews="avis",
        sku="Référence",
        description="Description",
        details="Caractéristiques",
        related="Vous aimerez aussi",
        footer="Une boutique de démonstration aux produits inventés. Rien n'est à vendre ici.",
    ),
    "es": Words(
        home="Inicio",
        everything="Todos los productos",
        cart="Cesta",
        add_to_cart="Añadir a la cesta",
        in_stock="En existencias",
        out_of_stock="Agotado",
        delivery="Entrega en 2 a 4 días laborables",
        before="Precio antes del descuento",
        out_of_five="de 5",
        reviews="opiniones",
        sku="Referencia",
        description="Descripción",
        details="Características",
        related="También le puede gustar",
        footer="Una tienda de demostración con productos inventados. Aquí no se vende nada.",
    ),
}

STYLE = """
*{box-sizing:border-box}
body{margin:0;font:16px/1.55 system-ui,sans-serif;color:#2b2623;background:#fbf8f4}
a{color:inherit;text-decoration:none}
header,main,footer{max-width:1120px;margin:0 auto;padding:18px 24px}
header{display:flex;gap:28px;align-items:center;border-bottom:1px solid #e9e1d7}
header nav{flex:1;display:flex;gap:20px;color:#75695f}
.logo{font-weight:700;font-size:19px;color:#2f5145}
.breadcrumb{font-size:14px;color:#8b7e73;padding:4px 0 18px}
.product{display:grid;grid-template-columns:1.1fr 1fr;gap:20px 48px}
.gallery{display:grid;grid-template-columns:repeat(3,1fr);gap:12px}
.gallery img{width:100%;height:auto;border-radius:12px}
.gallery img:first-child{grid-column:1/-1}
.brand{margin:0;letter-spacing:.08em;text-transform:uppercase;font-size:13px;color:#8b7e73}
h1{font-size:32px;line-height:1.2;margin:4px 0 8px}
h2{font-size:20px;margin:28px 0 8px}
.rating{margin:0;color:#75695f}
.stars{color:#d98a2b;letter-spacing:2px}
.offer{margin:18px 0;padding:20px;border-radius:14px;background:#fff;box-shadow:0 6px 24px #6b4a2a14}
.prices{margin:0}
.price{font-size:30px;font-weight:700}
.was{margin-left:10px;color:#9a8d82}
.stock{margin:6px 0 0;font-weight:600;color:#2f7a52}
.delivery{margin:0 0 14px;color:#75695f;font-size:14px}
.add-to-cart{width:100%;padding:14px;border:0;border-radius:10px;font:600 17px system-ui,sans-serif}
.add-to-cart{color:#fff;background:#2f5145}
.add-to-cart:disabled{background:#b9b0a7}
.features{padding-left:20px}
.sku{font-size:14px;color:#8b7e73}
.text{grid-column:1/-1;max-width:720px}
.specs{width:100%;border-collapse:collapse}
.specs th,.specs td{padding:9px 4px;border-bottom:1px solid #e9e1d7;text-align:left;font-weight:400}
.specs th{color:#8b7e73;width:40%}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:22px;padding:0;list-style:none}
.card img{width:100%;height:auto;border-radius:12px;display:block}
.name{display:block;margin-top:8px;font-weight:600;line-height:1.3}
.small-price{color:#75695f}
.lost{text-align:center;padding:90px 24px}
footer{margin-top:40px;border-top:1px solid #e9e1d7;color:#8b7e73;font-size:14px}
@media(max-width:760px){.product{grid-template-columns:1fr}}
"""
