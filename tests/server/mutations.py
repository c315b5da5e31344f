"""Updates as nobody writes them: bytes that were damaged, and structs that were made to claim something else."""

import random
from collections.abc import Mapping
from typing import Any

from server.yjs.structs import ANY, DELETED, STRING, Id, Struct
from server.yjs.update import Update, decode_update, encode_update


def in_order(data: bytes) -> bytes:
    """The same update, always in the same bytes: the library puts out what is deleted, and the parts of a value, in
    whatever order."""
    structs, deletions = decode_update(data)
    return encode_update([_parts_in_order(each) for each in structs], deletions)


def _parts_in_order(each: Struct) -> Struct:
    if each.kind != ANY:
        return each
    values = [dict(sorted(value.items())) if isinstance(value, dict) else value for value in each.content]
    return each._replace(content=values)


def damaged(data: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """Bytes changed, removed, or put in; some of them pieces of other updates."""
    out = bytearray(data)
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        at = chance.randrange(len(out) + 1)
        match chance.choice([0, 0, 1, 1, 1, 2, 3, 4, 5]):
            case 0 if at < len(out):
                out[at] = chance.randrange(256)
            case 1 if at < len(out):
                out[at] ^= 1 << chance.randrange(8)
            case 2:
                del out[at : at + chance.randint(1, 8)]
            case 3:
                out[at:at] = chance.choice([b"\xff" * 8, b"\x80", b"\xff\xff\xff\xff\xff\xff\xff\x0f", b"\0"])
            case 4:
                other = chance.choice(others)
                start = chance.randrange(len(other))
                out[at:at] = other[start : start + chance.randint(1, 16)]
            case _:
                del out[at:]
    return bytes(out)


def twisted(
    update: Update, chance: random.Random, clocks: Mapping[int, int], keys: list[str], value: Any
) -> bytes | None:
    """An update whose structs and deletions claim something else, well-formed as far as bytes go; None when it has no
    bytes. `clocks`: the next clock of each client id that there is; `value`: what is written instead."""
    structs = [
        _other(each, chance, clocks, keys, value) if chance.random() < 0.7 else each
        for each in update.structs
    ]
    deletions = {client: list(ranges) for client, ranges in update.deletions.items()}
    for _ in range(chance.choice([0, 0, 1, 2])):
        client, clock = _id(chance, clocks)
        length = chance.choice([1, 1, 2, 5, 30])
        deletions.setdefault(client, []).append((max(clock - chance.randrange(length), 0), length))
    if chance.random() < 0.2:
        chance.shuffle(structs)
    try:
        return encode_update(structs, deletions)
    except ValueError:
        return None


def _id(chance: random.Random, clocks: Mapping[int, int]) -> Id:
    """An id that is there, or just is not."""
    client = chance.choice([*clocks, 424242])
    end = clocks.get(client, 0)
    return client, chance.choice(
        [end, end + 1, max(end - 1, 0), chance.randrange(end + 1), chance.randrange(end + 1)]
    )


def _other(
    each: Struct, chance: random.Random, clocks: Mapping[int, int], keys: list[str], value: Any
) -> Struct:
    for _ in range(chance.choice([1, 1, 2, 3])):
        match chance.randrange(8):
            case 0:
                client = chance.choice([*clocks, 424242])
                each = each._replace(
                    client=client, clock=clocks.get(client, 0) + chance.choice([0, 0, 0, 1, -1])
                )
            case 1:
                each = each._replace(clock=max(each.clock + chance.choice([-2, -1, 1]), 0))
            case 2:
                each = each._replace(origin=chance.choice([None, _id(chance, clocks), _id(chance, clocks)]))
            case 3:
                each = each._replace(right_origin=chance.choice([None, _id(chance, clocks)]))
            case 4:
                root = chance.choice(["client", "supplier", "record", "comments", "note", "prices"])
                each = each._replace(
                    root=root, parent=None, key=None if root == "note" else chance.choice(keys)
                )
            case 5:
                each = each._replace(root=None, parent=_id(chance, clocks))
            case 6:
                each = each._replace(key=chance.choice([None, *keys]))
            case _:
                each = _holding(each, chance, value)
    if each.origin is None and each.right_origin is None and each.root is None and each.parent is None:
        each = each._replace(root="client", key=chance.choice(keys))
    return each._replace(clock=max(each.clock, 0), keyed=each.key is not None)


def _holding(each: Struct, chance: random.Random, value: Any) -> Struct:
    match chance.randrange(3):
        case 0:
            return each._replace(kind=DELETED, content=None, length=chance.choice([1, 2, 9]))
        case 1:
            return each._replace(kind=STRING, content="né", length=2)
        case _:
            count = chance.choice([1, 1, 3])
            return each._replace(kind=ANY, content=[value] * count, length=count)
