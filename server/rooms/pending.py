"""What was done to an order and is not committed yet: what gathers, and what is on its way to the database."""

import asyncio
from collections.abc import Callable
from typing import Final

from server.rooms.batch import Batch

FULL_BYTES: Final = 1 << 20
FULL_CHANGES: Final = 128
"""How much one order may have waiting for a commit before its writers are made to wait: all orders share the commit,
and each of them waits for all that is in it."""


class Pending:
    """Of one order. gathering: what the next commit will hold; in_flight: what is being committed."""

    def __init__(self, order_id: str, seq: int) -> None:
        self.order_id = order_id
        self.gathering = Batch(order_id, seq)
        self.in_flight: Batch | None = None

    @property
    def empty(self) -> bool:
        """Whether what is in memory is what is committed."""
        return self.in_flight is None and self.gathering.empty

    @property
    def full(self) -> bool:
        """Whether writers have to wait for the next commit."""
        batch = self.gathering
        return len(batch.trail) + len(batch.refusals) >= FULL_CHANGES or batch.size > FULL_BYTES

    def send_off(self, seq: int) -> Batch:
        """Let what gathered be committed after journal entry `seq`; the next batch gathers from now on."""
        batch, self.gathering = self.gathering, Batch(self.order_id, seq)
        batch.seq = seq
        self.in_flight = batch
        return batch

    def drop(self, seq: int) -> list[Batch]:
        """Forget what is not committed, and go on after `seq`; what it was."""
        void = [each for each in (self.in_flight, self.gathering) if each is not None]
        self.in_flight, self.gathering = None, Batch(self.order_id, seq)
        return void

    def afterwards(self, action: Callable[[bool], None]) -> None:
        """Call `action` once everything that is in memory now is committed (True), or must be judged again (False)."""
        if not self.gathering.empty:
            self.gathering.afterwards.append(action)
        elif self.in_flight is not None:
            self.in_flight.afterwards.append(action)
        else:
            action(True)

    def settled(self) -> "asyncio.Future[bool]":
        """The same as something to wait for."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def resolve(committed: bool) -> None:
            if not done.done():
                done.set_result(committed)

        self.afterwards(resolve)
        return done
