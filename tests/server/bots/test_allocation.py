from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from server.bots.allocation import Demand, Share, Stock, allocate

DAYS = ("2026-12-12", "2026-12-20", "2027-01-03", "2027-02-10")
QUANTITIES = st.decimals(0, 20, places=1)
ARRIVALS = st.lists(st.tuples(QUANTITIES, st.sampled_from(DAYS)), max_size=4)
STOCKS = st.builds(lambda on_hand, arrivals: Stock(on_hand, tuple(arrivals)), QUANTITIES, ARRIVALS)
DUE = st.none() | st.sampled_from(DAYS)


@st.composite
def queues(draw: st.DrawFn) -> list[Demand]:
    """Demands in the order in which they are served, each with a key of its own."""
    wanted = draw(st.lists(st.tuples(QUANTITIES, DUE), max_size=6))
    return [Demand(f"o{number}", (number,), quantity, due) for number, (quantity, due) in enumerate(wanted)]


def stock_by(stock: Stock, day: str) -> Decimal:
    return stock.on_hand + sum((quantity for quantity, date in stock.arrivals if date <= day), Decimal(0))


def promised_by(demands: list[Demand], shares: Any, day: str) -> Decimal:
    """What has been promised for a day or before it."""
    total = Decimal(0)
    for demand in demands:
        share: Share = shares[demand.key]
        total += share.now if (demand.due or "") <= day else 0
        total += share.later if share.date and share.date <= day else 0
    return total


@given(STOCKS, queues())
def test_never_more_is_promised_than_there_is_on_any_day(stock: Stock, demands: list[Demand]) -> None:
    shares = allocate(stock, demands)
    assert sum((share.now + share.later for share in shares.values()), Decimal(0)) <= stock.total
    for day in ("", *DAYS):
        assert promised_by(demands, shares, day) <= stock_by(stock, day)


@given(STOCKS, queues())
def test_each_gets_what_he_asked_or_is_told_what_is_missing(stock: Stock, demands: list[Demand]) -> None:
    for demand in demands:
        share = allocate(stock, demands)[demand.key]
        assert share.now + share.later + share.missing == demand.quantity
        assert min(share.now, share.later, share.missing) >= 0
        assert (share.date is not None) is bool(share.later)
        assert share.date is None or share.date > (demand.due or "")


@given(STOCKS, queues(), st.randoms())
def test_the_order_in_which_demands_are_handed_in_changes_nothing(
    stock: Stock, demands: list[Demand], random: Any
) -> None:
    shuffled = list(demands)
    random.shuffle(shuffled)
    assert allocate(stock, shuffled) == allocate(stock, demands)


@given(STOCKS, queues())
def test_nobody_behind_changes_what_those_before_get(stock: Stock, demands: list[Demand]) -> None:
    shares = allocate(stock, demands)
    for count in range(len(demands)):
        before = allocate(stock, demands[:count])
        assert all(shares[key] == share for key, share in before.items())


@given(STOCKS, queues(), QUANTITIES, st.sampled_from(("", *DAYS)))
def test_more_stock_gives_nobody_less_and_nobody_later(
    stock: Stock, demands: list[Demand], more: Decimal, day: str
) -> None:
    richer = (
        Stock(stock.on_hand, (*stock.arrivals, (more, day)))
        if day
        else Stock(stock.on_hand + more, stock.arrivals)
    )
    poor, rich = allocate(stock, demands), allocate(richer, demands)
    for demand in demands:
        one, other = poor[demand.key], rich[demand.key]
        assert other.now >= one.now
        assert other.now + other.later >= one.now + one.later
        if not one.missing and one.date and other.date:
            assert other.date <= one.date


@given(STOCKS, queues())
def test_who_comes_first_gets_all_that_he_could_get_alone(stock: Stock, demands: list[Demand]) -> None:
    if demands:
        first = demands[0]
        assert allocate(stock, demands)[first.key] == allocate(stock, [first])[first.key]


def test_a_short_order_is_told_what_is_left_and_when_the_rest_comes() -> None:
    stock = Stock(Decimal(4), ((Decimal(2), "2026-12-20"), (Decimal(10), "2027-01-03")))
    share = allocate(stock, [Demand("o", (0,), Decimal(10))])["o"]
    assert share == Share(Decimal(4), Decimal(6), "2027-01-03")


def test_who_can_wait_leaves_the_shelf_to_who_cannot() -> None:
    stock = Stock(Decimal(5), ((Decimal(5), "2026-12-20"),))
    shares = allocate(
        stock, [Demand("patient", (0,), Decimal(5), "2027-01-03"), Demand("now", (1,), Decimal(5))]
    )
    assert shares["patient"].whole
    assert shares["now"].whole


def test_demands_of_one_key_are_served_each_at_its_rank_and_added_up() -> None:
    stock = Stock(Decimal(6))
    demands = [Demand("a", (0,), Decimal(3)), Demand("b", (1,), Decimal(2)), Demand("a", (2,), Decimal(4))]
    shares = allocate(stock, demands)
    assert (shares["a"].now, shares["b"].now) == (Decimal(4), Decimal(2))
