"""The shop platforms whose pages have fixed places for what a product page says: how to tell them, and the places.

To add one, add a row: two signs that its pages carry, and the selectors of its fields (``docs/extraction.md`` shows it by
example). A selector may end in `` @name``: then the attribute is read and not the text. What a row leaves out is found as
on any other page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.extraction.document import Document
from app.extraction.text import host_name

Places = tuple[str, ...]
MAX_START = 25_000
MAX_SCRIPT_START = 120
MAX_SCRIPTS = 150
ENOUGH = 2
"""Points that tell a platform: one sign alone may stand on a page that only speaks of it."""


@dataclass(frozen=True)
class Platform:
    """One platform. ``host`` and ``generator`` are regular expressions and count two points, each of ``signs`` one."""

    name: str
    host: str = ""
    generator: str = ""
    signs: Places = ()
    fields: Mapping[str, Places] = field(default_factory=dict)
    """Field -> selectors, the first that holds a value wins."""
    in_stock: Places = ()
    """Selectors of what stands on a page only while the product can be bought."""
    sold_out: Places = ()
    number_in_address: str = ""
    only: frozenset[str] = frozenset()
    """Fields that stand in these places or nowhere on the page: all else belongs to neighbours."""
    state_in_cents: bool = False
    """Whole prices in the page's embedded data count cents."""


# fmt: off
PLATFORMS = (
    Platform(
        "Amazon", host=r"(?:[\w-]+\.)*amazon\.(?:com?(?:\.\w\w)?|\w\w)",
        signs=('id="productTitle"', "data-a-dynamic-image", 'id="dp-container"', "ue_sid"),
        fields={
            "title": ("#productTitle", "#ebooksProductTitle", "#title"),
            "price": (
                "#priceblock_dealprice", "#priceblock_saleprice", "#priceblock_ourprice", "#priceblock_pospromoprice",
                "#corePrice_feature_div .a-price:not([data-a-strike]) .a-offscreen",
                "#corePriceDisplay_desktop_feature_div .a-price:not([data-a-strike]) .a-offscreen",
                "#apex_desktop .a-price:not([data-a-strike]) .a-offscreen", "#price_inside_buybox", "#newBuyBoxPrice",
                "#renewedBuyBoxPrice", "#buyNewSection .offer-price", "#kindle-price", "#buybox .header-price", "#mediaNoAccordion .header-price",
                "#newOfferAccordionRow .header-price", "#buybox .a-color-price.offer-price", "#usedBuySection .offer-price", "#usedPrice",
                "#actualPriceValue", "#rentPrice", "#prerderPrice", ".swatchElement.selected .a-color-price",
                "#unqualifiedBuyBox .a-color-price", "#olp_feature_div .a-color-price", "#olp-upd-new .a-color-price",
                "#moreBuyingChoices_feature_div .a-color-price", "#cerberus-data-metrics @data-asin-price",
                "#twister-plus-price-data-price @value", "#attach-base-product-price @value",
            ),
            "list_price": (".priceBlockStrikePriceString", "#listPrice", "#corePriceDisplay_desktop_feature_div [data-a-strike] .a-offscreen",
                           "#price .a-text-strike", "#buyBoxInner .a-text-strike"),
            "currency": ("#cerberus-data-metrics @data-asin-currency-code", "#attach-currency-code @value"),
            "availability": ("#availability .a-color-price", "#availability .a-color-success", "#availability .a-color-state", "#availability",
                             "#outOfStock .a-color-price", "#outOfStock"),
            "brand": ("#bylineInfo .contributorNameID", "#bylineInfo .author a", "#bylineInfo", "#brand", "tr.po-brand td:last-child"),
            "sku": ("#ASIN @value", "#all-offers-display @data-asin", "[name='ASIN'] @value"),
            "rating": ("#acrPopover @title", "#averageCustomerReviews .a-icon-alt"),
            "review_count": ("#acrCustomerReviewText",),
            "images": ("#landingImage @data-old-hires", "#landingImage @data-a-dynamic-image", "#imgBlkFront @data-a-dynamic-image",
                       "#ebooksImgBlkFront @data-a-dynamic-image", "#main-image @data-a-dynamic-image", "#altImages img @src"),
            "features": ("#feature-bullets li .a-list-item",),
            "description": ("#productDescription p", "#productDescription"),
        },
        in_stock=("#add-to-cart-button", "#buy-now-button", "#one-click-button", "#add-to-ebooks-cart-button", "#buybox-see-all-buying-choices",
                  "#submit\\.preorder"),
        sold_out=("#outOfStock",),
        number_in_address=r"/(?:dp|gp/product|gp/aw/d|d|product)/([A-Z0-9]{10})(?:[/?]|$)",
        only=frozenset(("price", "list_price", "rating", "review_count")),
    ),
    Platform(
        "eBay", host=r"(?:\w+\.)*ebay\.(?:com?(?:\.\w\w)?|\w\w|com\.\w\w)",
        signs=('id="itemTitle"', 'id="prcIsum', "ebayimg.com", "x-item-title"),
        fields={
            "title": ("#itemTitle", ".x-item-title__mainTitle"),
            "price": ("#prcIsum @content", "#mm-saleDscPrc", "#prcIsum", "#prcIsum_bidPrice @content", "#prcIsum_bidPrice", ".x-price-primary",
                      "#mainContent [itemprop='price'] @content", ".vi-VR-cvipPrice"),
            "currency": ("#mainContent [itemprop='priceCurrency'] @content",),
            "list_price": ("#orgPrc", "#mm-saleOrgPrc"),
            "brand": ("[itemprop='brand'] [itemprop='name']", "[itemprop='brand']"),
            "sku": ("#descItemNumber",),
            "rating": (".reviews .ebay-review-start-rating", ".reviews .reviews-star-rating @title"),
            "review_count": ("#_rvwlnk",),
            "images": ("#icImg @src", ".ux-image-carousel-item img @src"),
        },
        in_stock=("#binBtn_btn", "#isCartBtn_btn", "#bidBtn_btn", "#boBtn_btn", "#atcBtn_btn_1", "#binBtn_btn_1"),
        sold_out=("#w1-3-_msg.vi-endtext", ".vi-endtext"),
        number_in_address=r"/itm/(?:[^/]+/)?(\d{9,14})",
        only=frozenset(("rating", "review_count")),
    ),
    Platform(
        "Etsy", host=r"(?:\w+\.)*etsy\.com", signs=("etsystatic.com", "data-buy-box"),
        fields={
            "title": ("h1[data-buy-box-listing-title]", "h1[data-listing-id]"),
            "price": ("[data-buy-box-region='price'] [data-selector='price-only']", "[data-buy-box-region='price'] p.wt-text-title-03",
                      "[data-buy-box-region='price'] .wt-text-title-03"),
            "list_price": ("[data-buy-box-region='price'] .wt-text-strikethrough",),
            "images": (".image-carousel-container img @data-src-zoom-image",),
        },
        in_stock=("[data-buy-box] [data-add-to-cart-button]", "form[data-buy-box-add-to-cart-form]"),
        number_in_address=r"/listing/(\d{6,12})",
    ),
    Platform(
        "Shopify", signs=("cdn.shopify.com", "Shopify.theme", "Shopify.shop", "ShopifyAnalytics", "shopify-section"), state_in_cents=True,
        fields={"brand": (".product__vendor", ".product-vendor", ".product-single__vendor"),
                "sku": (".product-single__sku", ".variant-sku", ".product__sku")},
        sold_out=("button[name='add'][disabled].sold-out",),
    ),
    Platform(
        "WooCommerce", generator=r"woocommerce", signs=("plugins/woocommerce", "woocommerce-page", "single_add_to_cart_button",
                                                        "woocommerce-product-gallery", "wc_add_to_cart_params"),
        fields={
            "title": ("h1.product_title", ".summary .entry-title"),
            "price": (".summary p.price ins .amount", ".summary p.price > .amount", ".summary .price ins .amount", ".summary .price .amount",
                      "p.price ins .amount", "p.price > .woocommerce-Price-amount"),
            "list_price": (".summary .price del .amount",),
            "sku": (".product_meta .sku", ".sku_wrapper .sku"),
            "rating": (".woocommerce-product-rating .star-rating .rating",),
            "review_count": (".woocommerce-review-link .count",),
            "images": (".woocommerce-product-gallery__image a @href", ".woocommerce-main-image @href"),
        },
        in_stock=(".summary .stock.in-stock", ".summary .single_add_to_cart_button:not(.disabled)", ".summary .stock.available-on-backorder"),
        sold_out=(".summary .stock.out-of-stock", "form.variations_form .stock.out-of-stock", "div.product.outofstock .summary"),
    ),
    Platform(
        "Magento 2", signs=("x-magento-init", "data-mage-init", "mage/cookies", "Magento_", "data-price-amount"),
        fields={
            "title": (".page-title-wrapper .page-title .base", ".page-title .base"),
            "price": (".product-info-main [data-price-type='finalPrice'] @data-price-amount", ".product-info-price [data-price-type='finalPrice'] @data-price-amount",
                      ".product-info-main .price-box .special-price .price", ".product-info-main .price-final_price .price"),
            "list_price": (".product-info-main [data-price-type='oldPrice'] @data-price-amount",),
            "sku": (".product.attribute.sku .value", ".product-info-main [itemprop='sku']"),
            "brand": ("td[data-th='Brand']", "td[data-th='Marke']", "td[data-th='Marca']", "td[data-th='Marque']", "td[data-th='Hersteller']",
                      "td[data-th='Manufacturer']", "td[data-th='Producent']", "td[data-th='Merk']"),
        },
        in_stock=(".product-info-main .stock.available", "#product-addtocart-button"),
        sold_out=(".product-info-main .stock.unavailable",),
    ),
    Platform(
        "Magento 1", signs=("skin/frontend/", "Mage.Cookies", "Product.OptionsPrice", "product-essential"),
        fields={
            "title": (".product-shop .product-name h1", ".product-name h1", ".product-name .h1", ".product-essential h1"),
            "price": (".product-shop .special-price .price", ".product-shop .regular-price .price", ".product-essential .special-price .price",
                      ".product-essential .regular-price .price", ".product-shop .price-box .price", ".product-essential .price-box .price"),
            "list_price": (".product-shop .old-price .price", ".product-essential .old-price .price"),
        },
        in_stock=(".product-shop .availability.in-stock", ".product-essential .btn-cart", ".product-view .add-to-cart button"),
        sold_out=(".product-shop .availability.out-of-stock", ".product-essential .availability.out-of-stock"),
    ),
    Platform(
        "PrestaShop", generator=r"prestashop", signs=("var prestashop", "id_product", "/modules/blockcart", "prestashop", "our_price_display"),
        fields={
            "price": (".product-prices [itemprop='price'] @content", ".current-price-value @content", "#our_price_display @content", "#our_price_display",
                      ".current-price [itemprop='price'] @content", ".current-price span"),
            "list_price": ("#old_price_display .price", "#old_price_display", ".product-discount .regular-price"),
            "sku": ("#product_reference span", ".product-reference span", "#product_reference [itemprop='sku']"),
            "brand": (".product-manufacturer a", ".product-manufacturer img @alt", "#manufacturer_logo img @alt"),
            "images": (".product-cover img @src", "#bigpic @src"),
        },
        in_stock=("#add_to_cart button:not([disabled])", ".product-add-to-cart .add-to-cart:not([disabled])", "#availability_value.label-success"),
        sold_out=("#availability_value.label-danger", ".product-unavailable", "#availability_value.warning_inline"),
    ),
    Platform(
        "BigCommerce", signs=("bigcommerce.com/s-", "BCData", "data-content-region", "productView-title"),
        fields={
            "title": (".productView-title",),
            "price": (".productView-price .price--withTax", ".productView-price [data-product-price-with-tax]", ".productView-price .price--withoutTax",
                      ".productView-price [data-product-price-without-tax]"),
            "list_price": (".productView-price .price--rrp", ".productView-price .price--non-sale"),
            "sku": ("[data-product-sku]", ".productView-info-value--sku"), "brand": (".productView-brand [itemprop='name']", ".productView-brand"),
            "images": (".productView-image @data-zoom-image", ".productView-image--default @data-src"),
        },
        in_stock=("#form-action-addToCart:not([disabled])",), sold_out=(".productView .alertBox--error",),
    ),
    Platform(
        "Squarespace", generator=r"squarespace", signs=("Static.SQUARESPACE_CONTEXT", "static1.squarespace.com", "ProductItem-details"),
        fields={"title": (".ProductItem-details-title", ".product-title"), "price": (".ProductItem-details .product-price .sqs-money-native", ".ProductItem-details .product-price",
                ".product-price .sqs-money-native", ".product-price"), "images": (".ProductItem-gallery-slides-item-image @data-src",)},
        sold_out=(".ProductItem-details .sold-out", ".product-mark.sold-out"), in_stock=(".sqs-add-to-cart-button",),
    ),
    Platform(
        "VTEX", signs=("vteximg.com.br", "vtexassets.com", "vtex.render", "vtex-", "vtexcommerce"),
        fields={
            "title": ("[class*='vtex-store-components'][class*='productNameContainer']", ".fn.productName", ".productName"),
            "price": (".skuBestPrice", "[class*='sellingPriceValue']", "[class*='sellingPrice'] [class*='currencyContainer']"),
            "list_price": (".skuListPrice", "[class*='listPriceValue']"),
            "brand": ("[class*='productBrandName']", ".brandName a", ".brandName"), "sku": (".skuReference", ".productReference", "[class*='product-identifier__value']"),
        },
        in_stock=(".buy-button", "[class*='add-to-cart-button']"), sold_out=(".portal-notify-me-ref:not(:empty) .notifyme-title",),
    ),
    Platform(
        "Shopware 5", signs=("product--details", "csrfConfig", "/web/cache/", "shopware", "themes/Frontend/"),
        fields={
            "title": ("h1.product--title",), "price": (".product--price .price--content meta[itemprop='price'] @content", ".product--price .price--content"),
            "list_price": (".product--price .price--line-through",), "sku": (".entry--sku .entry--content", "[itemprop='sku']"),
            "brand": (".product--supplier img @alt", ".product--supplier a @title", ".entry--supplier .entry--content"),
            "images": (".image-slider--slide .image--element @data-img-original",),
        },
        in_stock=(".buybox--button:not([disabled])",), sold_out=(".delivery--text-not-available",),
    ),
    Platform(
        "Shopware 6", signs=("product-detail-buy", "/bundles/storefront/", "product-detail-price", "shopware"),
        fields={"title": ("h1.product-detail-name",), "price": (".product-detail-price",), "list_price": (".list-price-price",),
                "sku": (".product-detail-ordernumber",), "brand": (".product-detail-manufacturer-logo @alt", ".product-detail-manufacturer-link")},
        in_stock=(".btn-buy:not([disabled])",), sold_out=(".delivery-not-available",),
    ),
    Platform(
        "OpenCart", signs=("index.php?route=product/", "catalog/view/", "button-cart", "route=checkout/cart"),
        in_stock=("#button-cart:not([disabled])",),
    ),
    Platform(
        "Salesforce Commerce", signs=("demandware.static", "demandware.store", "dwvar_", "dw/shop"),
        fields={"price": (".product-detail .prices .sales .value @content", "#product-content .product-price .price-sales", "#product-content .price-sales"),
                "list_price": (".product-detail .prices .strike-through .value @content", "#product-content .price-standard")},
    ),
    Platform(
        "nopCommerce", generator=r"nopcommerce", signs=("product-essential", "add-to-cart-button", "/Plugins/", "nop-"),
        fields={"title": (".product-essential .product-name h1",), "price": (".product-essential .product-price [itemprop='price'] @content", ".product-essential .product-price"),
                "sku": (".product-essential .sku .value",), "brand": (".product-essential .manufacturers .value",)},
        in_stock=(".product-essential .add-to-cart-button",),
    ),
    Platform(
        "bol.com", host=r"(?:www\.)?bol\.com", signs=("bol.com", 'data-test="title"'),
        fields={"title": ("[data-test='title']",), "price": ("[data-test='price']",), "list_price": ("[data-test='list-price']",),
                "brand": ("[data-test='party-link']", "[data-test='brand']"), "review_count": ("[data-test='rating-suffix']",),
                "images": ("[data-test='product-main-image'] @src", ".js_main_product_image @src")},
        in_stock=("[data-test='btn-add-to-basket']", "[data-test='default-buy-button']", ".js_floating_basket_btn", ".js_add_to_basket"),
        sold_out=("[data-test='outofstock-buy-block']",), number_in_address=r"/(\d{13,16})/?$",
    ),
    Platform(
        "Otto", host=r"(?:www\.)?otto\.de", signs=("otto.de", "prd_"),
        fields={"price": ("#reducedPriceAmount", "#normalPriceAmount", ".p_price__reduced", ".p_price__retail"), "brand": (".prd_shortInfo__brand", ".prd_brand"),
                "sku": ("[itemprop='productID']", ".prd_moreInfo__articleNumber", ".prd_articleNumber")},
    ),
    Platform(
        "Cdiscount", host=r"(?:\w+\.)*cdiscount\.com", signs=("cdscdn.com", "fpDesCol"),
        fields={"title": (".fpDesCol h1", "#fpContent h1"), "price": ("#fpContent .fpPrice @content", ".fpPrice[itemprop='price'] @content", ".fpPrice"),
                "list_price": (".fpStriked", ".fpPriceBloc .striked"), "brand": (".fpBrandName", ".fpSubTitle a"),
                "rating": (".fpCusto [itemprop='ratingValue']",), "review_count": (".fpCusto [itemprop='ratingCount']",)},
        in_stock=("#fpAddToBasket", ".fpAddBsk .btGreen", "#AddToBasketButtonOfferComplete"), sold_out=(".fpUnavailable", "#fpZnPrdMain .fpPriceUnavailable"),
    ),
    Platform(
        "JD", host=r"(?:\w+\.)*jd\.(?:com|hk)", signs=("360buyimg.com", "skuid", "sku-name"),
        fields={"title": (".sku-name",), "price": (".summary-price .p-price .price", ".p-price .price"), "brand": ("#parameter-brand a", "#parameter-brand li @title"),
                "images": ("#spec-img @data-origin", "#spec-list img @src"), "review_count": ("#comment-count .count",)},
        in_stock=("#InitCartUrl:not(.btn-disable)",), sold_out=(".itemover-tip",), number_in_address=r"/(\d{5,14})\.html",
        only=frozenset(("price", "list_price")),
    ),
    Platform(
        "AliExpress", host=r"(?:\w+\.)*aliexpress\.(?:com|us|ru)", signs=("runParams", "alicdn.com"),
        fields={"title": (".product-title-text", "h1.product-name"), "price": (".product-price-value", "#j-sku-discount-price", "#j-sku-price"),
                "list_price": (".product-price-original .product-price-value",)},
        number_in_address=r"/item/(?:[\w-]+/)?(\d{8,18})\.html",
    ),
    Platform(
        "Flipkart", host=r"(?:\w+\.)*flipkart\.com", signs=("flixcart.com", "__INITIAL_STATE__"),
        fields={"title": ("h1 .B_NuCI", ".B_NuCI", "h1 ._35KyD6"), "price": ("._30jeq3._16Jk6d", "._1vC4OE._3qQ9m1"), "list_price": ("._3I9_wc._2p6lqe", "._3auQ3N._1POkHg")},
        in_stock=("button._2KpZ6l._2U9uOA", "button._2AkmmA._2Npkh4"), sold_out=("._16FRp0", "._9-sL7L"),
    ),
    Platform(
        "Mercado Libre", host=r"(?:\w+\.)*mercadoli[bv]re\.com(?:\.\w\w)?|(?:\w+\.)*mercadolibre\.\w\w", signs=("mlstatic.com", "ui-pdp"),
        fields={"title": (".ui-pdp-title", "h1.item-title__primary"), "price": (".ui-pdp-price__second-line .price-tag [itemprop='price'] @content",
                ".ui-pdp-price__second-line .price-tag-amount", ".item-price .price-tag @content"), "list_price": (".ui-pdp-price__original-value",)},
        sold_out=(".ui-pdp-shipping .ui-vpp-denounce--paused",), number_in_address=r"/(ML[A-Z]-?\d{6,12})",
    ),
    Platform(
        "Walmart", host=r"(?:\w+\.)*walmart\.(?:com|ca)", signs=("walmartimages", "__WML_REDUX_INITIAL_STATE__", "__NEXT_DATA__"),
        fields={"title": ("h1.prod-ProductTitle",), "price": ("#price .price-characteristic @content", "[itemprop='price'] @content"), "brand": (".prod-brandName",)},
        in_stock=(".prod-ProductCTA--primary",), number_in_address=r"/ip/(?:[^/]+/)?(\d{5,14})",
    ),
    Platform(
        "Wayfair", host=r"(?:\w+\.)*wayfair\.(?:com|ca|co\.uk|de)", signs=("wfcdn.com", "wayfair"),
        fields={"title": (".ProductDetailInfoBlock-header h1", "h1.pl-Heading"), "brand": (".ProductDetailInfoBlock-header-link", "[data-enzyme-id='ProductTitleBlock-manufacturer'] a"),
                "price": (".BasePriceBlock:not(.BasePriceBlock--previous) .BasePriceBlock-price", ".StandardPriceBlock .SFPrice", ".SFPrice .pl-Price-V2--5000")},
        number_in_address=r"-([a-zA-Z]{1,5}\d{3,12})\.html",
    ),
    Platform(
        "OLX", host=r"(?:\w+\.)*olx\.(?:com?(?:\.\w\w)?|\w\w|com\.\w\w)", signs=("olx", "itemPrice", "offer-titlebox"),
        fields={"title": ("[data-aut-id='itemTitle']", ".offer-titlebox h1", "[data-cy='ad_title']"),
                "price": ("[data-aut-id='itemPrice']", ".pricelabel__value", "[data-testid='ad-price-container'] h3", ".offer-titlebox__price")},
        number_in_address=r"(?:iid-|-ID|/)(\d{7,12}|[0-9A-Za-z]{5,7})(?:\.html|$)",
    ),
    Platform(
        "IKEA", host=r"(?:www\.)?ikea\.com", signs=("ikea", "range-revamp"),
        fields={"sku": (".range-revamp-product-identifier__value", ".product-identifier__value"), "brand": ()},
        number_in_address=r"-s?(\d{8})/?$",
    ),
    Platform("Zalando", host=r"(?:\w+\.)*zalando\.(?:\w\w|co\.uk)", signs=("ztat.net", "zalando"),
             number_in_address=r"-([a-z0-9]{9}-[a-z0-9]{3})\.html"),
    Platform("craigslist", host=r"(?:\w+\.)*craigslist\.org", signs=("craigslist", "postingtitle"),
             fields={"title": ("#titletextonly",), "price": (".postingtitle .price",), "images": ("#thumbs a @href",)}, number_in_address=r"/(\d{8,12})\.html"),
)
# fmt: on


@dataclass(frozen=True)
class Detection:
    """The platform of a page, and the signs that told it."""

    platform: Platform
    reasons: tuple[str, ...]


def detect(document: Document) -> Detection | None:
    """Return the platform with the most points, if it has enough of them."""
    host = host_name(document.url)
    generator = " ".join(document.meta("generator"))
    best: tuple[int, Detection] | None = None
    digest = _digest(document)
    for platform in PLATFORMS:
        reasons = []
        points = 0
        if platform.host:
            if not re.fullmatch(platform.host, host):
                continue
            points += 2
            reasons.append(f"host {host}")
        if platform.generator and re.search(platform.generator, generator, re.IGNORECASE):
            points += 2
            reasons.append(f"generator {generator[:40]}")
        found = [sign for sign in platform.signs if sign in digest]
        points += len(found)
        if points >= ENOUGH and (best is None or points > best[0]):
            best = (points, Detection(platform, (*reasons, *found)))
    return best[1] if best else None


def _digest(document: Document) -> str:
    """Return the parts of the page where platforms show themselves: its beginning, and how its scripts begin."""
    heads = "\n".join(f"{script.head}\n{script.body[:MAX_SCRIPT_START]}" for script in document.scripts[:MAX_SCRIPTS])
    return f"{document.markup[:MAX_START]}\n{heads[:MAX_START]}"
