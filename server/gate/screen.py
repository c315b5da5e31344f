"""The screen: which updates are refused before an order's document is touched.

The document's library keeps what it cannot integrate yet and integrates it inside somebody else's later
update; and it believes whatever client id and parent an update claims. So nothing reaches it that does
not stand wholly on what the server already has, in the places that the server knows.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple, Protocol

from schema.cells import MAP_ROOTS, TEXT_ROOTS
from server.gate.breach import Breach, BreachCode
from server.gate.place import Place
from server.yjs.causal import Circular, in_causal_order
from server.yjs.ranges import disjoint
from server.yjs.structs import ANY, STRING, Deletions, Id, Struct
from server.yjs.update import Update

NEW_CLIENTS_LIMIT: Final = 256
"""Client ids that one update may bring. A browser takes a new one with each page that is loaded offline."""
CLIENTS_LIMIT: Final = 10_000
"""Client ids that one person may use in an order: one for each page, or run of a program, that wrote to it. Every
replica names all of them whenever it comes."""


class Known(Protocol):
    """What the server holds of an order."""

    @property
    def second_halves(self) -> Collection[Id]:
        """The ids at which a character of the text goes on that takes two clocks."""

    def clock(self, client: int) -> int:
        """The next clock of a client id; 0 when it is unknown."""

    def owner(self, client: int) -> str | None:
        """The user to whom a client id is bound; None when it is free."""

    def clients_of(self, user: str) -> int:
        """How many client ids are bound to a user."""

    def place(self, client: int, clock: int) -> Place | None:
        """Where the item with this id belongs, deleted or not; None when the server has no such item."""

    def arranges(self, structs: Sequence[Struct]) -> bool:
        """Whether somebody can have put these into the text where they say, in this order (see `note_order`)."""


class Screened(NamedTuple):
    """What an update brings that is new.

    structs: each with its place, in an order in which whatever a struct refers to comes before it. Runs
    are as they came: several values of one key may be one struct (`Struct.singles`).
    deletions: `(client, clock, length)`, all of them of items that exist once the structs are taken in; a client's in
    order, and none of them overlap, however they came.
    whole: every struct of the update was new, so its bytes may be applied and passed on as they are.
    Otherwise only a new encoding may: what was left out has been checked by nobody.
    """

    structs: list[tuple[Struct, Place]]
    deletions: list[tuple[int, int, int]]
    whole: bool


def screen(update: Update, known: Known, user: str) -> Screened:
    """What is new in an update of `user`, in time linear in its size. Raises `Breach` if it breaks a rule."""
    if len(update.structs) == 1 and (plain := _screen_plain(update, known, user)) is not None:
        return plain
    return _screen_any(update, known, user)


def screen_clients(clients: Iterable[int], known: Known, user: str) -> None:
    """Raises `Breach` where an update of `user` brings more client ids than a person has; asked before its first
    piece."""
    new_clients = sum(1 for client in clients if known.owner(client) is None)
    if not new_clients:
        return
    if new_clients > NEW_CLIENTS_LIMIT or known.clients_of(user) + new_clients > CLIENTS_LIMIT:
        raise Breach(BreachCode.TOO_MANY_CLIENTS, f"{new_clients} new client ids")


def _screen_any(update: Update, known: Known, user: str) -> Screened:
    new, ends, whole = _new_structs(update.structs, known, user)
    placed = _Resolver(known).resolve(new)
    deletions = _deletions(update.deletions, known, ends)
    _keep_characters_whole(placed, deletions, known)
    written = [struct for struct, (_, key) in placed if key is None]
    if written and not known.arranges(written):
        raise Breach(
            BreachCode.MISPLACED, f"{written[0].client}:{written[0].clock} lies between no neighbours"
        )
    return Screened(placed, deletions, whole)


def _screen_plain(update: Update, known: Known, user: str) -> Screened | None:
    """The same for one value of a map that follows what the server has, under a client id that its author has used
    already; None for anything else, which is not wrong for that."""
    struct = update.structs[0]
    client, clock, length, kind, origin, right_origin = struct[:6]
    if kind != ANY or origin is None or right_origin is not None or known.second_halves:
        return None
    if known.owner(client) != user or known.clock(client) != clock:
        return None
    place = known.place(*origin)
    if place is None or place[1] is None:
        return None
    return Screened(
        [(struct, place)], _deletions(update.deletions, known, {client: clock + length}), whole=True
    )


def _new_structs(
    structs: Iterable[Struct], known: Known, user: str
) -> tuple[list[Struct], dict[int, int], bool]:
    """What the server does not have, whole; a client's first may reach back into what it has. With the clock at which
    each client ends, and whether everything was new."""
    new: list[Struct] = []
    ends: dict[int, int] = {}
    whole = True
    for struct in structs:
        client = struct.client
        end = ends.get(client)
        if end is not None:
            if struct.clock != end:
                raise Breach(BreachCode.GAP, f"{client}:{struct.clock} does not follow {end}")
        else:
            clock = known.clock(client)
            if struct.end <= clock:
                whole = False
                continue
            _admit_client(struct, clock, known.owner(client), user)
            whole = whole and struct.clock == clock
        new.append(struct)
        ends[client] = struct.clock + struct.length
    screen_clients(ends, known, user)
    return new, ends, whole


def _admit_client(struct: Struct, clock: int, owner: str | None, user: str) -> None:
    """Whether a client id may write here; the first new struct of each is asked."""
    if owner is not None and owner != user:
        raise Breach(BreachCode.IDENTITY, f"client {struct.client} is not of the author")
    if struct.clock > clock:
        raise Breach(BreachCode.GAP, f"{struct.client}:{struct.clock} arrived where {clock} is next")


class _Resolver:
    """Gives each new struct its place."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._ends: dict[int, int] = {}
        self._starts: dict[int, list[int]] = {}
        self._places: dict[int, list[Place]] = {}

    def resolve(self, structs: Iterable[Struct]) -> list[tuple[Struct, Place]]:
        """All of them in causal order. Raises `Breach` where a reference leads nowhere or round in a circle."""
        try:
            return [self._resolved(struct) for struct in in_causal_order(structs)]
        except Circular as circle:
            raise Breach(BreachCode.UNKNOWN_REFERENCE, str(circle)) from None

    def _resolved(self, struct: Struct) -> tuple[Struct, Place]:
        place: Place | None = None
        for reference in (struct.origin, struct.right_origin):
            if reference is None:
                continue
            found = self._find(*reference)
            if place is not None and found != place:
                raise Breach(BreachCode.CROSSED_PLACES, f"{struct.client}:{struct.clock} lies in two places")
            place = found
        if place is None:
            place = _named_place(struct)
        _check_content(struct, place)
        struct = self._new_part(struct, place)
        self._starts.setdefault(struct.client, []).append(struct.clock)
        self._places.setdefault(struct.client, []).append(place)
        self._ends[struct.client] = struct.end
        return struct, place

    def _find(self, client: int, clock: int) -> Place:
        """The place of what a struct refers to."""
        place = None
        if clock < self._known.clock(client):
            place = self._known.place(client, clock)
        elif clock < self._ends.get(client, 0):
            place = self._places[client][bisect_right(self._starts[client], clock) - 1]
        if place is None:
            raise Breach(BreachCode.UNKNOWN_REFERENCE, f"the server has no {client}:{clock}")
        return place

    def _new_part(self, struct: Struct, place: Place) -> Struct:
        """The part of a struct that the server lacks; the part it has must lie where the struct claims."""
        clock = self._known.clock(struct.client)
        if struct.clock >= clock:
            return struct
        if self._known.place(struct.client, clock - 1) != place:
            raise Breach(BreachCode.CROSSED_PLACES, f"{struct.client}:{struct.clock} is known elsewhere")
        return struct.slice(clock - struct.clock)


def _named_place(struct: Struct) -> Place:
    if struct.root is None:
        raise Breach(BreachCode.FOREIGN_PARENT, f"{struct.client}:{struct.clock} lies in an item")
    return (struct.root, struct.key)


def _check_content(struct: Struct, place: Place) -> None:
    """Map entries have a key and values, the text has neither; what is deleted may lie in both."""
    root, key = place
    if root in MAP_ROOTS:
        if key is None or struct.kind == STRING:
            raise Breach(BreachCode.WRONG_TYPE, f"{root} is a map")
        if struct.right_origin is not None:
            raise Breach(BreachCode.RIGHT_ORIGIN, f"an entry of {root} has a right origin")
    elif root not in TEXT_ROOTS:
        raise Breach(BreachCode.UNKNOWN_ROOT, f"the root {root!r:.60}")
    elif key is not None or struct.kind == ANY:
        raise Breach(BreachCode.WRONG_TYPE, f"{root} is a text")


def _keep_characters_whole(
    placed: list[tuple[Struct, Place]], deletions: list[tuple[int, int, int]], known: Known
) -> None:
    """Between the halves of one character Yjs replaces both, and the server's library neither."""
    texts = (struct for struct, _ in placed if struct.kind == STRING)
    new = {half for struct in texts for half in struct.second_halves()}
    if not new and not known.second_halves:
        return
    ends = {(client, clock + length) for client, clock, length in deletions}
    starts = {(client, clock) for client, clock, _ in deletions}
    touched = ends ^ starts  # where one range ends and the next begins, nothing is cut
    for struct, _ in placed:
        if struct.origin is not None:
            touched.add((struct.origin[0], struct.origin[1] + 1))
        if struct.right_origin is not None:
            touched.add(struct.right_origin)
    for cut in touched:
        if cut in new or cut in known.second_halves:
            raise Breach(BreachCode.SPLIT_CHARACTER, f"{cut[0]}:{cut[1]} continues a character")


def _deletions(deletions: Deletions, known: Known, ends: dict[int, int]) -> list[tuple[int, int, int]]:
    flat = []
    for client, ranges in deletions.items():
        end = ends.get(client) or known.clock(client)
        for clock, length in ranges if len(ranges) == 1 else disjoint(ranges):
            if clock + length > end:
                raise Breach(BreachCode.UNKNOWN_REFERENCE, f"{client}:{clock} to {clock + length} is deleted")
            flat.append((client, clock, length))
    return flat
