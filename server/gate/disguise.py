"""Keys that are no address of an order: whatever somebody wrote under one is refused, and the key goes to nobody.

The entry itself must go out, deleted, so that every replica counts the same clocks. It goes out under one key that
stands for all of these. Its author's replica has it under his own; in both it is deleted, and so is whatever is written
over it, so that all show the same.
"""

from collections import OrderedDict
from typing import Final

from schema.cells import is_comment_id, parse
from schema.policy import RECORD_FIELDS
from server.gate.place import Place
from server.gate.screen import Screened
from server.yjs.structs import Id, Struct

STRANGE: Final = "?"
"""The key under which they go out. It is no address either."""

REMEMBERED: Final = 256


def is_address(root: str, key: str) -> bool:
    """Whether an order could have a cell under this key, now or later."""
    if root == "comments":
        return is_comment_id(key)
    if root != "record":
        return parse(root, key) is not None
    name, slash, rest = key.partition("/")
    return name in RECORD_FIELDS and (not slash or is_comment_id(rest))


class Disguises:
    """The keys under which the latest of these entries were written, to tell their authors, and nobody else."""

    def __init__(self) -> None:
        self._keys: OrderedDict[tuple[Id, str], str] = OrderedDict()

    def put_on(self, screened: Screened, user: str) -> Screened:
        """An update of `user` as it may go out."""
        if all(key is None or is_address(root, key) for _, (root, key) in screened.structs):
            return screened
        structs = [self._one(struct, place, user) for struct, place in screened.structs]
        return screened._replace(structs=structs, whole=False)

    def _one(self, struct: Struct, place: Place, user: str) -> tuple[Struct, Place]:
        root, key = place
        if key is None or is_address(root, key):
            return struct, place
        worn = _tellable(self.key_of(struct.origin, user, key))
        for clock in range(max(struct.clock, struct.end - REMEMBERED), struct.end):
            self.remember((struct.client, clock), user, worn)
        return (struct if struct.key is None else struct._replace(key=STRANGE)), (root, STRANGE)

    def remember(self, entry: Id, user: str, key: str) -> None:
        """In `user`'s replica an entry lies under `key`."""
        self._keys[entry, user] = key
        if len(self._keys) > REMEMBERED:
            self._keys.popitem(last=False)

    def key_of(self, entry: Id | None, user: str, shown: str) -> str:
        """The key under which `user` has an entry; `shown` where that is not known."""
        return shown if entry is None else self._keys.get((entry, user), shown)


def _tellable(key: str) -> str:
    """A key as it can be kept beside the refusal that tells of it: a NUL has no place in a text of PostgreSQL."""
    return key.replace("\0", "\N{REPLACEMENT CHARACTER}")
