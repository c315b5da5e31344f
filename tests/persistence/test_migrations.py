import ast
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlmodel import Session, select

from persistence.alias import aliases_of
from persistence.clock import now
from persistence.company import add_company, company_by_id
from persistence.database import Database
from persistence.migrating import migration_config
from persistence.order import Order
from persistence.order_word import owed_words
from persistence.product import Product, add_product
from persistence.refusal import aliases_of_before, open_refusals
from persistence.revision import MIGRATIONS, newest_revision, revisions_of
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


def test_what_is_newest_is_told_without_alembic(database: Database) -> None:
    database.migrate()
    with database.engine.connect() as connection:
        assert [newest_revision()] == ScriptDirectory.from_config(migration_config(connection)).get_heads()
        assert revisions_of(connection) == [newest_revision()]


def test_a_database_of_the_newest_revision_is_opened_without_alembic(database: Database) -> None:
    """It takes as long to import as all the tables, and few starts need it."""
    database.migrate()
    address = database.engine.url.render_as_string(hide_password=False)
    program = "import sys; from persistence.database import Database; db = Database(sys.argv[1]); "
    program += (
        "db.migrate(); db.close(); print(*(name for name in sys.modules if name.startswith('alembic')))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, address], check=True, capture_output=True, text=True
    )
    assert ended.stdout.split() == []


DOOR = {"name_fr": "Porte", "unit": "each", "price": "12.50"}
BEFORE = [("7:1", "9:0", "5:20"), ("5:20", None, "5:21"), (None, None, "5:21")]
"""What three refusals knew of entries: over, entry, mend."""


@contextmanager
def refused_before(database: Database, revision: str) -> Iterator[Connection]:
    """A database at a revision in which an older server has kept three refusals, by the statement that it used."""
    with database.engine.connect() as connection:
        command.upgrade(migration_config(connection), revision)
        connection.commit()
    with database.engine.begin() as connection:
        unbound = "PRAGMA defer_foreign_keys = ON", "SET LOCAL session_replication_role = replica"
        connection.exec_driver_sql(unbound[0 if database.is_sqlite else 1])  # no order stands behind these
        for seq, (over, entry, mend) in enumerate(BEFORE, start=4):
            connection.execute(
                text(
                    'INSERT INTO refused_edit (id, order_id, seq, user_id, cell, code, "values", tried, kept, "by", '
                    "\"over\", entry, mend, dismissed, at) VALUES (:id, 'o', :seq, 'u', 'client/x', 'c', "
                    "'{}', NULL, NULL, NULL, :over, :entry, :mend, false, '2026-11-23 10:00:00')"
                ),
                {"id": f"r{seq}", "seq": seq, "over": over, "entry": entry, "mend": mend},
            )
        yield connection
        connection.rollback()


ALIASES = [
    ("client/x", "7:1", "5:20", False),
    ("client/x", "9:0", "5:20", False),
    ("client/x", "5:20", "5:21", False),
]


def test_what_refusals_knew_of_entries_is_known_as_aliases(database: Database) -> None:
    """An installation of before: the entries that a mend stands for were columns of the refusal."""
    with refused_before(database, "0002") as connection:
        # No further: the next one takes an index away beside servers that write, which no transaction may surround.
        command.upgrade(migration_config(connection), "0006")
        rows = connection.execute(text("SELECT cell, entry, stands FROM alias ORDER BY id")).all()
        known = [(cell, entry, stands, False) for cell, entry, stands in rows]
        assert [*sorted(known[:2]), *known[2:]] == ALIASES
        assert aliases_of_before(Session(connection), "o") == []


def test_a_server_of_the_version_before_keeps_refusals_beside_this_one(database: Database) -> None:
    """While several servers are upgraded one after the other, all of them write, and what one knew the others know."""
    with refused_before(database, "head") as connection:
        session = Session(connection)
        assert [edit.id for edit in open_refusals(session, "o", "u")] == ["r4", "r5", "r6"]
        assert aliases_of_before(session, "o") == ALIASES
        assert aliases_of(session, "o") == []


def test_codes_are_compared_by_what_is_seen_of_them_where_nothing_stands_in_the_way(
    database: Database,
) -> None:
    kept = {"E\u0301-1": "e\u0301-1", "P-2\u200b": "p-2\u200b", "P-3": "p-3", "P-3\u200b": "p-3\u200b"}
    with database.engine.connect() as connection:
        command.upgrade(migration_config(connection), "0009")
        connection.commit()
    with database.writing() as session:
        company = add_company(session, name="Ébénisterie Boréale")
        for code, key in kept.items():
            product = add_product(session, company.id, {**DOOR, "code": f"as it was {key.encode().hex()}"})
            product.code, product.code_key = code, key
    database.migrate()
    with database.reading() as session:
        keys = dict(session.exec(select(Product.code, Product.code_key)).all())
    assert keys == {"E\u0301-1": "\u00e9-1", "P-2\u200b": "p-2", "P-3": "p-3", "P-3\u200b": "p-3\u200b"}


def test_the_words_of_every_order_with_lines_are_owed_to_a_version_that_finds_it_by_more(
    database: Database,
) -> None:
    with database.engine.connect() as connection:
        command.upgrade(migration_config(connection), "0008")
        connection.commit()
    with database.writing() as session:
        company = add_company(session, name="Ébénisterie Boréale")
        for order_id, lines in (("empty", 0), ("filled", 2)):
            facts: dict[str, Any] = {
                "made_by": "client",
                "epoch": "e",
                "writer": 1,
                "created_at": now(),
                "changed_at": now(),
            }
            session.add(
                Order(id=order_id, supplier_id=company.id, client_id=company.id, lines=lines, **facts)
            )
    database.migrate()
    with database.reading() as session:
        assert [order_id for order_id, _ in owed_words(session, now())] == ["filled"]


def test_indexes_come_first_in_their_revisions() -> None:
    """What a revision did before one is made beside writers would stay when it is interrupted, and stand in the way."""
    for file in sorted((MIGRATIONS / "versions").glob("0*.py")):
        functions = [each for each in ast.parse(file.read_text()).body if isinstance(each, ast.FunctionDef)]
        for upgrade in (each for each in functions if each.name == "upgrade"):
            online = [
                any(
                    isinstance(part, ast.Name) and part.id in ("create_index", "drop_index")
                    for part in ast.walk(step)
                )
                for step in upgrade.body
            ]
            assert online == sorted(online, reverse=True), file.name
