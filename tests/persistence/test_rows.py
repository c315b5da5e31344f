from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, select

from persistence.company import add_company
from persistence.database import Database
from persistence.driver import Driven
from persistence.image import Image
from persistence.rows import delete_rows, insert_rows, rows_of, update_rows
from tests.databases import url_of

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
COLUMNS = ("id", "company_id", "content", "thumbnail", "created_at")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(url_of(tmp_path))
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def company_id(db: Database) -> str:
    with db.writing() as session:
        return add_company(session, name="Ébénisterie % Boréale", supplies=True).id


def all_of(session: Session) -> list[tuple[str, bytes, datetime]]:
    return [(row.id, row.content, row.created_at) for row in session.exec(select(Image).order_by(Image.id))]


def test_rows_come_back_as_they_were_given(db: Database, company_id: str) -> None:
    east = datetime(2026, 11, 23, 7, 0, 0, 125, tzinfo=timezone(timedelta(hours=-5)))
    rows = [
        ("a", company_id, b"\x00%s", b"", NOON),
        ("b", company_id, b"\xff", b"", NOON),
        ("c", company_id, b"", b"", east),
    ]
    with db.writing() as session:
        insert_rows(session, Image, COLUMNS, rows)
    with db.reading() as session:
        noon_and_more = NOON.replace(microsecond=125)
        assert all_of(session) == [("a", b"\x00%s", NOON), ("b", b"\xff", NOON), ("c", b"", noon_and_more)]


def test_only_the_named_columns_of_the_named_rows_are_set(db: Database, company_id: str) -> None:
    rows = [(name, company_id, b"before", b"small", NOON) for name in "abc"]
    later = NOON + timedelta(hours=1)
    with db.writing() as session:
        insert_rows(session, Image, COLUMNS, rows)
        moved = [(b"one", later, "a"), (b"two", NOON, "c"), (b"three", NOON, "nobody")]
        assert update_rows(session, Image, ("content", "created_at"), ("id",), moved) == 2
    with db.reading() as session:
        assert all_of(session) == [("a", b"one", later), ("b", b"before", NOON), ("c", b"two", NOON)]
        assert {image.thumbnail for image in session.exec(select(Image))} == {b"small"}


def test_nothing_to_write_is_no_statement(db: Database) -> None:
    with db.writing() as session:
        insert_rows(session, Image, COLUMNS, [])
        update_rows(session, Image, ("content",), ("id",), [])
        delete_rows(session, Image, ("id",), [])


def test_rows_are_read_and_deleted_by_their_keys(db: Database, company_id: str) -> None:
    with db.writing() as session:
        insert_rows(session, Image, COLUMNS, [(name, company_id, b"", b"", NOON) for name in "abc"])
        assert sorted(rows_of(session, Image, ("id",), "company_id", company_id)) == [("a",), ("b",), ("c",)]
        delete_rows(
            session, Image, ("id", "company_id"), [("a", company_id), ("b", "another"), ("c", company_id)]
        )
    with db.reading() as session:
        assert rows_of(session, Image, ("id", "company_id"), "company_id", company_id) == [("b", company_id)]
        assert not rows_of(session, Image, ("id",), "company_id", "another")


def test_a_row_that_is_there_already_is_refused_with_all_of_its_statement(
    db: Database, company_id: str
) -> None:
    row = ("a", company_id, b"", b"", NOON)
    with pytest.raises(IntegrityError), db.writing() as session:
        insert_rows(session, Image, COLUMNS, [row, row])
    with db.reading() as session:
        assert all_of(session) == []


def test_a_time_without_a_zone_cannot_be_kept(db: Database, company_id: str) -> None:
    naive = datetime(2026, 11, 23, 12, 0)
    with pytest.raises(ValueError, match="without a zone"), db.writing() as session:
        insert_rows(session, Image, COLUMNS, [("a", company_id, b"", b"", naive)])


def test_what_the_driver_raises_is_raised_as_everything_else(db: Database) -> None:
    with pytest.raises(DBAPIError) as raised, db.reading() as session, Driven(session.connection()) as cursor:
        cursor.execute("SELECT secret FROM nowhere")
    assert "nowhere" in str(raised.value)
