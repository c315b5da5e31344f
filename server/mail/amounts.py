"""What an order comes to, before and after, and what each line comes to."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from schema.language import Language
from schema.order import Content, delivered_facts_of, substitute_facts_of
from schema.terms import Terms, written
from schema.totals import Totals, is_dropped, points_of, quantity_of, totals_of
from server.mail.conditions import date_rows
from server.mail.description import line_title, sizes_text
from server.mail.formats import money, quantity
from server.mail.labels import LABELS, OTHERS, QUANTITY, pick
from server.mail.letter import Group, Row
from server.mail.telling import product_title


def total_rows(before: Terms | None, content: Content, language: Language) -> tuple[Row, ...]:
    """Subtotal, each tax and total; with what they were where `before` is given and they differ."""
    old = _amounts(totals_of(content_of(before, content)), language) if before else {}
    new = _amounts(totals_of(content), language)
    currency = content.record.get("currency", "CAD")
    return tuple(
        Row(label, money(amount, currency, language), _earlier(old.get(label), amount, currency, language))
        for label, amount in new.items()
    )


def _earlier(old: Decimal | None, new: Decimal, currency: str, language: Language) -> str | None:
    return money(old, currency, language) if old is not None and old != new else None


def _amounts(totals: Totals, language: Language) -> dict[str, Decimal]:
    amounts = {pick(OTHERS["subtotal"], language): totals.subtotal}
    for tax in totals.taxes:
        amounts[pick((tax.name_fr, tax.name_en), language)] = tax.amount
    amounts[pick(OTHERS["total"], language)] = totals.total
    return amounts


def content_of(terms: Terms, present: Content) -> Content:
    """Signed terms as an order again, to compute its amounts; it was made the day `present` was."""
    record: dict[str, Any] = {f"products/{line}": facts for line, facts in terms["products"].items()}
    record |= {f"substitutes/{line}": facts for line, facts in terms.get("substitutes", {}).items()}
    record |= {f"parties/{side}": facts for side, facts in terms["parties"].items()}
    record |= {"currency": terms["currency"], "made_at": present.record.get("made_at", "")}
    return Content(
        client=_register("client", terms["client"]),
        supplier=_register("supplier", terms["supplier"]),
        record=record,
    )


def _register(root: str, cells: Mapping[str, Any]) -> dict[str, Any]:
    return {key: written(root, key, value) for key, value in cells.items()}


def line_groups(content: Content, language: Language) -> list[Group]:
    """Every line that counts, with its substitute where it has one, its quantity, its price and its amount."""
    points = points_of(content)
    return [
        Group(
            line_title(content, line, language),
            None,
            _line_rows(content, line, quantity_of(content, line, points.get(line, ())), amount, language),
        )
        for line, amount in totals_of(content).lines.items()
        if not is_dropped(content, line)
    ]


def _line_rows(
    content: Content, line: str, wanted: Decimal, amount: Decimal, language: Language
) -> tuple[Row, ...]:
    currency = content.record.get("currency", "CAD")
    rows: list[Row] = []
    if substitute := substitute_facts_of(content, line):
        label = pick(LABELS["supplier.lines.substitute"], language)
        rows.append(Row(label, product_title(substitute, language)))
    unit = (delivered_facts_of(content, line) or {}).get("unit")
    ordered, sizes = quantity(wanted, unit, language), sizes_text(content, line, language)
    rows.append(Row(pick(QUANTITY[False], language), f"{ordered} ({sizes})" if sizes else ordered))
    if price := content.supplier.get(f"lines/{line}/unit_price"):
        label = pick(LABELS["supplier.lines.unit_price"], language)
        rows.append(Row(label, money(Decimal(price), currency, language)))
        rows.append(Row(pick(OTHERS["amount"], language), money(amount, currency, language)))
    rows += date_rows(content, line, language)
    return tuple(rows)
