"""A connection to SQLite that one thread keeps from one transaction to the next.

A busy server commits hundreds of times a second, and most of its transactions speak to the driver alone. SQLAlchemy's
transaction, its session and its connection from the pool cost as much as all their statements, so that these are made
only for who asks for them.
"""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlmodel import Session

from persistence.driver import Driven, begin_sqlite, is_begun, session_on

P = ParamSpec("P")
R = TypeVar("R")


class Kept:
    """Used by one thread at a time. `engine`: whose connections write. After an error it begins anew with another
    connection."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._session: Session | None = None
        self._connection: Connection | None = None

    def write(self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `function(session, …)` in a transaction of its own; return once that is committed."""
        connection, session = self._ready()
        try:
            begin_sqlite(connection)
            result = function(session, *args, **kwargs)
            if session.in_transaction():  # it was used for more than the driver
                session.commit()
                session.close()
                self._session = None
            if is_begun(connection):
                with Driven(connection) as cursor:
                    cursor.execute("COMMIT")
        except BaseException:
            # It may still be in its transaction, whatever SQLAlchemy believes, and must not come to anybody else so.
            connection.invalidate()
            self.close()
            raise
        return result

    def _ready(self) -> tuple[Connection, Session]:
        if self._connection is None:
            self._connection = self._engine.connect()
        if self._session is None:
            self._session = session_on(self._connection)
        return self._connection, self._session

    def close(self) -> None:
        """Give the connection back, without what is not committed."""
        session, self._session = self._session, None
        connection, self._connection = self._connection, None
        if session is not None:
            session.close()
        if connection is not None:
            connection.close()
