"""One conversation with the mail server, and what its outcome means for the mail."""

import asyncio
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Final, Literal

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

TIMEOUT: Final = 60.0
"""Seconds for one whole conversation; far below `persistence.outbox.CLAIM_TIMEOUT`."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed over.

    tls: `none`, `starttls` (required, not merely offered), or `tls` at once. patience: seconds for one mail.
    """

    host: str
    port: int
    tls: Literal["none", "starttls", "tls"] = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    patience: float = TIMEOUT


@dataclass(frozen=True, slots=True)
class Sent:
    """The server answered 250: the mail is its to deliver."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The server will never take this mail."""

    error: str


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not work this time."""

    error: str


Outcome = Sent | Refused | Failed


async def deliver(server: SmtpServer, message: EmailMessage) -> Outcome:
    """Hand one message over. Never raises for what the network or the server does."""
    try:
        async with asyncio.timeout(server.patience):
            await _converse(server, message)
    except (SMTPException, OSError, TimeoutError, ValueError) as fault:
        return outcome_of(fault)
    return Sent()


async def _converse(server: SmtpServer, message: EmailMessage) -> None:
    client = SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.tls == "tls",
        start_tls=server.tls == "starttls",
        timeout=server.patience,
    )
    async with client:
        await client.send_message(
            message, sender=parseaddr(str(message["From"]))[1], recipients=[str(message["To"])]
        )


def outcome_of(fault: Exception) -> Refused | Failed:
    """What a failed conversation means: 5xx on the recipient or the content is final, all else passes.

    A refused sender or sign-in concerns the settings, not the mail, and is tried again.
    """
    match fault:
        case SMTPRecipientsRefused(recipients=[SMTPRecipientRefused() as refusal, *_]):
            return outcome_of(refusal)
        case SMTPAuthenticationError():
            return Failed(f"{fault.code} the mail server refused our sign-in")
        case SMTPRecipientRefused() | SMTPDataError() if fault.code >= 500:
            return Refused(_said(fault))
        case SMTPNotSupported():
            return Refused("the mail server does not know such addresses")
        case SMTPResponseException():
            return Failed(_said(fault))
        case TimeoutError():
            return Failed("the mail server did not answer in time")
        case SMTPException() | OSError() if str(fault):
            # What it lacks, or what the network or a certificate does.
            return Failed(f"the mail server could not be used: {' '.join(str(fault).split())}")
    return Failed(f"the mail server could not be used: {type(fault).__name__}")


def _said(fault: SMTPResponseException) -> str:
    return " ".join(f"{fault.code} {fault.message}".split())
