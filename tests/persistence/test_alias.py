"""G2: of a value that still stands, it stays known for which entries it stands, however often a journal is cut."""

import pytest
from sqlmodel import Session

from persistence.alias import Aliased, aliased_after, aliases_of, forget_aliases, keep_aliases
from tests.persistence.trade import company, order_of, session

__all__ = ["session"]

CELL, ELSEWHERE = "client/lines/a/quantity", "client/reference"
CHAIN = [(CELL, "7:1", "1:1", True), (CELL, "1:1", "1:2", False), (CELL, "9:4", "1:2", False)]
"""Oldest first: 1:2 stands for all the others, for the first of them by way of 1:1."""


@pytest.fixture
def order(session: Session) -> str:
    """An order with the chain, of the journal entries 1 to 3."""
    order = order_of(session, company(session, "Boréale"), company(session, "Laurier"))
    keep_aliases(session, [Aliased(order, seq, *alias) for seq, alias in enumerate(CHAIN, start=1)])
    return order


def test_aliases_are_told_in_the_order_in_which_they_came_about(session: Session, order: str) -> None:
    assert aliases_of(session, order) == CHAIN
    assert aliases_of(session, "another") == []


def test_it_is_known_whether_an_entry_brought_any(session: Session, order: str) -> None:
    assert aliased_after(session, order, 2)
    assert not aliased_after(session, order, 3)
    assert not aliased_after(session, "another", 0)


@pytest.mark.parametrize(
    ("through", "standing", "left"),
    [
        (3, [(CELL, "1:2")], CHAIN),
        (3, [(CELL, "1:3")], []),
        (3, [(ELSEWHERE, "1:2")], []),
        (3, [], []),
        (2, [], CHAIN[2:]),
        (1, [], CHAIN),
        (0, [], CHAIN),
    ],
)
def test_aliases_of_what_stands_no_longer_go_with_the_journal(
    session: Session,
    order: str,
    through: int,
    standing: list[tuple[str, str]],
    left: list[tuple[str, str, str, bool]],
) -> None:
    forget_aliases(session, order, through, standing)
    assert aliases_of(session, order) == left


def test_an_entry_that_stays_keeps_what_it_stands_for(session: Session, order: str) -> None:
    """The newest is of a later entry than those that go; what it names still stands by it."""
    keep_aliases(session, [Aliased(order, 4, CELL, "1:2", "1:5", restated=False)])
    forget_aliases(session, order, 3)
    assert aliases_of(session, order) == [*CHAIN, (CELL, "1:2", "1:5", False)]


def test_other_orders_keep_theirs(session: Session, order: str) -> None:
    other = order_of(session, company(session, "Rival"), company(session, "Client"))
    keep_aliases(session, [Aliased(other, 1, *CHAIN[0])])
    forget_aliases(session, order, 3)
    assert aliases_of(session, other) == CHAIN[:1]
