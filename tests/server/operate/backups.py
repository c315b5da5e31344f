"""What happens to installations and their backups in these tests."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select

import server.operate.backup
from persistence.order import Order
from server.cli import main
from server.operate.seal import unseal
from tests.server.filled import writing


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
    with writing(folder) as session:
        order_id = session.exec(select(Order.id).order_by(col(Order.id))).all()[0]
        session.connection().execute(
            text("UPDATE journal SET \"update\" = x'ff' WHERE order_id = :order"), {"order": order_id}
        )
    return order_id
