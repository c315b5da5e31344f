"""Who uses a data folder: what needs it alone, and what serves from it."""

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
import uvicorn

import server.operate.occupied
from server.cli import main
from server.operate.failure import Failure
from server.operate.occupied import alone_in, serving_in
from server.settings import Settings
from tests.server.operate.backups import amid

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("own_settings")]

POSTGRESQL = "postgresql://nobody@127.0.0.1:1/nowhere"


@pytest.mark.parametrize("words", [["restore", "$", "--force"], ["renew"], ["move", "--to", POSTGRESQL]])
def test_what_needs_a_folder_alone_does_not_begin_beside_a_server(
    folder: Path, saved: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """From its first moment on: one that starts has not opened its database yet."""
    given = [str(saved) if word == "$" else word for word in words]
    with serving_in(Settings(data=folder)):
        assert main([*given, "--data", str(folder)]) == 1
    assert capsys.readouterr().err == "shared-order: A server is using this folder. Stop it first.\n"


def test_no_server_starts_while_a_backup_is_restored(
    folder: Path, saved: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Or it would go on writing into the database that is put aside."""
    monkeypatch.setattr(uvicorn.Server, "run", lambda *_given, **_named: None)  # one that starts ends at once
    words = ["serve", "--port", "0", "--data", str(folder)]
    with amid(monkeypatch, "_renew_copy", words) as served:
        assert (main(["restore", str(saved), "--force", "--data", str(folder)]), served) == (0, [1])
    told = f"`restore`, `move` or `renew` is at work in {folder}. Start the server when it has ended."
    assert capsys.readouterr().err == f"shared-order: {told}\n"


def test_a_second_server_serves_and_says_that_another_is_there(folder: Path) -> None:
    words = [sys.executable, "-m", "server", "serve", "--port", "0", "--data", str(folder)]
    with serving_in(Settings(data=folder)) as is_shared:
        assert not is_shared
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as other:
            assert other.stdout is not None
            assert "Serving http://" in other.stdout.readline()
            other.terminate()
            _, logged = other.communicate()
    assert "another server is at work in this folder" in logged


def test_what_looks_on_or_adds_works_beside_a_server(folder: Path, tmp_path: Path) -> None:
    with serving_in(Settings(data=folder)):
        for words in (["check"], ["status"], ["backup", str(tmp_path / "now.backup")], ["user", "list"]):
            assert main([*words, "--data", str(folder)]) == 0


def test_a_server_asks_again_before_it_takes_another_that_starts_for_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data=tmp_path)
    with ExitStack() as other:
        other.enter_context(alone_in(settings))  # as who starts is, for a moment
        monkeypatch.setattr(server.operate.occupied, "sleep", lambda _seconds: other.close())
        with serving_in(settings) as is_shared:
            assert is_shared
        with pytest.raises(Failure), serving_in(settings), alone_in(settings):
            pass


@pytest.mark.parametrize("address", ["", "nonsense", "sqlite://", "sqlite:////nowhere/at/all", POSTGRESQL])
def test_what_is_no_folder_is_not_locked(tmp_path: Path, address: str) -> None:
    settings = Settings(data=tmp_path / "none", database_url=address)
    with serving_in(settings) as is_shared, alone_in(settings):
        assert not is_shared
