"""A pooler that gives one connection of the database to two of ours is found out."""

from pathlib import Path

from persistence.database import Database
from persistence.pooler import pools_transactions
from tests.databases import put_on_postgresql


def test_two_sessions_are_two(tmp_path: Path) -> None:
    database = Database(put_on_postgresql(tmp_path))
    with database.engine.connect() as one, database.engine.connect() as other:
        assert not pools_transactions(one, other)
    database.close()


def test_one_session_that_serves_two_is_found_out(tmp_path: Path) -> None:
    database = Database(put_on_postgresql(tmp_path))
    with database.engine.connect() as one:
        assert pools_transactions(one, one)
    database.close()
