"""The gate: one update of one author, judged cell by cell and taken into the order's document.

    decode → screen → judge → mend → what may be journalled and shown

Refused content never enters the document: it goes out as deleted, followed by the server's own entry with what stood
before, so that any ordinary Yjs client stays in step. Accepted cells of the same update stay. Two rules follow from
how a CRDT orders entries: an owner's write beats a mend, and nothing is overwritten unseen (docs/guarantees.md).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from schema.cells import line_key
from schema.refusals import Refusal
from server.disguise import STRANGE
from server.index import covers
from server.judge import Author, Bench, cells_of_line, judge, judge_note
from server.replica import Replica, Settled
from server.screen import Place, Screened
from server.standing import OF_EACH_LIMIT, Standing
from server.structs import DELETED, STRING, Deletions, Id, Struct
from server.update import encode_update

FEW_DELETIONS: Final = 64
NOTE: Final[Place] = ("note", None)


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that now shows another value. `by_server`: written by the server as a consequence."""

    place: Place
    before: Any
    after: Any
    by_server: bool = False

    @property
    def address(self) -> str:
        root, key = self.place
        return root if key is None else f"{root}/{key}"


@dataclass(frozen=True, slots=True)
class Refused:
    """One cell that kept its value."""

    place: Place
    refusal: Refusal
    tried: Any
    kept: Any

    @property
    def address(self) -> str:
        root, key = self.place
        return root if key is None else f"{root}/{key}"


class Alias(NamedTuple):
    """At `place`, whoever writes over `entry` has seen the value that `stands` holds."""

    place: Place
    entry: Id
    stands: Id


@dataclass(slots=True)
class Outcome:
    """What became of an update.

    update: bytes to journal and broadcast, None when nothing changed. echo: whether the author needs them too,
    because they hold more than he sent. structural: the server wrote consequences. bound: client ids seen for the
    first time. aliases: what must be known again after a load.
    """

    update: bytes | None
    echo: bool = False
    structural: bool = False
    changes: list[Change] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    bound: list[int] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)


@dataclass(slots=True)
class _Write:
    """All that one update does to one key, as one chain of entries; the last of them is what its author wants.

    ids: the entries themselves, of a run the last ones: what is deleted may be a million in a few bytes.
    """

    place: Place
    base: Id | None
    tip: Id | None
    ids: list[Id]
    value: Any
    seen: bool
    refusal: Refusal | None = None


def admit(
    replica: Replica,
    raw: bytes,
    screened: Screened,
    author: Author,
    bench: Bench,
    *,
    has: Mapping[int, int] | None,
) -> Outcome:
    """Judge a screened update and take it in.

    has: what the author's replica had of each client when he wrote a whole synchronisation, with all its old
    deletions; None for one moment's edit.
    """
    bound = _bind(replica, screened, author)
    if _is_plain(replica, screened):
        outcome = _admit_plain(replica, raw, screened, author, bench)
        if outcome is not None:
            outcome.bound = bound
            return outcome
    screened = replica.disguises.put_on(screened, author.user_id)
    writes = list(_writes(replica, screened, has))
    note = _touches_note(replica, screened)
    if not writes and not note and not screened.structs:
        return Outcome(None, bound=bound)
    for write in sorted(writes, key=_product_first):
        write.refusal = _verdict(replica, write, author, bench)
    outcome = _take_in(replica, screened, writes, author, bench, note=note)
    outcome.bound = bound
    return outcome


def _bind(replica: Replica, screened: Screened, author: Author) -> list[int]:
    fresh = sorted({struct.client for struct, _ in screened.structs if struct.client not in replica.owners})
    replica.owners.update(dict.fromkeys(fresh, author.user_id))
    return fresh


# The plain case: one entry over the one that stands, nothing else. It needs no transaction of the server's own.


def _is_plain(replica: Replica, screened: Screened) -> bool:
    if len(screened.structs) != 1 or not screened.whole:
        return False
    struct, place = screened.structs[0]
    root, key = place
    if struct.length != 1 or struct.kind == DELETED or root not in ("client", "supplier") or key is None:
        return False
    standing = replica.index.standing(place)
    overwritten = () if standing.entry is None else ((*standing.entry, 1),)
    return struct.origin == standing.entry and all(deletion in overwritten for deletion in screened.deletions)


def _admit_plain(
    replica: Replica, raw: bytes, screened: Screened, author: Author, bench: Bench
) -> Outcome | None:
    struct, place = screened.structs[0]
    root, key = place[0], place[1] or ""
    value = struct.content[0]
    if value is None or key.endswith(("/product", "/substitute")):
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
    known = replica.index.standing(place).aliases
    if value is not None and standing.entry is not None:
        fresh = (each for each in standing.aliases if each not in known)
        outcome.aliases += [Alias(place, each, standing.entry) for each in fresh]
    replica.stand(place, standing, value)


def _writes(replica: Replica, screened: Screened, has: Mapping[int, int] | None) -> Iterator[_Write]:
    chains: dict[Place, list[_Write]] = {}
    gone = _Ranges(screened.deletions)
    for struct, place in screened.structs:
        if place[1] is not None:
            _chain(replica, chains.setdefault(place, []), struct, place)
    for writes in chains.values():
        for write in writes:
            if write.tip in gone:
                write.value = None
            yield write
    for clear in _clears(replica, screened, gone, live=has is None):
        if clear.place not in chains:
            yield clear
    if has is not None:
        yield from (each for each in _late_clears(replica, gone, has) if each.place not in chains)


def _chain(replica: Replica, writes: list[_Write], struct: Struct, place: Place) -> None:
    ids = [
        (struct.client, clock) for clock in range(max(struct.clock, struct.end - OF_EACH_LIMIT), struct.end)
    ]
    value = None if struct.kind == DELETED else struct.content[-1]
    for write in writes:
        if write.tip == struct.origin:
            write.ids += ids
            write.tip, write.value = ids[-1], value
            return
    seen = not writes and replica.index.seen(place, struct.origin)
    writes.append(_Write(place, struct.origin, ids[-1], ids, value, seen))


def _late_clears(replica: Replica, gone: "_Ranges", has: Mapping[int, int]) -> Iterator[_Write]:
    """Cells that were emptied while something else came to stand there.

    A synchronisation repeats every old deletion. But whoever has not got what stands, and has of what stood before
    only what is deleted, has deleted it himself.
    """
    for place, standing in replica.filled() if gone.length else ():
        if standing.entry is None or standing.since is not None or _has(has, standing.entry):
            continue
        groups = (*standing.past, standing.aliases)
        before = [each for group in groups for each in group if _has(has, each)]
        if before and all(each in gone for each in before):
            yield _Write(place, before[-1], None, [], None, any(each in standing.aliases for each in before))


def _has(has: Mapping[int, int], entry: Id) -> bool:
    return entry[1] < has.get(entry[0], 0)


def _clears(replica: Replica, screened: Screened, gone: "_Ranges", *, live: bool) -> Iterator[_Write]:
    """Entries that are deleted without a new one in their place: a cell emptied."""
    for place, entry in _deleted_entries(replica, screened, gone):
        standing = replica.index.standing(place)
        if entry == standing.entry:
            if replica.content.root(place[0]).get(place[1] or "") is not None:
                yield _Write(place, entry, None, [], None, True)
        elif live and place[1] in replica.content.root(place[0]):
            yield _Write(place, entry, None, [], None, replica.index.seen(place, entry))


def _deleted_entries(replica: Replica, screened: Screened, gone: "_Ranges") -> Iterator[tuple[Place, Id]]:
    if gone.length <= FEW_DELETIONS:
        for client, clock, length in screened.deletions:
            for each in range(clock, clock + length):
                place = replica.index.place(client, each)
                if place is not None and place[1] is not None:
                    yield place, (client, each)
        return
    for place, entry in replica.live_entries():
        if entry in gone:
            yield place, entry


def _product_first(write: _Write) -> bool:
    return not (write.place[1] or "").endswith("/product")


def _verdict(replica: Replica, write: _Write, author: Author, bench: Bench) -> Refusal | None:
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
    replica: Replica, screened: Screened, writes: list[_Write], author: Author, bench: Bench, *, note: bool
) -> Outcome:
    inserted = sum(len(s.content) for s, place in screened.structs if place == NOTE and s.kind == STRING)
    text = replica.content.note
    note_refusal = judge_note(len(text) + inserted, author, bench.state) if note else None
    sanitised = _sanitised(screened, writes, keep_note=note_refusal is None)
    expected = _expected(replica, writes)
    accepted = {write.place: write.value for write in writes if write.refusal is None}
    consequences = _consequences(replica, accepted, bench)
    sealed = _sealed(replica, writes)
    settled = replica.settle(sanitised, expected | consequences, text if note_refusal else None, sealed)
    outcome = Outcome(settled.update or None, echo=True, structural=bool(consequences))
    for write in writes:
        _record(replica, write, settled, author, outcome)
    for place, value in consequences.items():
        _record_consequence(replica, place, value, settled, outcome)
    # A synchronisation repeats old deletions of the note: they refuse nothing that somebody just wrote.
    tried_note = settled.note_mended or inserted > 0
    _record_note(replica, screened, text, note_refusal if tried_note else None, outcome)
    return outcome


def _sanitised(screened: Screened, writes: list[_Write], *, keep_note: bool) -> bytes:
    """The update with everything emptied that nobody may see: refused values, and values already written over."""
    shown = {write.tip for write in writes if write.refusal is None and write.value is not None}
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
    deletions: Deletions = {}
    for client, clock, length in screened.deletions:
        deletions.setdefault(client, []).append((clock, length))
    return encode_update(structs, deletions)


def _singles(struct: Struct) -> Iterator[Struct]:
    return iter([struct]) if struct.kind == DELETED else struct.singles()


def _expected(replica: Replica, writes: list[_Write]) -> dict[Place, Any]:
    """What each written key must show afterwards; the last accepted write of a key decides."""
    expected: dict[Place, Any] = {}
    for write in writes:
        if write.refusal is None:
            expected[write.place] = write.value
        else:
            root, key = write.place
            expected.setdefault(write.place, replica.content.root(root).get(key or ""))
    return expected


def _sealed(replica: Replica, writes: list[_Write]) -> set[Place]:
    """Keys where it is not known which entry now lies last: something was written beside what stands."""
    chains = [write for write in writes if write.ids]
    beside = {write.place for write in chains if write.base != replica.index.standing(write.place).entry}
    counted = Counter(write.place for write in chains)
    return beside | {place for place, count in counted.items() if count > 1}


def _consequences(replica: Replica, accepted: Mapping[Place, Any], bench: Bench) -> dict[Place, Any]:
    """What the server writes because cells changed: product facts, list prices, the authorship of comments."""
    cells: dict[Place, Any] = {}
    for (root, name), value in accepted.items():
        key = name or ""
        if replica.content.root(root).get(key) == value:
            continue  # written again, or tried and withdrawn before it arrived
        parts = key.split("/")
        if root in ("client", "supplier") and parts[0] == "lines" and parts[-1] == "product":
            line = parts[1]
            cells |= (
                _line_appeared(line, value, bench, accepted) if value else _line_gone(replica, line, accepted)
            )
        elif root == "supplier" and parts[-1] == "substitute":
            offer = bench.catalogue.get(value)
            cells["record", f"substitutes/{parts[1]}"] = dict(offer.facts) if offer else None
        elif root == "comments":
            cells["record", f"comments/{key}"] = bench.authorship()
    return cells


def _line_appeared(line: str, product: str, bench: Bench, accepted: Mapping[Place, Any]) -> dict[Place, Any]:
    offer = bench.catalogue.get(product)
    if offer is None:
        return {}
    cells: dict[Place, Any] = {("record", f"products/{line}"): dict(offer.facts)}
    price: Place = ("supplier", line_key(line, "unit_price"))
    if price not in accepted:
        cells[price] = offer.price
    return cells


def _line_gone(replica: Replica, line: str, accepted: Mapping[Place, Any]) -> dict[Place, Any]:
    """In a draft a line may be taken away: with its product goes everything that was said of it, now too."""
    cells: dict[Place, Any] = dict.fromkeys(cells_of_line(replica.content, line))
    now = (place for place in accepted if (place[1] or "").startswith(line_key(line, "")))
    return (
        cells
        | dict.fromkeys(now)
        | {("record", f"{kind}/{line}"): None for kind in ("products", "substitutes")}
    )


def _record(replica: Replica, write: _Write, settled: Settled, author: Author, outcome: Outcome) -> None:
    root, key = write.place
    before = replica.content.root(root).get(key or "")
    standing = replica.index.standing(write.place)
    mend = settled.written.get(write.place)
    if write.refusal is None:
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
    told = write.place
    if key == STRANGE:
        told = (root, replica.disguises.key_of(write.tip, author.user_id, key))
        if mend is not None:
            replica.disguises.remember(mend, author.user_id, told[1])
    outcome.refused.append(Refused(told, write.refusal, write.value, before))


def _record_consequence(
    replica: Replica, place: Place, value: Any, settled: Settled, outcome: Outcome
) -> None:
    root, key = place
    before = replica.content.root(root).get(key or "")
    if before == value:
        return
    entry = settled.written.get(place) or replica.index.standing(place).entry
    _stand(replica, place, replica.after(place, value, entry), value, outcome)
    if root != "record":
        outcome.changes.append(Change(place, before, value, by_server=True))


def _touches_note(replica: Replica, screened: Screened) -> bool:
    if any(place == NOTE for _, place in screened.structs):
        return True
    return any(NOTE in replica.index.places(*deleted) for deleted in screened.deletions)


def _record_note(
    replica: Replica, screened: Screened, text: str, refusal: Refusal | None, outcome: Outcome
) -> None:
    if refusal is not None:
        tried = "".join(s.content for s, place in screened.structs if place == NOTE and s.kind == STRING)
        outcome.refused.append(Refused(NOTE, refusal, tried, text))
    elif replica.content.note != text:
        outcome.changes.append(Change(NOTE, text, replica.content.note))


class _Ranges:
    """Deleted ids, asked one by one. `length`: how many clocks they cover."""

    def __init__(self, deletions: Sequence[tuple[int, int, int]]) -> None:
        self._ranges: dict[int, list[tuple[int, int]]] = {}
        for client, clock, length in deletions:
            self._ranges.setdefault(client, []).append((clock, length))
        for ranges in self._ranges.values():
            ranges.sort()
        self.length = sum(length for _, _, length in deletions)

    def __contains__(self, entry: Id | None) -> bool:
        return entry is not None and covers(self._ranges.get(entry[0], ()), entry[1])
