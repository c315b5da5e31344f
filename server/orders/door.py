"""The door to an order: who may come in, on which side, and in which role of the policy table.

There is one door for the socket, the commands and the reads, so that an order one may not see and one that does not
exist look the same everywhere.
"""

from dataclasses import dataclass
from re import fullmatch

from sqlmodel import Session

from persistence.order import Order, find_order
from schema.order import Role, Side
from server.fields import HEX_ID
from server.gate.author import Author
from server.people.identity import Principal


@dataclass(frozen=True, slots=True)
class Entry:
    """A person at an order that he may see."""

    order: Order
    author: Author


def enter(session: Session, principal: Principal, order_id: str) -> Entry | None:
    """The order and the author that this person is in it; None for absent and forbidden alike.

    A program comes in when it may read or write: who writes an order must read what he writes to.
    """
    if not (principal.may("read") or principal.may("write")) or not fullmatch(HEX_ID, order_id):
        return None
    found = find_order(session, order_id, principal.company_id)
    if found is None:
        return None
    order, side = found
    return Entry(order, author_of(principal, side))


def author_of(principal: Principal, side: Side) -> Author:
    """What a member is in an order in which his company has this side."""
    return Author(principal.user_id, principal.name, side, role_of(principal, side))


def role_of(principal: Principal, side: Side) -> Role:
    """The column of the policy table: viewers read, a program of the supplier's is a bot, others are their side."""
    if principal.role == "viewer" or not principal.may("write"):
        return "viewer"
    if principal.bot and side == "supplier":
        return "bot"
    return side
