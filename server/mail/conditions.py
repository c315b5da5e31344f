"""What holds for an order as a whole, as it stands: where it goes, when it is wanted and promised, how it is paid."""

from typing import Final

from schema.cells import FIELDS, REGISTERS, parse
from schema.language import Language
from schema.order import Content
from server.mail.labels import LABELS, pick
from server.mail.letter import Row
from server.mail.telling import value_text

_DATES: Final = ("requested_date", "promised_date")


def condition_rows(content: Content, language: Language) -> tuple[Row, ...]:
    """The terms that belong to no line, and the client's own number for it: who receives an order looks for that."""
    cells = (parse(root, key) for root in REGISTERS for key in content.root(root) if "/" not in key)
    told = {
        cell.field.name: cell
        for cell in cells
        if cell is not None and (cell.field.term or cell.field.name == "client.reference")
    }
    return tuple(
        Row(
            pick(LABELS[name], language),
            value_text(content, cell, content.root(cell.root)[cell.key], language),
        )
        for name in (field.name for field in FIELDS.values())
        if (cell := told.get(name))
    )


def date_rows(content: Content, line: str, language: Language) -> tuple[Row, ...]:
    """When a line is wanted and promised, where it says so itself."""
    rows = []
    for root, noun in zip(REGISTERS, _DATES, strict=True):
        cell = parse(root, f"lines/{line}/{noun}")
        value = content.root(root).get(f"lines/{line}/{noun}")
        if cell is not None and value:
            rows.append(
                Row(pick(LABELS[cell.field.name], language), value_text(content, cell, value, language))
            )
    return tuple(rows)
