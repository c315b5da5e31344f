"""The example of `docs/` as written: run by itself, against a real server."""

import asyncio
import contextlib
import sys
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from schema.closes import Close
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


async def test_a_program_is_out_the_moment_its_token_is_revoked(works: Works) -> None:
    order_id = await works.doors_wanted("10")
    async with works.peer("bot", order_id) as program:
        await program.write("supplier", {"lines/a/quantity": "9"})
        revoked = await works.http.delete(
            f"/api/tokens/{works.people['bot'].user_id}", headers=works.people["sophie"].headers
        )
        assert revoked.status_code == 204
        assert await program.gone() == Close.SIGNED_OUT
    again = works.peer("bot", order_id)
    with contextlib.suppress(ConnectionClosed):  # it may be closed before it has said anything
        await again.come()
    assert await again.gone() == Close.SIGNED_OUT
    await again.leave()
    assert await works.offered(order_id) == {"a/quantity": "9"}


def test_the_example_is_one_page() -> None:
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) < 80
