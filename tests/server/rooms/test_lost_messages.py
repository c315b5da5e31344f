"""People whose messages the network loses while they still hear the others, who go and come back, also to an order that
was put away: nobody's cell is emptied, and nothing is written in anybody's name, that he has not done. What somebody
brings in pieces comes out as if it had been judged at once."""

import random
from collections import Counter
from typing import Any, Final

import pytest

from schema.order import Content
from server.gate.bulk import PIECE, Bulk
from server.gate.replica import Replica
from server.rooms.visitor import Visitor
from server.rooms.working_copy import WorkingCopy
from server.yjs.state_vector import decode_state_vector
from server.yjs.update import decode_update
from tests.server.gate.test_gate_fuzz import CATALOGUE
from tests.server.in_memory import in_memory
from tests.server.rooms.test_echoes import Nowhere, Page, Table

pytestmark = pytest.mark.anyio

KEYS: Final = {
    "reference": ("client", "W{}"),
    "requested_date": ("client", "2{:03}-01-01"),
    "lines/a/quantity": ("client", "1{:03}"),
    "freight": ("supplier", "1{:03}"),
    "confirmation_number": ("supplier", "W{}"),
    "lines/a/unit_price": ("supplier", "1{:03}"),
}
"""Each with its register, and what a permitted value looks like."""
ACTS: Final = ("edit", "take", "commit", "hear", "come back", "put away")
STEPS: Final = 150
PIECES: Final = (1, 2, PIECE)


def twin(replica: Replica) -> Replica:
    """Another of the same order, which knows of it what the first does."""
    other = Replica.load(replica.writer, [replica.since()], replica.owners)
    for place, standing in replica.index.standings():
        other.index.stand(place, standing)
    return other


def outcome(copy: WorkingCopy) -> tuple[Content, Counter[Any], Counter[Any]]:
    """What an order says, what was changed since the last commit, and what was refused."""
    gathering = copy.pending.gathering
    return (
        copy.content,
        Counter((row.cell, row.before, row.after) for row in gathering.trail),
        Counter(repr(told.refused) for told in gathering.refusals),
    )


class Play:
    """One order. piece: how many structs are judged at once. wrote: by person and cell, the values that he wrote there,
    None where he emptied it."""

    def __init__(self, seed: int, piece: int) -> None:
        self.piece = piece
        self.dice = random.Random(seed)
        self.empties = bool(seed % 2)
        self.table = Table(self.dice.getrandbits(53))
        self.wrote: dict[tuple[str, str], set[Any]] = {}
        anna = self.table.pages["anna"]
        anna.maps["client"].update({"lines/a/product": "door", "lines/a/quantity": "4"})
        self.wrote["anna", "client/lines/a/product"] = {"door"}
        self.wrote["anna", "client/lines/a/quantity"] = {"4"}
        self.table.settle(repeat=False)

    def edit(self, name: str, page: Page, number: int) -> None:
        key = self.dice.choice(list(KEYS))
        root, form = KEYS[key]
        cells, written = page.maps[root], self.wrote.setdefault((name, f"{root}/{key}"), set())
        if self.empties and key in cells and self.dice.random() < 0.3:
            del cells[key]
            written.add(None)
        else:
            value = 12.5 if self.dice.random() < 0.15 else form.format(number)
            cells[key] = value
            written.add(value)

    def come_back(self, page: Page) -> None:
        """What has not arrived is lost, and so is what was on its way to him."""
        self.table.commit()
        page.sends.clear()
        page.told.clear()
        page.visitor = Visitor(page.visitor.author, "fr", Nowhere())
        has = page.doc.get_state()
        page.visitor.has = decode_state_vector(has)
        replica = self.table.copy.replica
        brought = page.doc.get_update(replica.state_vector())
        page.told.append(replica.since(has))
        update = decode_update(brought)
        if len(update.structs) <= self.piece:
            self.table.copy.edit(page.visitor, brought, update, CATALOGUE, live=False)
            return
        bulk, at_once = Bulk(update, self.piece), in_memory(twin(replica))
        at_once.edit(page.visitor, brought, update, CATALOGUE, live=False)
        alone = self.dice.random() < 0.5
        for piece in bulk.pieces():
            if not alone and not bulk.begins:
                self.others_act(page)
            self.table.copy.edit_piece(page.visitor, piece, bulk, CATALOGUE, live=False)
        assert not alone or outcome(self.table.copy) == outcome(at_once)

    def others_act(self, page: Page) -> None:
        """What comes of the others between two pieces of what a page brought."""
        other = self.dice.choice([each for each in self.table.pages.values() if each is not page])
        if other.sends:
            self.table.take(other)
        if self.dice.random() < 0.5:
            self.table.commit()

    def run(self) -> None:
        pages = list(self.table.pages.items())
        for number in range(STEPS):
            name, page = self.dice.choice(pages)
            match self.dice.choices(ACTS, (25, 25, 10, 30, 4, 1))[0]:
                case "edit":
                    self.edit(name, page, number)
                case "take" if page.sends:
                    self.table.take(page)
                case "commit":
                    self.table.commit()
                case "hear" if page.told:
                    page.hear(repeat=False)
                case "come back":
                    self.come_back(page)
                case "put away":
                    self.table.commit()
                    self.table.put_away()
                    for each in self.dice.sample(list(self.table.pages.values()), len(pages)):
                        self.come_back(each)
        self.table.settle(repeat=False)
        self.assert_in_step()
        self.assert_nobody_did_what_he_did_not()

    def assert_in_step(self) -> None:
        for name, page in self.table.pages.items():
            shown = {root: cells.to_py() for root, cells in page.maps.items()}
            assert shown == {root: self.table.copy.content.root(root) for root in page.maps}, name

    def assert_nobody_did_what_he_did_not(self) -> None:
        for row in self.table.trail:
            if row.author is not None:
                assert row.after in self.wrote[row.author.user_id, row.cell], row


@pytest.mark.parametrize("piece", PIECES)
async def test_what_was_lost_on_its_way_is_nobodys_other_edit(piece: int) -> None:
    """G3 G5 G6: whoever hears and loses what, in which order, and in however many pieces what he brings is judged."""
    for seed in range(30):
        Play(seed, piece).run()


@pytest.mark.torture
@pytest.mark.parametrize("piece", PIECES)
async def test_what_was_lost_on_its_way_is_nobodys_other_edit_for_long(piece: int) -> None:
    """G3 G5 G6: the same, for long."""
    for seed in range(1_000, 3_000):
        Play(seed, piece).run()
