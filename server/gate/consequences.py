"""What the server writes because cells changed: product facts, list prices, the authorship of comments."""

from collections.abc import Collection, Mapping
from typing import Any

from schema.cells import line_in, line_key, parse
from schema.order import lines_emptied
from server.gate.judge import Bench
from server.gate.place import Place
from server.gate.replica import Replica


def consequences_of(replica: Replica, accepted: Mapping[Place, Any], bench: Bench) -> dict[Place, Any]:
    """What the server writes because cells changed: product facts, list prices, the authorship of comments."""
    cells: dict[Place, Any] = {}
    gone: set[str] = set()
    for (root, name), value in accepted.items():
        key = name or ""
        if replica.content.root(root).get(key) == value:
            continue  # written again, or tried and withdrawn before it arrived
        if root == "comments":
            cells["record", f"comments/{key}"] = bench.authorship()
            continue
        cell = parse(root, key)
        if cell is None or cell.line is None:
            continue
        if cell.noun == "substitute":
            offer = bench.catalogue.get(value)
            cells["record", f"substitutes/{cell.line}"] = dict(offer.facts) if offer else None
        elif cell.noun == "product" and value:
            cells |= _line_appeared(replica, cell.line, value, bench, accepted)
        elif cell.noun == "product":
            gone.add(cell.line)
    return cells | _lines_gone(replica, gone, accepted) if gone else cells


def _line_appeared(
    replica: Replica, line: str, product: str, bench: Bench, accepted: Mapping[Place, Any]
) -> dict[Place, Any]:
    """The facts of the product, and its list price where nobody set one, beside the product or before it."""
    offer = bench.catalogue.get(product)
    if offer is None:
        return {}
    cells: dict[Place, Any] = {("record", f"products/{line}"): dict(offer.facts)}
    price = ("supplier", line_key(line, "unit_price"))
    if accepted.get(price, replica.content.supplier.get(price[1])) is None:
        cells[price] = offer.price
    return cells


def _lines_gone(replica: Replica, lines: Collection[str], accepted: Mapping[Place, Any]) -> dict[Place, Any]:
    """In a draft lines may be taken away: with their products goes everything that was said of them, now too."""
    now = (place for place in accepted if line_in(place[1] or "") in lines)
    return lines_emptied(replica.content, lines) | dict.fromkeys(now)
