"""Who makes an edit or gives a command, in one order."""

from dataclasses import dataclass
from typing import Final

from schema.order import Role, Side

BOT_ID: Final = "stock-bot"
"""Under which the stock bot writes."""


@dataclass(frozen=True, slots=True)
class Author:
    """`name`: shown to the other company. rule: what drives him, where he is a program."""

    user_id: str
    name: str
    side: Side
    role: Role
    rule: str | None = None
