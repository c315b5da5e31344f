"""The command `shared-order`: its words, its options, and how it ends.

Exit codes: 0 done, 1 something is wrong and was said in a sentence, 2 the command was not understood; 130 it was
interrupted (`server.__main__`), 141 nobody reads what it says.
"""

import os
import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Callable, Sequence
from getpass import getpass
from importlib.metadata import version
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from persistence.person import ROLES
from server.fields import Email, Name
from server.operate import backup, people
from server.operate.catalogue import import_catalogue
from server.operate.check import check_database, check_orders
from server.operate.counting import counted
from server.operate.demo import serve_demo
from server.operate.failure import Failure
from server.operate.move import move
from server.operate.order import told_of
from server.operate.renewing import renew_all
from server.operate.salvage import salvage
from server.operate.serving import serve
from server.operate.status import status
from server.operate.stock import import_levels
from server.operate.storage import opened
from server.settings import PREFIX, Settings

Run = Callable[[Settings, Namespace], int]
Words: TypeAlias = "_SubParsersAction[ArgumentParser]"
DEMO_FOLDER = Path(".data/demo")
SHORTEST_PASSWORD = 8


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal of another age shows what it can of a name
    given = _parser().parse_args(arguments)
    run: Run = given.run
    try:
        return run(_settings(given.data), given)
    except Failure as failure:
        print(f"shared-order: {failure}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        _say_no_more()
        return 141


def _say_no_more() -> None:
    """Let what nobody reads any more, as after `| head`, go nowhere when Python ends and writes what is left."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _settings(data: Path | None) -> Settings:
    try:
        settings = Settings.from_environment(os.environ)
    except ValidationError as error:
        faults = [f"{PREFIX}{'_'.join(map(str, one['loc'])).upper()}: {_said(one)}" for one in error.errors()]
        raise Failure("These settings are to be corrected:\n" + "\n".join(faults)) from None
    return settings.model_copy(update={"data": data}) if data else settings


def _said(fault: ErrorDetails) -> str:
    """What is wrong with a setting."""
    match fault["type"]:
        case "extra_forbidden":
            return "There is no such setting; docs/operations.md lists them."
        case "bool_parsing":
            return "It must be true or false."
        case "int_parsing":
            return "It must be a whole number."
    return f"{fault['msg']}.".replace("Input should", "It must")


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="shared-order",
        description="One order sheet that a supplier and his client fill together, sign, and trust.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('shared-order')}")
    words = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_serving(words)
    _add_users(words)
    _add_import(words)
    _add_care(words)
    return parser


def _word(
    words: Words, name: str, run: Run, about: str, folder: str = f"else {PREFIX}DATA, else .data"
) -> ArgumentParser:
    parser: ArgumentParser = words.add_parser(name, help=about, description=about)
    parser.add_argument("--data", type=_folder, metavar="DIR", help=f"the data folder ({folder})")
    parser.set_defaults(run=run)
    return parser


def _add_serving(words: Words) -> None:
    parser = _word(words, "serve", _serve, "serve the application")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    parser.add_argument(
        "--port", type=_port, default=8000, help="the port to listen on (8000; 0: any free one)"
    )
    parser = _word(words, "demo", _demo, "fill an empty folder with the demo, and serve it", str(DEMO_FOLDER))
    parser.add_argument(
        "--port", type=_port, default=8000, help="the port to listen on (8000; 0: any free one)"
    )


def _add_users(words: Words) -> None:
    parser: ArgumentParser = words.add_parser("user", help="add, list and disable users")
    users = parser.add_subparsers(metavar="COMMAND", required=True)
    add = _word(users, "add", _user_add, "add a user, and the company when it is new; prints a sign-in link")
    add.add_argument("--company", required=True, type=_name, help="the name of the company")
    add.add_argument("--email", required=True, type=_new_email)
    add.add_argument("--name", required=True, type=_name)
    add.add_argument("--role", choices=ROLES, default="standard", help="standard when not given")
    add.add_argument("--language", choices=("fr", "en"), default="fr")
    add.add_argument("--supplies", action="store_true", help="a new company sells")
    add.add_argument("--buys", action="store_true", help="a new company buys")
    add.add_argument("--password", action="store_true", help="ask for a password rather than print a link")
    _word(users, "list", _user_list, "list every user")
    for name, run, about in (
        ("password", _user_password, "set a user's password"),
        ("link", _user_link, "print a link that signs a user in once"),
        ("disable", _user_disable, "sign a user out and keep him out"),
        ("enable", _user_enable, "let a disabled user in again"),
    ):
        _word(users, name, run, about).add_argument("email", type=_email)


def _add_import(words: Words) -> None:
    parser: ArgumentParser = words.add_parser("import", help="bring data in from a file")
    nouns = parser.add_subparsers(metavar="NOUN", required=True)
    products = _word(
        nouns, "products", _import_products, "add or change a supplier's products from a CSV file"
    )
    products.add_argument("file", type=Path, help="its columns are in docs/operations.md")
    products.add_argument("--company", required=True, help="the supplier's name")
    stock = _word(nouns, "stock", _import_stock, "set a supplier's stock from a CSV file")
    stock.add_argument("file", type=Path, help="its columns: code, size, variant, on_hand, arrivals")
    stock.add_argument("--company", required=True, help="the supplier's name")


def _add_care(words: Words) -> None:
    _word(words, "status", _status, "tell the version, what is there, and how large it is")
    parser = _word(
        words, "order", _order, "tell what is kept of an order: its state, its last changes, refusals"
    )
    parser.add_argument(
        "order", help="its number, its client's reference, or the id in its address and in the log"
    )
    parser = _word(words, "backup", _backup, "write everything to one file, while the server runs")
    parser.add_argument("file", type=Path, help="the file to write, which is not there yet")
    _add_restore(words)
    parser = _word(words, "move", _move, "copy everything to PostgreSQL; the server must be stopped")
    parser.add_argument("--to", required=True, metavar="URL", help="such as postgresql://user@host/database")
    _word(
        words,
        "renew",
        _renew,
        "give every order a new epoch, after the database was put back; the server must be stopped",
    )
    parser = _word(words, "check", _check, "read everything back and name what is wrong")
    parser.add_argument("file", type=Path, nargs="?", help="a backup, rather than the database in use")


def _add_restore(words: Words) -> None:
    parser = _word(
        words,
        "restore",
        _restore,
        "put a backup in the data folder, the server being stopped; or one damaged order of it, while it serves",
    )
    parser.add_argument(
        "file",
        type=_source,
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


def _source(text: str) -> Path | str:
    """A file, or the URL of a database."""
    return text if text.startswith(("postgresql://", "postgresql+psycopg://", "postgres://")) else Path(text)


def _folder(text: str) -> Path:
    if not text.strip():  # for Path it would be the present folder
        raise ValueError
    return Path(text)


_folder.__name__ = "folder"


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError
    return port


_port.__name__ = "port"


def _email(text: str) -> str:
    name, at, domain = text.strip().partition("@")
    if not (name and at and "." in domain) or " " in text.strip():
        raise ValueError
    return text.strip()


_email.__name__ = "e-mail"


def _new_email(text: str) -> str:
    """One that its owner can sign in with. Others were taken once, and are still known."""
    return TypeAdapter[str](Email).validate_python(text.strip())


_new_email.__name__ = "e-mail"


def _name(text: str) -> str:
    return TypeAdapter[str](Name).validate_python(text)


_name.__name__ = "name"


def _say(text: str) -> None:
    try:
        print(text, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        _say_no_more()
        raise Failure(
            f"What the command says cannot be written: {error.strerror}. It said: {text}"
        ) from error


def _serve(settings: Settings, given: Namespace) -> int:
    serve(settings, given.host, given.port, lambda address: _say(f"Serving {address}\nCtrl+C stops it."))
    return 0


def _demo(settings: Settings, given: Namespace) -> int:
    folder = given.data or DEMO_FOLDER
    serve_demo(settings.model_copy(update={"data": folder}), given.port, _say)
    return 0


def _user_add(settings: Settings, given: Namespace) -> int:
    names = ("company", "email", "name", "role", "language", "supplies", "buys")
    new = people.NewUser(**{name: getattr(given, name) for name in names})
    password = _ask_password() if given.password else None
    with opened(settings, create=True) as db:
        _say(people.add_user(db, settings, new, password))
    return 0


def _user_list(settings: Settings, _given: Namespace) -> int:
    with opened(settings) as db:
        for line in people.list_users(db):
            _say(line)
    return 0


def _user_password(settings: Settings, given: Namespace) -> int:
    password = _ask_password()
    with opened(settings) as db:
        _say(people.set_password(db, given.email, password))
    return 0


def _ask_password() -> str:
    try:
        if sys.stdin is None or not sys.stdin.isatty():
            password = sys.stdin.readline().rstrip("\n") if sys.stdin else ""
        else:
            password = getpass("Password: ")
            if getpass("Once more: ") != password:
                raise Failure("The two passwords differ.")
        password.encode()  # one that was not UTF-8 may have been read all the same
    except EOFError:
        raise Failure("No password was given.") from None
    except UnicodeError:
        raise Failure("The password is not in UTF-8, as browsers send it.") from None
    if len(password) < SHORTEST_PASSWORD:
        raise Failure(f"A password has {SHORTEST_PASSWORD} characters or more.")
    return password


def _user_link(settings: Settings, given: Namespace) -> int:
    with opened(settings) as db:
        _say(people.sign_in_link(db, settings, given.email))
    return 0


def _user_disable(settings: Settings, given: Namespace) -> int:
    with opened(settings) as db:
        _say(people.set_active(db, given.email, False))
    return 0


def _user_enable(settings: Settings, given: Namespace) -> int:
    with opened(settings) as db:
        _say(people.set_active(db, given.email, True))
    return 0


def _import_products(settings: Settings, given: Namespace) -> int:
    with opened(settings) as db:
        report = import_catalogue(db, given.file, given.company, _say)
    return 1 if report.faults else 0


def _import_stock(settings: Settings, given: Namespace) -> int:
    with opened(settings) as db:
        return 1 if import_levels(db, given.file, given.company, _say) else 0


def _status(settings: Settings, _given: Namespace) -> int:
    with opened(settings) as db:
        for line in status(db):
            _say(line)
    return 0


def _order(settings: Settings, given: Namespace) -> int:
    with opened(settings) as db:
        for line in told_of(db, given.order):
            _say(line)
    return 0


def _backup(settings: Settings, given: Namespace) -> int:
    _say(backup.backup(settings, given.file))
    return 0


def _restore(settings: Settings, given: Namespace) -> int:
    how = {"force": given.force, "altered": given.altered, "unsound": given.unsound}
    if given.order is not None:
        _say(salvage(settings, given.order, given.file, **how))
        return 0
    if not isinstance(given.file, Path):
        raise Failure("Of a database only one order is restored at a time: name it with --order.")
    _say(backup.restore(settings, given.file, **how))
    return 0


def _move(settings: Settings, given: Namespace) -> int:
    for line in move(settings, given.to):
        _say(line)
    return 0


def _renew(settings: Settings, _given: Namespace) -> int:
    with opened(settings, alone=True) as db:
        renewal = renew_all(db)
    _say(f"With a new epoch: {counted(renewal.renewed, 'order')}.")
    for fault in renewal.left:
        _say(fault)
    return 1 if renewal.left else 0


def _check(settings: Settings, given: Namespace) -> int:
    if given.file:
        _say(backup.check_backup(given.file))
        return 0
    with opened(settings) as db:
        faults = 0
        for finding in chain(check_database(db), check_orders(db)):
            faults += 1
            _say(finding)
    _say("Everything is sound." if not faults else f"{faults} to look at.")
    return 1 if faults else 0
