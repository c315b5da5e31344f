"""Run by Alembic, on the connection that `Database.migrate` opened."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import DateTime, String

from persistence.tables import METADATA


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write columns with SQLAlchemy's own types: a revision must not change when our code does."""
    if kind != "type":
        return False
    impl = getattr(item, "impl_instance", item)
    if isinstance(impl, DateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(impl, String) and impl is not item:
        return f"sa.String(length={impl.length})" if impl.length else "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    render_item=render_item,
    compare_type=True,
    # A revision that makes an index while servers write cannot share its transaction.
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
