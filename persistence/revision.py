"""The revision of the tables: which one a database has, and which is the newest.

    is_newest(connection)

Every start asks this, and few have anything to migrate. So Alembic, which takes as long to import as all the tables, is
left to `persistence.migrating`.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

MIGRATIONS = Path(__file__).parent / "migrations"


class OfALaterVersionError(Exception):
    """A later version of the program has written this database."""


def is_newest(connection: Connection) -> bool:
    """Whether the tables are just those of this version."""
    return revisions_of(connection) == [newest_revision()]


def revisions_of(connection: Connection) -> list[str]:
    """What Alembic has noted in the database; nothing in one without tables."""
    if not inspect(connection).has_table("alembic_version"):
        return []
    return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


def newest_revision() -> str:
    """The last of this version. The name of its file begins with it."""
    return max(file.stem.partition("_")[0] for file in (MIGRATIONS / "versions").glob("*.py"))
