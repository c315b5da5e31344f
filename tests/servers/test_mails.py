"""Mails of several servers on one database: each is sent once, and whatever a server had in hand when it died goes out
from another, as the same mail.

A server looks for mails when it has committed some itself: so whoever asks it for a sign-in link wakes its sender.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import col, delete, select, update

from persistence.clock import now as present
from persistence.database import Database
from persistence.outbox import Message, OutboxMail, queue
from server.mail import compose_password_reset
from server.mail.sender import BATCH
from tests.connections import asking
from tests.databases import url_of
from tests.server.mail.post import PostOffice
from tests.servers.fleet import Fleet, Server

pytestmark = pytest.mark.anyio
MAILS = 60
TURNS = 30
MAILS_A_TURN = 12
A_DAY_LATE = """
from datetime import UTC, datetime, timedelta
from persistence import clock
clock._ours = lambda: datetime.now(UTC) - timedelta(days=1)
from server.cli import main
main()
"""
PEOPLE = ("anna", "sophie", "luc", "marc", "paul")


@pytest.fixture
async def post(fleet: Fleet) -> AsyncIterator[PostOffice]:
    """The mail server of the whole fleet."""
    async with PostOffice().opened() as post:
        fleet.settings = post.settings
        yield post


@pytest.fixture
def database(fleet: Fleet) -> Iterator[Database]:
    """The fleet's database, of whose mails none is left to send."""
    database = Database(url_of(fleet.house.folder))
    with database.writing() as session:
        session.connection().execute(delete(OutboxMail))
    yield database
    database.close()


async def test_each_mail_is_sent_by_one_of_three(fleet: Fleet, post: PostOffice, database: Database) -> None:
    servers = await fleet.start(3)
    queue_letters(database, range(MAILS))
    askers = zip(servers, ("anna", "sophie", "luc"), strict=True)
    await asyncio.gather(*(wake(fleet, server, name) for server, name in askers))
    await until_all_are_sent(database)
    assert Counter(recipients(post)) == {
        **{f"person-{number}@laurier.example": 1 for number in range(MAILS)},
        **{address(fleet, name): 1 for name in ("anna", "sophie", "luc")},
    }


async def test_a_mail_whose_sender_died_before_it_was_taken_is_sent_once_by_another(
    fleet: Fleet, post: PostOffice, database: Database
) -> None:
    (dying,) = await fleet.start(1)  # alone, or the other might be the first to look
    post.silent = True
    await wake(fleet, dying, "anna")
    await post.knocked.wait()
    await dying.kill()
    post.silent = False
    (surviving,) = await fleet.start(1)
    await wake(fleet, surviving, "sophie")
    await until(lambda: bool(post.letters) and len(unsent(database)) == 1)
    assert recipients(post) == [address(fleet, "sophie")]  # a claim is respected until it lapses
    let_claims_lapse(database)
    await wake(fleet, surviving, "luc")
    await until_all_are_sent(database)
    assert Counter(recipients(post)) == {address(fleet, name): 1 for name in ("anna", "sophie", "luc")}


async def test_a_mail_whose_sender_died_before_it_noted_so_goes_out_again_as_the_same_mail(
    fleet: Fleet, post: PostOffice, database: Database
) -> None:
    (dying,) = await fleet.start(1)  # alone, or the other might be the first to look
    post.thinks = asyncio.Event()
    await wake(fleet, dying, "anna")
    await post.arrived.wait()
    with database.writing() as session:  # nobody can note anything about the mail
        session.connection().execute(text("SELECT id FROM outbox FOR UPDATE"))
        post.thinks.set()
        await until(lambda: waits_for_a_row(database))
        await dying.kill()
    let_claims_lapse(database)
    (surviving,) = await fleet.start(1)
    await wake(fleet, surviving, "sophie")
    await until_all_are_sent(database)
    first, again = (one for one in post.letters if one["to"] == address(fleet, "anna"))
    assert first["message-id"] == again["message-id"]
    assert first["date"] == again["date"]
    assert [part.get_content() for part in first.iter_parts()] == [
        part.get_content() for part in again.iter_parts()
    ]
    assert Counter(recipients(post)) == {address(fleet, "anna"): 2, address(fleet, "sophie"): 1}


async def test_a_mail_that_a_server_with_a_wrong_clock_has_in_hand_is_left_to_it(
    fleet: Fleet, post: PostOffice, database: Database
) -> None:
    """By the others' clocks its claim lapsed a day ago."""
    (right,) = await fleet.start(1)
    fleet.program = ("-c", A_DAY_LATE)
    (late,) = await fleet.start(1)
    post.thinks = asyncio.Event()
    await wake(fleet, late, "anna")
    await post.arrived.wait()
    post.arrived.clear()
    await wake(fleet, right, "sophie")
    await post.arrived.wait()
    await until(lambda: in_hand(database) == Counter({1: 2}))
    post.thinks.set()
    await until_all_are_sent(database)
    assert Counter(recipients(post)) == {address(fleet, name): 1 for name in ("anna", "sophie")}


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(4))
async def test_among_many_mails_and_deaths_none_is_missing_and_only_what_the_dead_held_came_twice(
    fleet: Fleet, post: PostOffice, database: Database, seed: int
) -> None:
    draw = random.Random(seed)
    servers = await fleet.start(3)
    deaths = 0
    for turn in range(TURNS):
        queue_letters(database, range(turn * MAILS_A_TURN, (turn + 1) * MAILS_A_TURN))
        asked = [wake(fleet, server, PEOPLE[turn % len(PEOPLE)]) for server in servers]
        asking = asyncio.gather(*asked, return_exceptions=True)
        if draw.random() < 0.3:
            await asyncio.sleep(draw.random() / 10)
            await servers.pop(draw.randrange(len(servers))).kill()
            servers += await fleet.start(1)
            deaths += 1
        await asking
    for server in servers:
        await server.stop()
    let_claims_lapse(database)
    (last,) = await fleet.start(1)
    await wake(fleet, last, "anna")
    await until_all_are_sent(database)
    came = Counter(str(one["message-id"]) for one in post.letters)
    assert deaths
    assert came.total() - len(came) <= deaths * BATCH
    assert {f"person-{number}@laurier.example" for number in range(TURNS * MAILS_A_TURN)} <= set(
        recipients(post)
    )
    with database.reading() as session:
        assert {one.removeprefix("<").partition("@")[0] for one in came} == set(
            session.exec(select(OutboxMail.id))
        )


def queue_letters(database: Database, numbers: range) -> None:
    with database.writing() as session:
        for number in numbers:
            queue(session, letter(number))


def letter(number: int) -> Message:
    return compose_password_reset(
        to=f"person-{number}@laurier.example", name="Anna", language="fr", link="http://x"
    )


async def wake(fleet: Fleet, server: Server, name: str) -> None:
    """Let a server look for mails: somebody asks it for one."""
    async with asking(f"http://127.0.0.1:{server.port}") as http:
        reply = await http.post("/api/links", json={"email": address(fleet, name)})
    assert reply.status_code == 204, reply.text


def address(fleet: Fleet, name: str) -> str:
    return f"{name}@{fleet.house.people[name].company_id[:8]}.example"


def recipients(post: PostOffice) -> list[str]:
    return [str(one["to"]) for one in post.letters]


def unsent(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.exec(select(OutboxMail.to).where(col(OutboxMail.state) != "sent")))


def in_hand(database: Database) -> Counter[int]:
    """How many mails are on their way, by how often each was taken in hand."""
    with database.reading() as session:
        return Counter(session.exec(select(OutboxMail.attempts).where(OutboxMail.state == "sending")))


def let_claims_lapse(database: Database) -> None:
    """What ten minutes do."""
    with database.writing() as session:
        lapsed = {"next_attempt_at": present() - timedelta(seconds=1)}
        session.connection().execute(
            update(OutboxMail).where(col(OutboxMail.state) == "sending").values(lapsed)
        )


def waits_for_a_row(database: Database) -> bool:
    """Whether some statement waits for another transaction's row."""
    with database.reading() as session:
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE outbox%'"
        return bool(session.connection().execute(text(waiting)).scalar_one())


async def until_all_are_sent(database: Database) -> None:
    await until(lambda: not unsent(database))


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110  # another process makes it so
            await asyncio.sleep(0.02)
