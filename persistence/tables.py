"""Every table, imported once, so that migrations and tests see the whole schema."""

from sqlmodel import SQLModel

from persistence import (  # noqa: F401  # to import a module declares its tables
    alias,
    audit,
    bot_decision,
    bot_notice,
    bot_settings,
    claim,
    company,
    due_look,
    idempotency,
    image,
    journal,
    link,
    order,
    order_list,
    order_number,
    order_word,
    outbox,
    person,
    product,
    refusal,
    relation,
    revocation,
    session,
    stock,
    stock_event,
    token,
)

METADATA = SQLModel.metadata
