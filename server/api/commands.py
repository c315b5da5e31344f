"""The commands of an order, an operation for each."""

from collections.abc import Awaitable, Callable

from pydantic import Field

from schema.policy import Command
from schema.refusals import REFUSALS
from server.api.command_pace import CommandPace
from server.api.order import ABSENT, BUSY, entered, room_of, view_of
from server.availability import OrderUnavailable
from server.fields import PARAGRAPH, Draft
from server.http.endpoint import Call, Endpoint
from server.orders.commands import REASON_LIMIT, Declined
from server.orders.door import Entry
from server.orders.readers import people_told
from server.orders.service import RightsEnded, perform
from server.orders.view import OrderView
from server.problem import FieldError, Problem
from server.rooms.room import Room
from server.sentences import declare, known

declare({code: sentences for code, sentences in REFUSALS.items() if not known(code)})
declare(
    {
        "term_differs": ("Cette valeur a changé depuis.", "This value has changed since."),
        "term_missing": ("Il manque cette valeur.", "This value is missing."),
    }
)


class CommandDraft(Draft):
    """`digest`: of the terms that the author saw, to send and to accept. `reason`: to decline, cancel or amend."""

    digest: str | None = Field(default=None, max_length=64, pattern=r"^[0-9a-f]{64}$")
    reason: str | None = Field(default=None, max_length=REASON_LIMIT, pattern=PARAGRAPH)


def _command(name: Command) -> Callable[[Call[CommandDraft]], Awaitable[OrderView]]:
    """The handler that gives one command."""

    async def give(call: Call[CommandDraft]) -> OrderView:
        entry = await entered(call)
        room = await room_of(call, entry)
        pace = await _pace(call, entry)
        pace.check()
        await _carry_out(call, name, room, entry)
        pace.count()
        return await view_of(call.services, room, entry)

    return give


async def _carry_out(call: Call[CommandDraft], name: Command, room: Room, entry: Entry) -> None:
    services, digest, reason = call.services, call.body.digest, call.body.reason or None
    try:
        # What waits ends as his sockets do, whichever server took his right away.
        with services.sockets.held(call.member) as stay:
            done = await perform(services, room, entry.author, name, digest, reason, has_ended=stay.has_ended)
    except (OrderUnavailable, TimeoutError):
        raise Problem(503, "order_unavailable", headers={"Retry-After": "2"}) from None
    except RightsEnded:
        raise Problem(401, "signed_out") from None
    if isinstance(done, Declined):
        if done.refusal.code == "stale_digest" and digest is None:
            raise Problem(422, "invalid", errors=[FieldError("digest", "required")])
        raise _problem(done)


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


_SUMMARIES: dict[Command, str] = {
    "send": "Sign the terms that stand and send them to the other company",
    "accept": "Sign the terms that the other company has signed",
    "decline": "Refuse the order, its amendment, or its cancellation",
    "amend": "Open an agreed order to changes; the agreed revision stays in force",
    "cancel": "End an order; once agreed, when both companies have asked",
    "deliver": "Close an agreed order as delivered",
}

_PROBLEMS = [
    ABSENT, BUSY, (403, "read_only_member"), (403, "people_only"), (409, "stale_digest"), (409, "not_allowed_now"),
    (409, "incomplete"), (409, "no_lines"), (409, "already_signed"), (409, "nothing_to_accept"), (409, "offer_over"),
    (422, "reason_required"), (429, "too_many_requests"),
]  # fmt: skip
ENDPOINTS = [
    Endpoint(
        "POST",
        f"/api/orders/{{id}}/{name}",
        _command(name),
        body=CommandDraft,
        reply=OrderView,
        role="viewer",
        summary=summary,
        problems=_PROBLEMS,
    )
    for name, summary in _SUMMARIES.items()
]
