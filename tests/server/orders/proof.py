"""What the tests of orders assert again and again: in step, told, and nowhere to be seen."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from schema.order import Content
from server.yjs.state_vector import decode_state_vector
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


OF_ORDER: Final = (
    "/api/orders/{id}",
    "/api/orders/{id}/changes?limit=200",
    "/api/orders/{id}/bot-decisions",
)
OF_HOUSE: Final = (
    f"/api/orders?q={CANARY}",
    "/api/orders",
    "/api/orders/counts",
    "/api/products",
    "/api/stock",
    "/api/clients",
    "/api/suppliers",
    "/api/mails",
)
"""Everything that says something of orders or of what they are made of."""
READERS: Final = ("anna", "marc", "paul", "sophie", "luc", "lise", "bot", "eve")


async def assert_nowhere(
    house: House, order_id: str, author: str, *others: Peer, beside: Collection[str] = ()
) -> None:
    """No other replica, no byte sent to others, no table but the author's refusals, no mail holds the canary (G2).

    beside: who else has tried it.
    """
    for peer in others:
        assert CANARY not in str(peer.state())
        assert not [frame for frame in peer.frames if CANARY.encode() in frame]
    for table, dump in house.dump().items():
        assert CANARY not in dump or table == "refused_edit", f"{table} holds a refused value"
    authors = [house.people[name].user_id for name in (author, *beside)]
    for row in house.rows_of(order_id):
        assert CANARY not in row or any(f" {each} " in row for each in authors)
    await _assert_unread(house, [path.format(id=order_id) for path in OF_ORDER])
    assert CANARY.encode() not in (await house.room(order_id)).replica.doc.get_update()


async def assert_nowhere_listed(house: House) -> None:
    """Nobody reads the canary of any test of this house in what lists orders, or tells what they are made of (G2)."""
    await _assert_unread(house, OF_HOUSE)


async def _assert_unread(house: House, paths: Sequence[str]) -> None:
    for name in READERS:
        unread = list(paths)
        while unread:
            path = unread.pop()
            reply = await house.get(name, path)
            assert reply.status_code != 401, f"{name} reads nothing any more"
            assert CANARY not in reply.text, f"{name} reads a refused value at {path}"
            if after := reply.json().get("next"):
                unread.append(f"{path}{'&' if '?' in path else '?'}after={after}")
