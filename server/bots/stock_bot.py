"""The stock bot: when stock cannot fill an order it proposes what can be done, at once, in every order concerned.

A peer under the same gate (docs/bots.md). It is woken by changes of stock and by orders that are sent, changed, agreed
or ended; what wakes it gathers for a moment, and is written down by whoever causes it, so that another server takes the
looks of one that died. It decides anew from what is committed, so waking twice, or on two servers at once, comes to the
same. It works in a lane of its own: one order after the other, those first that somebody is looking at, at the pace
that people's edits leave (`server.rooms.pace`).
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from time import perf_counter
from typing import Final, Literal, TypeVar

import structlog
from sqlmodel import Session

from persistence.away import cause_of
from persistence.bot_decision import BotDecision
from persistence.bot_settings import BotSettings, companies_at_work
from persistence.claim import wanted_products
from persistence.due_look import looks_at, looks_due, take_looks
from persistence.stock import followed_products
from persistence.stock_event import forget_events
from server.availability import OrderUnavailable
from server.bots.correction import correct
from server.bots.notices import tell_what_is_due
from server.bots.plan import OrderPlan, plan
from server.bots.proposal import Proposal
from server.bots.situation import load_situation
from server.orders.service import in_time
from server.pause import ended, pause
from server.rooms.batch import Batch
from server.rooms.room import Room
from server.services import Services

log = structlog.get_logger()

GATHER_SECONDS: Final = 0.2
POLL_SECONDS: Final = 5.0
SIFTED_AT_ONCE: Final = 500
"""Of so many products at once the bot finds out which any order wants."""
PRODUCTS_AT_ONCE: Final = 5
EVENTS_KEPT: Final = timedelta(days=30)

_Outcome = Literal["done", "anew", "later"]
"""What became of an order's plan: what it was made from may have changed meanwhile, or the order may not take edits
now."""

T = TypeVar("T")
_Decisions = Mapping[tuple[str, str], list[BotDecision]]
"""By order and line."""
_Planned = tuple[BotSettings, int, list[OrderPlan], _Decisions]


class StockBot:
    """The one bot of this process; it works for every company whose settings say so."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._products: dict[str, set[str]] = {}
        self._day = ""
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._busy = asyncio.Lock()

    # What wakes it

    def hear(self, room: Room, batch: Batch) -> None:
        """An order's batch was committed."""
        if batch.wakes_bot:
            self.stock_changed(room.companies[0], batch.claimed)

    def stock_changed(self, supplier_id: str, product_ids: Iterable[str]) -> None:
        """Look again at some products of a supplier."""
        self._products.setdefault(supplier_id, set()).update(product_ids)
        self._wake.set()

    @contextlib.asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Work for as long as the block lasts."""
        self._services.rooms.listeners.append(self.hear)
        self._services.stock_listeners.append(self.stock_changed)
        self._stopping.clear()
        task = asyncio.create_task(self._run(), name="stock bot")
        try:
            yield
        finally:
            self._stopping.set()
            self._wake.set()
            await ended(task)
            self._services.rooms.listeners.remove(self.hear)
            self._services.stock_listeners.remove(self.stock_changed)

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                await self.look_around()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
                if await pause(GATHER_SECONDS, self._stopping):
                    return
                await self.catch_up()
            except Exception as error:  # whatever went wrong, the next look starts from what is committed
                log.error("stock bot failed", error=cause_of(error))
                await pause(POLL_SECONDS, self._stopping)

    async def look_around(self) -> None:
        """Take what nobody took in time; at the start, and with each new day, look at everything.

        A new day makes arrivals late that were to come the day before.
        """
        at, today = self._services.clock(), self._services.today()
        if self._day != today:
            for supplier_id, products in await self._services.db.read(_all_work):
                self.stock_changed(supplier_id, products)
            await self._services.db.write(forget_events, at - EVENTS_KEPT)
            self._day = today
        for supplier_id, product_id in await self._services.db.read(looks_due, at):
            self.stock_changed(supplier_id, [product_id])

    # What it does

    async def catch_up(self) -> None:
        """Do everything there is to do now, and tell of what is due."""
        async with self._busy:
            while self._products and not self._stopping.is_set():
                self._wake.clear()
                supplier_id = next(iter(self._products))
                waiting = self._products[supplier_id]
                products = [waiting.pop() for _ in range(min(len(waiting), SIFTED_AT_ONCE))]
                if not waiting:
                    del self._products[supplier_id]
                try:
                    await self._look(supplier_id, products)
                except Exception:
                    self.stock_changed(supplier_id, products)  # looked at again at the next attempt
                    raise
            await tell_what_is_due(self._services)

    async def _look(self, supplier_id: str, products: list[str]) -> None:
        """Decide about products. Of most of them nobody wants any: they cost one question for hundreds."""
        looks, wanted = await self._at_pace(self._services.db.read(_sift, supplier_id, products))
        if looks:
            await self._at_pace(self._services.db.write(take_looks, looks))
        for start in range(0, len(wanted), PRODUCTS_AT_ONCE):
            if self._stopping.is_set():
                return
            await self._decide(supplier_id, wanted[start : start + PRODUCTS_AT_ONCE])

    async def _decide(self, supplier_id: str, products: list[str]) -> None:
        today = self._services.today()
        reading = self._services.db.read(_make_plan, supplier_id, products, today)
        looks, planned = await self._at_pace(reading)
        done = planned is None or await self._carry_out_all(supplier_id, products, planned)
        if done and looks:
            await self._at_pace(self._services.db.write(take_looks, looks))

    async def _carry_out_all(self, supplier_id: str, products: list[str], planned: _Planned) -> bool:
        """Write what is planned. False when it is time to stop, or when something is still owed."""
        settings, event, orders, decisions = planned
        whole = True
        for order in sorted(orders, key=self._is_unseen):
            if self._stopping.is_set():
                return False
            room = await self._at_pace(self._open(order))
            if room is None:
                continue
            outcome = await self._at_pace(self._carry_out(room, order, settings, event, decisions))
            if outcome == "anew":
                self.stock_changed(supplier_id, products)
            whole &= outcome == "done"
        return whole

    def _is_unseen(self, order: OrderPlan) -> bool:
        """Whether nobody here looks at the order; what somebody looks at is answered before the rest."""
        room = self._services.rooms.find(order.order_id)
        return room is None or not room.visitors

    async def _at_pace(self, work: Awaitable[T]) -> T:
        """Do one piece of work, and rest after it."""
        began = perf_counter()
        result = await work
        await self._services.pace.rest(perf_counter() - began)
        return result

    async def _open(self, order: OrderPlan) -> Room | None:
        try:
            return await self._services.rooms.open(order.order_id, order.seq)
        except OrderUnavailable:
            log.warning("order unavailable to the stock bot", order=order.order_id)
            return None

    async def _carry_out(
        self, room: Room, order: OrderPlan, settings: BotSettings, event: int, decisions: _Decisions
    ) -> _Outcome:
        """Write an order's lines, if it takes them soon; the other orders, and other suppliers, wait meanwhile."""
        try:
            async with in_time(room):
                return await self._write(room, order, settings, event, decisions)
        except (OrderUnavailable, TimeoutError):
            log.warning("order unavailable to the stock bot", order=order.order_id)
            return "later"
        except Exception as error:  # one odd order must not keep the others from their answer
            log.error("stock bot failed in an order", order=order.order_id, error=cause_of(error))
            return "done"

    async def _write(
        self, room: Room, order: OrderPlan, settings: BotSettings, event: int, decisions: _Decisions
    ) -> _Outcome:
        at, today = self._services.clock(), self._services.today()
        committed: list[Awaitable[bool]] = []
        is_alone, has_changed = self._services.db.is_sqlite, False
        kept: list[Callable[[Session], object]] = []
        for line in order.lines:
            await room.writable()  # no commit, for which all orders wait, holds all lines of a large one
            decided = decisions.get((order.order_id, line.line), [])
            done = correct(room, line, settings=settings, event=event, decided=decided, at=at, today=today)
            if isinstance(done, Proposal):
                committed.append(done.committed)
                has_changed |= bool(done.changes)
                if done.refused:
                    log.warning("correction refused", order=room.order_id, line=line.line, cells=_codes(done))
            elif done is not None:
                kept.append(done)
        for keep in kept:
            await self._services.db.write(keep)
        # Another server may have looked since the plan was made, and found nothing to do: who wrote looks again.
        are_first = all([await each for each in committed])
        return "done" if are_first and (is_alone or not has_changed) else "anew"


def _codes(proposal: Proposal) -> dict[str | None, str]:
    return {key: refusal.code for (_, key), refusal in proposal.refused.items()}


def _sift(session: Session, supplier_id: str, products: list[str]) -> tuple[list[int], list[str]]:
    """The looks at products that no order wants, which are done with that; and the products that some order wants."""
    wanted = wanted_products(session, supplier_id, products)
    return looks_at(session, supplier_id, set(products) - wanted), sorted(wanted)


def _make_plan(
    session: Session, supplier_id: str, products: list[str], today: str
) -> tuple[list[int], _Planned | None]:
    """The looks that this takes, and the plan, both of one moment; in a worker thread."""
    looks = looks_at(session, supplier_id, products)
    situation = load_situation(session, supplier_id, products, today)
    if situation is None:
        return looks, None
    return looks, (situation.settings, situation.event, plan(situation), dict(situation.decisions))


def _all_work(session: Session) -> list[tuple[str, list[str]]]:
    return [(each, followed_products(session, each)) for each in companies_at_work(session)]
