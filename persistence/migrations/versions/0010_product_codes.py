"""Codes are compared by what is seen of them: two accents of one letter, or a sign that shows nothing, made two of one.

Where a supplier has two products of one code now, each keeps what it has, and he is told when he saves one.
"""

import sqlalchemy as sa
from alembic import op

from persistence.product import code_key

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    rows = connection.execute(
        sa.text("SELECT supplier_id, code_key, code, id FROM product ORDER BY id")
    ).all()
    taken = {(supplier_id, key) for supplier_id, key, _, _ in rows}
    for supplier_id, kept, code, product_id in rows:
        if code.isascii() or (key := code_key(code)) == kept or (supplier_id, key) in taken:
            continue
        taken.add((supplier_id, key))
        connection.execute(
            sa.text("UPDATE product SET code_key = :key WHERE id = :id"), {"key": key, "id": product_id}
        )


def downgrade() -> None:
    pass
