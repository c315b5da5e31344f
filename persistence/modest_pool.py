"""A pool that makes do with the connections it has where PostgreSQL gives it no more for the moment.

A role or a database may have a limit, or others have taken what there is. SQLAlchemy's pool fails whoever asks for one
more, though another comes back within milliseconds.
"""

from contextlib import suppress
from math import inf
from threading import Condition
from time import monotonic
from typing import Any, Final

from psycopg import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, QueuePool
from sqlalchemy.util.queue import Empty

PATIENCE_SECONDS: Final = 5.0
"""How long one waits for a connection that somebody else has, before it counts that there are no more."""
AGAIN_SECONDS: Final = 1.0
"""Between two times that more are asked for."""


class ModestPool(QueuePool):
    """Of one process. Where it has no connection at all, it fails at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._refused = -inf
        self._asking: set[object] = set()
        self._answered = Condition()

    def connect(self) -> PoolProxiedConnection:
        """A connection, new or given back."""
        deadline = monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return super().connect()
            except OperationalError:
                self._refused = monotonic()
                if self._refused > deadline or not self._will_have_one():
                    raise

    def spare(self) -> bool:
        """Close one of several connections, and ask for no more for a moment: somebody outside needs one. False: none
        can be spared."""
        if self._connections < 2:
            return False
        try:
            record = self._pool.get(True, PATIENCE_SECONDS)
        except Empty:
            return False
        self._refused = monotonic()
        try:
            record.close()
        finally:
            self._dec_overflow()
        return True

    @property
    def _connections(self) -> int:
        """How many there are, in use or not."""
        return self.size() + self.overflow() - len(self._asking)

    @property
    def _has_one(self) -> bool:
        return self._connections > 0

    def _will_have_one(self) -> bool:
        """Whether there is one, in use or not, once everybody is answered who asks for one by now."""
        with self._answered:
            others = set(self._asking)
            self._answered.wait_for(lambda: self._has_one or not others & self._asking, PATIENCE_SECONDS)
            return self._has_one

    def _do_get(self) -> ConnectionPoolEntry:
        left = self._refused + AGAIN_SECONDS - monotonic()
        if left > 0 and self._has_one:
            with suppress(Empty):
                return self._pool.get(True, left)
        return super()._do_get()

    def _create_connection(self) -> ConnectionPoolEntry:
        asking = object()
        self._asking.add(asking)
        try:
            return super()._create_connection()
        finally:
            with self._answered:
                self._asking.discard(asking)
                self._answered.notify_all()

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        # What has none would be made anew, and refused, before another that lives is taken.
        if record.dbapi_connection is None:
            self._dec_overflow()
        else:
            super()._do_return_conn(record)
