"""The plain text part of a mail."""

from collections.abc import Iterator

from server.mail.letter import Group, Letter, Row, Section
from server.mail.words import PRODUCT, say


def render_text(letter: Letter) -> str:
    """The letter as plain text; blocks are a blank line apart."""
    return "\n\n".join(_blocks(letter)) + "\n"


def _blocks(letter: Letter) -> Iterator[str]:
    yield letter.greeting
    yield from letter.paragraphs
    if letter.reason:
        yield f"{_label(letter, say(letter.language, 'reason'))} {letter.reason}"
    for section in letter.sections:
        yield from _section(letter, section)
    if letter.turn:
        yield letter.turn
    yield f"{_label(letter, letter.action)}\n{letter.link}"
    yield from letter.footer
    yield f"-- \n{say(letter.language, 'sent_by', product=PRODUCT[letter.language])}"


def _section(letter: Letter, section: Section) -> Iterator[str]:
    yield f"{section.heading}\n{'-' * len(section.heading)}"
    for group in section.groups:
        yield _group(letter, group)
    if section.more:
        yield section.more


def _group(letter: Letter, group: Group) -> str:
    title = " – ".join(filter(None, (group.title, group.note)))
    indent = "  " if title else ""
    lines = [indent + _row(letter, row) for row in group.rows]
    return "\n".join([title, *lines] if title else lines)


def _row(letter: Letter, row: Row) -> str:
    value = row.after if row.before is None else f"{row.before} → {row.after}"
    return f"{_label(letter, row.label)} {value}"


def _label(letter: Letter, label: str) -> str:
    return f"{label}\u00a0:" if letter.language == "fr" else f"{label}:"
