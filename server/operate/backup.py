"""A backup: one file with everything, taken while people work, and read back before it counts.

A copy in which something is found wrong is kept under another name: of all that is sound in it there would be no newer.

backup(settings, Path("monday.backup"))
restore(settings, Path("monday.backup"), force=False)
check_backup(Path("monday.backup"))
"""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from secrets import token_hex
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from persistence.database import Database
from persistence.order import Order
from server.operate.check import check_database, check_orders
from server.operate.counting import counted
from server.operate.failure import Failure
from server.operate.occupied import alone_in
from server.operate.protection import require_changeable
from server.operate.renewing import renew_all
from server.operate.seal import seal, seal_of, unseal
from server.operate.storage import (
    files_of,
    full_disk,
    is_of_this_version,
    is_there,
    keep_names,
    migrate,
    on_read_only_disk,
    prepare_folder,
    require_alone,
    require_database,
    require_sqlite,
)
from server.settings import Settings

UNSOUND: Final = ".unsound"
"""What the name of a copy ends with in which something is wrong."""

_DUMP: Final = "Back it up with: pg_dump --format=custom --file FILE DATABASE"
_LOAD: Final = (
    "Restore it into an empty one, the server stopped, with: pg_restore --exit-on-error --dbname DATABASE FILE; "
    "then run: shared-order renew"
)
_NOT_WRITTEN: Final = (
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_DELETE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_DIR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
)


class _Found(NamedTuple):
    """How many orders there are in a copy, and what is wrong with it."""

    orders: int
    faults: list[str]


def backup(settings: Settings, file: Path) -> str:
    """Write a backup to `file`, which must not be there yet; return what to tell. Raises Failure.

    Where something is found wrong it is written to `file` with `.unsound`, and Failure says so.
    Neither the database nor the backup is brought up to date by it: whoever backs up with the program that he is about
    to start can still go back to the one before.
    """
    require_sqlite(settings, _DUMP)
    require_database(settings)
    unsound = file.with_name(file.name + UNSOUND)
    _require_new(file)
    _require_new(unsound)
    require_changeable(file.parent)
    part = file.with_name(f"{file.name}.{token_hex(4)}.part")  # another backup to the same file has its own
    with _writes(part, settings.database_file, file):
        _copy(settings.database_file, part, at_rest=False)
        found = _read_back(part, settings.database_file, file)
        _keep_in_one_file(part)
        seal(part)
        _name(part, unsound if found.faults else file)
        keep_names(file.parent)
    if found.faults:
        raise Failure(
            f"{_told(settings.database_file, found)}\n"
            f"All that there is was copied, that too: {unsound}. To restore it, say --unsound. Older backups may hold "
            "whole what is wrong: keep them. `restore --order` brings one order back out of such."
        )
    size = counted(file.stat().st_size, "byte")
    return f"{file} holds everything: {counted(found.orders, 'order')}, {size}. It was read back whole."


def restore(
    settings: Settings, file: Path, *, force: bool, altered: bool = False, unsound: bool = False
) -> str:
    """Put a backup in place of the data folder's database; return what to tell. Raises Failure.

    With `force`, what is there is kept beside it under another name. With `altered`, a backup's checksum is not asked.
    With `unsound`, what is wrong in it is restored as it is, and told.
    """
    require_sqlite(settings, _LOAD)
    _require_readable(file)
    if not altered:
        _require_unaltered(file)
    prepare_folder(settings.data)
    target = settings.database_file
    for each in files_of(target):
        require_changeable(each)
    part = target.with_name(target.name + ".part")
    if file.absolute() == part:
        raise Failure(f"{file} is what an interrupted restore left. Name the backup itself.")
    with alone_in(settings), _writes(part, file, target):
        left = {each.name for each in files_of(part)}  # by a killed one
        if any(each.name not in left for each in settings.data.iterdir()) and not force:
            raise Failure(
                f"{settings.data} is not empty. To replace what it holds, say --force; it is kept beside."
            )
        _take_away(part)
        _copy(file, part)
        _recognise(part, file)
        before = _look_through(part)
        if before.faults and not unsound:
            raise Failure(
                f"{_told(file, before)}\nTo restore it as it is, say --unsound: "
                "an order that cannot be read stays closed, and the others live."
            )
        renewed = _renew_copy(part)
        after = _look_through(part)
        if after.faults and not before.faults:
            raise Failure(_told(file, after))
        _keep_in_one_file(part)
        kept = _keep_beside(target)
        os.replace(part, target)
        keep_names(settings.data)
    told = f"Back in {settings.data}, each with a new epoch: {counted(renewed, 'order')}."
    if after.faults:
        told += f"\n{_told(settings.database_file, after)}"
    return told + (f"\nWhat was there before is {', '.join(map(str, kept))}." if kept else "")


def check_backup(file: Path) -> str:
    """Read a backup back, and leave it as it is; return what to tell. Raises Failure."""
    _require_readable(file)
    sealed = _require_unaltered(file)
    with _copied(file) as part:
        found = _look_through(part)
    if found.faults:
        raise Failure(_told(file, found))
    told = f"{file} is sound: {counted(found.orders, 'order')}."
    return told if sealed else f"{told} An earlier version wrote it, without a checksum."


@contextmanager
def opened_backup(file: Path, *, altered: bool = False) -> Iterator[Database]:
    """What a backup holds, to be read. Raises Failure. With `altered`, its checksum is not asked."""
    _require_readable(file)
    if not altered:
        _require_unaltered(file)
    with _copied(file) as part, closing(Database(f"sqlite:///{part}")) as db:
        migrate(db)
        yield db


@contextmanager
def _copied(file: Path) -> Iterator[Path]:
    """A copy for as long as it is read: one of an earlier version is brought up to date for that."""
    with TemporaryDirectory(prefix="shared-order-") as folder:
        part = Path(folder) / "copy"
        with _writes(part, file, Path(folder)):
            _copy(file, part)
            _recognise(part, file)
            yield part


def _require_readable(file: Path) -> None:
    if not is_there(file) or not file.is_file():
        raise Failure(f"There is no file {file}.")
    if not os.access(file, os.R_OK):
        raise Failure(f"{file} cannot be read by this user.")


def _require_unaltered(file: Path) -> bool:
    """Whether a backup has a checksum. Raises Failure when it is no longer the file that was written."""
    try:
        found = seal_of(file)
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.") from error
    if found == "altered":
        raise Failure(
            f"{file} is damaged: it is no longer what `backup` wrote. Take another backup. "
            "If there is none: `restore --altered` restores what can still be read."
        )
    return found == "whole"


def _copy(source: Path, target: Path, *, at_rest: bool = True) -> None:
    """Copy a database as of one moment, and while it is in use where it is not said to be `at_rest`.

    The copy is its owner's alone: it holds everything, and lies where others may look.
    """
    target.touch(mode=0o600)
    if on_read_only_disk(source.parent):
        # Nothing changes there, and SQLite could not make what it needs to read the newest pages beside it.
        for old, new in zip(files_of(source), files_of(target), strict=True):
            if old.exists() and not old.name.endswith("-shm"):
                new.touch(mode=0o600)
                copyfile(old, new)
        return
    with (
        closing(sqlite3.connect(_to_read(source, at_rest), uri=True)) as read,
        closing(sqlite3.connect(target)) as written,
    ):
        read.backup(written)


def _to_read(source: Path, at_rest: bool) -> str:
    """The address of a database that is only read.

    One that nobody uses and that stands alone is read as it is, also by who may write nothing in its folder. To any
    other belongs what SQLite keeps beside it.
    """
    alone = at_rest and not any(each.exists() for each in files_of(source)[1:])
    return f"{source.absolute().as_uri()}?mode=ro" + ("&immutable=1" if alone else "")


def _require_new(file: Path) -> None:
    if is_there(file):
        raise Failure(f"{file} is there already; a backup never replaces another one.")


def _name(part: Path, file: Path) -> None:
    """Give a finished backup its name. Raises Failure where another one has got it meanwhile."""
    try:
        os.link(part, file)
    except OSError:  # it is there; or the file system knows one name for a file only
        _require_new(file)
        os.replace(part, file)


def _keep_in_one_file(file: Path) -> None:
    """Let a database that was read back need nothing beside it, nor have the checksum of what it was copied from."""
    with closing(sqlite3.connect(file)) as connection:
        unseal(connection)
        connection.execute("PRAGMA journal_mode = DELETE")


def _recognise(copy: Path, file: Path) -> None:
    """Raise Failure when the copied database is not one of this application's."""
    with closing(sqlite3.connect(copy)) as connection:
        tables = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
    if not {"alembic_version", "order", "journal"} <= tables:
        raise Failure(f"{file} is not a backup of this application.")


def _read_back(file: Path, source: Path, wanted: Path) -> _Found:
    """Look through a copy without changing it: what an earlier version wrote is read in a copy of its own."""
    with closing(Database(f"sqlite:///{file}")) as db:
        if is_of_this_version(db):
            return _look_through(file)
    reading = file.with_name(file.name + ".read")
    with _writes(reading, source, wanted):
        _copy(file, reading)
        return _look_through(reading)


def _look_through(file: Path) -> _Found:
    """Bring a copy up to date and read it: the database as a whole, and every order."""
    with closing(Database(f"sqlite:///{file}")) as db:
        migrate(db)
        # What an order says is worth nothing where the database itself is damaged.
        faults = list(check_database(db)) or list(check_orders(db))
        with db.reading() as session:
            return _Found(len(session.exec(select(Order.id)).all()), faults)


def _told(place: Path, found: _Found) -> str:
    return "\n".join((f"{place} is not sound:", *found.faults))


def _renew_copy(file: Path) -> int:
    with closing(Database(f"sqlite:///{file}")) as db:
        return renew_all(db).renewed


def _keep_beside(target: Path) -> list[Path]:
    """Give the present database another name, under which it stays; return its files there. Raises Failure while a
    server uses it.

    Its own name it has until another takes it: a server that starts after a power cut in between finds no empty place
    to begin anew in. It is one file, unless it is damaged or gone: then what a killed server left beside it goes, since
    SQLite would take that for the newest pages of whatever database gets the name next.
    """
    if target.exists():
        require_alone(target)
    kept = _free_name(target.with_name(f"{target.name}.before-{datetime.now():%Y%m%d-%H%M%S}"))
    names = [(old, new) for old, new in zip(files_of(target), files_of(kept), strict=True) if old.exists()]
    for old, new in names:
        _name_too(old, new)
    for old, _ in names:
        if old != target:
            old.unlink(missing_ok=True)
    return [new for _, new in names]


def _free_name(file: Path) -> Path:
    """A name that nothing has, as one killed within the same second may have left it."""
    names = chain((file,), (file.with_name(f"{file.name}-{number}") for number in count(2)))
    return next(each for each in names if not any(map(is_there, files_of(each))))


def _name_too(file: Path, name: Path) -> None:
    try:
        os.link(file, name)
    except OSError as error:
        if error.errno not in (
            errno.EPERM,
            errno.ENOTSUP,
            errno.EMLINK,
        ):  # a file system without second names
            raise
        os.replace(file, name)


@contextmanager
def _writes(part: Path, source: Path, wanted: Path) -> Iterator[None]:
    """A file in the making, which becomes the `wanted` one or goes. Raises Failure, which names what it is about."""
    try:
        yield
    except OSError as error:
        raise _unwritten(error, wanted, source) from error
    except DatabaseError as error:
        raise _failure(error.orig, wanted, source) from error
    except (sqlite3.DatabaseError, ValueError) as error:  # what is stored cannot even be decoded
        raise _failure(error, wanted, source) from error
    finally:
        _take_away(part)


def _take_away(part: Path) -> None:
    with suppress(OSError):  # where nothing can be written there is nothing to take away
        for each in files_of(part):
            each.unlink(missing_ok=True)


def _unwritten(error: OSError, wanted: Path, source: Path) -> Failure:
    if error.errno == errno.ENOSPC:
        return full_disk(wanted)
    if error.errno == errno.EIO:  # a disk that stopped writing after a fault may not read everywhere either
        return Failure(f"{source} cannot be copied: {error.strerror}.")
    return Failure(f"{wanted} cannot be written: {error.strerror}.")


def _failure(error: BaseException | None, wanted: Path, source: Path) -> Failure:
    """What a copy failed of: its own disk, or what was copied."""
    code = getattr(error, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_FULL:
        return full_disk(wanted)
    if code in _NOT_WRITTEN:
        return Failure(f"{wanted} cannot be written: {error}.")
    if isinstance(error, sqlite3.OperationalError):
        return Failure(f"{source} cannot be copied: {error}.")
    return Failure(f"{source} is damaged or is not a database: {error}.")
