"""Sharing out what there is: who is served now, who later and when. Pure.

First come, first served, one after the other: each takes what is there by the day he wants it, the latest to arrive
first, so that what is on the shelf stays for those who cannot wait; what he still lacks he takes from the earliest
arrivals after that day. More stock never gives anybody less, nor later; nobody behind takes from anybody before.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

ZERO: Final = Decimal(0)
_SHELF: Final = ""
"""The day on which what is on hand arrived: before any other."""


@dataclass(frozen=True, slots=True)
class Stock:
    """What there is of one thing. arrivals: (quantity, `YYYY-MM-DD`), in any order."""

    on_hand: Decimal
    arrivals: tuple[tuple[Decimal, str], ...] = ()

    @property
    def total(self) -> Decimal:
        """All that there is and will be."""
        return self.on_hand + sum((quantity for quantity, _ in self.arrivals), ZERO)


@dataclass(frozen=True, slots=True)
class Demand:
    """Somebody who wants some of it. rank: the smaller is served first; due: the day he wants it, None for now.

    Several demands of one key are served each at its rank and added up.
    """

    key: Hashable
    rank: tuple[Any, ...]
    quantity: Decimal
    due: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What one gets: `now` (by the day he wants it), `later`, and the `date` by which all of `later` is there.

    missing: what nothing that is expected can cover.
    """

    now: Decimal = ZERO
    later: Decimal = ZERO
    date: str | None = None
    missing: Decimal = ZERO

    @property
    def whole(self) -> bool:
        """Whether everything is there in time."""
        return not self.later and not self.missing

    def counted_in(self, step: Decimal) -> "Share":
        """The same in multiples of the least that is sold: what is there, and what comes, rounded down."""
        if self.whole:
            return self
        now = self.now // step * step
        later = (self.now + self.later) // step * step - now
        missing = self.now + self.later + self.missing - now - later
        return Share(now, later, self.date, missing)

    def plus(self, other: "Share") -> "Share":
        """Both together."""
        dates = [date for date in (self.date, other.date) if date]
        return Share(
            self.now + other.now,
            self.later + other.later,
            max(dates, default=None),
            self.missing + other.missing,
        )


def allocate(stock: Stock, demands: Iterable[Demand]) -> Mapping[Hashable, Share]:
    """What each key gets. The same stock and demands, in whatever order they are handed in, give the same."""
    left = sorted(
        [[_SHELF, stock.on_hand], *([date, quantity] for quantity, date in stock.arrivals)], key=_date
    )
    shares: dict[Hashable, Share] = {}
    for demand in sorted(demands, key=lambda one: one.rank):
        share = _serve(left, demand)
        before = shares.get(demand.key)
        shares[demand.key] = share if before is None else before.plus(share)
    return shares


def _date(supply: list[Any]) -> str:
    day: str = supply[0]
    return day


def _serve(left: list[list[Any]], demand: Demand) -> Share:
    day = demand.due or _SHELF
    now, _ = _take([supply for supply in reversed(left) if supply[0] <= day], demand.quantity)
    later, date = _take([supply for supply in left if supply[0] > day], demand.quantity - now)
    return Share(now, later, date, demand.quantity - now - later)


def _take(supplies: list[list[Any]], wanted: Decimal) -> tuple[Decimal, str | None]:
    """Take from supplies in the order given; how much it came to, and the day of the last one touched."""
    taken, day = ZERO, None
    for supply in supplies:
        part = min(supply[1], wanted - taken)
        if part > 0:
            supply[1] -= part
            taken, day = taken + part, supply[0]
    return taken, day
