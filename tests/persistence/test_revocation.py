from datetime import timedelta
from pathlib import Path

from sqlmodel import select

from persistence.clock import now
from persistence.database import Database
from persistence.revocation import KEPT, Revocation, last_revocation, note_revoked, revoked_after
from tests.databases import url_of


def test_what_is_long_past_goes_and_no_number_is_given_twice(tmp_path: Path) -> None:
    database = Database(url_of(tmp_path))
    database.migrate()
    with database.writing() as session:
        note_revoked(session, ["a", "b"])
        newest = last_revocation(session)
        for row in session.exec(select(Revocation)).all():
            row.at = now() - 2 * KEPT - timedelta(seconds=1)
            session.add(row)
    with database.writing() as session:
        note_revoked(session, [])
        note_revoked(session, ["c"])
    with database.reading() as session:
        ((number, subject),) = revoked_after(session, newest)
        assert (subject, number) == ("c", last_revocation(session))
        assert revoked_after(session, 0) == [(number, "c")]
    database.close()
