"""Writing many levels of stock without holding up people's edits: a few hundred in each transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from time import perf_counter
from typing import Final, NamedTuple

import anyio
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from persistence.stock import Key, Level, set_levels
from server.services import Services
from server.stock_rules import RowFault, Wanted, load_catalogue, sound_levels

AT_ONCE: Final = 50
SHORTEST_PAUSE: Final = 0.005


class Written(NamedTuple):
    """How many rows were sound, and what is wrong with the others."""

    kept: int
    faults: list[RowFault]


async def write_rows(services: Services, supplier_id: str, rows: Mapping[int, Wanted]) -> Written:
    """Keep the sound rows, and wake the bots. Rows before a failure stay kept; asking again does no harm."""
    kept, faults, seen = 0, list[RowFault](), set[Key]()
    waiting = iter(rows.items())
    while part := dict(islice(waiting, AT_ONCE)):
        began = perf_counter()
        levels, wrong = await services.db.read(check_rows, supplier_id, part)
        twice = [number for number, level in levels.items() if level.key in seen]
        faults += sorted([*wrong, *(RowFault(number, "product", "variant_twice") for number in twice)])
        sound = [level for number, level in levels.items() if number not in twice]
        products = await services.db.write(_write, supplier_id, sound, services.clock())
        services.stock_changed(supplier_id, products)
        seen |= {level.key for level in sound}
        kept += len(sound)
        # People's edits go first: their commits take as long as this one did before the next.
        await anyio.sleep(max(SHORTEST_PAUSE, perf_counter() - began))
    return Written(kept, faults)


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
