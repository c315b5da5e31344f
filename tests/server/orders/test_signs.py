"""Signs that not every database keeps, wherever somebody may write: they harm neither the order nor anybody in it."""

from typing import Any, Final

import pytest

from tests.server.orders.house import House
from tests.server.orders.proof import assert_in_step

pytestmark = pytest.mark.anyio

WRITTEN: Final[dict[str, tuple[str, str, Any]]] = {
    "a key of one's own": ("client", "a\0b", "1"),
    "a key of a line": ("client", "lines/\0/product", "x"),
    "a key of the record": ("record", "products/\0", "x"),
    "a key of a comment": ("comments", "\0", {"text": "x", "anchor": ""}),
    "a product": ("client", "lines/n/product", "x\0"),
    "a substitute": ("supplier", "lines/a/substitute", "x\0"),
    "a text": ("client", "reference", "a\0b"),
    "an address": ("client", "delivery_address", {"street": "\0", "\0": "x"}),
    "a comment": ("comments", "c1", {"text": "a\0b\x1b[31m", "anchor": "\0"}),
    "another's cell": ("supplier", "freight", "\0"),
}


@pytest.mark.parametrize("what", WRITTEN)
@pytest.mark.parametrize("who", ["anna", "paul"])
async def test_a_nul_holds_up_nobody(house: House, what: str, who: str) -> None:
    """G3 G8: PostgreSQL takes none in a text; whoever writes one stays in step, and the others go on being saved."""
    root, key, value = WRITTEN[what]
    order_id = await house.order()
    async with house.peer(who, order_id) as hostile, house.peer("sophie", order_id) as sophie:
        await hostile.write(root, {key: value})
        hostile.note.insert(0, "n\0")
        await hostile.flush()
        await hostile.saved()
        await sophie.write("supplier", {"freight": "12.00"})
        assert (hostile.closed, sophie.closed) == (None, None)
        assert sophie.supplier["freight"] == "12.00"
        await assert_in_step(house, order_id, hostile, sophie)
    async with house.peer(who, order_id) as again:
        await assert_in_step(house, order_id, again)
