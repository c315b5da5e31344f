from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from persistence.company import add_company, company_by_id
from persistence.database import Database
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
