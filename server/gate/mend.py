"""What becomes of an update once it is judged: the permitted stands, the refused goes out emptied and mended.

It is written again without what was refused, and in the same transaction the server writes whatever would not then show
what it must. An accepted cell is verified wherever concurrent entries might have beaten it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from schema.cells import line_in
from schema.order import cells_of_lines
from schema.refusals import Refusal
from server.gate.act import Act
from server.gate.author import Author
from server.gate.consequences import consequences_of
from server.gate.disguise import STRANGE
from server.gate.judge import Bench, judge_note
from server.gate.outcome import Alias, Change, Outcome, Refused
from server.gate.place import NOTE, Place
from server.gate.replica import Replica, Settled
from server.gate.screen import Screened
from server.gate.standing import Standing
from server.gate.writes import Write
from server.yjs.ranges import by_client
from server.yjs.structs import DELETED, Struct
from server.yjs.update import encode_update


def take_in(
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
    """Let what was judged come into the document, and the rest not. note: whether the note is touched; typed: how many
    letters are put into it."""
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
        let_stand(replica, write.place, after, write.value, outcome)
        if before != write.value:
            outcome.changes.append(Change(write.place, before, write.value))
        return
    # Whoever writes over a refused entry had seen what it was written over; an unseen one only when nothing stands.
    seen = write.seen or before is None
    after = standing.still(mend or write.tip or standing.entry, *(write.ids if seen else ()))
    if write.base in standing.restated:
        after = after.but_restated(*write.ids)  # it lies where that did in its author's document
    if not seen:
        after = after.late(*write.ids)
    let_stand(replica, write.place, after, before, outcome)
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
    let_stand(replica, place, replica.after(place, value, entry), value, outcome)
    act.set_by_default(place, entry)
    if root != "record":
        outcome.changes.append(Change(place, before, value, by_server=True))


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


def let_stand(replica: Replica, place: Place, standing: Standing, value: Any, outcome: Outcome) -> None:
    """Let a value stand, and note what of it must be known after a load."""
    if standing.aliases and value is not None and standing.entry is not None:
        known = replica.index.standing(place).aliases
        fresh = (each for each in standing.aliases if each not in known)
        outcome.aliases += [Alias(place, each, standing.entry, each in standing.restated) for each in fresh]
    replica.stand(place, standing, value)
