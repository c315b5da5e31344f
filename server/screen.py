"""The screen: which updates are refused before an order's document is touched.

The document's library keeps what it cannot integrate yet and integrates it inside somebody else's later
update; and it believes whatever client id and parent an update claims. So nothing reaches it that does
not stand wholly on what the server already has, in the places that the server knows.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple, Protocol

from schema.cells import MAP_ROOTS, TEXT_ROOTS
from server.breach import Breach, BreachCode
from server.structs import ANY, STRING, Deletions, Id, Struct
from server.update import Update

NEW_CLIENTS_LIMIT: Final = 256
"""Client ids that one update may bring. A browser takes a new one with each page that is loaded offline."""

Place = tuple[str, str | None]
"""A root, and the key in it (None in a text)."""


class Known(Protocol):
    """What the server holds of an order."""

    @property
    def second_halves(self) -> Collection[Id]:
        """The ids at which a character of the text goes on that takes two clocks."""

    def clock(self, client: int) -> int:
        """The next clock of a client id; 0 when it is unknown."""

    def owner(self, client: int) -> str | None:
        """The user to whom a client id is bound; None when it is free."""

    def place(self, client: int, clock: int) -> Place | None:
        """Where the item with this id belongs, deleted or not; None when the server has no such item."""


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


def _screen_any(update: Update, known: Known, user: str) -> Screened:
    queues, whole = _new_structs(update.structs, known, user)
    placed = _Resolver(known, queues).resolve()
    ends = {client: queue.end for client, queue in queues.items()}
    deletions = _deletions(update.deletions, known, ends)
    _keep_characters_whole(placed, deletions, known)
    return Screened(placed, deletions, whole)


def _screen_plain(update: Update, known: Known, user: str) -> Screened | None:
    """The same for one value of a map that follows what the server has, under a client id that its author has used
    already; None for anything else, which is not wrong for that."""
    struct = update.structs[0]
    client, clock, length, kind, origin, right_origin = struct[:6]
    if kind != ANY or origin is None or right_origin is not None or known.second_halves:
        return None
    if known.owner(client) != user or known.clock(client) != clock or origin[1] >= known.clock(origin[0]):
        return None
    place = known.place(*origin)
    if place is None or place[1] is None:
        return None
    return Screened(
        [(struct, place)], _deletions(update.deletions, known, {client: clock + length}), whole=True
    )


class _Queue:
    """The new structs of one client: `at` is the index of the first that has no place yet."""

    __slots__ = ("at", "end", "places", "starts", "structs")

    def __init__(self, first: Struct) -> None:
        self.structs = [first]
        self.end = first.clock + first.length
        self.at = 0
        self.starts: list[int] = []
        self.places: list[Place] = []

    @property
    def next_clock(self) -> int:
        """The clock from which on nothing has a place yet."""
        return self.structs[self.at].clock if self.at < len(self.structs) else self.end


def _new_structs(structs: Iterable[Struct], known: Known, user: str) -> tuple[dict[int, _Queue], bool]:
    """By client: what the server does not have, whole; the first struct may reach back into what it has."""
    queues: dict[int, _Queue] = {}
    whole = True
    new_clients = 0
    for struct in structs:
        client = struct.client
        end = struct.clock + struct.length
        queue = queues.get(client)
        if queue is not None:
            if struct.clock != queue.end:
                raise Breach(BreachCode.GAP, f"{client}:{struct.clock} does not follow {queue.end}")
            queue.structs.append(struct)
            queue.end = end
            continue
        clock = known.clock(client)
        if end <= clock:
            whole = False
            continue
        new_clients += _admit_client(struct, clock, known.owner(client), user)
        whole = whole and struct.clock == clock
        queues[client] = _Queue(struct)
    if new_clients > NEW_CLIENTS_LIMIT:
        raise Breach(BreachCode.TOO_MANY_CLIENTS, f"{new_clients} new client ids")
    return queues, whole


def _admit_client(struct: Struct, clock: int, owner: str | None, user: str) -> bool:
    """Whether a client id that may write here is new; the first new struct of each is asked."""
    if owner is not None and owner != user:
        raise Breach(BreachCode.IDENTITY, f"client {struct.client} is not of the author")
    if struct.clock > clock:
        raise Breach(BreachCode.GAP, f"{struct.client}:{struct.clock} arrived where {clock} is next")
    return owner is None


class _Resolver:
    """Gives each new struct its place, taking a client's structs in order and what they refer to first."""

    def __init__(self, known: Known, queues: dict[int, _Queue]) -> None:
        self._known = known
        self._queues = queues
        self._placed: list[tuple[Struct, Place]] = []

    def resolve(self) -> list[tuple[Struct, Place]]:
        """All new structs in order. Raises `Breach` where a reference leads nowhere or round in a circle."""
        for client, queue in self._queues.items():
            while queue.at < len(queue.structs):
                self._advance(client, queue.structs[queue.at].clock)
        return self._placed

    def _advance(self, client: int, until: int) -> None:
        """Place a client's structs up to the one that holds clock `until`, and what that waits for."""
        stack = [(client, until)]
        waiting = {client}
        while stack:
            client, until = stack[-1]
            queue = self._queues[client]
            if queue.next_clock > until:
                stack.pop()
                waiting.discard(client)
                continue
            blocked = self._place_next(queue)
            if blocked is None:
                continue
            if blocked[0] in waiting:
                raise Breach(BreachCode.UNKNOWN_REFERENCE, f"{blocked[0]}:{blocked[1]} refers to itself")
            stack.append(blocked)
            waiting.add(blocked[0])

    def _place_next(self, queue: _Queue) -> Id | None:
        """Place a client's next struct; or the id it waits for."""
        struct = queue.structs[queue.at]
        place: Place | None = None
        for reference in (struct.origin, struct.right_origin):
            if reference is None:
                continue
            found = self._find(reference)
            if found is None:
                return reference
            if place is not None and found != place:
                raise Breach(BreachCode.CROSSED_PLACES, f"{struct.client}:{struct.clock} lies in two places")
            place = found
        if place is None:
            place = _named_place(struct)
        _check_content(struct, place)
        self._take(queue, self._new_part(struct, place), place)
        return None

    def _find(self, reference: Id) -> Place | None:
        """The place of what a struct refers to; None if it is in this update, but has no place yet."""
        client, clock = reference
        if clock < self._known.clock(client):
            place = self._known.place(client, clock)
            if place is not None:
                return place
        elif (queue := self._queues.get(client)) is not None and clock < queue.end:
            if clock >= queue.next_clock:
                return None
            return queue.places[bisect_right(queue.starts, clock) - 1]
        raise Breach(BreachCode.UNKNOWN_REFERENCE, f"the server has no {client}:{clock}")

    def _new_part(self, struct: Struct, place: Place) -> Struct:
        """The part of a struct that the server lacks; the part it has must lie where the struct claims."""
        clock = self._known.clock(struct.client)
        if struct.clock >= clock:
            return struct
        if self._known.place(struct.client, clock - 1) != place:
            raise Breach(BreachCode.CROSSED_PLACES, f"{struct.client}:{struct.clock} is known elsewhere")
        return struct.slice(clock - struct.clock)

    def _take(self, queue: _Queue, struct: Struct, place: Place) -> None:
        queue.at += 1
        queue.starts.append(struct.clock)
        queue.places.append(place)
        self._placed.append((struct, place))


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
        for clock, length in ranges if len(ranges) == 1 else _disjoint(ranges):
            if clock + length > end:
                raise Breach(BreachCode.UNKNOWN_REFERENCE, f"{client}:{clock} to {clock + length} is deleted")
            flat.append((client, clock, length))
    return flat


def _disjoint(ranges: Iterable[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """The same clocks as ranges `(clock, length)` that are in order and do not overlap."""
    begun, end = -1, -1
    for clock, length in sorted(ranges):
        if clock > end:
            if begun >= 0:
                yield begun, end - begun
            begun, end = clock, clock + length
        else:
            end = max(end, clock + length)
    yield begun, end - begun
