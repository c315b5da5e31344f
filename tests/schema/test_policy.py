"""The rights table stops the program on any cell that is not whole, and names it."""

import csv
import io
from collections.abc import Callable
from importlib.resources import files

import pytest

from schema.cells import FIELDS
from schema.policy import COMMANDS, POLICY, RECORD_FIELDS, ROLES, STATES, PolicyFault, read_policy
from schema.policy_page import PAGE, policy_page

Rows = list[dict[str, str | None]]


def rows() -> Rows:
    text = files("schema").joinpath("policy.csv").read_text(encoding="utf-8")
    return [dict(row) for row in csv.DictReader(io.StringIO(text))]


def at(table: Rows, field: str) -> dict[str, str | None]:
    return next(row for row in table if row["field"] == field)


def blank(table: Rows) -> None:
    at(table, "supplier.freight")["supplier_open"] = ""


def cut_short(table: Rows) -> None:
    at(table, "supplier.freight")["viewer_closed"] = None


def misspell(table: Rows) -> None:
    at(table, "supplier.freight")["supplier_open"] = "wirte"


def allow_a_cell(table: Rows) -> None:
    at(table, "supplier.freight")["supplier_open"] = "allow"


def write_a_comment(table: Rows) -> None:
    at(table, "comments")["client_open"] = "write"


def capitalise(table: Rows) -> None:
    at(table, "note")["client_open"] = "Write"


def drop_a_column(table: Rows) -> None:
    for row in table:
        del row["bot_amending"]


def add_a_column(table: Rows) -> None:
    for row in table:
        row["accountant_open"] = "read"


def overflow(table: Rows) -> None:
    at(table, "note")[None] = "read"  # type: ignore[index]  # what csv.DictReader gives for a cell too many


def repeat(table: Rows) -> None:
    table.append(dict(at(table, "note")))


def drop_a_row(table: Rows) -> None:
    table.remove(at(table, "record.epoch"))


def invent_a_row(table: Rows) -> None:
    at(table, "note")["field"] = "notes"


def leave_a_row_unnamed(table: Rows) -> None:
    at(table, "note")["field"] = ""


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        (blank, ["row 20", "supplier.freight", "supplier_open", "“”"]),
        (cut_short, ["row 20", "supplier.freight", "viewer_closed", "“”"]),
        (misspell, ["row 20", "supplier.freight", "supplier_open", "wirte"]),
        (allow_a_cell, ["row 20", "supplier.freight", "supplier_open", "“allow”", "read or write"]),
        (write_a_comment, ["comments", "client_open", "“write”", "add or read"]),
        (capitalise, ["note", "client_open", "“Write”"]),
        (drop_a_column, ["client.contact", "bot_amending"]),
        (add_a_column, ["accountant_open"]),
        (overflow, ["there is no column"]),
        (repeat, ["row 59", "note", "twice"]),
        (drop_a_row, ["record.epoch", "missing"]),
        (invent_a_row, ["row 35", "notes"]),
        (leave_a_row_unnamed, ["row 35", "there is no field"]),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_a_fault_in_the_table_names_its_cell(fault: Callable[[Rows], None], named: list[str]) -> None:
    table = rows()
    fault(table)
    with pytest.raises(PolicyFault) as raised:
        read_policy(table)
    assert all(part in str(raised.value) for part in named), str(raised.value)


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(PolicyFault, match="missing"):
        read_policy([])


def test_the_table_has_every_field_of_the_vocabulary_for_every_role_and_state() -> None:
    fields = {field.name for field in FIELDS.values()} | {"note", "comments"}
    fields |= {f"record.{name}" for name in RECORD_FIELDS} | {f"command.{name}" for name in COMMANDS}
    assert {row["field"] for row in rows()} == fields
    for role in ROLES:
        for state in STATES:
            assert POLICY.column(role, state).keys() == fields


def test_nobody_but_the_server_writes_the_record() -> None:
    writers = {
        role
        for role in ROLES
        for state in STATES
        for name in RECORD_FIELDS
        if POLICY.may_write(f"record.{name}", role, state)
    }
    assert writers == {"server"}


def test_a_viewer_changes_nothing_and_commands_nothing() -> None:
    words = {word for state in STATES for word in POLICY.column("viewer", state).values()}
    assert words == {"read", "deny"}


@pytest.mark.parametrize("state", ["open", "amending"])
def test_after_the_draft_each_company_writes_its_own_register_alone(state: str) -> None:
    for field in FIELDS.values():
        for side in ("client", "supplier"):
            written = POLICY.may_write(field.name, side, state)  # type: ignore[arg-type]
            assert written == (field.register == side), (field.name, side)


@pytest.mark.parametrize("state", ["agreed", "closed"])
def test_no_company_and_no_bot_changes_a_term_of_an_order_that_is_agreed_or_closed(state: str) -> None:
    written = [
        (field.name, role)
        for field in FIELDS.values()
        for role in ("client", "supplier", "bot", "viewer")
        if field.term and POLICY.may_write(field.name, role, state)  # type: ignore[arg-type]
    ]
    assert written == []


def test_a_bot_never_sets_a_price_and_commands_nothing_but_to_send() -> None:
    for state in STATES:
        assert not POLICY.may_write("supplier.lines.unit_price", "bot", state)
        allowed = {command for command in COMMANDS if POLICY.allows(command, "bot", state)}
        assert allowed == ({"send"} if state in ("open", "amending") else set())


def test_in_a_closed_order_people_only_add_comments() -> None:
    for role in ("client", "supplier"):
        changed = {
            field for field, word in POLICY.column(role, "closed").items() if word not in ("read", "deny")
        }
        assert changed == {"comments"}


def test_the_page_for_people_says_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == policy_page(), "draw it again: python -m schema.policy_page"


def test_the_page_shows_every_field_once_for_each_state() -> None:
    page = policy_page()
    for row in rows():
        assert page.count(f"\n| `{row['field']}` |") == len(STATES)
