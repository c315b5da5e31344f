"""A claimed mail as the message that goes over the wire (RFC 5322), text first, HTML as its alternative."""

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from persistence.outbox import Claim


class UnsendableMail(Exception):
    """No server could ever take this mail: its address is none."""


def mime_of(claim: Claim, mail_from: str) -> EmailMessage:
    """The message, the same at every attempt: its Message-ID is that of the outbox row.

    All mails of one order refer to one id, so that mail clients show them as one conversation. Raises
    UnsendableMail when the recipient's address is malformed.
    """
    message = EmailMessage(policy=SMTP)
    domain = parseaddr(mail_from)[1].rpartition("@")[2] or "localhost"
    message["From"] = mail_from
    message["To"] = recipient_of(claim)
    message["Subject"] = claim.message.subject
    message["Date"] = claim.created_at
    message["Message-ID"] = f"<{claim.id}@{domain}>"
    if claim.message.order_id:
        message["In-Reply-To"] = message["References"] = f"<order.{claim.message.order_id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(claim.message.text)
    message.add_alternative(claim.message.html, subtype="html")
    message["Content-Language"] = claim.message.language  # set earlier, it would go down into the text part
    return message


def recipient_of(claim: Claim) -> Address:
    """The one address the mail goes to. Raises UnsendableMail."""
    try:
        address = Address(addr_spec=claim.message.to)
    except (MessageError, ValueError, IndexError) as fault:
        raise UnsendableMail("the address is malformed") from fault
    if not address.username or not address.domain:
        raise UnsendableMail("the address is malformed")
    return address
