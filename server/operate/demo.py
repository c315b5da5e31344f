"""The demo: filled the first time, served every time."""

import asyncio
import os
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Final

from persistence.clock import now
from server.demo.companies import COMPANIES, PASSWORD
from server.demo.fill import fill, holds_demo
from server.log import configure_logs
from server.operate.command import say
from server.operate.failure import Failure
from server.operate.serving import require_port, serve
from server.operate.storage import files_of, is_there, opened, prepare_folder
from server.settings import PREFIX, Settings

HOST: Final = "127.0.0.1"
SHOWN: Final = ("sophie", "luc", "anna", "paul", "eve")
ROLES: Final = {
    "manager": "gestionnaire / manager",
    "standard": "standard",
    "viewer": "lecture seule / viewer",
}


def run_demo(settings: Settings, given: Namespace) -> int:
    """Serve the demo."""
    serve_demo(settings, given.port, say)
    return 0


def serve_demo(settings: Settings, port: int, say: Callable[[str], None]) -> None:
    """Serve the demo in the data folder, filling it first when it is empty. Raises Failure."""
    settings = settings.model_copy(update={"demo": True, "database_url": "", "smtp_host": ""} | _quiet())
    prepare_folder(settings.data)
    if not _is_filled(settings.data):
        require_port(HOST, port)
        say("Préparation de la démonstration, quelques secondes…\nPreparing the demo, a few seconds…")
        configure_logs(settings)
        asyncio.run(fill(settings.data, now(), _address(settings, port)))
    serve(settings, HOST, port, lambda address: say(welcome(address)))


def _address(settings: Settings, port: int) -> str:
    """Where the links in the demo's mails lead."""
    given = f"{PREFIX}PUBLIC_URL" in os.environ or not port
    return settings.public_url if given else f"http://127.0.0.1:{port}"


def _quiet() -> dict[str, str]:
    """Whoever tries the demo wants to read where it is, not every request."""
    return {} if f"{PREFIX}LOG_LEVEL" in os.environ else {"log_level": "warning"}


def _is_filled(folder: Path) -> bool:
    file, *beside = files_of(Settings(data=folder).database_file)
    if not is_there(file):
        if left := [str(each) for each in beside if is_there(each)]:
            # SQLite would take them for the newest pages of the demo.
            raise Failure(
                f"The database of {', '.join(left)} is gone. Remove what is left of it, "
                "or name an empty folder with --data."
            )
        return False
    with opened(Settings(data=folder)):
        if not holds_demo(folder):
            raise Failure(f"{folder} holds something else than the demo. Name an empty folder with --data.")
    return True


def welcome(address: str) -> str:
    """What is printed when the demo is ready: where it is, and who can sign in."""
    rows = [
        (f"{person.key}@{demo.domain}", str(demo.facts["name"]), ROLES[person.role])
        for demo in COMPANIES
        for person in demo.people
        if person.key in SHOWN
    ]
    rows.sort(key=lambda row: SHOWN.index(row[0].partition("@")[0]))
    table = [f"  {email:<24}{company:<24}{role}" for email, company, role in rows]
    return "\n".join(
        [
            "",
            f"La démonstration est à l’adresse {address}",
            f"The demo is at {address}",
            "",
            *table,
            "",
            f"Mot de passe / Password: {PASSWORD}",
            "Ctrl+C: arrêter / stop",
        ]
    )
