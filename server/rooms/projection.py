"""What the lists of orders read, derived from a document. Pure."""

from collections.abc import Iterable
from typing import Any

from persistence.order_word import words_of
from schema.cells import line_in, line_key
from schema.order import Content, Side, effective, facts_of, lines_of, other, substitute_facts_of
from schema.status import state_of, status_for, turn_of, was_sent
from schema.terms import digest_of
from schema.totals import is_dropped, totals_of
from schema.values import canonical_decimal


def project(content: Content) -> dict[str, Any]:
    """The projection columns of `persistence.order.Order`, but for when and by whom."""
    state = state_of(content)
    digest = digest_of(content) if state in ("open", "amending") else None
    return {
        "number": content.record.get("number"),
        "supplier_status": _status(content, "supplier", digest),
        "client_status": _status(content, "client", digest),
        "turn": turn_of(content, digest),
        "reference": content.client.get("reference"),
        "lines": len(lines_of(content)),
        "total": str(totals_of(content).total),
        "currency": content.record.get("currency", "CAD"),
        "promised_date": _promised(content),
        "requested_date": content.client.get("requested_date"),
        "backorder": is_due(content, (key for key in content.supplier if is_owed(content, key))),
    }


def _status(content: Content, reader: Side, digest: str | None) -> str:
    if not was_sent(content) and content.record.get("made_by") == other(reader):
        return "hidden"
    return status_for(content, reader, digest)


def _promised(content: Content) -> str | None:
    """The latest date by which everything is promised."""
    lines = (line for line in lines_of(content) if not is_dropped(content, line))
    dates = [effective(content, line_key(line, "promised_date")) for line in lines]
    known = [date for date in (*dates, content.supplier.get("promised_date")) if date]
    return max(known) if known else None


def is_owed(content: Content, key: str) -> bool:
    """Whether a key of the supplier's says that a part of a line comes later."""
    return "/backorder_quantity" in key and canonical_decimal(content.supplier[key]) != "0"


def is_due(content: Content, owed: Iterable[str]) -> bool:
    """Whether one of these keys is of a line that counts: nothing is due of one that is dropped."""
    lines = (line_in(key) for key in owed)
    return any(line is not None and not is_dropped(content, line) for line in lines)


def search_words(content: Content) -> frozenset[str]:
    """The words by which an order is found. Where there are too many, those of its lines are left out."""
    return words_of(*search_texts(content))


def search_texts(content: Content) -> tuple[list[str], list[str]]:
    """The texts by which an order is found: its own numbers and references with the companies' names, and those of its
    lines, what they ask and deliver and for which job."""
    whole = [
        content.record.get("number"),
        content.client.get("reference"),
        content.supplier.get("confirmation_number"),
    ]
    whole += [content.record[f"parties/{side}"].get("name") for side in ("client", "supplier")]
    lines: list[Any] = []
    for line in lines_of(content):
        lines.append(content.client.get(line_key(line, "job_reference")))
        for facts in (facts_of(content, line), substitute_facts_of(content, line)):
            lines += [facts.get(name) for name in ("code", "name_fr", "name_en")] if facts else []
    return [text for text in whole if text], [text for text in lines if text]
