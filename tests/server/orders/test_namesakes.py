"""A supplier may call a size or a characteristic as a cell is called; it is none the less one size of one line."""

from collections.abc import Iterator

import pytest

from persistence.product import add_product
from tests.server.orders.house import House
from tests.server.orders.proof import assert_in_step

pytestmark = pytest.mark.anyio

NAMES = ("product", "substitute", "position")


def _characteristics() -> Iterator[dict[str, object]]:
    for name in NAMES:
        yield {
            "key": name,
            "name_fr": name,
            "name_en": name,
            "kind": "text",
            "required": False,
            "options": [],
        }


async def test_a_size_called_product_is_written_and_emptied_like_any_other(house: House) -> None:
    order_id = await house.order("open", "client")
    with house.services.db.writing() as session:
        company = house.people["sophie"].company_id
        shirt = add_product(
            session,
            company,
            {
                "code": "N-1",
                "name_fr": "Homonyme",
                "unit": "each",
                "price": "7.00",
                "sizing": "scale",
                "points": list(NAMES),
                "characteristics": list(_characteristics()),
            },
        ).id
    async with house.peer("anna", order_id) as anna, house.peer("sophie", order_id) as sophie:
        await anna.write("client", {"lines/n/product": shirt})
        cells = {f"lines/n/quantity/{name}": "3" for name in NAMES}
        cells |= {f"lines/n/characteristics/{name}": house.products["door"] for name in NAMES}
        await anna.write("client", cells)
        before = sophie.state()
        assert {key: before["client"][key] for key in cells} == cells
        assert before["record"]["products/n"]["code"] == "N-1"
        assert before["supplier"]["lines/n/unit_price"] == "7.00"
        emptied = dict.fromkeys(("lines/n/quantity/product", "lines/n/characteristics/product"))
        await anna.write("client", emptied)
        await assert_in_step(house, order_id, anna, sophie)
        after = sophie.state()
        assert after["record"] == before["record"]
        assert after["supplier"] == before["supplier"]
        assert after["client"] == {key: each for key, each in before["client"].items() if key not in emptied}
