"""An order as the API shows it to one reader: both registers, the effective terms, totals, and where it stands."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from schema.cells import REGISTERS, line_in, line_key
from schema.order import (
    Content,
    Role,
    Side,
    State,
    effective,
    facts_of,
    other,
    product_of,
    substitute_facts_of,
)
from schema.status import Status, asked_to_cancel, status_for, turn_of
from schema.terms import changes_for, digest_of, signed_terms
from schema.totals import Totals, points_of, quantity_of, totals_of
from server.fields import View


class TaxView(View):
    """One tax: `rate` is a share, `amount` is in the order's currency."""

    code: str
    name_fr: str
    name_en: str
    rate: str
    amount: str


class TotalsView(View):
    """Decimal strings in the order's currency; `lines` by line id."""

    lines: dict[str, str]
    freight: str
    subtotal: str
    taxes: list[TaxView]
    total: str


class SignatureView(View):
    """Who signed which terms."""

    digest: str
    name: str
    at: str


class AgreedView(View):
    """The revision in force."""

    revision: int
    digest: str
    at: str
    total: str
    terms: dict[str, Any] | None = Field(
        description="What is in force while the order is amended: `client`, `supplier`, `products`…, as signatures "
        "spell them. Null in every other state: it is what stands."
    )


class CancellingView(View):
    """A company's request to cancel, until the other answers: it cancels too, or declines."""

    name: str
    side: Side
    at: str
    reason: str | None = None


class ClosingView(View):
    """How the order ended."""

    kind: Literal["declined", "cancelled", "delivered", "expired"]
    name: str
    side: Side
    at: str
    reason: str | None = None


class LineView(View):
    """One line with its effective terms: the supplier's value where he has given one, else the client's."""

    id: str
    product_id: str | None
    product: dict[str, Any] = Field(description="Facts of the product, as they were when the line was added.")
    substitute: dict[str, Any] | None = Field(
        description="Facts of the product that the supplier offers in its stead; its tax class is the line's then."
    )
    terms: dict[str, Any] = Field(description="Effective values by name: quantity, unit_price, quantity/M…")
    quantity: str
    amount: str


class ChangeSinceView(View):
    """A term that differs from what the reader's company last signed, both values as signatures spell them: `12.5`
    for `12.50`, `"true"` for true; null where nothing stands.
    """

    cell: str
    before: Any
    after: Any


class OrderView(View):
    """One order for one reader.

    `status` and `turn` are his; `state` is the order's own, by which `GET /api/rights` says who may write what.
    `digest`: of the terms that stand, to be given back to send or accept them. `seq`: grows with every change, within
    an `epoch`.
    """

    id: str
    number: str | None
    side: Side
    role: Role
    made_by: Side
    state: State
    status: Status
    turn: Side | None
    digest: str
    epoch: str
    seq: int
    currency: str
    parties: dict[Side, dict[str, str]] = Field(description="Both companies, as they were when it was begun.")
    client: dict[str, Any] = Field(description="The client's register: key → value.")
    supplier: dict[str, Any] = Field(description="The supplier's register: key → value.")
    terms: dict[str, Any] = Field(description="Effective values that concern the whole order.")
    lines: list[LineView]
    totals: TotalsView
    changes: list[ChangeSinceView]
    signatures: dict[Side, SignatureView] = Field(description="What each company signed last.")
    agreed: AgreedView | None
    cancelling: CancellingView | None
    closing: ClosingView | None
    note: str
    comments: dict[str, Any] = Field(
        description="By id: `text`, `anchor`, and `by`, the author: `user`, `name`, `side`, `at`."
    )


def view_order(
    content: Content, *, order_id: str, side: Side, role: Role, state: State, epoch: str, seq: int
) -> OrderView:
    """The order as a member of one of its companies sees it."""
    record = content.record
    digest, totals = digest_of(content), totals_of(content)
    status: Status = status_for(content, side, digest)
    agreed, closing = record.get("agreed"), record.get("closing")
    return OrderView(
        id=order_id,
        number=record.get("number"),
        side=side,
        role=role,
        made_by=record["made_by"],
        state=state,
        status=status,
        turn=turn_of(content, digest),
        digest=digest,
        epoch=epoch,
        seq=seq,
        currency=record.get("currency", "CAD"),
        parties={each: dict(record[f"parties/{each}"]) for each in REGISTERS},
        client=dict(content.client),
        supplier=dict(content.supplier),
        terms=_terms(content),
        lines=_lines(content, totals),
        totals=_totals(totals),
        changes=[
            ChangeSinceView(cell=change.address, before=change.before, after=change.after)
            for change in changes_for(content, side)
        ],
        signatures={
            each: SignatureView(
                **{key: record[f"signatures/{each}"][key] for key in ("digest", "name", "at")}
            )
            for each in REGISTERS
            if f"signatures/{each}" in record
        },
        agreed=_agreed(agreed, state) if agreed else None,
        cancelling=_cancelling(content) if state != "closed" else None,
        closing=ClosingView.model_validate(closing) if closing else None,
        note=content.note,
        comments={
            key: dict(comment) | {"by": record.get(f"comments/{key}")}
            for key, comment in content.comments.items()
        },
    )


def _agreed(agreed: Mapping[str, Any], state: State) -> AgreedView:
    return AgreedView(
        revision=int(agreed["revision"]),
        digest=agreed["digest"],
        at=agreed["at"],
        total=agreed["client"]["total"],
        terms=signed_terms(agreed) if state == "amending" else None,
    )


def _cancelling(content: Content) -> CancellingView | None:
    asked = asked_to_cancel(content)
    return CancellingView.model_validate(content.record[f"cancelling/{other(asked)}"]) if asked else None


def _terms(content: Content) -> dict[str, Any]:
    keys = sorted(
        {key for register in (content.client, content.supplier) for key in register if "/" not in key}
    )
    return {key: effective(content, key) for key in keys}


def _lines(content: Content, totals: Totals) -> list[LineView]:
    points, keys = points_of(content), defaultdict[str | None, set[str]](set)
    for register in (content.client, content.supplier):
        for key in register:
            keys[line_in(key)].add(key)
    return [
        LineView(
            id=line,
            product_id=product_of(content, line),
            product=dict(facts_of(content, line) or {}),
            substitute=dict(facts) if (facts := substitute_facts_of(content, line)) else None,
            terms={
                key.removeprefix(line_key(line, "")): effective(content, key) for key in sorted(keys[line])
            },
            quantity=str(quantity_of(content, line, points.get(line, ()))),
            amount=str(amount),
        )
        for line, amount in totals.lines.items()
    ]


def _totals(totals: Totals) -> TotalsView:
    return TotalsView(
        lines={line: str(amount) for line, amount in totals.lines.items()},
        freight=str(totals.freight),
        subtotal=str(totals.subtotal),
        taxes=[
            TaxView(
                code=tax.code,
                name_fr=tax.name_fr,
                name_en=tax.name_en,
                rate=str(tax.rate),
                amount=str(tax.amount),
            )
            for tax in totals.taxes
        ],
        total=str(totals.total),
    )
