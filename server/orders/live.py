"""A company's lists of orders, kept up to date without a reload: what `/ws/orders` tells.

Each message is one row as `GET /api/orders` gives it: `{"type": "row", "row": {...}}`, or says that the company's stock
has changed: `{"type": "stock"}`. What changes often is told a few times a second at most; the last time always is. A
reader for whom something had to be left out is sent away.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from persistence.away import cause_of
from persistence.clock import Clock
from persistence.database import Database
from persistence.order import changed_by_nobody, changed_since, companies_of
from persistence.order_list import order_row
from persistence.stock_event import stocks_changed_since
from schema.order import Side
from server.orders.row import row_view
from server.rooms.batch import Batch
from server.rooms.room import Room
from server.tasks import end

log = structlog.get_logger()

PAUSE_SECONDS: Final = 0.25
UNSENT_LIMIT: Final = 1_000
LOOK_BACK: Final = timedelta(seconds=10)
"""How far the clocks of servers may differ."""
COMMAND_SECONDS: Final = 2.0
"""Between two looks at what commands have changed, where no word comes from them."""
LONGEST_COMMAND: Final = timedelta(minutes=1)
"""How long before it is committed a command may have put down when it changed an order."""


Watchers = dict["asyncio.Queue[str]", Callable[[], None]]
"""Of one company: the queue of each open list, and what to call when it is full."""


class LiveLists:
    """Who is looking at a list, by company, and which orders have changed since they were told."""

    def __init__(self, database: Database, clock: Clock, day_at: Callable[[datetime], str]) -> None:
        """day_at: the day that an instant is on where people are."""
        self._database = database
        self._clock = clock
        self._day_at = day_at
        self._watchers: dict[str, Watchers] = {}
        self._changed: dict[str, tuple[str, str] | None] = {}
        self._stocks: set[str] = set()
        self._looked = clock()
        self._by_commands: set[tuple[str, int]] = set()
        self._wake = asyncio.Event()

    @asynccontextmanager
    async def telling(self) -> AsyncIterator[None]:
        """Tell what changes, for as long as the block lasts."""
        tasks = [asyncio.create_task(self.run(), name="lists")]
        if self._database.is_sqlite:  # nobody is told anything from one process to another
            tasks.append(asyncio.create_task(self._look_for_commands(), name="lists and commands"))
        try:
            yield
        finally:
            await end(*tasks)

    @contextmanager
    def watching(self, company_id: str, fell_behind: Callable[[], None]) -> "Iterator[asyncio.Queue[str]]":
        """A queue of messages for one open list. fell_behind: called when one is left out, since it is full."""
        queue: asyncio.Queue[str] = asyncio.Queue(UNSENT_LIMIT)
        self._watchers.setdefault(company_id, {})[queue] = fell_behind
        try:
            yield queue
        finally:
            del self._watchers[company_id][queue]
            if not self._watchers[company_id]:
                del self._watchers[company_id]

    def hear(self, room: Room, batch: Batch) -> None:
        """An order's batch was committed."""
        if batch.updates and any(company in self._watchers for company in room.companies):
            self._changed[room.order_id] = room.companies
            self._wake.set()

    def hear_elsewhere(self, order_id: str) -> None:
        """Another server has committed to an order."""
        if self._watchers:
            self._changed.setdefault(order_id, None)
            self._wake.set()

    def hear_stock(self, supplier_id: str) -> None:
        """A supplier's stock was changed, here or on another server."""
        if supplier_id in self._watchers:
            self._stocks.add(supplier_id)
            self._wake.set()

    async def look_back(self) -> None:
        """Find what other servers have changed while nobody here could hear of it."""
        now, since, companies = self._clock(), self._looked - LOOK_BACK, list(self._watchers)
        for order_id in await self._database.read(changed_since, companies, since):
            self.hear_elsewhere(order_id)
        for supplier_id in await self._database.read(stocks_changed_since, companies, since):
            self.hear_stock(supplier_id)
        self._looked = now

    async def _look_for_commands(self) -> None:
        while True:
            await asyncio.sleep(COMMAND_SECONDS)
            try:
                await self.look_for_commands()
            except SQLAlchemyError as error:
                log.warning("lists not followed", error=cause_of(error))

    async def look_for_commands(self) -> None:
        """Find the orders that a command has changed, such as one that was brought back."""
        if companies := list(self._watchers):
            since = self._clock() - LONGEST_COMMAND
            found = await self._database.read(changed_by_nobody, companies, since)
            for order_id, _ in found - self._by_commands:
                self.hear_elsewhere(order_id)
            self._by_commands = found

    async def run(self) -> None:
        """Tell what changed, for as long as the server lives."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            stocks, self._stocks = self._stocks, set()
            for company_id in stocks:
                _put(self._watchers.get(company_id, {}), '{"type":"stock"}')
            try:
                await self._tell_rows()
            except SQLAlchemyError as error:  # they are told when the database is back
                log.warning("lists not told", error=cause_of(error))
                self._wake.set()
            except Exception as error:  # of one order; the others go on being told
                log.error("lists not told", error=cause_of(error))
                self._wake.set()
            await asyncio.sleep(PAUSE_SECONDS)

    async def _tell_rows(self) -> None:
        for order_id in list(self._changed):
            companies = self._changed.pop(order_id)  # what changes from now on is told once more
            try:
                await self._tell(order_id, companies or await self._companies(order_id))
            except SQLAlchemyError:
                self._changed.setdefault(order_id, companies)
                raise

    async def _companies(self, order_id: str) -> tuple[str, str]:
        return await self._database.read(companies_of, order_id)

    async def _tell(self, order_id: str, companies: tuple[str, str]) -> None:
        sides: tuple[Side, Side] = ("supplier", "client")
        today = self._day_at(self._clock())
        for company_id, side in zip(companies, sides, strict=True):
            watchers = self._watchers.get(company_id)
            row = await self._database.read(order_row, order_id, side) if watchers else None
            if row is None or watchers is None:
                continue
            message = f'{{"type":"row","row":{row_view(row, today).model_dump_json()}}}'
            _put(watchers, message)


def _put(watchers: Watchers, message: str) -> None:
    for queue, fell_behind in watchers.items():
        try:
            queue.put_nowait(message)
        except asyncio.QueueFull:  # such a reader is sent away, and loads the list again when he returns
            fell_behind()
