"""What is told of a large order is worked out before the transaction that writes it, for which everybody waits."""

from collections.abc import Callable
from datetime import timedelta
from threading import current_thread
from typing import Any

import pytest
from sqlmodel import select

import server.mail.order
import server.orders.service
from persistence.bot_notice import owe_notice
from persistence.outbox import OutboxMail
from server.bots.notices import tell_what_is_due
from tests.server.orders.house import House

pytestmark = pytest.mark.anyio


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where orders were gone through for mails; every order is a large one."""
    names: list[str] = []

    def noted(work: Callable[..., Any]) -> Callable[..., Any]:
        def note(*args: Any) -> Any:
            names.append(current_thread().name)
            return work(*args)

        return note

    monkeypatch.setattr(server.orders.service, "LARGE_CELLS", 1)
    for name in ("line_groups", "total_rows", "turn_of", "status_for"):
        monkeypatch.setattr(server.mail.order, name, noted(getattr(server.mail.order, name)))
    return names


async def test_a_command_has_its_mails_worked_out_beside_the_loop(house: House, threads: list[str]) -> None:
    order_id = await house.order("draft")
    await house.must("anna", order_id, "send")
    texts = [mail.text for mail in _mails(house, order_id)]
    assert texts
    assert all("Ce qui est commandé" in text for text in texts)
    assert threads
    assert _elsewhere(threads)


async def test_so_has_a_bot(house: House, threads: list[str]) -> None:
    order_id = await house.order("open")
    before = len(_mails(house, order_id))
    at = house.services.clock() - timedelta(hours=1)
    with house.services.db.writing() as session:
        owe_notice(session, order_id, house.people["sophie"].company_id, at, timedelta(0), timedelta(0))
    threads.clear()
    await tell_what_is_due(house.services)
    assert len(_mails(house, order_id)) > before
    assert threads
    assert _elsewhere(threads)


def _mails(house: House, order_id: str) -> list[OutboxMail]:
    with house.services.db.reading() as session:
        return list(session.exec(select(OutboxMail).where(OutboxMail.order_id == order_id)))


def _elsewhere(threads: list[str]) -> bool:
    """Neither on the loop nor where the database is written."""
    return not {current_thread().name, "writer"} & set(threads)
