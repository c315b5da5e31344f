"""From a situation to what each line of each order should say. Pure.

Who agreed holds what he agreed; then who was first signed by his client is served first, ties by the order's number;
offers that no client has signed come last. What a person set by hand counts as he set it, and is left alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from persistence.claim import Claimant
from persistence.stock import Key, StockLevel, serving
from schema.cells import line_key
from schema.values import decimal_text
from server.bots.allocation import ZERO, Demand, Share, Stock, allocate
from server.bots.situation import Situation, quantity_keys

LAST: Final = "~"
"""Sorts behind every date and number."""


@dataclass(slots=True)
class LinePlan:
    """What one line should say. asked: the client's quantities that it answers, by point; cells: key → value of the
    supplier's register; seen: what they said when the plan was made. If either has changed, the plan is void.
    """

    line: str
    unit: str | None
    asked: dict[str, str] = field(default_factory=dict)
    seen: dict[str, str | None] = field(default_factory=dict)
    cells: dict[str, str | None] = field(default_factory=dict)
    shares: dict[str, Share] = field(default_factory=dict)
    explains: bool = False

    @property
    def changes(self) -> bool:
        """Whether anything is to be written."""
        return self.cells != self.seen

    def counted_in(self, facts: Mapping[str, Any]) -> "LinePlan":
        """The same in packs, or in quantities of so many decimals, as the line's product was sold when it came to the
        order: the catalogue, by which the stock is counted, may say otherwise by now."""
        step = Decimal(facts.get("multiple") or 0) or Decimal(1).scaleb(-int(facts.get("decimals") or 0))
        shares = {point: share.counted_in(step) for point, share in self.shares.items()}
        is_dated = line_key(self.line, "backorder_date") in self.cells
        return replace(self, shares=shares, cells=_cells(self.line, shares, is_dated=is_dated))


@dataclass(slots=True)
class OrderPlan:
    """What one order should say. seq: the journal entry that the plan follows from."""

    order_id: str
    seq: int
    lines: list[LinePlan]


def plan(situation: Situation) -> list[OrderPlan]:
    """The orders in which something is to be written, those served first at the front."""
    keys = _keys(situation)
    demands: dict[Key, list[Demand]] = defaultdict(list)
    for claimant in situation.claimants:
        if id(claimant) in keys:
            demands[keys[id(claimant)]] += _demands(situation, claimant)
    shares: dict[Any, Share] = {}
    for level in situation.levels:
        shares |= allocate(_stock(level, situation.today), demands[level.key])
    plans: dict[str, OrderPlan] = {}
    for claimants in _by_line(situation, keys):
        first = claimants[0]
        line = _line_plan(situation, claimants, shares)
        if line.changes:
            plans.setdefault(first.order_id, OrderPlan(first.order_id, first.seq, [])).lines.append(line)
    return list(plans.values())


def _keys(situation: Situation) -> dict[int, Key]:
    """From which stock each need is served; one of which the stock is not followed is left out."""
    variants: dict[tuple[str, str], list[str]] = defaultdict(list)
    for level in situation.levels:
        variants[level.product_id, level.point].append(level.variant)
    keys = {}
    for claimant in situation.claimants:
        product_id, point = claimant.need.product_id, claimant.point
        variant = serving(variants.get((product_id, point), ()), claimant.need.choices)
        if variant is not None:
            keys[id(claimant)] = (product_id, point, variant)
    return keys


def _stock(level: StockLevel, today: str) -> Stock:
    """An arrival whose day is past, and that is not on hand, is one that nobody can count on."""
    arrivals = [(Decimal(one["quantity"]), one["date"]) for one in level.arrivals if one["date"] >= today]
    return Stock(Decimal(level.on_hand), tuple(arrivals))


def _by_line(situation: Situation, keys: Mapping[int, Key]) -> Iterator[list[Claimant]]:
    """The needs that the bot may answer, a line at a time, in the order in which they are served."""
    lines: dict[tuple[str, str], list[Claimant]] = defaultdict(list)
    for claimant in sorted(situation.claimants, key=_rank):
        if id(claimant) in keys and _is_ours(situation, claimant):
            lines[claimant.order_id, claimant.line].append(claimant)
    yield from lines.values()


def _rank(claimant: Claimant) -> tuple[Any, ...]:
    since = claimant.since.isoformat() if claimant.since else LAST
    return 1, since, claimant.number or LAST, claimant.order_id, claimant.line, claimant.point


def _is_ours(situation: Situation, claimant: Claimant) -> bool:
    """Whether what this line says of this size is for the bot to say."""
    if claimant.state not in ("open", "amending") or claimant.need.fixed or claimant.need.asked is None:
        return False
    return all(situation.is_free(claimant, key) for key in quantity_keys(claimant.line, claimant.point))


def _place(claimant: Claimant) -> tuple[str, str, str]:
    return claimant.order_id, claimant.line, claimant.point


def _demands(situation: Situation, claimant: Claimant) -> Iterator[Demand]:
    need, rank = claimant.need, _rank(claimant)
    held, held_later = Decimal(need.held or 0), Decimal(need.held_later or 0)
    first = (0, *rank[1:])
    if claimant.state == "agreed" or need.asked is None or not _is_ours(situation, claimant):
        yield Demand(("held", *_place(claimant)), first, held, need.due)
        yield Demand(("held", *_place(claimant)), first, held_later, need.held_date or need.due)
        if claimant.state != "agreed":
            said = Decimal((need.asked if need.offered is None else need.offered) or 0)
            yield Demand(("said", *_place(claimant)), rank, max(ZERO, said - held), need.due)
            yield Demand(
                ("said", *_place(claimant)), rank, Decimal(need.later or 0), need.later_date or need.due
            )
        return
    asked = Decimal(need.asked)
    kept = min(held + held_later, asked)
    yield Demand(_place(claimant), first, kept, need.due)
    yield Demand(("held", *_place(claimant)), first, held + held_later - kept, need.due)
    yield Demand(_place(claimant), rank, asked - kept, need.due)


def _line_plan(situation: Situation, claimants: list[Claimant], shares: Mapping[Any, Share]) -> LinePlan:
    first = claimants[0]
    line = LinePlan(first.line, situation.units.get(first.need.product_id))
    for claimant in sorted(claimants, key=lambda one: one.point):
        share = shares[_place(claimant)]
        line.shares[claimant.point] = share
        line.asked[claimant.point] = claimant.need.asked or "0"
        quantity, later = quantity_keys(claimant.line, claimant.point)
        line.seen |= {quantity: claimant.need.offered, later: claimant.need.later}
    date = line_key(first.line, "backorder_date")
    is_dated = situation.is_free(first, date)
    if is_dated:
        line.seen[date] = first.need.later_date
    line.cells = _cells(first.line, line.shares, is_dated=is_dated)
    line.explains = situation.is_free(first, line_key(first.line, "reason"))
    return line


def _cells(line: str, shares: Mapping[str, Share], *, is_dated: bool) -> dict[str, str | None]:
    """What the supplier's register says of shares, by size point."""
    cells: dict[str, str | None] = {}
    for point, share in shares.items():
        quantity, later = quantity_keys(line, point)
        cells[quantity] = None if share.whole else decimal_text(share.now)
        cells[later] = decimal_text(share.later) if share.later else None
    if is_dated:
        cells[line_key(line, "backorder_date")] = max(_dates(shares.values()), default=None)
    return cells


def _dates(shares: Iterable[Share]) -> list[str]:
    return [share.date for share in shares if share.later and share.date]
