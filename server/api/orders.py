"""Orders: lists, one order, its trail, its commands."""

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, Literal

import anyio
from pydantic import Field, model_validator
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from persistence.audit import Audit, changes_of
from persistence.order_list import Row, RowKey, Wanted, count_orders, list_orders
from persistence.page import BadCursor, cursor, key_of, page_of
from persistence.page import Page as RowPage
from persistence.refusal import dismiss
from schema.order import Side
from schema.policy import Command
from schema.refusals import REFUSALS
from schema.status import Status
from server.announce import people_told
from server.availability import OrderUnavailable
from server.beginning import NotRelated, begin
from server.command_pace import CommandPace
from server.commands import Declined
from server.door import Entry, enter
from server.endpoint import Call, Endpoint
from server.fields import PARAGRAPH, Draft, Id, Page, View
from server.list_query import number_after
from server.order_row import OrderRow, row_view
from server.order_service import RightsEnded, is_large, perform
from server.order_view import OrderView, view_order
from server.problem import FieldError, Problem
from server.room import Room
from server.sentences import declare, known
from server.services import Services

declare({code: sentences for code, sentences in REFUSALS.items() if not known(code)})
declare(
    {
        "not_related": (
            "Cette entreprise n’est pas dans votre liste; ajoutez-la d’abord.",
            "This company is not in your list; add it first.",
        ),
        "one_party": ("Indiquez soit client_id, soit supplier_id.", "Give either client_id or supplier_id."),
        "id_taken": ("Cet identifiant est déjà pris.", "This id is already taken."),
        "term_differs": ("Cette valeur a changé depuis.", "This value has changed since."),
        "term_missing": ("Il manque cette valeur.", "This value is missing."),
    }
)

READ_SECONDS: Final = 10.0


class OrdersQuery(Draft):
    side: Side | None = None
    status: Status | None = None
    turn: Literal["mine"] | None = None
    q: str = Field(default="", max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
    after: str | None = Field(default=None, max_length=200)
    limit: int = Field(default=50, ge=1, le=200)


class CountsQuery(Draft):
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
    id: str


class CommandDraft(Draft):
    """`digest`: of the terms that the author saw, to send and to accept. `reason`: to decline, cancel or amend."""

    digest: str | None = Field(default=None, max_length=64, pattern=r"^[0-9a-f]{64}$")
    reason: str | None = Field(default=None, max_length=1000, pattern=PARAGRAPH)


class ChangeView(View):
    """One entry of the trail. `cell`: an address, or `command/…`; `rule`: what drove a bot."""

    id: int
    cell: str
    before: Any
    after: Any
    name: str
    side: Side | None
    role: str
    rule: str | None
    reason: str | None
    at: datetime


class ChangesQuery(Draft):
    after: str | None = Field(default=None, max_length=200)
    limit: int = Field(default=100, ge=1, le=200)


async def orders(call: Call[None, OrdersQuery]) -> Page[OrderRow]:
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


def _page(session: Session, wanted: list[Wanted], limit: int) -> "RowPage[Row]":
    found = [list_orders(session, each) for each in wanted]
    rows = sorted((row for each in found for row in each.rows), key=_key, reverse=True)
    stops = [each.stopped for each in found if each.stopped is not None]
    if not stops:
        return page_of(rows, limit, lambda row: _cursor_parts(_key(row)))
    # A side that stopped may have rows below, so that nothing below may be shown yet.
    shown = [row for row in rows if _key(row) >= max(stops)]
    if len(shown) > limit:
        return page_of(shown, limit, lambda row: _cursor_parts(_key(row)))
    return RowPage(shown, cursor(*_cursor_parts(max(stops))))


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
    counted = await call.services.db.read(count_orders, call.member.company_id, call.query.side)
    statuses = {name: counted.get(name, 0) for name in CountsView.model_fields if name not in ("mine", "all")}
    return CountsView(**statuses, mine=counted["mine"], all=sum(statuses.values()))


async def create(call: Call[OrderDraft]) -> IdView:
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


async def show(call: Call) -> OrderView:
    entry = await entered(call)
    return await _view(call.services, await _room(call, entry), entry)


async def _view(services: Services, room: Room, entry: Entry) -> OrderView:
    """The order as it is committed; a large one is worked out beside the loop."""
    try:
        async with asyncio.timeout(READ_SECONDS):
            reading = await room.durable()
    except TimeoutError:
        raise Problem(503, "order_unavailable", headers={"Retry-After": "5"}) from None
    view = partial(
        view_order,
        reading.content,
        order_id=room.order_id,
        side=entry.author.side,
        role=entry.author.role,
        state=reading.state,
        epoch=room.epoch,
        seq=reading.seq,
    )
    if is_large(reading.content):
        return await services.large_work.do(entry.author.user_id, view)
    return await anyio.to_thread.run_sync(view)


async def changes(call: Call[None, ChangesQuery]) -> Page[ChangeView]:
    entry = await entered(call)
    limit = call.query.limit
    rows = await call.services.db.read(changes_of, entry.order.id, number_after(call.query.after), limit + 1)
    page = page_of(rows, limit, lambda row: (str(row.id),))
    return Page(items=[_change_view(row) for row in page.items], next=page.next)


def _change_view(row: Audit) -> ChangeView:
    facts = row.model_dump(include={"id", "cell", "name", "side", "role", "rule", "reason", "at"})
    return ChangeView(**facts, before=row.value("before"), after=row.value("after"))


def _command(name: Command):  # type: ignore[no-untyped-def]
    async def give(call: Call[CommandDraft]) -> OrderView:
        entry = await entered(call)
        room = await _room(call, entry)
        pace = await _pace(call, entry)
        pace.check()
        digest, reason = call.body.digest, call.body.reason or None
        try:
            # What waits ends as his sockets do, whichever server took his right away.
            with call.services.sockets.held(call.member) as stay:
                done = await perform(
                    call.services, room, entry.author, name, digest, reason, has_ended=stay.has_ended
                )
        except (OrderUnavailable, TimeoutError):
            raise Problem(503, "order_unavailable", headers={"Retry-After": "2"}) from None
        except RightsEnded:
            raise Problem(401, "signed_out") from None
        if isinstance(done, Declined):
            if done.refusal.code == "stale_digest" and call.body.digest is None:
                raise Problem(422, "invalid", errors=[FieldError("digest", "required")])
            raise _problem(done)
        pace.count()
        return await _view(call.services, room, entry)

    return give


async def _pace(call: Call[CommandDraft], entry: Entry) -> CommandPace:
    services, own_id, order = call.services, call.member.company_id, entry.order
    other_id = order.client_id if own_id == order.supplier_id else order.supplier_id
    told = await services.db.read(people_told, other_id)
    return CommandPace(services.throttle, own_id, order.id, not told, services.clock())


def _problem(declined: Declined) -> Problem:
    refusal = declined.refusal
    code = {"stale_digest": "term_differs", "offer_over": "offer_over"}.get(refusal.code, "term_missing")
    errors = [FieldError(cell, code) for cell in declined.cells]
    status = {"read_only_member": 403, "people_only": 403, "reason_required": 422, "too_long": 422}.get(
        refusal.code, 409
    )
    if refusal.code == "reason_required":
        errors = [FieldError("reason", "required")]
    return Problem(status, refusal.code, errors=errors, **refusal.values)


async def put_away(call: Call) -> None:
    entry = await entered(call)
    found = await call.services.db.write(
        dismiss, entry.order.id, call.member.user_id, call.path["refusal_id"]
    )
    if not found:
        raise Problem(404, "not_found")


async def entered(call: Call[Any, Any]) -> Entry:
    """The order that the path names, for whoever may see it. Raises Problem 404 for all others."""
    entry = await call.services.db.read(enter, call.member, call.path["id"])
    if entry is None:
        raise Problem(404, "not_found")
    return entry


async def _room(call: Call[Any, Any], entry: Entry) -> Room:
    try:
        return await call.services.rooms.open(entry.order.id, entry.order.seq)
    except OrderUnavailable:
        raise Problem(503, "order_unavailable", headers={"Retry-After": "5"}) from None


_SUMMARIES: dict[Command, str] = {
    "send": "Sign the terms that stand and send them to the other company",
    "accept": "Sign the terms that the other company has signed",
    "decline": "Refuse the order, its amendment, or its cancellation",
    "amend": "Open an agreed order to changes; the agreed revision stays in force",
    "cancel": "End an order; once agreed, when both companies have asked",
    "deliver": "Close an agreed order as delivered",
}

_MISSING = (404, "not_found")
_BUSY = (503, "order_unavailable")
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
    Endpoint(
        "GET", "/api/orders/{id}", show, reply=OrderView, role="viewer", summary="Read one order",
        problems=[_MISSING, _BUSY],
    ),
    Endpoint(
        "GET", "/api/orders/{id}/changes", changes, query=ChangesQuery, reply=Page[ChangeView], role="viewer",
        summary="Read an order's trail, newest first", problems=[_MISSING],
    ),
    Endpoint(
        "DELETE", "/api/orders/{id}/refusals/{refusal_id}", put_away, role="viewer",
        summary="Dismiss a refused edit of one's own", status=204, problems=[_MISSING],
    ),
    *(
        Endpoint(
            "POST", f"/api/orders/{{id}}/{name}", _command(name), body=CommandDraft, reply=OrderView,
            role="viewer", summary=summary,
            problems=[_MISSING, _BUSY, (403, "read_only_member"), (403, "people_only"), (409, "stale_digest"),
                      (409, "not_allowed_now"), (409, "incomplete"), (409, "no_lines"), (409, "already_signed"),
                      (409, "nothing_to_accept"), (409, "offer_over"), (422, "reason_required"),
                      (429, "too_many_requests")],
        )
        for name, summary in _SUMMARIES.items()
    ),
]  # fmt: skip
