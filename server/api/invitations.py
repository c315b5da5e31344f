"""Accepting an invitation, to a team or to a company that was prepared; it comes to life with its first person."""

from typing import Any

from sqlmodel import Session

from persistence.company import change_company, company_by_id, lock_company
from persistence.link import Link, add_link, use_link, void_links
from persistence.person import Person, add_person, change_person, people_of, person_by_email, person_by_id
from persistence.relation import OwnCompany
from schema.language import Language
from server.api.links import working_link
from server.api.sign_in import Entered, Me, enter, welcome
from server.fields import Name, Patch, View
from server.http.endpoint import Call, Endpoint
from server.people.identity import Principal, language_of
from server.problem import Problem
from server.sentences import declare
from server.services import Services

PURPOSES = ("join_team", "join_company")

declare(
    {
        "already_member": (
            "Cette adresse courriel appartient déjà à un membre.",
            "This e-mail address belongs to a member already.",
        )
    }
)


class InvitationView(View):
    """What an invitation says: `inviter` is a person, `company` his company; the rest is the invited person.

    `team`: to work at that company, and not to trade with it.
    """

    inviter: str
    company: str
    team: bool
    email: str
    name: str
    language: Language


class AcceptDraft(Patch):
    """By which name and in which language one wants to be here; those of the invitation by default."""

    name: Name = ""
    language: Language = "fr"


def invite_person(session: Session, services: Services, inviter: Principal, person: Person) -> None:
    """Mail a new member of the inviter's own team the link that lets him in."""
    at = services.clock()
    void_links(session, at, ("join_team",), person_id=person.id)
    link, secret = add_link(
        session,
        "join_team",
        at=at,
        email=person.email,
        person_id=person.id,
        inviter_id=inviter.user_id,
        name=person.name,
        language=person.language,
    )
    services.mail.invitation(
        session,
        "member",
        to=person.email,
        name=person.name,
        language=language_of(person.language),
        inviter=inviter.name,
        company=inviter.company_name,
        company_id=inviter.company_id,
        path=f"/invitation/{secret}",
        expires_at=link.expires_at,
    )


async def invitation(call: Call) -> InvitationView:
    """What an invitation says; it stays unused."""
    return await call.services.db.read(load_invitation, call.path["token"], call.services)


def load_invitation(session: Session, secret: str, services: Services) -> InvitationView:
    """Return what the invitation says, without using it."""
    link = working_link(session, secret, PURPOSES, services.clock())
    inviter = person_by_id(session, link.inviter_id) if link.inviter_id else None
    company = company_by_id(session, inviter.company_id) if inviter else None
    return InvitationView(
        inviter=inviter.name if inviter else "",
        company=company.name if company else "",
        team=link.purpose == "join_team",
        email=link.email,
        name=link.name,
        language=language_of(link.language),
    )


async def accept(call: Call[AcceptDraft]) -> Me:
    """Use an invitation, and sign in."""
    facts = call.body.model_dump(exclude_unset=True)
    entered = await call.services.db.write(write_acceptance, call.path["token"], facts, call.services)
    return welcome(call, entered)


def write_acceptance(session: Session, secret: str, facts: dict[str, Any], services: Services) -> Entered:
    """Use the invitation and sign its person in; a refusal leaves it unused."""
    link = use_link(session, secret, PURPOSES, services.clock())
    if link is None:
        raise Problem(404, "link_expired")
    if link.purpose == "join_company":
        return enter(session, _join_company(session, link, facts, services).id, services)
    person = change_person(session, link.person_id or "", facts)
    if person is None:
        raise Problem(404, "link_expired")
    return enter(session, person.id, services)


def _join_company(session: Session, link: Link, facts: dict[str, Any], services: Services) -> Person:
    """Return the person, made or found, who now belongs where the invitation leads.

    Several mails may have invited several addresses. Whoever comes first decides whose the company is; after him
    its managers do, so the other links open nothing any more.
    """
    company_id = link.company_id or ""
    lock_company(session, company_id)
    company = company_by_id(session, company_id)
    if company is None or company.joined_at is not None or people_of(session, company_id):
        raise Problem(404, "link_expired")
    void_links(session, services.clock(), ("join_company",), company_id=company_id)
    present = person_by_email(session, link.email)
    if present is not None:
        _adopt(session, company_id, present, services)
        return present
    change_company(session, company_id, {"joined_at": services.clock()})
    file = {"name": link.name, "language": link.language, **facts}
    return add_person(session, company_id=company_id, email=link.email, role="manager", **file)


def _adopt(session: Session, company_id: str, person: Person, services: Services) -> None:
    """The invited person belongs to another company: what was prepared for him moves there, if that is possible."""
    try:
        services.adopt(session, company_id, person.company_id)
    except OwnCompany:
        raise Problem(409, "already_member") from None


EXPIRED = (404, "link_expired")
ENDPOINTS = [
    Endpoint(
        "GET",
        "/api/invitations/{token}",
        invitation,
        reply=InvitationView,
        summary="What an invitation says",
        problems=[EXPIRED],
    ),
    Endpoint(
        "POST",
        "/api/invitations/{token}",
        accept,
        body=AcceptDraft,
        reply=Me,
        summary="Accept an invitation and sign in",
        problems=[EXPIRED, (401, "signed_out"), (409, "already_member")],
    ),
]
