"""One damaged order, brought back out of an older backup in which it is whole, while everybody works on the others.

    print(salvage(settings, "3f2a…", Path("monday.backup"), force=False))

It comes back as a whole restore would bring it: with the values of then in a new document, under a new epoch. Its trail
stays, and leads from what is lost to what is there again; only one that is damaged itself is that of the backup.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import RowMapping, Table, delete, func, insert, text, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select

from persistence.alias import Alias
from persistence.audit import Audit, Recorded, record_changes, to_json
from persistence.away import is_away
from persistence.bot_decision import BotDecision
from persistence.claim import LineNeed, OrderClaim
from persistence.clock import now
from persistence.company import Company
from persistence.database import Database
from persistence.due_look import owe_looks
from persistence.journal import History, Journal, Snapshot, load_history
from persistence.order import Order
from persistence.order_word import OrderWord, OwedWords
from persistence.rows import table_of
from persistence.signal import in_payloads, tell
from schema.order import Content
from server.operate.backup import opened_backup
from server.operate.check import check_database, check_order, followed, value_at
from server.operate.failure import Failure
from server.operate.order import LONGEST, told_change
from server.operate.storage import opened
from server.orders.renewal import renew_from
from server.rooms.batch_writer import COMMITS
from server.settings import Settings

COMMAND: Final = "command/restore"
"""What the trail calls it."""

_TAKEN_OVER: Final[tuple[type[SQLModel], ...]] = (OrderClaim, LineNeed, OrderWord, OwedWords, BotDecision)
"""What is kept beside an order and goes with its document. Refused edits stay with their authors, mails are sent."""
_ORDER: Final = table_of(Order)
_TRAIL: Final = table_of(Audit)


@dataclass(frozen=True, slots=True)
class _Older:
    """An order as a backup has it: its row, its document, the rows beside it by their table, its trail."""

    order: RowMapping
    history: History
    beside: dict[Table, Sequence[RowMapping]]
    trail: Sequence[Audit]


@dataclass(frozen=True, slots=True)
class _Present:
    """An order as it is. trail: None where it cannot be read; keeps: whether it stays; lost: what came after the
    backup."""

    seq: Any
    trail: Sequence[Audit] | None
    keeps: bool
    lost: Sequence[Audit]


def salvage(
    settings: Settings,
    order_id: str,
    source: Path | str,
    *,
    force: bool,
    altered: bool = False,
    unsound: bool = False,
) -> str:
    """Bring one order back out of a backup, or out of a PostgreSQL database that `source` is the URL of; return what to
    tell. Raises Failure, and has changed nothing then.

    Without `force` nothing is done where anything is lost by it, but told. With `altered`, a backup's checksum is not
    asked; with `unsound`, the rest of it may be damaged. The order itself must be sound there, and must not be here.
    """
    place = source if isinstance(source, Path) else "that database"
    with _opened(settings, source, altered) as older:
        then = _read(older, order_id, str(place), unsound)
    with opened(settings) as db:
        present = _look_at(db, order_id, then)
        lost = _told_lost(present)
        if lost and not force:
            raise Failure(
                f"{lost}\nNothing was changed. To bring it back as it was before all that, say --force."
            )
        with db.writing() as session:
            if not db.is_sqlite:  # it hears nothing while a large order is read back
                session.connection().execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            _bring_back(session, order_id, then, present, now())
            session.expire_all()
            if faults := list(check_order(session, order_id)):
                raise Failure(
                    "Nothing was changed: it would not be sound as it comes back.\n" + "\n".join(faults)
                )
    changed = f"{then.order['changed_at']:%Y-%m-%d %H:%M:%S}"
    told = f"Order {order_id} is back as it stood at {changed} UTC, with a new epoch, and is sound."
    return "\n".join(filter(None, (told, lost, _told_beside(present))))


@contextmanager
def _opened(settings: Settings, source: Path | str, altered: bool) -> Iterator[Database]:
    if isinstance(source, Path):
        with opened_backup(source, altered=altered) as db:
            yield db
    else:
        with opened(settings.model_copy(update={"database_url": source})) as db:
            yield db


def _read(db: Database, order_id: str, place: str, unsound: bool) -> _Older:
    """What a backup has of an order. Raises Failure where that is nothing, or not sound."""
    if not unsound and (faults := list(check_database(db))):
        raise Failure(
            "\n".join((f"{place} is not sound:", *faults))
            + "\nTake another. If there is none: --unsound takes this order from it, provided that it is sound itself."
        )
    with db.reading() as session:
        row = _rows(session, _ORDER, _ORDER.c.id == order_id)
        if not row:
            raise Failure(
                f"There is no order {order_id} in {place}: it is older than the order. Take a newer one."
            )
        if faults := list(check_order(session, order_id)):
            raise Failure("\n".join((f"In {place} it is not sound either:", *faults, "Take an older one.")))
        beside = {
            table: _rows(session, table, table.c.order_id == order_id) for table in map(table_of, _TAKEN_OVER)
        }
        return _Older(row[0], load_history(session, order_id), beside, _trail(session, order_id))


def _rows(session: Session, table: Table, where: Any) -> Sequence[RowMapping]:
    return session.connection().execute(select_columns(table).where(where)).mappings().all()


def _trail(session: Session, order_id: str) -> Sequence[Audit]:
    return session.exec(select(Audit).where(Audit.order_id == order_id).order_by(col(Audit.id))).all()


def _look_at(db: Database, order_id: str, then: _Older) -> _Present:
    """What there is of an order now. Raises Failure where it is not to be brought back."""
    with db.reading() as session:
        standing = _standing(session, order_id)
        if standing is None:
            raise Failure(
                f"There is no order {order_id} here. It is named by its id, as `check` and /healthz do."
            )
        if not list(check_order(session, order_id)):
            raise Failure(f"Order {order_id} is sound as it is; only a damaged one is brought back.")
        seq, *companies = standing
        were = [then.order["supplier_id"], then.order["client_id"]]
        if companies != were and _are_there(session, companies):
            raise Failure(
                f"Order {order_id} was another company's then, which has been joined to the one whose it is now. "
                "Take a newer backup."
            )
        if not _are_there(session, were):
            raise Failure(
                f"Order {order_id} was a company's then that is not here. Take a backup of this installation."
            )
        trail = _trail_as_far_as_it_can_be_read(session, order_id)
    if trail is None:
        return _Present(seq, None, False, [])
    _, faults = followed((each.cell, each.before, each.after) for each in trail)
    keeps = not faults and [_key(each) for each in trail[: len(then.trail)]] == [*map(_key, then.trail)]
    known = {
        (*_key(each), each.after) for each in then.trail
    }  # what is typed on has its key, and another end
    return _Present(seq, trail, keeps, [each for each in trail if (*_key(each), each.after) not in known])


def _are_there(session: Session, companies: Iterable[str]) -> bool:
    return all(session.get(Company, each) is not None for each in companies)


def _standing(session: Session, order_id: str, *, lock: bool = False) -> Sequence[Any] | None:
    """At which journal entry an order stands, and between whom it is, as it is kept."""
    columns = (_ORDER.c.seq, _ORDER.c.supplier_id, _ORDER.c.client_id)
    query = select_columns(*columns).where(_ORDER.c.id == order_id)
    return session.connection().execute(query.with_for_update() if lock else query).first()


def _trail_as_far_as_it_can_be_read(session: Session, order_id: str) -> Sequence[Audit] | None:
    try:
        return _trail(session, order_id)
    except Exception as error:  # whatever is kept in a column of another kind
        if is_away(error):
            raise
        return None


def _key(change: Audit) -> tuple[int, str, datetime]:
    return change.seq, change.cell, change.at


def _told_lost(present: _Present) -> str:
    """What is lost, or may be; empty where nothing is."""
    if present.trail is None:
        return (
            "What was changed after the backup is lost, and cannot be told, since the order's trail cannot be read. "
            "That of the backup takes its place."
        )
    longest = LONGEST if present.keeps else None  # it will be read nowhere else
    lines = [f"  {told_change(each, longest)}" for each in present.lost]
    if lines and not present.keeps:
        lines.append("The order's trail is damaged, too; that of the backup takes its place.")
    return "\n".join(("Lost is what was changed after the backup, in UTC:", *lines)) if lines else ""


def _told_beside(present: _Present) -> str:
    """What a backup of an order does not bring back, as it is not the order's."""
    if not any(each.cell == "command/deliver" for each in present.lost):
        return ""
    return (
        "It had been delivered since, and what it held was taken from the stock. It holds it again now, and delivering "
        "it again takes it again: let the supplier look at what is on hand."
    )


def _bring_back(session: Session, order_id: str, then: _Older, present: _Present, at: datetime) -> None:
    standing = _standing(session, order_id, lock=True)
    if standing is None or standing[0] != present.seq:
        raise Failure("Nothing was changed: somebody was at work on the order just now. Try again.")
    seq = _after_all(session, order_id, [present.seq, then.history.seq])
    asked = _products_asked(session, order_id)
    connection = session.connection()
    connection.execute(delete(table_of(Alias)).where(table_of(Alias).c.order_id == order_id))
    for table, rows in then.beside.items():
        connection.execute(delete(table).where(table.c.order_id == order_id))
        _insert(session, table, rows)
    changed = {"changed_at": at.replace(microsecond=0), "changed_by": ""}
    connection.execute(update(_ORDER).where(_ORDER.c.id == order_id).values({**then.order, **changed}))
    content = renew_from(session, session.get_one(Order, order_id), then.history, seq, at)
    session.flush()
    if not present.keeps:
        connection.execute(delete(_TRAIL).where(_TRAIL.c.order_id == order_id))
        _insert(session, _TRAIL, [each.model_dump() for each in then.trail])
    record_changes(session, [*_ways_back(order_id, seq, then, present, content, at)])
    owe_looks(session, then.order["supplier_id"], asked | _products_asked(session, order_id), at)
    tell(session, COMMITS, in_payloads({order_id: seq}, {}, "orders"))


def _after_all(session: Session, order_id: str, known: Sequence[Any]) -> int:
    """The number of a journal entry that was never there, so that every server finds out that the order went on."""
    connection = session.connection()
    tables: tuple[type[SQLModel], ...] = (Journal, Snapshot)
    last = [
        connection.execute(select_columns(func.max(each.c.seq)).where(each.c.order_id == order_id)).scalar()
        for each in map(table_of, tables)
    ]
    return max(each for each in (*known, *last) if isinstance(each, int)) + 1


def _products_asked(session: Session, order_id: str) -> set[str]:
    table = table_of(LineNeed)
    query = select_columns(table.c.product_id).where(table.c.order_id == order_id)
    return {each for each in session.connection().execute(query).scalars() if isinstance(each, str)}


def _insert(session: Session, table: Table, rows: Iterable[Any]) -> None:
    """Add rows; those that the database counts have another number than before, in their old order."""
    counted = table.autoincrement_column
    name = counted.name if counted is not None and counted.autoincrement is True else None
    values = [{key: value for key, value in row.items() if key != name} for row in rows]
    if values:
        session.connection().execute(insert(table), values)


def _ways_back(
    order_id: str, seq: int, then: _Older, present: _Present, content: Content, at: datetime
) -> Iterator[Recorded]:
    """What the trail says of it: each cell that has its value of then again, and that the order was brought back.

    Whose value it is, is kept, though it is the server that writes: bots leave alone what a person wrote.
    """
    trail = present.trail if present.keeps else None
    last, _ = followed((each.cell, each.before, each.after) for each in trail or ())
    writers = {each.cell: each.user_id for each in then.trail}
    for cell, lost in sorted(last.items()):
        stands = value_at(content, cell) or None
        if lost != stands:
            yield Recorded(order_id, seq, cell, to_json(lost), to_json(stands), at, writers.get(cell))
    yield Recorded(order_id, seq, COMMAND, None, None, at)
