"""A house with a stock bot: orders of one line or of sizes, stock, and the bot brought up to date on demand."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import select

from persistence.bot_decision import BotDecision, decisions_of
from persistence.bot_settings import change_settings
from persistence.outbox import OutboxMail
from schema.order import Content
from server.bots.stock_bot import StockBot
from tests.server.orders.house import House

JANUARY = "2027-01-03"
FEBRUARY = "2027-02-10"


class Works(House):
    """`House`, with Boréale's stock in hand. Its bot proposes, unless a test says otherwise."""

    async def __aenter__(self) -> "Works":
        await super().__aenter__()
        await self.settings(mode="propose")
        return self

    @contextmanager
    def deaf_bot(self) -> Iterator[StockBot]:
        """The bot of a server that causes nothing itself, for as long as the block lasts."""
        bot, services = self.bot, self.services
        services.stock_listeners.remove(bot.stock_changed)
        services.rooms.listeners.remove(bot.hear)
        try:
            yield bot
        finally:
            services.stock_listeners.append(bot.stock_changed)
            services.rooms.listeners.append(bot.hear)

    def forward(self, **spans: float) -> None:
        """Move the clock by which bots decide."""
        self.set_clock(datetime.now(UTC) + timedelta(**spans))

    def set_clock(self, at: datetime) -> None:
        """Let it be a moment for the bots."""
        self.services.clock = lambda: at

    def day(self, in_days: int) -> str:
        """A day from today, where people are."""
        return self.services.settings.day_at(datetime.now(UTC) + timedelta(days=in_days))

    async def settings(self, **values: Any) -> None:
        await self.services.db.write(change_settings, self.boreale, values)

    @property
    def boreale(self) -> str:
        return self.people["sophie"].company_id

    async def stock(self, *rows: dict[str, Any], name: str = "luc") -> dict[str, Any]:
        """Set levels as a person or a program does, and let the bot catch up."""
        reply = await self.http.put(
            "/api/stock", json={"rows": list(rows)}, headers=self.people[name].headers
        )
        assert reply.status_code == 200, reply.text
        await self.bot.catch_up()
        answer: dict[str, Any] = reply.json()
        assert not answer["errors"], answer
        return answer

    def doors(self, on_hand: str | None, *arrivals: tuple[str, str]) -> dict[str, Any]:
        """A level of the plain product."""
        expected = [{"quantity": quantity, "date": date} for quantity, date in arrivals]
        return {"product_id": self.products["door"], "on_hand": on_hand, "arrivals": expected}

    def shirts(self, point: str, on_hand: str, *arrivals: tuple[str, str]) -> dict[str, Any]:
        """A level of one size."""
        return self.doors(on_hand, *arrivals) | {"product_id": self.products["shirt"], "point": point}

    async def doors_wanted(self, quantity: str, **more: str) -> str:
        """An order for doors that Anna has sent; `more`: other cells of the line."""
        return await self.wanted({"lines/a/product": "door", "lines/a/quantity": quantity, **_of_line(more)})

    async def wanted_of(self, product_id: str, quantity: str) -> str:
        """An order of one line, of a product by its id."""
        self.products[product_id] = product_id
        return await self.wanted({"lines/a/product": product_id, "lines/a/quantity": quantity})

    async def wanted(self, cells: dict[str, Any]) -> str:
        order_id = await self.begin()
        async with self.peer("anna", order_id) as anna:
            await anna.write("client", self.with_products(cells))
            assert not anna.refusals, anna.refusals
        await self.must("anna", order_id, "send")
        await self.bot.catch_up()
        return order_id

    async def write(self, name: str, order_id: str, side: str, cells: dict[str, Any]) -> None:
        """A person changes cells, and the bot hears of it."""
        async with self.peer(name, order_id) as peer:
            await peer.write(side, cells)
            assert not peer.refusals, peer.refusals
        await self.bot.catch_up()

    async def offered(self, order_id: str) -> dict[str, Any]:
        """What the supplier's register says of quantities and dates, and why."""
        content: Content = await self.content(order_id)
        nouns = ("quantity", "backorder_quantity", "backorder_date")
        return {
            key.removeprefix("lines/"): value
            for key, value in content.supplier.items()
            if any(f"/{noun}" in key for noun in nouns)
        }

    async def decisions(self, order_id: str) -> list[BotDecision]:
        return await self.services.db.read(decisions_of, [order_id])

    async def decision_views(self, order_id: str, name: str = "luc") -> list[dict[str, Any]]:
        reply = await self.get(name, f"/api/orders/{order_id}/bot-decisions")
        assert reply.status_code == 200, reply.text
        items: list[dict[str, Any]] = reply.json()["items"]
        return items

    def mails(self, order_id: str, kind: str) -> list[OutboxMail]:
        with self.services.db.reading() as session:
            query = select(OutboxMail).where(OutboxMail.order_id == order_id, OutboxMail.kind == kind)
            return list(session.exec(query))


def _of_line(cells: dict[str, str]) -> dict[str, str]:
    return {f"lines/a/{key}": value for key, value in cells.items()}
