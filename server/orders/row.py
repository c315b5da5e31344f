"""A row of a list of orders, as the API and the live lists show it to one reader."""

from datetime import datetime

from persistence.order_list import Row
from schema.order import Side
from schema.status import Status
from server.fields import View


class OtherPartyView(View):
    """The other company of an order."""

    id: str
    name: str


class OrderRow(View):
    """An order in a list, for one reader."""

    id: str
    number: str | None
    side: Side
    party: OtherPartyView
    reference: str | None
    status: Status
    turn: Side | None
    lines: int
    total: str
    currency: str
    promised_date: str | None
    requested_date: str | None
    changed_at: datetime
    changed_by: str
    late: bool
    backorder: bool


def row_view(row: Row, today: str) -> OrderRow:
    """A list's row for its reader; late: promised or asked for a day that has passed, and not closed."""
    order = row.order
    due = order.promised_date or order.requested_date
    status = order.supplier_status if row.side == "supplier" else order.client_status
    return OrderRow(
        **order.model_dump(
            include={
                "id", "number", "reference", "turn", "lines", "total", "currency", "promised_date", "requested_date",
                "changed_at", "changed_by", "backorder",
            }
        ),
        side=row.side,
        party=OtherPartyView(id=row.party_id, name=row.party_name),
        status=status,
        late=bool(due and due < today and status not in ("draft", "closed")),
    )  # fmt: skip
