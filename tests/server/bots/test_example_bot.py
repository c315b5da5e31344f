"""The example of `docs/` as written: run by itself, against a real server."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.server.bots.works import Works

pytestmark = pytest.mark.anyio

EXAMPLE = Path(__file__).parents[3] / "docs" / "example_bot.py"
PATIENCE = 60


async def run(works: Works, order_id: str, secret: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(EXAMPLE), f"http://127.0.0.1:{works.port}", order_id, secret,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
    return process.returncode, said.decode()


async def test_the_example_confirms_what_the_client_asks(works: Works) -> None:
    order_id = await works.wanted(
        {
            "lines/a/product": "door",
            "lines/a/quantity": "10",
            "lines/s/product": "shirt",
            "lines/s/quantity/S": "3",
        }
    )
    async with works.peer("anna", order_id) as anna:
        assert await run(works, order_id, works.people["bot"].secret) == (0, "2 confirmed\n")
        await anna.until(lambda: anna.supplier.get("lines/s/quantity/S") is not None)
    assert await works.offered(order_id) == {"a/quantity": "10", "s/quantity/S": "3"}
    trail = (await works.get("anna", f"/api/orders/{order_id}/changes")).json()["items"]
    (row,) = [one for one in trail if one["cell"] == "supplier/lines/a/quantity"]
    assert (row["name"], row["role"]) == ("Stock", "bot")
    assert await run(works, order_id, works.people["bot"].secret) == (0, "0 confirmed\n")


def test_the_example_is_one_page() -> None:
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) < 60
