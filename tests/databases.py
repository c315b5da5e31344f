"""Which database the tests run on: SQLite, or PostgreSQL with `pytest --database=postgresql`.

Database(url_of(tmp_path))                       # the database that belongs to a folder, migrated
Settings(data=tmp_path, database_url=url_of(tmp_path))

Tables are made once for a whole run; a new database is a copy.
"""

from functools import cache
from pathlib import Path
from typing import Literal, get_args

from persistence.database import Database
from server.settings import Settings
from tests.once import once
from tests.postgres import cluster

Engine = Literal["sqlite", "postgresql"]
ENGINES: tuple[Engine, ...] = get_args(Engine)


class _Chosen:
    engine: Engine = "sqlite"
    made: dict[Path, str]


_chosen = _Chosen()
_chosen.made = {}


def choose(engine: Engine) -> None:
    """Run what follows on this engine."""
    _chosen.engine = engine


def url_of(folder: Path, *, empty: bool = False) -> str:
    """The database that belongs to a folder; made when it is first asked for. empty: without tables."""
    key = folder.absolute()
    if key not in _chosen.made and _chosen.engine == "sqlite":
        settings = Settings(data=folder)
        if not empty and not settings.database_file.exists():
            folder.mkdir(parents=True, exist_ok=True)
            settings.database_file.write_bytes(_migrated())
        return settings.url
    if key not in _chosen.made:
        _chosen.made[key] = cluster().database(empty=empty)
    return _chosen.made[key]


def put_on_postgresql(folder: Path) -> str:
    """Give a folder a PostgreSQL database, whatever the other tests run on."""
    return _chosen.made.setdefault(folder.absolute(), cluster().database())


def put_at(folder: Path, url: str) -> None:
    """Give a folder a database that somebody else has made."""
    _chosen.made[folder.absolute()] = url


def forget(folder: Path) -> None:
    """Drop the databases of a folder and of those below it."""
    for key in [each for each in _chosen.made if each.is_relative_to(folder)]:
        cluster().drop(_chosen.made.pop(key))


@cache
def _migrated() -> bytes:
    """A database on SQLite with all tables and no rows."""
    return once(Settings(data=Path()).database_file.name, _migrate).read_bytes()


def _migrate(folder: Path) -> None:
    database = Database(Settings(data=folder).url)
    database.migrate()
    database.close()
