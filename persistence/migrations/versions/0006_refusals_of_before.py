"""Servers of the version before go on writing refusals: they name three columns that revision 0003 took away too soon.

The next version takes them away, once it has put into `alias` what they hold by then.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_COLUMNS = ("over", "entry", "mend")


def upgrade() -> None:
    for column in _COLUMNS:
        op.add_column("refused_edit", sa.Column(column, sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("refused_edit", schema=None) as batch_op:
        for column in _COLUMNS:
            batch_op.drop_column(column)
