"""Products written by hand, as the pages of small shops tell them."""

from __future__ import annotations

from decimal import Decimal

from app.models import ImageAnalysis, Product

ENGLISH = Product(
    url="https://shop.example/alba-mug",
    title="Alba Stoneware Mug – 350 ml, Matte White",
    description=(
        "A mug for slow mornings, thrown by hand in a small studio in Porto. The thick wall keeps coffee hot for 40"
        " minutes. No two mugs are quite alike. Free shipping on orders over $50. It is the best mug in the world!"
    ),
    brand="Casa Lume",
    price=Decimal("24.00"),
    list_price=Decimal("32.00"),
    currency="USD",
    availability="InStock",
    rating=4.8,
    review_count=1284,
    images=[f"https://shop.example/alba-{n}.jpg" for n in range(1, 6)],
    categories=["Kitchen", "Mugs"],
    features=[
        "Keeps coffee hot for 40 minutes",
        "Dishwasher and microwave safe",
        "WIDE HANDLE: Four fingers fit through it, even with gloves on, so nothing slips.",
        "Matte glaze without lead",
        "30-day returns",
    ],
    specs={
        "Material": "stoneware",
        "Weight": "380 g",
        "Capacity": "350 ml",
        "SKU": "AL-350-W",
        "Dishwasher safe": "Yes",
    },
    language="en",
    shop="Casa Lume",
)
GERMAN = Product(
    url="https://laden.example/nordlicht",
    title="Nordlicht Schreibtischlampe mit Gelenkarm, salbeigrün",
    description=(
        "Die Lampe bringt warmes Licht genau dorthin, wo es gebraucht wird. Der Arm bleibt in jeder Stellung stehen."
        " Das Kabel aus Textil ist 2,5 m lang und reicht bis zur nächsten Steckdose. Versandkostenfrei ab 50 €."
    ),
    brand="Nordlicht",
    price=Decimal("129.90"),
    currency="EUR",
    availability="InStock",
    rating=4.6,
    review_count=87,
    images=[f"https://laden.example/lampe-{n}.jpg" for n in range(1, 5)],
    categories=["Wohnen", "Leuchten", "Schreibtischlampen"],
    features=[
        "Dimmbar in drei Stufen",
        "Schwenkarm aus Stahl mit Messinggelenken",
        "Das Leuchtmittel lässt sich ohne Werkzeug wechseln",
    ],
    specs={"Material": "Stahl und Messing", "Gewicht": "2,1 kg", "Höhe": "52 cm"},
    language="de",
)
FRENCH = Product(
    url="https://boutique.example/brume",
    title="Gourde isotherme Brume 750 ml",
    description=(
        "La gourde Brume garde vos boissons fraîches pendant 24 heures et chaudes pendant 12 heures. Le bouchon se"
        " visse d'une seule main. Elle tient dans le porte-gobelet d'un vélo. Livraison offerte dès 49 €."
    ),
    brand="Atelier Brume",
    price=Decimal("34.90"),
    currency="EUR",
    availability="OutOfStock",
    images=["https://boutique.example/brume-1.jpg", "https://boutique.example/brume-2.jpg"],
    categories=["Sport", "Gourdes"],
    features=["Double paroi en acier inoxydable", "Anse souple pour l'accrocher au sac", "Passe au lave-vaisselle"],
    specs={"Contenance": "750 ml", "Poids": "320 g", "Matière": "acier inoxydable"},
    language="fr",
    shop="La Cabane",
)
SPANISH = Product(
    url="https://www.tienda.example/bolso-sierra",
    title="Bolso Sierra de cuero hecho a mano",
    description=(
        "Cada bolso nace en nuestro taller de Ubrique. El cuero vegetal gana carácter con los años."
        " Lleva un bolsillo interior para el móvil y otro para las llaves."
    ),
    brand="Sierra",
    price=Decimal("189.00"),
    currency="EUR",
    rating=4.7,
    review_count=52,
    images=[f"https://www.tienda.example/bolso-{n}.jpg" for n in range(1, 4)],
    features=["Cuero de vaca curtido con corteza", "Correa ajustable de 120 cm", "Cierre de latón"],
    specs={"Medidas": "32 x 28 x 12 cm"},
    language="es",
)
ITALIAN = Product(
    url="https://bottega.example/sciarpa",
    title="Sciarpa Nebbia in lana merino",
    description=(
        "Una sciarpa morbida per le mattine fredde. La lana arriva da un piccolo filatoio di Biella e non punge."
        " Le frange sono annodate a mano. Si lava in lavatrice a 30 gradi. Spedizione gratuita da 60 €."
    ),
    brand="Filò",
    price=Decimal("59.00"),
    list_price=Decimal("74.00"),
    currency="EUR",
    availability="InStock",
    rating=4.5,
    review_count=41,
    images=[f"https://bottega.example/sciarpa-{n}.jpg" for n in range(1, 5)],
    categories=["Accessori", "Sciarpe"],
    features=["Lana merino senza fibre sintetiche", "Frange annodate a mano", "Lunga 180 cm, basta per due giri"],
    specs={"Materiale": "lana merino", "Peso": "210 g", "Colori": "grigio, blu, ruggine"},
    language="it",
    shop="La Bottega",
)
PORTUGUESE = Product(
    url="https://loja.example/tabua",
    title="Tábua de corte Sobreiro",
    description=(
        "Uma tábua de carvalho para cortar e servir. A borda tem um sulco que apanha o sumo. Os pés de borracha não"
        " escorregam na bancada. Portes grátis acima de 50 €."
    ),
    brand="Casa Alba",
    price=Decimal("42.50"),
    currency="EUR",
    availability="InStock",
    rating=4.8,
    review_count=1203,
    images=[f"https://loja.example/tabua-{n}.jpg" for n in range(1, 4)],
    categories=["Cozinha", "Tábuas"],
    features=["Carvalho maciço, sem verniz", "Sulco para o sumo", "Pés de borracha que não escorregam"],
    specs={"Material": "carvalho", "Peso": "1,9 kg", "Medidas": "40 x 28 x 3 cm"},
    language="pt",
    shop="Loja Alba",
)
BARE = Product(title="Blue Notebook", images=["https://shop.example/notebook.jpg"])
ALL = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH, "it": ITALIAN, "pt": PORTUGUESE, "bare": BARE}


def measured(product: Product) -> list[ImageAnalysis]:
    """Return plausible measures for each picture of a product, the first one best."""
    return [
        ImageAnalysis(url=url, width=1600, height=2000, sharpness=200, score=round(0.9 - 0.01 * n, 3))
        for n, url in enumerate(product.images)
    ]
