"""What the tests of orders assert again and again: in step, told, and nowhere to be seen."""

from typing import Any

from schema.order import Content
from server.state_vector import decode_state_vector
from tests.server.orders.house import House
from tests.server.peer import Peer

CANARY = "zq7canary7qz"
"""A word that is part of every refused value, and looked for wherever it must not be."""


def as_state(content: Content) -> dict[str, Any]:
    """A document's content as `Peer.state` shows it."""
    return {
        "client": content.client,
        "supplier": content.supplier,
        "record": content.record,
        "comments": content.comments,
        "note": content.note,
    }


async def assert_in_step(house: House, order_id: str, *peers: Peer) -> None:
    """Every replica equals the server's document, without any synchronisation that would mend it first (G3)."""
    room = await house.room(order_id)
    await room.settled()
    for peer in peers:
        assert peer.closed is None, f"closed with {peer.closed}"
        await peer.saved()
        await peer.barrier()
    content = as_state(await house.content(order_id))
    clocks = decode_state_vector(room.replica.doc.get_state())
    assert clocks == room.replica.index.clocks
    for peer in peers:
        assert peer.state() == content
        assert decode_state_vector(peer.doc.get_state()) == clocks


async def assert_nowhere(
    house: House, order_id: str, author: str, *others: Peer, canary: str = CANARY
) -> None:
    """No other replica, no byte sent to others, no table but the author's refusals, no mail holds the canary (G2)."""
    for peer in others:
        assert canary not in str(peer.state())
        assert not [frame for frame in peer.frames if canary.encode() in frame]
    for table, dump in house.dump().items():
        assert canary not in dump or table == "refused_edit", f"{table} holds a refused value"
    for name in ("anna", "sophie", "paul", "luc"):
        for path in (
            f"/api/orders/{order_id}",
            f"/api/orders/{order_id}/changes",
            "/api/orders",
            "/api/mails",
        ):
            reply = await house.get(name, path)
            assert canary not in reply.text, f"{name} reads a refused value of {author} at {path}"
    assert canary.encode() not in (await house.room(order_id)).replica.doc.get_update()
