"""What these commands do: `status`, `order`, `backup`, `restore`, `move`, `renew`, `check`."""

from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from persistence.order import order_ids
from server.operate import backup
from server.operate.check import check_database, check_order
from server.operate.command import say
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


def run_status(settings: Settings, _given: Namespace) -> int:
    """Tell the version, what is there, and how large it is."""
    with opened(settings) as db:
        for line in status(db):
            say(line)
    return 0


def run_order(settings: Settings, given: Namespace) -> int:
    """Tell what is kept of an order."""
    with opened(settings) as db:
        for line in told_of(db, given.order):
            say(line)
    return 0


def run_backup(settings: Settings, given: Namespace) -> int:
    """Write everything to one file."""
    say(backup.backup(settings, given.file))
    return 0


def run_restore(settings: Settings, given: Namespace) -> int:
    """Put a backup, or one order of it, in its place."""
    how = {"force": given.force, "altered": given.altered, "unsound": given.unsound}
    source = file_or_database(given.file)
    if given.order is not None:
        say(salvage(settings, given.order, source, **how))
        return 0
    if not isinstance(source, Path):
        raise Failure("Of a database only one order is restored at a time: name it with --order.")
    say(backup.restore(settings, source, **how))
    return 0


def run_move(settings: Settings, given: Namespace) -> int:
    """Copy everything to PostgreSQL."""
    for line in move(settings, given.to):
        say(line)
    return 0


def run_renew(settings: Settings, _given: Namespace) -> int:
    """Give every order a new epoch."""
    with opened(settings, alone=True) as db:
        renewal = renew_all(db)
    say(f"With a new epoch: {counted(renewal.renewed, 'order')}.")
    for fault in renewal.left:
        say(fault)
    return 1 if renewal.left else 0


def run_check(settings: Settings, given: Namespace) -> int:
    """Read everything back and name what is wrong."""
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
