"""Small pages for the tests: a desk of a shop that does not exist."""

import json
from typing import Any

from app.extraction import extract
from app.models import Product

HOST = "https://northwood.example"
NAME = "Alder oak desk 120 cm"


def page(body: str, head: str = "", lang: str = "en", title: str = f"{NAME} | Northwood") -> str:
    return f'<!doctype html><html lang="{lang}"><head><title>{title}</title>{head}</head><body>{body}</body></html>'


def ld(**more: Any) -> str:
    product = {"@context": "https://schema.org", "@type": "Product", "name": NAME} | more
    return f'<script type="application/ld+json">{json.dumps(product)}</script>'


def offer(price: object, state: str = "InStock", currency: str = "EUR") -> dict[str, Any]:
    return {"@type": "Offer", "price": price, "priceCurrency": currency, "availability": f"https://schema.org/{state}"}


def read(body: str, head: str = "", url: str = f"{HOST}/desks/oak-desk", **more: str) -> Product:
    return extract(page(body, head, **more), url)


BUY = "<button>Add to cart</button>"
