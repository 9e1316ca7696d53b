"""The demo shop's HTML: an index, a page per product in that product's markup style, and one for unknown addresses."""

from __future__ import annotations

import json
from html import escape

from babel.numbers import format_currency, format_decimal

from examples.demo_shop.catalogue import PRODUCTS, SHOP_NAME, DemoProduct
from examples.demo_shop.pictures import HEIGHT, WIDTH
from examples.demo_shop.wording import STYLE, WORDS, Words

ROBOTS = "User-agent: *\nAllow: /\n"


def price_text(product: DemoProduct, *, before_discount: bool = False) -> str:
    """Return the product's price as its locale writes it."""
    amount = product.list_price if before_discount and product.list_price else product.price
    return format_currency(amount, product.currency, locale=product.locale)


def json_ld(product: DemoProduct, base: str) -> str:
    """Return the product and its breadcrumb as schema.org JSON-LD in a script element."""
    offer: dict[str, object] = {
        "@type": "Offer",
        "url": base + product.path,
        "price": str(product.price),
        "priceCurrency": product.currency,
        "availability": "https://schema.org/" + ("InStock" if product.in_stock else "OutOfStock"),
        "itemCondition": "https://schema.org/NewCondition",
    }
    if product.list_price:
        offer["priceSpecification"] = {
            "@type": "UnitPriceSpecification",
            "priceType": "https://schema.org/ListPrice",
            "price": str(product.list_price),
            "priceCurrency": product.currency,
        }
    article = {
        "@type": "Product",
        "@id": base + product.path + "#product",
        "name": product.title,
        "description": product.description,
        "sku": product.sku,
        "brand": {"@type": "Brand", "name": product.brand},
        "category": " > ".join(product.categories),
        "image": [base + path for path in product.image_paths],
        "offers": offer,
        "aggregateRating": {
            "@type": "AggregateRating",
            "ratingValue": str(product.rating),
            "bestRating": "5",
            "reviewCount": product.review_count,
        },
        "additionalProperty": [
            {"@type": "PropertyValue", "name": name, "value": value} for name, value in product.specs.items()
        ],
    }
    steps = [
        {"@type": "ListItem", "position": position, "name": name} for position, name in enumerate(product.categories, 1)
    ]
    graph = [article, {"@type": "BreadcrumbList", "itemListElement": steps}]
    data = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False, indent=1)
    # "<" could end the script element early.
    return '<script type="application/ld+json">' + data.replace("<", "\\u003c") + "</script>"


def open_graph(product: DemoProduct, base: str) -> str:
    """Return the product as Open Graph meta elements (ogp.me, with the ``product:`` properties)."""
    pairs = [
        ("og:type", "product"),
        ("og:site_name", SHOP_NAME),
        ("og:locale", product.locale),
        ("og:title", product.title),
        ("og:description", product.description),
        ("og:url", base + product.path),
        *(("og:image", base + path) for path in product.image_paths),
        ("product:brand", product.brand),
        ("product:retailer_item_id", product.sku),
        ("product:category", " > ".join(product.categories)),
        ("product:price:amount", str(product.price)),
        ("product:price:currency", product.currency),
        ("product:availability", "in stock" if product.in_stock else "out of stock"),
    ]
    if product.list_price:
        pairs.append(("product:original_price:amount", str(product.list_price)))
        pairs.append(("product:original_price:currency", product.currency))
    return "\n".join(f'<meta property="{name}" content="{escape(value)}">' for name, value in pairs)


def document(locale: str, title: str, head: str, body: str) -> str:
    """Return a whole page with the shop's header and footer around ``body``."""
    words = WORDS[locale.split("_")[0]]
    return f"""<!DOCTYPE html>
<html lang="{locale.replace("_", "-")}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
{head}
<style>{STYLE}</style>
</head>
<body>
<header><a class="logo" href="/">{escape(SHOP_NAME)}</a>
<nav><a href="/">{words.home}</a> <a href="/#all">{words.everything}</a></nav>
<span class="cart">{words.cart} (0)</span></header>
{body}
<footer><p>{words.footer}</p></footer>
</body>
</html>
"""


def card(product: DemoProduct) -> str:
    """Return the tile of a product, for the index and for other products' pages."""
    return (
        f'<li class="card"><a href="{product.path}">'
        f'<img src="{product.image_paths[0]}" alt="{escape(product.captions[0])}"'
        f' width="320" height="400" loading="lazy"><span class="name">{escape(product.title)}</span>'
        f'<span class="small-price">{price_text(product)}</span></a></li>'
    )


def index_page() -> str:
    """Return the page that lists all products."""
    cards = "\n".join(card(product) for product in PRODUCTS)
    body = f'<main><h1>{escape(SHOP_NAME)}</h1><ul class="cards" id="all">{cards}</ul></main>'
    icon = '<link rel="icon" type="image/png" sizes="192x192" href="/icon.png">'
    return document("en_US", SHOP_NAME, icon, body)


def not_found_page() -> str:
    """Return the page for an address that the shop does not have."""
    body = '<main class="lost"><h1>Page not found</h1><p><a href="/">Back to the shop</a></p></main>'
    return document("en_US", f"Page not found | {SHOP_NAME}", "", body)


def product_page(product: DemoProduct, base: str) -> str:
    """Return a product's page; ``base`` is the shop's address without a slash at its end."""
    words = WORDS[product.language]
    heads = {"json-ld": json_ld, "opengraph": open_graph}
    head = heads[product.markup](product, base) if product.markup in heads else ""
    marked = product.markup == "microdata"

    def prop(name: str, more: str = "") -> str:
        return f' itemprop="{name}"{more}' if marked else ""

    def typed(kind: str) -> str:
        return f' itemscope itemtype="https://schema.org/{kind}"' if marked else ""

    crumbs = " / ".join(f'<a href="/#all">{escape(name)}</a>' for name in product.categories)
    pictures = "\n".join(
        f'<img src="{path}" alt="{escape(caption)}" width="{WIDTH}" height="{HEIGHT}"{prop("image")}>'
        for path, caption in zip(product.image_paths, product.captions, strict=True)
    )
    features = "\n".join(f"<li>{escape(feature)}</li>" for feature in product.features)
    specs = "\n".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in product.specs.items()
    )
    others = "\n".join(card(other) for other in PRODUCTS if other is not product)
    body = f"""<main>
<nav class="breadcrumb"><a href="/">{words.home}</a> / {crumbs}</nav>
<article class="product"{typed("Product")}>
<div class="gallery">{pictures}</div>
<div class="buy">
<p class="brand"{prop("brand", typed("Brand"))}><span{prop("name")}>{escape(product.brand)}</span></p>
<h1{prop("name")}>{escape(product.title)}</h1>
{rating_block(product, words, marked)}
{offer_block(product, words, marked)}
<ul class="features">{features}</ul>
<p class="sku">{words.sku}: <span{prop("sku")}>{escape(product.sku)}</span></p>
</div>
<section class="text"><h2>{words.description}</h2>
<p class="description"{prop("description")}>{escape(product.description)}</p>
<h2>{words.details}</h2><table class="specs">{specs}</table></section>
</article>
<section class="related"><h2>{words.related}</h2><ul class="cards">{others}</ul></section>
</main>"""
    return document(product.locale, f"{product.title} | {SHOP_NAME}", head, body)


def rating_block(product: DemoProduct, words: Words, marked: bool) -> str:
    """Return the stars and the count of reviews."""
    value = format_decimal(product.rating, locale=product.locale)
    count = format_decimal(product.review_count, locale=product.locale)
    stars = "★" * round(product.rating) + "☆" * (5 - round(product.rating))
    scope = ' itemprop="aggregateRating" itemscope itemtype="https://schema.org/AggregateRating"' if marked else ""
    score = f' itemprop="ratingValue" content="{product.rating}"' if marked else ""
    total = f' itemprop="reviewCount" content="{product.review_count}"' if marked else ""
    return (
        f'<p class="rating"{scope}><span class="stars" aria-hidden="true">{stars}</span> <span{score}>{value}</span>'
        f" {words.out_of_five} · <span{total}>{count}</span> {words.reviews}</p>"
    )


def offer_block(product: DemoProduct, words: Words, marked: bool) -> str:
    """Return price, price before the discount, stock and the button."""
    scope = ' itemprop="offers" itemscope itemtype="https://schema.org/Offer"' if marked else ""
    amount = f' itemprop="price" content="{product.price}"' if marked else ""
    before = price_text(product, before_discount=True)
    was = f' <del class="was" title="{words.before}">{before}</del>' if product.list_price else ""
    state = "InStock" if product.in_stock else "OutOfStock"
    machine = (
        f'<meta itemprop="priceCurrency" content="{product.currency}">'
        f'<link itemprop="availability" href="https://schema.org/{state}">'
        if marked
        else ""
    )
    stock, flag = (words.in_stock, "") if product.in_stock else (words.out_of_stock, " disabled")
    return f"""<div class="offer"{scope}>{machine}
<p class="prices"><span class="price"{amount}>{price_text(product)}</span>{was}</p>
<p class="stock">{stock}</p><p class="delivery">{words.delivery}</p>
<button type="button" class="add-to-cart"{flag}>{words.add_to_cart}</button></div>"""
