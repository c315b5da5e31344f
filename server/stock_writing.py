"""Writing many levels of stock without holding up people's edits: a few hundred in each transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final, NamedTuple

import anyio
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from persistence.stock import Level, set_levels
from server.services import Services
from server.stock_rules import RowFault, Wanted, load_catalogue, sound_levels

AT_ONCE: Final = 100
PAUSE_SECONDS: Final = 0.005


class Written(NamedTuple):
    """How many rows were sound, and what is wrong with the others."""

    kept: int
    faults: list[RowFault]


async def write_rows(services: Services, supplier_id: str, rows: Mapping[int, Wanted]) -> Written:
    """Keep the sound rows, and wake the bots. Rows before a failure stay kept; asking again does no harm."""
    levels, faults = await services.db.read(check_rows, supplier_id, rows)
    waiting = iter(levels.values())
    while part := list(islice(waiting, AT_ONCE)):
        products = await services.db.write(_write, supplier_id, part, services.clock())
        services.stock_changed(supplier_id, products)
        await anyio.sleep(PAUSE_SECONDS)
    return Written(len(levels), faults)


def check_rows(
    session: Session, supplier_id: str, rows: Mapping[int, Wanted]
) -> tuple[dict[int, Level], list[RowFault]]:
    """The rows that may be kept, by number, and what is wrong with the others. Writes nothing."""
    return sound_levels(load_catalogue(session, supplier_id, rows), rows)


def _write(session: Session, supplier_id: str, levels: Sequence[Level], at: datetime) -> list[str]:
    try:
        with session.begin_nested():
            return set_levels(session, supplier_id, levels, at)
    except IntegrityError:  # another process added one of them meanwhile: now it is there to be changed
        return set_levels(session, supplier_id, levels, at)
