"""A version that is still to come: the migrations of this one, and one more."""

import shutil
from pathlib import Path

from persistence.revision import MIGRATIONS

LATER = """
import sqlalchemy as sa
from alembic import op
from persistence.migrations.online import create_index

revision, down_revision = "later", "{head}"

def upgrade() -> None:
    create_index("ix_later", "audit", ["order_id", "at"])
    op.add_column("order", sa.Column("later", sa.String(), nullable=True))
    op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True))
"""


def with_a_later_one(folder: Path) -> Path:
    """The revisions, and one more, written into a folder."""
    shutil.copytree(MIGRATIONS, folder, dirs_exist_ok=True)
    head = max(file.name.partition("_")[0] for file in (folder / "versions").glob("0*.py"))
    (folder / "versions" / "later.py").write_text(LATER.format(head=head), encoding="utf-8")
    return folder
