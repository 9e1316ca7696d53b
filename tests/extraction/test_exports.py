"""Feeds as shops' own systems export them, in their documented form."""

import json
from decimal import Decimal
from io import BytesIO

import pytest

from app.errors import InvalidInput
from app.extraction import extract_records
from app.extraction.bulk import Kind
from app.models import Product


def read(data: str, kind: Kind = "csv") -> list[Product]:
    records = list(extract_records(BytesIO(data.encode()), kind, "https://northwood.example"))
    assert [record.reason for record in records if record.reason] == []
    return [record.product for record in records if record.product]


def test_googles_columns() -> None:
    (desk, shelf) = read(
        "id\ttitle\tdescription\tlink\timage_link\tadditional_image_link\tavailability\tprice\tsale_price\tbrand\tgtin\n"
        "NW-1\tOak desk\tOiled.\thttps://n.example/1\thttps://n.example/1.jpg\thttps://n.example/2.jpg,https://n.example/3.jpg"
        "\tin_stock\t449.00 EUR\t349.00 EUR\tAlder\t4006381333931\n"
        "NW-2\tOak shelf\tPlain.\thttps://n.example/2\thttps://n.example/4.jpg\t\tout_of_stock\t89.00 EUR\t\tAlder\t\n"
    )
    assert (desk.price, desk.list_price, desk.currency, desk.sku) == (Decimal(349), Decimal(449), "EUR", "NW-1")
    assert (desk.availability, len(desk.images), desk.brand) == ("InStock", 3, "Alder")
    assert (shelf.price, shelf.list_price, shelf.availability) == (Decimal(89), None, "OutOfStock")


def test_woocommerces_columns() -> None:
    (desk, shelf) = read(
        "ID,Type,SKU,Name,Published,Short description,In stock?,Stock,Sale price,Regular price,"
        "Categories,Images,Brands\n"
        '44,simple,NW-1,Oak desk,1,Oiled.,1,,349,449,"Desks > Oak","https://n.example/1.jpg, https://n.example/2.jpg",A\n'
        "45,simple,NW-2,Oak shelf,1,Plain.,0,3,,89,Shelves,https://n.example/3.jpg,A\n"
    )
    assert (desk.price, desk.list_price, desk.sku, desk.availability) == (Decimal(349), Decimal(449), "NW-1", "InStock")
    assert (len(desk.images), desk.categories) == (2, ["Desks", "Oak"])
    assert (shelf.price, shelf.list_price, shelf.sku, shelf.availability) == (Decimal(89), None, "NW-2", "OutOfStock")


def test_woocommerces_variations_belong_to_their_parent() -> None:
    desk, stool, single = read(
        "ID,Type,SKU,Name,In stock?,Stock,Sale price,Regular price,Images,Parent\n"
        "44,variable,NW-1,Oak desk,1,,,,https://n.example/1.jpg,\n"
        "45,variation,NW-1-S,Oak desk - S,1,2,349,449,https://n.example/2.jpg,NW-1\n"
        "46,variation,NW-1-L,Oak desk - L,0,0,,549,https://n.example/3.jpg,id:44\n"
        "50,variable,,Oak stool,1,,,,,\n"
        "51,variation,,Oak stool - S,1,2,,49,,id:50\n"
        "61,variation,NW-9-S,Oak shelf - S,1,2,,29,,NW-9\n"
    )
    assert (desk.title, desk.price, desk.list_price, desk.sku, len(desk.images)) == (
        "Oak desk",
        Decimal(349),
        Decimal(449),
        "NW-1",
        3,
    )
    assert (stool.title, stool.price, stool.availability) == ("Oak stool", Decimal(49), "InStock")
    assert (single.title, single.price) == ("Oak shelf - S", Decimal(29))  # its parent is in another file


def test_woocommerces_columns_in_the_shops_language() -> None:
    (desk,) = read(
        "ID,Typ,Artikelnummer,Name,Vorrätig?,Lager,Angebotspreis,Regulärer Preis,Kategorien,Bilder,"
        "Übergeordnetes Produkt\n"
        '44,simple,NW-1,Eichentisch,0,,"349,00","449,00",Tische,https://n.example/1.jpg,\n'
    )
    assert (desk.price, desk.list_price, desk.sku, desk.availability) == (
        Decimal(349),
        Decimal(449),
        "NW-1",
        "OutOfStock",
    )
    assert (desk.categories, len(desk.images)) == (["Tische"], 1)


def test_shopifys_rows_of_pictures_and_variants() -> None:
    (desk, shelf) = read(
        "Handle,Title,Body (HTML),Vendor,Variant SKU,Variant Inventory Qty,Variant Price,"
        "Variant Compare At Price,Image Src\n"
        "oak,Oak desk,<p>Oiled.</p>,Alder,NW-1,4,349.00,449.00,https://n.example/1.jpg\n"
        "oak,,,,NW-1-L,0,399.00,,https://n.example/2.jpg\n"
        "oak,,,,,,,,https://n.example/3.jpg\n"
        "shelf,Oak shelf,,Alder,NW-2,0,89.00,,\n"
    )
    assert (desk.price, desk.list_price, desk.sku, desk.description) == (Decimal(349), Decimal(449), "NW-1", "Oiled.")
    assert [link[-5] for link in desk.images] == ["1", "2", "3"]
    assert (shelf.title, shelf.availability, shelf.images) == ("Oak shelf", "OutOfStock", [])


def test_a_handle_of_its_own_without_a_title_is_a_bad_row() -> None:
    data = "Handle,Title,Variant Price\noak,Oak desk,5\npine,,7\n"
    records = list(extract_records(BytesIO(data.encode()), "csv", None))
    assert [(record.row, record.reason) for record in records] == [(1, None), (2, "this row has no title")]


def test_shopifys_products_json() -> None:
    product = {
        "title": "Oak desk",
        "handle": "oak",
        "vendor": "Alder",
        "body_html": "<p>Oiled.</p>",
        "variants": [
            {"title": "S", "price": "349.00", "compare_at_price": "449.00", "sku": "NW-1", "available": False},
            {"title": "L", "price": "399.00", "sku": "NW-1-L"},
        ],
        "images": [{"src": "https://n.example/1.jpg"}, {"src": "https://n.example/2.jpg"}],
    }
    (desk,) = read(json.dumps({"products": [product]}), "jsonld")
    assert (desk.title, desk.price, desk.list_price, desk.sku) == ("Oak desk", Decimal(349), Decimal(449), "NW-1")
    assert (desk.availability, desk.brand, len(desk.images)) == ("OutOfStock", "Alder", 2)


@pytest.mark.parametrize("labels", ["Seller SKU\tProduct Name\tPrice", "Händler-SKU\tProduktname\tPreis"])
def test_amazons_listing_file_with_three_header_lines(labels: str) -> None:
    (desk,) = read(
        "TemplateType=fptcustom\tVersion=2024\tThe top 3 rows are for Amazon.com use only.\n"
        f"{labels}\tBullet 1\tBullet 2\tMain\tOther\n"
        "item_sku\titem_name\tstandard_price\tbullet_point1\tbullet_point2\tmain_image_url\tother_image_url1\n"
        "NW-1\tOak desk\t349.00\tOiled by hand\tStands firm\thttps://n.example/1.jpg\thttps://n.example/2.jpg\n"
    )
    assert (desk.title, desk.sku, desk.price) == ("Oak desk", "NW-1", Decimal(349))
    assert (desk.features, len(desk.images)) == (["Oiled by hand", "Stands firm"], 2)


def test_amazons_listing_file_that_says_where_its_rows_are() -> None:
    place = "[marketplace_id=A1PA6795UKMFR9]"
    (desk,) = read(
        "settings=attributeRow=3&contentLanguageTag=de_DE&dataRow=5&labelRow=2\t\t\t\t\n"
        "SKU\tProduktname\tPreis\tAufzählungspunkt\tBild\n"
        f"contribution_sku#1.value\titem_name{place}[language_tag=de_DE]#1.value\t"
        f"purchasable_offer{place}#1.our_price#1.schedule#1.value_with_tax\tbullet_point{place}#2.value\t"
        f"other_product_image_locator_1{place}#1.media_location\n"
        "example\tAn example of a name\t1\t\t\n"
        "NW-1\tOak desk\t349.00\tOiled by hand\thttps://n.example/1.jpg\n"
    )
    assert (desk.title, desk.sku, desk.price) == ("Oak desk", "NW-1", Decimal(349))
    assert (desk.features, desk.images) == (["Oiled by hand"], ["https://n.example/1.jpg"])


def test_amazons_report_of_listings() -> None:
    (desk,) = read(
        "item-name\titem-description\tlisting-id\tseller-sku\tprice\tquantity\timage-url\tasin1\n"
        "Oak desk\tOiled.\t0101ABC\tNW-1\t349.00\t0\thttps://n.example/1.jpg\tB000000000\n"
    )
    assert (desk.title, desk.sku, desk.price, desk.availability) == ("Oak desk", "NW-1", Decimal(349), "OutOfStock")


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;"])
def test_a_line_that_names_the_separator(first: str) -> None:
    (desk,) = read(f"{first}\nid;title;price\n1;Oak, oiled;449.00 EUR\n")
    assert (desk.title, desk.price) == ("Oak, oiled", Decimal(449))


@pytest.mark.parametrize("kind", ["ndjson", "jsonld"])
def test_a_plain_array(kind: Kind) -> None:
    rows = [{"title": "Oak desk", "price": 449, "currency": "EUR"}, {"name": "Ash desk", "price": {"amount": "349"}}]
    found = read(json.dumps(rows, indent=1), kind)
    assert [(one.title, one.price) for one in found] == [("Oak desk", Decimal(449)), ("Ash desk", Decimal(349))]


def test_json_of_shops_programs() -> None:
    google = {"offerId": "NW-1", "title": "Oak desk", "price": {"value": "449.00", "currency": "EUR"},
              "salePrice": {"value": 349, "currency": "EUR"}, "imageLink": "https://n.example/1.jpg"}  # fmt: skip
    (desk,) = read(json.dumps({"resources": [google]}), "jsonld")
    assert (desk.sku, desk.price, desk.list_price, desk.currency) == ("NW-1", Decimal(349), Decimal(449), "EUR")
    (shelf,) = read(json.dumps({"product": {"title": "Oak shelf", "variants": [{"price": "89.00"}]}}), "jsonld")
    assert (shelf.title, shelf.price) == ("Oak shelf", Decimal(89))


def test_lines_that_begin_with_an_array_are_read_line_by_line() -> None:
    data = b'[1]\n{"title": "Oak desk", "price": 5}\n'
    records = list(extract_records(BytesIO(data), "ndjson", None))
    assert [record.product.title if record.product else record.reason for record in records] == [
        "this row is no JSON object",
        "Oak desk",
    ]


def test_a_reduced_price_of_zero_is_none() -> None:
    (google,) = read("id,title,price,sale_price\n1,Oak desk,449.00 EUR,0.00 EUR\n")
    (woo,) = read("SKU,Name,Sale price,Regular price\n1,Oak shelf,0,89\n")
    assert (google.price, google.list_price, woo.price, woo.list_price) == (Decimal(449), None, Decimal(89), None)
    (free,) = read("id,title,price\n1,Sample of oak,0.00 EUR\n")
    assert free.price == 0


NEW_SHOPIFY = (
    "Title,URL handle,Vendor,SKU,Barcode,Price,Compare-at price,Inventory quantity,"
    "Continue selling when out of stock,Product image URL,Variant image URL\n"
)


def test_shopifys_new_columns() -> None:
    (desk,) = read(
        f"{NEW_SHOPIFY}Oak desk,oak,Alder,NW-1,'4006381333931,349.00,449.00,0,TRUE,https://n.example/1.jpg,\n"
        ",oak,,NW-1-L,,399.00,,5,DENY,https://n.example/2.jpg,https://n.example/3.jpg\n"
    )
    assert (desk.price, desk.list_price, desk.gtin, desk.brand) == (
        Decimal(349),
        Decimal(449),
        "4006381333931",
        "Alder",
    )
    assert (desk.availability, len(desk.images)) == ("InStock", 3)


def test_a_shops_own_code_in_the_column_of_barcodes_costs_no_row() -> None:
    (desk,) = read(f"{NEW_SHOPIFY}Oak desk,oak,Alder,NW-1,SHELF-7-B,349.00,,0,FALSE,,\n")
    assert (desk.gtin, desk.sku, desk.availability) == (None, "NW-1", "OutOfStock")


def test_a_tab_named_as_the_separator() -> None:
    (desk,) = read("sep=\t\nid\ttitle\tprice\tmpn\n1\tOak, oiled\t449.00 EUR\tA-7\n")
    assert desk.sku == "1"  # the maker's number is not the shop's
    assert (desk.title, desk.price) == ("Oak, oiled", Decimal(449))


ITEM = (
    "<item><g:id>NW-1</g:id><title>Oak &amp; ash desk</title><g:description><![CDATA[<p>Oiled.</p>]]></g:description>"
    "<link>https://n.example/1</link><g:image_link>https://n.example/1.jpg</g:image_link>"
    "<g:additional_image_link>https://n.example/2.jpg</g:additional_image_link>"
    "<g:additional_image_link>https://n.example/3.jpg</g:additional_image_link>"
    "<g:price>449.00 EUR</g:price><g:sale_price>349.00 EUR</g:sale_price><g:availability>in_stock</g:availability>"
    "<g:shipping><g:country>DE</g:country><g:price>4.90 EUR</g:price></g:shipping><g:brand>Alder</g:brand></item>"
)


@pytest.mark.parametrize("namespace", [' xmlns:g="http://base.google.com/ns/1.0"', ""], ids=["declared", "forgotten"])
def test_googles_xml(namespace: str) -> None:
    start = f'<?xml version="1.0"?><rss version="2.0"{namespace}><channel><title>Northwood</title>'
    desk, shelf = read(
        f"{start}{ITEM}<item><title>Oak shelf</title><g:price>89.00 EUR</g:price></item></channel></rss>", "xml"
    )
    assert (desk.title, desk.price, desk.list_price, desk.currency) == (
        "Oak & ash desk",
        Decimal(349),
        Decimal(449),
        "EUR",
    )
    assert (desk.sku, desk.brand, desk.availability, len(desk.images)) == ("NW-1", "Alder", "InStock", 3)
    assert (desk.url, desk.description, shelf.title, shelf.price) == (
        "https://n.example/1",
        "Oiled.",
        "Oak shelf",
        Decimal(89),
    )


def test_an_atom_feed() -> None:
    (desk,) = read(
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>Northwood</title>'
        '<entry><title>Oak desk</title><link href="https://n.example/1"/><g:price>349 EUR</g:price></entry></feed>',
        "xml",
    )
    assert (desk.title, desk.url, desk.price) == ("Oak desk", "https://n.example/1", Decimal(349))


@pytest.mark.parametrize("start", ["\ufeff", "\n", "\ufeff\r\n "])
def test_what_stands_before_the_xml(start: str) -> None:
    (desk,) = read(f'{start}<?xml version="1.0"?><rss><channel>{ITEM}</channel></rss>', "xml")
    assert desk.title == "Oak & ash desk"


def test_xml_that_breaks_off_keeps_the_items_before() -> None:
    records = list(extract_records(BytesIO(f"<rss><channel>{ITEM}<item><title>Oak".encode()), "xml", None))
    assert [bool(record.product) for record in records] == [True, False]
    assert (records[1].reason or "").startswith("the XML is broken")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<rss><channel><item>", "the XML is broken"),
        (b"no XML", "the XML is broken"),
        (b"", "the XML is broken"),
        (b"<urlset><url><loc>https://n.example/1</loc></url></urlset>", "the XML holds no items of a feed"),
        (
            b'<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><rss><item><title>&b;</title></item></rss>',
            "the XML declares entities",
        ),
        (
            b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><item><title>&a;</title></item></rss>',
            "the XML declares entities",
        ),
    ],
    ids=["cut", "text", "empty", "sitemap", "bomb", "file"],
)
def test_xml_that_is_no_feed_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        list(extract_records(BytesIO(data), "xml", None))


@pytest.mark.parametrize(
    "data",
    [
        b"<rss><channel>" + b"<a>" * 3_000_000,
        b"<rss><channel><item>" + b"<x/>" * 2_500_000 + b"</item></channel></rss>",
        b"<rss><channel><item><title>" + b"oak " * 2_500_000 + b"</title></item></channel></rss>",
    ],
    ids=["nested", "many", "long"],
)
def test_hostile_xml_takes_little(data: bytes) -> None:
    try:
        found = list(extract_records(BytesIO(data), "xml", None))
    except InvalidInput:
        return
    assert len(found) == 1
