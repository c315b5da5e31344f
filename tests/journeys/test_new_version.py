"""A later version of the application, really built: it is offered, never forced, and the unsent work goes along."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.away import in_french, on_a_new_device, sent_order
from tests.journeys.browser import Window
from tests.journeys.release import PROTOCOL, build_later
from tests.journeys.trade import ANNA, SOPHIE, Trade
from tests.journeys.words import Words

Enters = Callable[..., Window]


@pytest.fixture
def installs(trade: Trade) -> Iterator[Callable[[Path], None]]:
    """Put another release in the place of the one that runs, on the same data and the same address."""

    def install(release: Path | None) -> None:
        trade.installation.stop()
        trade.installation.release = release
        trade.installation.go_on()

    yield install
    install(None)


def mark(page: Page) -> None:
    """Note on the page itself that it was here: a page that is loaded anew has forgotten it."""
    page.evaluate("() => { window.wasHere = true; }")


def is_untouched(page: Page) -> None:
    assert page.evaluate(
        "() => window.wasHere === true && document.querySelector('meta[name=release]') === null"
    )


def is_later(page: Page) -> None:
    expect(page.locator("meta[name=release]")).to_have_attribute("content", "later")


@in_french
def test_a_later_version_is_offered_and_takes_the_unsent_work_along(
    trade: Trade, enters: Enters, words: Words, tmp_path: Path, installs: Callable[[Path], None]
) -> None:
    order = sent_order(trade)
    anna = on_a_new_device(enters(ANNA), words, order)
    other = anna.page.context.new_page()
    other.goto("/purchases")
    expect(other.locator("tbody tr").first).to_be_visible()
    for page in (anna.page, other):
        mark(page)
    anna.leaves()
    anna.writes(1, "quantity", "7")
    installs(build_later(tmp_path))
    anna.returns()
    offer = anna.page.locator("[data-later=ready]")
    expect(offer).to_contain_text("Une nouvelle version est prête. Votre travail est gardé.")
    is_untouched(anna.page)
    anna.leaves()
    anna.writes(2, "quantity", "12")
    anna.has_unsent(1)
    is_untouched(anna.page)
    offer.get_by_role("button", name="Recharger").click()
    is_later(anna.page)
    expect(anna.sheet.cell(2, "quantity").locator(".value-now")).to_have_text("12")
    anna.has_unsent(1)
    # The other tab is of the version before, and goes on: with parts of it that it had not opened yet.
    expect(other.locator("[data-later=ready]")).to_be_visible()
    other.locator(".rail").get_by_role("link", name=words["settings"]).click()
    expect(other.get_by_role("heading", level=1)).to_have_text(words["settings"])
    is_untouched(other)
    anna.returns()
    written = trade.people[SOPHIE].call("GET", f"/api/orders/{order}")["client"]
    assert (written["lines/a/quantity"], written["lines/b/quantity"]) == ("7", "12")
    expect(anna.page.locator("[data-later]")).to_have_count(0)
    other.locator("[data-later]").get_by_role("button", name="Recharger").click()
    is_later(other)


@in_french
def test_a_page_that_the_server_no_longer_understands_has_its_own_screen_and_loses_nothing(
    trade: Trade, enters: Enters, words: Words, tmp_path: Path, installs: Callable[[Path], None]
) -> None:
    order = sent_order(trade)
    anna = on_a_new_device(enters(ANNA), words, order)
    anna.leaves()
    anna.writes(1, "quantity", "7")
    installs(build_later(tmp_path, PROTOCOL))
    anna.page.context.set_offline(False)
    ended = anna.page.locator("[data-ending=outdated]")
    expect(ended).to_contain_text("Cette page date d’une version trop ancienne")
    ended.get_by_role("button", name="Copier 1 modification").click()
    assert "7" in anna.page.evaluate("navigator.clipboard.readText()")
    ended.get_by_role("button", name="Charger la version actuelle").click()
    is_later(anna.page)
    anna.sheet.is_saved()
    assert trade.people[SOPHIE].call("GET", f"/api/orders/{order}")["client"]["lines/a/quantity"] == "7"
