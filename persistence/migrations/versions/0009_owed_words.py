"""An order is found by the jobs of its lines, too: the words of every order that has lines are owed."""

import sqlalchemy as sa
from alembic import op

import persistence.columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "owed_words",
        sa.Column("order_id", sa.String(length=32), nullable=False),
        sa.Column("at", persistence.columns.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"]),
        sa.PrimaryKeyConstraint("order_id"),
    )
    op.create_index("ix_owed_words_at", "owed_words", ["at"])
    op.execute('INSERT INTO owed_words (order_id, at) SELECT id, changed_at FROM "order" WHERE lines > 0')


def downgrade() -> None:
    op.drop_table("owed_words")
