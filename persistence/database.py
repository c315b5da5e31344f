"""The database: one engine, transactions, and the way off the event loop.

    db = Database("sqlite:////srv/shared-order/orders.sqlite3")
    db.migrate()
    with db.writing() as session:            # commits at the end, rolls back when something is raised
        session.add(row)
    found = await db.read(person_by_email, "sophie@boreale.example")   # runs person_by_email(session, …)
    await db.write(rename, person_id, "Sophie")                        # in a worker thread

Functions given to `read` and `write` return plain data or rows; rows are never refreshed behind one's
back (`expire_on_commit=False`), so what was loaded may be read after the session has closed.
SQLite and PostgreSQL run the same SQL. SQLite: WAL, `synchronous=FULL`, foreign keys enforced, writers
take turns and start with BEGIN IMMEDIATE, so a transaction that begins cannot fail as busy midway. PostgreSQL: a
reading session is one snapshot, as it is on SQLite, and cannot write; writers lock the rows that they decide by.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from threading import Condition, Lock
from time import monotonic
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import anyio
import anyio.to_thread
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from sqlmodel import Session, create_engine

from persistence.away import takes_no_writes
from persistence.driver import begin_sqlite
from persistence.kept import Kept
from persistence.lane import Lane
from persistence.revision import is_newest

BUSY_MILLISECONDS = 5000
THREADS = 8
CLOSE_SECONDS = 5.0
SNAPSHOT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
# A cable that is cut says nothing: a server that cannot be reached must be noticed within seconds.
REACHABLE: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
# The same the other way round: what a server held when it froze or was cut off must be free again within seconds. And
# what an administrator may have set otherwise for the role or the database: who has nothing to say is no burden, who
# waited for another's commit goes on from what that one wrote, and texts are in one encoding.
SESSION: Final = (
    "SET idle_in_transaction_session_timeout = '10s'; SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; "
    "SET tcp_keepalives_count = 3; SET tcp_user_timeout = '10s'; SET idle_session_timeout = 0; "
    "SET default_transaction_isolation = 'read committed'; SET client_encoding = 'UTF8'"
)

P = ParamSpec("P")
R = TypeVar("R")
# Readers and writers have threads of their own: whoever waits for a locked database must not keep others from reading.
Limiters = WeakKeyDictionary[asyncio.AbstractEventLoop, anyio.CapacityLimiter]


class Database:
    """One database by its URL: `sqlite:///…` or `postgresql://…` (psycopg 3)."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writing_engine = self.engine.execution_options(writing=True)
        self._reading_engine = self.engine if self.is_sqlite else self.engine.execution_options(**SNAPSHOT)
        self._writer = Lock() if self.is_sqlite else nullcontext()
        self._lane = Lane("writer")
        self._kept: Kept | None = None
        self._at_work = Condition()
        self._workers = 0
        self._distrusted = 0.0
        if not self.is_sqlite:
            event.listen(self.engine, "checkout", self._require_trusted)
        self._readers: Limiters = WeakKeyDictionary()
        self._writers: Limiters = WeakKeyDictionary()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that sees one state and changes nothing."""
        with Session(self._reading_engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session that is committed at the end, or rolled back when anything is raised.

        On SQLite writers take turns in this process; never open a second one inside the first.
        """
        with (
            self._writer,
            self._forgetting_who_takes_no_writes(),
            Session(self._writing_engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def _forgetting_who_takes_no_writes(self) -> Iterator[None]:
        """A connection that takes nothing but questions goes on so when the database takes writes again, or another has
        taken its place: all are made anew."""
        try:
            yield
        except DBAPIError as error:
            if takes_no_writes(error):
                self._distrusted = monotonic()
            raise

    def _require_trusted(
        self, _connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        if entry.info.setdefault("since", monotonic()) < self._distrusted:
            raise DisconnectionError  # the pool makes another

    async def read(
        self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run `function(session, …)` in a worker thread, in a reading session."""

        def work() -> R:
            with self._working(), self.reading() as session:
                return function(session, *args, **kwargs)

        return await anyio.to_thread.run_sync(work, limiter=_limiter(self._readers))

    async def write(
        self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run `function(session, …)` in a worker thread, in a writing session; return once committed."""

        def work() -> R:
            with self._working(), self.writing() as session:
                return function(session, *args, **kwargs)

        def work_in_lane() -> R:
            with self._writer:
                self._kept = self._kept or Kept(self._writing_engine)
                return self._kept.write(function, *args, **kwargs)

        if self.is_sqlite:
            return await self._lane.run(work_in_lane)
        return await anyio.to_thread.run_sync(work, limiter=_limiter(self._writers))

    async def spare_connection(self) -> bool:
        """Give up one of several connections to PostgreSQL, so that one may be made beside them. False: none can be
        spared."""
        pool: Any = self.engine.pool
        spared: bool = await anyio.to_thread.run_sync(pool.spare)
        return spared

    def migrate(self) -> None:
        """Bring the tables to the newest revision. Raises OfALaterVersionError.

        Safe to run from several servers at once, and while others serve.
        """
        with self.engine.connect() as connection:
            if is_newest(connection):
                return
        from persistence.migrating import upgrade, upgrade_alone

        if self.is_sqlite:
            with self._writer, self._writing_engine.begin() as connection:
                upgrade(connection)
        else:
            with self._writing_engine.connect() as connection:
                upgrade_alone(connection)

    def close(self) -> None:
        """Close every connection, once threads whose caller has gone are done with theirs."""
        self._lane.close(CLOSE_SECONDS)
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()
        with self._at_work:
            self._at_work.wait_for(lambda: self._workers == 0, CLOSE_SECONDS)
        self.engine.dispose()

    @contextmanager
    def _working(self) -> Iterator[None]:
        with self._at_work:
            self._workers += 1
        try:
            yield
        finally:
            with self._at_work:
                self._workers -= 1
                self._at_work.notify_all()


def _limiter(limiters: Limiters) -> anyio.CapacityLimiter:
    # One bound for each event loop: a limiter may not be shared between loops.
    loop = asyncio.get_running_loop()
    limiter = limiters.get(loop)
    if limiter is None:
        limiter = limiters[loop] = anyio.CapacityLimiter(THREADS)
    return limiter


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database in (None, "", ":memory:"):
            raise ValueError("The database must be a file: one kept in memory cannot be shared by threads.")
        engine = create_engine(parsed, pool_size=THREADS, max_overflow=THREADS, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", begin_sqlite)
        return engine
    if parsed.drivername in ("postgresql", "postgres"):  # the second is what many hosts write
        parsed = parsed.set(drivername="postgresql+psycopg")
    from persistence.cursor import TimedCursor  # an installation on SQLite does without the driver
    from persistence.modest_pool import ModestPool

    # Parameters are hidden from errors, which are logged: they may be secrets.
    engine = create_engine(
        parsed,
        poolclass=ModestPool,
        pool_size=THREADS,
        max_overflow=THREADS,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            **{name: value for name, value in REACHABLE.items() if name not in parsed.query},
            "cursor_factory": TimedCursor,
        },
    )
    # Before SQLAlchemy asks what is the default.
    event.listen(engine, "connect", _prepare_postgresql, insert=True)
    event.listen(engine, "checkin", _let_database_decide)
    return engine


def _prepare_postgresql(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute(SESSION)
    cursor.close()
    connection.commit()


def _let_database_decide(connection: DBAPIConnection | None, _entry: ConnectionPoolEntry) -> None:
    """Whether a connection that was used to read may write: SQLAlchemy would let it say so itself, and it would write
    where an administrator allows no writes for the moment."""
    if connection is not None:
        connection.read_only = None


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # Python's driver would begin transactions on its own, late and never IMMEDIATE; `begin_sqlite` does it.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        # What a statement of many rows would need to be undone is a file otherwise, made for each.
        "temp_store = MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
