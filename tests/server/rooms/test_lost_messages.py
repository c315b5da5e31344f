"""People whose messages the network loses while they still hear the others, who go and come back: nobody's cell is
emptied, and nothing is written in anybody's name, that he has not done."""

import random
from typing import Any, Final

import pytest

from server.rooms.visitor import Visitor
from server.yjs.state_vector import decode_state_vector
from server.yjs.update import decode_update
from tests.server.gate.test_gate_fuzz import CATALOGUE
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
STEPS: Final = 150


class Play:
    """One order. wrote: by person and cell, the values that he wrote there, None where he emptied it."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.empties = bool(seed % 2)
        self.table = Table()
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
        brought, answer = page.doc.get_update(replica.state_vector()), replica.since(has)
        self.table.copy.edit(page.visitor, brought, decode_update(brought), CATALOGUE, live=False)
        page.told.append(answer)

    def run(self) -> None:
        pages = list(self.table.pages.items())
        for number in range(STEPS):
            name, page = self.dice.choice(pages)
            match self.dice.choices(("edit", "take", "commit", "hear", "come back"), (25, 25, 10, 30, 4))[0]:
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


async def test_what_was_lost_on_its_way_is_nobodys_other_edit() -> None:
    """G3 G5 G6: whoever hears and loses what, in which order."""
    for seed in range(30):
        Play(seed).run()


@pytest.mark.torture
async def test_what_was_lost_on_its_way_is_nobodys_other_edit_for_long() -> None:
    """G3 G5 G6: the same, for long."""
    for seed in range(1_000, 3_000):
        Play(seed).run()
