"""Telling authors what is committed: at once when it has been quiet, else what gathered, fifty times a second.

A busy editor needs to know how far his work is safe, not to be told so for each keystroke apart.
"""

import asyncio
from typing import Final

from server import envelope
from server.visitor import Visitor

PAUSE_SECONDS: Final = 0.02


class Acknowledger:
    """What is to be told, and to whom."""

    def __init__(self) -> None:
        self._due: dict[Visitor, int] = {}
        self._resting = False

    def tell(self, visitor: Visitor, through: int) -> None:
        """Everything up to the visitor's message number `through` is committed."""
        if self._resting:
            self._due[visitor] = through
            return
        visitor.push(envelope.saved(through))
        self._rest()

    def _rest(self) -> None:
        self._resting = True
        asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._tell_due)

    def _tell_due(self) -> None:
        due, self._due, self._resting = self._due, {}, False
        for visitor, through in due.items():
            visitor.push(envelope.saved(through))
        if due:
            self._rest()
