"""The commands that move an order: send, accept, decline, amend, cancel, deliver, expire. Pure decisions.

To send and to accept is to sign: the author names the digest he saw, and it must be that of the terms that stand
(design, sections 1 and 4). A decision is the cells that the server writes, or a refusal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from schema.cells import REGISTERS, line_key, parse
from schema.moment import last_today
from schema.order import Content, Side, State, effective, facts_of, lines_emptied, lines_of, other
from schema.policy import POLICY, Command
from schema.refusals import Refusal
from schema.status import latest_known, opener_of, signature_count, state_of, was_sent
from schema.terms import (
    Terms,
    canonical_json,
    changes_between,
    digest,
    protected,
    says_nothing,
    signed_terms,
    terms_of,
    written,
)
from schema.totals import is_dropped, points_of, totals_of
from server.gate.author import Author
from server.gate.judge import kept_from_role
from server.gate.mark import mark
from server.gate.place import Place

Event = Literal[
    "sent", "changed", "approved", "accepted", "declined", "amending", "cancelled", "cancel_asked", "cancel_refused",
    "amendment_refused", "amendment_given_up", "delivered", "expired",
]  # fmt: skip
"""What happened, as mails and lists tell it."""

REASON_LIMIT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Given:
    """A command as it was given. `number`: the order's number, should this command give it one."""

    command: Command
    author: Author
    at: datetime
    digest: str | None = None
    reason: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What the server writes, and what happened. Values None empty a cell."""

    event: Event
    cells: dict[Place, Any]


@dataclass(frozen=True, slots=True)
class Declined:
    """The command was not taken. `cells`: addresses it concerns, where it concerns some."""

    refusal: Refusal
    cells: list[str] = field(default_factory=list)


def decide(content: Content, given: Given) -> Decision | Declined:
    """What a command does to an order as it stands."""
    state = state_of(content)
    if not POLICY.allows(given.command, given.author.role, state):
        return Declined(Refusal(_why_not(given, state)))
    if given.reason and len(given.reason) > REASON_LIMIT:
        return Declined(Refusal("too_long"))
    match given.command:
        case "send" | "accept":
            return _sign(content, given)
        case "decline":
            return _decline(content, given)
        case "amend":
            return Decision("amending", {("record", "amending"): _mark(given)})
        case "cancel":
            return _cancel(content, given)
        case "deliver":
            return Decision("delivered", _close(given, "delivered"))
        case "expire":
            return Decision("expired", _close(given, "expired"))


def _why_not(given: Given, state: State) -> str:
    """The code behind a "deny" of the policy table."""
    kept = kept_from_role(given.author, lambda role: POLICY.allows(given.command, role, state))
    return kept or "not_allowed_now"


def _sign(content: Content, given: Given) -> Decision | Declined:
    terms = terms_of(content)
    text = canonical_json(terms)
    stands = digest(text)
    if given.digest != stands:
        return Declined(Refusal("stale_digest"))
    if fault := _not_ready(content, given, stands):
        return fault
    side = given.author.side
    signature = _mark(given) | {
        "digest": stands,
        "terms": text,
        "total": str(totals_of(content).total),
        "count": max(signature_count(content, each) for each in REGISTERS) + 1,
    }
    cells: dict[Place, Any] = {("record", f"signatures/{side}"): signature}
    if "number" not in content.record and given.number:
        cells["record", "number"] = given.number
    theirs = content.record.get(f"signatures/{other(side)}")
    if theirs is not None and theirs["digest"] == stands:
        return Decision("accepted", cells | _agreement(content, given, signature, theirs))
    return Decision(_what_was_sent(content, side, terms), cells)


def _what_was_sent(content: Content, side: Side, terms: Terms) -> Event:
    """Whose writing a signature covers that the other company has not signed: who has written nothing of his own since
    he knew the order approves what the other wrote, and has not sent yet."""
    if not was_sent(content):
        return "sent"
    known = latest_known(content, side)
    unchanged = known is not None and terms[side] == signed_terms(known)[side]
    return "approved" if unchanged else "changed"


def _not_ready(content: Content, given: Given, stands: str) -> Declined | None:
    side = given.author.side
    if not lines_of(content):
        return Declined(Refusal("no_lines"))
    if missing := missing_cells(content):
        return Declined(Refusal("incomplete"), missing)
    mine = _digest_of(content, side)
    theirs = _digest_of(content, other(side))
    if mine == stands and theirs != stands:
        return Declined(Refusal("already_signed"))
    if given.author.role == "bot" and theirs == stands:
        return Declined(Refusal("people_only"))  # a program may propose; only people agree
    if given.command == "accept" and theirs != stands:
        return Declined(Refusal("nothing_to_accept"))
    if _is_over(content, given):
        return Declined(Refusal("offer_over"), ["supplier/valid_until"])
    return None


def _is_over(content: Content, given: Given) -> bool:
    """Whether one would sign an offer whose last day has passed, and which the server would end at once.

    A client may send what the supplier has not offered him yet.
    """
    if state_of(content) == "amending" or (given.command == "send" and given.author.side == "client"):
        return False
    until = content.supplier.get("valid_until")
    return until is not None and until < last_today(given.at)


def missing_cells(content: Content) -> list[str]:
    """The addresses that must be filled before anyone can sign, in the order of the lines."""
    missing: list[str] = []
    points = points_of(content)
    for line in lines_of(content):
        facts = facts_of(content, line)
        if facts is None or is_dropped(content, line):
            continue
        # A supplier who can deliver none says 0, and that is a quantity.
        if effective(content, line_key(line, "quantity")) is None and not points.get(line):
            missing.append(f"client/{line_key(line, 'quantity')}")
        if content.supplier.get(line_key(line, "unit_price")) is None:
            missing.append(f"supplier/{line_key(line, 'unit_price')}")
        missing += _missing_choices(content, line, facts)
    return missing


def _missing_choices(content: Content, line: str, facts: Mapping[str, Any]) -> list[str]:
    wanted = [
        ("characteristics", item["key"]) for item in facts.get("characteristics", ()) if item.get("required")
    ]
    if facts.get("sizing") == "dimensions":
        wanted += [("dimensions", item["key"]) for item in facts.get("dimensions", ())]
    keys = [line_key(line, noun, name) for noun, name in wanted]
    return [f"client/{key}" for key in keys if says_nothing(content.client.get(key))]


def _agreement(
    content: Content, given: Given, mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> dict[Place, Any]:
    before = content.record.get("agreed")
    is_anew = before is None or before["digest"] != mine["digest"]
    agreed = {
        "revision": str((int(before["revision"]) if before else 0) + is_anew),
        "digest": mine["digest"],
        "terms": mine["terms"],
        "spellings": _spellings(content),
        "at": mine["at"],
        given.author.side: dict(mine) | {"terms": ""},
        other(given.author.side): dict(theirs) | {"terms": ""},
    }
    answered = ["amending"]
    if is_anew:
        answered += ["cancelling/client", "cancelling/supplier"]  # who agrees anew does not cancel
    return {("record", "agreed"): agreed, **{("record", key): None for key in answered}}


def _spellings(content: Content) -> dict[str, str]:
    """What people wrote, by address, where terms spell it otherwise: `12.50`, `34 1/2`."""
    cells = (
        (root, key, value)
        for root in REGISTERS
        for key, value in content.root(root).items()
        if isinstance(value, str) and value
    )
    return {f"{root}/{key}": value for root, key, value in cells if _is_spelled_otherwise(root, key, value)}


def _is_spelled_otherwise(root: str, key: str, value: str) -> bool:
    cell = parse(root, key)
    return cell is not None and cell.field.term and protected(cell, value) != value


def _decline(content: Content, given: Given) -> Decision | Declined:
    side = given.author.side
    if given.author.role != "server" and not (given.reason or "").strip():
        return Declined(Refusal("reason_required"))
    match state_of(content):
        case "open":
            return Decision("declined", _close(given, "declined"))
        case "amending":
            mine = opener_of(content) == side
            return Decision("amendment_given_up" if mine else "amendment_refused", restored(content))
        case _ if f"cancelling/{other(side)}" in content.record:
            return Decision("cancel_refused", {("record", f"cancelling/{other(side)}"): None})
    return Declined(Refusal("not_allowed_now"))


def _cancel(content: Content, given: Given) -> Decision | Declined:
    """Before agreement either company ends the order; an agreed one ends when both have asked."""
    state, side = state_of(content), given.author.side
    if state != "draft" and not (given.reason or "").strip():
        return Declined(Refusal("reason_required"))
    if state in ("draft", "open") or f"cancelling/{other(side)}" in content.record:
        return Decision("cancelled", _close(given, "cancelled"))
    if f"cancelling/{side}" in content.record:
        return Declined(Refusal("not_allowed_now"))
    return Decision("cancel_asked", {("record", f"cancelling/{side}"): _mark(given)})


def restored(content: Content) -> dict[Place, Any]:
    """The cells that bring back the agreed revision: both registers, both signatures, no amendment."""
    agreed = content.record["agreed"]
    terms = signed_terms(agreed)
    cells: dict[Place, Any] = {}
    spelled = agreed.get("spellings", {})
    for change in changes_between(terms_of(content), terms):
        if change.root in REGISTERS:
            after = spelled.get(change.address, change.after)
            cells[change.root, change.key] = written(change.root, change.key, after)
        elif change.root == "substitutes":
            cells["record", f"substitutes/{change.key}"] = change.after
    cells |= lines_emptied(content, set(lines_of(content)) - set(terms["products"]))
    for side in REGISTERS:
        cells["record", f"signatures/{side}"] = agreed[side] | {"terms": agreed["terms"]}
    return cells | {("record", "amending"): None}


def _close(given: Given, kind: str) -> dict[Place, Any]:
    return {("record", "closing"): _mark(given) | {"kind": kind}, ("record", "amending"): None}


def _mark(given: Given) -> dict[str, str]:
    """Who, when and why, as the record keeps it."""
    return mark(given.author, given.at) | ({"reason": given.reason} if given.reason else {})


def _digest_of(content: Content, side: Side) -> str | None:
    signature = content.record.get(f"signatures/{side}")
    return signature["digest"] if signature else None
