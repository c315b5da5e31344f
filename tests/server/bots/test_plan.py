"""Whole plans over many orders, sizes and variants: never more than there is, first come first served, and at rest."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from persistence.bot_settings import BotSettings
from persistence.claim import Claimant, Need
from persistence.stock import Key, StockLevel
from server.bots.plan import OrderPlan, plan
from server.bots.situation import Situation, quantity_keys
from server.gate.author import BOT_ID

TODAY = "2026-12-01"
DAYS = ("2026-12-12", "2027-01-03")
POINTS = ("S", "M")
VARIANTS = ("", "wood=oak")
MIDNIGHT = datetime(2026, 12, 1, tzinfo=UTC)
AMOUNTS = st.integers(0, 12).map(str)


@st.composite
def levels(draw: st.DrawFn) -> list[StockLevel]:
    """Stock of one product: some sizes, each of some variants."""
    keys = draw(st.sets(st.tuples(st.sampled_from(POINTS), st.sampled_from(VARIANTS)), min_size=1))
    arrivals = st.lists(
        st.fixed_dictionaries({"quantity": AMOUNTS, "date": st.sampled_from(DAYS)}), max_size=2
    )
    return [
        StockLevel(
            product_id="shirt", point=point, variant=variant, supplier_id="boreale", on_hand=draw(AMOUNTS),
            arrivals=draw(arrivals), updated_at=MIDNIGHT,
        )
        for point, variant in sorted(keys)
    ]  # fmt: skip


@st.composite
def orders(draw: st.DrawFn) -> list[Claimant]:
    """Open and agreed orders, in the order in which their clients signed (or were numbered, at one time); lines
    of one or of both sizes."""
    found = []
    minutes = draw(st.sampled_from((0, 1)))
    for number in range(draw(st.integers(1, 6))):
        state = draw(st.sampled_from(("open", "open", "agreed")))
        choices = draw(st.sampled_from(("", "wood=oak", "wood=ash")))
        for point in draw(st.sets(st.sampled_from(POINTS), min_size=1)):
            amount = draw(AMOUNTS)
            asked, held = (None, amount) if state == "agreed" else (amount, None)
            need = Need("shirt", choices, asked, None, None, None, None, held=held)
            since = MIDNIGHT + timedelta(minutes=number * minutes)
            # Ids go the other way round, so that they cannot stand in for numbers.
            identity = (f"o{9 - number}", 1, state, since, 1, f"2026-{number:04d}")
            found.append(Claimant(*identity, "a", point, need))
    return found


def situation(stock: list[StockLevel], claimants: list[Claimant]) -> Situation:
    writers = {
        (one.order_id, f"supplier/{key}"): BOT_ID
        for one in claimants
        for key in quantity_keys(one.line, one.point)
    }
    settings = BotSettings(supplier_id="boreale", mode="propose")
    return Situation("boreale", settings, 1, stock, claimants, writers, {}, {"shirt": "each"}, TODAY)


def after(claimants: list[Claimant], plans: list[OrderPlan]) -> list[Claimant]:
    """The orders as they stand once what is planned is written."""
    cells = {(one.order_id, line.line): line.cells for one in plans for line in one.lines}
    return [_written(one, cells.get((one.order_id, one.line))) for one in claimants]


def _written(claimant: Claimant, cells: dict[str, str | None] | None) -> Claimant:
    quantity, later = quantity_keys(claimant.line, claimant.point)
    if cells is None or quantity not in cells:
        return claimant
    date = cells[f"lines/{claimant.line}/backorder_date"]
    need = claimant.need._replace(offered=cells[quantity], later=cells[later], later_date=date)
    return claimant._replace(need=need)


def serving_key(claimant: Claimant, stock: list[StockLevel]) -> Key | None:
    """By the words of the rule: the variant that names most of the line's choices."""
    fitting = [
        one for one in stock
        if one.point == claimant.point and one.variant in ("", claimant.need.choices)
    ]  # fmt: skip
    return max(fitting, key=lambda one: len(one.variant)).key if fitting else None


def promised(claimant: Claimant) -> Decimal:
    """What an order says its client gets, now and later."""
    need = claimant.need
    if claimant.state == "agreed":
        return Decimal(need.held or 0)
    now = need.asked if need.offered is None else need.offered
    return Decimal(now or 0) + Decimal(need.later or 0)


@given(levels(), orders())
def test_no_size_of_no_variant_is_promised_beyond_what_agreed_orders_leave(
    stock: list[StockLevel], claimants: list[Claimant]
) -> None:
    written = after(claimants, plan(situation(stock, claimants)))
    open_, agreed = defaultdict[Key, Decimal](Decimal), defaultdict[Key, Decimal](Decimal)
    for one in written:
        if key := serving_key(one, stock):
            (agreed if one.state == "agreed" else open_)[key] += promised(one)
    for level in stock:
        total = Decimal(level.on_hand) + sum((Decimal(one["quantity"]) for one in level.arrivals), Decimal(0))
        assert open_[level.key] <= max(Decimal(0), total - agreed[level.key])


@given(levels(), orders())
def test_who_signed_first_lacks_nothing_that_somebody_behind_him_gets(
    stock: list[StockLevel], claimants: list[Claimant]
) -> None:
    written = [one for one in after(claimants, plan(situation(stock, claimants))) if one.state == "open"]
    for level in stock:
        queue = [one for one in written if serving_key(one, stock) == level.key]
        for place, one in enumerate(queue):
            if promised(one) < Decimal(one.need.asked or 0):
                assert all(promised(behind) == 0 for behind in queue[place + 1 :])


@given(levels(), orders())
def test_once_a_plan_is_written_there_is_nothing_more_to_write(
    stock: list[StockLevel], claimants: list[Claimant]
) -> None:
    assert plan(situation(stock, after(claimants, plan(situation(stock, claimants))))) == []


@given(levels(), levels(), orders())
def test_what_was_said_before_changes_nothing_of_what_is_said_now(
    first: list[StockLevel], then: list[StockLevel], claimants: list[Claimant]
) -> None:
    """Whatever a bot, here or on another server, wrote of an earlier state of the stock: it comes to the same."""
    once = after(claimants, plan(situation(then, claimants)))
    keys = {level.key for level in then}
    both = [level for level in first if level.key in keys]
    twice = after(claimants, plan(situation(both, claimants)))
    again = after(twice, plan(situation(then, twice)))
    assert [promised(one) for one in again] == [promised(one) for one in once]


@given(levels(), orders(), st.randoms())
def test_in_whatever_order_the_database_gives_them_it_comes_to_the_same(
    stock: list[StockLevel], claimants: list[Claimant], random: Any
) -> None:
    shuffled = list(claimants)
    random.shuffle(shuffled)
    one, other = (after(each, plan(situation(stock, each))) for each in (claimants, shuffled))
    assert sorted(map(str, one)) == sorted(map(str, other))
