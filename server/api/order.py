"""One order: how it stands, its trail, and the refused edits of its reader."""

import asyncio
from datetime import datetime
from functools import partial
from typing import Any, Final

import anyio
from pydantic import Field

from persistence.audit import Audit, changes_of
from persistence.page import page_of
from persistence.refusal import dismiss
from schema.order import Side
from server.availability import OrderUnavailable
from server.fields import Draft, Page, View
from server.http.endpoint import Call, Endpoint
from server.http.list_query import number_after
from server.orders.door import Entry, enter
from server.orders.service import is_large
from server.orders.view import OrderView, view_order
from server.problem import Problem
from server.rooms.room import Room
from server.services import Services

READ_SECONDS: Final = 10.0


class ChangeView(View):
    """One entry of the trail. `cell`: an address, or `command/…`; `rule`: what drove a bot; `at`: when it was written,
    of what somebody typed into the note when he began, within the minute."""

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
    """`after`: the `next` of the page before. `limit`: entries on a page."""

    after: str | None = Field(default=None, max_length=200)
    limit: int = Field(default=100, ge=1, le=200)


async def show(call: Call) -> OrderView:
    """The order as it is committed."""
    entry = await entered(call)
    return await view_of(call.services, await room_of(call, entry), entry)


async def view_of(services: Services, room: Room, entry: Entry) -> OrderView:
    """The order as it is committed; a large one is worked out beside the loop."""
    try:
        async with asyncio.timeout(READ_SECONDS):
            reading = await room.durable()
    except (OrderUnavailable, TimeoutError):
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
    """The trail of an order, newest first."""
    entry = await entered(call)
    limit = call.query.limit
    rows = await call.services.db.read(changes_of, entry.order.id, number_after(call.query.after), limit + 1)
    page = page_of(rows, limit, lambda row: (str(row.id),))
    return Page(items=[_change_view(row) for row in page.items], next=page.next)


def _change_view(row: Audit) -> ChangeView:
    facts = row.model_dump(include={"id", "cell", "name", "side", "role", "rule", "reason", "at"})
    return ChangeView(**facts, before=row.value("before"), after=row.value("after"))


async def dismiss_refusal(call: Call) -> None:
    """Dismiss a refused edit of one's own."""
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


async def room_of(call: Call[Any, Any], entry: Entry) -> Room:
    """The order in memory. Raises Problem 503 when it cannot be opened."""
    try:
        return await call.services.rooms.open(entry.order.id, entry.order.seq)
    except OrderUnavailable:
        raise Problem(503, "order_unavailable", headers={"Retry-After": "5"}) from None


ABSENT = (404, "not_found")
BUSY = (503, "order_unavailable")
ENDPOINTS = [
    Endpoint(
        "GET", "/api/orders/{id}", show, reply=OrderView, role="viewer", summary="Read one order",
        problems=[ABSENT, BUSY],
    ),
    Endpoint(
        "GET", "/api/orders/{id}/changes", changes, query=ChangesQuery, reply=Page[ChangeView], role="viewer",
        summary="Read an order's trail, newest first", problems=[ABSENT],
    ),
    Endpoint(
        "DELETE", "/api/orders/{id}/refusals/{refusal_id}", dismiss_refusal, role="viewer",
        summary="Dismiss a refused edit of one's own", status=204, problems=[ABSENT],
    ),
]  # fmt: skip
