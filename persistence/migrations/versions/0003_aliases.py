"""Aliases of what stands get a table of their own; until now they were remembered with refusals only."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ALIASES = sa.text(
    """
    INSERT INTO alias (order_id, seq, cell, entry, stands)
    SELECT order_id, seq, cell, entry, mend FROM refused_edit WHERE entry IS NOT NULL AND entry <> mend
    UNION ALL
    SELECT order_id, seq, cell, "over", mend FROM refused_edit WHERE "over" IS NOT NULL AND "over" <> mend
    ORDER BY seq
    """
)


def upgrade() -> None:
    op.create_table(
        "alias",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("cell", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("stands", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("alias", schema=None) as batch_op:
        batch_op.create_index("ix_alias_order", ["order_id", "id"], unique=False)
    op.execute(_ALIASES)
    with op.batch_alter_table("refused_edit", schema=None) as batch_op:
        for column in ("over", "entry", "mend"):
            batch_op.drop_column(column)


def downgrade() -> None:
    with op.batch_alter_table("refused_edit", schema=None) as batch_op:
        for column in ("over", "entry", "mend"):
            batch_op.add_column(sa.Column(column, sa.String(), nullable=True))
    with op.batch_alter_table("alias", schema=None) as batch_op:
        batch_op.drop_index("ix_alias_order")
    op.drop_table("alias")
