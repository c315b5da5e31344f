"""Bots: how a company's bots work, what they decided in an order, and undoing it."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints
from sqlmodel import Session

from persistence.bot_decision import BotDecision, decision_by_id, decisions_page
from persistence.bot_settings import BotSettings, change_settings, settings_of
from persistence.due_look import owe_looks
from persistence.page import page_of
from persistence.stock import followed_products
from schema.language import Language
from schema.values import canonical_decimal, check
from server.api.order import entered
from server.availability import OrderUnavailable
from server.bots.undo import undo
from server.fields import Draft, Instant, Page, Patch, View
from server.http.endpoint import Call, Endpoint
from server.http.list_query import number_after
from server.orders.door import Entry
from server.problem import FieldError, Problem
from server.sentences import declare

declare(
    {
        "not_written": (
            "Cette décision n’a rien écrit; il n’y a rien à annuler.",
            "This decision wrote nothing; there is nothing to undo.",
        ),
        "already_undone": ("Cette décision est déjà annulée.", "This decision is already undone."),
    }
)

Mode = Literal["off", "propose", "send_within_tolerance"]


class BotsView(View):
    """How the company's bots work. `tolerance_percent`: of a line's quantity short at most, when a bot may send."""

    mode: Mode
    tolerance_percent: str
    tolerance_days: int
    dry_run: bool
    reminder_days: int | None
    paused: bool


class BotsPatch(Patch):
    """`reminder_days`: null for no reminders. `paused`: every bot of the company rests; nothing else is lost."""

    mode: Mode | None = None
    tolerance_percent: Annotated[str, StringConstraints(max_length=10)] | None = None
    tolerance_days: Annotated[int, Field(ge=0, le=365)] | None = None
    dry_run: bool | None = None
    reminder_days: Annotated[int, Field(ge=1, le=365)] | None = None
    paused: bool | None = None


class DecidedCell(View):
    """One cell that a bot wrote, or would write: its address, and what stood and stands there."""

    cell: str
    before: Any
    after: Any


class DecisionView(View):
    """What a bot decided about one line. `event`: the change of stock it answers.

    last: it has corrected a cell so often that it now leaves it to people.
    state: `written`, `would_write` (dry run) or `undone`; undone_by: a person's name.
    """

    id: str
    line: str
    state: Literal["written", "would_write", "undone"]
    cells: list[DecidedCell]
    rule: str
    event: int
    reason: str
    last: bool
    at: Instant
    undone_at: Instant | None
    undone_by: str | None


class DecisionsQuery(Draft):
    """`after`: the `next` of the page before. `limit`: decisions on a page."""

    after: str | None = Field(default=None, max_length=200)
    limit: int = Field(default=50, ge=1, le=200)


async def bots(call: Call) -> BotsView:
    """How the company's bots work."""
    return BotsView.model_validate(await call.services.db.read(settings_of, call.member.company_id))


async def change(call: Call[BotsPatch]) -> BotsView:
    """Set what is named of how the company's bots work; they look again at everything."""
    values = _values(call.body)
    at = call.services.clock()
    row, products = await call.services.db.write(_change, call.member.company_id, values, at)
    call.services.stock_changed(call.member.company_id, products)
    return BotsView.model_validate(row)


def _values(patch: BotsPatch) -> dict[str, Any]:
    given = patch.model_dump(exclude_unset=True)
    wrong = [
        FieldError(name, "required")
        for name, value in given.items()
        if value is None and name != "reminder_days"
    ]
    percent = given.get("tolerance_percent")
    if percent is not None and check("percent", percent):
        wrong.append(FieldError("tolerance_percent", "out_of_range"))
    if wrong:
        raise Problem(422, "invalid", errors=wrong)
    if percent is not None:
        given["tolerance_percent"] = canonical_decimal(percent)
    return given


def _change(
    session: Session, company_id: str, values: dict[str, Any], at: datetime
) -> tuple[BotSettings, list[str]]:
    settings, products = change_settings(session, company_id, values), followed_products(session, company_id)
    owe_looks(session, company_id, products, at)
    return settings, products


async def decisions(call: Call[None, DecisionsQuery]) -> Page[DecisionView]:
    """What bots decided in an order, newest first."""
    entry = await _own_entry(call)
    limit = call.query.limit
    rows = await call.services.db.read(decisions_page, entry.order.id, number_after(call.query.after), limit)
    page = page_of(rows, limit, lambda row: (str(row.number),))
    return Page(items=[_view(row, call.language) for row in page.items], next=page.next)


async def undo_decision(call: Call) -> DecisionView:
    """Write back what a bot overwrote; it does not come to that decision again."""
    entry = await _own_entry(call)
    db, order_id, decision_id = call.services.db, entry.order.id, call.path["decision_id"]
    decision = await db.read(decision_by_id, order_id, decision_id)
    if decision is None:
        raise Problem(404, "not_found")
    if decision.state != "written":
        raise Problem(409, "not_written")
    if decision.undone_at is not None:
        raise Problem(409, "already_undone")
    try:
        room = await call.services.rooms.open(order_id, entry.order.seq)
        refusal = await undo(call.services, room, entry, decision)
    except (OrderUnavailable, TimeoutError):
        raise Problem(503, "order_unavailable", headers={"Retry-After": "2"}) from None
    if refusal is not None:
        raise Problem(403 if refusal.code == "read_only_member" else 409, refusal.code, **refusal.values)
    undone = await db.read(decision_by_id, order_id, decision_id)
    return _view(undone or decision, call.language)


async def _own_entry(call: Call[Any, Any]) -> Entry:
    """The order, for its supplier: what his bots decide, and would decide, is nobody else's business."""
    entry = await entered(call)
    if entry.author.side != "supplier":
        raise Problem(404, "not_found")
    return entry


def _view(row: BotDecision, language: Language) -> DecisionView:
    return DecisionView(
        id=row.id,
        line=row.line,
        state="undone" if row.undone_at else "would_write" if row.state == "would_write" else "written",
        cells=[DecidedCell(**cell) for cell in row.cells],
        rule=row.rule,
        event=row.event,
        reason=row.reason_en if language == "en" else row.reason_fr,
        last=row.last,
        at=row.at,
        undone_at=row.undone_at,
        undone_by=row.undone_name,
    )


_MISSING = (404, "not_found")
ENDPOINTS = [
    Endpoint("GET", "/api/bots", bots, reply=BotsView, role="viewer", summary="How the company's bots work"),
    Endpoint(
        "PATCH", "/api/bots", change, body=BotsPatch, reply=BotsView, role="manager", people=True,
        summary="Change how the company's bots work",
    ),
    Endpoint(
        "GET", "/api/orders/{id}/bot-decisions", decisions, query=DecisionsQuery, reply=Page[DecisionView],
        role="viewer", summary="What the supplier's bots decided in an order, newest first", problems=[_MISSING],
    ),
    Endpoint(
        "POST", "/api/orders/{id}/bot-decisions/{decision_id}/undo", undo_decision, reply=DecisionView,
        role="standard", people=True, summary="Undo a bot's decision; it stays undone",
        problems=[
            _MISSING, (409, "not_written"), (409, "already_undone"), (409, "agreed"), (409, "closed"),
            (403, "read_only_member"), (503, "order_unavailable"),
        ],
    ),
]  # fmt: skip
