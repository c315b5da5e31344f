import errno
import io
import os
import signal
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.cli import main
from tests.forked import start
from tests.server.filled import filled_demo

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("own_settings")]

COMMAND = [sys.executable, "-m", "server"]


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"shared-order {version('shared-order')}\n")


def adding(company: str, name: str, email: str) -> list[str]:
    """The words of the command that adds a supplier's first person."""
    return ["user", "add", "--supplies", "--company", company, "--name", name, "--email", email]


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["fly"],
        ["serve", "--port", "99999"],
        ["serve", "--data", ""],
        ["user"],
        ["user", "disable", "nobody"],
        adding("", "Rose", "rose@boreale.example"),
        adding("Éb", "R\nBcc: x@y.z", "r@boreale.example"),
        adding("Éb", "Rose", "r'\"<>@boreale.example"),
        ["import", "orders"],
    ],
)
def test_words_that_are_not_understood_end_with_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2


def test_a_port_in_use_is_told_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["serve", "--data", str(tmp_path), "--port", str(port)]) == 1
    assert capsys.readouterr().err == (
        f"shared-order: Port {port} is in use by another program. Choose another with --port.\n"
    )


def test_an_address_that_no_machine_can_have_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--data", str(tmp_path), "--host", "a..b"]) == 1
    assert capsys.readouterr().err == "shared-order: There is no address “a..b” on this machine.\n"


def test_a_list_that_nobody_reads_to_its_end_ends_quietly(tmp_path: Path) -> None:
    words = ["user", "list", "--data", str(filled_demo(tmp_path))]
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as unread, (tmp_path / "errors").open("w+") as errors:
        listing = start("-m", "server", *words, output=unread, errors=errors)
        code = listing.wait_here()
        errors.seek(0)
        assert (code, errors.read()) == (141, "")


def test_a_terminal_of_another_age_shows_what_it_can_of_a_name(tmp_path: Path) -> None:
    filled_demo(tmp_path)
    listing = subprocess.run(
        [*COMMAND, "user", "list", "--data", str(tmp_path)],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
    )
    assert "Ébénisterie Boréale".encode("latin-1") in listing.stdout
    assert "Habitations de l?Estuaire".encode("latin-1") in listing.stdout


def test_what_cannot_be_said_for_want_of_room_is_told_on_the_other_stream(tmp_path: Path) -> None:
    words = ["user", "link", "luc@boreale.example", "--data", str(filled_demo(tmp_path))]
    with open("/dev/full", "w") as full, (tmp_path / "errors").open("w+") as errors:
        code = start("-m", "server", *words, output=full, errors=errors).wait_here()
        errors.seek(0)
        first, link = errors.read().splitlines()
    assert code == 1
    assert first.startswith(
        "shared-order: What the command says cannot be written: No space left on device. It said: "
    )
    assert "/enter/" in link


def test_a_demo_is_not_filled_for_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert main(["demo", "--data", str(tmp_path), "--port", str(other.getsockname()[1])]) == 1
    assert not list(tmp_path.iterdir())


def test_a_demo_is_not_filled_beside_what_is_left_of_another_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = tmp_path / "shared-order.sqlite3-wal"
    left.write_bytes(b"what a killed server had written")
    assert main(["demo", "--data", str(tmp_path), "--port", "0"]) == 1
    assert f"The database of {left} is gone" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [left]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.touch()
    assert main(["serve", "--data", str(file)]) == 1
    assert "is a file; --data needs a folder" in capsys.readouterr().err
    assert main(["serve", "--data", str(file / "below")]) == 1
    assert "cannot be made" in capsys.readouterr().err


@pytest.mark.parametrize("suffix", ["", "-wal"])
def test_a_database_that_may_only_be_read_is_told_before_anything_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    filled_demo(tmp_path)
    file = tmp_path / f"shared-order.sqlite3{suffix}"
    file.touch()
    access = os.access
    # Tests may be run by root, who may write whatever there is.
    monkeypatch.setattr("os.access", lambda path, mode: path != file and access(path, mode))
    assert main(["serve", "--data", str(tmp_path), "--port", "0"]) == 1
    assert capsys.readouterr().err.startswith(f"shared-order: {file} cannot be written by this user.")


def test_a_folder_in_which_nothing_can_be_made_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """SQLite would say that the database is read-only, which it is not."""
    filled_demo(tmp_path)
    access = os.access
    monkeypatch.setattr("os.access", lambda path, mode: path != tmp_path and access(path, mode))
    assert main(["user", "list", "--data", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"shared-order: {tmp_path} cannot be written by this user. "
        "Run the command as the server's user, or give it to him.\n"
    )


@pytest.mark.parametrize("protected", ["folder", "file"])
@pytest.mark.parametrize("words", [["user", "list"], ["serve", "--port", "0"]], ids=lambda words: words[0])
def test_what_is_protected_from_everybody_is_given_to_nobody(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    protected: str,
    words: list[str],
) -> None:
    """As `chattr +i` does, for root too; whoever runs the tests may not do so himself."""
    filled_demo(tmp_path)
    place = tmp_path if protected == "folder" else tmp_path / "shared-order.sqlite3"
    access, unhindered = os.access, os.open

    def hinder(path: str | Path, *given: Any, **named: Any) -> int:
        if path == place or (protected == "folder" and Path(path).name.startswith("tmp")):
            raise PermissionError(errno.EPERM, "Operation not permitted", str(path))
        return unhindered(path, *given, **named)

    monkeypatch.setattr("os.access", lambda path, mode: path != place and access(path, mode))
    monkeypatch.setattr("os.open", hinder)
    assert main([*words, "--data", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"shared-order: {place} is protected from every change, whoever makes it ")
    assert said.endswith(f"as root: chattr -i {place}\n")


def test_a_path_that_cannot_be_looked_at_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / ("long" * 100)  # as a folder of others is, and for root too
    filled_demo(tmp_path)
    for words in (
        ["check", "--data", str(path)],
        ["backup", str(path), "--data", str(tmp_path)],
        ["restore", str(path), "--data", str(tmp_path)],
    ):
        assert main(words) == 1
        assert f"shared-order: {path}" in (said := capsys.readouterr().err)
        assert "cannot be reached" in said
        assert said.count("\n") == 1


def test_who_may_not_look_into_a_folder_is_told_whose_user_may(tmp_path: Path) -> None:
    folder = filled_demo(tmp_path / "demo")
    folder.chmod(0)
    # In a namespace of users of its own, where root is nobody either.
    words = ["unshare", "--user", *COMMAND, "check", "--data", str(folder)]
    ended = subprocess.run(words, check=False, capture_output=True, text=True)
    folder.chmod(0o700)
    assert (ended.returncode, ended.stderr) == (
        1,
        f"shared-order: {folder / 'shared-order.sqlite3'} cannot be reached: Permission denied. "
        "Run the command as the server's user.\n",
    )


def test_a_folder_without_a_database_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["check"], ["user", "list"], ["backup", str(tmp_path / "file")]):
        assert main([*words, "--data", str(tmp_path / "nothing")]) == 1
        assert "There is no database at" in capsys.readouterr().err


def test_a_damaged_database_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "shared-order.sqlite3").write_bytes(b"not a database, but long enough to be looked at" * 20)
    assert main(["check", "--data", str(tmp_path)]) == 1
    assert "is damaged or is not a database" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SMTP_PORT", "many", "It must be a whole number."),
        ("SMTP_PORT", "70000", "It must be less than or equal to 65535."),
        ("TRUST_PROXY", "", "It must be true or false."),
        ("LOG_LEVEL", "INFO", "It must be 'debug', 'info', 'warning' or 'error'."),
    ],
)
def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"SHARED_ORDER_{name}", value)
    assert main(["check"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "shared-order: These settings are to be corrected:",
        f"SHARED_ORDER_{name}: {told}",
    ]


def test_a_setting_that_does_not_exist_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHARED_ORDER_SMPT_HOST", "mail.example")
    assert main(["check"]) == 1
    assert "SHARED_ORDER_SMPT_HOST: There is no such setting" in capsys.readouterr().err


def test_the_demo_does_not_take_over_an_installation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add = [
        "user",
        "add",
        "--company",
        "Boréale",
        "--supplies",
        "--email",
        "sophie@boreale.example",
        "--name",
        "Sophie",
    ]
    assert main([*add, "--data", str(tmp_path)]) == 0
    assert main(["demo", "--data", str(tmp_path)]) == 1
    assert "something else than the demo" in capsys.readouterr().err


def test_a_password_is_read_from_standard_input_and_must_be_long_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    filled_demo(tmp_path)
    words = ["user", "password", "luc@boreale.example", "--data", str(tmp_path)]
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert main(words) == 1
    monkeypatch.setattr("sys.stdin", io.StringIO("long enough\n"))
    assert main(words) == 0
    assert "signed out everywhere" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "told", "locale"),
    [
        (b"mot de passe \xe9t\xe9\n", "The password is not in UTF-8, as browsers send it.", "C"),
        (b"mot de passe \xe9t\xe9\n", "The password is not in UTF-8, as browsers send it.", "C.UTF-8"),
        (b"", "A password has 8 characters or more.", "C"),
    ],
)
def test_what_is_no_password_is_told(tmp_path: Path, typed: bytes, told: str, locale: str) -> None:
    filled_demo(tmp_path)
    ended = subprocess.run(
        [*COMMAND, "user", "password", "luc@boreale.example", "--data", str(tmp_path)],
        check=False,
        input=typed,
        capture_output=True,
        env={**os.environ, "LC_ALL": locale},
    )
    assert (ended.returncode, ended.stderr.decode()) == (1, f"shared-order: {told}\n")


def test_who_ends_the_input_at_the_question_has_given_no_password(tmp_path: Path) -> None:
    filled_demo(tmp_path)
    command = [*COMMAND, "user", "password", "luc@boreale.example", "--data", str(tmp_path)]
    person, terminal = os.openpty()
    with subprocess.Popen(command, stdin=terminal, stderr=subprocess.PIPE, start_new_session=True) as asked:
        assert asked.stderr is not None
        question = b"Password: "
        assert asked.stderr.read(len(question)) == question  # what is typed before it is thrown away
        os.write(person, b"\x04")
        told = asked.stderr.read().decode()
    os.close(person)
    os.close(terminal)
    assert asked.returncode == 1
    assert told.strip() == "shared-order: No password was given."


@pytest.mark.parametrize("words", [["serve"], ["demo"]])
def test_it_says_where_it_serves_and_stops_when_it_is_interrupted(tmp_path: Path, words: list[str]) -> None:
    filled_demo(tmp_path)
    command = [*COMMAND, *words, "--port", "0", "--data", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        line = next(line for line in server.stdout if "http://" in line)
        answer = httpx.get(line[line.index("http://") :].strip() + "/healthz")
        server.send_signal(signal.SIGINT)
        server.communicate()
    assert (answer.status_code, answer.headers.get("server"), server.returncode) == (200, None, 0)


def test_it_ends_quietly_when_it_is_interrupted_before_it_has_begun(tmp_path: Path) -> None:
    telling_imports = [sys.executable, "-X", "importtime", "-m", "server", "check", "--data", str(tmp_path)]
    with subprocess.Popen(telling_imports, stderr=subprocess.PIPE, text=True) as command:
        assert command.stderr is not None
        next(line for line in command.stderr if "pydantic" in line)
        command.send_signal(signal.SIGINT)
        said = command.stderr.read()
    others = [line for line in said.splitlines() if not line.startswith("import time:")]
    assert (others, command.returncode) == ([], 130)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "is no address of a database"),
        ("sqlite://", "is no address of a database"),
        (
            "mysql://nobody@127.0.0.1/orders",
            "begins with mysql://, and only postgresql:// and sqlite:// are known",
        ),
        ("oracle://nobody@127.0.0.1/orders", "begins with oracle://, and only"),
        ("postgresql+other://nobody@127.0.0.1/orders", "begins with postgresql+other://, and only"),
        ("postgresql://nobody@127.0.0.1:1/orders", "The database cannot be used at the moment: connection"),
        ("postgres://nobody@127.0.0.1:1/orders", "Connection refused. Is the server running on that host"),
        (
            "postgresql://nobody:secret@127.0.0.1:1/orders?foo=secret",
            "The database postgresql+psycopg://nobody:***@127.0.0.1:1/orders cannot be used: invalid",
        ),
    ],
)
@pytest.mark.parametrize("word", ["check", "serve"])
def test_a_database_that_cannot_be_used_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str, sentence: str, word: str
) -> None:
    monkeypatch.setenv("SHARED_ORDER_DATABASE_URL", url)
    assert main([word]) == 1
    said = capsys.readouterr().err
    assert sentence in said
    assert "secret" not in said
    assert said.count("\n") == 1
