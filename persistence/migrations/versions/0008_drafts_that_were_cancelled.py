"""A draft that was cancelled was shown to the company it had never been sent to; what was sent has a number."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for maker, other in (("supplier", "client"), ("client", "supplier")):
        op.execute(
            f"""UPDATE "order" SET {other}_status = 'hidden'
                WHERE number IS NULL AND made_by = '{maker}' AND {other}_status = 'closed'"""  # noqa: S608
        )


def downgrade() -> None:
    pass
