"""Orders: the lists of them, how many there are, and beginning one."""

from datetime import UTC, datetime
from typing import Literal

from pydantic import Field, model_validator
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from persistence.order_list import Row, RowKey, Wanted, count_orders, list_orders
from persistence.page import BadCursor, Rows, cursor, key_of, page_of
from schema.order import Side
from schema.status import Status
from server.fields import Draft, Id, Page, View
from server.http.endpoint import Call, Endpoint
from server.orders.beginning import NotRelated, begin
from server.orders.door import enter
from server.orders.row import OrderRow, row_view
from server.problem import FieldError, Problem
from server.sentences import declare

declare(
    {
        "not_related": (
            "Cette entreprise n’est pas dans votre liste; ajoutez-la d’abord.",
            "This company is not in your list; add it first.",
        ),
        "one_party": ("Indiquez soit client_id, soit supplier_id.", "Give either client_id or supplier_id."),
        "id_taken": ("Cet identifiant est déjà pris.", "This id is already taken."),
    }
)


class OrdersQuery(Draft):
    """`side`: what the reader's company is in them, both by default. `turn`: `mine` where it is its turn. `q`: words to
    search."""

    side: Side | None = None
    status: Status | None = None
    turn: Literal["mine"] | None = None
    q: str = Field(default="", max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
    after: str | None = Field(default=None, max_length=200)
    limit: int = Field(default=50, ge=1, le=200)


class CountsQuery(Draft):
    """`side`: what the reader's company is in the orders that are counted."""

    side: Side = "supplier"


class CountsView(View):
    """How many orders there are by the reader's colour; `mine`: where it is his company's turn.

    Counting stops at 1,000: that many may be more."""

    mine: int
    draft: int
    waiting: int
    changed: int
    agreed: int
    amending: int
    closed: int
    all: int


class OrderDraft(Draft):
    """The other company, as client or as supplier. `id` may be chosen by the caller, so that trying twice makes one."""

    client_id: Id | None = None
    supplier_id: Id | None = None
    id: Id | None = None

    @model_validator(mode="after")
    def _one_party(self) -> "OrderDraft":
        if (self.client_id is None) == (self.supplier_id is None):
            raise Problem(422, "one_party")
        return self


class IdView(View):
    """The id of the order that was begun."""

    id: str


async def orders(call: Call[None, OrdersQuery]) -> Page[OrderRow]:
    """A page of the orders on one side of the reader's company, or on both."""
    query = call.query
    after = _row_cursor(query.after)
    sides: list[Side] = [query.side] if query.side else ["supplier", "client"]
    wanted = [
        Wanted(call.member.company_id, side, query.status, query.turn == "mine", query.q, after, query.limit)
        for side in sides
    ]
    page = await call.services.db.read(_page, wanted, query.limit)
    today = call.services.today()
    return Page(items=[row_view(row, today) for row in page.items], next=page.next)


def _page(session: Session, wanted: list[Wanted], limit: int) -> Rows[Row]:
    found = [list_orders(session, each) for each in wanted]
    rows = sorted((row for each in found for row in each.rows), key=_key, reverse=True)
    stops = [each.stopped for each in found if each.stopped is not None]
    if not stops:
        return page_of(rows, limit, lambda row: _cursor_parts(_key(row)))
    # A side that stopped may have rows below, so that nothing below may be shown yet.
    shown = [row for row in rows if _key(row) >= max(stops)]
    if len(shown) > limit:
        return page_of(shown, limit, lambda row: _cursor_parts(_key(row)))
    return Rows(shown, cursor(*_cursor_parts(max(stops))))


def _key(row: Row) -> RowKey:
    return RowKey(row.order.changed_at, row.order.id)


def _cursor_parts(key: RowKey) -> tuple[str, str]:
    return key.changed_at.isoformat(), key.order_id


def _row_cursor(after: str | None) -> RowKey | None:
    if after is None:
        return None
    try:
        at, order_id = key_of(after, 2)
        return RowKey(datetime.fromisoformat(at).astimezone(UTC), order_id)
    except (BadCursor, ValueError, OverflowError):
        raise Problem(422, "invalid", errors=[FieldError("after", "wrong_form")]) from None


async def counts(call: Call[None, CountsQuery]) -> CountsView:
    """How many orders there are by colour."""
    counted = await call.services.db.read(count_orders, call.member.company_id, call.query.side)
    statuses = {name: counted.get(name, 0) for name in CountsView.model_fields if name not in ("mine", "all")}
    return CountsView(**statuses, mine=counted["mine"], all=sum(statuses.values()))


async def create(call: Call[OrderDraft]) -> IdView:
    """Begin an order; who comes again with an id of his own is given the order that he began."""
    body = call.body
    side: Side = "supplier" if body.client_id else "client"
    other_id = body.client_id or body.supplier_id or ""
    try:
        return IdView(id=await begin(call.services, call.member, side, other_id, body.id))
    except NotRelated:
        field = "client_id" if body.client_id else "supplier_id"
        raise Problem(422, "not_related", errors=[FieldError(field, "not_related")]) from None
    except IntegrityError:
        return await _begun_before(call, other_id)


async def _begun_before(call: Call[OrderDraft], other_id: str) -> IdView:
    """The caller's own id came again: the same order when it is the same wish."""
    entry = await call.services.db.read(enter, call.member, call.body.id or "")
    if entry is None or other_id not in (entry.order.client_id, entry.order.supplier_id):
        raise Problem(409, "id_taken", errors=[FieldError("id", "id_taken")])
    return IdView(id=entry.order.id)


ENDPOINTS = [
    Endpoint(
        "GET", "/api/orders", orders, query=OrdersQuery, reply=Page[OrderRow], role="viewer",
        summary="List orders, newest change first",
    ),
    Endpoint(
        "GET", "/api/orders/counts", counts, query=CountsQuery, reply=CountsView, role="viewer",
        summary="Count orders by the reader's colour",
    ),
    Endpoint(
        "POST", "/api/orders", create, body=OrderDraft, reply=IdView, status=201, role="standard",
        summary="Begin an order with a client or a supplier",
        problems=[(422, "not_related"), (422, "one_party"), (409, "id_taken")],
    ),
]  # fmt: skip
