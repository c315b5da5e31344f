"""A year of ordinary orders, drawn by lot from a fixed seed: asked, confirmed with a date, accepted, delivered."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from schema.policy import Command
from server.demo.kitchen import door, front, moulding, panel, part, worn
from server.demo.past import Calendar
from server.demo.sheet import Sheet, Wish

WIDTHS: Final = ("12", "13 1/2", "15", "15 3/4", "16 1/4", "18", "21", "23 7/8")
HEIGHTS: Final = ("24", "30", "30 1/4", "34 1/2", "36", "42")
SPECIES: Final = ("ER", "ME", "CH", "NO")
NAMES: Final = (
    "Bélanger", "Caron", "Dionne", "Fortin", "Garon", "Lévesque", "Michaud", "Ouellet", "Pelletier", "Rioux", "Soucy",
    "Thériault",
)  # fmt: skip
REMARKS: Final = (
    "Merci de protéger les coins pour le transport.",
    "Prière de téléphoner une heure avant la livraison.",
    "Même teinte que la dernière fois.",
    "Le quai est fermé entre midi et 13 h.",
)
LATE_REASONS: Final = (
    "Le séchoir est complet cette semaine.",
    "Livraison regroupée avec celle de la région.",
)


@dataclass(frozen=True, slots=True)
class Routine:
    """One ordinary order: who asks whom, and how many working days ago it began."""

    buyer: str
    supplier: str
    seller: str
    days_ago: int


def year(random: Random) -> list[Routine]:
    """The year's orders, oldest first; none begins in the last month but a few."""
    pairs = [
        ("anna", "boreale", "luc"), ("anna", "boreale", "sophie"), ("julie", "boreale", "luc"),
        ("etienne", "boreale", "luc"), ("emma", "boreale", "sophie"), ("anna", "fleuve", "claire"),
        ("julie", "boreale", "sophie"),
    ]  # fmt: skip
    weights = [9, 4, 7, 7, 5, 2, 2]
    long_ago = sorted((random.randint(30, 245) for _ in range(34)), reverse=True)
    days = [*long_ago, 24, 22, 19, 18, 14, 12, 10, 7]
    return [Routine(*random.choices(pairs, weights)[0], day) for day in days]


async def play(sheet: Sheet, cal: Calendar, routine: Routine, random: Random) -> None:
    """Play one order to where it has come by now."""
    day, hour = routine.days_ago, random.randint(8, 14)
    await _ask(sheet, cal, routine, random, hour)
    answered = max(1, day - random.randint(0, 2))
    if random.random() < 0.06:
        await sheet.give(
            routine.buyer, cal.day(answered, f"{hour + 1}:50"), "cancel", "Le chantier est reporté."
        )
        return
    promised = cal.date(-max(day - random.randint(9, 16), -8))
    offer: dict[str, str] = {"supplier/promised_date": promised}
    if random.random() < 0.3:
        offer["supplier/lines/1/promised_date"] = promised
        offer["supplier/lines/1/reason"] = random.choice(LATE_REASONS)
    answer: Command = "accept"
    if random.random() < 0.75:
        await sheet.write(routine.seller, cal.day(answered, f"{hour + 1}:21"), offer)
        answer = "send"
    await sheet.give(routine.seller, cal.day(answered, f"{hour + 1}:30"), answer)
    if answer == "send":
        await sheet.give(routine.buyer, cal.day(answered, f"{hour + 2}:04"), "accept")
    delivered = answered - random.randint(9, 17)
    if delivered >= 1:
        await sheet.give(routine.seller, cal.day(delivered, "15:45"), "deliver")


async def _ask(sheet: Sheet, cal: Calendar, routine: Routine, random: Random, hour: int) -> None:
    day, buyer = routine.days_ago, routine.buyer
    wishes = _knitwear(random) if routine.supplier == "fleuve" else _kitchen(random)
    await sheet.begin(buyer, routine.supplier, cal.day(day, f"{hour}:02"))
    await sheet.add(buyer, cal.day(day, f"{hour}:11"), *wishes)
    header = {"client/reference": f"BT-{2180 - day * 3} {random.choice(NAMES)}"}
    if random.random() < 0.7:
        header["client/requested_date"] = cal.date(-max(day - random.randint(8, 14), -6))
    await sheet.write(buyer, cal.day(day, f"{hour}:17"), header)
    if random.random() < 0.35:
        await sheet.note(buyer, cal.day(day, f"{hour}:19"), random.choice(REMARKS))
    await sheet.give(buyer, cal.day(day, f"{hour}:20"), "send")


def _kitchen(random: Random) -> list[Wish]:
    species, finish = random.choice(SPECIES), random.choice(("clear", "matte", "walnut", "raw"))
    hinge = ("left", "right")
    makers: list[Callable[[], Wish]] = [
        lambda: door(
            f"P-SHK-{species}", random.randint(2, 14), random.choice(WIDTHS), random.choice(HEIGHTS), finish,
            random.choice(hinge),
        ),
        lambda: door("P-PLA-MDF", random.randint(2, 10), random.choice(WIDTHS), random.choice(HEIGHTS), "white"),
        lambda: front("F-SHK-ER", random.randint(2, 8), random.choice(WIDTHS), "6", finish),
        lambda: panel("G-MEL", random.randint(1, 6), "24", random.choice(HEIGHTS)),
        lambda: moulding("M-COR-ER", random.randint(2, 6), finish),
        lambda: part("H-110", 2 * random.randint(4, 20)),
        lambda: part("Q-C21", random.randint(2, 14)),
        lambda: part("Q-POI-N", random.randint(6, 30)),
    ]  # fmt: skip
    return [makers[0](), *(make() for make in random.sample(makers, random.randint(1, 5)))]


def _knitwear(random: Random) -> list[Wish]:
    codes = random.sample(("TUQ-MER", "TUQ-POM", "MIT-DOU"), 2)
    return [
        worn(
            code,
            random.choice(("navy", "red", "green")),
            f"S {random.randint(1, 5)}, M {random.randint(2, 8)}",
        )
        for code in codes
    ]
