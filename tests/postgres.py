"""A throw-away PostgreSQL cluster for tests: started when first asked for, gone with the process that asked.

    url = cluster().database()                      # a new, migrated database
    url = cluster().database(empty=True)            # a new one without tables
    cluster().drop(url)

Its files are made once for a whole run of tests, with all tables; each process has a copy of them. It listens on a
Unix socket only. Sorting is by the rules of a language, as on a real machine, so that whatever relies on the order of
bytes is found out.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from persistence.columns import new_id
from persistence.database import Database
from tests.once import once, place

TEMPLATE: Final = "migrated"
INITDB: Final = (
    *("--username=orders", "--auth=trust", "--no-sync", "--encoding=UTF8"),
    *("--locale=C", "--locale-provider=icu", "--icu-locale=fr-CA"),
)
SERVER_SETTINGS: Final = {
    "listen_addresses": "",
    "max_connections": "300",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "4GB",
    "log_min_messages": "panic",
}
_DEBIAN: Final = Path("/usr/lib/postgresql")
# The server ends when the pipe to this process does, however the process ends. Its session is its own: Ctrl-C is for
# this process, which needs it until its tests have cleaned up.
_WATCHED: Final = (
    'folder=$1; shift; "$@" & server=$!; read -r _; kill -QUIT $server; wait $server; rm -rf "$folder"'
)


class Cluster:
    """A running server. `admin`: a connection that makes and drops databases. copied: it is a stand-by of that one.
    settings: those in which it differs."""

    def __init__(
        self, copied: "Cluster | None" = None, settings: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir=place()))
        self._owner: dict[str, Any] = {}
        as_owner: list[str] = []
        if os.geteuid() == 0:  # it refuses to run as root
            self._owner = {"user": "nobody", "group": "nogroup", "extra_groups": []}
            as_owner = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
            shutil.chown(self.folder, "nobody", "nogroup")
        self._take_files() if copied is None else self._copy_files(copied)
        command = [*as_owner, _program("postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder)]
        for name, value in {**SERVER_SETTINGS, **settings}.items():
            command += ["-c", f"{name}={value}"]
        self._port = settings.get("port", "5432")
        self._process = subprocess.Popen(
            ["sh", "-c", _WATCHED, "sh", str(self.folder), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            start_new_session=True,
        )
        self.admin = self._connect()

    def _take_files(self) -> None:
        # Copied as they are: the server insists on whose they are.
        made = once("postgresql", _make_files)
        subprocess.run(["cp", "-a", made, self.folder / "data"], check=True)

    def _copy_files(self, other: "Cluster") -> None:
        where = ("--host", str(other.folder), "--username", "orders", "--checkpoint", "fast")
        self._run("pg_basebackup", *where, "--write-recovery-conf", "--no-sync")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [_program(program), "-D", str(self.folder / "data"), *arguments],
            check=True,
            capture_output=True,
            cwd=self.folder,
            start_new_session=True,
            **self._owner,
        )

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        while True:
            try:
                return psycopg.connect(
                    host=str(self.folder), port=self._port, user="orders", dbname="postgres", autocommit=True
                )
            except psycopg.OperationalError:
                # Not up yet; a server that ended instead never will be.
                if self._process.poll() is not None:
                    raise

    def leave_files(self, place: Path) -> None:
        """End it in peace, with its files in this place."""
        self._run("pg_ctl", "stop", "--mode", "fast")
        (self.folder / "data").rename(place)
        self.end()

    def end(self) -> None:
        """Take it away, as when its machine breaks."""
        self.admin.close()
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def make_template(self) -> None:
        """The database of which others are copies."""
        url = self.database(empty=True)
        database = Database(url)
        database.migrate()
        database.close()
        name = sql.Identifier(_name_of(url))
        self.admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(name, sql.Identifier(TEMPLATE)))

    def database(self, *, empty: bool = False) -> str:
        """The URL of a new database."""
        name = f"test_{new_id()}"
        template = "template0" if empty else TEMPLATE
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self.admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return f"postgresql://orders@/{name}?host={self.folder}"

    def drop(self, url: str) -> None:
        """Remove a database, whoever is connected to it."""
        name = sql.Identifier(_name_of(url))
        self.admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def restored(self, url: str) -> str:
        """The URL of a new database, with what a dump of another one holds that is in use."""
        new = self.database(empty=True)
        where = ("--host", str(self.folder), "--username", "orders", "--dbname")
        dump = [_program("pg_dump"), "--format=custom", *where, _name_of(url)]
        dumped = subprocess.run(dump, check=True, capture_output=True).stdout
        restore = [_program("pg_restore"), "--exit-on-error", *where, _name_of(new)]
        subprocess.run(restore, check=True, capture_output=True, input=dumped)
        return new

    def under_a_name_of_its_own(self, url: str) -> str:
        """The same database, for a server that is to be cut off."""
        name = f"server_{new_id()}"
        self.admin.execute(sql.SQL("CREATE ROLE {} SUPERUSER LOGIN").format(sql.Identifier(name)))
        return url.replace("orders@", f"{name}@", 1)

    def limited(self, url: str, most: int) -> str:
        """The same database, for a server that is given so many connections at most."""
        name = f"server_{new_id()}"
        role = sql.Identifier(name)
        self.admin.execute(sql.SQL("CREATE ROLE {} LOGIN IN ROLE orders").format(role))
        self.admin.execute(sql.SQL("ALTER ROLE {} SET role = 'orders'").format(role))
        url = url.replace("orders@", f"{name}@", 1)
        self.limit(url, most)
        return url

    def of_another_role(self, url: str) -> str:
        """The same database, for somebody who may read and write it, and is told no more than is told to all."""
        name = f"other_{new_id()}"
        statement = "CREATE ROLE {} LOGIN IN ROLE pg_read_all_data, pg_write_all_data"
        self.admin.execute(sql.SQL(statement).format(sql.Identifier(name)))
        return url.replace("orders@", f"{name}@", 1)

    def limit(self, url: str, most: int) -> None:
        """Give so many connections at most from now on; -1: as many as there are."""
        role = sql.Identifier(make_url(url).username or "")
        self.admin.execute(sql.SQL("ALTER ROLE {} CONNECTION LIMIT {}").format(role, sql.Literal(most)))

    def cut(self, url: str) -> None:
        """End a server's connections, and take no more."""
        self.admin.execute(
            sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(make_url(url).username or ""))
        )
        self.end_connections(url)

    def end_connections(self, url: str) -> None:
        """End those of a server that has a name of its own."""
        name = make_url(url).username
        self.admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [name]
        )

    def mend(self, url: str) -> None:
        """Take a server's connections again."""
        name = make_url(url).username or ""
        self.admin.execute(sql.SQL("ALTER ROLE {} LOGIN").format(sql.Identifier(name)))


class _First(Cluster):
    """The one whose files the others of a run begin with."""

    def _take_files(self) -> None:
        self._run("initdb", *INITDB)


def _make_files(folder: Path) -> None:
    first = _First()
    first.make_template()
    first.leave_files(folder / "postgresql")


@cache
def cluster() -> Cluster:
    """The cluster of this process."""
    return Cluster()


def end_cluster() -> None:
    """Take it away, if there is one."""
    if cluster.cache_info().currsize:
        cluster().end()
        cluster.cache_clear()


def socket_of(url: str) -> Path:
    """Where the cluster of a database listens."""
    folder = make_url(url).query["host"]
    assert isinstance(folder, str)
    return Path(folder) / ".s.PGSQL.5432"


def _name_of(url: str) -> str:
    return make_url(url).database or ""


def _program(name: str) -> str:
    found = shutil.which(name) or next(map(str, sorted(_DEBIAN.glob(f"*/bin/{name}"), reverse=True)), None)
    assert found, f"{name} is missing: install PostgreSQL"
    return found
