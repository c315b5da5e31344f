"""The rights table as a page for people: `python -m schema.policy_page` writes `docs/POLICY.md`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from schema.cells import FIELDS
from schema.order import Role, State
from schema.policy import COMMANDS, POLICY, RECORD_FIELDS, ROLES, STATES, Policy

PAGE: Final = Path(__file__).parent.parent / "docs" / "POLICY.md"

_INTRODUCTION: Final = """# Who may change what

This page is drawn from `schema/policy.csv`. Do not edit it: change the table, then draw it again.

An order has two registers: the client's, which holds what is asked, and the supplier's, which holds what is
offered. Each company writes its own; the table says which cell may be changed by whom, and when. It has one
row per field, one column per role and state, and one word in every cell. There is no default: a cell that is
missing, blank or misspelt stops the program at start, and the message names the cell.

## How to change a right

1. Open `schema/policy.csv` in a spreadsheet or an editor, and find the row of the field and the column of the
   role and state, such as `supplier.freight` and `supplier_agreed`.
2. Change that one word: `read` or `write` for a field, `add` instead of `write` for comments, `allow` or
   `deny` for a command.
3. Run `python -m schema.policy_page` to draw this page again, and `make test`: a test holds this page against
   the table, so that a changed right is always one changed word that a reviewer sees.

A field is named by its register and its path; a star stands for a size, a characteristic or a dimension.

## Who

- **Client**, **Supplier**: a member of that company with the standard role or above.
- **Bot**: a program that works for the supplier, such as the one that follows the stock.
- **Server**: the order keeper itself, which mends, numbers and files.
- **Viewer**: a member of either company who may only read.
"""

_STATES: Final[dict[State, tuple[str, str]]] = {
    "draft": ("Draft", "Nobody has signed. The company that made the order fills both registers."),
    "open": ("Open", "At least one company has signed, and the two are settling the terms."),
    "agreed": (
        "Agreed",
        "Both have signed the terms that stand. Changing them starts with the command *amend*.",
    ),
    "amending": (
        "Amending",
        "Agreed earlier and being changed; the agreed revision stays in force meanwhile.",
    ),
    "closed": ("Closed", "Declined, cancelled, delivered or expired. Only comments remain open."),
}
_WORDS: Final = {
    "read": "reads",
    "write": "**writes**",
    "add": "**adds**",
    "allow": "**may**",
    "deny": "may not",
}


def policy_page(policy: Policy = POLICY) -> str:
    """The whole page in Markdown: an introduction, then for each state a table of fields by roles."""
    sections = [_INTRODUCTION, *(_state_section(policy, state) for state in STATES)]
    return "\n".join(sections)


def _state_section(policy: Policy, state: State) -> str:
    title, sentence = _STATES[state]
    registers = [field.name for field in FIELDS.values()]
    groups = [
        ("What the client asks", [name for name in registers if name.startswith("client.")]),
        ("What the supplier offers", [name for name in registers if name.startswith("supplier.")]),
        ("What both write", ["note", "comments"]),
        ("What the server keeps", [f"record.{name}" for name in RECORD_FIELDS]),
        ("Commands", [f"command.{name}" for name in COMMANDS]),
    ]
    tables = [_table(policy, state, heading, fields) for heading, fields in groups]
    return "\n".join([f"## {title}\n", f"{sentence}\n", *tables])


def _table(policy: Policy, state: State, heading: str, fields: Iterable[str]) -> str:
    roles = [role.capitalize() for role in ROLES]
    rows = [f"| `{field}` | {_cells(policy, field, state)} |" for field in fields]
    head = [f"| {heading} | {' | '.join(roles)} |", f"|---|{'---|' * len(ROLES)}"]
    return "\n".join([*head, *rows, ""])


def _cells(policy: Policy, field: str, state: State) -> str:
    return " | ".join(_word(policy, field, role, state) for role in ROLES)


def _word(policy: Policy, field: str, role: Role, state: State) -> str:
    return _WORDS[policy.word(field, role, state)]


if __name__ == "__main__":
    PAGE.write_text(policy_page(), encoding="utf-8")
