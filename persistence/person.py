"""People: members of one company, with a role and, perhaps, a password.

E-mail addresses are kept in lower case and are unique: one address is one person.
"""

from datetime import datetime
from typing import Any, Final, Literal, get_args

from sqlalchemy import func
from sqlmodel import Field, Session, SQLModel, col, select

from persistence.clock import now
from persistence.columns import UtcTime, new_id
from persistence.revocation import note_revoked

MemberRole = Literal["viewer", "standard", "manager"]
"""What a person may do in his company; in an order he has a role of the policy table besides."""

ROLES: Final[tuple[MemberRole, ...]] = get_args(MemberRole)
RIGHTS = {"role", "active", "company_id"}
"""The columns that say what a person may."""


class Person(SQLModel, table=True):
    """A member of a company. `role` is one of ROLES; `password_hash` is null until one is chosen."""

    __tablename__ = "person"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    company_id: str = Field(foreign_key="company.id", index=True, max_length=32)
    email: str = Field(unique=True, max_length=254)
    name: str = ""
    language: str = Field(default="fr", max_length=2)
    role: str = "standard"
    password_hash: str | None = None
    active: bool = True
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime)
    last_seen: datetime | None = Field(default=None, sa_type=UtcTime)


def canonical_email(email: str) -> str:
    """Return the one form in which an address is kept and compared."""
    return email.strip().lower()


def add_person(session: Session, *, company_id: str, email: str, **facts: Any) -> Person:
    """Add a person with `facts` (the columns of Person); raise IntegrityError when the e-mail is taken."""
    person = Person(company_id=company_id, email=canonical_email(email), **facts)
    session.add(person)
    session.flush()
    return person


def person_by_id(session: Session, person_id: str) -> Person | None:
    """Return the person, or None."""
    return session.get(Person, person_id)


def person_by_email(session: Session, email: str) -> Person | None:
    """Return the person with this e-mail, or None."""
    return session.exec(select(Person).where(col(Person.email) == canonical_email(email))).first()


def people_of(session: Session, company_id: str) -> list[Person]:
    """Return everyone of the company, active or not, by name."""
    query = select(Person).where(col(Person.company_id) == company_id)
    return list(session.exec(query.order_by(col(Person.name), col(Person.id))))


def change_person(session: Session, person_id: str, facts: dict[str, Any]) -> Person | None:
    """Set the columns named in `facts`; return the person, or None when there is none."""
    person = session.get(Person, person_id)
    if person is not None:
        if RIGHTS & facts.keys():
            note_revoked(session, [person_id])
        person.sqlmodel_update(facts)
        session.add(person)
        session.flush()
    return person


def other_managers(session: Session, company_id: str, person_id: str) -> int:
    """Count the active managers of the company besides this person."""
    query = select(func.count()).where(
        col(Person.company_id) == company_id,
        col(Person.id) != person_id,
        col(Person.role) == "manager",
        col(Person.active),
    )
    return session.exec(query).one()
