"""What the stock bot looks at: stock, the orders that want it, who wrote what in them, and what was decided before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from persistence.bot_decision import BotDecision, decisions_of, last_writers
from persistence.bot_settings import BotSettings, settings_of
from persistence.claim import Claimant, claimants
from persistence.product import load_products
from persistence.stock import StockLevel, levels_of
from persistence.stock_event import last_event
from schema.cells import line_key
from server.gate.author import BOT_ID

BOT_NAME: Final = "Stock"
CORRECTIONS: Final = 3
"""How often the bot writes one cell before its client has signed again; then it leaves the cell to people."""


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a plan follows from. writers: who last wrote a cell, by order and address; decisions: by order and line;
    today: `YYYY-MM-DD`."""

    supplier_id: str
    settings: BotSettings
    event: int
    levels: list[StockLevel]
    claimants: list[Claimant]
    writers: Mapping[tuple[str, str], str | None]
    decisions: Mapping[tuple[str, str], list[BotDecision]]
    units: Mapping[str, str]
    today: str

    def is_free(self, claimant: Claimant, key: str) -> bool:
        """Whether the bot may write a cell of the supplier's: nobody else set it, nobody undid it, not too often."""
        address = f"supplier/{key}"
        if self.writers.get((claimant.order_id, address), BOT_ID) not in (BOT_ID, None):
            return False
        decisions = self.decisions.get((claimant.order_id, claimant.line), [])
        return (
            not is_undone(decisions, address)
            and corrections(decisions, address, claimant.round) < CORRECTIONS
        )


def is_undone(decisions: Iterable[BotDecision], address: str) -> bool:
    """Whether a person undid a decision about this cell; then it stays undone."""
    return any(decision.undone_at and address in written_by(decision) for decision in decisions)


def corrections(decisions: Iterable[BotDecision], address: str, round_: int) -> int:
    """How often the bot has written a cell in one round: since the client last signed."""
    return sum(
        address in written_by(decision)
        for decision in decisions
        if decision.state == "written" and decision.round == round_
    )


def written_by(decision: BotDecision) -> list[str]:
    """The addresses that a decision concerns."""
    return [cell["cell"] for cell in decision.cells]


def quantity_keys(line: str, point: str) -> tuple[str, str]:
    """The keys of a line's quantity and of its back-order."""
    last = (point,) if point else ()
    return line_key(line, "quantity", *last), line_key(line, "backorder_quantity", *last)


def load_situation(
    session: Session, supplier_id: str, product_ids: Iterable[str], today: str
) -> Situation | None:
    """The situation of some of a supplier's products; None where his bot is not at work."""
    settings = settings_of(session, supplier_id)
    if not settings.works:
        return None
    products = set(product_ids)
    levels = levels_of(session, supplier_id, products)
    wanting = claimants(session, supplier_id, {level.product_id for level in levels})
    orders = {one.order_id for one in wanting if one.state != "agreed"}
    decisions: defaultdict[tuple[str, str], list[BotDecision]] = defaultdict(list)
    for decision in decisions_of(session, orders):
        decisions[decision.order_id, decision.line].append(decision)
    return Situation(
        supplier_id=supplier_id,
        settings=settings,
        event=last_event(session, supplier_id),
        levels=levels,
        claimants=wanting,
        writers=last_writers(session, orders),
        decisions=decisions,
        units={id_: product.unit for id_, product in load_products(session, supplier_id, products).items()},
        today=today,
    )
