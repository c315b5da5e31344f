"""What a first visit must fetch before it can be used, in a browser that has nothing yet.

Browsers take Brotli over https and from localhost, elsewhere only gzip. The worker that keeps the application on the
device is left out: it fetches the same files behind the page, and what it has already would count as nothing.
"""

from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import Window
from tests.journeys.sheet import Sheet
from tests.journeys.trade import ANNA, Trade
from tests.journeys.wire import carried, of_application
from tests.journeys.words import Words

Enters = Callable[..., Window]
Opens = Callable[..., Window]
ENCODINGS: Final = ("br, gzip", "gzip")
ORDER_BYTES: Final = 150_000
# What neither the door nor the list needs (the documents' library, the other language) is as much again.
DOOR_BYTES: Final = 70_000
LIST_BYTES: Final = 75_000


# What a page fetches once it has been calm for a while is not of its first view, however long that takes to come.
STAYS_FIRST: Final = """
  const set = window.setTimeout;
  window.setTimeout = (work, after, ...more) => after >= 1500 ? 0 : set(work, after, ...more);
"""


@pytest.fixture(params=ENCODINGS)
def alone(request: pytest.FixtureRequest) -> dict[str, object]:
    """The options of a window that takes some encodings and has no worker."""
    return {"service_workers": "block", "extra_http_headers": {"Accept-Encoding": request.param}}


def test_the_first_view_of_an_order_is_small(
    trade: Trade, enters: Enters, words: Words, alone: dict[str, object]
) -> None:
    window = enters(ANNA, **alone)
    order = trade.new_order("client")
    with carried(window.page) as taken:
        Sheet(window.page, words).open(order).is_saved()
    is_small(taken, "SheetPage", ORDER_BYTES)


def test_the_first_view_of_the_list_is_small(enters: Enters, words: Words, alone: dict[str, object]) -> None:
    window = enters(ANNA, **alone)
    window.page.add_init_script(STAYS_FIRST)
    with carried(window.page) as taken:
        window.page.goto(
            "/purchases", wait_until="networkidle"
        )  # soon, where the machine has no time for the page
        expect(window.page.get_by_role("button", name=words["create a purchase"]).first).to_be_visible()
    is_small(taken, "OrdersPage", LIST_BYTES)


def test_the_door_is_small(trade: Trade, opens: Opens, words: Words, alone: dict[str, object]) -> None:
    window = opens(trade.installation.url, **alone)
    with carried(window.page) as taken:
        window.page.goto("/sign-in", wait_until="networkidle")
        expect(window.page.get_by_label(words["e-mail"])).to_be_visible()
    is_small(taken, "SignIn", DOOR_BYTES)


def is_small(taken: dict[str, float], page: str, limit: int) -> None:
    files = of_application(taken)
    assert any(page in path for path in files), files
    assert sum("/texts." in path for path in files) == 1, "one language, and it is there"
    assert min(files.values()) > 0, "everything came by this wire"
    assert sum(files.values()) < limit, sorted(files.items(), key=lambda one: -one[1])
