"""Refused edits as their author is shown them when he comes."""

from sqlmodel import Session, select

from persistence.clock import now
from persistence.refusal import (
    KEPT,
    KEPT_SIZE,
    SHOWN_SIZE,
    Refused,
    RefusedEdit,
    dismiss,
    keep_refusals,
    open_refusals,
)
from tests.persistence.trade import company, order_of, session

__all__ = ["session"]


def refused(order: str, number: int, tried: str) -> Refused:
    return Refused(
        f"r{number}", order, number, "anna", "client/reference", "wrong_type", "{}", tried, None, None, now()
    )


def test_what_is_shown_at_once_is_bounded_and_the_rest_comes_when_that_is_dismissed(session: Session) -> None:
    order = order_of(session, company(session, "Boréale"), company(session, "Laurier"))
    half = "x" * (SHOWN_SIZE // 2)
    sizes = [half, half, "1", half + half + "1", "2"]
    keep_refusals(session, [refused(order, number, tried) for number, tried in enumerate(sizes)])

    def shown() -> list[str]:
        return [edit.id for edit in open_refusals(session, order, "anna")]

    assert shown() == ["r0", "r1"]
    for each in ("r0", "r1"):
        assert dismiss(session, order, "anna", each)
    assert shown() == ["r2"]
    dismiss(session, order, "anna", "r2")
    assert shown() == ["r3"]  # one is shown, however large
    dismiss(session, order, "anna", "r3")
    assert shown() == ["r4"]


def test_two_hundred_are_shown_at_once(session: Session) -> None:
    order = order_of(session, company(session, "Boréale"), company(session, "Laurier"))
    keep_refusals(session, [refused(order, number, "1") for number in range(201)])
    assert len(open_refusals(session, order, "anna")) == 200


def kept(session: Session, order: str, user: str = "anna") -> set[str]:
    query = select(RefusedEdit.id).where(RefusedEdit.order_id == order, RefusedEdit.user_id == user)
    return set(session.exec(query))


def test_nobody_fills_the_disk_with_many_refusals_and_the_newest_are_kept(session: Session) -> None:
    order = order_of(session, company(session, "Boréale"), company(session, "Laurier"))
    another = refused(order, 0, "1")._replace(id="another", user_id="luc")
    keep_refusals(session, [another, *(refused(order, number, "1") for number in range(KEPT))])
    assert len(kept(session, order)) == KEPT
    dismiss(session, order, "anna", f"r{KEPT - 1}")
    keep_refusals(session, [refused(order, KEPT, "1")])
    assert {f"r{number}" for number in range(KEPT)} - kept(session, order) == {f"r{KEPT - 1}"}, (
        "the dismissed go first"
    )
    keep_refusals(session, [refused(order, number, "1") for number in range(KEPT + 1, KEPT + 3)])
    assert {"r0", "r1"} & kept(session, order) == set()
    assert len(kept(session, order)) == KEPT
    assert kept(session, order, "luc") == {"another"}


def test_nor_with_large_ones(session: Session) -> None:
    order = order_of(session, company(session, "Boréale"), company(session, "Laurier"))
    eighth = "x" * (KEPT_SIZE // 8)
    for number in range(9):
        keep_refusals(session, [refused(order, number, eighth)])
    assert kept(session, order) == {f"r{number}" for number in range(1, 9)}
