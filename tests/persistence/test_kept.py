"""What one thread writes on the connection that it keeps: with the driver alone, through the session, or both."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session, select

from persistence.clock import now
from persistence.company import Company, add_company
from persistence.database import Database
from persistence.driver import Driven, connection_of
from persistence.kept import Kept
from persistence.outbox import Message, queue, told_of_commits
from persistence.revocation import Revocation
from persistence.rows import insert_rows

pytestmark = pytest.mark.sqlite

Step = Callable[[Session, str], None]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'kept.sqlite3'}")
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def kept(db: Database) -> Iterator[Kept]:
    kept = Kept(db.engine.execution_options(writing=True))
    yield kept
    kept.close()


def by_session(session: Session, name: str) -> None:
    add_company(session, name=name)


def by_driver(session: Session, name: str) -> None:
    insert_rows(session, Revocation, ("subject", "at"), [(name, now())])


def by_both(session: Session, name: str) -> None:
    by_driver(session, f"{name} 1")
    by_session(session, f"{name} 2")
    session.flush()
    by_driver(session, f"{name} 3")


STEPS = [by_session, by_driver, by_both]


def written(db: Database) -> set[str]:
    with db.reading() as session:
        return {*session.exec(select(Company.name)), *session.exec(select(Revocation.subject))}


def execute(session: Session, statement: str, *values: object) -> None:
    with Driven(connection_of(session)) as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize("first", STEPS)
@pytest.mark.parametrize("second", STEPS)
def test_each_transaction_is_committed_before_the_next_begins(
    db: Database, kept: Kept, first: Step, second: Step
) -> None:
    for number, step in enumerate((first, second, first)):
        before = written(db)
        kept.write(step, f"n{number}")
        assert len(written(db)) == len(before) + (3 if step is by_both else 1)


@pytest.mark.parametrize("step", STEPS)
def test_of_what_raises_nothing_stays_and_the_next_one_is_written(
    db: Database, kept: Kept, step: Step
) -> None:
    def fail(session: Session) -> None:
        step(session, "Rivale")
        raise RuntimeError

    kept.write(step, "Boréale")
    before = written(db)
    with pytest.raises(RuntimeError):
        kept.write(fail)
    assert written(db) == before
    kept.write(step, "Tremblay")
    assert len(written(db)) == 2 * len(before)


@pytest.mark.parametrize("step", STEPS)
def test_what_only_the_commit_finds_out_is_raised_and_nothing_of_it_stays(
    db: Database, kept: Kept, step: Step
) -> None:
    def orphan(session: Session) -> None:
        step(session, "Rivale")
        execute(session, "PRAGMA defer_foreign_keys = ON")
        execute(session, "INSERT INTO number_counter VALUES (?, ?, ?)", "nobody", 2026, 1)

    with pytest.raises(IntegrityError):
        kept.write(orphan)
    assert written(db) == set()
    kept.write(by_session, "Boréale")
    assert written(db) == {"Boréale"}


def test_while_another_process_writes_it_is_told_as_everywhere_and_goes_on_afterwards(
    db: Database, kept: Kept
) -> None:
    kept.write(execute, "PRAGMA busy_timeout = 0")
    with db.writing() as session:
        by_session(session, "Rivale")
        session.flush()
        with pytest.raises(OperationalError):
            kept.write(by_driver, "Boréale")
    kept.write(by_driver, "Boréale")
    assert written(db) == {"Rivale", "Boréale"}


def test_whoever_waits_for_mails_hears_of_those_that_were_queued_here(kept: Kept) -> None:
    heard: list[str] = []
    mail = Message("anna@laurier.example", "fr", "Commande", "…", "…", "sent")
    with told_of_commits(lambda: heard.append("a commit")):
        kept.write(by_both, "Boréale")
        assert heard == []
        kept.write(queue, mail)
        kept.write(by_both, "Tremblay")
    assert heard == ["a commit"]
