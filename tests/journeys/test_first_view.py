"""What a first visit must fetch before it can be used, in a browser that has nothing yet."""

from collections.abc import Callable
from typing import Final

from tests.journeys.browser import Window
from tests.journeys.sheet import Sheet
from tests.journeys.trade import ANNA, Trade
from tests.journeys.wire import carried, of_application
from tests.journeys.words import Words

Enters = Callable[..., Window]
Opens = Callable[..., Window]
BUDGET: Final = 150_000


def test_the_first_view_of_an_order_is_small(trade: Trade, enters: Enters, words: Words) -> None:
    window = enters(ANNA)
    order = trade.new_order("client")
    with carried(window.page) as taken:
        Sheet(window.page, words).open(order).is_saved()
    is_small(taken, "SheetPage")


def test_the_door_is_small(trade: Trade, opens: Opens) -> None:
    window = opens(trade.installation.url)
    with carried(window.page) as taken:
        window.page.goto("/sign-in", wait_until="networkidle")
    is_small(taken, "SignIn")


def is_small(taken: dict[str, float], page: str) -> None:
    files = of_application(taken)
    assert any(page in path for path in files), files
    assert sum(files.values()) < BUDGET, sorted(files.items(), key=lambda one: -one[1])
