"""What a failed transaction means, as PostgreSQL itself tells it."""

from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from persistence.away import cause_of, is_away
from persistence.database import Database
from persistence.lock import is_held
from tests.databases import put_on_postgresql


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(put_on_postgresql(tmp_path))
    yield database
    database.close()


def _failing(database: Database, *statements: str, after: float = 0) -> DBAPIError:
    """What the last statement of a transaction is answered, asked so many seconds after the others."""
    with database.engine.connect() as connection:
        for statement in statements[:-1]:
            connection.execute(text(statement))
        sleep(after)
        with pytest.raises(DBAPIError) as raised:
            connection.execute(text(statements[-1]))
    return raised.value


@pytest.mark.parametrize(
    ("statements", "cause"),
    [
        (
            ("SET TRANSACTION READ ONLY", "DELETE FROM outbox"),
            "ReadOnlySqlTransaction: cannot execute DELETE in a read-only transaction",
        ),
        (
            ("SELECT pg_terminate_backend(pg_backend_pid())",),
            "AdminShutdown: terminating connection due to administrator command",
        ),
    ],
)
def test_a_database_that_takes_nothing_now_is_away(
    database: Database, statements: tuple[str, ...], cause: str
) -> None:
    error = _failing(database, *statements)
    assert is_away(error)
    assert not is_held(error)
    assert cause_of(error) == cause


def test_a_transaction_that_ended_while_its_server_was_frozen_was_away(database: Database) -> None:
    error = _failing(database, "SET idle_in_transaction_session_timeout = 10", "SELECT 1", after=0.2)
    assert is_away(error)
    # Its farewell is lost where the system says first that nobody is there any more; the driver finds that out as it
    # asks for what came, or a moment later as it reads the answer.
    farewell, silence = "IdleInTransactionSessionTimeout: ", "server closed the connection"
    unasked = f"OperationalError: consuming input failed: {silence}"
    assert cause_of(error).startswith((farewell, f"OperationalError: {silence}", unasked))


def test_a_statement_that_may_not_wait_for_a_row_any_longer_is_held(database: Database) -> None:
    """Whoever runs the database may give statements less time than a commit gives a held row."""
    with database.writing() as session:
        session.connection().execute(text("LOCK TABLE outbox"))
        error = _failing(database, "SET LOCAL statement_timeout = 50", "DELETE FROM outbox")
    assert is_held(error)


def test_what_is_wrong_with_a_row_is_no_absence_and_its_values_are_not_told(database: Database) -> None:
    error = _failing(database, "INSERT INTO number_counter (supplier_id) VALUES ('a secret')")
    assert not is_away(error)
    assert "secret" in str(error.orig)
    assert "secret" not in cause_of(error)
