"""The gate: one update of one author, judged cell by cell and taken into the order's document.

    decode → screen → judge → mend → what may be journalled and shown

Refused content never enters the document: it goes out as deleted, followed by the server's own entry with what stood
before, so that any ordinary Yjs client stays in step. Accepted cells of the same update stay. Two rules follow from
how a CRDT orders entries: an owner's write beats a mend, and nothing is overwritten unseen (docs/guarantees.md).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from schema.cells import line_in, line_made_at, names_product, parse
from schema.refusals import Refusal
from server.act import Act
from server.bulk import Bulk
from server.consequences import consequences_of
from server.disguise import STRANGE
from server.judge import Author, Bench, cells_of_lines, judge, judge_note
from server.outcome import Alias, Change, Outcome, Refused
from server.ranges import Ranges, by_client
from server.replica import Replica, Settled
from server.screen import Place, Screened
from server.standing import Standing
from server.structs import DELETED, STRING, Struct
from server.update import encode_update
from server.writes import Write, writes_ahead, writes_of

NOTE: Final[Place] = ("note", None)


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
    outcome = _take_in(replica, screened, writes, author, bench, act, note=note, typed=len(typed))
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
    _stand(replica, place, replica.after(place, value, (struct.client, struct.clock)), value, outcome)
    return outcome


# The general case


def _stand(replica: Replica, place: Place, standing: Standing, value: Any, outcome: Outcome) -> None:
    """Let a value stand, and note what of it must be known after a load."""
    if standing.aliases and value is not None and standing.entry is not None:
        known = replica.index.standing(place).aliases
        fresh = (each for each in standing.aliases if each not in known)
        outcome.aliases += [Alias(place, each, standing.entry) for each in fresh]
    replica.stand(place, standing, value)


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


def _take_in(
    replica: Replica,
    screened: Screened,
    writes: list[Write],
    author: Author,
    bench: Bench,
    act: Act,
    *,
    note: bool,
    typed: int,
) -> Outcome:
    text = replica.content.note
    note_refusal = judge_note(len(text) + typed, author, bench.state) if note else None
    sanitised = _sanitised(screened, writes, keep_note=note_refusal is None)
    expected = _expected(replica, writes)
    accepted = {write.place: write.value for write in writes if write.stands}
    consequences = consequences_of(replica, accepted, bench)
    orphans = _orphans(replica, accepted, bench, act)
    consequences |= dict.fromkeys(orphans)
    act.emptied(
        (root, key)
        for (root, key), value in accepted.items()
        if value is None and key in replica.content.root(root)
    )
    sealed = _sealed(replica, writes)
    settled = replica.settle(sanitised, expected | consequences, text if note_refusal else None, sealed)
    outcome = Outcome(settled.update or None, echo=True, structural=bool(consequences))
    for write in writes:
        _record(replica, write, settled, author, outcome, act, consequences)
    for place, value in consequences.items():
        _record_consequence(replica, place, value, settled, outcome, act)
    outcome.refused += [
        Refused(place, Refusal("unknown_line"), tried, None)
        for place, tried in orphans.items()
        if tried is not None
    ]
    # A synchronisation repeats old deletions of the note: they refuse nothing that somebody just wrote.
    tried_note = settled.note_mended or typed > 0
    _record_note(replica, text, note_refusal if tried_note else None, outcome, act)
    return outcome


def _sanitised(screened: Screened, writes: list[Write], *, keep_note: bool) -> bytes:
    """The update with everything emptied that nobody may see: refused values, and values already written over."""
    shown = {write.tip for write in writes if write.stands and write.value is not None}
    structs = []
    for struct, place in screened.structs:
        if place[1] is None:
            structs.append(struct if keep_note else struct.emptied())
        elif struct.length == 1:
            structs.append(struct if (struct.client, struct.clock) in shown else struct.emptied())
        else:
            structs += [
                single if (single.client, single.clock) in shown else single.emptied()
                for single in _singles(struct)
            ]
    return encode_update(structs, by_client(screened.deletions))


def _singles(struct: Struct) -> Iterator[Struct]:
    return iter([struct]) if struct.kind == DELETED else struct.singles()


def _orphans(replica: Replica, accepted: Mapping[Place, Any], bench: Bench, act: Act) -> dict[Place, Any]:
    """What was said of lines whose product did not come after all, known once the last piece is judged: the order may
    have moved on between two pieces."""
    if not act.complete:
        return {}
    lines = {line for line in act.relied_on if bench.facts(line) is None}
    if not lines:
        return {}
    stood = {
        (root, key): replica.content.root(root)[key] for root, key in cells_of_lines(replica.content, lines)
    }
    return stood | {place: value for place, value in accepted.items() if line_in(place[1] or "") in lines}


def _expected(replica: Replica, writes: list[Write]) -> dict[Place, Any]:
    """What each written key must show afterwards; the last accepted write of a key decides."""
    expected: dict[Place, Any] = {}
    for write in writes:
        if write.stands:
            expected[write.place] = write.value
        else:
            root, key = write.place
            expected.setdefault(write.place, replica.content.root(root).get(key or ""))
    return expected


def _sealed(replica: Replica, writes: list[Write]) -> set[Place]:
    """Keys where it is not known which entry now lies last: something was written beside what stands."""
    chains = [write for write in writes if write.ids]
    beside = {write.place for write in chains if write.base != replica.index.standing(write.place).entry}
    counted = Counter(write.place for write in chains)
    return beside | {place for place, count in counted.items() if count > 1}


def _record(
    replica: Replica,
    write: Write,
    settled: Settled,
    author: Author,
    outcome: Outcome,
    act: Act,
    consequences: Mapping[Place, Any],
) -> None:
    root, key = write.place
    before = replica.content.root(root).get(key or "")
    standing = replica.index.standing(write.place)
    mend = settled.written.get(write.place)
    if write.stands:
        entry = mend or (write.tip if write.seen else None) or standing.entry
        others = (write.tip,) if write.tip else ()
        after = replica.after(write.place, write.value, entry, *others)
        _stand(replica, write.place, after, write.value, outcome)
        if before != write.value:
            outcome.changes.append(Change(write.place, before, write.value))
        return
    # Whoever writes over a refused entry had seen what it was written over; an unseen one only when nothing stands.
    seen = write.seen or before is None
    after = standing.still(mend or write.tip or standing.entry, *(write.ids if seen else ()))
    if not seen:
        after = after.late(*write.ids)
    _stand(replica, write.place, after, before, outcome)
    if act.has_seen(write.place, standing.entry):
        act.set_by_default(write.place, after.entry)
    if write.refusal is None:
        return
    told = write.place
    if key == STRANGE:
        told = (root, replica.disguises.key_of(write.tip, author.user_id, key))
        if mend is not None:
            replica.disguises.remember(mend, author.user_id, told[1])
    # A price that was refused beside its product keeps the list price that comes with it.
    kept = consequences.get(write.place, before)
    outcome.refused.append(Refused(told, write.refusal, write.value, kept))


def _record_consequence(
    replica: Replica, place: Place, value: Any, settled: Settled, outcome: Outcome, act: Act
) -> None:
    root, key = place
    before = replica.content.root(root).get(key or "")
    if before == value:
        return
    entry = settled.written.get(place) or replica.index.standing(place).entry
    _stand(replica, place, replica.after(place, value, entry), value, outcome)
    act.set_by_default(place, entry)
    if root != "record":
        outcome.changes.append(Change(place, before, value, by_server=True))


def _touches_note(replica: Replica, screened: Screened) -> bool:
    if any(place == NOTE for _, place in screened.structs):
        return True
    return any(NOTE in replica.index.places(*deleted) for deleted in screened.deletions)


def _record_note(
    replica: Replica,
    text: str,
    refusal: Refusal | None,
    outcome: Outcome,
    act: Act,
) -> None:
    if refusal is not None:
        tried = act.take_text()
        if tried is not None:
            outcome.refused.append(Refused(NOTE, refusal, tried, text))
    elif replica.content.note != text:
        outcome.changes.append(Change(NOTE, text, replica.content.note))


def _text(screened: Screened) -> str:
    return "".join(s.content for s, place in screened.structs if place == NOTE and s.kind == STRING)
