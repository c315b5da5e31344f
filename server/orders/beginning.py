"""How an order begins: between two companies that do business with each other, with what their files tell of them."""

from datetime import datetime
from typing import Final

from sqlmodel import Session

from persistence.company import Address, Company, Contact, addresses_of, company_by_id, contacts_of
from persistence.relation import relation_between
from schema.order import Side, other
from server.gate.author import Author
from server.orders.birth import Beginning, Party, give_birth
from server.orders.door import author_of
from server.people.identity import Principal
from server.services import Services

PARTY_FACTS: Final = ("id", "name", "legal_name", "region", "language", "phone", "email")
ADDRESS_FACTS: Final = ("label", "street", "city", "region", "postal_code", "country")
CONTACT_FACTS: Final = ("name", "email", "phone", "title")


class NotRelated(Exception):
    """The two companies do not do business with each other here."""


async def begin(
    services: Services, principal: Principal, side: Side, other_id: str, order_id: str | None
) -> str:
    """Make an order with another company. Raises NotRelated."""
    author = author_of(principal, side)
    return await services.db.write(_begin, principal.company_id, other_id, author, services.clock(), order_id)


def _begin(
    session: Session, own_id: str, other_id: str, author: Author, at: datetime, order_id: str | None
) -> str:
    ids = {author.side: own_id, other(author.side): other_id}
    relation = relation_between(session, ids["supplier"], ids["client"])
    supplier, client = company_by_id(session, ids["supplier"]), company_by_id(session, ids["client"])
    if relation is None or supplier is None or client is None:
        raise NotRelated
    beginning = Beginning(
        supplier=_party(session, supplier),
        client=_party(session, client, delivered=True),
        made_by=author.side,
        currency=supplier.currency,
        payment_terms=relation.payment_terms or supplier.payment_terms,
    )
    return give_birth(session, beginning, author, at, order_id)


def _party(session: Session, company: Company, *, delivered: bool = False) -> Party:
    contacts = contacts_of(session, [company.id])[company.id]
    addresses = addresses_of(session, [company.id])[company.id] if delivered else []
    where = next((one for one in addresses if one.kind != "billing"), None)
    return Party(
        facts=party_facts(company),
        contact=contact_facts(contacts[0]) if contacts else None,
        address=address_facts(where) if where else None,
    )


def party_facts(company: Company) -> dict[str, str]:
    """A company as an order's record holds it."""
    return _filled(company, PARTY_FACTS)


def address_facts(address: Address) -> dict[str, str]:
    """An address as a cell holds it."""
    return _filled(address, ADDRESS_FACTS)


def contact_facts(contact: Contact) -> dict[str, str]:
    """A contact as a cell holds it."""
    return _filled(contact, CONTACT_FACTS)


def _filled(row: object, names: tuple[str, ...]) -> dict[str, str]:
    return {name: str(getattr(row, name)) for name in names if getattr(row, name)}
