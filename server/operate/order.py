"""One order, as an operator looks for it when somebody says that his is not what it should be.

for line in told_of(db, "2026-0147"): print(line)
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, or_, select

from persistence.audit import Audit, changes_of
from persistence.company import Company
from persistence.database import Database
from persistence.order import Order
from persistence.refusal import RefusedEdit
from server.operate.check import check_order
from server.operate.failure import Failure

LAST: Final = 20
"""Changes that are told, and refusals."""
LONGEST: Final = 60
"""Characters of a value that are told."""


def told_of(db: Database, word: str) -> Iterator[str]:
    """What is known of each order with a number or a client's reference, or of the one with an id. Raises Failure when
    there is none, and in the end when what is kept is not sound."""
    named = or_(*(col(name) == word for name in (Order.number, Order.reference, Order.id)))
    with db.reading() as session:
        found = session.exec(select(Order).where(named).order_by(col(Order.id))).all()
        if not found:
            raise Failure(
                f"There is no order {word}. It has a number such as 2026-0147, and an id in its address."
            )
        for order in found:  # each supplier counts for himself, and each client has his own references
            yield from _told(session, order)
        faults = [fault for order in found for fault in check_order(session, order.id)]
    if faults:
        raise Failure("What is kept of it is not sound:\n" + "\n".join(faults))
    yield "What is kept of it is sound."


def _told(session: Session, order: Order) -> Iterator[str]:
    yield f"order {order.number or 'without a number'}, id {order.id}"
    for side, company_id, colour in (
        ("supplier", order.supplier_id, order.supplier_status),
        ("client", order.client_id, order.client_status),
    ):
        company = session.get(Company, company_id)
        yield f"  {side:<9}{company.name if company else company_id}: {colour}"
    yield f"  turn     {order.turn or 'nobody'}"
    yield f"  changed  {_at(order.changed_at)} UTC by {order.changed_by}, entry {order.seq} of its journal"
    yield from _listed(
        "last changes, in UTC", [told_change(each) for each in changes_of(session, order.id, None, LAST)]
    )
    refused = select(RefusedEdit).where(RefusedEdit.order_id == order.id)
    newest = session.exec(refused.order_by(col(RefusedEdit.at).desc(), col(RefusedEdit.id)).limit(LAST))
    yield from _listed("last refused, in UTC", [_refusal(each) for each in newest])


def _listed(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"  {title}:"
        yield from (f"    {line}" for line in lines)


def told_change(change: Audit, longest: int | None = LONGEST) -> str:
    """An entry of the trail on one line; of a value no more than `longest` characters."""
    who = f"{change.name or change.role} ({change.user_id or change.rule or change.role})"
    if change.cell.startswith("command/"):
        return f"{_at(change.at)}  {change.cell}  {who}"
    return f"{_at(change.at)}  {change.cell}  {_short(change.before, longest)} → {_short(change.after, longest)}  {who}"


def _refusal(refused: RefusedEdit) -> str:
    kept = f"{_short(refused.tried)} refused as {refused.code}, {_short(refused.kept)} stands"
    return f"{_at(refused.at)}  {refused.cell}  {kept}  ({refused.user_id})"


def _short(value: str | None, longest: int | None = LONGEST) -> str:
    if value is None:
        return "nothing"
    return value if longest is None or len(value) <= longest else f"{value[:longest]}…"


def _at(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S}"
