"""What Boréale has on its shelves in the demo, and its stock bot at work: one order is short, and says so."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlmodel import Session

from persistence.bot_settings import change_settings
from persistence.claim import claimants
from persistence.stock import serving
from server.bots.stock_bot import StockBot
from server.catalogue.stock_rules import Wanted
from server.catalogue.stock_writing import write_rows
from server.demo.sheet import Stage

SUPPLIER: Final = "boreale"
SETTINGS: Final = {"mode": "propose", "tolerance_percent": "10", "tolerance_days": 10}


@dataclass(frozen=True, slots=True)
class Counted:
    """What is there beyond what agreed orders hold. arrivals: quantity and working days from today."""

    code: str
    free: str
    arrivals: tuple[tuple[str, int], ...] = ()
    finish: str = ""

    @property
    def variant(self) -> str:
        return f"finish={self.finish}" if self.finish else ""


# Made-to-measure goods have no stock; hardware has, and mouldings by their finish.
SHELVES: Final = [
    Counted("H-110", "184", (("200", 12),)),
    Counted("H-155", "22", (("40", 18),)),
    Counted("H-COI", "16"),
    Counted("Q-C18", "9", (("50", 7),)),
    Counted("Q-C21", "46"),
    Counted("Q-POI-L", "38", (("100", 25),)),
    Counted(
        "Q-POI-N", "26", (("24", 14), ("60", 30))
    ),  # the open orders ask for more: the shortage to look at
    Counted("Q-TAQ", "7", (("20", 4),)),
    Counted("M-COR-ER", "31", (), "clear"),
    Counted("M-COR-ER", "12", (("24", 9),), "walnut"),
    Counted("M-COR-ER", "18", (), "raw"),
    Counted("M-COR-CH", "14", (("30", 9),)),
    Counted("M-VAL-ER", "6", (("12", 16),)),
    Counted("M-QUA-ER", "212.5", (("300", 5),)),
]


async def count_shelves(stage: Stage, bot: StockBot) -> None:
    """Luc's count of half an hour ago, through the door that programs use; the bot answers, and tells of it."""
    services, calendar, supplier_id = stage.services, stage.calendar, stage.companies[SUPPLIER]
    stage.clock.at = calendar.ago(29)
    held = await services.db.read(_held, supplier_id, stage.products)
    rows = {
        number: Wanted(
            None,
            one.code,
            "",
            one.variant,
            format(held[one.code, one.variant] + Decimal(one.free), "f"),
            tuple((quantity, calendar.date(days)) for quantity, days in one.arrivals),
        )
        for number, one in enumerate(SHELVES)
    }
    await services.db.write(change_settings, supplier_id, SETTINGS)
    written = await write_rows(services, supplier_id, rows)
    if written.faults:
        raise ValueError(f"the demo's stock is not sound: {written.faults}")
    await bot.catch_up()
    stage.clock.at = calendar.ago(23)  # what it wrote has gathered long enough to be mailed
    await bot.catch_up()


def _held(session: Session, supplier_id: str, products: dict[str, str]) -> dict[tuple[str, str], Decimal]:
    """What agreed orders hold, by code and variant."""
    variants: dict[str, list[str]] = defaultdict(list)
    for one in SHELVES:
        variants[products[one.code]].append(one.variant)
    codes = {products[code]: code for code in products}
    held: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for claimant in claimants(session, supplier_id, variants):
        need = claimant.need
        variant = serving(variants[need.product_id], need.choices)
        if variant is not None:
            held[codes[need.product_id], variant] += Decimal(need.held or 0) + Decimal(need.held_later or 0)
    return held
