"""The people of one's company: inviting them, their roles, and their leaving."""

from typing import Any

from sqlmodel import Session

from persistence.company import lock_company
from persistence.person import (
    MemberRole,
    Person,
    add_person,
    change_person,
    other_managers,
    people_of,
    person_by_email,
    person_by_id,
)
from persistence.session import end_sessions, rest_sessions
from persistence.token import tokens_made_by
from server.api.invitations import invite_person
from server.api.party import require_pace
from server.fields import Draft, Email, Instant, Name, Page, Patch, View
from server.http.endpoint import Call, Endpoint
from server.people.identity import Principal
from server.problem import FieldError, Problem
from server.sentences import declare
from server.services import Services

declare(
    {
        "last_manager": (
            "Il faut au moins un gestionnaire : nommez-en d’abord un autre.",
            "There must be at least one manager: appoint another one first.",
        )
    }
)


class MemberView(View):
    """A person of one's company. `active`: whether he may sign in."""

    id: str
    name: str
    email: str
    role: MemberRole
    active: bool
    last_seen: Instant | None


class MemberDraft(Draft):
    """Whom to invite."""

    email: Email
    name: Name
    role: MemberRole


class MemberChange(Patch):
    """What to change of a member. `active`: whether he may sign in."""

    role: MemberRole = "viewer"
    active: bool = False


async def team(call: Call) -> Page[MemberView]:
    """Everybody of one's company, those who left too."""
    people = await call.services.db.read(people_of, call.member.company_id)
    return Page[MemberView](items=[MemberView.model_validate(person) for person in people])


async def invite(call: Call[MemberDraft]) -> MemberView:
    """Add a member, who comes in by the link that he is sent."""
    require_pace(call.services.throttle, call.member.company_id, call.services.clock())
    person = await call.services.db.write(write_member, call.body, call.member, call.services)
    return MemberView.model_validate(person)


def write_member(session: Session, draft: MemberDraft, inviter: Principal, services: Services) -> Person:
    """Add a person to the inviter's company and mail the invitation; raise 409 when the e-mail is taken."""
    if person_by_email(session, draft.email) is not None:
        raise Problem(409, "already_member", errors=[FieldError("email", "already_member")])
    person = add_person(
        session,
        company_id=inviter.company_id,
        email=draft.email,
        name=draft.name,
        role=draft.role,
        language=inviter.language,
    )
    invite_person(session, services, inviter, person)
    return person


async def change_member(call: Call[MemberChange]) -> MemberView:
    """Change a member's role, or let him go; what he has open closes."""
    facts = call.body.model_dump(exclude_unset=True)
    person, revoked = await call.services.db.write(
        write_member_change, call.member.company_id, call.path["id"], facts
    )
    call.services.revocations.announce(*revoked)
    return MemberView.model_validate(person)


def write_member_change(
    session: Session, company_id: str, person_id: str, facts: dict[str, Any]
) -> tuple[Person, list[str]]:
    """Change a member; return him and the ids whose rights changed, to be announced."""
    lock_company(session, company_id)
    person = person_by_id(session, person_id)
    if person is None or person.company_id != company_id:
        raise Problem(404, "not_found")
    changed = {key: value for key, value in facts.items() if getattr(person, key) != value}
    if _steps_down(person, changed) and not other_managers(session, company_id, person_id):
        raise Problem(409, "last_manager")
    change_person(session, person_id, changed)
    ended = _end(session, person_id, changed["active"]) if "active" in changed else []
    return person, [person_id, *ended] if changed else []


def _steps_down(person: Person, changed: dict[str, Any]) -> bool:
    leads = person.role == "manager" and person.active
    return leads and (changed.get("role", "manager") != "manager" or changed.get("active") is False)


def _end(session: Session, person_id: str, active: bool) -> list[str]:
    if active:
        return end_sessions(session, person_id)  # those of before open nothing any more
    return rest_sessions(session, person_id) + tokens_made_by(session, person_id)


ENDPOINTS = [
    Endpoint(
        "GET", "/api/team", team, reply=Page[MemberView], role="viewer", summary="The people of one's company"
    ),
    Endpoint(
        "POST",
        "/api/team",
        invite,
        body=MemberDraft,
        reply=MemberView,
        status=201,
        role="manager",
        people=True,
        summary="Invite someone to one's company",
        problems=[(409, "already_member"), (429, "too_many_requests")],
    ),
    Endpoint(
        "PATCH",
        "/api/team/{id}",
        change_member,
        body=MemberChange,
        reply=MemberView,
        role="manager",
        people=True,
        summary="Change a member's role, or let him go",
        problems=[(409, "last_manager")],
    ),
]
