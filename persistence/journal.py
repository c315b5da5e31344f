"""The journal of an order: every update in the order in which it was judged, each with a checksum.

An append names the entry it follows (`persistence.order.advance`), so two processes can never both append; and by its
checksum, since a database that was put back gives the same numbers again. A snapshot holds everything up to its entry;
entries it covers may be cut.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, Column, LargeBinary
from sqlmodel import Field, Session, SQLModel, col, delete, select

from persistence.alias import aliased_after
from persistence.columns import UtcTime
from persistence.rows import insert_rows


class Journal(SQLModel, table=True):
    """One committed update (Yjs v1 bytes). `author`: a user's id, or None when several wrote at once."""

    __tablename__ = "journal"

    order_id: str = Field(primary_key=True, foreign_key="order.id")
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    update: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    checksum: int = Field(sa_column=Column(BigInteger, nullable=False))
    author: str | None = None
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class Snapshot(SQLModel, table=True):
    """The whole document up to journal entry `seq`."""

    __tablename__ = "snapshot"

    order_id: str = Field(primary_key=True, foreign_key="order.id")
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    update: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    checksum: int = Field(sa_column=Column(BigInteger, nullable=False))
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class ClientBinding(SQLModel, table=True):
    """Which user first wrote under a Yjs client id; nobody else ever may (design, section 4)."""

    __tablename__ = "client_binding"

    order_id: str = Field(primary_key=True, foreign_key="order.id")
    client: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    user_id: str


class DamagedJournal(Exception):
    """A stored update does not match its checksum, or an entry is missing. The message names order and entry."""


@dataclass(frozen=True, slots=True)
class JournalEnd:
    """Where an order's journal ends: its last entry, the checksum of that where it is known, and how many entries came
    since the snapshot."""

    seq: int
    checksum: int | None = None
    since_snapshot: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """What loading an order needs: `updates` in order, up to and with entry `seq`; who owns which client id.
    checksums: of the entries that no snapshot covers."""

    seq: int
    updates: list[bytes]
    owners: dict[int, str]
    since_snapshot: int
    checksums: dict[int, int] = field(default_factory=dict, compare=False)

    @property
    def end(self) -> JournalEnd:
        """Where it ends. The checksum of an entry that a snapshot covers is not known."""
        return JournalEnd(self.seq, self.checksums.get(self.seq), self.since_snapshot)


def checksum(update: bytes) -> int:
    """CRC-32 of an update's bytes."""
    return zlib.crc32(update)


def load_history(session: Session, order_id: str) -> History:
    """Everything committed of an order. Raises DamagedJournal when bytes were altered or entries are missing."""
    snapshot = session.get(Snapshot, order_id)
    updates, seq, checksums = [], 0, {}
    if snapshot is not None:
        updates.append(_sound(snapshot.update, snapshot.checksum, order_id, snapshot.seq))
        seq = snapshot.seq
    statement = (
        select(Journal.seq, Journal.update, Journal.checksum)
        .where(Journal.order_id == order_id, col(Journal.seq) > seq)
        .order_by(col(Journal.seq))
    )
    start = seq
    for number, update, crc in session.exec(statement):
        seq += 1
        if number != seq:
            raise DamagedJournal(f"order {order_id}: journal entry {seq} is missing")
        updates.append(_sound(update, crc, order_id, number))
        checksums[seq] = crc
    return History(seq, updates, _owners(session, order_id), seq - start, checksums)


@dataclass(frozen=True, slots=True)
class Entries:
    """What was appended to a journal after an entry: `updates` in order, up to and with entry `seq`.

    plain: the server wrote nothing anew in them, and no snapshot has taken the place of some. last: the checksum of
    entry `seq`. put_back: they do not follow the entry that was asked about; another stands in its place.
    """

    seq: int
    updates: list[bytes]
    owners: dict[int, str]
    plain: bool
    last: int | None = None
    put_back: bool = False


def entries_after(session: Session, order_id: str, seq: int, known: int | None = None) -> Entries:
    """What follows entry `seq`, whose checksum is known where it is. Raises DamagedJournal."""
    statement = select(Journal.seq, Journal.update, Journal.checksum)
    statement = statement.where(Journal.order_id == order_id, col(Journal.seq) > seq)
    stands = _checksum_at(session, order_id, seq)
    updates, last, crc, whole = [], seq, stands, True
    for number, update, crc in session.exec(statement.order_by(col(Journal.seq))):
        whole &= number == last + 1
        last = number
        updates.append(_sound(update, crc, order_id, number))
    plain = whole and bool(updates) and not aliased_after(session, order_id, seq)
    return Entries(last, updates, _owners(session, order_id), plain, crc, is_another(stands, known))


def _checksum_at(session: Session, order_id: str, seq: int) -> int | None:
    found = select(Journal.checksum).where(Journal.order_id == order_id, Journal.seq == seq)
    return session.exec(found).first()


def is_another(stands: int | None, known: int | None) -> bool:
    """Whether the journal was put back and went on: another entry stands where one is known by its checksum. Of one
    that a snapshot covers nobody can tell."""
    return stands is not None and known is not None and stands != known


def _owners(session: Session, order_id: str) -> dict[int, str]:
    bindings = session.exec(
        select(ClientBinding.client, ClientBinding.user_id).where(ClientBinding.order_id == order_id)
    )
    return dict(bindings.all())


def _sound(update: bytes, expected: int, order_id: str, seq: int) -> bytes:
    if not isinstance(update, bytes) or checksum(update) != expected:  # SQLite keeps what it is given
        raise DamagedJournal(f"order {order_id}: journal entry {seq} does not match its checksum")
    return update


class Appended(NamedTuple):
    """A row of the journal to be, ready for `append`. Made by `entry`."""

    order_id: str
    seq: int
    update: bytes
    checksum: int
    author: str | None
    at: datetime


def entry(order_id: str, seq: int, update: bytes, author: str | None, at: datetime) -> Appended:
    """An update as the journal keeps it, with its checksum."""
    return Appended(order_id, seq, update, checksum(update), author, at)


def append(session: Session, entries: Sequence[Appended]) -> None:
    """Write journal rows. Raises IntegrityError when one of them exists already."""
    insert_rows(session, Journal, Appended._fields, entries)


def bind_clients(session: Session, bindings: Iterable[tuple[str, int, str]]) -> None:
    """Remember who owns client ids seen for the first time: `(order, client id, user)`."""
    insert_rows(session, ClientBinding, ("order_id", "client", "user_id"), list(bindings))


def cut(
    session: Session, order_id: str, seq: int, update: bytes, at: datetime, known: int | None = None
) -> bool:
    """Put a snapshot in place of the journal up to and with entry `seq`, whose checksum is known where it is.

    The caller has read the snapshot back and compared it. An older snapshot never replaces a newer one, also when two
    servers cut at once: where there is none yet, one of them raises IntegrityError. False, and nothing is done, where
    the journal was put back: the entry is not there, or another is.
    """
    snapshot = session.get(Snapshot, order_id, with_for_update=True)
    if snapshot is not None and snapshot.seq >= seq:
        return True
    stands = _checksum_at(session, order_id, seq)
    if stands is None:  # gone with a first snapshot, where another server has put that in its place meanwhile
        latest = session.exec(select(Snapshot.seq).where(Snapshot.order_id == order_id)).first()
        return latest is not None and latest >= seq
    if is_another(stands, known):
        return False
    if snapshot is None:
        snapshot = Snapshot(order_id=order_id, seq=seq, update=update, checksum=checksum(update), at=at)
    snapshot.seq, snapshot.update, snapshot.checksum, snapshot.at = seq, update, checksum(update), at
    session.add(snapshot)
    session.connection().execute(
        delete(Journal).where(col(Journal.order_id) == order_id, col(Journal.seq) <= seq)
    )
    return True


def replace_history(session: Session, order_id: str, seq: int, update: bytes, at: datetime) -> None:
    """Put another document in place of everything up to and with entry `seq`, and forget who owned which client id."""
    for table in (Journal, Snapshot, ClientBinding):
        session.exec(delete(table).where(col(table.order_id) == order_id))
    session.add(Snapshot(order_id=order_id, seq=seq, update=update, checksum=checksum(update), at=at))
    session.flush()
