"""What a provider sends back of what it was told is nobody's edit, however late it comes and however it was packed."""

import random
from collections import deque
from typing import Any, Final

import pytest
from pycrdt import Doc, Map, Text

from server.gate.author import Author
from server.gate.outcome import Alias
from server.gate.place import address_of
from server.gate.replica import Replica
from server.rooms.batch import Trail
from server.rooms.visitor import Visitor
from server.rooms.working_copy import WorkingCopy
from server.yjs.structs import Id
from server.yjs.update import decode_update
from tests.server.gate.test_gate_fuzz import CATALOGUE, CLIENTS, PEOPLE
from tests.server.in_memory import born, in_memory

pytestmark = pytest.mark.anyio

KEYS: Final = ("reference", "requested_date", "delivery_address", "contact", "freight", "nowhere")
VALUES: Final = ("PO-1", "PO-2", "2026-12-01", 12.5)
STEPS: Final = 120


class Nowhere:
    """A socket that nothing is sent to."""

    def send_now(self, *_messages: bytes) -> bool:
        return True

    async def send(self, _message: bytes, /) -> None: ...

    async def close(self, _code: int, _reason: str) -> None: ...


class Page:
    """One person's document, kept in step by a provider that repeats whatever it is told.

    told: what the server sent that has not come yet. sends: what it sent that has not come to the server yet, and
    whether it only repeats.
    """

    def __init__(self, author: Author, client: int, first: bytes) -> None:
        self.visitor = Visitor(author, "fr", Nowhere())
        self.doc: Doc[Any] = Doc(client_id=client)
        self.maps = {root: self.doc.get(root, type=Map) for root in ("client", "supplier")}
        self.note = self.doc.get("note", type=Text)
        self.told: deque[bytes] = deque()
        self.sends: deque[tuple[bytes, bool]] = deque()
        self._hears = False
        self.doc.apply_update(first)
        self.doc.observe(lambda event: self.sends.append((event.update, self._hears)))

    def hear(self, *, repeat: bool = True) -> None:
        """Take in what comes next. `repeat`: as pycrdt's provider, which sends it back."""
        before = len(self.sends)
        self._hears = True
        self.doc.apply_update(self.told.popleft())
        self._hears = False
        while not repeat and len(self.sends) > before:
            self.sends.pop()


class Table:
    """One order, and its people at their pages. `writer`: the server's client id, if not any. trail, aliases: what
    was committed."""

    def __init__(self, writer: int | None = None) -> None:
        self.trail: list[Trail] = []
        self.aliases: list[Alias] = []
        replica, first = born(writer)
        self.copy: WorkingCopy = in_memory(replica)
        self.pages = {name: Page(author, CLIENTS[name], first) for name, author in PEOPLE.items()}

    def take(self, page: Page) -> None:
        """Let the server have the next that a page sent; what only repeats must do nothing."""
        raw, repeats = page.sends.popleft()
        gathering = self.copy.pending.gathering
        before = len(gathering.updates), len(gathering.refusals), len(gathering.trail)
        self.copy.edit(page.visitor, raw, decode_update(raw), CATALOGUE, live=True)
        after = len(gathering.updates), len(gathering.refusals), len(gathering.trail)
        assert after == before or not repeats, gathering.refusals

    def commit(self) -> None:
        batch = self.copy.take_batch()
        self.copy.committed(batch)
        self.trail += batch.trail
        self.aliases += batch.aliases
        for page in self.pages.values():
            if batch.merged is not None and page.visitor is not batch.known_to:
                page.told.append(batch.merged)

    def put_away(self) -> None:
        """Load the order again, from what is kept of it."""
        replica = Replica.load(
            self.copy.replica.writer, [self.copy.replica.since()], self.copy.replica.owners
        )
        replica.remember_aliases(
            (address_of(each.place), _text(each.entry), _text(each.stands), each.restated)
            for each in self.aliases
        )
        self.copy = in_memory(replica)

    def settle(self, *, repeat: bool = True) -> None:
        """Let everything come to everybody."""
        while True:
            for page in self.pages.values():
                while page.sends:
                    self.take(page)
            self.commit()
            if not any(page.told for page in self.pages.values()):
                return
            for page in self.pages.values():
                while page.told:
                    page.hear(repeat=repeat)


def _text(entry: Id) -> str:
    return f"{entry[0]}:{entry[1]}"


def empty_and_fill_beside(table: Table, author: Page, other: Page) -> None:
    """Let another empty the date in the commit that has an author's edit, and fill it before the author hears of it."""
    del other.maps["client"]["requested_date"]
    table.take(author)
    table.take(other)
    table.commit()
    other.maps["client"]["requested_date"] = "2026-12-02"
    table.take(other)
    table.commit()
    author.hear()
    table.take(author)
    table.settle()


async def test_who_emptied_a_cell_of_two_that_were_emptied_at_once_repeats_the_other_alone() -> None:
    table = Table()
    anna, marc = table.pages["anna"], table.pages["marc"]
    anna.maps["client"].update({"reference": "PO-1", "requested_date": "2026-12-01"})
    table.settle()
    del anna.maps["client"]["reference"]
    empty_and_fill_beside(table, anna, marc)
    assert table.copy.content.client == {"requested_date": "2026-12-02"}


async def test_who_wrote_while_another_emptied_repeats_that_alone() -> None:
    table = Table()
    anna, marc = table.pages["anna"], table.pages["marc"]
    anna.maps["client"]["requested_date"] = "2026-12-01"
    table.settle()
    anna.maps["client"]["reference"] = "PO-1"
    empty_and_fill_beside(table, anna, marc)
    assert table.copy.content.client == {"reference": "PO-1", "requested_date": "2026-12-02"}


async def test_cells_of_many_pages_that_were_emptied_at_once_are_repeated_as_one_is() -> None:
    table = Table()
    anna, sophie = table.pages["anna"], table.pages["sophie"]
    lines = [f"l{number}" for number in range(40)]
    anna.maps["client"].update({f"lines/{line}/product": "door" for line in lines})
    table.settle()
    for number, line in enumerate(lines):  # each of them on a page of its own
        page = Page(PEOPLE["anna"], 2**50 + number, table.copy.replica.since())
        page.sends.clear()
        page.maps["client"][f"lines/{line}/job_reference"] = "J-1"
        table.take(page)
    table.settle()
    references = [f"lines/{line}/job_reference" for line in lines]
    for again in ("J-2", "J-3"):
        with anna.doc.transaction():
            for key in references:
                del anna.maps["client"][key]
        table.take(anna)
        table.commit()
        anna.maps["client"].update(dict.fromkeys(references, again))
        table.take(anna)
        sophie.hear()
        table.take(sophie)
        table.settle()
    assert {table.copy.content.client[key] for key in references} == {"J-3"}


def play(seed: int) -> None:
    dice = random.Random(seed)
    table = Table(dice.getrandbits(53))
    for _ in range(STEPS):
        page = dice.choice(list(table.pages.values()))
        match dice.randrange(8):
            case 0 | 1:
                cells, key = page.maps[dice.choice(("client", "client", "supplier"))], dice.choice(KEYS)
                with page.doc.transaction():
                    if key in cells and dice.random() < 0.6:
                        del cells[key]
                    else:
                        cells[key] = dice.choice(VALUES)
            case 2:
                if len(page.note) and dice.random() < 0.6:
                    del page.note[0:1]
                else:
                    page.note.insert(0, dice.choice("ab"))
            case 3:
                table.commit()
            case 4 | 5 if page.sends:
                table.take(page)
            case _ if page.told:
                page.hear()
    table.settle()
    for name, page in table.pages.items():
        assert {root: cells.to_py() for root, cells in page.maps.items()} == {
            root: table.copy.content.root(root) for root in page.maps
        }, name
        assert str(page.note) == table.copy.content.note


async def test_what_is_repeated_late_changes_nothing_and_is_refused_to_nobody() -> None:
    """G3 G4: whatever people do meanwhile."""
    for seed in range(20):
        play(seed)


@pytest.mark.torture
async def test_what_is_repeated_late_changes_nothing_for_long() -> None:
    """G3 G4: the same, for long."""
    for seed in range(1_000, 3_000):
        play(seed)
