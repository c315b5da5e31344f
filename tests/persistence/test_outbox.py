from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, select

from persistence import outbox
from persistence.database import Database
from persistence.outbox import CLAIM_TIMEOUT, Message, OutboxMail
from persistence.page import BadCursor
from persistence.rows import table_of
from tests.databases import url_of

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TO_ANNA = Message(
    to="anna@laurier.example",
    language="fr",
    subject="Ébénisterie Boréale a modifié la commande 2026-0147",
    text="Bonjour,\n",
    html="<p>Bonjour,</p>",
    kind="changed",
    order_id="0" * 32,
    company_id="b" * 32,
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(url_of(tmp_path))
    SQLModel.metadata.create_all(database.engine, tables=[table_of(OutboxMail)])
    yield database
    database.close()


def queued(db: Database, now: datetime = NOON, **facts: Any) -> str | None:
    with db.writing() as session:
        return outbox.queue(session, replace(TO_ANNA, **facts), now)


def row_of(db: Database, mail_id: str | None) -> OutboxMail:
    with db.reading() as session:
        row = session.get(OutboxMail, mail_id)
    assert row is not None
    return row


def claimed(db: Database, now: datetime = NOON, limit: int = 20) -> list[outbox.Claim]:
    with db.writing() as session:
        return outbox.claim_due(session, now, limit)


def done(db: Database, act: Any, *args: Any) -> bool:
    with db.writing() as session:
        return bool(act(session, *args))


def test_a_mail_is_kept_whole_until_it_is_sent(db: Database) -> None:
    mail_id = queued(db)
    (claim,) = claimed(db)
    assert (claim.id, claim.attempt, claim.message, claim.created_at) == (mail_id, 1, TO_ANNA, NOON)


class OrderRefused(Exception):
    pass


def refuse_after_queueing(session: Session) -> None:
    outbox.queue(session, TO_ANNA, NOON)
    raise OrderRefused


def test_a_mail_is_queued_only_if_what_causes_it_is_committed(db: Database) -> None:
    with pytest.raises(OrderRefused), db.writing() as session:
        refuse_after_queueing(session)
    assert claimed(db) == []


def test_the_same_deduplication_key_queues_one_mail_and_spoils_nothing_else(db: Database) -> None:
    with db.writing() as session:
        first = outbox.queue(session, replace(TO_ANNA, deduplication_key="order/changed/3/anna"), NOON)
        again = outbox.queue(session, replace(TO_ANNA, deduplication_key="order/changed/3/anna"), NOON)
        other = outbox.queue(session, replace(TO_ANNA, deduplication_key="order/changed/4/anna"), NOON)
    assert again is None
    assert {claim.id for claim in claimed(db)} == {first, other}


def test_a_claimed_mail_is_claimed_by_nobody_else(db: Database) -> None:
    queued(db)
    assert len(claimed(db)) == 1
    assert claimed(db) == []


def test_of_two_processes_that_saw_the_same_mail_one_takes_it(db: Database) -> None:
    mail_id = queued(db)
    seen_before = row_of(db, mail_id)
    assert len(claimed(db)) == 1
    with db.writing() as session:
        assert outbox._take(session, seen_before, NOON) is False


def test_a_claim_whose_process_died_falls_due_again(db: Database) -> None:
    queued(db)
    claimed(db)
    assert claimed(db, NOON + CLAIM_TIMEOUT - MINUTE) == []
    (again,) = claimed(db, NOON + CLAIM_TIMEOUT)
    assert again.attempt == 2


def test_an_answer_that_comes_after_its_claim_lapsed_changes_nothing(db: Database) -> None:
    mail_id = queued(db)
    (late,) = claimed(db)
    claimed(db, NOON + CLAIM_TIMEOUT)
    assert not done(db, outbox.mark_sent, late, NOON)
    assert not done(db, outbox.postpone, late, "451 later", NOON)
    assert not done(db, outbox.give_up, late, "550 no")
    assert (row_of(db, mail_id).state, row_of(db, mail_id).attempts) == ("sending", 2)


def test_a_sent_mail_is_never_due_again(db: Database) -> None:
    mail_id = queued(db)
    (claim,) = claimed(db)
    assert done(db, outbox.mark_sent, claim, NOON + MINUTE)
    assert row_of(db, mail_id).sent_at == NOON + MINUTE
    assert claimed(db, NOON + timedelta(days=9)) == []


def test_a_claim_is_answered_once(db: Database) -> None:
    mail_id = queued(db)
    (claim,) = claimed(db)
    assert done(db, outbox.mark_sent, claim, NOON)
    assert not done(db, outbox.postpone, claim, "451 later", NOON)
    assert not done(db, outbox.give_up, claim, "550 no")
    assert row_of(db, mail_id).state == "sent"


def test_a_postponed_mail_waits_for_its_time_with_its_error(db: Database) -> None:
    mail_id = queued(db)
    (claim,) = claimed(db)
    assert done(db, outbox.postpone, claim, "451 " + "x" * 900, NOON + 5 * MINUTE)
    assert claimed(db, NOON + 4 * MINUTE) == []
    assert len(row_of(db, mail_id).last_error or "") == outbox.ERROR_LIMIT
    assert [again.attempt for again in claimed(db, NOON + 5 * MINUTE)] == [2]


def test_a_mail_given_up_stays_to_be_seen(db: Database) -> None:
    mail_id = queued(db)
    (claim,) = claimed(db)
    assert done(db, outbox.give_up, claim, "550 no such person")
    assert (row_of(db, mail_id).state, row_of(db, mail_id).last_error) == ("given_up", "550 no such person")
    assert claimed(db, NOON + timedelta(days=9)) == []


def test_the_oldest_are_claimed_first_and_no_more_than_asked(db: Database) -> None:
    late, early, middle = (queued(db, NOON + n * MINUTE) for n in (3, 1, 2))
    assert [claim.id for claim in claimed(db, NOON + 9 * MINUTE, limit=2)] == [early, middle]
    assert [claim.id for claim in claimed(db, NOON + 9 * MINUTE, limit=2)] == [late]


def test_only_finished_mails_are_forgotten(db: Database) -> None:
    for subject in ("sent", "given up", "queued"):
        queued(db, subject=subject)
    kept = queued(db, NOON + MINUTE, subject="sent later")
    for claim in claimed(db, NOON + MINUTE):
        if claim.message.subject.startswith("sent"):
            done(db, outbox.mark_sent, claim, NOON)
        elif claim.message.subject == "given up":
            done(db, outbox.give_up, claim, "550")
        else:
            done(db, outbox.postpone, claim, "451", NOON)
    with db.writing() as session:
        assert outbox.forget_finished(session, NOON + MINUTE) == 2
        assert outbox.count_by_state(session) == {"queued": 1, "sending": 0, "sent": 1, "given_up": 0}
    assert row_of(db, kept).state == "sent"


def seen(session: Session, email: str, company_id: str, after: str | None = None, limit: int = 50) -> Any:
    return outbox.mails_seen_by(session, email, company_id, after, limit)


def test_a_person_sees_mails_to_her_and_those_her_company_caused(db: Database) -> None:
    to_anna = queued(db)
    to_eve = queued(db, NOON + MINUTE, to="eve@rival.example", company_id="c" * 32)
    with db.reading() as session:
        assert [mail.id for mail in seen(session, "ANNA@laurier.example", "a" * 32).items] == [to_anna]
        assert [mail.id for mail in seen(session, "sophie@boreale.example", "b" * 32).items] == [to_anna]
        assert [mail.id for mail in seen(session, "eve@rival.example", "c" * 32).items] == [to_eve]
        assert seen(session, "luc@boreale.example", "d" * 32).items == []


def test_pages_of_mails_go_back_in_time_without_gap_or_repeat(db: Database) -> None:
    ids = {queued(db, NOON + (n // 2) * MINUTE) for n in range(7)}
    found, after = [], None
    with db.reading() as session:
        while True:
            page = seen(session, "anna@laurier.example", "", after, limit=3)
            found += page.items
            if page.next is None:
                break
            after = page.next
        with pytest.raises(BadCursor):
            seen(session, "anna@laurier.example", "", "nonsense")
    assert [mail.id for mail in found] == list(dict.fromkeys(mail.id for mail in found))
    assert {mail.id for mail in found} == ids
    assert [mail.created_at for mail in found] == sorted((m.created_at for m in found), reverse=True)


@pytest.mark.anyio
async def test_a_commit_of_mails_in_the_writers_lane_is_told_once_it_is_there_for_all(db: Database) -> None:
    there: list[int] = []

    def look() -> None:
        with db.reading() as session:
            there.append(len(session.exec(select(OutboxMail.id)).all()))

    with outbox.told_of_commits(look):
        for key in ("a", "b"):
            await db.write(outbox.queue, replace(TO_ANNA, deduplication_key=key), NOON)
        await db.write(lambda session: session.exec(select(OutboxMail.id)).all())
    assert there == [1, 2]


def test_a_commit_of_mails_is_told_once_and_only_when_they_are_there_for_all(db: Database) -> None:
    told: list[str] = []
    with outbox.told_of_commits(lambda: told.append("commit")):
        with db.writing() as session:
            for key in ("a", "b", "b"):
                outbox.queue(session, replace(TO_ANNA, deduplication_key=key), NOON)
            assert told == []
        assert told == ["commit"]
        claimed(db)
        with pytest.raises(OrderRefused), db.writing() as session:
            refuse_after_queueing(session)
    queued(db)
    assert told == ["commit"]
