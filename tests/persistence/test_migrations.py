from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from persistence.company import add_company, company_by_id
from persistence.database import Database, migration_config
from persistence.tables import METADATA
from tests.databases import url_of


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(url_of(tmp_path, empty=True))
    yield database
    database.close()


def test_the_revisions_make_exactly_the_tables_that_the_models_declare(database: Database) -> None:
    database.migrate()
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_every_unique_rule_and_foreign_key_of_the_models_is_in_the_database(database: Database) -> None:
    database.migrate()
    inspector = inspect(database.engine)
    for table in METADATA.sorted_tables:
        kept = {
            (tuple(k["constrained_columns"]), k["referred_table"])
            for k in inspector.get_foreign_keys(table.name)
        }
        declared = {
            (tuple(key.column_keys), key.referred_table.name) for key in table.foreign_key_constraints
        }
        assert kept == declared, table.name


def test_migrating_again_changes_nothing(database: Database) -> None:
    database.migrate()
    with database.writing() as session:
        company = add_company(session, name="Ébénisterie Boréale")
    database.migrate()
    with database.reading() as session:
        assert company_by_id(session, company.id) is not None
    assert set(inspect(database.engine).get_table_names()) == {*METADATA.tables, "alembic_version"}


def test_what_refusals_knew_of_entries_is_known_as_aliases(database: Database) -> None:
    """An installation of before: the entries that a mend stands for were columns of the refusal."""
    with database.engine.connect() as connection:
        command.upgrade(migration_config(connection), "0002")
        connection.commit()
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(
                text("SET LOCAL session_replication_role = replica")
            )  # no order stands behind these
        else:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for seq, over, entry, mend in (
            (4, "7:1", "9:0", "5:20"),
            (6, "5:20", None, "5:21"),
            (7, None, None, "5:21"),
        ):
            values = {"id": f"r{seq}", "seq": seq, "over": over, "entry": entry, "mend": mend}
            connection.execute(
                text(
                    'INSERT INTO refused_edit (id, order_id, seq, user_id, cell, code, "values", dismissed, at, '
                    "\"over\", entry, mend) VALUES (:id, 'o', :seq, 'u', 'client/x', 'c', '{}', false, "
                    "'2026-11-23 10:00:00', :over, :entry, :mend)"
                ),
                values,
            )
        command.upgrade(migration_config(connection), "head")
        rows = connection.execute(
            text("SELECT cell, entry, stands FROM alias WHERE order_id = 'o' ORDER BY id")
        ).all()
        assert {tuple(row) for row in rows[:2]} == {("client/x", "9:0", "5:20"), ("client/x", "7:1", "5:20")}
        assert [tuple(row) for row in rows[2:]] == [("client/x", "5:20", "5:21")]
        connection.rollback()
