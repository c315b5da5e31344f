"""Whatever concerns a whole order reads it a few times, not once for each of its lines.

A company may fill 5,000 of them, and everybody's edits wait for what is worked out on the loop.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from persistence.bot_settings import BotSettings
from schema.language import Language
from schema.order import Content, cells_of_lines
from schema.status import state_of
from schema.terms import digest_of, terms_of
from schema.totals import totals_of
from server.bots.tolerance import within_tolerance
from server.gate.author import Author
from server.mail import OrderMail, Reader
from server.mail.amounts import line_groups, total_rows
from server.mail.differences import difference_groups
from server.orders.commands import Decision, Given, decide, missing_cells, restored
from server.orders.view import view_order
from server.rooms.batch import Batch, Trail
from server.rooms.derived import Derived
from server.rooms.needs import claim_of
from server.rooms.projection import project, search_texts
from server.rooms.summary import Summary

AT: Final = datetime(2026, 11, 23, 14, 2, 11, tzinfo=UTC)
ANNA: Final = Author("u-anna", "Anna", "client", "client")
SOPHIE: Final = Author("u-sophie", "Sophie", "supplier", "supplier")
SHIRT: Final = {"code": "C-1", "name_fr": "Chandail", "sizing": "scale", "points": ["S", "M"], "unit": "each"}
NAIL: Final = {"code": "N-1", "name_fr": "Clou", "sizing": "none", "unit": "each"}


class Register(dict[str, Any]):
    """A register that counts how often it is gone through."""

    def __init__(self, cells: dict[str, Any]) -> None:
        super().__init__(cells)
        self.passes = 0

    def __iter__(self) -> Iterator[str]:
        self.passes += 1
        return super().__iter__()

    def keys(self) -> Any:
        self.passes += 1
        return super().keys()

    def items(self) -> Any:
        self.passes += 1
        return super().items()


def order(lines: int, *, missing: bool = False) -> Content:
    """An order half of whose lines have sizes. missing: nobody has said how many."""
    record: dict[str, Any] = {
        "made_by": "client",
        "made_at": "2026-11-01T12:00:00Z",
        "number": "2026-0001",
        "currency": "CAD",
        "parties/client": {"id": "c", "name": "Laurier", "region": "QC"},
        "parties/supplier": {"id": "s", "name": "Boréale", "region": "QC"},
    }
    client: dict[str, Any] = {}
    supplier: dict[str, Any] = {}
    for at in range(lines):
        prefix = f"lines/l{at}"
        record[f"products/l{at}"] = SHIRT if at % 2 else NAIL
        client |= {f"{prefix}/product": "p", f"{prefix}/position": f"a{at:04}"}
        if not missing:
            client |= (
                {f"{prefix}/quantity/{point}": "3" for point in "SM"}
                if at % 2
                else {f"{prefix}/quantity": "3"}
            )
        supplier[f"{prefix}/unit_price"] = "2.50"
    return Content(Register(client), Register(supplier), Register(record))


def signed(content: Content, *authors: Author) -> Content:
    """The same order, signed by each in turn."""
    for author in authors:
        decision = decide(content, Given("send", author, AT, digest_of(content)))
        assert isinstance(decision, Decision), decision
        for (root, key), value in decision.cells.items():
            if value is None:
                content.root(root).pop(key or "", None)
            else:
                content.root(root)[key or ""] = value
    return content


def amended(content: Content) -> Content:
    """The agreed order, of which the half is written anew and which has grown by a half."""
    content = signed(content, ANNA, SOPHIE)
    assert state_of(content) == "agreed"
    content.record["amending"] = {"user": "u-anna"}
    for key in [key for key in content.client if "/quantity" in key]:
        content.client[key] = "4"
        content.client[key.replace("lines/l", "lines/m")] = "4"
    for key in [key for key in content.client if key.endswith("/product")]:
        content.client[key.replace("lines/l", "lines/m")] = "p"
    return content


def _view(content: Content) -> object:
    state = state_of(content)
    return view_order(content, order_id="o", side="client", role="client", state=state, epoch="e", seq=1)


def _sign(content: Content) -> object:
    return decide(content, Given("send", ANNA, AT, digest_of(content)))


NOTHING: Final[dict[str, Any]] = {
    "client": {},
    "supplier": {},
    "products": {},
    "parties": {},
    "currency": "CAD",
}
WHOLE: Final[dict[str, tuple[Callable[[int], Content], Callable[[Content], object]]]] = {
    "what the API shows": (order, _view),
    "what the API shows of an amendment": (lambda lines: amended(order(lines)), _view),
    "a signature": (order, _sign),
    "what is missing": (lambda lines: order(lines, missing=True), missing_cells),
    "an amendment withdrawn": (lambda lines: amended(order(lines)), restored),
    "amounts": (order, totals_of),
    "terms": (order, terms_of),
    "what a mail says of its lines": (order, lambda content: line_groups(content, "fr")),
    "what a mail says of its total": (order, lambda content: total_rows(None, content, "fr")),
    "what a mail says has changed": (order, lambda content: difference_groups(NOTHING, content, "fr")),
    "what lists show": (order, project),
    "what lists show, kept": (order, lambda content: Summary(content).read()),
    "what it is found by": (order, search_texts),
    "what it asks of the stock": (
        lambda lines: signed(order(lines), ANNA),
        lambda content: claim_of(content, state_of(content)),
    ),
    "what it holds of the stock": (
        lambda lines: signed(order(lines), ANNA, SOPHIE),
        lambda content: claim_of(content, state_of(content)),
    ),
    "whether a bot may send it": (
        lambda lines: signed(order(lines), ANNA),
        lambda content: within_tolerance(content, BotSettings(supplier_id="s"), "2026-11-23"),
    ),
    "lines taken away": (
        order,
        lambda content: cells_of_lines(content, {key.split("/")[1] for key in dict.keys(content.client)}),
    ),
}


@pytest.mark.parametrize("what", WHOLE)
def test_a_whole_order_is_read_as_often_however_many_lines_it_has(what: str) -> None:
    """G8: with a pass for each line, an order of 2,000 took seconds to sign, in which nobody's edit was judged."""
    make, work = WHOLE[what]
    passes = []
    for lines in (10, 40):
        content = make(lines)
        registers = [content.client, content.supplier, content.record]
        for register in registers:
            assert isinstance(register, Register)
            register.passes = 0
        work(content)
        passes.append([register.passes for register in registers if isinstance(register, Register)])
    assert passes[0] == passes[1]
    assert any(passes[0])


def test_what_a_bot_writes_in_one_line_leaves_the_others_unread() -> None:
    """G8: each of a bot's hundred short lines cost the loop a pass over the whole order."""
    content = signed(order(40), ANNA)
    derived = Derived("o", content, state_of(content))
    derived.put_into(Batch("o", 1), AT, state_of(content))
    registers = [
        register for register in (content.client, content.supplier) if isinstance(register, Register)
    ]
    for register in registers:
        register.passes = 0
    content.supplier["lines/l0/quantity"] = "1"
    derived.written([("supplier", "lines/l0/quantity")])
    batch = Batch("o", 2, trail=[Trail("supplier/lines/l0/quantity", None, "1", SOPHIE)])
    derived.put_into(batch, AT, state_of(content))
    assert [register.passes for register in registers] == [0, 0]
    assert batch.projection["total"] == project(content)["total"]


def test_what_is_told_of_it_is_worked_out_once_and_ahead_of_the_transaction_that_everybody_waits_for() -> (
    None
):
    content = order(40)
    mail = OrderMail(
        "received",
        before=None,
        content=content,
        order_id="o",
        order_number="2026-0001",
        reader_side="supplier",
        actor_name="Anna",
        actor_company="Laurier",
    )
    mail.prepare({"fr", "en"})
    registers = [
        each for each in (content.client, content.supplier, content.record) if isinstance(each, Register)
    ]
    before = [each.passes for each in registers]
    assert sum(before) > 0
    languages: tuple[Language, ...] = ("fr", "en", "fr")
    for language in languages:
        assert "Chandail" in mail.to(Reader("Sophie", "s@example.com", language), "https://x.example").text
    assert [each.passes for each in registers] == before
