"""What lists need to know of an order in memory, kept in step cell by cell.

`projection.project` derives the same from a whole document; deriving it again for every keystroke would cost
more than everything else the server does with it. A change that is more than a plain cell of a known line makes the
next reading derive everything anew, so that there is nothing to keep in step that could go wrong quietly.
"""

from decimal import Decimal, localcontext
from typing import Any, Final

from schema.cells import REGISTERS, Cell, parse
from schema.order import Content, Side, State, lines_of, other
from schema.status import (
    Stand,
    asked_to_cancel,
    latest_known,
    opener_of,
    signature_count,
    state_of,
    status_of,
    turn_from,
    was_sent,
)
from schema.terms import Terms, protected, signed_terms, terms_of
from schema.totals import EXACT, ZERO, is_dropped, is_taxed, line_amount, points_of, totals_from
from server.gate.place import Place
from server.rooms.projection import is_due, is_owed

_STRUCTURAL: Final = ("product", "substitute")
_AMOUNT: Final = frozenset({"quantity", "unit_price", "discount", "withdrawn", "rejected"})
"""What a line's amount is reckoned from, but for its product."""
_REGISTER_ROOTS: Final = frozenset(REGISTERS)


class Summary:
    """The projection of one order. `content` is read when it is asked, never copied."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._stale = True
        self._columns: dict[str, Any] | None = None
        self._dirty: set[str] = set()
        self._amounts: dict[str, Decimal] = {}
        self._summed = self._exempt = ZERO
        self._points: dict[str, set[str]] = {}
        self._promised: dict[str, str] = {}
        self._backorders: set[str] = set()
        self._signed: dict[Side, Terms] = {}
        self._differing: dict[Side, set[Place]] = {}

    def restart(self) -> None:
        """Derive everything anew at the next reading."""
        self._stale = True

    def touch(self, place: Place) -> None:
        """A cell has changed."""
        root, key = place
        if self._stale or key is None or root not in _REGISTER_ROOTS:
            self._stale |= root == "record"
            return
        cell = parse(root, key)
        if (
            cell is None
            or cell.noun in _STRUCTURAL
            or (cell.line is not None and cell.line not in self._amounts)
        ):
            self._stale = True
            return
        if cell.line is not None:
            self._touch_line(cell)
        else:
            self._columns = None
        if cell.field.term and self._signed:
            self._columns = None
            self._compare(place, protected(cell, self._content.root(root).get(key)))

    def _touch_line(self, cell: Cell) -> None:
        line = cell.line or ""
        filled = cell.key in self._content.root(cell.root)
        match cell.noun:
            case "quantity" if cell.point is not None and (
                not filled or cell.point not in self._points.get(line, ())
            ):
                self._stale = True
            case "promised_date":
                self._columns = None
                self._promised.pop(line, None)
                if filled:
                    self._promised[line] = self._content.supplier[cell.key]
            case "backorder_quantity":
                owed = filled and is_owed(self._content, cell.key)
                if owed != (cell.key in self._backorders):
                    self._columns = None
                    (self._backorders.add if owed else self._backorders.discard)(cell.key)
            case "withdrawn" | "rejected":  # nothing is due of a line that is dropped
                self._columns = None
        if cell.noun in _AMOUNT:
            self._dirty.add(line)

    def _compare(self, place: Place, value: Any) -> None:
        root, key = place
        for side, terms in self._signed.items():
            if terms[root].get(key) == value:
                self._differing[side].discard(place)
            else:
                self._differing[side].add(place)

    def read(self) -> dict[str, Any]:
        """The projection columns of `persistence.order.Order`, but for when and by whom.

        The same object as before, as long as nothing changed that they show.
        """
        if self._columns is None or self._stale:
            self._columns = self._read()
        elif self._dirty:
            self._reckon_dirty()
            total = str(self._total())
            if total != self._columns["total"]:
                self._columns = {**self._columns, "total": total}
        return self._columns

    def _reckon_dirty(self) -> None:
        with localcontext(EXACT):
            for line in self._dirty:
                self._reckon(line)
        self._dirty.clear()

    def _read(self) -> dict[str, Any]:
        if self._stale:
            self._derive()
        self._reckon_dirty()
        content, record = self._content, self._content.record
        state, stands = state_of(content), {side: self._stand(side) for side in REGISTERS}
        maker: Side = record.get("made_by", "supplier")
        statuses: dict[str, str] = {f"{side}_status": status_of(state, stands[side]) for side in REGISTERS}
        if not was_sent(content):
            statuses[f"{other(maker)}_status"] = "hidden"
        return {
            "number": record.get("number"),
            **statuses,
            "turn": self._turn(state, stands),
            "reference": content.client.get("reference"),
            "lines": len(self._amounts),
            "total": str(self._total()),
            "currency": record.get("currency", "CAD"),
            "promised_date": self._last_promise(),
            "requested_date": content.client.get("requested_date"),
            "backorder": is_due(content, self._backorders),
        }

    def _turn(self, state: State, stands: dict[Side, Stand]) -> Side | None:
        content = self._content
        return asked_to_cancel(content) if state == "agreed" else turn_from(state, opener_of(content), stands)

    def _derive(self) -> None:
        content = self._content
        self._stale = False
        self._dirty = set()
        self._points = points_of(content)
        self._amounts, self._summed, self._exempt = {}, ZERO, ZERO
        with localcontext(EXACT):
            for line in lines_of(content):
                self._reckon(line)
        promised = {line: content.supplier.get(f"lines/{line}/promised_date") for line in self._amounts}
        self._promised = {line: date for line, date in promised.items() if date}
        self._backorders = {key for key in content.supplier if is_owed(content, key)}
        self._derive_differences()

    def _reckon(self, line: str) -> None:
        """Work one line's amount out again, and what it adds to the sums."""
        before = self._amounts.get(line, ZERO)
        amount = self._amounts[line] = line_amount(self._content, line, self._points.get(line, ()))
        self._summed += amount - before
        if not is_taxed(self._content, line):
            self._exempt += amount - before

    def _derive_differences(self) -> None:
        signatures = {side: self._content.record.get(f"signatures/{side}") for side in REGISTERS}
        self._signed = {side: signed_terms(signature) for side, signature in signatures.items() if signature}
        now = terms_of(self._content) if self._signed else {}
        self._differing = {side: _differences(terms, now) for side, terms in self._signed.items()}

    def _stand(self, side: Side) -> Stand:
        differing = self._differing.get(side)
        known = differing if differing is not None else self._differing.get(other(side), set())
        return Stand(
            count=signature_count(self._content, side),
            matches=differing is not None and not differing,
            own_changed=latest_known(self._content, side) is not None
            and any(root == side for root, _ in known),
        )

    def _total(self) -> Decimal:
        with localcontext(EXACT):
            return totals_from(self._content, self._amounts, self._summed, self._exempt).total

    def _last_promise(self) -> str | None:
        content = self._content
        whole = content.supplier.get("promised_date")
        dates = [date for line, date in self._promised.items() if not is_dropped(content, line)]
        return max([*dates, *([whole] if whole else [])], default=None)


def _differences(signed: Terms, now: Terms) -> set[Place]:
    """Where two sets of terms differ; what is not a cell counts under its section's name."""
    found: set[Place] = set()
    for root in REGISTERS:
        then, there = signed[root], now[root]
        found |= {(root, key) for key in then.keys() | there.keys() if then.get(key) != there.get(key)}
    sections = (signed.keys() | now.keys()) - set(REGISTERS)
    return found | {(section, None) for section in sections if signed.get(section) != now.get(section)}
