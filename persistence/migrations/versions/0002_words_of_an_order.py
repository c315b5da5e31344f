"""The words of an order are found in one index, so that a search holds orders against its words cheaply."""

from alembic import op

from persistence.migrations.online import create_index

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("ix_order_word_found", "order_word", ["order_id", "word"])
    op.drop_index("ix_order_word_order", "order_word")
