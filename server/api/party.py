"""The other company of a relation: what both the list of clients and the list of suppliers are made of.

`side` is always the asking company's own: a supplier's parties are his clients, a client's are his suppliers.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlmodel import Session

from persistence.company import Company, addresses_of, contacts_of
from persistence.link import add_link, void_links
from persistence.page import Rows
from persistence.person import person_by_email
from persistence.relation import (
    Party,
    Relation,
    add_relation,
    change_relation,
    parties_page,
    relation_between,
    state_of,
)
from persistence.token import ApiToken
from schema.order import Side, other
from server.fields import Page, Paragraph, View, Word
from server.http.list_query import ListQuery, cursor_checked
from server.mail.post import Mail
from server.people.company_file import (
    CompanyFile,
    CompanyView,
    ContactView,
    company_facts,
    keep_changes,
    keep_new,
)
from server.people.identity import Principal, language_of
from server.problem import FieldError, Problem
from server.sentences import declare
from server.throttle import Throttle

declare(
    {
        "already_joined": (
            "Cette entreprise est déjà inscrite; elle n’a plus besoin d’invitation.",
            "This company has already joined; it needs no invitation.",
        ),
        "keeps_own_file": (
            "Cette entreprise est inscrite et tient sa propre fiche; vous pouvez changer vos notes à son sujet.",
            "This company has joined and keeps its own file; you can change your notes about it.",
        ),
        "email_needed": (
            "Il faut un courriel pour envoyer l’invitation.",
            "An e-mail address is needed to send the invitation.",
        ),
        "own_company": (
            "Cette adresse est celle d’un membre de votre entreprise.",
            "This address belongs to a member of your own company.",
        ),
    }
)

INVITATIONS: Final = 100
INVITATIONS_WINDOW: Final = 3600
_TRAITS: Final[dict[Side, str]] = {"supplier": "supplies", "client": "buys"}
_COLUMNS: Final[dict[Side, dict[str, str]]] = {
    "supplier": {"number": "number", "note": "note", "payment_terms": "payment_terms"},
    "client": {"number": "supplier_number", "note": "supplier_note"},
}
"""Which columns of the relation each side writes, by the name it knows them under."""


class PartyDraft(CompanyFile):
    """A company's file, and one's own number and note for it."""

    number: Word = ""
    note: Paragraph = ""


class PartyRow(View):
    """A company as the list shows it. `orders`: how many orders with it one may see."""

    id: str
    name: str
    number: str
    state: Literal["prepared", "invited", "active"]
    contact: ContactView | None
    city: str
    orders: int


class PartyView(CompanyView):
    """A company's file, with one's own notes. `editable`: whether the file itself is still ours to change."""

    number: str
    note: str
    state: Literal["prepared", "invited", "active"]
    editable: bool


class Added(View):
    """The id of what was added."""

    id: str


@dataclass(frozen=True, slots=True)
class Inviter:
    """Who adds or invites, when, and by which post."""

    member: Principal
    side: Side
    mail: Mail
    at: datetime


def require_pace(throttle: Throttle, company_id: str, at: datetime) -> None:
    """Count one invitation of the company. Raises 429 when it sends too many: each is a mail to a stranger."""
    check_pace(throttle, company_id, at)
    count_invitation(throttle, company_id, at)


def check_pace(throttle: Throttle, company_id: str, at: datetime) -> None:
    """Raises 429 when the company has sent too many invitations."""
    if wait := throttle.wait(("invitation", company_id), limit=INVITATIONS, window=INVITATIONS_WINDOW, at=at):
        raise Problem(429, "too_many_requests", headers={"Retry-After": str(wait)})


def count_invitation(throttle: Throttle, company_id: str, at: datetime) -> None:
    """Count one invitation of the company."""
    throttle.count(("invitation", company_id), at)


def load_rows(session: Session, side: Side, company_id: str, query: ListQuery) -> Page[PartyRow]:
    """A page of the company's clients or suppliers."""
    with cursor_checked():
        page: Rows[Party] = parties_page(
            session, side, company_id, words=query.q, after=query.after, limit=query.limit
        )
    ids = [party.company.id for party in page.items]
    contacts, addresses = contacts_of(session, ids), addresses_of(session, ids)
    items = [
        PartyRow(
            id=party.company.id,
            name=party.company.name,
            number=getattr(party.relation, _COLUMNS[side]["number"]),
            state=party.state,
            contact=next(map(ContactView.model_validate, contacts[party.company.id]), None),
            city=next((address.city for address in addresses[party.company.id] if address.city), ""),
            orders=party.orders,
        )
        for party in page.items
    ]
    return Page[PartyRow](items=items, next=page.next)


def load_view(session: Session, side: Side, company_id: str, party_id: str) -> PartyView:
    """One client or supplier of the company. Raises 404 for any other company, as for none.

    A client reads the payment terms that his next order will begin with: those granted to him, else to everybody.
    """
    relation, company = _find(session, side, company_id, party_id)
    columns = _COLUMNS[side]
    return PartyView.model_validate(
        company_facts(session, company)
        | {
            "number": getattr(relation, columns["number"]),
            "note": getattr(relation, columns["note"]),
            "payment_terms": relation.payment_terms or (company.payment_terms if side == "client" else ""),
            "state": state_of(relation, company),
            "editable": company.joined_at is None,
        }
    )


def _find(
    session: Session, side: Side, company_id: str, party_id: str, *, lock: bool = False
) -> tuple[Relation, Company]:
    """lock: keep the company's row until the end, so that nobody joins between a check and what follows it."""
    pair = (company_id, party_id) if side == "supplier" else (party_id, company_id)
    relation = relation_between(session, *pair)
    company = session.get(Company, party_id, with_for_update=lock) if relation else None
    if relation is None or company is None:
        raise Problem(404, "not_found")
    return relation, company


def write_party(session: Session, inviter: Inviter, draft: PartyDraft, invite: bool) -> str:
    """Prepare a company with its relation, and invite it when asked to; return its id."""
    trait = _TRAITS[other(inviter.side)]
    company = keep_new(session, draft, **{trait: True})
    own_id = inviter.member.company_id
    supplier_id, client_id = (own_id, company.id) if inviter.side == "supplier" else (company.id, own_id)
    relation = add_relation(session, supplier_id=supplier_id, client_id=client_id)
    change_relation(session, relation, _relation_facts(inviter.side, draft))
    if invite:
        _invite(session, inviter, relation, company)
    return company.id


def write_changes(
    session: Session, side: Side, company_id: str, party_id: str, draft: CompanyFile
) -> PartyView:
    """Change the notes, and the file while nobody of that company has joined (409 `keeps_own_file`)."""
    relation, company = _find(session, side, company_id, party_id, lock=True)
    of_the_file = sorted(draft.model_fields_set & set(CompanyFile.model_fields))
    if of_the_file and company.joined_at is not None:
        raise Problem(
            409, "keeps_own_file", errors=[FieldError(name, "keeps_own_file") for name in of_the_file]
        )
    keep_changes(session, party_id, draft)
    change_relation(session, relation, _relation_facts(side, draft))
    return load_view(session, side, company_id, party_id)


def _relation_facts(side: Side, draft: CompanyFile) -> dict[str, Any]:
    given = draft.model_dump(exclude_unset=True)
    return {column: given[name] for name, column in _COLUMNS[side].items() if name in given}


def write_invitation(session: Session, inviter: Inviter, party_id: str) -> None:
    """Send the party an invitation; the ones sent before no longer work."""
    _invite(session, inviter, *_find(session, inviter.side, inviter.member.company_id, party_id, lock=True))


def _invite(session: Session, inviter: Inviter, relation: Relation, company: Company) -> None:
    if company.joined_at is not None:
        raise Problem(409, "already_joined")
    name, email = _recipient(session, inviter.member.company_id, company)
    void_links(session, inviter.at, ("join_company",), company_id=company.id)
    language = language_of(company.language)
    link, secret = add_link(
        session,
        "join_company",
        at=inviter.at,
        email=email,
        company_id=company.id,
        inviter_id=_person_id(session, inviter.member),
        name=name,
        language=language,
    )
    change_relation(session, relation, {"invited_at": inviter.at})
    inviter.mail.invitation(
        session,
        other(inviter.side),
        to=email,
        name=name,
        language=language,
        inviter=inviter.member.name,
        company=inviter.member.company_name,
        company_id=inviter.member.company_id,
        path=f"/invitation/{secret}",
        expires_at=link.expires_at,
    )


def _recipient(session: Session, own_id: str, company: Company) -> tuple[str, str]:
    """Name and e-mail of the first contact who has one; else the company's own address."""
    contacts = contacts_of(session, [company.id])[company.id]
    known = [(contact.name, contact.email) for contact in contacts if contact.email]
    name, email = next(iter(known), ("", company.email))
    field = "contacts.0.email" if known or contacts else "email"
    if not email:
        raise Problem(422, "invalid", errors=[FieldError(field, "email_needed")])
    person = person_by_email(session, email)
    if person is not None and person.company_id == own_id:
        raise Problem(422, "invalid", errors=[FieldError(field, "own_company")])
    return name, email


def _person_id(session: Session, member: Principal) -> str | None:
    """The person who invites: a program does so in the name of whoever made its token."""
    if member.token_id is None:
        return member.user_id
    token = session.get(ApiToken, member.token_id)
    return token.person_id if token else None
