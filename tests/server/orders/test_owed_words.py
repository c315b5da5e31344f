"""An order is found by its lines' jobs a moment after they are written, whatever happens meanwhile."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select, text

from persistence.journal import Journal
from persistence.order import Order
from persistence.order_word import OwedWords, settle_words, words_kept
from server.operate.check import check_orders
from server.orders import owed_words
from server.orders.owed_words import GRACE, settle_owed
from server.rooms.folding import LOOK_SECONDS
from tests.server.api.ordering import desk, filled, get
from tests.server.house import House


@pytest.fixture
async def house(tmp_path: Path, anyio_backend: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """One that settles nothing by itself after its start."""
    monkeypatch.setattr(owed_words, "SETTLE_SECONDS", 3_600.0)
    async with House(tmp_path) as house:
        yield house


async def found(house: House, words: str) -> list[str]:
    """The orders that Anna finds."""
    reply = await get(house, "anna", f"/api/orders?side=client&q={words}")
    return [row["id"] for row in reply.json()["items"]]


def owing(house: House) -> list[str]:
    """The orders whose words are owed."""
    with house.db.reading() as session:
        return sorted(session.exec(select(OwedWords.order_id)))


async def test_an_order_is_found_by_a_lines_job_and_no_longer_by_the_one_before(house: House) -> None:
    order_id = await filled(house)
    anna = await desk(house, "anna", order_id)
    await anna.write({"client/lines/a/job_reference": "Chantier 4417"})
    await settle_owed(house.services)
    assert await found(house, "4417") == await found(house, "chant") == [order_id]
    await anna.write({"client/lines/a/job_reference": "Chantier 4418"})
    await settle_owed(house.services)
    assert (await found(house, "4417"), await found(house, "4418")) == ([], [order_id])
    assert owing(house) == [] == list(check_orders(house.db))


async def test_only_a_job_owes_words_and_writes_none(house: House) -> None:
    order_id = await filled(house)
    anna = await desk(house, "anna", order_id)
    await settle_owed(house.services)
    await anna.write({"client/lines/a/quantity": "13", "client/lines/a/requested_date": "2027-01-31"})
    assert owing(house) == []
    before = _kept(house, order_id)
    for job in ("12", "13"):
        await anna.write({"client/lines/a/job_reference": job})
    assert (owing(house), _kept(house, order_id)) == ([order_id], before)
    assert list(check_orders(house.db)) == [], "words that are owed are no fault"


async def test_what_writes_all_words_at_once_owes_none(house: House) -> None:
    order_id = await filled(house)
    anna = await desk(house, "anna", order_id)
    await anna.write({"client/lines/a/job_reference": "4417"})
    await anna.write({"client/lines/a/job_reference": "4418", "client/reference": "BT-9"})
    assert owing(house) == []
    assert await found(house, "4418") == await found(house, "bt-9") == [order_id]


async def test_the_words_of_an_order_that_is_folded_stay(house: House) -> None:
    order_id = await filled(house)
    anna = await desk(house, "anna", order_id)
    await anna.write({"client/lines/a/job_reference": "4417"})
    room = house.services.rooms.find(order_id)
    assert room is not None
    for _ in range(int(600 / LOOK_SECONDS)):
        room.copy.fold_if_unused()
    assert room.replica.size == 0
    await settle_owed(house.services)
    assert await found(house, "laurier") == await found(house, "4417") == [order_id]


async def test_the_words_of_an_order_in_no_memory_are_left_to_another_for_a_while(house: House) -> None:
    order_id = await filled(house)
    anna = await desk(house, "anna", order_id)
    await anna.write({"client/lines/a/job_reference": "4417"})
    house.services.rooms.forget(order_id)
    assert await settle_owed(house.services, GRACE) == 0
    assert owing(house) == [order_id]
    house.clock.forward(seconds=GRACE.total_seconds())
    assert await settle_owed(house.services, GRACE) == 1
    assert await found(house, "4417") == [order_id]
    assert house.services.rooms.find(order_id) is None, "nothing is opened for it"


async def test_one_that_cannot_be_read_is_put_off_and_the_others_are_not(house: House) -> None:
    damaged, sound = [await filled(house) for _ in range(2)]
    for order_id in (damaged, sound):
        await (await desk(house, "anna", order_id)).write({"client/lines/a/job_reference": "4417"})
        house.services.rooms.forget(order_id)
    with house.db.writing() as session:
        entry = session.exec(
            select(Journal).where(Journal.order_id == damaged).order_by(col(Journal.seq))
        ).first()
        assert entry is not None
        entry.checksum += 1
    assert await settle_owed(house.services) == 1
    assert (owing(house), await found(house, "4417")) == ([damaged], [sound])
    assert await settle_owed(house.services) == 0
    with house.db.reading() as session:
        assert session.get_one(OwedWords, damaged).at > house.clock() + timedelta(minutes=30)


async def test_words_of_an_order_that_has_moved_on_are_not_written(house: House) -> None:
    order_id = await filled(house)
    anna = await desk(house, "anna", order_id)
    await anna.write({"client/lines/a/job_reference": "4417"})
    before = _kept(house, order_id)
    with house.db.writing() as session:
        order = session.get_one(Order, order_id)
        settle_words(session, order_id, order.seq - 1, [order.client_id], frozenset({"old"}))
    assert (owing(house), _kept(house, order_id)) == ([order_id], before)


async def test_words_that_stay_are_not_written_again(house: House) -> None:
    """However many words an order has, a job costs a few."""
    order_id = await filled(house)
    anna = await desk(house, "anna", order_id)
    await settle_owed(house.services)
    with house.db.reading() as session:
        before = _rows(session, order_id)
    await anna.write({"client/lines/a/job_reference": "4417"})
    await settle_owed(house.services)
    with house.db.reading() as session:
        after = _rows(session, order_id)
    assert {word for _, word, _ in after - before} == {"4417"}
    assert before <= after


def _kept(house: House, order_id: str) -> dict[str, frozenset[str]]:
    with house.db.reading() as session:
        return words_kept(session, order_id)


def _rows(session: Session, order_id: str) -> set[tuple[str, str, str]]:
    """Which words are kept, and where the database has each: another place where it was written again."""
    place = "rowid" if session.get_bind().dialect.name == "sqlite" else "ctid::text"
    query = f"SELECT company_id, word, {place} FROM order_word WHERE order_id = '{order_id}'"  # noqa: S608
    return {(company, word, str(at)) for company, word, at in session.connection().execute(text(query))}
