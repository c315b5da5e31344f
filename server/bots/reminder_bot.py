"""What time alone brings about: a waiting order is brought to mind once a period, and an offer that is over expires."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog
from sqlmodel import Session

from persistence.away import cause_of
from persistence.bot_settings import companies_that_remind
from persistence.claim import expired_offers
from persistence.company import company_by_id
from persistence.order import Order, waiting_orders
from persistence.outbox import is_queued, queue
from schema.moment import last_today
from schema.order import Content, Side, other
from schema.status import turn_of
from server.availability import OrderUnavailable
from server.gate.author import Author
from server.mail import OrderMail, order_link
from server.orders.readers import people_told, reader_of
from server.orders.service import Done, perform
from server.pause import pause, until_told
from server.services import Services

log = structlog.get_logger()

EVERY_SECONDS: Final = 600.0
SERVER_AUTHOR: Final = Author("", "", "supplier", "server", "valid_until")


@contextlib.asynccontextmanager
async def reminding(services: Services) -> AsyncIterator[None]:
    """Remind and expire every few minutes, for as long as the block lasts."""
    async with until_told(lambda stopping: _run(services, stopping), "reminder bot"):
        yield


async def _run(services: Services, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        for chore in (expire_offers, remind):
            try:
                await chore(services)
            except Exception as error:  # the next round starts from what is committed
                log.error("reminder bot failed", error=cause_of(error))
        await pause(EVERY_SECONDS, stopping)


async def expire_offers(services: Services) -> int:
    """End the open orders whose offer was valid until a day that is over; how many."""
    today = last_today(services.clock())
    count = 0
    for order_id in await services.db.read(expired_offers, today):
        try:
            room = await services.rooms.open(order_id)
            present = room.content.supplier.get("valid_until")
            if present is not None and present < today:
                done = await perform(services, room, SERVER_AUTHOR, "expire", None, None)
                count += isinstance(done, Done)
        except (OrderUnavailable, TimeoutError):
            continue
        except Exception as error:  # one odd order must not keep the others from their end
            log.error("reminder bot failed in an order", order=order_id, error=cause_of(error))
    return count


async def remind(services: Services) -> int:
    """Remind whoever owes an answer, once for each period in which nothing moved; how many orders."""
    reminded = 0
    for supplier_id, days in await services.db.read(companies_that_remind):
        before, after = services.clock() - timedelta(days=days), ""
        while orders := await services.db.read(waiting_orders, supplier_id, before, after):
            after = orders[-1].id
            for order in orders:
                reminded += await _remind_of(services, order, days)
    return reminded


async def _remind_of(services: Services, order: Order, days: int) -> bool:
    at = services.clock()
    period = int((at - order.changed_at) / timedelta(days=days))
    try:
        room = await services.rooms.open(order.id, order.seq)
        reading = await room.durable()
        if reading.seq != order.seq:
            return False  # somebody has moved it meanwhile
        names = await services.db.read(_names, order)
        # Whose turn it is takes a digest of all terms, and everybody's edits wait for a transaction that writes.
        mail = await services.large_work.do(order.supplier_id, partial(_mail, order, reading.content, names))
        return await services.db.write(_remind, order, mail, period, services.settings.public_url, at)
    except OrderUnavailable:
        return False
    except Exception as error:  # as above
        log.error("reminder bot failed in an order", order=order.id, error=cause_of(error))
        return False


def _names(session: Session, order: Order) -> dict[Side, str]:
    parties: dict[Side, str] = {"supplier": order.supplier_id, "client": order.client_id}
    companies = {side: company_by_id(session, company_id) for side, company_id in parties.items()}
    return {side: company.name if company else "" for side, company in companies.items()}


def _mail(order: Order, content: Content, names: Mapping[Side, str]) -> OrderMail | None:
    """What is told of it; None where it is nobody's turn."""
    side = turn_of(content)
    if side is None:
        return None
    mail = OrderMail(
        "reminder",
        before=None,
        content=content,
        order_id=order.id,
        order_number=str(content.record.get("number", "")),
        reader_side=side,
        actor_name="",
        actor_company=names[other(side)],
        company_id=order.supplier_id,
    )
    mail.prepare(())
    return mail


def _remind(
    session: Session, order: Order, mail: OrderMail | None, period: int, public_url: str, at: datetime
) -> bool:
    """Queue the mails; False where they were queued before."""
    if mail is None:
        return False
    told = False
    company_id = order.supplier_id if mail.reader_side == "supplier" else order.client_id
    for person in people_told(session, company_id):
        once = f"reminder:{order.id}:{order.seq}:{period}:{person.id}"
        if is_queued(session, once):
            continue
        link = order_link(session, person, order.id, public_url, at)
        told |= queue(session, mail.to(reader_of(person), link, once), at) is not None
    return told
