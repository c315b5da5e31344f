"""The database driver itself, where what SQLAlchemy adds to each statement costs more than the statement."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError


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
