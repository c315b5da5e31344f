"""What tells one line from another of the same product: its measures, its choices, its sizes."""

from collections.abc import Iterable, Iterator, Mapping

from schema.cells import line_key, parse
from schema.language import Language
from schema.order import Content, effective, facts_of
from server.mail.telling import product_title, value_text


def line_title(content: Content, line: str, language: Language) -> str:
    """A line as people tell it: `A-100 · Porte shaker · 15 po × 30 po · Chêne`."""
    facts = facts_of(content, line) or {}
    measures = " × ".join(_said(content, line, "dimensions", facts.get("dimensions") or (), language))
    choices = _said(content, line, "characteristics", facts.get("characteristics") or (), language)
    return " · ".join(part for part in (product_title(facts, language), measures, *choices) if part)


def sizes_text(content: Content, line: str, language: Language) -> str:
    """The quantity of each size that is ordered: `S 3, M 2`; nothing for a line without sizes."""
    facts = facts_of(content, line) or {}
    quantities = {
        point: effective(content, line_key(line, "quantity", point)) for point in facts.get("points") or ()
    }
    cells = {point: parse("client", line_key(line, "quantity", point)) for point in quantities}
    return ", ".join(
        f"{point} {value_text(content, cell, quantities[point], language).split(' ')[0]}"
        for point, cell in cells.items()
        if cell is not None and quantities[point] not in (None, "0")
    )


def _said(
    content: Content, line: str, noun: str, items: Iterable[Mapping[str, str]], language: Language
) -> Iterator[str]:
    for item in items:
        key = line_key(line, noun, item["key"])
        cell, value = parse("client", key), content.client.get(key)
        if cell is not None and value:
            yield value_text(content, cell, value, language)
