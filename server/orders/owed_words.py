"""The words that are owed are written: of orders in memory soon, of all others once nobody else did.

What an edit owes is in the database (`persistence.order_word`), so that after a crash, or when a version finds orders
by more than the one before, whoever serves makes up for it.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from time import perf_counter
from typing import Final

import structlog
from sqlmodel import Session

from persistence.away import cause_of
from persistence.journal import DamagedJournal, load_history
from persistence.order import Order
from persistence.order_word import owed_words, put_off_words, settle_words
from server.availability import OrderUnavailable
from server.gate.index import BrokenDocument
from server.gate.replica import Replica
from server.orders.service import in_time
from server.pause import pause, until_told
from server.rooms.derived import companies_of
from server.rooms.projection import search_words
from server.rooms.room import Room
from server.services import Services

log = structlog.get_logger()

SETTLE_SECONDS: Final = 2.0
"""How long words are owed at most, and how seldom those of one order are written."""
GRACE: Final = timedelta(seconds=10)
"""For so long the words of an order are left to a server that has it in memory."""
PUT_OFF: Final = timedelta(hours=1)
_NOW: Final = timedelta()

_Stored = tuple[int, tuple[str, str], frozenset[str]]


@contextlib.asynccontextmanager
async def settling_words(services: Services) -> AsyncIterator[None]:
    """Write what is owed, for as long as the block lasts."""
    async with until_told(lambda stopping: _run(services, stopping), "owed words"):
        yield


async def _run(services: Services, stopping: asyncio.Event) -> None:
    grace = _NOW  # what was owed when this server, or another, was killed
    while not stopping.is_set():
        try:
            while await settle_owed(services, grace) and not stopping.is_set():
                pass
            grace = GRACE
        except Exception as error:  # it is owed still
            log.error("words not written", error=cause_of(error))
        await pause(SETTLE_SECONDS, stopping)


async def settle_owed(services: Services, grace: timedelta = _NOW) -> int:
    """Write the words of some orders; of how many. grace: how long those that are not in memory are left to others."""
    settled, now = 0, services.clock()
    for order_id, since in await services.db.read(owed_words, now):
        room, began = services.rooms.find(order_id), perf_counter()
        if room is not None and not room.replica.is_folded:
            await _settle(room)
        elif room is not None or since <= now - grace:
            settled += await _settle_stored(services, order_id)
        else:
            continue
        await services.pace.rest(perf_counter() - began)
    return settled


async def _settle(room: Room) -> None:
    """Let an order in memory write its words with whatever else it has to write."""
    with contextlib.suppress(OrderUnavailable, TimeoutError):  # at the next look
        async with in_time(room):
            await room.settle_words()


async def _settle_stored(services: Services, order_id: str) -> bool:
    """Write those of one that is not in memory. False: it cannot be read, and is looked at again much later."""
    try:
        seq, companies, words = await services.db.read(_stored, order_id)
    except (DamagedJournal, BrokenDocument) as error:
        log.error("words not written", order=order_id, error=str(error))
        await services.db.write(put_off_words, order_id, services.clock() + PUT_OFF)
        return False
    await services.db.write(settle_words, order_id, seq, companies, words)
    return True


def _stored(session: Session, order_id: str) -> _Stored:
    """At which journal entry an order stands, its companies, and its words then."""
    history = load_history(session, order_id)
    writer = session.get_one(Order, order_id).writer
    content = Replica.to_read(writer, history.updates, history.owners).content
    return history.seq, companies_of(content), search_words(content)
