"""Bytes that no honest client would write, for attacks on an order."""

from typing import Any, Final

from server.rooms.room import Room
from server.yjs.lib0 import write_varuint
from server.yjs.structs import DELETED, Deletions, Id, Struct
from server.yjs.update import encode_update

ME: Final = 424242
"""The attacker's client id, until he takes somebody else's."""


class Ground:
    """What an attacker knows of the order: everything, for he may read it."""

    def __init__(self, room: Room, anna: str, sophie: str) -> None:
        self.replica = room.replica
        self.writer = room.replica.writer
        owners = {user: client for client, user in room.replica.owners.items()}
        self.anna, self.sophie = owners[anna], owners[sophie]

    def standing(self, root: str, key: str) -> Id:
        found = self.replica.index.standing((root, key)).entry
        assert found is not None
        return found

    def next(self, client: int) -> int:
        return self.replica.index.clock(client)


def one(struct: Struct, deletions: Deletions | None = None) -> bytes:
    return encode_update([struct], deletions or {})


def raw(
    kind: int,
    content: Any,
    *,
    clock: int = 0,
    origin: Id | None = None,
    right: Id | None = None,
    **place: Any,
) -> Struct:
    """A struct as no honest client would write it."""
    length = len(content) if kind != DELETED else 1
    placed = {"root": None, "parent": None, "key": None} | place
    return Struct(
        ME, clock, length, kind, origin, right, **placed, keyed=placed["key"] is not None, content=content
    )


def sized(data: bytes) -> bytes:
    """Bytes after their length."""
    out = bytearray()
    write_varuint(out, len(data))
    return bytes(out) + data


def sync(step: int, payload: bytes) -> bytes:
    """A whole message of the synchronisation protocol."""
    return bytes((0, step)) + sized(payload)
