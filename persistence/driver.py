"""The database driver itself, where what SQLAlchemy adds to each statement costs more than the statement."""

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


class Driven:
    """A cursor of the driver in a connection's transaction, while the block lasts. What it raises is raised as
    SQLAlchemy would.

    A class, since a commit needs five: a generator made into a context costs three times as much.
    """

    __slots__ = ("_connection", "_cursor")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __enter__(self) -> DBAPICursor:
        self._cursor = self._connection.connection.cursor()
        return self._cursor

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        self._cursor.close()
        if error is not None:
            dialect = self._connection.dialect
            base = dialect.loaded_dbapi.Error
            if isinstance(error, base):
                raise DBAPIError.instance(
                    None, None, error, base, hide_parameters=True, dialect=dialect
                ) from error


def begin_sqlite(connection: Connection) -> None:
    """Begin SQLite's transaction, unless it is in one: the writer's at once, where the connection writes."""
    if not is_begun(connection):
        writing = connection.get_execution_options().get("writing", False)
        with Driven(connection) as cursor:
            cursor.execute("BEGIN IMMEDIATE" if writing else "BEGIN")


def is_begun(connection: Connection) -> bool:
    """Whether SQLite is in a transaction already, whoever began it."""
    driver = connection.connection.dbapi_connection
    return bool(getattr(driver, "in_transaction", False))
