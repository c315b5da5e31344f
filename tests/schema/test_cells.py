"""The vocabulary: which addresses are cells."""

import pytest

from schema.cells import FIELDS, is_comment_id, line_in, line_key, line_made_at, names_product, noun_of, parse


@pytest.mark.parametrize(
    ("root", "key", "field", "line", "point"),
    [
        ("client", "reference", "client.reference", None, None),
        ("client", "lines/7f3a/quantity", "client.lines.quantity", "7f3a", None),
        ("supplier", "lines/7f3a/quantity/M", "supplier.lines.quantity.*", "7f3a", "M"),
        ("client", "lines/a-b_9/dimensions/largeur", "client.lines.dimensions.*", "a-b_9", "largeur"),
        (
            "supplier",
            "lines/a/backorder_quantity/10 1-2",
            "supplier.lines.backorder_quantity.*",
            "a",
            "10 1-2",
        ),
        ("client", "lines/__proto__/product", "client.lines.product", "__proto__", None),
        ("client", f"lines/{'x' * 40}/quantity/{'😀' * 40}", "client.lines.quantity.*", "x" * 40, "😀" * 40),
    ],
)
def test_a_cell_is_taken_apart(root: str, key: str, field: str, line: str | None, point: str | None) -> None:
    cell = parse(root, key)
    assert cell is not None
    assert (cell.field.name, cell.line, cell.point, cell.address) == (field, line, point, f"{root}/{key}")


@pytest.mark.parametrize(
    ("root", "key"),
    [
        ("client", "unit_price"),
        ("client", "lines/a/unit_price"),
        ("supplier", "delivery_address"),
        ("supplier", "lines/a/withdrawn"),
        ("record", "number"),
        ("client", ""),
        ("client", "lines"),
        ("client", "lines/a"),
        ("client", "lines//quantity"),
        ("client", "lines/a/quantity/"),
        ("client", "lines/a/quantity/M/L"),
        ("client", "lines/a/*"),
        ("client", "lines/*/quantity/*/x"),
        ("client", "lines/é/quantity"),
        ("client", "lines/a\n/quantity"),
        ("client", "lines/a/quantity/M\n"),
        ("client", f"lines/{'x' * 41}/quantity"),
        ("client", f"lines/a/quantity/{'x' * 41}"),
        ("client", "lines/a/dimensions"),
        ("client", "lines/a/product/M"),
        ("client", "Reference"),
        ("client", "reference/x"),
        ("client", "__proto__"),
    ],
)
def test_an_address_outside_the_vocabulary_is_no_cell(root: str, key: str) -> None:
    assert parse(root, key) is None


def test_a_noun_is_what_a_cell_says_whoever_says_it() -> None:
    assert noun_of("client.lines.quantity.*") == noun_of("supplier.lines.quantity") == "quantity"
    cell = parse("supplier", "lines/a/promised_date")
    assert cell is not None
    assert cell.noun == "promised_date"


def test_every_field_parses_back_from_a_key_made_of_its_path() -> None:
    for (register, path), field in FIELDS.items():
        cell = parse(register, path.replace("*", "a", 1).replace("*", "M", 1))
        assert cell is not None
        assert cell.field is field


def test_a_line_key_is_joined_from_its_parts() -> None:
    assert line_key("7f3a", "quantity", "M") == "lines/7f3a/quantity/M"


@pytest.mark.parametrize(
    ("root", "key", "made", "named", "line"),
    [
        ("client", "lines/a/product", "a", True, "a"),
        ("supplier", "lines/a/product", "a", True, "a"),
        ("supplier", "lines/a/substitute", None, True, "a"),
        ("client", "lines/a/quantity", None, False, "a"),
        ("client", "lines/a/quantity/product", None, False, "a"),
        ("client", "lines/a/characteristics/product", None, False, "a"),
        ("client", "lines/a", None, False, None),
        ("client", "reference", None, False, None),
        ("client", "references/a/product", None, False, None),
        ("record", "lines/a/product", None, False, "a"),
    ],
)
def test_what_a_key_says_of_lines(
    root: str, key: str, made: str | None, named: bool, line: str | None
) -> None:
    """Only its product makes a line; a size or a characteristic may be called so, and makes none."""
    assert line_made_at(root, key) == made
    assert names_product(root, key) is named
    assert line_in(key) == line


def test_a_comment_id_is_a_plain_name() -> None:
    assert is_comment_id("V1StGXR8_Z5jdHi-")
    assert not any(map(is_comment_id, ["", "a/b", "é", "a\n", "x" * 41]))
