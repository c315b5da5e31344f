"""What one needs is in sight on every screen: nothing of the sheet lies behind what is opened beside it or over it."""

from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.browser import Window
from tests.journeys.sheet import Sheet
from tests.journeys.trade import ANNA, Trade
from tests.journeys.words import Words

Enters = Callable[..., Window]
SCREENS: Final = ((1280, 800), (1024, 768), (768, 1024), (360, 640))
# Whether a person who points at the middle of it would touch it, and nothing else.
IS_ON_TOP: Final = """(one) => {
  const { left, top, width, height } = one.getBoundingClientRect();
  const there = document.elementFromPoint(left + width / 2, top + height / 2);
  return there !== null && (one.contains(there) || there.contains(one));
}"""


def on_top(one: Locator) -> None:
    expect(one).to_be_in_viewport(ratio=0.99)
    assert one.evaluate(IS_ON_TOP), f"{one} lies behind something"


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_what_opens_beside_the_sheet_covers_neither_its_head_nor_its_foot_nor_its_end(
    trade: Trade, enters: Enters, words: Words, width: int, height: int
) -> None:
    order = trade.new_order("client")
    sheet = Sheet(enters(ANNA).page, words).open(order)
    page = sheet.page
    sheet.add_by_code("PG-300\t5", "CH-400\t10", "PG-300\t7", "CH-400\t1", "PG-300\t2", "CH-400\t3")
    page.set_viewport_size({"width": width, "height": height})
    page.get_by_role("button", name=words.pick("Commentaires", "Comments")).click()
    for one in (
        page.get_by_label(words.pick("Écrire un commentaire", "Write a comment")),
        page.locator(".action-bar [data-action=send]"),
        page.locator(".sheet-head .chip"),
        page.locator(".sheet-head .saved"),
    ):
        on_top(one)
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    on_top(page.get_by_role("button", name=words["add products"]))
