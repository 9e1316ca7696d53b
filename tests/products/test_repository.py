"""Products: stored in one round trip, and a second time without a loss."""

from app.db import client as mongo
from app.models import ImageAnalysis, Product
from app.products import repository as products
from tests import staging
from tests.staging import stored


def test_many_are_stored_in_one_round_trip(round_trips: list[str]) -> None:
    with staging.run_of("t") as run:
        round_trips.clear()
        products.save_products(run, {str(number): Product(title=f"Desk {number}") for number in range(300)}, "ada")
        # The first: the run holds its task. Then fifty at once.
        assert round_trips == ["bulkWrite", *["insert"] * 6, "commitTransaction"]
    assert products.get_product("299").product.title == "Desk 299"
    with staging.run_of("t") as run:
        products.save_products(run, {}, "ada")
    assert mongo.collection("products").count_documents({}) == 300


def test_the_same_id_again_replaces_the_product_and_keeps_what_was_learnt() -> None:
    with staging.run_of("t") as run:
        products.save_product(run, "1", Product(title="Desk"), "ada")
        products.save_images(run, "1", [ImageAnalysis(url="https://shop.example/a.jpg")])
        created = stored("products", {"_id": "1"})["created_at"]
        products.save_products(run, {"1": Product(title="Oak desk"), "2": Product(title="Shelf")}, "ada")
    assert products.get_product("1").product.title == "Oak desk"
    assert len(products.get_product("1").images) == 1
    assert stored("products", {"_id": "1"})["created_at"] == created
    assert products.get_product("2").product.title == "Shelf"
