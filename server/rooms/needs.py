"""What an order asks of the stock, read from its content. Pure.

A draft and a closed order ask nothing. An open one asks what its client wants; an agreed one holds what was agreed;
one that is being amended holds the agreed revision, which stays in force, and asks what its client wants now.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from persistence.claim import Claim, LinePoint, Need
from schema.cells import REGISTERS, line_key
from schema.moment import read_moment
from schema.order import Content, State, effective, facts_of, lines_of
from schema.status import signature_count
from schema.terms import Terms, signed_terms
from schema.totals import is_dropped, points_of
from schema.values import canonical_decimal

_CONCERNING: Final = (
    "/product",
    "/substitute",
    "/withdrawn",
    "/rejected",
    "requested_date",
    "/backorder_date",
    "supplier/valid_until",
)
_WITH_POINTS: Final = re.compile("/quantity|/backorder_quantity|/characteristics/")


def concerns_stock(address: str) -> bool:
    """Whether a change of this cell may change what its order asks of the stock."""
    return (
        address.startswith("command/")
        or address.endswith(_CONCERNING)
        or _WITH_POINTS.search(address) is not None
    )


def claim_of(content: Content, state: State) -> Claim | None:
    """All that an order asks; None for a draft, nothing held for a closed one."""
    if state == "draft":
        return None
    lines = [] if state == "closed" else lines_of(content)
    needs = {place: need for line in lines for place, need in _needs_of_line(content, state, line)}
    return _claim(content, state, needs)


def renewed(claim: Claim | None, content: Content, state: State, changed: Iterable[str]) -> Claim | None:
    """`claim` after changes of the cells with these addresses; only the lines they name are read again."""
    cells = [cell for cell in changed if concerns_stock(cell)]
    if claim is None or claim.state != state or any(_is_of_order(cell) for cell in cells):
        return claim_of(content, state)
    lines = {cell.split("/")[2] for cell in cells}
    if not lines:
        return claim
    needs = {place: need for place, need in claim.needs.items() if place[0] not in lines}
    needs |= {place: need for line in lines for place, need in _needs_of_line(content, state, line)}
    return claim._replace(needs=needs)


def products_between(before: Claim | None, after: Claim | None) -> frozenset[str]:
    """The products of which the two claims ask differently."""
    old, new = (claim.needs if claim else {} for claim in (before, after))
    same_order = before is not None and after is not None and before[:4] == after[:4]
    return frozenset(
        need.product_id
        for one, other in ((old, new), (new, old))
        for place, need in one.items()
        if not same_order or ((kept := other.get(place)) is not need and kept != need)
    )


def _is_of_order(address: str) -> bool:
    return address.startswith("command/") or "/lines/" not in address


def _claim(content: Content, state: State, needs: dict[LinePoint, Need]) -> Claim:
    closing = content.record.get("closing") or {}
    return Claim(
        state=state,
        signed_at=_signed_at(content),
        round=round_of(content),
        number=content.record.get("number"),
        valid_until=_valid_until(content) if state == "open" else None,
        delivered=closing.get("kind") == "delivered",
        needs=needs,
    )


def round_of(content: Content) -> int:
    """The number of the client's last signature: with each of them a new round of corrections begins."""
    return signature_count(content, "client")


def _signed_at(content: Content) -> datetime | None:
    signature = content.record.get("signatures/client")
    return read_moment(signature["at"]) if signature else None


def _valid_until(content: Content) -> str | None:
    """The day until which the offer that the supplier signed stands; a later one that he is about to send counts."""
    signature, present = content.record.get("signatures/supplier"), content.supplier.get("valid_until")
    if signature is None:
        return None
    signed = _terms(signature["terms"])["supplier"].get("valid_until")
    return max(signed, present) if signed and present else None


@lru_cache(maxsize=64)
def _terms(text: str) -> Terms:
    return signed_terms({"terms": text})


def _needs_of_line(content: Content, state: State, line: str) -> Iterator[tuple[LinePoint, Need]]:
    facts = facts_of(content, line)
    if facts is None or effective(content, line_key(line, "product")) is None:
        return
    held = _held(content, state).get(line, {})
    points = [""]
    if facts.get("sizing") == "scale":
        given = (point for point in facts.get("points", ()) if _is_given(content, line, point))
        points = sorted({*given, *held})
    for point in points:
        need = _need(content, state, line, point, held.get(point))
        if need is not None:
            yield (line, point), need


def _is_given(content: Content, line: str, point: str) -> bool:
    return effective(content, line_key(line, "quantity", point)) is not None


def _need(
    content: Content, state: State, line: str, point: str, held: Mapping[str, Any] | None
) -> Need | None:
    dropped = is_dropped(content, line)
    if dropped and held is None:
        return None
    stocked = _stocked(content, line)
    if held is not None:
        promised = _stocked(_agreed(content), line)
        # What was agreed is kept where it is; what is wanted elsewhere instead asks once it is agreed too.
        dropped, stocked = dropped or promised != stocked, promised
    own = {} if dropped or state == "agreed" else _wanted(content, line, point)
    return Need(
        product_id=stocked.product_id,
        choices=stocked.choices,
        asked=own.get("asked"),
        offered=own.get("offered"),
        later=own.get("later"),
        later_date=content.supplier.get(line_key(line, "backorder_date")) if own else None,
        due=content.client.get(line_key(line, "requested_date")) or content.client.get("requested_date"),
        fixed=stocked.is_substitute,
        **(held or {}),
    )


def _wanted(content: Content, line: str, point: str) -> dict[str, str | None]:
    key, later = _key(line, "quantity", point), _key(line, "backorder_quantity", point)
    cells = {
        "asked": content.client.get(key),
        "offered": content.supplier.get(key),
        "later": content.supplier.get(later),
    }
    return {name: None if value is None else canonical_decimal(value) for name, value in cells.items()}


def _key(line: str, noun: str, point: str) -> str:
    return line_key(line, noun, point) if point else line_key(line, noun)


class _Stocked(NamedTuple):
    """Of what a line takes from the stock."""

    product_id: str
    choices: str
    is_substitute: bool


def _stocked(content: Content, line: str) -> _Stocked:
    substitute = content.supplier.get(line_key(line, "substitute"))
    product = substitute or effective(content, line_key(line, "product"))
    return _Stocked(product, _choices(content, line), bool(substitute))


def _agreed(content: Content) -> Content:
    """The registers as they were agreed, with what the record knows."""
    terms = _terms(content.record["agreed"]["terms"])
    return Content(client=terms["client"], supplier=terms["supplier"], record=content.record)


def _choices(content: Content, line: str) -> str:
    """The line's answers to the questions that offer choices, by key."""
    items = (facts_of(content, line) or {}).get("characteristics", ())
    keys = sorted(item["key"] for item in items if item.get("kind") == "choice")
    answers = [(key, content.client.get(line_key(line, "characteristics", key))) for key in keys]
    return ";".join(f"{key}={answer}" for key, answer in answers if answer)


_Held = dict[str, dict[str, dict[str, Any]]]


def _held(content: Content, state: State) -> _Held:
    """What the agreed terms promise, by line and point."""
    return _held_by(content.record["agreed"]["terms"]) if state in ("agreed", "amending") else {}


@lru_cache(maxsize=64)
def _held_by(text: str) -> _Held:
    terms = _terms(text)
    sizes = points_of(Content(client=terms["client"], supplier=terms["supplier"]))
    return {
        line: {
            point: _promise(terms, line, point) for point in _agreed_points(terms, line, sizes.get(line, ()))
        }
        for line in terms["products"]
        if "true"
        not in (
            terms["client"].get(f"lines/{line}/withdrawn"),
            terms["supplier"].get(f"lines/{line}/rejected"),
        )
    }


def _promise(terms: Terms, line: str, point: str) -> dict[str, Any]:
    key, later = _key(line, "quantity", point), _key(line, "backorder_quantity", point)
    return {
        "held": terms["supplier"].get(key) or terms["client"].get(key),
        "held_later": terms["supplier"].get(later),
        "held_date": terms["supplier"].get(line_key(line, "backorder_date")),
    }


def _agreed_points(terms: Terms, line: str, sizes: Iterable[str]) -> list[str]:
    """The points of a line that were given a quantity: an empty one where it was given to the whole, and `sizes`."""
    is_whole = any(line_key(line, "quantity") in terms[root] for root in REGISTERS)
    return [*([""] if is_whole else []), *sorted(sizes)]
