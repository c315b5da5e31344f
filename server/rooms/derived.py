"""What is derived of an order and kept beside it: the columns that lists read, the words it is found by, its claim.

Kept in step with the document change by change, and written in the transaction that journals the change: so that lists
and stock can never say anything else than the document. Nothing of it is read back into a document.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from persistence.claim import Claim, set_claim
from persistence.due_look import owe_looks
from persistence.order_word import settle_words
from schema.order import Content, State
from server.gate.outcome import Outcome
from server.gate.place import Place, address_of
from server.rooms.batch import Batch
from server.rooms.needs import claim_of, products_between, renewed
from server.rooms.projection import search_words
from server.rooms.summary import Summary

_FOUND_BY: Final = ("client/reference", "supplier/confirmation_number", "/product", "/substitute")
_FOUND_LATER: Final = "/job_reference"
_UNSET: Final = object()


def companies_of(content: Content) -> tuple[str, str]:
    """The supplier's and the client's ids."""
    supplier, client = (content.record[f"parties/{side}"]["id"] for side in ("supplier", "client"))
    return supplier, client


class Derived:
    """What is kept beside one order. `content` is read when it is asked, never copied."""

    def __init__(self, order_id: str, content: Content, state: State) -> None:
        self._order_id = order_id
        self._content = content
        self._summary = Summary(content)
        self._summarised: dict[str, Any] | None = None
        self._projected: dict[str, Any] = {}
        self._words: frozenset[str] | None = None
        self._claim = claim_of(content, state)

    def edited(self, outcome: Outcome) -> None:
        """An edit was taken in."""
        if outcome.structural:
            self._summary.restart()
        for change in outcome.changes:
            self._summary.touch(change.place)

    def written(self, places: Iterable[Place]) -> None:
        """The server wrote in these places, for an author in this process or in its own name."""
        for place in places:
            self._summary.touch(place)

    def forget(self) -> None:
        """Keep nothing that the document tells again."""
        self._summary, self._summarised = Summary(self._content), None
        self._projected, self._words = {}, None

    def overtaken(self, places: Iterable[Place], state: State) -> None:
        """Another process has changed these places, and kept what follows from it."""
        self.forget()
        changed = list(places)
        if any(root == "record" for root, _ in changed):
            self._claim = claim_of(self._content, state)
        else:
            cells = list(map(address_of, changed))
            self._claim = renewed(self._claim, self._content, state, cells)

    def put_into(self, batch: Batch, at: datetime, state: State) -> None:
        """Add to a batch that changes the order what is to be kept otherwise from now on."""
        batch.projection = self._changed_columns(batch, at)
        self._renew_claim(batch, at, state)

    def _changed_columns(self, batch: Batch, at: datetime) -> dict[str, Any]:
        """The columns that lists read, but for those that stand there already; the time is kept to the second."""
        summary = self._summary.read()
        columns: dict[str, Any] = {"changed_at": at.replace(microsecond=0), "changed_by": _last_author(batch)}
        if summary is not self._summarised:
            self._summarised = summary
            columns |= summary
        changed = {
            name: value for name, value in columns.items() if self._projected.get(name, _UNSET) != value
        }
        self._projected |= changed
        return changed

    def put_words_into(self, batch: Batch) -> None:
        """Lists find an order by new words as soon as it has them, but by its lines' jobs a moment later."""
        if batch.settles_words or batch.recorded or any(row.cell.endswith(_FOUND_BY) for row in batch.trail):
            words, companies = search_words(self._content), companies_of(self._content)
            if words != self._words or batch.settles_words:
                self._words = words
                order_id, seq = self._order_id, batch.end
                batch.effects.append(lambda session: settle_words(session, order_id, seq, companies, words))
                return
        batch.owes_words = any(row.cell.endswith(_FOUND_LATER) for row in batch.trail)

    def _renew_claim(self, batch: Batch, at: datetime, state: State) -> None:
        """What the order asks of the stock is kept in the transaction that changes it."""
        before: Claim | None = self._claim
        claim = renewed(before, self._content, state, [row.cell for row in batch.trail])
        if claim == before:
            return
        self._claim, supplier_id = claim, companies_of(self._content)[0]
        batch.claimed = products_between(before, claim)
        batch.effects.append(
            lambda session: set_claim(session, self._order_id, supplier_id, before, claim, at)
        )
        if batch.wakes_bot:
            batch.effects.append(lambda session: owe_looks(session, supplier_id, batch.claimed, at))


def _last_author(batch: Batch) -> str:
    return next((row.author.name for row in reversed(batch.trail) if row.author is not None), "")
