"""Users, as the operator sees them: add the first of a company, list, set a password, sign out for good."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from persistence.clock import now
from persistence.company import Company, add_company, change_company
from persistence.database import Database
from persistence.link import add_link, void_links
from persistence.page import folded
from persistence.person import Person, add_person, change_person, person_by_email
from persistence.session import end_sessions, rest_sessions
from server.operate.failure import Failure
from server.people.passwords import hash_password_now
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class NewUser:
    """What `user add` was given. `supplies`, `buys`: what a company that is not there yet does."""

    company: str
    email: str
    name: str
    role: str
    language: str
    supplies: bool = False
    buys: bool = False


def add_user(db: Database, settings: Settings, new: NewUser, password: str | None) -> str:
    """Add a person, and the company when there is none of that name; return what to tell. Raises Failure."""
    kept = hash_password_now(password) if password is not None else None
    with db.writing() as session:
        if person_by_email(session, new.email) is not None:
            raise Failure(f"{new.email} is already a user.")
        company = find_company(session, new.company) or _new_company(session, new)
        person = add_person(
            session,
            company_id=company.id,
            email=new.email,
            name=new.name,
            role=new.role,
            language=new.language,
            password_hash=kept,
        )
        if company.joined_at is None:
            change_company(session, company.id, {"joined_at": now()})
        added = f"{person.name} ({person.email}) is now {person.role} at {company.name}."
        return added if kept else f"{added}\n{_link(session, settings, person)}"


def find_company(session: Session, name: str) -> Company | None:
    """The company of this name (accents and capitals aside) or id. Raises Failure when several have the name."""
    companies = session.exec(select(Company)).all()
    found = [one for one in companies if one.id == name or folded(one.name) == folded(name)]
    if len(found) > 1:
        ids = ", ".join(one.id for one in found)
        raise Failure(f"Several companies are called {name}. Give the id of one instead: {ids}.")
    return found[0] if found else None


def _new_company(session: Session, new: NewUser) -> Company:
    if not (new.supplies or new.buys):
        raise Failure(
            f"There is no company {new.company}. To add it, say what it does: --supplies, --buys or both."
        )
    return add_company(
        session,
        name=new.company,
        language=new.language,
        email=new.email,
        supplies=new.supplies,
        buys=new.buys,
    )


def list_users(db: Database) -> list[str]:
    """One line for each person: e-mail, role, company, and whether he may sign in."""
    with db.reading() as session:
        query = select(Person, Company.name).join(Company, col(Company.id) == col(Person.company_id))
        rows = sorted(session.exec(query).all(), key=lambda row: (folded(row[1]), row[0].email))
    return [
        f"{person.email:<36}{person.role:<10}{_state(person):<14}{person.id}  {company}"
        for person, company in rows
    ]


def _state(person: Person) -> str:
    if not person.active:
        return "disabled"
    return "active" if person.password_hash else "no password"


def set_password(db: Database, email: str, password: str) -> str:
    """Give a person another password and sign him out everywhere. Raises Failure."""
    kept = hash_password_now(password)
    with db.writing() as session:
        person = _change(session, email, {"password_hash": kept})
        void_links(session, now(), ("reset", "entry"), person_id=person.id)
        end_sessions(session, person.id)
    return f"{email} has a new password and is signed out everywhere."


def sign_in_link(db: Database, settings: Settings, email: str) -> str:
    """A link that signs a person in once. Raises Failure."""
    with db.writing() as session:
        person = _change(session, email, {})
        if not person.active:
            raise Failure(f"{email} is kept out. To let him in again: shared-order user enable {email}")
        return _link(session, settings, person)


def set_active(db: Database, email: str, active: bool) -> str:
    """Let a person in again, or keep him out and sign him out everywhere. Raises Failure."""
    with db.writing() as session:
        person = _change(session, email, {"active": active})
        if active:
            end_sessions(session, person.id)
            return f"{email} can sign in again."
        void_links(session, now(), ("reset", "entry", "join_team"), person_id=person.id)
        rest_sessions(session, person.id)
    return f"{email} is signed out and can no longer sign in."


def _change(session: Session, email: str, facts: dict[str, Any]) -> Person:
    person = person_by_email(session, email)
    if person is None:
        raise Failure(f"There is no user {email}. See them all with: shared-order user list")
    change_person(session, person.id, facts)
    return person


def _link(session: Session, settings: Settings, person: Person) -> str:
    at = now()
    _, secret = add_link(
        session, "entry", at=at, email=person.email, person_id=person.id, language=person.language
    )
    link = settings.link(f"/enter/{secret}?to=/")
    return f"This link signs {person.name} in, once, within seven days:\n{link}"
