"""Where an order stands, for the rights, for a reader, and whose turn it is (design, section 1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from schema.cells import REGISTERS
from schema.order import Content, Side, State, other
from schema.terms import Terms, digest_of, signed_terms, terms_of

Status = Literal["draft", "waiting", "changed", "agreed", "amending", "closed"]


def state_of(content: Content) -> State:
    """The column of the policy table. Needs no digest: the record marks agreement and amendment."""
    record = content.record
    if "closing" in record:
        return "closed"
    if "amending" in record:
        return "amending"
    if "agreed" in record:
        return "agreed"
    return "open" if was_sent(content) else "draft"


def was_sent(content: Content) -> bool:
    """Whether the other company knows of the order. A signature is what sends it; a cancelled draft never was sent."""
    return "signatures/client" in content.record or "signatures/supplier" in content.record


@dataclass(frozen=True, slots=True)
class Stand:
    """How one company's last signature relates to what stands.

    count: the number of that signature among all of the order, 0 before the first. matches: it covers what stands.
    own_changed: since the latest signature it knows, the company has changed its own register.
    """

    count: int
    matches: bool
    own_changed: bool


def status_of(state: State, reader: Stand) -> Status:
    """The colour of an order in a state for the reader's company."""
    if state != "open":
        return state
    return "changed" if reader.count and not reader.matches else "waiting"


def turn_from(state: State, opener: Side, stands: Mapping[Side, Stand]) -> Side | None:
    """Whose move it is; None when nobody's. `opener`: who made the draft, or opened the amendment.

    A company that has not signed what stands owes an answer. Where neither has, the one that has changed
    its own register since it last signed goes on first; where both or neither did, the one that signed
    longer ago. An amendment in which nothing has changed yet is its opener's.
    """
    if state in ("agreed", "closed"):
        return None
    if state == "draft":
        return opener
    unsigned: list[Side] = [side for side in REGISTERS if not stands[side].matches]
    if not unsigned:
        return opener if state == "amending" else None
    if len(unsigned) == 1:
        return unsigned[0]
    changed: list[Side] = [side for side in unsigned if stands[side].own_changed]
    if len(changed) == 1:
        return changed[0]
    counts = {side: stands[side].count for side in unsigned}
    return min(counts, key=counts.__getitem__)


def status_for(content: Content, reader: Side, digest: str | None = None) -> Status:
    """The colour of the order for a reader of one company. `digest`: of what stands, if already known."""
    state = state_of(content)
    signature = content.record.get(f"signatures/{reader}")
    if state != "open" or signature is None:
        return status_of(state, Stand(0, False, False))
    return status_of(state, Stand(1, signature["digest"] == (digest or digest_of(content)), False))


def turn_of(content: Content, digest: str | None = None) -> Side | None:
    """Whose move it is; None when nobody's. `digest`: of what stands, if already known."""
    state = state_of(content)
    opener = opener_of(content)
    if state == "agreed":
        return asked_to_cancel(content)
    if state in ("draft", "closed"):
        return turn_from(state, opener, {})
    digest = digest or digest_of(content)
    terms = terms_of(content)
    return turn_from(state, opener, {side: _stand(content, side, digest, terms) for side in REGISTERS})


def asked_to_cancel(content: Content) -> Side | None:
    """Who owes an answer to the other company's request to cancel the agreed order; None where nobody has asked."""
    return next((side for side in REGISTERS if f"cancelling/{other(side)}" in content.record), None)


def opener_of(content: Content) -> Side:
    """Who opened the amendment, or made the order."""
    amending = content.record.get("amending") or {}
    opener: Side = amending.get("side") or content.record.get("made_by", "supplier")
    return opener


def signature_count(content: Content, side: Side) -> int:
    """The number of a company's last signature among all of the order, 0 before the first."""
    signature = content.record.get(f"signatures/{side}")
    return int(signature["count"]) if signature else 0


def latest_signature(content: Content) -> Mapping[str, Any] | None:
    """The signature that was given last, by whichever company; None before the first."""
    given = (content.record.get(f"signatures/{side}") for side in REGISTERS)
    return max(filter(None, given), key=lambda each: int(each["count"]), default=None)


def latest_known(content: Content, side: Side) -> Mapping[str, Any] | None:
    """The signature from which a company's own changes are counted: its own, else the other's."""
    record = content.record
    found: Mapping[str, Any] | None = record.get(f"signatures/{side}") or record.get(
        f"signatures/{other(side)}"
    )
    return found


def known_terms(content: Content, side: Side) -> Terms | None:
    """The terms that a company knows: what it signed last, else what was sent to it; None where it has seen none."""
    known = latest_known(content, side)
    return signed_terms(known) if known is not None else None


def _stand(content: Content, side: Side, digest: str, terms: Terms) -> Stand:
    mine, latest = content.record.get(f"signatures/{side}"), latest_known(content, side)
    return Stand(
        count=signature_count(content, side),
        matches=mine is not None and mine["digest"] == digest,
        own_changed=latest is not None and terms[side] != signed_terms(latest)[side],
    )
