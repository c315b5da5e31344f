import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import anyio
import pytest
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import Session, col, select

from persistence.company import (
    Address,
    Company,
    add_company,
    addresses_of,
    company_by_id,
    lock_company,
    set_addresses,
)
from persistence.database import THREADS, Database
from persistence.person import add_person
from tests.databases import put_on_postgresql, url_of


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(url_of(tmp_path))
    database.migrate()
    yield database
    database.close()


def names(session: Session) -> list[str]:
    return list(session.exec(select(Company.name).order_by(col(Company.name))))


def test_what_raises_leaves_nothing_behind(database: Database) -> None:
    def fail(session: Session) -> None:
        add_company(session, name="Boréale")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        anyio.run(database.write, fail)
    with database.reading() as session:
        assert names(session) == []


def test_what_was_loaded_may_be_read_after_its_session(database: Database) -> None:
    with database.writing() as session:
        company = add_company(session, name="Boréale")
        set_addresses(session, company.id, [Address(label="Atelier"), Address(label="Quai")])
        kept, _ = addresses_of(session, [company.id])[company.id]
        set_addresses(session, company.id, [Address(id=kept.id, label="Atelier sud")])
    assert company.name == "Boréale"
    assert kept.label == "Atelier sud"


@pytest.mark.sqlite
def test_sqlite_keeps_every_commit_and_every_foreign_key(database: Database) -> None:
    with database.reading() as session:
        pragma = {
            name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    with pytest.raises(IntegrityError), database.writing() as session:
        add_person(session, company_id="0" * 32, email="nobody@boreale.example")


@pytest.mark.parametrize("way", ["read", "write"])
def test_a_crowd_takes_turns_in_a_few_threads(tmp_path: Path, way: str) -> None:
    database = Database(put_on_postgresql(tmp_path))
    threads = set()
    together = threading.Barrier(THREADS)

    def work(_session: Session) -> None:
        threads.add(threading.get_ident())
        together.wait()

    async def ask() -> None:
        await asyncio.gather(*(getattr(database, way)(work) for _ in range(5 * THREADS)))

    asyncio.run(ask())
    database.close()
    assert len(threads) == THREADS


def test_two_writers_take_turns_and_neither_loses_what_the_other_wrote(database: Database) -> None:
    with database.writing() as session:
        company_id = add_company(session, name="0").id

    def add_one() -> None:
        for _ in range(20):
            with database.writing() as session:
                lock_company(session, company_id)
                company = company_by_id(session, company_id)
                assert company is not None
                company.name = str(int(company.name) + 1)
                session.add(company)

    threads = [threading.Thread(target=add_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert names(session) == ["80"]


def test_work_leaves_the_event_loop_and_one_database_serves_several_loops(database: Database) -> None:
    def where(session: Session) -> int:
        return threading.get_ident()

    async def ask() -> tuple[int, int]:
        return await database.read(where), await database.write(where)

    for _ in range(2):
        assert threading.get_ident() not in anyio.run(ask)


def test_times_come_back_in_utc_and_a_time_without_a_zone_is_refused(database: Database) -> None:
    montreal = datetime(2026, 11, 23, 9, 2, 11, tzinfo=timezone(timedelta(hours=-5)))
    with database.writing() as session:
        company_id = add_company(session, name="Boréale", joined_at=montreal).id
    with database.reading() as session:
        company = company_by_id(session, company_id)
        assert company is not None
        assert company.joined_at == datetime(2026, 11, 23, 14, 2, 11, tzinfo=UTC)
        assert company.joined_at.tzinfo is UTC
    with pytest.raises(StatementError), database.writing() as session:
        add_company(session, name="Rivale", joined_at=datetime(2026, 11, 23))


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="must be a file"):
        Database("sqlite://")
