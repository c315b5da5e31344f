"""A filled demo for tests: filled once in a run, then copied for whoever needs one.

folder = filled_demo(tmp_path)                  # a data folder of one's own
folder = short_demo(tmp_path)                   # the same with a few of the orders, one in each state
async with running(folder) as site:             # the application on it
    anna = await site.signed_in("anna@laurier.example")
"""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from sqlmodel import Session
from starlette.applications import Starlette

from persistence.database import Database
from persistence.tables import METADATA
from server.app import create_app
from server.cli import main
from server.demo.fill import fill
from server.settings import Settings
from tests.once import once

MONDAY = datetime(2026, 11, 23, 19, 2, 11, tzinfo=UTC)
ORIGIN = "http://test"


@cache
def _filled_once() -> bytes:
    return once("demo", _fill).read_bytes()


def _fill(folder: Path) -> None:
    asyncio.run(fill(folder, MONDAY))
    Settings(data=folder).database_file.rename(folder / "demo")


def filled_demo(folder: Path) -> Path:
    """Put a filled demo into a folder. Not from within a running loop."""
    folder.mkdir(parents=True, exist_ok=True)
    Settings(data=folder).database_file.write_bytes(_filled_once())
    return folder


@cache
def _short_once() -> bytes:
    return once("short", _shorten).read_bytes()


def _shorten(folder: Path) -> None:
    file = folder / "short"
    file.write_bytes(_filled_once())
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(
            'CREATE TEMP TABLE kept AS SELECT min(id) AS id FROM "order" '
            "GROUP BY supplier_status, client_status, turn, backorder"
        )
        # What hangs on an order goes before it.
        for table in [
            *(each.name for each in reversed(METADATA.sorted_tables) if "order_id" in each.c),
            "order",
        ]:
            key = "id" if table == "order" else "order_id"
            connection.execute(f'DELETE FROM "{table}" WHERE {key} NOT IN (SELECT id FROM kept)')  # noqa: S608
        connection.commit()
        connection.execute("VACUUM")


def short_demo(folder: Path) -> Path:
    """A filled demo with a few of its orders, one in each state, for commands that load every order."""
    folder.mkdir(parents=True, exist_ok=True)
    Settings(data=folder).database_file.write_bytes(_short_once())
    return folder


def monday_backup(folder: Path) -> Path:
    """A backup of such a demo in a folder: made by the command once, then copied with its rights."""
    return Path(shutil.copy(once("monday.backup", _back_up), folder))


def _back_up(folder: Path) -> None:
    demo = short_demo(folder / "demo")
    assert main(["backup", str(folder / "monday.backup"), "--data", str(demo)]) == 0


def database_of(folder: Path) -> Database:
    return Database(Settings(data=folder).url)


@contextmanager
def reading(folder: Path) -> Iterator[Session]:
    """A session on the database of a data folder."""
    db = database_of(folder)
    try:
        with db.reading() as session:
            yield session
    finally:
        db.close()


@contextmanager
def writing(folder: Path) -> Iterator[Session]:
    """The same, to change what is stored behind the program's back."""
    db = database_of(folder)
    try:
        with db.writing() as session:
            yield session
    finally:
        db.close()


@dataclass
class Site:
    """The application, asked as a browser would."""

    app: Starlette

    async def signed_in(self, email: str) -> httpx.AsyncClient:
        client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=ORIGIN)
        answer = await client.post("/api/login", json={"email": email, "password": "demo"})
        assert answer.status_code == 200, answer.text
        return client


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Site]:
    app = create_app(Settings(data=folder, demo=True, public_url=ORIGIN), clock=lambda: MONDAY)
    async with app.router.lifespan_context(app):
        yield Site(app)


async def every_order(client: httpx.AsyncClient, side: str) -> list[dict[str, Any]]:
    answer = await client.get("/api/orders", params={"side": side, "limit": 200})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items
