"""PostgreSQL gives a process fewer connections than it would use: it makes do with those."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, closing
from pathlib import Path
from threading import Barrier, Event

import pytest
from psycopg import OperationalError as PsycopgError
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from persistence.database import THREADS, Database
from persistence.signal import hear
from tests.databases import put_on_postgresql
from tests.postgres import cluster

FEW = 2


@pytest.fixture
def url(tmp_path: Path) -> str:
    return cluster().limited(put_on_postgresql(tmp_path), FEW)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with closing(Database(url)) as database:
        yield database


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2 * THREADS) as threads:
        yield threads


def ask(database: Database) -> int:
    with database.reading() as session:
        found: int = session.connection().execute(text("SELECT count(pg_sleep(0.01))")).scalar_one()
        return found


def test_everybody_has_a_turn(database: Database, threads: ThreadPoolExecutor) -> None:
    asked = [threads.submit(ask, database) for _ in range(10 * THREADS)]
    assert {each.result() for each in asked} == {1}


def test_everybody_has_a_turn_after_all_connections_ended(
    database: Database, url: str, threads: ThreadPoolExecutor
) -> None:
    cluster().limit(url, -1)
    for each in [threads.submit(ask, database) for _ in range(2 * THREADS)]:
        each.result()
    cluster().limit(url, FEW)
    cluster().end_connections(url)
    asked = [threads.submit(ask, database) for _ in range(10 * THREADS)]
    assert {each.result() for each in asked} == {1}


def test_who_waits_has_the_connection_that_another_gives_back(
    database: Database, url: str, threads: ThreadPoolExecutor
) -> None:
    cluster().limit(url, 1)
    used, leave = Event(), Event()

    def keep() -> None:
        with database.reading() as session:
            session.connection()
            used.set()
            leave.wait()

    keeping = threads.submit(keep)
    used.wait()
    asked = threads.submit(ask, database)
    leave.set()
    assert asked.result() == 1
    keeping.result()


def test_where_there_is_none_it_says_so_and_there_may_be_one_again(database: Database, url: str) -> None:
    cluster().limit(url, 0)
    for _ in range(2):
        with pytest.raises(OperationalError, match="too many connections"):
            ask(database)
    cluster().limit(url, 1)
    assert ask(database) == 1
    cluster().limit(url, 0)
    cluster().end_connections(url)
    with pytest.raises(OperationalError, match="too many connections"):
        ask(database)
    cluster().limit(url, 1)
    assert ask(database) == 1


def test_it_uses_more_once_there_are_more(database: Database, url: str, threads: ThreadPoolExecutor) -> None:
    for each in [threads.submit(ask, database) for _ in range(2 * THREADS)]:
        each.result()
    cluster().limit(url, -1)
    together = Barrier(2 * THREADS)

    def meet() -> None:
        with database.reading() as session:
            session.connection()
            together.wait()

    for meeting in [threads.submit(meet) for _ in range(2 * THREADS)]:
        meeting.result()


async def first_word(database: Database) -> tuple[str, str]:
    async with aclosing(hear(database, ("orders",))) as words:
        return await anext(words)


def test_one_is_spared_to_listen_with(database: Database, threads: ThreadPoolExecutor) -> None:
    for each in [threads.submit(ask, database) for _ in range(2 * THREADS)]:
        each.result()
    assert asyncio.run(first_word(database)) == ("", "")
    assert ask(database) == 1


def test_the_last_one_is_not_spared(database: Database, url: str) -> None:
    cluster().limit(url, 1)
    assert ask(database) == 1
    with pytest.raises(PsycopgError, match="too many connections"):
        asyncio.run(first_word(database))
    cluster().limit(url, 0)
    assert ask(database) == 1
