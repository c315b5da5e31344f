"""A network that carries nothing more, and does not say so, or that carried not all of a page."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.away import elsewhere, sent_order
from tests.journeys.browser import Window
from tests.journeys.cable import Cable
from tests.journeys.sheet import Sheet
from tests.journeys.trade import ANNA, SOPHIE, Trade
from tests.journeys.words import Words

Enters = Callable[..., Window]
SILENCE_MS = 31_000


def test_a_list_that_hears_nothing_says_that_it_stands_still_and_catches_up(
    trade: Trade, enters: Enters, words: Words, cable: Cable
) -> None:
    order = sent_order(trade)
    page = enters(ANNA, cable.url).page
    page.clock.install()
    with page.expect_websocket(lambda socket: socket.url.endswith("/ws/orders")):
        page.goto("/purchases?tab=all")
    row = page.locator(f"tr:has(a[href$='{order}'])")
    expect(row).to_be_visible()
    paused = page.locator(".list-paused")
    expect(paused).to_have_count(0)
    cable.fall_silent()
    promise = {"promised_date": "2027-01-15"}
    elsewhere(trade.people[SOPHIE], order, lambda peer: peer.write("supplier", promise))
    page.clock.fast_forward(SILENCE_MS)
    expect(paused).to_contain_text(words.pick("Liste figée", "The list is standing still"))
    cable.mend()
    expect(row).to_contain_text(words.pick("15 janv", "Jan 15"))
    expect(paused).to_have_count(0)


# Whether every sheet of styles that was asked for is here. One that failed may not be read.
IS_STYLED = """() => [...document.querySelectorAll("link[rel=stylesheet]")].every((one) => {
  try { return one.sheet.cssRules.length > 0; } catch { return false; }
})"""


def test_a_window_whose_styles_did_not_come_at_first_has_them_once_they_do(
    trade: Trade, enters: Enters, words: Words
) -> None:
    page = enters(ANNA, service_workers="block").page
    sheet = Sheet(page, words).open(trade.new_order("client"))
    page.route("**/*.css", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name=words["add products"]).click()
    expect(sheet.dialog()).to_be_visible()
    assert not page.evaluate(IS_STYLED)
    page.unroute("**/*.css")
    page.wait_for_function(IS_STYLED)
