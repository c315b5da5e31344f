"""The command `shared-order`: its words, its options, and how it ends.

What a command does is in `server.operate`, and imported once it is known which one was asked for: a second of the
processor for the server, a tenth of that for `--help`.

Exit codes: 0 done, 1 something is wrong and was said in a sentence, 2 the command was not understood; 130 it was
interrupted (`server.__main__`), 141 nobody reads what it says.
"""

import gc
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from pkgutil import resolve_name
from typing import Final

from server.operate.command import Run, Words, add_word, say_no_more
from server.operate.failure import Failure

DEMO_FOLDER: Final = Path(".data/demo")
ROLES: Final = ("viewer", "standard", "manager")
"""Those of `persistence.person`, which would bring the tables with it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal of another age shows what it can of a name
    given = _parser().parse_args(arguments)
    try:
        with _importing():
            from server.operate.configured import configured

            settings = configured(given.data)
            run: Run = resolve_name(given.run)
        return run(settings, given)
    except Failure as failure:
        print(f"shared-order: {failure}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        say_no_more()
        return 141


@contextmanager
def _importing() -> Iterator[None]:
    """What is imported stays, and the collector would look through all of it again and again."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


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


def _add_serving(words: Words) -> None:
    parser = add_word(words, "serve", "serving", "serve the application")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    parser.add_argument(
        "--port", type=_port, default=8000, help="the port to listen on (8000; 0: any free one)"
    )
    parser = add_word(
        words, "demo", "demo", "fill an empty folder with the demo, and serve it", str(DEMO_FOLDER)
    )
    parser.set_defaults(data=DEMO_FOLDER)
    parser.add_argument(
        "--port", type=_port, default=8000, help="the port to listen on (8000; 0: any free one)"
    )


def _add_users(words: Words) -> None:
    parser: ArgumentParser = words.add_parser("user", help="add, list and disable users")
    users = parser.add_subparsers(metavar="COMMAND", required=True)
    add = add_word(users, "add", "users", "add a user, and the company when it is new; prints a sign-in link")
    add.add_argument("--company", required=True, type=_name, help="the name of the company")
    add.add_argument("--email", required=True, type=_new_email)
    add.add_argument("--name", required=True, type=_name)
    add.add_argument("--role", choices=ROLES, default="standard", help="standard when not given")
    add.add_argument("--language", choices=("fr", "en"), default="fr")
    add.add_argument("--supplies", action="store_true", help="a new company sells")
    add.add_argument("--buys", action="store_true", help="a new company buys")
    add.add_argument("--password", action="store_true", help="ask for a password rather than print a link")
    add_word(users, "list", "users", "list every user")
    for name, about in (
        ("password", "set a user's password"),
        ("link", "print a link that signs a user in once"),
        ("disable", "sign a user out and keep him out"),
        ("enable", "let a disabled user in again"),
    ):
        add_word(users, name, "users", about).add_argument("email", type=_email)


def _add_import(words: Words) -> None:
    parser: ArgumentParser = words.add_parser("import", help="bring data in from a file")
    nouns = parser.add_subparsers(metavar="NOUN", required=True)
    products = add_word(nouns, "products", "catalogue", "add or change a supplier's products from a CSV file")
    products.add_argument("file", type=Path, help="its columns are in docs/operations.md")
    products.add_argument("--company", required=True, help="the supplier's name")
    stock = add_word(nouns, "stock", "stock", "set a supplier's stock from a CSV file")
    stock.add_argument("file", type=Path, help="its columns: code, size, variant, on_hand, arrivals")
    stock.add_argument("--company", required=True, help="the supplier's name")


def _add_care(words: Words) -> None:
    add_word(words, "status", "care", "tell the version, what is there, and how large it is")
    parser = add_word(
        words, "order", "care", "tell what is kept of an order: its state, its last changes, refusals"
    )
    parser.add_argument(
        "order", help="its number, its client's reference, or the id in its address and in the log"
    )
    parser = add_word(words, "backup", "care", "write everything to one file, while the server runs")
    parser.add_argument("file", type=Path, help="the file to write, which is not there yet")
    _add_restore(words)
    parser = add_word(words, "move", "care", "copy everything to PostgreSQL; the server must be stopped")
    parser.add_argument("--to", required=True, metavar="URL", help="such as postgresql://user@host/database")
    add_word(
        words,
        "renew",
        "care",
        "give every order a new epoch, after the database was put back; the server must be stopped",
    )
    parser = add_word(words, "check", "care", "read everything back and name what is wrong")
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
        "care",
        "put a backup in the data folder, the server being stopped; or one damaged order of it, while it serves",
    )
    parser.add_argument(
        "file",
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
    from pydantic import TypeAdapter

    from server.fields import Email

    return TypeAdapter[str](Email).validate_python(text.strip())


_new_email.__name__ = "e-mail"


def _name(text: str) -> str:
    from pydantic import TypeAdapter

    from server.fields import Name

    return TypeAdapter[str](Name).validate_python(text)


_name.__name__ = "name"
