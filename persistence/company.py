"""Companies, their addresses and their contacts.

A company that has not joined (`joined_at` is null) is a file that one supplier keeps about a client;
once someone of that company has signed in, the file is theirs alone. Functions take an open session.

    company = add_company(session, name="Cuisines Laurier", region="QC", buys=True)
    set_addresses(session, company.id, [Address(label="Atelier", street="120, rue du Port", …)])
    addresses_of(session, [company.id])      # {company id: [Address, …]} in their order
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel, col, select

from persistence.clock import now
from persistence.columns import UtcTime, new_id


class Company(SQLModel, table=True):
    """A company: supplier, client, or both at once.

    `registrations` is a list of `{"scheme": "TPS", "value": "12345 6789 RT0001"}`; `region` is the tax
    region (`QC`), `currency` an ISO 4217 code.
    """

    __tablename__ = "company"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    name: str
    legal_name: str = ""
    language: str = Field(default="fr", max_length=2)
    phone: str = ""
    email: str = ""
    website: str = ""
    registrations: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)
    payment_terms: str = ""
    currency: str = Field(default="CAD", max_length=3)
    region: str = "QC"
    supplies: bool = False
    buys: bool = False
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime)
    joined_at: datetime | None = Field(default=None, sa_type=UtcTime)


class Address(SQLModel, table=True):
    """One place of a company; `kind` is `delivery`, `billing` or `both`."""

    __tablename__ = "address"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    company_id: str = Field(default="", foreign_key="company.id", index=True, max_length=32)
    position: int = 0
    label: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = "CA"
    kind: str = "both"


class Contact(SQLModel, table=True):
    """A person to speak to at a company, whether or not that person has an account."""

    __tablename__ = "contact"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    company_id: str = Field(default="", foreign_key="company.id", index=True, max_length=32)
    position: int = 0
    name: str = ""
    email: str = ""
    phone: str = ""
    title: str = ""


Part = TypeVar("Part", Address, Contact)


def add_company(session: Session, **facts: Any) -> Company:
    """Add a company with `facts` (the columns of Company) and return it, with its id."""
    company = Company(**facts)
    session.add(company)
    session.flush()
    return company


def company_by_id(session: Session, company_id: str) -> Company | None:
    """Return the company, or None."""
    return session.get(Company, company_id)


def change_company(session: Session, company_id: str, facts: dict[str, Any]) -> Company | None:
    """Set the columns named in `facts`; return the company, or None when there is none."""
    company = session.get(Company, company_id)
    if company is not None:
        company.sqlmodel_update(facts)
        session.add(company)
        session.flush()
    return company


def lock_company(session: Session, company_id: str) -> None:
    """Let one transaction at a time decide about the company's people, until it ends."""
    session.get(Company, company_id, with_for_update=True)


def addresses_of(session: Session, company_ids: Iterable[str]) -> dict[str, list[Address]]:
    """Return the addresses of each company, in order; every id asked for is a key."""
    return _parts_of(session, Address, company_ids)


def contacts_of(session: Session, company_ids: Iterable[str]) -> dict[str, list[Contact]]:
    """Return the contacts of each company, in order; every id asked for is a key."""
    return _parts_of(session, Contact, company_ids)


def set_addresses(session: Session, company_id: str, addresses: Sequence[Address]) -> None:
    """Make `addresses` the whole list of the company; one that keeps its id stays the same address."""
    _set_parts(session, Address, company_id, addresses)


def set_contacts(session: Session, company_id: str, contacts: Sequence[Contact]) -> None:
    """Make `contacts` the whole list of the company; one that keeps its id stays the same contact."""
    _set_parts(session, Contact, company_id, contacts)


def _parts_of(session: Session, table: type[Part], company_ids: Iterable[str]) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {company_id: [] for company_id in company_ids}
    query = select(table).where(col(table.company_id).in_(list(found)))
    for part in session.exec(query.order_by(col(table.position), col(table.id))):
        found[part.company_id].append(part)
    return found


def _set_parts(session: Session, table: type[Part], company_id: str, parts: Sequence[Part]) -> None:
    kept = {part.id: part for part in _parts_of(session, table, [company_id])[company_id]}
    for position, part in enumerate(parts):
        # An id that is not of this company's rows is not ours to take over.
        row = kept.pop(part.id, None) or table(company_id=company_id)
        row.sqlmodel_update(part.model_dump(exclude={"id", "company_id"}) | {"position": position})
        session.add(row)
    for gone in kept.values():
        session.delete(gone)
    session.flush()
