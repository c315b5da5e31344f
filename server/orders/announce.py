"""The mails that a command causes: who is told, and what he knew before."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from sqlmodel import Session

from persistence.company import contacts_of
from persistence.link import add_link
from persistence.outbox import queue
from persistence.relation import relation_between
from schema.order import Content, Side, other
from schema.status import known_terms, was_sent
from server.gate.author import Author
from server.mail import OrderMail, OrderMailKind, Reader, order_link
from server.orders.commands import Event
from server.orders.readers import people_told, reader_of

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


@dataclass(frozen=True)
class News:
    """One thing that happened to an order. `before` and `content`: as it stood before and after."""

    event: Event
    order_id: str
    before: Content
    content: Content
    author: Author
    at: datetime
    reason: str | None = None

    @property
    def told(self) -> Side:
        """Who is told of it."""
        return other(self.author.side)

    @cached_property
    def mail(self) -> OrderMail | None:
        """What is told by mail; None where nothing is."""
        kind = KINDS.get(self.event)
        if kind is None or not was_sent(self.content):
            return None  # or it is a draft that was cancelled, of which the other company never knew
        record = self.content.record
        actor = record[f"parties/{self.author.side}"]
        return OrderMail(
            kind,
            before=known_terms(self.before, self.told),
            content=self.content,
            order_id=self.order_id,
            order_number=str(record.get("number", "")),
            reader_side=self.told,
            actor_name=self.author.name,
            actor_company=actor["name"],
            reason=self.reason,
            company_id=actor["id"],
        )


def announce(news: News, public_url: str) -> Callable[[Session], None]:
    """What queues the mails, in the transaction of what they tell."""

    def effect(session: Session) -> None:
        mail = news.mail
        if mail is None:
            return
        for reader, link in _readers(session, news, public_url):
            queue(session, mail.to(reader, link), news.at)

    return effect


def _readers(session: Session, news: News, public_url: str) -> list[tuple[Reader, str]]:
    company_id = news.content.record[f"parties/{news.told}"]["id"]
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
