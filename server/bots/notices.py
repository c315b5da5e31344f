"""What people are told of a bot's work: one mail, or one sending, for each order and quiet period."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Final

import structlog
from sqlmodel import Session

from persistence.away import cause_of
from persistence.bot_decision import BotDecision, decisions_of
from persistence.bot_notice import BotNotice, due_notices, postpone_notice, take_notice
from persistence.bot_settings import BotSettings, settings_of
from persistence.outbox import queue
from persistence.stock_event import last_event
from schema.order import Content
from schema.status import known_terms, state_of
from schema.terms import digest_of
from server.availability import OrderUnavailable
from server.bots.correction import author_for
from server.bots.situation import BOT_NAME
from server.bots.tolerance import may_send
from server.mail import OrderMail, order_link
from server.orders.commands import Declined
from server.orders.readers import languages_told, people_told, reader_of
from server.orders.service import COMMAND_SECONDS, is_large, perform
from server.rooms.reading import copy_of
from server.rooms.room import Room
from server.services import Services

log = structlog.get_logger()

AGAIN: Final = timedelta(minutes=1)
"""After which it is tried again to tell of an order that could not be told of."""


async def tell_what_is_due(services: Services) -> None:
    """Send, or tell, what has gathered long enough."""
    for notice in await services.db.read(due_notices, services.clock()):
        try:
            await _tell(services, notice)
        except OrderUnavailable:
            log.warning("nobody told of an unavailable order", order=notice.order_id)
            await services.db.write(take_notice, notice, services.clock())
        except Exception as error:
            # A few are looked at at once: those of which nothing can be told must not be the first again.
            await services.db.write(postpone_notice, notice, services.clock() + AGAIN)
            if not isinstance(error, TimeoutError):  # then another process keeps writing that order
                log.error("nobody told of an order", order=notice.order_id, error=cause_of(error))


async def _tell(services: Services, notice: BotNotice) -> None:
    room = await services.rooms.open(notice.order_id)
    async with asyncio.timeout(COMMAND_SECONDS):
        await room.settled()
    settings, decisions, event = await services.db.read(_background, notice)
    if await _send(services, room, settings, decisions, event):
        await services.db.write(take_notice, notice, services.clock())
    else:
        mail = _mail(notice, copy_of(room.content))
        if is_large(mail.content):  # beside the loop, and before a transaction for which others wait
            languages = await services.db.read(languages_told, notice.supplier_id)
            await services.large_work.do(notice.supplier_id, partial(mail.prepare, languages))
        await services.db.write(_mail_people, notice, mail, services)


def _background(session: Session, notice: BotNotice) -> tuple[BotSettings, list[BotDecision], int]:
    decisions = decisions_of(session, [notice.order_id])
    return settings_of(session, notice.supplier_id), decisions, last_event(session, notice.supplier_id)


async def _send(
    services: Services, room: Room, settings: BotSettings, decisions: list[BotDecision], event: int
) -> bool:
    """Send the order on the supplier's behalf where his settings allow it; what is mailed is the sending itself."""
    if settings.mode != "send_within_tolerance" or not settings.works or settings.dry_run:
        return False
    if not may_send(room.content, settings, decisions, services.today()):
        return False
    done = await perform(services, room, author_for(event), "send", digest_of(room.content), None)
    return not isinstance(done, Declined)


def _mail(notice: BotNotice, content: Content) -> OrderMail:
    return OrderMail(
        "proposed",
        before=known_terms(content, "supplier"),
        content=content,
        order_id=notice.order_id,
        order_number=str(content.record.get("number", "")),
        reader_side="supplier",
        actor_name=BOT_NAME,
        actor_company=content.record["parties/supplier"]["name"],
        company_id=notice.supplier_id,
    )


def _mail_people(session: Session, notice: BotNotice, mail: OrderMail, services: Services) -> None:
    """Tell the supplier's people that the bot proposed something, once."""
    at = services.clock()
    if not take_notice(session, notice, at) or state_of(mail.content) not in ("open", "amending"):
        return
    for person in people_told(session, notice.supplier_id):
        link = order_link(session, person, notice.order_id, services.settings.public_url, at)
        queue(session, mail.to(reader_of(person), link), at)
