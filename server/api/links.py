"""Links that mails carry: a forgotten password, and signing in without one.

Asking for a link is always answered alike, so that nobody learns who has an account. A link works once, and only
when it is used by POST: what previews a mail may open its page without spending it.
"""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlmodel import Session
from starlette.background import BackgroundTask
from starlette.responses import Response

from persistence.link import Link, add_link, find_link, use_link, void_links
from persistence.person import Person, change_person, person_by_email
from persistence.session import end_sessions
from server.api.attempts import wait
from server.api.sign_in import Entered, Me, enter, welcome
from server.fields import Draft, Email, NewPassword, Secret, View
from server.http.endpoint import Call, Endpoint
from server.people.identity import language_of
from server.people.passwords import hash_password
from server.problem import Problem
from server.sentences import declare
from server.services import Services

declare(
    {
        "link_expired": (
            "Ce lien a expiré ou a déjà servi. Demandez-en un nouveau, ou ouvrez votre session.",
            "This link has expired or was used already. Ask for a new one, or sign in.",
        )
    }
)


class EmailDraft(Draft):
    """To whom a link is sent, if he has an account."""

    email: Email


class ResetDraft(Draft):
    """The secret of a link, and the password that it lets one choose."""

    token: Secret
    password: NewPassword


class ResetView(View):
    """Whose password a link lets one choose."""

    email: str


class LinkDraft(Draft):
    """The secret of a link that signs in."""

    token: Secret


class EnteredView(Me):
    """Who is signed in, and the path of the site that the link leads to."""

    to: str


async def forgot_password(call: Call[EmailDraft]) -> Response:
    """Send a link to choose a new password."""
    return _answered_first(call, "forgot", send_reset)


def _answered_first(
    call: Call[EmailDraft], kind: str, send: Callable[[Session, str, Services], None]
) -> Response:
    """204, and only then what is done for the one who exists: the time of the answer does not tell either."""
    if wait(call, kind, call.body.email):
        return Response(status_code=204)
    task = BackgroundTask(call.services.db.write, send, call.body.email, call.services)
    return Response(status_code=204, background=task)


def send_reset(session: Session, email: str, services: Services) -> None:
    """Mail a link to choose a new password, when there is such a person."""
    person = _active(session, email)
    if person is None:
        return
    _, secret = add_link(session, "reset", at=services.clock(), email=email, person_id=person.id)
    services.mail.password_reset(
        session, to=email, name=person.name, language=language_of(person.language), path=f"/reset/{secret}"
    )


async def reset(call: Call) -> ResetView:
    """Whose password a link lets one choose; it stays unused."""
    return await call.services.db.read(load_reset, call.path["token"], call.services)


def load_reset(session: Session, secret: str, services: Services) -> ResetView:
    """Return what the link is for, without using it; raise 404 `link_expired` when it no longer works."""
    return ResetView(email=working_link(session, secret, ("reset",), services.clock()).email)


def working_link(session: Session, secret: str, purposes: Collection[str], at: datetime) -> Link:
    """The link, unused; raise 404 `link_expired` when it no longer works."""
    link = find_link(session, secret, purposes, at)
    if link is None:
        raise Problem(404, "link_expired")
    return link


async def reset_password(call: Call[ResetDraft]) -> Me:
    """Choose a new password by a link; it signs in here, and out everywhere else."""
    # Hashing is dear on purpose: it is not done for whoever made a link up.
    await call.services.db.read(working_link, call.body.token, ("reset",), call.services.clock())
    hashed = await hash_password(call.body.password)
    entered, ended = await call.services.db.write(write_reset, call.body.token, hashed, call.services)
    call.services.revocations.announce(*ended)
    return welcome(call, entered)


def write_reset(session: Session, secret: str, hashed: str, services: Services) -> tuple[Entered, list[str]]:
    """Use the link, keep the password, end what it opened before; return the sign-in and the ended sessions."""
    person_id = person_of(take(session, secret, "reset", services))
    change_person(session, person_id, {"password_hash": hashed})
    void_links(session, services.clock(), ("reset", "entry"), person_id=person_id)
    ended = end_sessions(session, person_id)
    return enter(session, person_id, services), ended


async def ask_for_entry(call: Call[EmailDraft]) -> Response:
    """Send a link that signs in."""
    return _answered_first(call, "entry", send_entry)


def send_entry(session: Session, email: str, services: Services) -> None:
    """Mail a link that signs in, when there is such a person."""
    person = _active(session, email)
    if person is None:
        return
    link, secret = add_link(session, "entry", at=services.clock(), email=email, person_id=person.id, path="/")
    services.mail.entry_link(
        session,
        to=email,
        name=person.name,
        language=language_of(person.language),
        path=f"/enter/{secret}?to=/",
        expires_at=link.expires_at,
    )


async def enter_by_link(call: Call[LinkDraft]) -> EnteredView:
    """Use a link, and sign in."""
    entered, path = await call.services.db.write(write_entry, call.body.token, call.services)
    return EnteredView(**welcome(call, entered).model_dump(), to=path)


def write_entry(session: Session, secret: str, services: Services) -> tuple[Entered, str]:
    """Use the link; return the sign-in and the path that it leads to."""
    link = take(session, secret, "entry", services)
    return enter(session, person_of(link), services), link.path or "/"


def take(session: Session, secret: str, purpose: str, services: Services) -> Link:
    """Use a link up; raise 404 `link_expired` when it no longer works."""
    link = use_link(session, secret, (purpose,), services.clock())
    if link is None:
        raise Problem(404, "link_expired")
    return link


def person_of(link: Link) -> str:
    """Return whom the link signs in; raise 404 when it is nobody."""
    if link.person_id is None:
        raise Problem(404, "link_expired")
    return link.person_id


def _active(session: Session, email: str) -> Person | None:
    person = person_by_email(session, email)
    return person if person is not None and person.active else None


EXPIRED = [(401, "signed_out"), (404, "link_expired")]
ENDPOINTS = [
    Endpoint(
        "POST",
        "/api/password/forgot",
        forgot_password,
        body=EmailDraft,
        status=204,
        summary="Ask for a link to choose a new password",
    ),
    Endpoint(
        "GET",
        "/api/password/reset/{token}",
        reset,
        reply=ResetView,
        summary="Whose password a link lets one choose",
        problems=[(404, "link_expired")],
    ),
    Endpoint(
        "POST",
        "/api/password/reset",
        reset_password,
        body=ResetDraft,
        reply=Me,
        summary="Choose a new password by a link",
        problems=EXPIRED,
    ),
    Endpoint(
        "POST",
        "/api/links",
        ask_for_entry,
        body=EmailDraft,
        status=204,
        summary="Ask for a link that signs in",
    ),
    Endpoint(
        "POST",
        "/api/links/enter",
        enter_by_link,
        body=LinkDraft,
        reply=EnteredView,
        summary="Sign in by a link",
        problems=EXPIRED,
    ),
]
