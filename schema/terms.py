"""What a signature covers: the terms, their digest, and how two sets of terms differ.

The terms are the protected cells of both registers with the parties, the currency and the products' facts.
Their digest is SHA-256 over canonical JSON (RFC 8785). Only strings and objects of strings occur, so the
browser computes the same bytes (golden examples in tests/golden).
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import rfc8785

from schema.cells import REGISTERS, Cell, parse
from schema.order import Content, Side, facts_of, lines_of, substitute_facts_of
from schema.values import canonical

Terms = dict[str, Any]
FACTS: Final = ("code", "name_fr", "name_en", "unit", "tax_class")
PARTY_FACTS: Final = ("id", "name", "region")


def terms_of(content: Content) -> Terms:
    """What stands: `{client, supplier, parties, currency, products, substitutes}`, in canonical form."""
    lines = lines_of(content)
    known = set(lines)
    return {
        "client": _protected(content.client, "client", known),
        "supplier": _protected(content.supplier, "supplier", known),
        "parties": {side: _facts(content.record.get(f"parties/{side}"), PARTY_FACTS) for side in REGISTERS},
        "currency": content.record.get("currency", "CAD"),
        "products": _facts_by_line(lines, lambda line: facts_of(content, line)),
        "substitutes": _facts_by_line(lines, lambda line: substitute_facts_of(content, line)),
    }


def _protected(register: Mapping[str, Any], root: str, lines: set[str]) -> dict[str, Any]:
    cells = {}
    for key, value in register.items():
        cell = parse(root, key)
        if cell is None or not cell.field.term or (cell.line is not None and cell.line not in lines):
            continue
        kept = protected(cell, value)
        if kept is not None:
            cells[key] = kept
    return cells


def protected(cell: Cell, value: Any) -> Any:
    """A protected cell's value as terms hold it; None where it says nothing."""
    return None if says_nothing(value) else canonical(cell.field.value, value)


def written(root: str, key: str, value: Any) -> Any:
    """A protected cell's value as a register holds it, from the form in which terms do; None stays None.

    How a number or a measure was spelled, terms do not tell.
    """
    cell = parse(root, key)
    is_flag = cell is not None and cell.field.value == "flag"
    return value == "true" if is_flag and value is not None else value


def says_nothing(value: Any) -> bool:
    """Whether a cell is as good as absent, so that whoever changes his mind back is back at what was signed.

    A cleared cell, a flag taken down again, an emptied text.
    """
    return value is None or value is False or value == ""


def _facts_by_line(
    lines: Iterable[str], find: Callable[[str], Mapping[str, Any] | None]
) -> dict[str, dict[str, str]]:
    found = {line: find(line) for line in lines}
    return {line: _facts(facts, FACTS) for line, facts in found.items() if facts is not None}


def _facts(facts: Mapping[str, Any] | None, names: tuple[str, ...]) -> dict[str, str]:
    return {name: str(facts[name]) for name in names if facts and facts.get(name) is not None}


def canonical_json(terms: Terms) -> str:
    """The text that is signed and kept with the signature."""
    return rfc8785.dumps(terms).decode()


def digest(text: str) -> str:
    """SHA-256 of canonical JSON, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of(content: Content) -> str:
    """The digest of the terms that stand."""
    return digest(canonical_json(terms_of(content)))


def signed_terms(signature: Mapping[str, Any]) -> Terms:
    """The terms kept inside a signature or an agreed revision."""
    terms: Terms = json.loads(signature["terms"])
    return terms


@dataclass(frozen=True, slots=True)
class Change:
    """One term that differs. `before`/`after`: canonical values, None for absent; `root`: client, supplier,
    products, substitutes, parties or currency; `key`: the cell's key, or the line of a product."""

    root: str
    key: str
    before: Any
    after: Any

    @property
    def address(self) -> str:
        """`client/lines/a/quantity`; of a fact of a product `products/a`."""
        return f"{self.root}/{self.key}"


def changes_between(before: Terms, after: Terms) -> list[Change]:
    """What differs from `before` to `after`, sorted by root and key."""
    changes = []
    for root in ("client", "supplier", "products", "substitutes", "parties"):
        old, new = before.get(root, {}), after.get(root, {})
        changes += [
            Change(root, key, old.get(key), new.get(key))
            for key in sorted(old.keys() | new.keys())
            if old.get(key) != new.get(key)
        ]
    if before.get("currency") != after.get("currency"):
        changes.append(Change("currency", "", before.get("currency"), after.get("currency")))
    return changes


def changes_for(content: Content, reader: Side) -> list[Change]:
    """What differs from what a company last signed; nothing when it has never signed (design, section 1)."""
    signature = content.record.get(f"signatures/{reader}")
    if signature is None:
        return []
    return changes_between(signed_terms(signature), terms_of(content))
