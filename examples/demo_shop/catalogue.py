"""The demo shop's products. Brands, articles and numbers are invented."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Markup = Literal["json-ld", "microdata", "opengraph", "plain"]
SHOP_NAME = "Fernhollow Demo Shop"


@dataclass(frozen=True)
class DemoProduct:
    """One article as the shop sells it."""

    slug: str
    markup: Markup
    """How the page tells machines about the product; ``plain``: not at all."""
    locale: str
    """CLDR locale of the page's words and numbers, such as ``de_DE``."""
    currency: str
    """ISO 4217 code."""
    title: str
    brand: str
    sku: str
    description: str
    price: Decimal
    list_price: Decimal | None
    """The price before the discount, where there is one."""
    in_stock: bool
    rating: Decimal
    """1 to 5."""
    review_count: int
    categories: tuple[str, ...]
    """From the widest to the narrowest."""
    features: tuple[str, ...]
    specs: dict[str, str]
    captions: tuple[str, ...]
    """What each picture shows, in the page's language, the main picture first."""

    @property
    def language(self) -> str:
        """ISO 639 code of the page's text."""
        return self.locale.split("_")[0]

    @property
    def path(self) -> str:
        """The page's path on the shop."""
        return f"/products/{self.slug}"

    @property
    def image_paths(self) -> tuple[str, ...]:
        """The pictures' paths on the shop, the main picture first."""
        return tuple(f"/images/{self.slug}-{number}.jpg" for number in range(1, len(self.captions) + 1))


PRODUCTS: tuple[DemoProduct, ...] = (
    DemoProduct(
        slug="pour-over-coffee-set",
        markup="json-ld",
        locale="en_US",
        currency="USD",
        title="Morning Ritual Pour-Over Coffee Set",
        brand="Hollowfen",
        sku="HF-POS-03",
        description=(
            "Slow coffee starts here. The cone, carafe and mug are thrown from speckled stoneware and glazed by "
            "hand, so no two sets look the same. The thick walls keep 20 ounces of coffee hot for half an hour, "
            "and the spiral ribs inside the cone let the water drain evenly."
        ),
        price=Decimal("64.00"),
        list_price=Decimal("79.00"),
        in_stock=True,
        rating=Decimal("4.8"),
        review_count=312,
        categories=("Kitchen", "Coffee & Tea", "Pour-Over"),
        features=(
            "Cone, 20 oz carafe and 10 oz mug in one box",
            "Hand-glazed speckled stoneware",
            "Keeps coffee hot for 30 minutes",
            "Fits standard size 2 paper filters",
            "Dishwasher and microwave safe",
            "Spiral ribs let the water drain evenly",
            "The mug fits under the cone by itself",
        ),
        specs={
            "Material": "Glazed stoneware",
            "Carafe capacity": "20 fl oz (590 ml)",
            "Mug capacity": "10 fl oz (295 ml)",
            "Weight": "3.6 lb (1.63 kg)",
            "Height, assembled": "11.4 in (29 cm)",
        },
        captions=(
            "The cone on its carafe beside the mug, in cream",
            "The sage set on a kitchen table in the morning sun",
            "Close-up of fresh coffee in the cone",
            "Cream, sage and ink mugs from above",
        ),
    ),
    DemoProduct(
        slug="trailrucksack-28",
        markup="microdata",
        locale="de_DE",
        currency="EUR",
        title="Trailrucksack Höhenweg 28 Liter",
        brand="Wolkenpfad",
        sku="WP-HW28-KI",
        description=(
            "Ein Rucksack für lange Tage über der Baumgrenze. Der gewachste Stoff hält Regen ab, und das "
            "belüftete Rückennetz hält den Rücken trocken. Zwei Schnallen öffnen den Deckel auch mit Handschuhen, "
            "und der Gummizug auf der Front nimmt Jacke oder Helm auf. Mit nur 980 Gramm bleibt mehr Kraft für "
            "den Gipfel."
        ),
        price=Decimal("129.95"),
        list_price=Decimal("159.95"),
        in_stock=True,
        rating=Decimal("4.6"),
        review_count=187,
        categories=("Outdoor", "Rucksäcke", "Wanderrucksäcke"),
        features=(
            "28 Liter Volumen bei 980 Gramm Gewicht",
            "Wasserabweisender, gewachster Stoff",
            "Belüftetes Rückennetz",
            "Schnallen, die sich mit Handschuhen öffnen lassen",
            "Fach für eine Trinkblase bis 3 Liter",
        ),
        specs={
            "Volumen": "28 l",
            "Gewicht": "980 g",
            "Maße": "52 × 30 × 22 cm",
            "Material": "Recyceltes Polyamid, gewachst",
            "Rückenlänge": "44 bis 52 cm, verstellbar",
        },
        captions=(
            "Der Rucksack in Kiefergrün von vorn",
            "Der rostrote Rucksack auf einem Felsen bei Sonnenaufgang",
            "Nahaufnahme von Schnalle, Gummizug und Nähten",
            "Die drei Farben Ozeanblau, Rost und Kiefergrün",
        ),
    ),
    DemoProduct(
        slug="lampe-de-bureau-petite-ourse",
        markup="opengraph",
        locale="fr_CH",
        currency="CHF",
        title="Lampe de bureau articulée Petite Ourse",
        brand="Orvane",
        sku="ORV-PO-CAN",
        description=(
            "Une lumière douce, là où vous en avez besoin. Les deux bras s'orientent d'une seule main et restent "
            "en place grâce aux articulations en laiton massif. L'abat-jour émaillé diffuse une lumière chaude de "
            "2700 kelvins qui ne fatigue pas les yeux, et la base lestée tient bien sur le bureau."
        ),
        price=Decimal("149.90"),
        list_price=None,
        in_stock=True,
        rating=Decimal("4.7"),
        review_count=94,
        categories=("Maison", "Luminaires", "Lampes de bureau"),
        features=(
            "Deux bras articulés, réglables d'une main",
            "Articulations en laiton massif",
            "Lumière chaude à intensité variable",
            "Ampoule LED remplaçable de 8 watts",
            "Câble textile de 2 mètres",
        ),
        specs={
            "Matériaux": "Acier émaillé, laiton",
            "Hauteur maximale": "68 cm",
            "Puissance": "8 W",
            "Température de couleur": "2700 K",
            "Poids": "2,4 kg",
        },
        captions=(
            "La lampe allumée, en bleu canard",
            "La lampe sable sur un bureau, le soir",
            "Gros plan de l'abat-jour et de son articulation",
            "Les trois couleurs: sable, brique et bleu canard",
        ),
    ),
    DemoProduct(
        slug="wireless-headphones-nocturne",
        markup="plain",
        locale="en_GB",
        currency="GBP",
        title="Nocturne Wireless Over-Ear Headphones",
        brand="Quillow",
        sku="QLW-NOC-PLM",
        description=(
            "Close your eyes and the room goes quiet. Nocturne listens to the noise around you and takes it away, "
            "so that only the music is left. Memory-foam cushions stay comfortable through a long flight, and one "
            "charge lasts for 40 hours of listening."
        ),
        price=Decimal("189.00"),
        list_price=Decimal("229.00"),
        in_stock=True,
        rating=Decimal("4.5"),
        review_count=1268,
        categories=("Electronics", "Audio", "Headphones"),
        features=(
            "Active noise cancelling with a see-through mode",
            "40 hours of listening on one charge",
            "Memory-foam cushions in soft vegan leather",
            "Pairs with two devices at the same time",
            "Folds flat into the case that comes with it",
        ),
        specs={
            "Battery life": "40 hours",
            "Charging": "USB-C, 10 minutes for 5 hours",
            "Weight": "262 g",
            "Driver": "40 mm",
            "Colours": "Plum, Ivory, Slate",
        },
        captions=(
            "The headphones in plum",
            "The ivory pair on a wooden stand",
            "Close-up of the shell with its spun metal disc",
            "Slate, ivory and plum, lying flat",
        ),
    ),
    DemoProduct(
        slug="maceta-autorriego-brote",
        markup="json-ld",
        locale="es_ES",
        currency="EUR",
        title="Maceta de autorriego Brote, 24 cm",
        brand="Tierraluz",
        sku="TLZ-BR24-CO",
        description=(
            "Sus plantas beben solas mientras usted está de viaje. El depósito oculto guarda agua para tres "
            "semanas y la mecha de algodón la lleva a las raíces poco a poco. La pared acanalada es de arcilla "
            "con un esmalte mate que no pierde el color al sol."
        ),
        price=Decimal("34.50"),
        list_price=None,
        in_stock=False,
        rating=Decimal("4.4"),
        review_count=58,
        categories=("Jardín", "Macetas", "Autorriego"),
        features=(
            "Depósito con agua para tres semanas",
            "Arcilla con esmalte mate",
            "Plato a juego incluido",
            "Para interior y terraza",
        ),
        specs={
            "Diámetro": "24 cm",
            "Altura": "22 cm",
            "Depósito": "1,2 l",
            "Peso": "2,1 kg",
            "Material": "Arcilla esmaltada",
        },
        captions=(
            "La maceta coral con una planta de hojas grandes",
            "La maceta blanca en un rincón luminoso",
            "Detalle de la pared acanalada",
            "Tres colores: blanco tiza, oliva y coral",
        ),
    ),
)

BY_SLUG = {product.slug: product for product in PRODUCTS}
