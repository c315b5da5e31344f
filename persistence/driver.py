"""The database driver itself, where what SQLAlchemy adds to each statement costs more than the statement."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

_CONNECTION: Final = "connection"


def session_on(connection: Connection) -> Session:
    """A session on a connection. It takes part in no transaction before it is used for more than the driver."""
    session = Session(connection, expire_on_commit=False)
    session.info[_CONNECTION] = connection
    return session


def connection_of(session: Session) -> Connection:
    """The connection that a session works on; asking the session itself costs as much as an insert."""
    connection: Connection | None = session.info.get(_CONNECTION)
    return session.connection() if connection is None else connection


@contextmanager
def driven(connection: Connection) -> Iterator[DBAPICursor]:
    """A cursor of the driver in the connection's transaction. What it raises is raised as SQLAlchemy would."""
    base = connection.dialect.loaded_dbapi.Error
    cursor = connection.connection.cursor()
    try:
        yield cursor
    except base as error:
        raise DBAPIError.instance(
            None, None, error, base, hide_parameters=True, dialect=connection.dialect
        ) from error
    finally:
        cursor.close()


def begin_sqlite(connection: Connection) -> None:
    """Begin SQLite's transaction, unless it is in one: the writer's at once, where the connection writes."""
    if not is_begun(connection):
        writing = connection.get_execution_options().get("writing", False)
        with driven(connection) as cursor:
            cursor.execute("BEGIN IMMEDIATE" if writing else "BEGIN")


def is_begun(connection: Connection) -> bool:
    """Whether SQLite is in a transaction already, whoever began it."""
    driver = connection.connection.dbapi_connection
    return bool(getattr(driver, "in_transaction", False))
