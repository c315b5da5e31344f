"""What `/healthz` says of orders."""

from tests.server.orders.house import House


async def health_of(house: House) -> tuple[int, str, list[tuple[str, str]]]:
    """Its status, its word, and each order that is not as it should be with its state."""
    reply = await house.http.get("/healthz")
    health = reply.json()
    assert all(each["since"].endswith("Z") for each in health["orders"])
    return reply.status_code, health["status"], [(each["id"], each["state"]) for each in health["orders"]]
