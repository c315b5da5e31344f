"""Where an order stands, for the rights, for a reader, and whose turn it is (design, section 1)."""

from typing import Literal

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
    return "open" if _signed(content) else "draft"


def _signed(content: Content) -> bool:
    return "signatures/client" in content.record or "signatures/supplier" in content.record


def status_for(content: Content, reader: Side, digest: str | None = None) -> Status:
    """The colour of the order for a reader of one company. `digest`: of what stands, if already known."""
    state = state_of(content)
    if state != "open":
        return state
    mine = content.record.get(f"signatures/{reader}")
    if mine is None:
        return "waiting"
    return "waiting" if mine["digest"] == (digest or digest_of(content)) else "changed"


def turn_of(content: Content, digest: str | None = None) -> Side | None:
    """Whose move it is; None when nobody's.

    A company that has not signed what stands owes an answer. Where neither has, the one that has changed
    its own register since it last signed goes on first; where both or neither did, the one that signed
    longer ago.
    """
    state = state_of(content)
    if state in ("agreed", "closed"):
        return None
    if state == "draft":
        maker: Side = content.record.get("made_by", "supplier")
        return maker
    digest = digest or digest_of(content)
    unsigned: list[Side] = [
        side for side in ("client", "supplier") if _digest_signed(content, side) != digest
    ]
    if len(unsigned) < 2:
        return unsigned[0] if unsigned else None
    terms = terms_of(content)
    changed: list[Side] = [side for side in unsigned if _changed_own_register(content, side, terms)]
    if len(changed) == 1:
        return changed[0]
    return min(unsigned, key=lambda side: _signature_count(content, side))


def _digest_signed(content: Content, side: Side) -> str | None:
    signature = content.record.get(f"signatures/{side}")
    return signature["digest"] if signature else None


def _signature_count(content: Content, side: Side) -> int:
    signature = content.record.get(f"signatures/{side}")
    return int(signature["count"]) if signature else 0


def _changed_own_register(content: Content, side: Side, terms: Terms) -> bool:
    signature = content.record.get(f"signatures/{side}")
    latest = signature or content.record.get(f"signatures/{other(side)}")
    if latest is None:
        return False
    return bool(terms[side] != signed_terms(latest)[side])
