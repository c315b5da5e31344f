"""What a folder holds after its server was killed, held against what people wrote and were told."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from sqlmodel import select

from persistence.audit import Audit
from persistence.database import Database
from persistence.journal import load_history
from persistence.order import Order
from persistence.refusal import RefusedEdit
from schema.order import Content
from server.gate.replica import Replica
from server.operate.check import check_database, check_orders
from server.settings import Settings
from tests.durability.scribe import Scribe
from tests.server.orders.proof import as_state


class Evidence:
    """One order as it is stored. changed, refused: how often each (cell, value) is in the trail, in the refusals."""

    def __init__(self, folder: Path, order_id: str) -> None:
        db = Database(Settings(data=folder).url)
        try:
            self.faults = [*check_database(db), *check_orders(db)]
            with db.reading() as session:
                order = session.get(Order, order_id)
                assert order is not None
                history = load_history(session, order_id)
                self.seq = history.seq
                self.content: Content = Replica.load(order.writer, history.updates, history.owners).content
                trail = session.exec(select(Audit).where(Audit.order_id == order_id)).all()
                refused = session.exec(select(RefusedEdit).where(RefusedEdit.order_id == order_id)).all()
        finally:
            db.close()
        self.changed = Counter((row.cell, row.after) for row in trail)
        self.refused = Counter((row.cell, row.tried) for row in refused)

    def assert_holds_acknowledged(self, *scribes: Scribe) -> None:
        """Every acknowledged edit is there; nothing is there twice; nothing refused is there at all (G1, G2)."""
        assert not self.faults, self.faults
        for scribe in scribes:
            for edit in (each for each in scribe.acknowledged if each.kind != "refused"):
                assert self._times(edit.kind, edit.key, edit.mark) == 1, f"{scribe.name} lost {edit}"
            for edit in scribe.written:
                assert self._times(edit.kind, edit.key, edit.mark) <= 1, f"{scribe.name} finds twice {edit}"
                if edit.kind == "refused":
                    self._assert_nowhere(edit.key, edit.mark)

    def assert_holds_everything(self, *scribes: Scribe) -> None:
        """Once everybody was there again, what was never acknowledged is there too, once."""
        self.assert_holds_acknowledged(*scribes)
        for scribe in scribes:
            for edit in scribe.written:
                if edit.kind in ("comment", "note"):
                    assert self._times(edit.kind, edit.key, edit.mark) == 1, f"{scribe.name} lost {edit}"
            tried = next((each for each in reversed(scribe.written) if each.kind == "refused"), None)
            assert tried is None or any(cell == tried.key for cell, _ in self.refused), (
                f"{scribe.name} was not told"
            )
            last = next((each for each in reversed(scribe.written) if each.kind == "cell"), None)
            if last is not None:
                root, _, key = last.key.partition("/")
                assert self.content.root(root)[key] == last.mark, (
                    f"{scribe.name} finds {self.content.root(root)[key]} instead of {last}, refused: {self.refused}"
                )

    def _times(self, kind: str, key: str, mark: str) -> int:
        match kind:
            case "comment":
                return int(self.content.comments.get(key, {}).get("text") == mark)
            case "note":
                return self.content.note.count(mark)
            case "cell":
                return self.changed[key, json.dumps(mark)]
            case _:
                return self.changed[key, json.dumps(mark)]

    def _assert_nowhere(self, key: str, mark: str) -> None:
        root, _, cell = key.partition("/")
        assert self.content.root(root).get(cell) != mark
        assert not self.changed[key, json.dumps(mark)]

    def state(self) -> dict[str, Any]:
        """The document as `Peer.state` shows it."""
        return as_state(self.content)
