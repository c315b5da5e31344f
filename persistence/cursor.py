"""The cursor of PostgreSQL's driver, after which the database ends a transaction whose server stands still.

The driver sends many rows as a pipeline, and behind it a message that asks for nothing more. The database takes such a
session for one at work, and lets it hold its rows for ever, whatever `idle_in_transaction_session_timeout` says.
"""

from collections.abc import Iterable
from typing import Any

from psycopg import Cursor


class TimedCursor(Cursor[Any]):
    """A cursor after whose statements, all of them, the time runs in which the next must come."""

    def executemany(self, query: Any, params_seq: Iterable[Any], *, returning: bool = False) -> None:
        """Run a statement for each row."""
        rows = list(params_seq)
        if len(rows) == 1 and not returning:
            self.execute(query, rows[0])
            return
        super().executemany(query, rows, returning=returning)
        self.connection.execute(b"")
