"""What handlers work with: the composition root puts it together once, see `server.app.create_app`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sqlmodel import Session

from persistence.clock import Clock, now
from persistence.database import Database
from server.large_work import LargeWork
from server.mail.post import Mail
from server.orders.live import LiveLists
from server.people.open_sockets import OpenSockets
from server.people.revocations import Revocations
from server.rooms.pace import Pace
from server.rooms.rooms import Rooms
from server.settings import Settings
from server.throttle import Throttle

# Called in the transaction that accepts an invitation: moves what was prepared for one company to another, and gives
# the ids of the orders that moved.
Adopt = Callable[[Session, str, str], list[str]]
StockListener = Callable[[str, Iterable[str]], None]


@dataclass
class Services:
    """The outside things, and the state that lives as long as the process."""

    settings: Settings
    db: Database
    mail: Mail
    rooms: Rooms
    lists: LiveLists
    adopt: Adopt
    clock: Clock = now
    revocations: Revocations = field(default_factory=Revocations)
    throttle: Throttle = field(default_factory=Throttle)
    pace: Pace = field(default_factory=Pace)
    large_work: LargeWork = field(default_factory=LargeWork)
    stock_listeners: list[StockListener] = field(default_factory=list)
    sockets: OpenSockets = field(init=False)

    def __post_init__(self) -> None:
        most = self.settings.sockets_per_person
        self.sockets = OpenSockets(self.db, self.clock, self.revocations, most)
        self.rooms.listeners.append(self.pace.hear)

    def today(self) -> str:
        """Return the day that it is where people are: `2026-12-05`."""
        return self.settings.day_at(self.clock())

    def stock_changed(self, supplier_id: str, product_ids: Iterable[str]) -> None:
        """Say that what a supplier has of some products was changed, once that is committed."""
        self.lists.hear_stock(supplier_id)
        for listener in self.stock_listeners:
            listener(supplier_id, product_ids)
