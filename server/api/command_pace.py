"""How often commands may be given: each is a mail to everybody of the other company, or to a stranger."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from server.api.party import check_pace, count_invitation
from server.problem import Problem
from server.throttle import Throttle

COMMANDS: Final = 60
COMMANDS_WINDOW: Final = 3_600
"""Seconds. Of one company to one order: people who negotiate do not come near it, and a program gone wild does."""


@dataclass(frozen=True, slots=True)
class CommandPace:
    """Of one company to one order, when it gives a command. `invites`: nobody of the other company has joined, so that
    the mail invites, and counts as an invitation."""

    throttle: Throttle
    company_id: str
    order_id: str
    invites: bool
    at: datetime

    def check(self) -> None:
        """Raises Problem 429 when it would be one too many."""
        if self.invites:
            check_pace(self.throttle, self.company_id, self.at)
        if wait := self.throttle.wait(self._key, limit=COMMANDS, window=COMMANDS_WINDOW, at=self.at):
            raise Problem(429, "too_many_requests", headers={"Retry-After": str(wait)})

    def count(self) -> None:
        """The command was taken."""
        if self.invites:
            count_invitation(self.throttle, self.company_id, self.at)
        self.throttle.count(self._key, self.at)

    @property
    def _key(self) -> tuple[str, str, str]:
        return ("command", self.order_id, self.company_id)
