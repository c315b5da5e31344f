"""The command `shared-order`: its words, its options, and how it ends. Those that look after what is kept are in
`server.operate.care`.

Exit codes: 0 done, 1 something is wrong and was said in a sentence, 2 the command was not understood; 130 it was
interrupted (`server.__main__`), 141 nobody reads what it says.
"""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from getpass import getpass
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from persistence.person import ROLES
from server.fields import Email, Name
from server.operate import people
from server.operate.care import add_care
from server.operate.catalogue import import_catalogue
from server.operate.command import Run, Words, add_word, say, say_no_more
from server.operate.demo import serve_demo
from server.operate.failure import Failure
from server.operate.serving import serve
from server.operate.stock import import_levels
from server.operate.storage import opened
from server.settings import PREFIX, Settings

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
        say_no_more()
        return 141


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
    add_care(words)
    return parser


def _add_serving(words: Words) -> None:
    parser = add_word(words, "serve", _serve, "serve the application")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    parser.add_argument(
        "--port", type=_port, default=8000, help="the port to listen on (8000; 0: any free one)"
    )
    parser = add_word(
        words, "demo", _demo, "fill an empty folder with the demo, and serve it", str(DEMO_FOLDER)
    )
    parser.add_argument(
        "--port", type=_port, default=8000, help="the port to listen on (8000; 0: any free one)"
    )


def _add_users(words: Words) -> None:
    parser: ArgumentParser = words.add_parser("user", help="add, list and disable users")
    users = parser.add_subparsers(metavar="COMMAND", required=True)
    add = add_word(
        users, "add", _user_add, "add a user, and the company when it is new; prints a sign-in link"
    )
    add.add_argument("--company", required=True, type=_name, help="the name of the company")
    add.add_argument("--email", required=True, type=_new_email)
    add.add_argument("--name", required=True, type=_name)
    add.add_argument("--role", choices=ROLES, default="standard", help="standard when not given")
    add.add_argument("--language", choices=("fr", "en"), default="fr")
    add.add_argument("--supplies", action="store_true", help="a new company sells")
    add.add_argument("--buys", action="store_true", help="a new company buys")
    add.add_argument("--password", action="store_true", help="ask for a password rather than print a link")
    add_word(users, "list", _user_list, "list every user")
    for name, run, about in (
        ("password", _user_password, "set a user's password"),
        ("link", _user_link, "print a link that signs a user in once"),
        ("disable", _user_disable, "sign a user out and keep him out"),
        ("enable", _user_enable, "let a disabled user in again"),
    ):
        add_word(users, name, run, about).add_argument("email", type=_email)


def _add_import(words: Words) -> None:
    parser: ArgumentParser = words.add_parser("import", help="bring data in from a file")
    nouns = parser.add_subparsers(metavar="NOUN", required=True)
    products = add_word(
        nouns, "products", _import_products, "add or change a supplier's products from a CSV file"
    )
    products.add_argument("file", type=Path, help="its columns are in docs/operations.md")
    products.add_argument("--company", required=True, help="the supplier's name")
    stock = add_word(nouns, "stock", _import_stock, "set a supplier's stock from a CSV file")
    stock.add_argument("file", type=Path, help="its columns: code, size, variant, on_hand, arrivals")
    stock.add_argument("--company", required=True, help="the supplier's name")


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


def _serve(settings: Settings, given: Namespace) -> int:
    serve(settings, given.host, given.port, lambda address: say(f"Serving {address}\nCtrl+C stops it."))
    return 0


def _demo(settings: Settings, given: Namespace) -> int:
    folder = given.data or DEMO_FOLDER
    serve_demo(settings.model_copy(update={"data": folder}), given.port, say)
    return 0


def _user_add(settings: Settings, given: Namespace) -> int:
    names = ("company", "email", "name", "role", "language", "supplies", "buys")
    new = people.NewUser(**{name: getattr(given, name) for name in names})
    password = _ask_password() if given.password else None
    with opened(settings, create=True) as db:
        say(people.add_user(db, settings, new, password))
    return 0


def _user_list(settings: Settings, _given: Namespace) -> int:
    with opened(settings) as db:
        for line in people.list_users(db):
            say(line)
    return 0


def _user_password(settings: Settings, given: Namespace) -> int:
    password = _ask_password()
    with opened(settings) as db:
        say(people.set_password(db, given.email, password))
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
        say(people.sign_in_link(db, settings, given.email))
    return 0


def _user_disable(settings: Settings, given: Namespace) -> int:
    with opened(settings) as db:
        say(people.set_active(db, given.email, False))
    return 0


def _user_enable(settings: Settings, given: Namespace) -> int:
    with opened(settings) as db:
        say(people.set_active(db, given.email, True))
    return 0


def _import_products(settings: Settings, given: Namespace) -> int:
    with opened(settings) as db:
        report = import_catalogue(db, given.file, given.company, say)
    return 1 if report.faults else 0


def _import_stock(settings: Settings, given: Namespace) -> int:
    with opened(settings) as db:
        return 1 if import_levels(db, given.file, given.company, say) else 0
