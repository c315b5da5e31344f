import io

import pytest
from PIL import Image

from tests.server.api.trade import ABSENT, Trade, refused, trade

__all__ = ["trade"]

DOOR = {"code": "P-100", "name_fr": "Porte", "unit": "each", "price": "12.50"}


def picture(trade: Trade, who: str = "Luc") -> str:
    """The address of a picture of `who`'s company."""
    product = trade.made(who, "/api/products", DOOR)
    out = io.BytesIO()
    Image.new("RGB", (1600, 800), "red").save(out, "PNG")
    files = {"file": ("door.png", out.getvalue(), "image/png")}
    address: str = trade.ask(who, "PUT", f"/api/products/{product['id']}/image", files=files).json()["image"]
    return address


@pytest.mark.parametrize(("path", "size"), [("", (800, 400)), ("/thumbnail", (96, 48))])
def test_a_picture_may_be_kept_for_ever_by_its_reader_alone(
    trade: Trade, path: str, size: tuple[int, int]
) -> None:
    answer = trade.ask("Luc", "GET", picture(trade) + path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert Image.open(io.BytesIO(answer.content)).size == size


@pytest.mark.parametrize("path", ["", "/thumbnail"])
def test_those_who_deal_with_the_supplier_see_it_and_nobody_else(trade: Trade, path: str) -> None:
    address = picture(trade) + path
    for reader in ("Sophie", "Vera", "Anna", "Paul"):
        assert trade.ask(reader, "GET", address).status_code == 200
    theirs, absent = (trade.ask("Eve", "GET", one) for one in (address, f"/api/images/{ABSENT}{path}"))
    assert refused(theirs) == (404, "not_found")
    assert theirs.content == absent.content
    assert refused(trade.ask(None, "GET", address)) == (401, "signed_out")


def test_two_companies_with_one_picture_have_two_addresses(trade: Trade) -> None:
    boreale, rival = picture(trade, "Luc"), picture(trade, "Eve")
    assert boreale != rival
    assert trade.ask("Anna", "GET", rival).status_code == 404


def test_a_picture_outlives_the_product_s_use_of_it(trade: Trade) -> None:
    address = picture(trade)
    product = trade.get("Luc", "/api/products")["items"][0]
    trade.ask("Luc", "DELETE", f"/api/products/{product['id']}/image")
    assert trade.ask("Anna", "GET", address).status_code == 200


def test_what_is_no_id_is_absent(trade: Trade) -> None:
    assert refused(trade.ask("Luc", "GET", "/api/images/..%2f..%2fetc")) == (404, "not_found")
    assert refused(trade.ask("Luc", "GET", "/api/images/" + "F" * 32)) == (404, "not_found")
