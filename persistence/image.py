"""Pictures of products, as WebP, under the hash of their content.

One that is kept never changes nor goes: orders point at it.
"""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import Column, LargeBinary
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

from persistence.clock import now
from persistence.columns import UtcTime


class Image(SQLModel, table=True):
    """One picture of a company. `content` and `thumbnail` are WebP; `id` is a hash of owner and content."""

    __tablename__ = "image"

    id: str = Field(primary_key=True, max_length=32)
    company_id: str = Field(foreign_key="company.id", index=True, max_length=32)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    thumbnail: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime)


def keep_image(session: Session, image_id: str, company_id: str, content: bytes, thumbnail: bytes) -> None:
    """Keep a picture, unless it is kept already."""
    if image_owner(session, image_id) is not None:
        return
    with suppress(IntegrityError), session.begin_nested():  # another process may keep the same one just now
        session.add(Image(id=image_id, company_id=company_id, content=content, thumbnail=thumbnail))


def image_owner(session: Session, image_id: str) -> str | None:
    """The company whose picture it is, or None."""
    return session.exec(select(Image.company_id).where(col(Image.id) == image_id)).first()


def image_bytes(session: Session, image_id: str, *, thumbnail: bool = False) -> bytes | None:
    """The picture, or its thumbnail; None when there is none."""
    column = Image.thumbnail if thumbnail else Image.content
    return session.exec(select(column).where(col(Image.id) == image_id)).first()
