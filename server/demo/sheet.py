"""One order of the demo while its story is told: who did what, when.

sheet = Sheet(stage)
await sheet.begin("anna", "boreale", day(3, "9:10"))
await sheet.add("anna", day(3, "9:14"), Wish("P-SHK-ER", "12", {"width": "15", "height": "34 1/2"}, …))
await sheet.write("luc", day(2, "8:30"), {"supplier/lines/1/quantity": "8"})    # 1: the first line added
await sheet.give("luc", day(2, "8:41"), "send")
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from schema.cells import line_key
from schema.order import Side
from schema.policy import Command
from server.demo.desk import Desk
from server.demo.past import Calendar, PastClock
from server.orders.beginning import begin
from server.people.identity import Principal
from server.services import Services

_LETTERS = string.ascii_letters + string.digits + "_-"


@dataclass(frozen=True, slots=True)
class Wish:
    """A line to add. `quantity`: one, or one for each size. `choices`: answers by characteristic."""

    code: str
    quantity: str | Mapping[str, str]
    dimensions: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    job: str = ""


@dataclass
class Stage:
    """What the stories share. `companies`: ids by their short names; `products`: ids by code."""

    services: Services
    clock: PastClock
    calendar: Calendar
    people: dict[str, Principal]
    companies: dict[str, str]
    products: dict[str, str]
    random: Random

    def new_name(self) -> str:
        """Return a name for a line or a comment, as a browser makes them."""
        return "".join(self.random.choices(_LETTERS, k=16))


class Sheet:
    """An order, its lines in the order in which they were added, and the desks of those who came."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._order_id = ""
        self._supplier_id = ""
        self._lines: list[str] = []
        self._desks: dict[str, Desk] = {}

    def product(self, code: str) -> str:
        """Return the id of a product, for a substitute."""
        return self._stage.products[code]

    async def begin(self, who: str, other: str, at: datetime, side: Side = "client") -> None:
        """Make the order; `side`: which side the company of `who` has in it."""
        stage, person = self._stage, self._stage.people[who]
        stage.clock.at = at
        other_id = stage.companies[other]
        self._supplier_id = other_id if side == "client" else person.company_id
        self._order_id = await begin(stage.services, person, side, other_id, None)

    async def add(self, who: str, at: datetime, *wishes: Wish) -> None:
        """Add lines, in one edit; what is offered or asked goes to the register of the company of `who`."""
        cells: dict[str, Any] = {}
        own: Side = "supplier" if self._stage.people[who].company_id == self._supplier_id else "client"
        for wish in wishes:
            line = self._stage.new_name()
            self._lines.append(line)
            cells |= self._cells(wish, line, own)
        await self.write(who, at, cells)

    def _cells(self, wish: Wish, line: str, own: Side) -> dict[str, Any]:
        sizes = {"": wish.quantity} if isinstance(wish.quantity, str) else wish.quantity
        own_cells = {"product": self._stage.products[wish.code], "position": f"V{len(self._lines):03d}"}
        own_cells |= {f"quantity/{size}" if size else "quantity": text for size, text in sizes.items()}
        asked = {f"dimensions/{key}": text for key, text in wish.dimensions.items()}
        asked |= {f"characteristics/{key}": text for key, text in wish.choices.items()}
        if wish.job:
            asked["job_reference"] = wish.job
        return {f"{own}/{line_key(line, key)}": value for key, value in own_cells.items()} | {
            f"client/{line_key(line, key)}": value for key, value in asked.items()
        }

    async def write(self, who: str, at: datetime, cells: Mapping[str, Any]) -> None:
        """Fill cells in one edit; `supplier/lines/2/quantity` is that of the second line."""
        desk = await self._desk(who, at)
        await desk.write({self._address(short): value for short, value in cells.items()})

    async def say(self, who: str, at: datetime, text: str, line: int | None = None) -> None:
        """Add a comment on the order, or on its nth line."""
        desk = await self._desk(who, at)
        anchor = f"lines/{self._lines[line - 1]}" if line else ""
        await desk.write({f"comments/{self._stage.new_name()}": {"text": text, "anchor": anchor}})

    async def note(self, who: str, at: datetime, text: str) -> None:
        """Type at the end of the note."""
        await (await self._desk(who, at)).type(text)

    async def give(self, who: str, at: datetime, command: Command, reason: str | None = None) -> None:
        """Give a command."""
        await (await self._desk(who, at)).give(command, reason)

    async def _desk(self, who: str, at: datetime) -> Desk:
        stage = self._stage
        stage.clock.at = at
        if who not in self._desks:
            self._desks[who] = await Desk.at(stage.services, stage.people[who], self._order_id)
        return self._desks[who]

    def _address(self, short: str) -> str:
        parts = short.split("/")
        if len(parts) > 2 and parts[1] == "lines" and parts[2].isdigit():
            parts[2] = self._lines[int(parts[2]) - 1]
        return "/".join(parts)
