import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import make_url, text

import server.app
from persistence.database import Database
from persistence.order import order_ids
from server.cli import main
from server.operate.repair import repaired
from server.operate.serving import PING_SECONDS
from tests.bench.scale import Fleet, simulate
from tests.postgres import cluster
from tests.server.filled import short_demo, writing

DOCS = Path(__file__).parent.parent / "docs"
METRIC = re.compile(r"shared_order_[a-z_]+")


def test_every_metric_that_the_dashboard_and_the_alarms_name_exists() -> None:
    assert server.app  # whose import declares them
    families = {family.name: family.type for family in REGISTRY.collect()}
    known = {name + ("_total" if kind == "counter" else "") for name, kind in families.items()}
    known |= {f"{name}_bucket" for name, kind in families.items() if kind == "histogram"}
    board = json.loads((DOCS / "grafana.json").read_text(encoding="utf-8"))
    drawn = "\n".join(target["expr"] for panel in board["panels"] for target in panel["targets"])
    named = set(METRIC.findall(drawn + (DOCS / "operations.md").read_text(encoding="utf-8")))
    assert named <= known, sorted(named - known)


def test_edits_gather_in_fewer_commits_as_load_grows() -> None:
    quiet, busy = simulate(Fleet(editors=100)), simulate(Fleet(editors=20_000))
    assert busy.edits_in_a_commit > 2 * quiet.edits_in_a_commit
    assert busy.saved_99 < 0.1


def test_an_expression_in_the_nginx_example_stands_in_quotes_where_it_has_braces() -> None:
    """Or nginx takes its brace for the beginning of a block, and does not start."""
    lines = (DOCS / "nginx.conf").read_text(encoding="utf-8").splitlines()
    expressions = [line.strip() for line in lines if re.match(r"\s*\"?~", line)]
    assert expressions
    assert all(one.startswith('"~') for one in expressions if "{" in one)


def test_the_nginx_example_does_not_cut_a_quiet_socket() -> None:
    """The server pings it; between two pings nothing may pass."""
    text = (DOCS / "nginx.conf").read_text(encoding="utf-8")
    sockets = re.search(r"location /ws/ \{[^}]*proxy_read_timeout (\d+)s", text)
    assert sockets
    assert int(sockets[1]) > PING_SECONDS


def test_neither_example_asks_for_what_fails_on_all_servers_at_once() -> None:
    """While the database is away every server says so at /healthz, and none may be taken out for it."""
    rules = [line for name in ("nginx.conf", "Caddyfile") for line in _rules(DOCS / name)]
    assert [line for line in rules if line.startswith("health_uri")] == ["health_uri /"]
    assert not [line for line in rules if "healthz" in line or "http_503" in line]


def _rules(file: Path) -> list[str]:
    """The lines of a configuration without what is said of them."""
    lines = (line.partition("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def test_the_service_is_started_again_for_as_long_as_it_takes() -> None:
    """Else systemd gives up after five starts within ten seconds, and nobody starts it once the disk is well."""
    unit = (DOCS / "shared-order.service").read_text(encoding="utf-8").partition("[Service]")
    assert "\nStartLimitIntervalSec=0\n" in unit[0]
    assert "\nRestart=on-failure\nRestartSec=5\n" in unit[2]


OLD_AND_NEW: Final = {
    "old.backup": 31,
    "of-late.backup": 29,
    "old.backup.unsound": 31,
    "of-late.backup.unsound": 29,
    "old.backup.ab12.part": 2,
    "other": 99,
}
"""What lies in the folder of backups, by its age in days."""


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir()
    for name, days in OLD_AND_NEW.items():
        (folder / name).touch()
        os.utime(folder / name, (0, os.stat(folder).st_mtime - days * 86_400 - 3_600))
    return folder


def _run_backup_unit(data: Path, backups: Path) -> set[str]:
    """The unit's commands, in its order, until one fails, as systemd reads them: percent and dollar signs stand there
    twice. What lies in the folder that did not before."""
    _run_commands(_commands("shared-order-backup.service"), {"SHARED_ORDER_DATA": str(data)}, backups)
    return {each.name for each in backups.iterdir()} - OLD_AND_NEW.keys()


def _commands(name: str) -> list[tuple[str, str]]:
    """What a unit runs, by the name of the setting."""
    unit = (DOCS / name).read_text(encoding="utf-8")
    assert "%" not in unit.replace("%%", "").replace("%n", "")
    assert "$" not in unit.replace("$$", "")
    return re.findall(r"^(Exec\w+)=(.*)$", unit, re.MULTILINE)


def _run_commands(commands: list[tuple[str, str]], environment: dict[str, str], backups: Path) -> bool:
    """Whether all of them end well; after one that does not, none is run."""
    for _, command in commands:
        line = command.replace("%%", "%").replace("$$", "$").replace("/backups", str(backups))
        line = line.replace("/opt/shared-order/bin/shared-order", f"{sys.executable} -m server")
        ended = subprocess.run(["sh", "-c", line], check=False, env=os.environ | environment)
        if ended.returncode:
            return False
    return True


@pytest.mark.sqlite
def test_the_backup_of_every_night_is_made_and_takes_away_only_what_is_old(
    tmp_path: Path, backups: Path
) -> None:
    (made,) = _run_backup_unit(short_demo(tmp_path / "data"), backups)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d-\d{6}\.backup", made)
    stays = {"of-late.backup", "of-late.backup.unsound", "other"}
    assert {each.name for each in backups.iterdir()} == stays | {made}


@pytest.mark.sqlite
def test_the_unsound_copies_of_many_nights_are_not_kept_for_ever(tmp_path: Path, backups: Path) -> None:
    """Those in which everything may be whole are; and where there is not even such a copy tonight, all are."""
    data = short_demo(tmp_path / "data")
    with writing(data) as session:
        session.connection().execute(text("UPDATE \"order\" SET total = '0.01'"))
    (made,) = _run_backup_unit(data, backups)
    assert made.endswith(".backup.unsound")
    assert {each.name for each in backups.iterdir()} == {made, *OLD_AND_NEW} - {"old.backup.unsound"}
    (backups / "old.backup.unsound").touch()
    os.utime(backups / "old.backup.unsound", (0, 0))
    assert _run_backup_unit(tmp_path / "nowhere", backups) == {made}
    assert (backups / "old.backup.unsound").exists()


@pytest.mark.sqlite  # which the database is moved from
def test_the_dump_of_every_night_is_made_and_read_back(tmp_path: Path, backups: Path) -> None:
    """As systemd puts it together: an empty ExecStart takes back what stood before, and the last ones come last."""
    unit, added = _commands("shared-order-backup.service"), _commands("shared-order-dump.conf")
    assert added[0] == ("ExecStart", "")
    commands = [*added[1:], *(each for each in unit if each[0] != "ExecStart")]
    data, url = short_demo(tmp_path / "data"), cluster().database(empty=True)
    assert main(["move", "--data", str(data), "--to", url]) == 0
    where = make_url(url)
    environment = {"PGDATABASE": str(where.database), "PGHOST": str(where.query["host"]), "PGUSER": "orders"}
    environment["SHARED_ORDER_DATABASE_URL"] = url
    old = backups / "old.dump"
    old.touch()
    os.utime(old, (0, 0))

    database = Database(url)
    with database.writing() as session:
        session.connection().execute(text("UPDATE \"order\" SET total = '0.01'"))
    assert not _run_commands(commands, environment, backups)
    assert old in backups.glob("*.dump")
    assert (backups / "old.backup").exists()

    with database.reading() as session:
        orders = order_ids(session)
    assert all(repaired(database, order_id) for order_id in orders)
    assert _run_commands(commands, environment, backups)
    database.close()
    (made, *_) = backups.glob("*.dump")
    assert made.read_bytes().startswith(b"PGDMP")
    assert not old.exists()
    cluster().drop(url)


def test_every_setting_on_the_page_is_read_whole_by_a_shell(tmp_path: Path) -> None:
    """Without quotes it ends what it is told at a `&`, and a command would find another database, or make one."""
    page = (DOCS / "operations.md").read_text(encoding="utf-8")
    settings = re.findall(r"^(SHARED_ORDER_\w+)=(.+)$", page, re.MULTILINE)
    assert [name for name, value in settings if "&" in value]
    for name, value in settings:
        (tmp_path / "env").write_text(f"{name}={value}\n")
        script = 'set -a; . "$1"; printenv "$2"'
        read = subprocess.run(
            ["sh", "-c", script, "sh", str(tmp_path / "env"), name],
            check=False,
            capture_output=True,
            text=True,
        )
        assert read.stdout == value.strip("'") + "\n"
