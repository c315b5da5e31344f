"""Mail: what other parts call to compose a mail. `persistence.outbox.queue` keeps it, `sender` sends it."""

from server.mail.account import compose_invitation, compose_password_reset, compose_sign_in_link
from server.mail.letter import OrderMailKind
from server.mail.link import order_link
from server.mail.order import OrderMail, Reader

__all__ = [
    "OrderMail",
    "OrderMailKind",
    "Reader",
    "compose_invitation",
    "compose_password_reset",
    "compose_sign_in_link",
    "order_link",
]
