"""An order on paper: all of its lines, however few of them a screen draws, and nothing that one presses."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import Window
from tests.journeys.sheet import Sheet
from tests.journeys.trade import ANNA, Trade
from tests.journeys.words import Words

Enters = Callable[..., Window]
DESK: Final[dict[str, Any]] = {}
PHONE: Final = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
LINES: Final = 60
# What is there when the page turns to paper.
KEEPS_PRINTED: Final = """() => matchMedia("print").addEventListener("change", () => {
  window.printed = [...document.querySelectorAll("[data-line]")].map((one) => one.dataset.line);
}, { once: true })"""
# How far each line begins below the end of the one before, and the foot below the last line.
GAPS: Final = """() => {
  const all = [...document.querySelectorAll("[data-line], .action-bar")].map((one) => one.getBoundingClientRect());
  return all.slice(1).map((box, at) => box.top - all[at].bottom);
}"""
# What one chooses with is a value too.
PRESSED: Final = "a, button:not(.fact-pick), .rail, .bottom, .skip, .aside"


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_an_order_is_printed_with_all_of_its_lines(
    trade: Trade, enters: Enters, words: Words, device: dict[str, Any]
) -> None:
    order = trade.new_order("client")
    fill(Sheet(enters(ANNA).page, words).open(order), LINES)
    # What opens over an order or beside it comes after a worker, or late: it is not there yet.
    page = enters(ANNA, color_scheme="dark", **device).page
    page.goto(f"/orders/{order}")
    lines = page.locator("[data-line]")
    lines.first.wait_for()
    assert lines.count() < LINES, "a screen draws what it shows"

    page.evaluate(KEEPS_PRINTED)
    page.pdf(format="Letter")
    assert len(set(page.evaluate("() => window.printed"))) == LINES
    expect(lines).not_to_have_count(LINES)

    page.emulate_media(media="print")
    page.evaluate("() => void dispatchEvent(new Event('beforeprint'))")
    expect(lines).to_have_count(LINES)
    assert min(page.evaluate(GAPS)) >= 0, "lines lie over one another"
    seen = page.locator(PRESSED).evaluate_all("(all) => all.filter((one) => one.checkVisibility()).length")
    assert seen == 0, "what is pressed on a screen is printed"
    for part in page.locator(".totals-one").all():
        expect(part).to_be_visible()
    expect(page.locator("body")).to_have_css("color", "rgb(20, 26, 36)")


def fill(sheet: Sheet, lines: int) -> None:
    sheet.page.get_by_role("button", name=sheet.words["add products"]).focus()
    sheet.paste("\n".join(["PG-300\t5"] * lines))
    # The heads, and the row that adds, are rows too.
    expect(sheet.grid).to_have_attribute("aria-rowcount", str(lines + 2))
    sheet.is_saved()
