"""What the commands `user …` do: a password is asked for, and `server.operate.people` does the rest."""

import sys
from argparse import Namespace
from getpass import getpass
from typing import Final

from server.operate import people
from server.operate.command import say
from server.operate.failure import Failure
from server.operate.storage import opened
from server.settings import Settings

SHORTEST_PASSWORD: Final = 8


def run_add(settings: Settings, given: Namespace) -> int:
    """Add a user, and the company when it is new."""
    names = ("company", "email", "name", "role", "language", "supplies", "buys")
    new = people.NewUser(**{name: getattr(given, name) for name in names})
    password = _ask_password() if given.password else None
    with opened(settings, create=True) as db:
        say(people.add_user(db, settings, new, password))
    return 0


def run_list(settings: Settings, _given: Namespace) -> int:
    """List every user."""
    with opened(settings) as db:
        for line in people.list_users(db):
            say(line)
    return 0


def run_password(settings: Settings, given: Namespace) -> int:
    """Set a user's password."""
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


def run_link(settings: Settings, given: Namespace) -> int:
    """Print a link that signs a user in once."""
    with opened(settings) as db:
        say(people.sign_in_link(db, settings, given.email))
    return 0


def run_disable(settings: Settings, given: Namespace) -> int:
    """Sign a user out and keep him out."""
    with opened(settings) as db:
        say(people.set_active(db, given.email, False))
    return 0


def run_enable(settings: Settings, given: Namespace) -> int:
    """Let a disabled user in again."""
    with opened(settings) as db:
        say(people.set_active(db, given.email, True))
    return 0
