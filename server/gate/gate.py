"""The gate: one update of one author, judged cell by cell and taken into the order's document.

    decode → screen → judge → mend → what may be journalled and shown

Refused content never enters the document: it goes out as deleted, followed by the server's own entry with what stood
before, so that any ordinary Yjs client stays in step. Accepted cells of the same update stay. Two rules follow from
how a CRDT orders entries: an owner's write beats a mend, and nothing is overwritten unseen (docs/guarantees.md).
"""

from collections.abc import Iterator, Mapping

from schema.cells import line_in, line_made_at, names_product, parse
from schema.refusals import Refusal
from server.gate.act import Act
from server.gate.author import Author
from server.gate.bulk import Bulk
from server.gate.judge import Bench, judge
from server.gate.mend import let_stand, take_in
from server.gate.outcome import Change, Outcome
from server.gate.place import NOTE, Place
from server.gate.replica import Replica
from server.gate.screen import Screened
from server.gate.writes import Write, writes_ahead, writes_of
from server.yjs.ranges import Ranges, by_client
from server.yjs.structs import DELETED, STRING


def admit(
    replica: Replica,
    raw: bytes,
    screened: Screened,
    author: Author,
    bench: Bench,
    *,
    has: Mapping[int, int] | None,
    bulk: Bulk | None = None,
) -> Outcome:
    """Judge a screened update and take it in.

    has: what the author's replica had of each client when he wrote a whole synchronisation, with all its old
    deletions; None for one moment's edit. bulk: that of which this update is a piece; `raw` is not needed then.
    """
    bound = _bind(replica, screened, author)
    if bulk is None and _is_plain(replica, screened):
        outcome = _admit_plain(replica, raw, screened, author, bench)
        if outcome is not None:
            outcome.bound = bound
            return outcome
    repeats = not screened.whole
    screened = replica.disguises.put_on(screened, author.user_id)
    typed = _text(screened)
    act = Act(Ranges(by_client(screened.deletions)), typed) if bulk is None else bulk
    act.repeats |= repeats
    writes = list(writes_of(replica, screened, has, act))
    note = _touches_note(replica, screened)
    if not writes and not note:
        return Outcome(None, bound=bound)
    ahead = [] if act.complete else list(_ahead(replica, writes, has, act))
    for write in sorted([*writes, *ahead], key=_products_first):
        if write.passing:
            continue
        write.refusal = _verdict(replica, write, author, bench)
        if write.refusal is None and (line := _substituted(write.place)) is not None:
            bench.offer(line, write.value)
        if write.refusal == Refusal("unknown_line") and act.took_away(write.place):
            write.refusal, write.passing = None, True
    outcome = take_in(replica, screened, writes, author, bench, act, note=note, typed=len(typed))
    outcome.bound = bound
    return outcome


def _bind(replica: Replica, screened: Screened, author: Author) -> list[int]:
    owners = replica.owners
    fresh: list[int] = []
    for struct, _ in screened.structs:
        if struct.client not in owners:
            owners[struct.client] = author.user_id
            fresh.append(struct.client)
    return fresh


# The plain case: one entry over the one that stands, nothing else. It needs no transaction of the server's own.


def _is_plain(replica: Replica, screened: Screened) -> bool:
    if len(screened.structs) != 1 or not screened.whole:
        return False
    struct, place = screened.structs[0]
    root, key = place
    if struct.length != 1 or struct.kind == DELETED or root not in ("client", "supplier") or key is None:
        return False
    entry, deletions = replica.index.standing(place).entry, screened.deletions
    return struct.origin == entry and (not deletions or (entry is not None and deletions == [(*entry, 1)]))


def _admit_plain(
    replica: Replica, raw: bytes, screened: Screened, author: Author, bench: Bench
) -> Outcome | None:
    struct, place = screened.structs[0]
    root, key = place[0], place[1] or ""
    value = struct.content[0]
    if value is None or names_product(root, key):
        return None
    if judge(root, key, value, author, bench) is not None:
        return None
    before = replica.content.root(root).get(key)
    replica.integrate_soon(raw, screened.structs)
    outcome = Outcome(raw)
    if before != value:
        outcome.changes.append(Change(place, before, value))
    let_stand(replica, place, replica.after(place, value, (struct.client, struct.clock)), value, outcome)
    return outcome


# The general case


def _ahead(replica: Replica, writes: list[Write], has: Mapping[int, int] | None, act: Act) -> Iterator[Write]:
    """What later pieces name for the lines of these writes: a product, or what is offered instead. It is judged here
    only for what depends on it."""
    lines = (line_in(write.place[1] or "") for write in writes)
    for line in dict.fromkeys(line for line in lines if line is not None):
        for write in writes_ahead(replica, line, has, act):
            if line_made_at(*write.place) is not None:
                act.relied_on.add(line)
            yield write


def _products_first(write: Write) -> int:
    """A line's product, then what is offered instead, then what is judged by either."""
    if line_made_at(*write.place) is not None:
        return 0
    return 1 if _substituted(write.place) is not None else 2


def _substituted(place: Place) -> str | None:
    """The line on which a key offers a substitute."""
    cell = parse(place[0], place[1] or "")
    return cell.line if cell is not None and cell.noun == "substitute" else None


def _verdict(replica: Replica, write: Write, author: Author, bench: Bench) -> Refusal | None:
    root, key = write.place
    kept = replica.content.root(root).get(key or "")
    refusal = judge(root, key or "", write.value, author, bench)
    if write.value is None and kept is None:
        return None  # tried and withdrawn before it arrived
    # An empty cell holds nothing that could be overwritten unseen.
    if refusal is None and not write.seen and kept is not None and kept != write.value:
        return Refusal("overtaken")
    return refusal


def _touches_note(replica: Replica, screened: Screened) -> bool:
    if any(place == NOTE for _, place in screened.structs):
        return True
    return any(NOTE in replica.index.places(*deleted) for deleted in screened.deletions)


def _text(screened: Screened) -> str:
    return "".join(s.content for s, place in screened.structs if place == NOTE and s.kind == STRING)
