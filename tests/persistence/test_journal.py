"""What is committed of an order is loaded whole and in its order, or not at all."""

from dataclasses import dataclass

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from persistence.alias import Aliased, keep_aliases
from persistence.clock import now
from persistence.journal import (
    DamagedJournal,
    History,
    Journal,
    JournalEnd,
    Snapshot,
    append,
    bind_clients,
    checksum,
    cut,
    entries_after,
    entry,
    load_history,
    replace_history,
)
from persistence.order import Move, Order, advance, last_entries
from tests.persistence.trade import company, order_of, session

__all__ = ["session"]

AT = now()


@dataclass(frozen=True, slots=True)
class Journals:
    """Of two orders, each with five entries, `1` to `5`, by Anna who wrote under 7, and the server under 1."""

    session: Session
    order: str
    other: str

    def history(self) -> History:
        return load_history(self.session, self.order)

    def remove(self, seq: int) -> None:
        self.session.delete(self.session.get_one(Journal, (self.order, seq)))
        self.session.flush()

    def cut(self, seq: int, update: bytes, known: int | None = None) -> bool:
        is_cut = cut(self.session, self.order, seq, update, AT, known)
        self.session.flush()
        self.session.expire_all()
        return is_cut


@pytest.fixture
def journals(session: Session) -> Journals:
    boreale, laurier = company(session, "Boréale"), company(session, "Laurier")
    ids = [order_of(session, boreale, laurier) for _ in range(2)]
    append(session, [entry(each, seq, b"%d" % seq, "anna", AT) for each in ids for seq in range(1, 6)])
    bind_clients(
        session, [(each, client, user) for each in ids for client, user in ((7, "anna"), (1, "server"))]
    )
    return Journals(session, *ids)


def test_an_order_is_loaded_from_all_its_entries(journals: Journals) -> None:
    assert journals.history() == History(5, [b"1", b"2", b"3", b"4", b"5"], {7: "anna", 1: "server"}, 5)


def test_an_order_without_entries_is_at_its_beginning(session: Session) -> None:
    assert load_history(session, "none") == History(0, [], {}, 0)


def test_a_snapshot_stands_for_the_entries_up_to_it(journals: Journals) -> None:
    journals.cut(3, b"1-3")
    assert journals.history() == History(5, [b"1-3", b"4", b"5"], {7: "anna", 1: "server"}, 2)
    assert load_history(journals.session, journals.other).updates == [b"1", b"2", b"3", b"4", b"5"]


def test_a_later_snapshot_takes_the_place_of_an_earlier_one_and_never_the_other_way_round(
    journals: Journals,
) -> None:
    journals.cut(2, b"1-2")
    journals.cut(4, b"1-4")
    for late in (3, 4):
        journals.cut(late, b"late")
    assert journals.history().updates == [b"1-4", b"5"]


@pytest.mark.parametrize("seq", [1, 3, 4])
def test_a_journal_with_an_entry_missing_is_damaged(journals: Journals, seq: int) -> None:
    journals.remove(seq)
    with pytest.raises(DamagedJournal, match=f"journal entry {seq} is missing"):
        journals.history()


@pytest.mark.parametrize("table", [Journal, Snapshot])
def test_altered_bytes_are_damaged(journals: Journals, table: type[Journal] | type[Snapshot]) -> None:
    journals.cut(3, b"1-3")
    key = journals.order if table is Snapshot else (journals.order, 5)
    journals.session.get_one(table, key).update = b"altered"
    journals.session.flush()
    with pytest.raises(DamagedJournal, match="does not match its checksum"):
        journals.history()


def test_an_entry_is_appended_once(journals: Journals) -> None:
    with pytest.raises(IntegrityError):
        append(journals.session, [entry(journals.order, 5, b"again", "marc", AT)])


def test_what_another_process_appended_is_read_on_its_own(journals: Journals) -> None:
    found = entries_after(journals.session, journals.order, 3)
    assert (found.seq, found.updates, found.owners) == (5, [b"4", b"5"], {7: "anna", 1: "server"})
    assert found.plain


@pytest.mark.parametrize("why", ["nothing came", "a snapshot took the place of some", "aliases came about"])
def test_what_another_process_appended_is_not_always_plain(journals: Journals, why: str) -> None:
    """Then the order is loaded again, rather than followed (`server.rooms.following`)."""
    after = 3
    match why:
        case "nothing came":
            after = 5
        case "a snapshot took the place of some":
            journals.cut(4, b"1-4")
        case _:
            keep_aliases(
                journals.session,
                [Aliased(journals.order, 5, "client/reference", "7:1", "1:1", restated=False)],
            )
    assert not entries_after(journals.session, journals.order, after).plain


def test_aliases_of_before_and_of_other_orders_do_not_matter_to_what_comes(journals: Journals) -> None:
    rows = [(journals.order, 3), (journals.other, 5)]
    keep_aliases(
        journals.session, [Aliased(*row, "client/reference", "7:1", "1:1", restated=False) for row in rows]
    )
    assert entries_after(journals.session, journals.order, 3).plain


@pytest.mark.parametrize(("seq", "known"), [(5, checksum(b"lost")), (6, checksum(b"6")), (6, None)])
def test_a_snapshot_of_what_is_lost_takes_the_place_of_nothing(
    journals: Journals, seq: int, known: int | None
) -> None:
    assert not journals.cut(seq, b"1-5, and what was put back", known)
    assert journals.history().updates == [b"1", b"2", b"3", b"4", b"5"]
    assert journals.cut(5, b"1-5", checksum(b"5"))
    assert journals.history().updates == [b"1-5"]


def test_what_follows_another_entry_than_the_one_that_is_known_was_put_back(journals: Journals) -> None:
    known, other = checksum(b"3"), checksum(b"3, before it was lost")
    assert not entries_after(journals.session, journals.order, 3, known).put_back
    assert entries_after(journals.session, journals.order, 3, other).put_back
    journals.cut(4, b"1-4")
    assert not entries_after(journals.session, journals.order, 3, other).put_back  # nobody can tell any more


def test_where_journals_stand_is_told_with_the_checksum_of_their_last_entry(journals: Journals) -> None:
    for each in (journals.order, journals.other):
        journals.session.get_one(Order, each).seq = 5
    journals.session.flush()
    journals.cut(5, b"1-5")
    assert set(last_entries(journals.session, [journals.order, journals.other])) == {
        (journals.order, 5, None),
        (journals.other, 5, checksum(b"5")),
    }
    assert journals.history().end == JournalEnd(5, None, 0)
    assert load_history(journals.session, journals.other).end == JournalEnd(5, checksum(b"5"), 5)


@pytest.mark.parametrize("together", [False, True], ids=["alone", "together"])
def test_an_order_moves_on_from_the_entry_that_is_known_and_from_no_other(
    journals: Journals, together: bool
) -> None:
    """The database was put back, and went on to an entry of the same number."""
    for each in (journals.order, journals.other):
        journals.session.get_one(Order, each).seq = 5
    journals.session.flush()
    beside = [Move(journals.other, 5, {}, checksum(b"5"))] if together else []
    other = checksum(b"5, before it was lost")
    assert advance(journals.session, [Move(journals.order, 5, {}, other), *beside]) == {journals.order}
    assert advance(journals.session, [Move(journals.order, 5, {}, checksum(b"5"))]) == set()
    assert advance(journals.session, [Move(journals.order, 6, {}, None)]) == set()
    stand = {
        last.order_id: last.seq for last in last_entries(journals.session, [journals.order, journals.other])
    }
    assert stand == {journals.order: 7, journals.other: 6 if together else 5}


def test_another_document_takes_the_place_of_a_whole_history(journals: Journals) -> None:
    journals.cut(2, b"1-2")
    replace_history(journals.session, journals.order, 5, b"new", AT)
    assert journals.history() == History(5, [b"new"], {}, 0)
    other = load_history(journals.session, journals.other)
    assert (len(other.updates), other.owners) == (5, {7: "anna", 1: "server"})
