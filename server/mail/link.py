"""Where a mail's one link leads."""

from datetime import datetime

from sqlmodel import Session

from persistence.clock import now as present
from persistence.link import add_link
from persistence.person import Person


def order_link(
    session: Session, person: Person, order_id: str, public_url: str, now: datetime | None = None
) -> str:
    """The address of an order for a person; without a password, one that signs him in, once."""
    path = f"/orders/{order_id}"
    if person.password_hash is not None:
        return f"{public_url.rstrip('/')}{path}"
    _, secret = add_link(
        session,
        "entry",
        at=now or present(),
        email=person.email,
        person_id=person.id,
        name=person.name,
        language=person.language,
        path=path,
    )
    return f"{public_url.rstrip('/')}/enter/{secret}?to={path}"
