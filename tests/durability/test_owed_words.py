"""What an order is found by is not lost with the server that was to write it."""

import asyncio

import pytest

from tests.durability.served import Furnished, Served

pytestmark = pytest.mark.anyio

LOOKS = 200


async def test_a_job_that_was_saved_a_moment_before_a_kill_is_found_after_it(furnished: Furnished) -> None:
    order_id = furnished.orders[0]
    async with Served(furnished) as server:
        async with server.peer("anna", order_id) as anna:
            await anna.write("client", {"lines/a/job_reference": "Chantier 4417"})
            await anna.saved()
            server.kill()
        await server.ended()
    async with Served(furnished) as server:
        for _ in range(LOOKS):
            if found := await _found(server, "4417"):
                break
            await asyncio.sleep(0.2)
        assert found == [order_id]


async def _found(server: Served, words: str) -> list[str]:
    reply = await server.get("anna", f"/api/orders?side=client&q={words}")
    return [row["id"] for row in reply.json()["items"]]
