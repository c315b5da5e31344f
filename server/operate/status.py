"""What an installation holds, and what of it grows, in the lines of `shared-order status`.

for line in status(db): print(line)
"""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any, Final, NamedTuple

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from persistence.company import Company
from persistence.database import Database
from persistence.order import Order
from persistence.outbox import count_by_state
from persistence.person import Person
from server.operate.counting import counted

LARGEST: Final = 8
"""Tables that are named."""

_SIZES: Final = {
    "sqlite": """
        SELECT coalesce(schema.tbl_name, pages.name), sum(pages.pgsize) FROM dbstat AS pages
        LEFT JOIN sqlite_master AS schema ON schema.name = pages.name GROUP BY 1
        UNION ALL SELECT '(free)', freelist_count * page_size FROM pragma_freelist_count, pragma_page_size""",
    "postgresql": """
        SELECT relname, pg_total_relation_size(oid) FROM pg_class
        WHERE relkind = 'r' AND relnamespace = (SELECT current_schema()::regnamespace::oid)""",
}
"""Bytes by table, its indexes with it; and in SQLite's file what nothing is in at the moment."""


class _Size(NamedTuple):
    table: str
    size: int


def status(db: Database) -> Iterator[str]:
    """What to tell, a line at a time."""
    yield f"version    {version('shared-order')}"
    with db.reading() as session:
        sizes = _sizes(session)
        yield f"database   {_place(db)}, {_megabytes(sum(each.size for each in sizes))}"
        yield f"           {', '.join(f'{each.table} {_megabytes(each.size)}' for each in sizes[:LARGEST])}"
        companies = counted(_count(session, Company), "company")
        yield f"people     {counted(_count(session, Person), 'person')} of {companies}"
        last = session.exec(select(func.max(Order.changed_at))).one()
        changed = f", the last changed {last:%Y-%m-%d %H:%M:%S} UTC" if last else ""
        yield f"orders     {_count(session, Order):,}{changed}"
        mails = count_by_state(session)
        yield f"mails      {', '.join(f'{count:,} {state}' for state, count in mails.items())}".replace(
            "_", " "
        )


def _place(db: Database) -> str:
    """Where it is, without what opens it."""
    url = db.engine.url
    return url.database or "" if db.is_sqlite else url.set(query={}).render_as_string()


def _sizes(session: Session) -> list[_Size]:
    connection = session.connection()
    found = connection.execute(text(_SIZES[connection.dialect.name])).all()
    return sorted((_Size(table, int(size)) for table, size in found), key=lambda each: -each.size)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def _count(session: Session, table: Any) -> int:
    return session.exec(select(func.count(col(table.id)))).one()
