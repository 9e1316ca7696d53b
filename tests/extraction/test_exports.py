"""Feeds as shops' own systems export them, in their documented form."""

import json
from decimal import Decimal
from io import BytesIO

import pytest

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
    assert (desk.price, desk.list_price, desk.currency, desk.sku) == (349, 449, "EUR", "NW-1")
    assert (desk.availability, len(desk.images), desk.brand) == ("InStock", 3, "Alder")
    assert (shelf.price, shelf.list_price, shelf.availability) == (89, None, "OutOfStock")


def test_woocommerces_columns() -> None:
    (desk, shelf) = read(
        "ID,Type,SKU,Name,Published,Short description,In stock?,Stock,Sale price,Regular price,"
        "Categories,Images,Brands\n"
        '44,simple,NW-1,Oak desk,1,Oiled.,1,,349,449,"Desks > Oak","https://n.example/1.jpg, https://n.example/2.jpg",A\n'
        "45,simple,NW-2,Oak shelf,1,Plain.,0,3,,89,Shelves,https://n.example/3.jpg,A\n"
    )
    assert (desk.price, desk.list_price, desk.sku, desk.availability) == (349, 449, "NW-1", "InStock")
    assert (len(desk.images), desk.categories) == (2, ["Desks", "Oak"])
    assert (shelf.price, shelf.list_price, shelf.sku, shelf.availability) == (89, None, "NW-2", "OutOfStock")


def test_shopifys_rows_of_pictures_and_variants() -> None:
    (desk, shelf) = read(
        "Handle,Title,Body (HTML),Vendor,Variant SKU,Variant Inventory Qty,Variant Price,"
        "Variant Compare At Price,Image Src\n"
        "oak,Oak desk,<p>Oiled.</p>,Alder,NW-1,4,349.00,449.00,https://n.example/1.jpg\n"
        "oak,,,,NW-1-L,0,399.00,,https://n.example/2.jpg\n"
        "oak,,,,,,,,https://n.example/3.jpg\n"
        "shelf,Oak shelf,,Alder,NW-2,0,89.00,,\n"
    )
    assert (desk.price, desk.list_price, desk.sku, desk.description) == (349, 449, "NW-1", "Oiled.")
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
    assert (desk.title, desk.price, desk.list_price, desk.sku) == ("Oak desk", 349, 449, "NW-1")
    assert (desk.availability, desk.brand, len(desk.images)) == ("OutOfStock", "Alder", 2)


@pytest.mark.parametrize("labels", ["Seller SKU\tProduct Name\tPrice", "Händler-SKU\tProduktname\tPreis"])
def test_amazons_listing_file_with_three_header_lines(labels: str) -> None:
    (desk,) = read(
        "TemplateType=fptcustom\tVersion=2024\tThe top 3 rows are for Amazon.com use only.\n"
        f"{labels}\tBullet 1\tBullet 2\tMain\tOther\n"
        "item_sku\titem_name\tstandard_price\tbullet_point1\tbullet_point2\tmain_image_url\tother_image_url1\n"
        "NW-1\tOak desk\t349.00\tOiled by hand\tStands firm\thttps://n.example/1.jpg\thttps://n.example/2.jpg\n"
    )
    assert (desk.title, desk.sku, desk.price) == ("Oak desk", "NW-1", 349)
    assert (desk.features, len(desk.images)) == (["Oiled by hand", "Stands firm"], 2)


def test_amazons_report_of_listings() -> None:
    (desk,) = read(
        "item-name\titem-description\tlisting-id\tseller-sku\tprice\tquantity\timage-url\tasin1\n"
        "Oak desk\tOiled.\t0101ABC\tNW-1\t349.00\t0\thttps://n.example/1.jpg\tB000000000\n"
    )
    assert (desk.title, desk.sku, desk.price, desk.availability) == ("Oak desk", "NW-1", 349, "OutOfStock")


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;"])
def test_a_line_that_names_the_separator(first: str) -> None:
    (desk,) = read(f"{first}\nid;title;price\n1;Oak, oiled;449.00 EUR\n")
    assert (desk.title, desk.price) == ("Oak, oiled", 449)


@pytest.mark.parametrize("kind", ["ndjson", "jsonld"])
def test_a_plain_array(kind: Kind) -> None:
    rows = [{"title": "Oak desk", "price": 449, "currency": "EUR"}, {"name": "Ash desk", "price": {"amount": "349"}}]
    found = read(json.dumps(rows, indent=1), kind)
    assert [(one.title, one.price) for one in found] == [("Oak desk", Decimal(449)), ("Ash desk", Decimal(349))]


def test_lines_that_begin_with_an_array_are_read_line_by_line() -> None:
    data = b'[1]\n{"title": "Oak desk", "price": 5}\n'
    records = list(extract_records(BytesIO(data), "ndjson", None))
    assert [record.product.title if record.product else record.reason for record in records] == [
        "this row is no JSON object",
        "Oak desk",
    ]
