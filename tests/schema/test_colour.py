"""Colour and status tell one story."""

from hypothesis import given

from schema.cells import parse
from schema.colour import changed_cells, effective_cell
from schema.order import Content
from schema.status import status_for
from tests.schema.contents import CONTENTS


@given(CONTENTS)
def test_an_open_order_is_red_for_a_reader_exactly_when_something_is_coloured(content: Content) -> None:
    for reader in ("client", "supplier"):
        status = status_for(content, reader)
        if status in ("waiting", "changed"):
            changed = changed_cells(content, reader)
            assert bool(changed.cells) == (status == "changed")


@given(CONTENTS)
def test_a_coloured_cell_of_a_register_is_coloured_on_the_sheet(content: Content) -> None:
    for change in changed_cells(content, "client").cells.values():
        cell = parse(change.root, change.key)
        if cell:
            shown = effective_cell(content, "client", cell.line, cell.noun, cell.point)
            standing = shown.changed_from
            assert standing is not None
            assert change.before == (standing.asked if change.root == "client" else standing.offered)


@given(CONTENTS)
def test_every_coloured_cell_of_a_line_names_its_line(content: Content) -> None:
    changed = changed_cells(content, "supplier")
    lines = {change.key for change in changed.cells.values() if change.root in ("products", "substitutes")}
    parsed = (parse(change.root, change.key) for change in changed.cells.values())
    assert lines | {cell.line for cell in parsed if cell and cell.line} == changed.lines.keys()
