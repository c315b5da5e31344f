import sqlite3
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import LargeBinary, func, text
from sqlmodel import Session, col, delete, select, update

from persistence.audit import Audit
from persistence.claim import LineNeed, OrderClaim
from persistence.clock import now
from persistence.company import Company
from persistence.journal import Journal, load_history, replace_history
from persistence.order import Order
from persistence.order_word import OrderWord, owe_words, set_words
from persistence.tables import METADATA
from schema.order import Side, other
from server.cli import main
from server.gate.replica import Replica
from server.operate.backup import backup
from server.operate.earlier import words_earlier
from server.operate.failure import Failure
from server.operate.kinds import misfits
from server.rooms.projection import search_words
from server.settings import Settings
from tests.server.filled import database_of, writing

pytestmark = pytest.mark.sqlite


def agreed_order(session: Session) -> Order:
    return session.exec(select(Order).where(Order.supplier_status == "agreed").order_by(Order.id)).all()[0]


def check(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = main(["check", "--data", str(folder)])
    return code, capsys.readouterr().out


def test_what_is_sound_is_said_to_be(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(folder, capsys) == (0, "Everything is sound.\n")


@pytest.mark.parametrize(
    "words", [["check"], ["backup", "$/saved.backup"], ["serve", "--port", "0"]], ids=lambda words: words[0]
)
def test_a_file_in_which_nothing_is_left_is_taken_for_no_new_database(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    """As a disk leaves one after a power cut. A sound backup of nothing would let the older ones be deleted."""
    file = Settings(data=folder).database_file
    file.write_bytes(b"")
    assert main([*(word.replace("$", str(tmp_path)) for word in words), "--data", str(folder)]) == 1
    assert capsys.readouterr().err.startswith(f"shared-order: {file} is empty: whatever was in it is gone. ")
    assert (file.stat().st_size, list(tmp_path.glob("*.backup*"))) == (0, [])


@pytest.mark.parametrize(
    "statement", ["DROP TABLE alembic_version", "UPDATE alembic_version SET version_num = '0001'"]
)
def test_tables_of_another_version_than_is_said_are_told_of(
    folder: Path, capsys: pytest.CaptureFixture[str], statement: str
) -> None:
    with closing(sqlite3.connect(Settings(data=folder).database_file)) as connection, connection:
        connection.execute(statement)
    assert main(["check", "--data", str(folder)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("shared-order: The tables are not those of the version that the database names: ")
    assert "at the moment" not in said


def test_altered_bytes_of_a_journal_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with writing(folder) as session:
        order = agreed_order(session)
        entry = session.exec(select(Journal).where(Journal.order_id == order.id, Journal.seq == 2)).one()
        entry.update = entry.update[:-1] + bytes([entry.update[-1] ^ 1])
        session.add(entry)
    code, said = check(folder, capsys)
    assert (code, said) == (
        1,
        f"order {order.id}: journal entry 2 does not match its checksum\n1 to look at.\n",
    )


@pytest.mark.parametrize(
    ("gone", "first"),
    [("seq = 3", 3), ("seq > 0", 1), ("seq = (SELECT max(seq) FROM journal WHERE order_id = :id)", 0)],
)
def test_a_missing_entry_is_named_and_nothing_that_follows_from_it(
    folder: Path, capsys: pytest.CaptureFixture[str], gone: str, first: int
) -> None:
    """Else each cell that an order without its journal has in the trail would be one, and others not be seen for it."""
    with writing(folder) as session:
        order = agreed_order(session)
        statement = f"DELETE FROM journal WHERE order_id = :id AND {gone}"  # noqa: S608
        session.exec(text(statement).bindparams(id=order.id))  # type: ignore[call-overload]
    code, said = check(folder, capsys)
    entry = first or order.seq
    assert (code, said) == (1, f"order {order.id}: journal entry {entry} is missing\n1 to look at.\n")


def test_a_list_that_differs_from_its_document_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with writing(folder) as session:
        order = agreed_order(session)
        order.total = "1.00"
        session.add(order)
    code, said = check(folder, capsys)
    assert code == 1
    assert f"order {order.id}: lists show total '1.00'" in said


@pytest.mark.parametrize(("turn", "code"), [(None, 0), ("client", 1)])
def test_what_lists_show_since_the_version_before_is_sound_where_only_the_rule_has_changed(
    folder: Path, capsys: pytest.CaptureFixture[str], turn: str | None, code: int
) -> None:
    """A backup of it is taken; lists follow with the order's next change."""
    with writing(folder) as session:
        asked = select(Order).where(Order.supplier_status == "agreed", Order.turn == "supplier")
        order = session.exec(asked).one()
        order.turn = turn
        session.add(order)
    assert check(folder, capsys)[0] == code


def test_an_order_that_is_found_as_the_version_before_found_it_is_sound(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found_otherwise = 0
    with writing(folder) as session:
        for order in session.exec(select(Order)).all():
            content = Replica.to_read(0, load_history(session, order.id).updates, {}).content
            found_otherwise += words_earlier(content) != search_words(content)
            set_words(session, order.id, (order.supplier_id, order.client_id), words_earlier(content))
    assert found_otherwise
    assert check(folder, capsys)[0] == 0


def test_an_order_whose_words_are_still_to_be_written_is_sound(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with writing(folder) as session:
        order = agreed_order(session)
        set_words(session, order.id, (order.supplier_id, order.client_id), frozenset({"stray"}))
    assert check(folder, capsys)[0] == 1
    with writing(folder) as session:
        owe_words(session, [order.id], order.changed_at)
    assert check(folder, capsys)[0] == 0


def test_what_an_order_asks_of_the_stock_and_its_document_does_not_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with writing(folder) as session:
        ids = select(Order).order_by(Order.id)
        order, other = session.exec(ids.where(Order.supplier_status == "agreed")).all()[:2]
        closed = session.exec(ids.where(Order.supplier_status == "closed")).all()[0]
        needs = select(LineNeed).where(LineNeed.order_id == order.id).order_by(LineNeed.line, LineNeed.point)
        need = session.exec(needs).all()[0]
        held, need.held = need.held, "999"
        need.held_later, need.held_date, need.fixed = None, None, False  # what is said last is what it holds
        claim = session.get(OrderClaim, order.id)
        assert claim
        claim.since = None
        session.exec(delete(LineNeed).where(col(LineNeed.order_id) == other.id))
        session.exec(delete(OrderClaim).where(col(OrderClaim.order_id) == other.id))
        session.add(OrderClaim(order_id=closed.id, supplier_id=closed.supplier_id, state="agreed"))
    code, said = check(folder, capsys)
    assert code == 1
    assert len(said.splitlines()) == 5
    place = f"line {need.line}" + (f", size {need.point}" if need.point else "")
    assert f"order {order.id}: {place} is kept to ask product_id {need.product_id}" in said
    assert "held 999 of the stock" in said
    assert f"held {held} of the stock" not in said
    assert f"order {order.id}: its claim has no place in the queue, though its client has signed" in said
    assert f"order {other.id}: nothing is kept of what it asks of the stock" in said
    assert (
        f"order {closed.id}: it is kept to ask something of the stock, and its document asks nothing" in said
    )


def test_a_backup_that_asks_otherwise_of_the_stock_is_not_taken_for_sound(
    folder: Path, tmp_path: Path
) -> None:
    with writing(folder) as session:
        session.exec(update(LineNeed).values(asked="12345"))
    with pytest.raises(Failure, match="asked 12345"):
        backup(Settings(data=folder), tmp_path / "backup.sqlite3")


def test_words_by_which_an_order_is_found_and_that_it_does_not_show_are_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with writing(folder) as session:
        order = agreed_order(session)
        stranger = session.exec(
            select(Company.id).where(col(Company.id).not_in((order.supplier_id, order.client_id)))
        ).all()[0]
        words = col(OrderWord.order_id) == order.id
        found = select(OrderWord.word).where(words).order_by(OrderWord.word)
        lost, other = session.exec(found.where(OrderWord.company_id == order.client_id)).all()[:2]
        theirs = words & (col(OrderWord.company_id) == order.client_id)
        session.exec(delete(OrderWord).where(theirs, col(OrderWord.word) == lost))
        session.exec(update(OrderWord).where(theirs, col(OrderWord.word) == other).values(word="zzz"))
        session.add(OrderWord(company_id=stranger, word="zzz", order_id=order.id))
    assert check(folder, capsys) == (
        1,
        f"order {order.id}: its client does not find it by {lost}, {other}\n"
        f"order {order.id}: its client finds it by zzz, which it does not show\n"
        f"order {order.id}: it is found by companies that are not its own: {stranger}\n"
        "3 to look at.\n",
    )


def test_an_order_that_is_kept_for_another_company_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with writing(folder) as session:
        order = agreed_order(session)
        order.made_by = other(cast("Side", order.made_by))
        session.add(order)
    code, said = check(folder, capsys)
    assert code == 1
    assert said.startswith(f"order {order.id}: it is kept for other companies than its document names\n")


def test_what_cannot_be_read_is_named_and_the_rest_is_checked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """SQLite keeps text where bytes belong, and a number where a time does."""
    with writing(folder) as session:
        one, two, three, last = session.exec(select(Order).order_by(Order.id)).all()[:4]
        for order, damage in (
            (one, "UPDATE journal SET \"update\" = 'text' WHERE order_id = :id AND seq = 2"),
            (two, 'UPDATE "order" SET created_at = 7 WHERE id = :id'),
            (three, "UPDATE \"order\" SET writer = 'nobody' WHERE id = :id"),
            (last, "UPDATE audit SET after = CAST(x'22ff22' AS TEXT) WHERE order_id = :id"),
            (last, "UPDATE \"order\" SET total = '0.01' WHERE id = :id"),
        ):
            session.connection().execute(text(damage), {"id": order.id})
    code, said = check(folder, capsys)
    assert code == 1
    for named in (
        f"database: journal (order_id {one.id}, seq 2) holds text as update, where bytes should be\n",
        f"order {one.id}: journal entry 2 does not match its checksum\n",
        f"database: order (id {two.id}) holds a number as created_at, where a time should be\n",
        f"order {two.id}: what is kept of it cannot be read (",
        f"database: order (id {three.id}) holds text as writer, where a number should be\n",
        f"order {three.id}: what is kept of it cannot be read (",
        f"order {last.id}: lists show total '0.01'",
        f"order {last.id}: what is kept of it cannot be read (",
    ):
        assert named in said


def test_a_value_of_another_kind_is_named_in_every_column(whole: Path) -> None:
    """One row of each table that has any holds the wrong kind in all of them."""
    wrong: dict[str, set[str]] = {}
    with closing(sqlite3.connect(Settings(data=whole).database_file)) as connection, connection:
        for table in METADATA.sorted_tables:
            columns = [each for each in table.columns if each is not table.autoincrement_column]
            values = ["text" if isinstance(each.type, LargeBinary) else b"\xff" for each in columns]
            settings = ", ".join(f'"{each.name}" = ?' for each in columns)
            change = f'UPDATE "{table.name}" SET {settings} WHERE rowid = 1'  # noqa: S608  # names of our own
            if connection.execute(change, values).rowcount:
                wrong[table.name] = {each.name for each in columns}
    db = database_of(whole)
    with db.reading() as session:
        found = list(misfits(session))
    db.close()
    assert wrong.keys() > {
        "order",
        "journal",
        "client_binding",
        "audit",
        "order_word",
        "order_claim",
        "person",
    }
    for name, columns_of_it in wrong.items():
        told = [each for each in found if each.startswith(f"database: {name} (")]
        assert {each.partition(" as ")[2].partition(",")[0] for each in told} == columns_of_it, name


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE audit SET after = '\"777\"' WHERE id = :last", "ends with '777' and its document says "),
        ("UPDATE audit SET after = '\"777\"' WHERE id = :first", "goes on from "),
        ("UPDATE audit SET after = '{' WHERE id = :first", "holds a change that cannot be read"),
        ("DELETE FROM audit WHERE id = :last", "ends with "),
    ],
)
def test_a_trail_that_does_not_lead_to_its_document_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], change: str, fault: str
) -> None:
    with writing(folder) as session:
        often = (
            select(Audit.order_id, Audit.cell, func.min(Audit.id), func.max(Audit.id))
            .where(col(Audit.cell).startswith("supplier/lines/"))
            .group_by(Audit.order_id, Audit.cell)
            .having(func.count(col(Audit.id)) > 1)
        )
        order_id, cell, first, last = session.exec(often).all()[0]
        numbers = {"first": first, "last": last}
        named = {name: number for name, number in numbers.items() if f":{name}" in change}
        session.connection().execute(text(change), named)
    code, said = check(folder, capsys)
    assert code == 1
    assert said.startswith(f"order {order_id}: the trail of {cell} {fault}")


def test_a_signature_that_does_not_match_its_terms_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with writing(folder) as session:
        order = agreed_order(session)
        history = load_history(session, order.id)
        replica = Replica.load(order.writer, history.updates, history.owners)
        signature = replica.content.record["signatures/client"]
        forged = signature | {"terms": signature["terms"].replace("CAD", "USD")}
        replica.settle(None, {("record", "signatures/client"): forged})
        replace_history(session, order.id, history.seq, replica.doc.get_update(), now())
    code, said = check(folder, capsys)
    assert code == 1
    assert f"order {order.id}: signatures/client does not match the terms that it covers" in said
    assert "nobody owns" in said  # the bindings went with the history


def test_orders_of_another_epoch_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with writing(folder) as session:
        order = session.exec(select(Order).order_by(col(Order.id))).all()[0]
        order.epoch = "0" * 32
        session.add(order)
    assert check(folder, capsys) == (1, f"order {order.id}: its document has another epoch\n1 to look at.\n")
