"""The rules of an order once more, small and by themselves: what a random test expects of the real thing.

Nothing of the product is imported. Cells are few; a version counts the values that stood in a cell, and whoever
edits notes which of them he had seen.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

Value = str | float | None

CELLS = {
    "client/reference": "PO-{}.",
    "client/requested_date": "date",
    "client/lines/a/quantity": "{}",
    "client/lines/s/quantity/S": "{}",
    "supplier/freight": "{}.5",
    "supplier/confirmation_number": "C-{}.",
    "supplier/lines/a/quantity": "{}",
    "supplier/lines/a/unit_price": "{}.25",
    "supplier/lines/a/promised_date": "date",
}
"""Each with what a permitted value looks like."""
BAD: dict[str, str | float] = {
    "client/reference": 12.5,
    "client/lines/a/quantity": "-{}",
    "supplier/freight": "beaucoup {}",
}
"""Some with what is no value of theirs."""
APART = 731_000_000
"""Added to numbers, so that they are found in any bytes and nothing else is taken for one."""
NO_TERMS = ("client/reference", "supplier/confirmation_number")
BOT_CELLS = ("supplier/lines/a/quantity", "supplier/lines/a/promised_date")
OPEN = ("draft", "open", "amending")

Refusals = Counter[tuple[str, str, bool]]
"""How often whom which cell was refused, and whether as overtaken."""


def value_of(cell: str, number: int) -> str:
    """A permitted value of a cell, unlike that of any other number."""
    form = CELLS[cell]
    return (
        (date(2001, 1, 1) + timedelta(number)).isoformat() if form == "date" else form.format(APART + number)
    )


def bad_value_of(cell: str, number: int) -> Value:
    """What is no value of a cell, unlike any other number's; a permitted one where there is none."""
    form = BAD.get(cell, value_of(cell, number))
    return form.format(APART + number) if isinstance(form, str) else form


def _is_bad(value: Value) -> bool:
    return isinstance(value, float) or (value or "").startswith(("-", "beaucoup"))


@dataclass
class Hand:
    """One person at a replica: what he has seen while away, and what he did there."""

    role: str
    side: str
    online: bool = True
    seen: dict[str, int] = field(default_factory=dict)
    edits: dict[str, Value] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    comments: dict[str, str] = field(default_factory=dict)


@dataclass
class Model:
    """An order by its rules.

    free: offline clears beside a newer value, told or not (docs/guarantees.md). hidden: whoever wrote what nobody else
    may ever see, and a word of it that is nowhere else.
    """

    hands: dict[str, Hand]
    state: str = "open"
    cells: dict[str, Value] = field(default_factory=dict)
    versions: Counter[str] = field(default_factory=Counter)
    tokens: set[str] = field(default_factory=set)
    comments: dict[str, str] = field(default_factory=dict)
    signed: dict[str, dict[str, Value]] = field(default_factory=dict)
    agreed: dict[str, Value] = field(default_factory=dict)
    refused: Refusals = field(default_factory=Counter)
    free: Refusals = field(default_factory=Counter)
    hidden: list[tuple[str, str]] = field(default_factory=list)

    def may(self, name: str, cell: str) -> bool:
        """Whether somebody may change a cell in the present state."""
        hand = self.hands[name]
        if hand.role == "viewer" or self.state == "closed":
            return False
        if hand.role == "bot":
            return self.state in ("open", "amending") and cell in BOT_CELLS
        if not cell.startswith(hand.side):
            return False
        return self.state in OPEN or cell in NO_TERMS

    def arrive(self, name: str, cell: str, value: Value, seen: int) -> None:
        """An edit reaches the server. `seen`: the version its author had before him."""
        stands = self.cells.get(cell)
        late = seen != self.versions[cell] and stands not in (None, value)
        if value is None and stands is None:
            return
        if not self.may(name, cell) or _is_bad(value):
            self._refuse(name, cell, value, late=False, unseen=late)
        elif late:
            self._refuse(name, cell, value, late=True, unseen=True)
        elif stands != value:
            self._put(cell, value)

    def _refuse(self, name: str, cell: str, value: Value, *, late: bool, unseen: bool) -> None:
        self._hide(name, value)
        offline_clear = value is None and unseen and not self.hands[name].online
        (self.free if offline_clear else self.refused)[name, cell, late] += 1

    def _put(self, cell: str, value: Value) -> None:
        if value is None:
            self.cells.pop(cell, None)
            return
        self.cells[cell] = value
        self.versions[cell] += 1

    def _hide(self, name: str, *values: Value) -> None:
        self.hidden += [(name, value) for value in values if isinstance(value, str)]

    def write_away(self, name: str, cell: str, value: Value) -> None:
        """Somebody edits a cell without a connection; what he had put there before comes to nobody any more."""
        self._hide(name, self.hands[name].edits.get(cell))
        self.hands[name].edits[cell] = value

    def write_note(self, name: str, token: str) -> None:
        if self.hands[name].role in ("viewer", "bot") or self.state not in OPEN:
            self.refused[name, "note", False] += 1
            self._hide(name, token)
        else:
            self.tokens.add(token)

    def strike(self, name: str, token: str) -> None:
        if self.hands[name].role in ("viewer", "bot") or self.state not in OPEN:
            self.refused[name, "note", False] += 1
        else:
            self.tokens.discard(token)

    def comment(self, name: str, key: str, words: str) -> None:
        role = self.hands[name].role
        if role == "viewer" or key in self.comments or (role == "bot" and self.state == "closed"):
            self.refused[name, f"comments/{key}", False] += 1
            self._hide(name, words)
        else:
            self.comments[key] = words

    # Away and back

    def leave(self, name: str) -> None:
        hand = self.hands[name]
        hand.online, hand.seen = False, dict(self.versions)

    def come(self, name: str) -> None:
        """Everything that was done while away arrives at once, cell by cell."""
        hand = self.hands[name]
        for cell, value in hand.edits.items():
            self.arrive(name, cell, value, hand.seen.get(cell, 0))
        if hand.tokens:
            if hand.role in ("viewer", "bot") or self.state not in OPEN:
                self.refused[name, "note", False] += 1
                self._hide(name, *hand.tokens)
            else:
                self.tokens |= set(hand.tokens)
        for key, words in hand.comments.items():
            self.comment(name, key, words)
        hand.online, hand.edits, hand.tokens, hand.comments = True, {}, [], {}

    # Commands

    @property
    def terms(self) -> dict[str, Value]:
        return {cell: value for cell, value in self.cells.items() if cell not in NO_TERMS}

    @property
    def complete(self) -> bool:
        quantity = self.cells.get("supplier/lines/a/quantity") or self.cells.get("client/lines/a/quantity")
        price, sizes = (
            self.cells.get("supplier/lines/a/unit_price"),
            self.cells.get("client/lines/s/quantity/S"),
        )
        return None not in (quantity, price, sizes)

    def command(self, name: str, command: str) -> bool:
        """Whether a command is taken; it changes the model when it is."""
        hand = self.hands[name]
        side, them = hand.side, "supplier" if hand.side == "client" else "client"
        if hand.role == "viewer" or (hand.role == "bot" and command != "send"):
            return False
        if command == "amend":
            taken = self.state == "agreed"
            self.state = "amending" if taken else self.state
            return taken
        if command == "decline" and self.state == "open":
            self.state = "closed"
            return True
        if command == "decline":
            return self.state == "amending" and self._restore()
        if self.state not in ("open", "amending") or not self.complete:
            return False
        mine, theirs = self.signed.get(side) == self.terms, self.signed.get(them) == self.terms
        if (mine and not theirs) or (command == "accept" and not theirs):
            return False
        if hand.role == "bot" and theirs:
            return False
        self.signed[side] = self.terms
        if theirs:
            self.state, self.agreed = "agreed", self.terms
        return True

    def _restore(self) -> bool:
        for cell in CELLS:
            if cell not in NO_TERMS and self.cells.get(cell) != self.agreed.get(cell):
                self._put(cell, self.agreed.get(cell))
        self.signed = {"client": self.agreed, "supplier": self.agreed}
        self.state = "agreed"
        return True
