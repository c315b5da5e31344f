"""The page speaks one language, and the other lies ready; names may be in any script."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.away import elsewhere
from tests.journeys.browser import Window
from tests.journeys.sheet import Sheet
from tests.journeys.trade import ANNA, Trade
from tests.journeys.words import Words
from tests.server.peer import Peer

Enters = Callable[..., Window]


def test_one_turns_to_the_other_language_away_from_the_network_and_back(
    trade: Trade, enters: Enters, words: Words
) -> None:
    other = Words("en" if words.language == "fr" else "fr")
    page = enters(ANNA).page
    Sheet(page, words).open(trade.new_order("client")).is_saved()
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.reload()
    for language in (words, other, words):
        page.locator(".rail-account").click()
        page.get_by_role(
            "menuitemradio", name=language[{"fr": "French", "en": "English"}[language.language]]
        ).click()
        expect(page.get_by_role("link", name=language["purchases"]).first).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", language.language)
        expect(page.get_by_role("button", name=language["add products"]).first).to_be_visible()


JOB = "مشروع 12 (A)"
# From the left edge of the screen, as a reader of the script expects it: what comes first stands to the right.
LEFT_EDGES = """(about, parts) => {
  const texts = document.createTreeWalker(about, NodeFilter.SHOW_TEXT), found = {};
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    for (const part of parts.filter((part) => text.data.includes(part))) {
      const range = document.createRange();
      range.setStart(text, text.data.indexOf(part));
      range.setEnd(text, text.data.indexOf(part) + part.length);
      found[part] = range.getBoundingClientRect().left;
    }
  }
  return parts.map((part) => found[part]);
}"""


def test_what_runs_from_right_to_left_keeps_its_order_and_that_of_its_neighbours(
    trade: Trade, enters: Enters
) -> None:
    order = trade.new_order("client")

    async def fill(peer: Peer) -> None:
        handle = {
            "lines/a/product": trade.products["PG-300"],
            "lines/a/position": "1",
            "lines/a/quantity": "5",
        }
        await peer.write("client", handle | {"lines/a/job_reference": JOB})

    elsewhere(trade.people[ANNA], order, fill)
    page = enters(ANNA).page
    page.goto(f"/orders/{order}")
    about = page.locator(".product-more")
    expect(about).to_contain_text(JOB)
    edges = about.evaluate(LEFT_EDGES, ["PG-300", "(A)", "12", "مشروع"])
    assert edges == sorted(edges)
