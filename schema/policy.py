"""Who may change what: the reader of `policy.csv` (design, section 3).

A row per field, a column per role and state, one word per cell. There is no default: a missing, blank or
unknown word stops the program at start and names the cell.
"""

import csv
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Final, Literal, get_args

from schema.cells import FIELDS
from schema.order import Role, State

ROLES: Final[tuple[Role, ...]] = get_args(Role)
STATES: Final[tuple[State, ...]] = get_args(State)

RECORD_FIELDS: Final = (
    "schema",
    "epoch",
    "number",
    "made_by",
    "made_at",
    "currency",
    "parties",
    "products",
    "substitutes",
    "signatures",
    "agreed",
    "amending",
    "cancelling",
    "closing",
    "comments",
)
Command = Literal["send", "accept", "decline", "amend", "cancel", "expire", "deliver"]
"""What moves an order, `command.…` in the table."""

COMMANDS: Final[tuple[Command, ...]] = get_args(Command)

_CELL_WORDS: Final = frozenset({"read", "write"})
_WORDS: Final[dict[str, frozenset[str]]] = {
    **{field.name: _CELL_WORDS for field in FIELDS.values()},
    "note": _CELL_WORDS,
    "comments": frozenset({"read", "add"}),
    **{f"record.{name}": _CELL_WORDS for name in RECORD_FIELDS},
    **{f"command.{name}": frozenset({"allow", "deny"}) for name in COMMANDS},
}
"""Every field the table must have, and the words its cells may hold."""


class PolicyFault(Exception):
    """The table is not whole. The message names the cell, as a spreadsheet would show it."""


class Policy:
    """The table in memory: `policy.word("supplier.freight", "supplier", "open") == "write"`."""

    def __init__(self, words: Mapping[tuple[str, Role, State], str]) -> None:
        self._words = dict(words)

    def word(self, field: str, role: Role, state: State) -> str:
        """The word of one cell. Raises KeyError for a field, role or state that does not exist."""
        return self._words[field, role, state]

    def may_write(self, field: str, role: Role, state: State) -> bool:
        """Whether a role may change a field in a state."""
        return self._words[field, role, state] in ("write", "add")

    def allows(self, command: Command, role: Role, state: State) -> bool:
        """Whether a role may give a command in a state."""
        return self._words[f"command.{command}", role, state] == "allow"

    def column(self, role: Role, state: State) -> dict[str, str]:
        """What one role reads of the table in one state: field → word. This is all a browser receives."""
        return {field: self._words[field, role, state] for field in _WORDS}


def read_policy(rows: Iterable[Mapping[str, str | None]]) -> Policy:
    """The table from rows such as `csv.DictReader` gives. Raises PolicyFault for the first wrong cell."""
    words: dict[tuple[str, Role, State], str] = {}
    for number, row in enumerate(rows, start=2):
        field = row.get("field") or ""
        if field not in _WORDS:
            raise PolicyFault(f"policy.csv, row {number}: there is no field “{field}”")
        if (field, ROLES[0], STATES[0]) in words:
            raise PolicyFault(f"policy.csv, row {number}: “{field}” stands twice")
        _read_row(words, number, field, row)
    missing = [field for field in _WORDS if (field, ROLES[0], STATES[0]) not in words]
    if missing:
        raise PolicyFault(f"policy.csv: the row “{missing[0]}” is missing")
    return Policy(words)


def _read_row(
    words: dict[tuple[str, Role, State], str], number: int, field: str, row: Mapping[str, str | None]
) -> None:
    columns = {f"{role}_{state}": (role, state) for role in ROLES for state in STATES}
    if strange := [name for name in row if name != "field" and name not in columns]:
        raise PolicyFault(f"policy.csv: there is no column “{strange[0]}”")
    for column, (role, state) in columns.items():
        word = row.get(column)
        if word not in _WORDS[field]:
            known = " or ".join(sorted(_WORDS[field]))
            raise PolicyFault(
                f"policy.csv, row {number} “{field}”, column “{column}”: “{word or ''}” is not {known}"
            )
        words[field, role, state] = word


def _load() -> Policy:
    text = files("schema").joinpath("policy.csv").read_text(encoding="utf-8")
    return read_policy(csv.DictReader(text.splitlines()))


POLICY: Final = _load()
"""The table that is in force. Reading it is part of starting the program."""
