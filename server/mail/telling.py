"""Products, options and values of cells as people tell them. Never fails: a mail must not stop what it tells of."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from schema.cells import Cell
from schema.language import Language
from schema.order import Content, delivered_facts_of, facts_of
from schema.values import check
from server.mail import formats
from server.mail.words import say


def product_title(facts: Mapping[str, Any] | None, language: Language) -> str:
    """A product's code and its name in the reader's language, or in the only one it has."""
    facts = facts or {}
    name = facts.get(f"name_{language}") or facts.get("name_fr") or facts.get("name_en")
    parts = [formats.one_line(str(part)) for part in (facts.get("code"), name) if part]
    return " · ".join(parts) or say(language, "line_unnamed")


def value_text(content: Content, cell: Cell, value: Any, language: Language) -> str:
    """A cell's value, canonical or not, for people; `—` where there is none, “no” for a flag never set."""
    if cell.field.value == "flag":
        return formats.flag(value, language)
    if value is None or value == "":
        return formats.NOTHING
    try:
        return _text(content, cell, value, language)
    except (ValueError, ArithmeticError, AttributeError):
        # Never past the gate; but a mail must not stop the command that it tells of.
        return formats.one_line(str(value))


def _text(content: Content, cell: Cell, value: Any, language: Language) -> str:
    facts = facts_of(content, cell.line or "") or {}
    delivered = delivered_facts_of(content, cell.line or "") or {}
    match cell.field.value:
        case "date":
            return formats.day(value, language)
        case "money" | "price":
            return formats.money(Decimal(value), content.record.get("currency", "CAD"), language)
        case "percent":
            return formats.percent(Decimal(value), language)
        case "quantity":
            return formats.quantity(Decimal(value), delivered.get("unit"), language)
        case "dimension":
            return formats.dimension(value, facts.get("dimension_unit"), language)
        case "address" | "contact":
            return formats.address(value, language)
        case "characteristic":
            return _characteristic(content, cell, value, language)
    return formats.one_line(str(value))


def _characteristic(content: Content, cell: Cell, value: str, language: Language) -> str:
    characteristic = named(content, cell, "characteristics") or {}
    # The value before may be a text, of a product whose question of this key was another.
    if characteristic.get("kind") == "number" and check("number", value) is None:
        return formats.number(Decimal(value), language)
    option = next((item for item in characteristic.get("options") or () if item.get("key") == value), None)
    return formats.one_line(name_in(option, language) or value)


def named(content: Content, cell: Cell, noun: str) -> Mapping[str, Any] | None:
    """The characteristic or dimension of its product that a cell is about."""
    if noun not in ("characteristics", "dimensions"):
        return None
    items = (facts_of(content, cell.line or "") or {}).get(noun) or ()
    return next((item for item in items if item.get("key") == cell.point), None)


def name_in(item: Mapping[str, Any] | None, language: Language) -> str | None:
    """A thing's name in a language, or in the only one it has."""
    if not item:
        return None
    name: str | None = item.get(f"name_{language}") or item.get("name_fr") or item.get("name_en")
    return name
