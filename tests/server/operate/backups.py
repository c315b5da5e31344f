"""What happens to installations and their backups in these tests."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

import server.operate.backup
from persistence.order import order_ids
from server.cli import main
from server.operate.seal import unseal
from tests.server.filled import reading, writing


def as_earlier(file: Path) -> Path:
    """A backup as they were left once: without a checksum, and to be opened with files beside it."""
    with closing(sqlite3.connect(file)) as connection:
        unseal(connection)
        connection.execute("PRAGMA journal_mode = WAL")
    return file


@contextmanager
def amid(monkeypatch: pytest.MonkeyPatch, step: str, words: list[str]) -> Iterator[list[int]]:
    """A command runs beside the first one, which has come to a step; its exit code once it has ended."""
    ended: list[int] = []
    unhindered = getattr(server.operate.backup, step)

    def after_another(*given: Any) -> Any:
        monkeypatch.setattr(server.operate.backup, step, unhindered)
        ended.append(main(words))
        return unhindered(*given)

    monkeypatch.setattr(server.operate.backup, step, after_another)
    yield ended


def tear(file: Path) -> None:
    """Damage the inside of a database, whose beginning stays as it was."""
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xa5" * (len(whole) // 2) + whole[8192 + len(whole) // 2 :])


def spoil(folder: Path) -> str:
    """Let the first order be kept so that nobody can read it; its id."""
    with reading(folder) as session:
        order_id = order_ids(session)[0]
    damage(folder, order_id)
    return order_id


def damage(folder: Path, order_id: str) -> None:
    """Let one order be kept so."""
    with writing(folder) as session:
        statement = "UPDATE journal SET \"update\" = x'ff' WHERE order_id = :order"
        session.connection().execute(text(statement), {"order": order_id})
