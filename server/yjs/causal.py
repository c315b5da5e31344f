"""The order in which structs may be taken in: whatever one refers to comes before it."""

from collections import deque
from collections.abc import Iterable, Iterator

from server.yjs.structs import Id, Struct


class Circular(Exception):
    """Structs that wait for one another. `reference`: the one that closes the circle."""

    def __init__(self, reference: Id) -> None:
        super().__init__(f"{reference[0]}:{reference[1]} refers to itself")
        self.reference = reference


def in_causal_order(structs: Iterable[Struct]) -> Iterator[Struct]:
    """The same structs, each client's as they came, and before each whatever of them it refers to; in time linear in
    their number, however the clients took turns.

    Each client's must be contiguous. References to anything else are not followed. Raises Circular, on the way.
    """
    queues: dict[int, deque[Struct]] = {}
    for struct in structs:
        queues.setdefault(struct.client, deque()).append(struct)
    ends = {client: queue[-1].end for client, queue in queues.items()}
    for client, end in ends.items():
        yield from _until(client, end - 1, queues, ends)


def _until(
    client: int, clock: int, queues: dict[int, deque[Struct]], ends: dict[int, int]
) -> Iterator[Struct]:
    """A client's structs up to the one that holds a clock, and before each what it waits for."""
    goals = [(client, clock)]
    waiting = {client}
    while goals:
        client, clock = goals[-1]
        queue = queues[client]
        if not queue or queue[0].clock > clock:
            goals.pop()
            waiting.discard(client)
            continue
        blocking = _blocking(queue[0], queues, ends)
        if blocking is None:
            yield queue.popleft()
        elif blocking[0] in waiting:
            raise Circular(blocking)
        else:
            goals.append(blocking)
            waiting.add(blocking[0])


def _blocking(struct: Struct, queues: dict[int, deque[Struct]], ends: dict[int, int]) -> Id | None:
    """What a struct refers to that is still in its queue."""
    for reference in (struct.origin, struct.right_origin):
        if reference is not None and reference[1] < ends.get(reference[0], 0):
            queue = queues[reference[0]]
            if queue and queue[0].clock <= reference[1]:
                return reference
    return None
