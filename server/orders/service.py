"""What is done to an order by command: the effects around the decisions of `server.orders.commands`."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from sqlmodel import Session

from persistence.audit import changes_of
from persistence.order_number import next_number
from schema.language import Language
from schema.order import Content, other
from schema.policy import Command
from schema.terms import changes_for
from server.availability import OrderUnavailable
from server.gate.author import Author
from server.orders.announce import News, announce
from server.orders.commands import Decision, Declined, Given, decide
from server.orders.readers import languages_told
from server.orders.stale_terms import differences
from server.rooms.batch import Trail
from server.rooms.reading import copy_of
from server.rooms.room import Room
from server.services import Services

ATTEMPTS: Final = 5
LARGE_CELLS: Final = 1_000
LOOKS: Final = 3
"""How often a command is decided beside the loop while the order goes on changing."""
COMMAND_SECONDS: Final = 8.0
TRAIL_LOOKED_AT: Final = 200
CELLS_LOOKED_AT: Final = 200_000
"""Of a large order fewer changes are undone: each of them takes a digest of all its cells, some 3 µs a cell."""


@dataclass(frozen=True, slots=True)
class Done:
    """A command that was taken: what happened, and the order as it stood right after."""

    event: str
    content: Content


class RightsEnded(Exception):
    """Who gave a command lost his rights while it waited."""


async def perform(
    services: Services,
    room: Room,
    author: Author,
    command: Command,
    digest: str | None,
    reason: str | None,
    *,
    has_ended: Callable[[], bool] = bool,
) -> Done | Declined:
    """Carry out a command in the order's own queue, and return when it is committed.

    has_ended: whether its author's rights have; asked in the moment in which it is written. Then RightsEnded is raised.
    Raises OrderUnavailable when the order cannot be written at the moment, and TimeoutError when the database took
    too long: the command may still take effect, and giving it again does no harm.
    """
    async with in_time(room):
        return await _perform(
            services, room, Given(command, author, services.clock(), digest, reason), has_ended
        )


@contextlib.asynccontextmanager
async def in_time(room: Room) -> AsyncIterator[None]:
    """For what writes an order, and does not wait for ever. Raises OrderUnavailable, TimeoutError."""
    if room.stalled_since is not None:
        raise OrderUnavailable(room.order_id)
    async with asyncio.timeout(COMMAND_SECONDS):
        yield


async def _perform(
    services: Services, room: Room, given: Given, has_ended: Callable[[], bool]
) -> Done | Declined:
    if given.command in ("send", "accept") and "number" not in room.content.record:
        given = replace(given, number=await _number(services, room, given))
    languages = await _languages(services, room, given)
    for _ in range(ATTEMPTS):
        await room.writable()
        decided = await _decided(services, room, given, languages)
        if isinstance(decided, Declined):
            return await _explained(services, room, given, decided)
        if has_ended():
            raise RightsEnded
        decision, news = decided
        trail = [Trail(f"command/{given.command}", None, decision.event, given.author, given.reason)]
        effects = [announce(news, services.settings.public_url)]
        written = room.write(decision.cells, trail, given.author, effects)
        after = copy_of(room.content)
        if await written:
            return Done(decision.event, after)
    raise TimeoutError("another process kept writing this order first")


_Decided = tuple[Decision, News] | Declined


async def _decided(
    services: Services, room: Room, given: Given, languages: Collection[Language] = ()
) -> _Decided:
    """What becomes of a command on the order as it stands when this returns, and what is told of it. A large one is
    worked out beside the loop, which others need meanwhile, and again where it has changed in that time; so is what is
    told of it, in these languages: everybody's edits wait for the transaction in which mails are written."""
    content = room.content
    for _ in range(LOOKS):
        if not is_large(content):
            break
        seen = copy_of(content)
        work = partial(_decide, room.order_id, seen, given, languages)
        decided = await services.large_work.do(given.author.user_id, work)
        await room.writable()
        content = room.content
        if content == seen:
            return decided
    return _decide(room.order_id, copy_of(content), given)


def _decide(order_id: str, before: Content, given: Given, languages: Collection[Language] = ()) -> _Decided:
    decision = decide(before, given)
    if isinstance(decision, Declined):
        return decision
    after = copy_of(before)
    for (root, key), value in decision.cells.items():
        cells = after.root(root)
        if value is None:
            cells.pop(key or "", None)
        else:
            cells[key or ""] = value
    news = News(decision.event, order_id, before, after, given.author, given.at, given.reason)
    if languages and news.mail is not None:
        news.mail.prepare(languages)
    return decision, news


async def _languages(services: Services, room: Room, given: Given) -> Collection[Language]:
    """Those in which a large order's mails are worked out ahead."""
    if not is_large(room.content):
        return ()
    company = room.content.record[f"parties/{other(given.author.side)}"]
    return await services.db.read(languages_told, company["id"])


def is_large(content: Content) -> bool:
    """Whether what is worked out of the whole order takes so long that it is done beside the loop, in turns."""
    return _cells_of(content) >= LARGE_CELLS


def _cells_of(content: Content) -> int:
    return len(content.client) + len(content.supplier)


async def _number(services: Services, room: Room, given: Given) -> str | None:
    """A number is given when the order is first sent; a refused command must not use one up."""
    if isinstance(await _decided(services, room, given), Declined):
        return None
    supplier_id = room.content.record["parties/supplier"]["id"]
    return await services.db.write(next_number, supplier_id, int(services.settings.day_at(given.at)[:4]))


async def _explained(services: Services, room: Room, given: Given, declined: Declined) -> Declined:
    """For terms that no longer stand: the cells that differ from what the author saw."""
    if declined.refusal.code != "stale_digest":
        return declined
    await room.settled()
    steps = min(TRAIL_LOOKED_AT, CELLS_LOOKED_AT // (_cells_of(room.content) + 1))
    trail = await services.db.read(_past_values, room.order_id, steps)
    # Each step back is a digest of the whole order: beside the loop, which others need meanwhile.
    explain = partial(differences, copy_of(room.content), _unhurried(trail), given.digest)
    cells = await services.large_work.do(given.author.user_id, explain)
    return replace(
        declined, cells=cells or [one.address for one in changes_for(room.content, given.author.side)]
    )


def _unhurried(trail: list[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Each step, after letting others run: an edit meanwhile needs Python's lock six times or more, and would wait 5 ms
    for each."""
    for step in trail:
        time.sleep(0)
        yield step


def _past_values(session: Session, order_id: str, count: int) -> list[tuple[str, Any]]:
    rows = changes_of(session, order_id, None, count)
    return [(row.cell, row.value("before")) for row in rows]
