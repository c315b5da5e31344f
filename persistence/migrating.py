"""Bringing the tables to the newest revision, with Alembic.

upgrade(connection)                             # on SQLite, in the transaction of a writer
upgrade_alone(connection)                       # on PostgreSQL, one server at a time
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from persistence import revision

# Any number will do, as long as every server that migrates one PostgreSQL database uses the same.
MIGRATION_LOCK = 730_254_119
MIGRATION_PAUSE_SECONDS = 0.2


def upgrade(connection: Connection) -> None:
    """Apply what is missing. Raises OfALaterVersionError."""
    try:
        command.upgrade(migration_config(connection), "head")
    except CommandError as error:  # it does not know the revision that is noted in the database
        raise revision.OfALaterVersionError from error


def upgrade_alone(connection: Connection) -> None:
    """Apply what is missing, and commit, while no other server does. Raises OfALaterVersionError."""
    with _migrating_alone(connection):
        upgrade(connection)
        connection.commit()


def migration_config(connection: Connection) -> Config:
    """Return the Alembic configuration that works on `connection`, from a checkout or a wheel."""
    config = Config()
    config.set_main_option("script_location", str(revision.MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _migrating_alone(connection: Connection) -> Iterator[None]:
    """Let one server migrate at a time, and take its time: what is made beside writers waits for them, however soon the
    database ends the statements of others.

    Who waits asks again and again: a statement that waited would hold a snapshot, for whose end the making of an index
    beside writers waits.
    """
    connection.exec_driver_sql("SET statement_timeout = 0; SET lock_timeout = 0")
    connection.commit()
    while not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({MIGRATION_LOCK})").scalar_one():
        connection.rollback()
        sleep(MIGRATION_PAUSE_SECONDS)
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.exec_driver_sql(f"SELECT pg_advisory_unlock({MIGRATION_LOCK})")
        connection.exec_driver_sql("RESET statement_timeout; RESET lock_timeout")
        connection.commit()
