"""Who of a company is told of its orders by mail."""

from sqlmodel import Session

from persistence.person import Person, people_of
from schema.language import Language
from server.mail import Reader
from server.people.identity import language_of


def people_told(session: Session, company_id: str) -> list[Person]:
    """Everybody there who may answer: whoever may only read, or not sign in, is told nothing."""
    return [one for one in people_of(session, company_id) if one.active and one.role != "viewer"]


def reader_of(person: Person) -> Reader:
    """A person as a mail addresses him."""
    return Reader(person.name, person.email, language_of(person.language), person.password_hash is not None)


def languages_told(session: Session, company_id: str) -> set[Language]:
    """The languages in which a company is told of its orders: French where nobody has joined yet."""
    return {language_of(person.language) for person in people_told(session, company_id)} or {"fr"}
