"""Changes of tables that nobody's edits wait for, on PostgreSQL; on SQLite they wait for the migration as a whole.

create_index("ix_order_word_found", "order_word", ["order_id", "word"])      # within a revision's upgrade
"""

from collections.abc import Sequence

from alembic import op


def create_index(name: str, table: str, columns: Sequence[str]) -> None:
    """Make an index while servers write. What an interrupted attempt left is removed first."""
    context = op.get_context()
    if context.dialect.name != "postgresql":
        op.create_index(name, table, list(columns))
        return
    with context.autocommit_block():
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
        op.create_index(name, table, list(columns), postgresql_concurrently=True)


def drop_index(name: str, table: str) -> None:
    """Take an index away while servers read and write. An interrupted attempt may have done it already."""
    context = op.get_context()
    if context.dialect.name != "postgresql":
        op.drop_index(name, table)
        return
    with context.autocommit_block():
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
