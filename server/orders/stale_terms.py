"""Which cells somebody has to look at again who named the digest of terms that no longer stand."""

from collections.abc import Iterable
from typing import Any

from schema.cells import REGISTERS, line_made_at, parse
from schema.order import Content
from schema.status import latest_signature
from schema.terms import Terms, canonical_json, changes_between, digest, protected, signed_terms, terms_of


def differences(content: Content, trail: Iterable[tuple[str, Any]], seen: str | None) -> list[str]:
    """The addresses that differ between the terms with the digest `seen` and those that stand.

    trail: `(address, value before)` of past changes, newest first; they are undone one by one until the digest is
    met. Empty when it is not: those terms never stood, or too long ago.
    """
    now = terms_of(content)
    then: Terms = now | {root: dict(now[root]) for root in (*REGISTERS, "substitutes")}
    known = _known_substitutes(content)
    for address, before in trail:
        root, _, key = address.partition("/")
        cell = parse(root, key) if root in REGISTERS else None
        if cell is None or not cell.field.term:
            continue
        _undo(then[root], key, protected(cell, before))
        if cell.noun == "substitute" and cell.line is not None:
            _undo(then["substitutes"], cell.line, known.get(cell.line) if before else None)
        if digest(canonical_json(_with_lines(then, now))) == seen:
            return [change.address for change in changes_between(_with_lines(then, now), now)]
    return []


def _known_substitutes(content: Content) -> dict[str, Any]:
    """The facts of substitutes by line, as one signed last: of one that was taken back nothing else tells."""
    latest = latest_signature(content)
    return dict(signed_terms(latest)["substitutes"]) if latest else {}


def _undo(register: dict[str, Any], key: str, before: Any) -> None:
    if before is None:
        register.pop(key, None)
    else:
        register[key] = before


def _with_lines(then: Terms, now: Terms) -> Terms:
    """Terms with the facts of just those lines that a register names."""
    named = {line_made_at(register, key) for register in REGISTERS for key in then[register]}
    return then | {"products": {line: facts for line, facts in now["products"].items() if line in named}}
