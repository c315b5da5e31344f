"""Signing somebody in: the cookie, and what the browser is told about who he is.

entered = await call.services.db.write(enter, person_id, call.services)   # or within a larger transaction
return welcome(call, entered)                                             # sets the cookie, gives Me
"""

from dataclasses import dataclass

from sqlmodel import Session

from persistence.company import company_by_id
from persistence.person import MemberRole, person_by_id
from persistence.session import LIFETIME, start_session
from schema.language import Language
from server.fields import View
from server.http.endpoint import Call
from server.people.identity import COOKIE
from server.problem import Problem
from server.services import Services
from server.settings import Settings


class UserView(View):
    """The person himself."""

    id: str
    name: str
    email: str
    language: Language
    has_password: bool


class OwnCompanyView(View):
    """The company for which he is here."""

    id: str
    name: str
    supplies: bool
    buys: bool
    currency: str


class Me(View):
    """Who is signed in, for whom, and what the server lets him see."""

    user: UserView
    company: OwnCompanyView
    role: MemberRole
    shows_mails: bool


@dataclass(frozen=True)
class Entered:
    """A new sign-in: the secret goes in the cookie, and nowhere else."""

    me: Me
    secret: str


def enter(session: Session, person_id: str, services: Services) -> Entered:
    """Start a session for a person; raise 401 when he is no longer active."""
    me = load_me(session, person_id, services.settings)
    _, secret = start_session(session, person_id, services.clock())
    return Entered(me, secret)


def welcome(call: Call, entered: Entered) -> Me:
    """Answer a sign-in."""
    call.set_header("Set-Cookie", cookie(entered.secret, call.services.settings))
    return entered.me


def load_me(session: Session, person_id: str, settings: Settings) -> Me:
    """Return what a person is told about himself; raise 401 when he is gone."""
    person = person_by_id(session, person_id)
    company = company_by_id(session, person.company_id) if person and person.active else None
    if person is None or company is None:
        raise Problem(401, "signed_out")
    return Me.model_validate(
        {
            "user": {**person.model_dump(), "has_password": person.password_hash is not None},
            "company": company.model_dump(),
            "role": person.role,
            "shows_mails": settings.demo,
        }
    )


def cookie(secret: str, settings: Settings) -> str:
    """Return the Set-Cookie value that carries a session's secret; an empty secret ends it."""
    age = int(LIFETIME.total_seconds()) if secret else 0
    secure = "; Secure" if settings.secure else ""
    return f"{COOKIE}={secret}; HttpOnly; SameSite=Lax; Path=/; Max-Age={age}{secure}"
