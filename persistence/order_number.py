"""The numbers that suppliers' orders go by, one series a year for each supplier."""

from contextlib import suppress

from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel


class NumberCounter(SQLModel, table=True):
    """The last order number that a supplier gave out in a year."""

    __tablename__ = "number_counter"

    supplier_id: str = Field(primary_key=True, foreign_key="company.id")
    year: int = Field(primary_key=True)
    last: int


def next_number(session: Session, supplier_id: str, year: int) -> str:
    """The supplier's next order number, `2026-0147`. Numbers are given once; a failed command may leave a hole."""
    counter = session.get(NumberCounter, (supplier_id, year), with_for_update=True)
    if counter is None:
        counter = _first_counter(session, supplier_id, year)
    counter.last += 1
    session.add(counter)
    return f"{year}-{counter.last:04d}"


def _first_counter(session: Session, supplier_id: str, year: int) -> NumberCounter:
    with suppress(IntegrityError), session.begin_nested():  # another process may begin the year too
        session.add(NumberCounter(supplier_id=supplier_id, year=year, last=0))
    counter = session.get(NumberCounter, (supplier_id, year), with_for_update=True, populate_existing=True)
    if counter is None:
        raise LookupError(f"no counter for {supplier_id}")
    return counter
