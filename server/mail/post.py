"""The mails that accounts cause: what handlers ask for, and the post that keeps them in the outbox.

A mail is written in the SQL transaction of what causes it, so neither exists without the other:

    services.mail.password_reset(session, to=person.email, name=person.name, language="fr", path=f"/reset/{secret}")
"""

from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from persistence.outbox import queue
from schema.language import Language
from server.mail import compose_invitation, compose_password_reset, compose_sign_in_link
from server.mail.account import Relation
from server.settings import Settings


class Mail(Protocol):
    """The post. `path` is a path of the site; it holds the secret of a link and is kept out of every log."""

    def invitation(
        self,
        session: Session,
        relation: Relation,
        *,
        to: str,
        name: str,
        language: Language,
        inviter: str,
        company: str,
        company_id: str,
        path: str,
        expires_at: datetime,
    ) -> None:
        """Invite someone: `inviter` is a person's name, `company` and `company_id` are the inviter's company."""

    def password_reset(self, session: Session, *, to: str, name: str, language: Language, path: str) -> None:
        """Send the link that lets someone choose a new password."""

    def entry_link(
        self, session: Session, *, to: str, name: str, language: Language, path: str, expires_at: datetime
    ) -> None:
        """Send the link that signs someone in without a password."""


class OutboxPost:
    """Composes each mail and queues it in the caller's transaction."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def invitation(
        self,
        session: Session,
        relation: Relation,
        *,
        to: str,
        name: str,
        language: Language,
        inviter: str,
        company: str,
        company_id: str,
        path: str,
        expires_at: datetime,
    ) -> None:
        """Queue an invitation."""
        message = compose_invitation(
            relation,
            to=to,
            name=name,
            language=language,
            inviter_name=inviter,
            inviter_company=company,
            link=self._settings.link(path),
            company_id=company_id,
            expires_at=expires_at,
        )
        queue(session, message)

    def password_reset(self, session: Session, *, to: str, name: str, language: Language, path: str) -> None:
        """Queue the link of a password reset."""
        link = self._settings.link(path)
        queue(session, compose_password_reset(to=to, name=name, language=language, link=link))

    def entry_link(
        self, session: Session, *, to: str, name: str, language: Language, path: str, expires_at: datetime
    ) -> None:
        """Queue the link that signs in."""
        link = self._settings.link(path)
        message = compose_sign_in_link(to=to, name=name, language=language, link=link, expires_at=expires_at)
        queue(session, message)
