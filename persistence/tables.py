"""Every table, imported once, so that migrations and tests see the whole schema."""

from sqlmodel import SQLModel

from persistence import (
    audit,
    company,
    image,
    journal,
    order,
    order_list,
    outbox,
    person,
    product,
    refusal,
    relation,
    session,
    token,
)

MODULES = (
    audit,
    company,
    image,
    journal,
    order,
    order_list,
    outbox,
    person,
    product,
    refusal,
    relation,
    session,
    token,
)
METADATA = SQLModel.metadata
