"""Writing many levels of stock without holding up people's edits: a few in each transaction, then a rest."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from time import perf_counter
from typing import Final, NamedTuple

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from persistence.due_look import owe_looks
from persistence.stock import Key, Level, Outcome, set_levels
from server.catalogue.stock_rules import RowFault, Wanted, load_catalogue, sound_levels
from server.services import Services

AT_ONCE: Final = 25


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
        wrong += [
            RowFault(number, part[number].naming, "variant_twice")
            for number, level in levels.items()
            if level.key in seen
        ]
        sound = {number: level for number, level in levels.items() if level.key not in seen}
        outcome = await services.db.write(_write, supplier_id, list(sound.values()), services.clock())
        services.stock_changed(supplier_id, outcome.products)
        faults += sorted([*wrong, *row_faults(sound, outcome)], key=lambda fault: fault.row)
        seen |= {level.key for level in sound.values()}
        kept += len(sound) - len(outcome.left_out)
        await services.pace.rest(perf_counter() - began)
    return Written(kept, faults)


def row_faults(levels: Mapping[int, Level], outcome: Outcome) -> list[RowFault]:
    """Why some of these levels, by row, were not set."""
    rows = {level.key: number for number, level in levels.items()}
    return [
        RowFault(
            rows[one.key], one.field, one.code, one.present._asdict() if one.code == "changed_since" else None
        )
        for one in outcome.left_out
    ]


def check_rows(
    session: Session, supplier_id: str, rows: Mapping[int, Wanted]
) -> tuple[dict[int, Level], list[RowFault]]:
    """The rows that may be kept, by number, and what is wrong with the others. Writes nothing."""
    return sound_levels(load_catalogue(session, supplier_id, rows), rows)


def _write(session: Session, supplier_id: str, levels: Sequence[Level], at: datetime) -> Outcome:
    try:
        with session.begin_nested():
            outcome = set_levels(session, supplier_id, levels, at)
    except IntegrityError:  # another process added one of them meanwhile: now it is there to be changed
        outcome = set_levels(session, supplier_id, levels, at)
    owe_looks(session, supplier_id, outcome.products, at)
    return outcome
