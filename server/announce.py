"""The mails that a command causes: who is told, and what he knew before."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from persistence.company import contacts_of
from persistence.link import add_link
from persistence.outbox import Message, queue
from persistence.relation import relation_between
from schema.order import Content, Side, other
from schema.status import known_terms, was_sent
from server.author import Author
from server.commands import Event
from server.mail import OrderMailKind, Reader, compose_order_mail, order_link
from server.readers import people_told, reader_of

KINDS: Final[dict[Event, OrderMailKind]] = {
    "sent": "received",
    "changed": "changed",
    "approved": "approved",
    "accepted": "accepted",
    "declined": "declined",
    "amendment_refused": "amendment_declined",
    "amendment_given_up": "amendment_given_up",
    "cancelled": "cancelled",
    "cancel_asked": "cancellation_asked",
    "cancel_refused": "cancellation_declined",
    "amending": "amendment_opened",
}
"""What is told by mail. What the server does by itself, and deliveries, are not."""


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened to an order. `before` and `content`: as it stood before and after."""

    event: Event
    order_id: str
    before: Content
    content: Content
    author: Author
    at: datetime
    reason: str | None = None


def announce(news: News, public_url: str) -> Callable[[Session], None]:
    """What queues the mails, in the transaction of what they tell."""

    def effect(session: Session) -> None:
        kind = KINDS.get(news.event)
        if kind is None or not was_sent(news.content):
            return  # or it is a draft that was cancelled, of which the other company never knew
        side = other(news.author.side)
        for reader, link in _readers(session, news, side, public_url):
            queue(session, _mail(kind, news, side, reader, link), news.at)

    return effect


def _readers(session: Session, news: News, side: Side, public_url: str) -> list[tuple[Reader, str]]:
    company_id = news.content.record[f"parties/{side}"]["id"]
    if people := people_told(session, company_id):
        return [
            (reader_of(one), order_link(session, one, news.order_id, public_url, news.at)) for one in people
        ]
    return _invited(session, news, company_id, public_url)


def _invited(session: Session, news: News, company_id: str, public_url: str) -> list[tuple[Reader, str]]:
    """Nobody of that company has joined yet: its first contact is invited by the order itself."""
    contact = next((one for one in contacts_of(session, [company_id])[company_id] if one.email), None)
    if contact is None:
        return []
    path = f"/orders/{news.order_id}"
    _, secret = add_link(
        session,
        "join_company",
        at=news.at,
        email=contact.email,
        company_id=company_id,
        inviter_id=news.author.user_id,
        name=contact.name,
        path=path,
    )
    parties = {each: news.content.record[f"parties/{each}"]["id"] for each in ("supplier", "client")}
    relation = relation_between(session, parties["supplier"], parties["client"])
    if relation is not None and relation.invited_at is None:
        relation.invited_at = news.at
        session.add(relation)
    link = f"{public_url.rstrip('/')}/invitation/{secret}"
    return [(Reader(contact.name, contact.email, "fr", has_password=False), link)]


def _mail(kind: OrderMailKind, news: News, side: Side, reader: Reader, link: str) -> Message:
    record = news.content.record
    actor = record[f"parties/{news.author.side}"]
    return compose_order_mail(
        kind,
        reader,
        before=known_terms(news.before, side),
        content=news.content,
        order_id=news.order_id,
        order_number=str(record.get("number", "")),
        reader_side=side,
        actor_name=news.author.name,
        actor_company=actor["name"],
        link=link,
        reason=news.reason,
        company_id=actor["id"],
    )
