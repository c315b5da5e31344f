"""The page speaks one language, and the other lies ready."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.browser import Window
from tests.journeys.sheet import Sheet
from tests.journeys.trade import ANNA, Trade
from tests.journeys.words import Words

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
