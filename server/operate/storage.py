"""The installation's database, opened for a command."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.exc import OperationalError as DatabaseUnavailable

from persistence.clock import go_by, ours_lags
from persistence.database import Database
from persistence.pooler import pools_transactions
from persistence.revision import OfALaterVersionError, is_newest
from persistence.signal import are_listening
from server.operate.failure import Failure
from server.operate.occupied import alone_in
from server.operate.protection import immutable, require_changeable
from server.settings import Settings

POSTGRESQL: Final = ("postgresql", "postgres", "postgresql+psycopg")
DRIVERS: Final = ("sqlite", "sqlite+pysqlite", *POSTGRESQL)
"""With what the address of a database may begin."""

_OF_NO_VERSION: Final = (
    "already exists",
    "duplicate column",
    "no such table",
    "no such column",
    "does not exist",
)
"""What SQLite and PostgreSQL say where a migration finds other tables than the one before it left."""

ROOM_BYTES: Final = 64 << 10


@contextmanager
def opened(settings: Settings, *, create: bool = False, alone: bool = False) -> Iterator[Database]:
    """The database, migrated. Raises Failure when it cannot be used, is not there and `create` is False, or when a
    server uses it and it is wanted `alone`."""
    if create and not settings.database_url:
        prepare_folder(settings.data)
    else:
        require_database(settings)
    with alone_in(settings) if alone else nullcontext():
        yield from _opened(settings, alone)


def _opened(settings: Settings, alone: bool) -> Iterator[Database]:
    db = _named(settings)
    try:
        if db.is_sqlite:
            _require_content(Path(db.engine.url.database or ""))
            _require_writable(Path(db.engine.url.database or ""))
            if alone:
                require_alone(Path(db.engine.url.database or ""))
        else:
            _require_sessions(db)
            _require_text(db)
            if alone:
                _require_unheard(db)
            with db.reading() as session:
                go_by(ours_lags(session))  # as the servers do
        migrate(db)
        yield db
    except DatabaseError as error:
        if db.is_sqlite != isinstance(error.orig, sqlite3.Error):
            raise  # another database, which was opened before this one, is at fault
        raise _refused(db, error) from error
    finally:
        go_by(timedelta())
        db.close()


def _refused(db: Database, error: DatabaseError) -> Failure:
    if db.is_sqlite and _lacks_room(Path(db.engine.url.database or ""), error.orig):
        return full_disk(Path(db.engine.url.database or ""))
    if isinstance(error, DatabaseUnavailable):
        return Failure(f"The database cannot be used at the moment: {_cause(error)}")
    if db.is_sqlite:
        return Failure(f"{db.engine.url.database} is damaged or is not a database: {_cause(error)}")
    # What it was asked with may hold a secret, as its password does.
    named = db.engine.url.set(query={}).render_as_string()
    return Failure(f"The database {named} cannot be used: {_cause(error)}")


def _require_writable(database: Path) -> None:
    """Raise Failure where a database's files cannot be written: SQLite would open them, and only read."""
    _require_disk_to_write(database)
    for place in (database.parent, *files_of(database)):
        if is_there(place) and not os.access(place, os.W_OK):
            raise _why_unwritable(
                place,
                f"{place} cannot be written by this user. Run the command as the server's user, or give it to him.",
            )
        require_changeable(place)


def _why_unwritable(place: Path, for_rights: str) -> Failure:
    """What to tell of a place that may not be written. `for_rights`: where it is another user who may."""
    match _errno_of_writing(place):
        case errno.EROFS:  # one file may be mounted by itself, on a disk that is written otherwise
            return _on_read_only_disk(place)
        case errno.EPERM:
            return immutable(place)
    return Failure(for_rights)


def _errno_of_writing(place: Path) -> int | None:
    """Why nothing can be written there."""
    try:
        if place.is_dir():
            TemporaryFile(dir=place).close()
        else:
            os.close(os.open(place, os.O_WRONLY))
    except OSError as error:
        return error.errno
    return None


def _require_unheard(db: Database) -> None:
    """Raise Failure while a server is at work on PostgreSQL: each listens to the others."""
    with db.reading() as session:
        if are_listening(session):
            raise Failure("A server is using this database. Stop every server first.")


def _require_sessions(db: Database) -> None:
    """Raise Failure where a pooler before PostgreSQL would lose what a session holds, without a word."""
    with db.engine.connect() as one, db.engine.connect() as other:
        if pools_transactions(one, other):
            raise Failure(
                "A pooler before the database pools transactions. Let it pool sessions; "
                "in PgBouncer: pool_mode = session."
            )


def _require_text(db: Database) -> None:
    """Raise Failure where PostgreSQL could not keep all that people write."""
    with db.engine.connect() as connection:
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise Failure(
            f"The database is in the encoding {encoding}, and cannot keep every letter. Make one in UTF8: "
            "createdb --template=template0 --encoding=UTF8."
        )


def require_writes(db: Database) -> None:
    """Raise Failure where PostgreSQL takes nothing but questions: who serves from it could save nothing."""
    if db.is_sqlite:
        return
    with db.engine.connect() as connection:
        is_standby = connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar_one()
        is_read_only = connection.exec_driver_sql("SHOW transaction_read_only").scalar_one() == "on"
    if is_standby:
        raise Failure("The database is a stand-by, and takes no writes. Name the one that it follows.")
    if is_read_only:
        raise Failure(
            "The database takes no writes: default_transaction_read_only is on, for it or for the server's role."
        )


def on_read_only_disk(folder: Path) -> bool:
    """Whether nobody can write in a folder. One on a disk that has stopped writing after a fault says that one can."""
    if os.statvfs(folder).f_flag & os.ST_RDONLY:
        return True
    try:
        with TemporaryFile(dir=folder):
            return False
    except OSError as error:
        return error.errno == errno.EROFS


def _require_disk_to_write(place: Path) -> None:
    """Raise Failure where a disk is read-only: no other user would help."""
    if is_there(place) and on_read_only_disk(place if place.is_dir() else place.parent):
        raise _on_read_only_disk(place)


def _on_read_only_disk(place: Path) -> Failure:
    return Failure(
        f"{place} lies on a disk that is read-only. Look at the disk, and make it writable again; "
        "`backup` needs only read the database, and writes to a file elsewhere."
    )


def _cause(error: DatabaseError) -> str:
    """What the driver said, on one line, without the statement at which it points."""
    said = str(error.orig).partition("\nLINE ")[0]
    lines = (" ".join(line.split()).rstrip(".") for line in said.splitlines())
    told = ". ".join(line for line in lines if line)
    return told if told.endswith("?") else f"{told}."


def _named(settings: Settings) -> Database:
    try:
        name = make_url(settings.url).drivername
        if name not in DRIVERS:
            raise Failure(
                f"SHARED_ORDER_DATABASE_URL begins with {name}://, and only postgresql:// and sqlite:// are known."
            )
        return Database(settings.url)
    except ModuleNotFoundError as error:
        raise Failure(
            f"The package {error.name} is missing: install the program with its extra, [postgresql]."
        ) from None
    except (ArgumentError, ValueError):
        raise Failure(
            "SHARED_ORDER_DATABASE_URL is no address of a database, such as postgresql://user@host/database."
        ) from None


def file_or_database(text: str) -> Path | str:
    """A file, or the URL of a PostgreSQL database."""
    scheme, is_address, _ = text.partition("://")
    return text if is_address and scheme in POSTGRESQL else Path(text)


def require_database(settings: Settings) -> None:
    """Raise Failure when there is no database in the data folder, and it is wanted there."""
    if not settings.database_url and not is_there(settings.database_file):
        raise Failure(f"There is no database at {settings.database_file}. Name its folder with --data.")
    if not settings.database_url:
        _require_content(settings.database_file)


def _require_content(database: Path) -> None:
    """Raise Failure where a file is there with nothing in it: SQLite would begin a new database in it, and whoever lost
    everything would find it sound, and back it up."""
    if is_there(database) and database.is_file() and not database.stat().st_size:
        raise Failure(
            f"{database} is empty: whatever was in it is gone. Look at the disk, and bring a backup back with "
            "`restore --force`. Where nothing was ever in it, remove it, and it is begun anew."
        )


def is_there(path: Path) -> bool:
    """Whether there is something at a path. Raises Failure when that cannot be told, as in a folder of others."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        advice = " Run the command as the server's user." if isinstance(error, PermissionError) else ""
        raise Failure(f"{path} cannot be reached: {error.strerror}.{advice}") from error
    return True


def files_of(file: Path) -> list[Path]:
    """A SQLite database's file, and those that SQLite may keep beside it."""
    return [file.with_name(file.name + suffix) for suffix in ("", "-wal", "-shm", "-journal")]


def require_alone(file: Path) -> None:
    """Raise Failure while a server uses this database, or when that cannot be told."""
    try:
        with closing(sqlite3.connect(file, timeout=1)) as connection:
            # Possible only for whoever is alone with the database.
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Failure("A server is using this folder. Stop it first.") from error
        if _lacks_room(file, error):
            raise full_disk(file) from error
        raise Failure(f"{file} cannot be used: {error}.") from error
    except sqlite3.DatabaseError:
        pass  # damaged: no server uses it for long


def is_of_this_version(db: Database) -> bool:
    """Whether its tables are just those of this version."""
    with db.engine.connect() as connection:
        return is_newest(connection)


def migrate(db: Database) -> None:
    """Bring the tables to this version. Raises Failure when they are of a later one, or of none."""
    try:
        db.migrate()
    except OfALaterVersionError as error:
        raise Failure("This data was written by a later version of the program. Install that one.") from error
    except DatabaseError as error:
        if not any(words in str(error.orig) for words in _OF_NO_VERSION):
            raise
        raise Failure(
            f"The tables are not those of the version that the database names: {_cause(error)} Somebody has changed "
            "them by hand, or mixed two copies. Bring a backup back."
        ) from error


def prepare_folder(folder: Path) -> None:
    """Make the folder if it is not there. Raises Failure when it cannot be read, or nothing can be written in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise Failure(f"{folder} is a file; --data needs a folder.") from None
    except OSError as error:
        raise Failure(f"The folder {folder} cannot be made: {error.strerror}.") from error
    _require_disk_to_write(folder)
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise _why_unwritable(
            folder,
            f"The folder {folder} cannot be read and written. Change its rights, or name another with --data.",
        )
    require_changeable(folder)


def keep_names(folder: Path) -> None:
    """Let the names that files have in a folder now be there after a power cut, too."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system that keeps names by itself
            raise
    finally:
        os.close(held)


def full_disk(place: Path) -> Failure:
    """What to tell of a disk without room."""
    return Failure(f"The disk of {place.absolute().parent} is full. Make room, and try again.")


def _lacks_room(database: Path, error: BaseException | None) -> bool:
    """Whether there is no room for what SQLite writes, or makes beside a database, of which it tells only that it
    failed."""
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return True  # what was half written is taken back, so that there may be room by now
    if not isinstance(error, sqlite3.OperationalError) or not is_there(database.parent):
        return False
    disk = os.statvfs(database.parent)
    return disk.f_bavail * disk.f_frsize < ROOM_BYTES


def require_sqlite(settings: Settings, advice: str) -> None:
    """Raise Failure with advice when the data is not in the embedded database."""
    if settings.database_url and not settings.database_url.startswith("sqlite"):
        raise Failure(f"This installation keeps its data in PostgreSQL. {advice}")
    if settings.database_url:
        raise Failure(
            "This command works on the database of the data folder; unset SHARED_ORDER_DATABASE_URL."
        )
