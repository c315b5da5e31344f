"""Signing in and out with a password, and one's own account."""

from datetime import datetime
from typing import Any

import structlog
from sqlmodel import Session

from persistence.link import void_links
from persistence.person import Person, change_person, person_by_email, person_by_id
from persistence.session import end_session, end_sessions, is_put_out
from schema.language import Language
from server.api.attempts import check_attempts, excuse_attempts, network
from server.api.sign_in import Me, cookie, enter, load_me, welcome
from server.fields import Draft, Email, Name, NewPassword, Password, Patch
from server.http.endpoint import Call, Endpoint
from server.people.identity import COOKIE
from server.people.passwords import hash_password, verify_password
from server.problem import FieldError, Problem
from server.sentences import declare

_log = structlog.get_logger(__name__)

declare(
    {
        "wrong_credentials": (
            "Le courriel ou le mot de passe n’est pas le bon.",
            "The e-mail or the password is not the right one.",
        ),
        "wrong_password": (
            "Ce n’est pas votre mot de passe actuel.",
            "This is not your current password.",
        ),
    }
)


class LoginDraft(Draft):
    """Who signs in."""

    email: Email
    password: Password


class MeChange(Patch):
    """What to change of oneself."""

    name: Name = ""
    language: Language = "fr"


class PasswordChange(Draft):
    """`current` is needed from whoever has a password."""

    current: Password | None = None
    password: NewPassword


async def login(call: Call[LoginDraft]) -> Me:
    """Sign in; an unknown e-mail and a wrong password look, and take, the same."""
    email = call.body.email
    check_attempts(call, "login", email)
    person = await call.services.db.read(person_by_email, email)
    kept = person.password_hash if person and person.active else None
    if not await verify_password(kept, call.body.password) or person is None:
        _note_wrong_password(call, person)
        raise Problem(401, "wrong_credentials")
    excuse_attempts(call, "login", email)
    return welcome(call, await call.services.db.write(enter, person.id, call.services))


def _note_wrong_password(call: Call[Any], person: Person | None) -> None:
    """For an operator who looks for attacks: a line by itself, which no flood of other requests hides."""
    address = network(call.request, call.services.settings)
    _log.warning("wrong password", user=person.id if person else None, address=address)


async def logout(call: Call) -> None:
    """Sign out of this browser; harmless when signed out already."""
    if call.principal is not None and call.principal.session_id is not None:
        await call.services.db.write(end_session, call.principal.session_id)
        call.services.revocations.announce(call.principal.session_id)
    call.set_header("Set-Cookie", cookie("", call.services.settings))
    # Pictures are kept by a reader's browser for a long time; they go with him.
    call.set_header("Clear-Site-Data", '"cache"')


async def me(call: Call) -> Me:
    """Who is signed in. The cookie is given again: the session lives on with use, and so must its cookie."""
    secret = call.request.cookies.get(COOKIE)
    if secret and "authorization" not in call.request.headers:
        call.set_header("Set-Cookie", cookie(secret, call.services.settings))
    return await call.services.db.read(load_me, call.member.user_id, call.services.settings)


async def dismissal(call: Call) -> None:
    """Tell a browser that is signed out why: its person was put out, and the copies it keeps are no longer his."""
    secret = call.request.cookies.get(COOKIE)
    if not secret or not await call.services.db.read(is_put_out, secret, call.services.clock()):
        raise Problem(404, "not_found")


async def change_me(call: Call[MeChange]) -> Me:
    """Change one's own name or language."""
    facts = call.body.model_dump(exclude_unset=True)
    return await call.services.db.write(write_me, call.member.user_id, facts, call)


def write_me(session: Session, person_id: str, facts: dict[str, Any], call: Call) -> Me:
    """Keep what a person changes of himself, and return him whole."""
    change_person(session, person_id, facts)
    return load_me(session, person_id, call.services.settings)


async def change_password(call: Call[PasswordChange]) -> None:
    """Set a password; every other browser of the person is signed out."""
    member = call.member
    check_attempts(call, "password", member.user_id)
    person = await call.services.db.read(person_by_id, member.user_id)
    if person is not None and not await _knows_password(person, call.body.current):
        _note_wrong_password(call, person)
        raise Problem(403, "wrong_password", errors=[FieldError("current", "wrong_password")])
    excuse_attempts(call, "password", member.user_id)
    hashed = await hash_password(call.body.password)
    at = call.services.clock()
    ended = await call.services.db.write(write_password, member.user_id, hashed, member.session_id, at)
    call.services.revocations.announce(*ended)


async def _knows_password(person: Person, current: str | None) -> bool:
    return person.password_hash is None or await verify_password(person.password_hash, current or "")


def write_password(
    session: Session, person_id: str, hashed: str, kept_session: str | None, at: datetime
) -> list[str]:
    """Keep a new password; end the person's links and other sessions, and return the ids of those."""
    change_person(session, person_id, {"password_hash": hashed})
    void_links(session, at, ("reset", "entry"), person_id=person_id)
    return end_sessions(session, person_id, but=kept_session)


async def end_other_sessions(call: Call) -> None:
    """Sign out everywhere but here."""
    member = call.member
    ended = await call.services.db.write(end_sessions, member.user_id, but=member.session_id)
    call.services.revocations.announce(*ended)


ENDPOINTS = [
    Endpoint(
        "POST",
        "/api/login",
        login,
        body=LoginDraft,
        reply=Me,
        summary="Sign in with a password",
        problems=[(401, "wrong_credentials"), (429, "too_many_attempts")],
    ),
    Endpoint("POST", "/api/logout", logout, status=204, summary="Sign out"),
    Endpoint("GET", "/api/me", me, reply=Me, role="viewer", people=True, summary="Who is signed in"),
    Endpoint(
        "GET",
        "/api/me/dismissal",
        dismissal,
        status=204,
        summary="Whether one is signed out because one may no longer sign in",
        problems=[(404, "not_found")],
    ),
    Endpoint(
        "PATCH",
        "/api/me",
        change_me,
        body=MeChange,
        reply=Me,
        role="viewer",
        people=True,
        summary="Change one's name or language",
    ),
    Endpoint(
        "POST",
        "/api/me/password",
        change_password,
        body=PasswordChange,
        status=204,
        role="viewer",
        people=True,
        summary="Choose a password",
        problems=[(403, "wrong_password"), (429, "too_many_attempts")],
    ),
    Endpoint(
        "DELETE",
        "/api/me/sessions",
        end_other_sessions,
        status=204,
        role="viewer",
        people=True,
        summary="Sign out everywhere else",
    ),
]
