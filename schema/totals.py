"""What an order amounts to: exact decimals, rounded half up to the cent, the same in the browser."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any, Final

from schema.cells import REGISTERS, line_key, parse
from schema.order import Content, delivered_facts_of, effective, lines_of
from schema.regions import region_at
from schema.taxes import taxes_in

CENT: Final = Decimal("0.01")
ZERO: Final = Decimal(0)

# The default context keeps 28 digits: too few for the largest quantity times the largest price. With these
# many no product or sum of an order is ever rounded on the way to its cents.
EXACT: Final = Context(prec=100)
_DECIMAL = re.compile(r"\d+(\.\d+)?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class TaxAmount:
    """One tax line of the sheet; `rate` as a share, `amount` in the order's currency."""

    code: str
    name_fr: str
    name_en: str
    rate: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """Amounts in the order's currency, by line id too; a withdrawn or rejected line amounts to nothing."""

    lines: dict[str, Decimal]
    freight: Decimal
    subtotal: Decimal
    taxes: tuple[TaxAmount, ...]
    total: Decimal


def to_cents(amount: Decimal) -> Decimal:
    """Half a cent and more goes up (Revenu Québec)."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def points_of(content: Content) -> dict[str, set[str]]:
    """The size points that carry a quantity, by line, in one pass over both registers."""
    points: dict[str, set[str]] = {}
    for root in REGISTERS:
        for key, value in content.root(root).items():
            cell = None if value is None else parse(root, key)
            if cell and cell.line and cell.point and cell.noun == "quantity":
                points.setdefault(cell.line, set()).add(cell.point)
    return points


def quantity_of(content: Content, line: str, points: Iterable[str]) -> Decimal:
    """The effective quantity of a line: the sum over its points where it has sizes. `points`: its own, by `points_of`,
    which reads the whole order and so is asked once for all lines."""
    given = set(points)
    if not given:
        return _decimal(effective(content, line_key(line, "quantity")))
    with localcontext(EXACT):
        return sum((_decimal(effective(content, line_key(line, "quantity", point))) for point in given), ZERO)


def line_amount(content: Content, line: str, points: Iterable[str]) -> Decimal:
    """Quantity × unit price less the discount, rounded to the cent; 0 for a line withdrawn or rejected.

    `points`: as for `quantity_of`.
    """
    if is_dropped(content, line):
        return ZERO.quantize(CENT)
    price = _decimal(content.supplier.get(line_key(line, "unit_price")))
    discount = _decimal(content.supplier.get(line_key(line, "discount")))
    with localcontext(EXACT):
        return to_cents(quantity_of(content, line, points) * price * (100 - discount) / 100)


def is_dropped(content: Content, line: str) -> bool:
    """Whether the client has withdrawn the line or the supplier rejected it."""
    return (
        content.client.get(f"lines/{line}/withdrawn") is True
        or content.supplier.get(f"lines/{line}/rejected") is True
    )


def totals_of(content: Content) -> Totals:
    """Every amount of the order. Taxes are those of the place of delivery on the day the order was made."""
    points = points_of(content)
    with localcontext(EXACT):
        lines = {line: line_amount(content, line, points.get(line, ())) for line in lines_of(content)}
        exempt = sum((amount for line, amount in lines.items() if not is_taxed(content, line)), ZERO)
        return totals_from(content, lines, sum(lines.values(), ZERO), exempt)


def totals_from(content: Content, lines: dict[str, Decimal], summed: Decimal, exempt: Decimal) -> Totals:
    """The totals over lines' amounts that are known already, with their sum and that of the untaxed ones among them.

    To be called in the context EXACT.
    """
    freight = to_cents(_decimal(content.supplier.get("freight")))
    subtotal = summed.quantize(CENT) + freight
    taxes = tuple(
        TaxAmount(tax.code, tax.name_fr, tax.name_en, tax.rate, to_cents((subtotal - exempt) * tax.rate))
        for tax in taxes_in(region_of(content), str(content.record.get("made_at", ""))[:10])
    )
    return Totals(lines, freight, subtotal, taxes, subtotal + sum((tax.amount for tax in taxes), ZERO))


def region_of(content: Content) -> str:
    """Where taxes are due: the delivery address's region, else the client's, else the supplier's."""
    return next(filter(None, map(region_at, taxing_places(content))), "")


def taxing_places(content: Content) -> list[dict[str, Any]]:
    """The places that may tell where taxes are due, the first of them before the others."""
    places: tuple[Any, ...] = (
        content.client.get("delivery_address"),
        content.record.get("parties/client"),
        content.record.get("parties/supplier"),
    )
    return [place for place in places if isinstance(place, dict)]


def is_taxed(content: Content, line: str) -> bool:
    """Whether taxes apply to what a line delivers: its substitute, else its product."""
    facts = delivered_facts_of(content, line)
    return facts is None or facts.get("tax_class", "standard") == "standard"


def _decimal(value: Any) -> Decimal:
    return Decimal(value) if isinstance(value, str) and _DECIMAL.match(value) else ZERO
