"""Refused edits as their author is shown them when he comes."""

from sqlmodel import Session

from persistence.clock import now
from persistence.refusal import SHOWN_SIZE, Refused, dismiss, keep_refusals, open_refusals
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
