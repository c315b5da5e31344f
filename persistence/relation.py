"""Relations: which company is a client of which supplier, and what each of the two notes about the other.

A relation with a company that nobody has joined yet is `prepared`, or `invited` once a link was sent; it is
`active` from the day someone joins. Each side sees only its own notes.

    add_relation(session, supplier_id=boreale.id, client_id=laurier.id, number="C-204")
    parties_page(session, "supplier", boreale.id, words="laur")     # the supplier's clients, by name
    adopt(session, prepared.id, laurier.id)                         # an invitation accepted by a company here
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import UniqueConstraint, func, or_
from sqlmodel import Field, Session, SQLModel, col, select

from persistence.clock import now
from persistence.columns import UtcTime, new_id
from persistence.company import Company
from persistence.order import Order
from persistence.page import Rows, folded, key_of, page_of
from schema.order import Side

State = Literal["prepared", "invited", "active"]


class Relation(SQLModel, table=True):
    """A supplier and his client.

    number, payment_terms, note: the supplier's, about his client (`payment_terms` is shown to both).
    supplier_number, supplier_note: the client's, about his supplier.
    """

    __tablename__ = "relation"
    __table_args__ = (UniqueConstraint("supplier_id", "client_id", name="uq_relation_parties"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    supplier_id: str = Field(foreign_key="company.id", max_length=32)
    client_id: str = Field(foreign_key="company.id", index=True, max_length=32)
    number: str = ""
    payment_terms: str = ""
    note: str = ""
    supplier_number: str = ""
    supplier_note: str = ""
    invited_at: datetime | None = Field(default=None, sa_type=UtcTime)
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime)

    def other(self, company_id: str) -> str:
        """The other company of the two."""
        return self.client_id if company_id == self.supplier_id else self.supplier_id


class OwnCompany(Exception):
    """A company cannot be its own client."""


@dataclass(frozen=True, slots=True)
class Party:
    """A relation with the other company, as a list shows it."""

    relation: Relation
    company: Company
    orders: int = 0

    @property
    def state(self) -> State:
        """How far the other company has come."""
        return state_of(self.relation, self.company)


def state_of(relation: Relation, other: Company) -> State:
    """How far the other company has come. Derived, so that joining needs to change nothing here."""
    if other.joined_at is not None:
        return "active"
    return "prepared" if relation.invited_at is None else "invited"


def add_relation(session: Session, *, supplier_id: str, client_id: str, **facts: Any) -> Relation:
    """Relate two companies; the supplier becomes one that supplies, the client one that buys.

    Raises OwnCompany; IntegrityError when they are related already.
    """
    if supplier_id == client_id:
        raise OwnCompany
    relation = Relation(supplier_id=supplier_id, client_id=client_id, **facts)
    session.add(relation)
    _mark(session, supplier_id, client_id)
    session.flush()
    return relation


def _mark(session: Session, supplier_id: str, client_id: str) -> None:
    for company_id, trait in ((supplier_id, "supplies"), (client_id, "buys")):
        company = session.get(Company, company_id)
        if company is not None:
            setattr(company, trait, True)
            session.add(company)


def relation_between(session: Session, supplier_id: str, client_id: str) -> Relation | None:
    """The relation of these two, or None."""
    query = select(Relation).where(
        col(Relation.supplier_id) == supplier_id, col(Relation.client_id) == client_id
    )
    return session.exec(query).first()


def related(session: Session, company_id: str, other_id: str) -> bool:
    """Whether one of the two supplies the other, or they are one company."""
    return company_id == other_id or any(
        relation_between(session, *pair) for pair in ((company_id, other_id), (other_id, company_id))
    )


def change_relation(session: Session, relation: Relation, facts: dict[str, Any]) -> None:
    """Set the columns named in `facts`."""
    relation.sqlmodel_update(facts)
    session.add(relation)
    session.flush()


def parties_page(
    session: Session,
    side: Side,
    company_id: str,
    *,
    words: str = "",
    after: str | None = None,
    limit: int = 50,
) -> Rows[Party]:
    """The companies related to `company_id`, which is the `side` of the relation, by name.

    Names are compared without accents or capitals, which SQLite cannot do: the names and numbers of all one
    company's relations are read (10,000 take about 60 ms), whole rows for one page only. Raises BadCursor.
    """
    mine, other, number = _columns(side)
    query = select(Relation.id, Company.id, Company.name, number)
    query = query.join(Company, col(Company.id) == other).where(mine == company_id)
    wanted, first = folded(words), key_of(after, 2) if after is not None else ("", "")
    keys = sorted(
        (folded(name), relation_id)
        for relation_id, _, name, own_number in session.exec(query)
        if wanted in folded(name) or wanted in folded(own_number)
    )
    rows = [key for key in keys if key > first][: limit + 1]
    page = page_of(rows, limit, lambda key: key)
    return Rows(_parties(session, side, [relation_id for _, relation_id in page.items]), page.next)


def _columns(side: Side) -> tuple[Any, Any, Any]:
    if side == "supplier":
        return col(Relation.supplier_id), col(Relation.client_id), col(Relation.number)
    return col(Relation.client_id), col(Relation.supplier_id), col(Relation.supplier_number)


def _parties(session: Session, side: Side, relation_ids: list[str]) -> list[Party]:
    other = _columns(side)[1]
    query = select(Relation, Company).join(Company, col(Company.id) == other)
    found = {
        relation.id: Party(relation, company)
        for relation, company in session.exec(query.where(col(Relation.id).in_(relation_ids)))
    }
    counts = _order_counts(session, side, found.values())
    return [replace(found[id_], orders=counts.get(found[id_].company.id, 0)) for id_ in relation_ids]


def _order_counts(session: Session, side: Side, parties: Iterable[Party]) -> dict[str, int]:
    """How many orders that `side` may see there are with each of the parties, by the party's id."""
    pairs = [(party.relation.supplier_id, party.relation.client_id) for party in parties]
    mine = {pair[side == "client"] for pair in pairs}
    me, them = (
        (Order.supplier_id, Order.client_id) if side == "supplier" else (Order.client_id, Order.supplier_id)
    )
    status = Order.supplier_status if side == "supplier" else Order.client_status
    query = select(them, func.count()).where(
        col(me).in_(mine),
        col(them).in_([pair[side == "supplier"] for pair in pairs]),
        col(status) != "hidden",
    )
    return dict(session.exec(query.group_by(col(them))).all())


def adopt(session: Session, from_company_id: str, to_company_id: str) -> None:
    """Give every relation of a prepared company to the company whose member accepted its invitation.

    Where the two were related already, the relation that stands is kept, and only what it left blank is
    filled. The prepared company's file is not merged: who has joined owns his own. Raises OwnCompany, before
    any change, when a company would become its own client.
    """
    theirs = or_(col(Relation.supplier_id) == from_company_id, col(Relation.client_id) == from_company_id)
    moving = session.exec(select(Relation).where(theirs)).all()
    if any(relation.other(from_company_id) == to_company_id for relation in moving):
        raise OwnCompany
    for relation in moving:
        _move(session, relation, from_company_id, to_company_id)
    session.flush()


def _move(session: Session, relation: Relation, from_id: str, to_id: str) -> None:
    supplier_id, client_id = (
        to_id if company_id == from_id else company_id
        for company_id in (relation.supplier_id, relation.client_id)
    )
    standing = relation_between(session, supplier_id, client_id)
    if standing is None:
        relation.supplier_id, relation.client_id = supplier_id, client_id
        session.add(relation)
    else:
        _fill(standing, relation)
        session.add(standing)
        session.delete(relation)
    _mark(session, supplier_id, client_id)


def _fill(standing: Relation, moved: Relation) -> None:
    for field in ("number", "payment_terms", "note", "supplier_number", "supplier_note"):
        if not getattr(standing, field):
            setattr(standing, field, getattr(moved, field))
