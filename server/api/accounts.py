"""Signing in and out, and one's own account."""

from sqlmodel import Session

from persistence.company import company_by_id
from persistence.person import person_by_email, person_by_id
from persistence.session import LIFETIME, end_session, start_session
from server.endpoint import Call, Endpoint
from server.fields import Draft, Email, LanguageWord, Password, RoleWord, View
from server.identity import COOKIE
from server.passwords import verify_password
from server.problem import Problem
from server.sentences import declare

declare({"wrong_credentials": ("Courriel ou mot de passe inexact.", "Wrong e-mail or password.")})


class LoginDraft(Draft):
    email: Email
    password: Password


class UserView(View):
    id: str
    name: str
    email: str
    language: LanguageWord
    has_password: bool


class OwnCompanyView(View):
    id: str
    name: str
    supplies: bool
    buys: bool


class Me(View):
    """Who is signed in."""

    user: UserView
    company: OwnCompanyView
    role: RoleWord
    shows_mails: bool


async def login(call: Call[LoginDraft]) -> Me:
    person = await call.services.db.read(person_by_email, call.body.email)
    if (
        not await verify_password(person.password_hash if person else None, call.body.password)
        or person is None
    ):
        raise Problem(401, "wrong_credentials")
    _, secret = await call.services.db.write(start_session, person.id, call.services.clock())
    secure = "; Secure" if call.services.settings.secure else ""
    age = int(LIFETIME.total_seconds())
    call.set_header("Set-Cookie", f"{COOKIE}={secret}; HttpOnly; SameSite=Lax; Path=/; Max-Age={age}{secure}")
    return await call.services.db.read(load_me, person.id, call.services.settings.demo)


async def logout(call: Call) -> None:
    if call.principal and call.principal.session_id:
        await call.services.db.write(end_session, call.principal.session_id)
        call.services.revocations.announce(call.principal.session_id)


async def me(call: Call) -> Me:
    return await call.services.db.read(load_me, call.member.user_id, call.services.settings.demo)


def load_me(session: Session, person_id: str, shows_mails: bool) -> Me:
    person = person_by_id(session, person_id)
    company = company_by_id(session, person.company_id) if person else None
    if person is None or company is None:
        raise Problem(401, "signed_out")
    user = {**person.model_dump(), "has_password": person.password_hash is not None}
    return Me.model_validate(
        {"user": user, "company": company.model_dump(), "role": person.role, "shows_mails": shows_mails}
    )


ENDPOINTS = [
    Endpoint(
        "POST",
        "/api/login",
        login,
        body=LoginDraft,
        reply=Me,
        summary="Sign in",
        problems=[(401, "wrong_credentials")],
    ),
    Endpoint("POST", "/api/logout", logout, status=204, summary="Sign out"),
    Endpoint("GET", "/api/me", me, reply=Me, role="viewer", people=True, summary="Who am I"),
]
