"""The commands that look after what is kept: `status`, `order`, `backup`, `restore`, `move`, `renew`, `check`."""

from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from persistence.order import order_ids
from server.operate import backup
from server.operate.check import check_database, check_order
from server.operate.command import Words, add_word, say
from server.operate.counting import counted
from server.operate.failure import Failure
from server.operate.move import move
from server.operate.order import told_of
from server.operate.renewing import renew_all
from server.operate.repair import repaired
from server.operate.salvage import salvage
from server.operate.status import status
from server.operate.storage import file_or_database, opened
from server.settings import Settings


def add_care(words: Words) -> None:
    """Declare them."""
    add_word(words, "status", _status, "tell the version, what is there, and how large it is")
    parser = add_word(
        words, "order", _order, "tell what is kept of an order: its state, its last changes, refusals"
    )
    parser.add_argument(
        "order", help="its number, its client's reference, or the id in its address and in the log"
    )
    parser = add_word(words, "backup", _backup, "write everything to one file, while the server runs")
    parser.add_argument("file", type=Path, help="the file to write, which is not there yet")
    _add_restore(words)
    parser = add_word(words, "move", _move, "copy everything to PostgreSQL; the server must be stopped")
    parser.add_argument("--to", required=True, metavar="URL", help="such as postgresql://user@host/database")
    add_word(
        words,
        "renew",
        _renew,
        "give every order a new epoch, after the database was put back; the server must be stopped",
    )
    parser = add_word(words, "check", _check, "read everything back and name what is wrong")
    parser.add_argument("file", type=Path, nargs="?", help="a backup, rather than the database in use")
    parser.add_argument(
        "--repair",
        action="store_true",
        help="work out anew what lists, searches and the stock keep of an order where that alone is wrong",
    )


def _add_restore(words: Words) -> None:
    parser = add_word(
        words,
        "restore",
        _restore,
        "put a backup in the data folder, the server being stopped; or one damaged order of it, while it serves",
    )
    parser.add_argument(
        "file",
        type=file_or_database,
        help="a file that `backup` wrote; with --order also the URL of a PostgreSQL database",
    )
    parser.add_argument(
        "--order", metavar="ID", help="only this order, which is damaged here and whole there"
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help="also when the folder is not empty; with --order, when what was changed since is lost",
    )
    parser.add_argument(
        "--altered", action="store_true", help="also a file that is no longer what `backup` wrote"
    )
    parser.add_argument(
        "--unsound", action="store_true", help="also one with something wrong in it, which stays as it is"
    )


def _status(settings: Settings, _given: Namespace) -> int:
    with opened(settings) as db:
        for line in status(db):
            say(line)
    return 0


def _order(settings: Settings, given: Namespace) -> int:
    with opened(settings) as db:
        for line in told_of(db, given.order):
            say(line)
    return 0


def _backup(settings: Settings, given: Namespace) -> int:
    say(backup.backup(settings, given.file))
    return 0


def _restore(settings: Settings, given: Namespace) -> int:
    how = {"force": given.force, "altered": given.altered, "unsound": given.unsound}
    if given.order is not None:
        say(salvage(settings, given.order, given.file, **how))
        return 0
    if not isinstance(given.file, Path):
        raise Failure("Of a database only one order is restored at a time: name it with --order.")
    say(backup.restore(settings, given.file, **how))
    return 0


def _move(settings: Settings, given: Namespace) -> int:
    for line in move(settings, given.to):
        say(line)
    return 0


def _renew(settings: Settings, _given: Namespace) -> int:
    with opened(settings, alone=True) as db:
        renewal = renew_all(db)
    say(f"With a new epoch: {counted(renewal.renewed, 'order')}.")
    for fault in renewal.left:
        say(fault)
    return 1 if renewal.left else 0


def _check(settings: Settings, given: Namespace) -> int:
    if given.file and given.repair:
        raise Failure("A backup stays as it is. Restore it, and repair what was restored.")
    if given.file:
        say(backup.check_backup(given.file))
        return 0
    with opened(settings) as db:
        faults = _told(check_database(db))
        may_repair = given.repair and not faults  # an order says nothing where the database itself is damaged
        with db.reading() as session:
            orders = order_ids(session)
        for order_id in orders:
            with db.reading() as session:
                found = _told(check_order(session, order_id))
            if found and may_repair and repaired(db, order_id):
                say(f"order {order_id}: repaired; lists, searches and the stock go by its document again")
            else:
                faults += found
    say("Everything is sound." if not faults else f"{faults} to look at.")
    return 1 if faults else 0


def _told(faults: Iterable[str]) -> int:
    """How many there were."""
    count = 0
    for fault in faults:
        say(fault)
        count += 1
    return count
