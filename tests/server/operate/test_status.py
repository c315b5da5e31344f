from importlib.metadata import version
from pathlib import Path

import pytest

from persistence.database import Database
from server.cli import main
from server.operate.status import status
from server.settings import Settings
from tests.postgres import cluster
from tests.server.filled import filled_demo

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("own_settings")]


def test_it_says_which_version_runs_and_how_much_of_what_there_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = filled_demo(tmp_path / "demo")
    file = Settings(data=folder).database_file
    capsys.readouterr()
    assert main(["status", "--data", str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"version    {version('shared-order')}"
    assert lines[1] == f"database   {file}, {file.stat().st_size / 1e6:.1f} MB"
    assert "journal" in lines[2]
    assert lines[3].startswith("people     10 persons of ")
    assert ", the last changed 20" in lines[4]
    assert lines[5].endswith(" given up")


def test_it_says_so_of_postgresql_too_without_what_opens_it() -> None:
    url = cluster().database()
    db = Database(f"{url}{'&' if '?' in url else '?'}password=secret")
    lines = list(status(db))
    db.close()
    cluster().drop(url)
    assert lines[1].startswith("database   postgresql")
    assert "secret" not in "\n".join(lines)
    assert " MB, " in lines[2]
    assert lines[4] == "orders     0"
