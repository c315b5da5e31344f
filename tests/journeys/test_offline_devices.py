"""One machine: a browser closed and started again, two people who share it, and what the browser is asked for."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.away import Traveller, elsewhere, in_french, sent_order
from tests.journeys.browser import FLAGS, PATIENCE_MS, Window, program
from tests.journeys.installation import PASSWORD
from tests.journeys.sheet import Sheet
from tests.journeys.trade import ANNA, SOPHIE, Trade
from tests.journeys.words import Words

Enters = Callable[..., Window]


def started(browser: Browser, folder: Path, url: str) -> BrowserContext:
    """A browser of its own, with what it kept of last time in a folder."""
    context = browser.browser_type.launch_persistent_context(
        folder, executable_path=program(), args=FLAGS, base_url=url, locale="fr-CA"
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


def sign_in(page: Page, words: Words, email: str) -> None:
    page.get_by_label(words["e-mail"]).fill(email)
    page.get_by_label(words["password"], exact=True).fill(PASSWORD)
    page.get_by_role("button", name=words["sign in"]).click()
    expect(page.locator(".rail-account")).to_be_visible()


@in_french
def test_a_browser_started_again_without_a_server_goes_on_where_it_was_closed(
    trade: Trade, browser: Browser, words: Words, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    trade.speak("fr")
    order = sent_order(trade)
    first = started(browser, tmp_path, trade.installation.url)
    first.pages[0].goto(f"/orders/{order}")
    sign_in(first.pages[0], words, ANNA)
    anna = Traveller(Sheet(first.pages[0], words))
    anna.sheet.is_saved()
    anna.packs().leaves()
    anna.writes(1, "quantity", "7")
    anna.has_unsent(1)
    first.close()
    trade.installation.stop()
    request.addfinalizer(trade.installation.go_on)
    second = started(browser, tmp_path, trade.installation.url)
    request.addfinalizer(second.close)
    second.set_offline(True)
    anna = Traveller(Sheet(second.pages[0], words).open(order))
    expect(anna.sheet.cell(1, "quantity").locator(".value-now")).to_have_text("7")
    anna.has_unsent(1)
    anna.writes(2, "quantity", "12")
    anna.has_unsent(2)
    trade.installation.go_on()
    anna.returns()
    written = trade.people[SOPHIE].call("GET", f"/api/orders/{order}")["client"]
    assert (written["lines/a/quantity"], written["lines/b/quantity"]) == ("7", "12")


@in_french
def test_two_people_of_one_machine_never_meet_each_others_copies(
    trade: Trade, enters: Enters, words: Words
) -> None:
    draft = trade.new_order("client")
    line = {"lines/a/product": trade.products["PG-300"], "lines/a/position": "1", "lines/a/quantity": "5"}
    elsewhere(trade.people[ANNA], draft, lambda peer: peer.write("client", line))
    window = enters(ANNA)
    page = window.page
    anna = Traveller(Sheet(page, words).open(draft)).packs()
    anna.leaves()
    anna.writes(1, "quantity", "7")
    anna.has_unsent(1)
    page.goto("about:blank")
    window.context.clear_cookies(name="session")
    window.context.set_offline(False)
    page.goto("/orders")
    sign_in(page, words, SOPHIE)
    expect(page.get_by_role("heading", level=1)).to_have_text(words["orders"])
    expect(page.locator("[data-unsent]")).to_have_count(0)
    page.goto(f"/orders/{draft}")
    expect(page.locator("[data-ending=not_found]")).to_be_visible()
    window.context.set_offline(True)
    page.goto(f"/orders/{draft}")
    expect(page.get_by_text("cet appareil n’a pas de copie de cette commande")).to_be_visible()
    expect(page.get_by_text("Poignée")).to_have_count(0)
    window.context.set_offline(False)
    page.goto("/orders")
    page.locator(".rail-account").click()
    page.get_by_role("menuitem", name="Fermer la session").click()
    sign_in(page, words, ANNA)
    anna.sheet.open(draft).is_saved()
    assert trade.people[ANNA].call("GET", f"/api/orders/{draft}")["client"]["lines/a/quantity"] == "7"


@in_french
def test_a_browser_is_asked_to_keep_its_copies_at_the_first_edit(
    trade: Trade, enters: Enters, words: Words
) -> None:
    window = enters(ANNA)
    window.page.add_init_script("""
      window.asked = 0;
      const persist = navigator.storage.persist.bind(navigator.storage);
      navigator.storage.persist = () => { window.asked += 1; return persist(); };
    """)
    sheet = Sheet(window.page, words).open(sent_order(trade))
    sheet.is_saved()
    assert window.page.evaluate("window.asked") == 0
    sheet.write(1, "quantity", "7")
    sheet.write(2, "quantity", "12")
    assert window.page.evaluate("window.asked") == 1
