import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlmodel import Session, SQLModel, col, select
from structlog.testing import capture_logs

from persistence import outbox
from persistence.database import Database
from persistence.outbox import CLAIM_TIMEOUT, OutboxMail
from persistence.rows import table_of
from server.mail.delivery import Failed, Outcome, Sent, deliver
from server.mail.retry import ATTEMPTS
from server.mail.sender import KEEP_FINISHED, Sender, sending
from server.settings import Settings
from tests.databases import url_of
from tests.server.mail.post import PostOffice
from tests.server.mail.test_mime import FROM
from tests.server.mail.test_order import changed_and_sent

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def url(tmp_path: Path) -> str:
    return url_of(tmp_path)


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    database = Database(url)
    SQLModel.metadata.create_all(database.engine, tables=[table_of(OutboxMail)])
    yield database
    database.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def queued(db: Database, **facts: Any) -> str:
    with db.writing() as session:
        mail_id = outbox.queue(session, replace(changed_and_sent("fr"), **facts), NOON)
    assert mail_id is not None
    return mail_id


def sender_to(office: PostOffice, db: Database, clock: Clock) -> Sender:
    async def hand_over(message: EmailMessage) -> Outcome:
        return await deliver(office.server, message)

    return Sender(db, FROM, hand_over, clock=clock, chance=lambda: 0)


def state_of(db: Database, mail_id: str) -> tuple[str, int, str | None]:
    with db.reading() as session:
        row = session.get(OutboxMail, mail_id)
    assert row is not None
    return row.state, row.attempts, row.last_error


def test_what_is_queued_is_delivered_once(db: Database, clock: Clock) -> None:
    mail_id = queued(db)
    office = PostOffice()

    async def send() -> list[int]:
        async with office.opened():
            sender = sender_to(office, db, clock)
            return [await sender.send_due(), await sender.send_due()]

    assert asyncio.run(send()) == [1, 0]
    assert [letter["Message-ID"] for letter in office.letters] == [f"<{mail_id}@boreale.example>"]
    assert state_of(db, mail_id) == ("sent", 1, None)


def test_a_greylisted_mail_waits_a_minute_and_arrives(db: Database, clock: Clock) -> None:
    mail_id = queued(db)
    office = PostOffice(rcpt=["451 Greylisted"])

    async def send() -> None:
        async with office.opened():
            sender = sender_to(office, db, clock)
            assert await sender.send_due() == 1
            assert state_of(db, mail_id) == ("queued", 1, "451 Greylisted")
            clock.now = NOON + MINUTE - timedelta(seconds=1)
            assert await sender.send_due() == 0
            clock.now = NOON + MINUTE
            assert await sender.send_due() == 1

    with capture_logs() as logs:
        asyncio.run(send())
    assert state_of(db, mail_id) == ("sent", 2, None)
    assert len(office.letters) == 1
    told = [(line["event"], line["mail"], line["error"]) for line in logs]
    assert told == [("mail_postponed", mail_id, "451 Greylisted")]


def test_a_server_that_was_down_gets_its_mail_when_it_is_back(db: Database, clock: Clock) -> None:
    mail_id = queued(db)
    office = PostOffice()

    async def send() -> None:
        async with office.opened():
            pass
        sender = sender_to(office, db, clock)
        assert await sender.send_due() == 1
        assert state_of(db, mail_id)[0] == "queued"
        clock.now = NOON + MINUTE
        async with office.opened(port=office.port):
            assert await sender.send_due() == 1

    asyncio.run(send())
    assert state_of(db, mail_id)[0] == "sent"
    assert len(office.letters) == 1


def count_given_up() -> float:
    return REGISTRY.get_sample_value("shared_order_mails_total", {"outcome": "given_up"}) or 0.0


def test_a_refused_recipient_is_given_up_at_once_for_people_to_see(db: Database, clock: Clock) -> None:
    mail_id = queued(db)
    office = PostOffice(rcpt=["550 5.1.1 No such person"])
    before = count_given_up()

    async def send() -> None:
        async with office.opened():
            await sender_to(office, db, clock).send_due()

    with capture_logs() as logs:
        asyncio.run(send())
    assert state_of(db, mail_id) == ("given_up", 1, "550 5.1.1 No such person")
    assert count_given_up() == before + 1
    assert [(line["event"], line["mail"]) for line in logs] == [("mail_given_up", mail_id)]
    assert "anna@" not in str(logs)


def test_a_mail_to_no_address_at_all_is_given_up_at_once(db: Database, clock: Clock) -> None:
    mail_id = queued(db, to="anna\r\nBcc: eve@rival.example")
    asyncio.run(sender_to(PostOffice(), db, clock).send_due())
    assert state_of(db, mail_id) == ("given_up", 1, "the address is malformed")


async def always_failing(_: EmailMessage) -> Outcome:
    return Failed("451 later")


def test_after_two_days_of_failures_a_mail_is_given_up(db: Database, clock: Clock) -> None:
    mail_id = queued(db)
    sender = Sender(db, FROM, always_failing, clock=clock, chance=lambda: 1)

    async def fail() -> int:
        attempts = 0
        while state_of(db, mail_id)[0] == "queued":
            attempts += await sender.send_due()
            clock.now += timedelta(hours=1)
        return attempts

    assert asyncio.run(fail()) == ATTEMPTS
    assert timedelta(days=1) < clock.now - NOON < timedelta(days=3)
    assert state_of(db, mail_id) == ("given_up", ATTEMPTS, "451 later")


def test_a_crash_between_sending_and_marking_sends_the_same_mail_twice(db: Database, clock: Clock) -> None:
    """At least once, and honestly so: SMTP has no way to ask whether a mail has already been taken."""
    mail_id = queued(db)
    office = PostOffice()

    async def crash_after_delivery(message: EmailMessage) -> Outcome:
        await deliver(office.server, message)
        raise RuntimeError("the process dies here")

    async def send() -> None:
        async with office.opened():
            with pytest.raises(RuntimeError):
                await Sender(db, FROM, crash_after_delivery, clock=clock).send_due()
            assert state_of(db, mail_id)[0] == "sending"
            clock.now = NOON + CLAIM_TIMEOUT
            assert await sender_to(office, db, clock).send_due() == 1

    asyncio.run(send())
    assert len({letter["Message-ID"] for letter in office.letters}) == 1
    assert len(office.letters) == 2
    assert state_of(db, mail_id)[:2] == ("sent", 2)


async def dying(_: EmailMessage) -> Outcome:
    raise RuntimeError("the process dies here")


def test_a_mail_that_kills_every_process_is_given_up_in_the_end(db: Database, clock: Clock) -> None:
    mail_id = queued(db)
    for _ in range(ATTEMPTS):
        with db.writing() as session:
            assert len(outbox.claim_due(session, clock.now)) == 1
        clock.now += CLAIM_TIMEOUT
    asyncio.run(Sender(db, FROM, dying, clock=clock).send_due())
    assert state_of(db, mail_id) == ("given_up", ATTEMPTS + 1, "no attempt ever ended")


def test_two_senders_share_the_work_and_send_nothing_twice(db: Database, url: str, clock: Clock) -> None:
    mails = {queued(db) for _ in range(12)}
    other_db = Database(url)
    office = PostOffice()

    async def send() -> list[int]:
        both_have_mail = asyncio.Barrier(2)

        def sender(database: Database) -> Sender:
            met = False

            async def hand_over(message: EmailMessage) -> Outcome:
                nonlocal met
                if not met:
                    met = True
                    await both_have_mail.wait()
                return await deliver(office.server, message)

            return Sender(database, FROM, hand_over, clock=clock)

        async with office.opened(), asyncio.timeout(60):
            return list(await asyncio.gather(sender(db).send_due(), sender(other_db).send_due()))

    counts = asyncio.run(send())
    other_db.close()
    assert sum(counts) == 12
    assert min(counts) > 0
    assert sorted(letter["Message-ID"] for letter in office.letters) == sorted(
        f"<{mail}@boreale.example>" for mail in mails
    )


def test_a_machine_that_slept_while_it_took_a_mail_leaves_it_to_who_took_it_meanwhile(db: Database) -> None:
    mail_id = queued(db)
    others: list[outbox.Claim] = []

    def clock() -> datetime:
        """The present, which goes on by more than a claim lasts once the mail is taken."""
        if state_of(db, mail_id)[0] == "queued":
            return NOON
        if not others:
            with db.writing() as session:
                others.extend(outbox.claim_due(session, NOON + CLAIM_TIMEOUT))
        return NOON + CLAIM_TIMEOUT

    assert asyncio.run(Sender(db, FROM, dying, clock=clock).send_due()) == 0
    with db.writing() as session:
        assert outbox.mark_sent(session, others[0], NOON + CLAIM_TIMEOUT)


async def looked_once(sender: Sender) -> asyncio.Task[None]:
    """The running sender, once it has found nothing to do and waits."""
    looked, look = asyncio.Event(), sender.send_due

    async def send_due() -> int:
        attempts = await look()
        looked.set()
        return attempts

    sender.send_due = send_due  # type: ignore[method-assign]  # to know when it has looked
    task = asyncio.create_task(sender.run())
    await looked.wait()
    return task


def refuse_after_queueing(session: Session) -> None:
    outbox.queue(session, changed_and_sent("fr"), NOON)
    session.flush()
    raise LookupError


def test_a_commit_wakes_the_sender_and_a_rollback_does_not(db: Database, clock: Clock) -> None:
    async def live() -> list[bool]:
        delivered = asyncio.Event()

        async def hand_over(_: EmailMessage) -> Outcome:
            delivered.set()
            return Sent()

        sender = Sender(db, FROM, hand_over, clock=clock, poll_seconds=3600)
        async with asyncio.timeout(60):
            task = await looked_once(sender)
            with pytest.raises(LookupError), db.writing() as session:
                refuse_after_queueing(session)
            woken = [sender._woken.is_set()]
            await asyncio.to_thread(queued, db)
            await delivered.wait()
            sender.stop()
            await task
        return woken

    assert asyncio.run(live()) == [False]
    with db.reading() as session:
        assert session.exec(select(OutboxMail.state)).all() == ["sent"]


def test_the_server_sends_as_its_settings_say_and_ends_with_it(db: Database, tmp_path: Path) -> None:
    queued(db)
    office = PostOffice()

    async def live() -> None:
        async with office.opened(), asyncio.timeout(60):
            settings = Settings(
                data=tmp_path,
                smtp_host="127.0.0.1",
                smtp_port=office.port,
                smtp_security="none",
                mail_from=FROM,
            )
            async with sending(db, settings):
                await office.arrived.wait()

    asyncio.run(live())
    assert [letter["From"] for letter in office.letters] == [FROM]


def test_without_a_mail_server_mails_stay_in_the_outbox(db: Database, tmp_path: Path) -> None:
    mail_id = queued(db)

    async def live() -> None:
        async with sending(db, Settings(data=tmp_path)):
            pass

    asyncio.run(live())
    assert state_of(db, mail_id) == ("queued", 0, None)


def test_a_database_that_fails_does_not_end_the_loop(db: Database, clock: Clock) -> None:
    async def live() -> None:
        failed = asyncio.Event()

        async def fail_once(_: EmailMessage) -> Outcome:
            if failed.is_set():
                return Sent()
            failed.set()
            raise OSError("the disk is full")

        queued(db)
        sender = Sender(db, FROM, fail_once, clock=clock, poll_seconds=3600)
        task = asyncio.create_task(sender.run())
        async with asyncio.timeout(60):
            await failed.wait()
            sender.stop()
            await task
        clock.now = NOON + CLAIM_TIMEOUT
        assert await Sender(db, FROM, fail_once, clock=clock).send_due() == 1

    with capture_logs() as logs:
        asyncio.run(live())
    assert [line["event"] for line in logs] == ["mail_loop_failed"]


def test_finished_mails_are_forgotten_after_a_month(db: Database, clock: Clock) -> None:
    queued(db)

    async def accept(_: EmailMessage) -> Outcome:
        return Sent()

    async def live() -> None:
        for moment in (NOON, NOON + KEEP_FINISHED, NOON + KEEP_FINISHED + timedelta(days=1, seconds=1)):
            clock.now = moment
            sender = Sender(db, FROM, accept, clock=clock)
            await sender.send_due()
            await sender._forget_old()

    asyncio.run(live())
    with db.reading() as session:
        assert session.exec(select(OutboxMail).where(col(OutboxMail.state) == "sent")).all() == []
