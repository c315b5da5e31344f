"""How a supplier's company has its bots work."""

from contextlib import suppress
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select


class BotSettings(SQLModel, table=True):
    """How a company's bots work; a company without a row has none at work.

    mode: `off`, `propose` or `send_within_tolerance`.
    tolerance_percent: of a line's quantity short at most, a decimal string; tolerance_days: late at most. dry_run:
    decide, write nothing. reminder_days: after how long a waiting order is brought to mind, None for never.
    """

    __tablename__ = "bot_settings"

    supplier_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    mode: str = "off"
    tolerance_percent: str = "0"
    tolerance_days: int = 0
    dry_run: bool = False
    reminder_days: int | None = None
    paused: bool = False

    @property
    def works(self) -> bool:
        """Whether the stock bot has anything to do here."""
        return self.mode != "off" and not self.paused


def settings_of(session: Session, supplier_id: str) -> BotSettings:
    """A company's settings, or those of a company that has set nothing."""
    return session.get(BotSettings, supplier_id) or BotSettings(supplier_id=supplier_id)


def change_settings(session: Session, supplier_id: str, values: dict[str, Any]) -> BotSettings:
    """Set the columns named in `values`."""
    row = session.get(BotSettings, supplier_id) or _first_settings(session, supplier_id)
    row.sqlmodel_update(values)
    session.add(row)
    session.flush()
    return row


def _first_settings(session: Session, supplier_id: str) -> BotSettings:
    with suppress(IntegrityError), session.begin_nested():  # another server may make them at the same time
        session.add(BotSettings(supplier_id=supplier_id))
    return session.get_one(BotSettings, supplier_id, populate_existing=True)


def companies_at_work(session: Session) -> list[str]:
    """The companies whose stock bot works."""
    query = select(BotSettings.supplier_id).where(
        BotSettings.mode != "off", col(BotSettings.paused).is_(False)
    )
    return list(session.exec(query))


def companies_that_remind(session: Session) -> list[tuple[str, int]]:
    """The companies that want waiting orders brought to mind, and after how many days."""
    query = select(BotSettings.supplier_id, BotSettings.reminder_days).where(
        col(BotSettings.reminder_days).is_not(None), col(BotSettings.paused).is_(False)
    )
    return [(supplier_id, days) for supplier_id, days in session.exec(query) if days]
