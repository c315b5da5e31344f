"""The client's example of `docs/` as written: run by itself under Node, against a real server."""

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.server.orders.house import House

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "example_client.mjs"
PATIENCE = 60


async def test_the_example_orders_and_signs_what_costs_no_more(house: House, tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(ROOT / "web" / "node_modules")
    made = await house.post("anna", "/api/tokens", {"name": "Achats", "scopes": ["read", "write"]})
    node = shutil.which("node")
    assert node is not None, "Node is part of what the tests need"
    supplier_id = house.people["sophie"].company_id
    process = await asyncio.create_subprocess_exec(
        node, shutil.copy(EXAMPLE, tmp_path), f"http://127.0.0.1:{house.port}", made.json()["token"],
        supplier_id, "P-100", "12", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        said = (await process.stdout.readline()).decode()
        assert "sent, 569.13 CAD" in said, said + (await process.stdout.read()).decode()
        number = said.split()[0]
        rows = (await house.get("sophie", f"/api/orders?q={number}")).json()["items"]
        order_id = next(row["id"] for row in rows if row["number"] == number)
        async with house.peer("sophie", order_id) as sophie:
            await sophie.write("supplier", {"lines/1/quantity": "8"})
        await house.must("sophie", order_id, "send")
        rest = (await process.stdout.read()).decode().splitlines()
        assert "supplier/lines/1/quantity: null -> 8" in rest
        assert rest[-1] == f"{number} is agreed, 379.42 CAD"
        assert await process.wait() == 0
    assert (await house.view("sophie", order_id))["status"] == "agreed"


def test_the_example_is_one_page() -> None:
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) < 100
