"""What a stock bot still has to look at outlives the server that was to look."""

import sqlalchemy as sa
from alembic import op

import persistence.columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "due_look",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("supplier_id", sa.String(length=32), nullable=False),
        sa.Column("product_id", sa.String(length=64), nullable=False),
        sa.Column("due_at", persistence.columns.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["supplier_id"], ["company.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_due_look_due", "due_look", ["due_at"])
    op.create_index("ix_due_look_product", "due_look", ["supplier_id", "product_id"])
