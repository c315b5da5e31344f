"""Offline is ordinary: work without a network, come back, lose nothing, be told everything."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.api import Api
from tests.journeys.away import (
    PACKED,
    Traveller,
    elsewhere,
    in_french,
    line_of,
    on_a_new_device,
    sent_order,
)
from tests.journeys.browser import Window, clear, crash, passes
from tests.journeys.conftest import Travels
from tests.journeys.installation import PASSWORD
from tests.journeys.sheet import Sheet
from tests.journeys.stock import StockPage
from tests.journeys.trade import ANNA, SOPHIE, Trade
from tests.journeys.words import Words

Enters = Callable[..., Window]


@in_french
def test_the_application_and_an_order_open_without_a_network_and_what_is_done_there_arrives(
    trade: Trade, travels: Travels, words: Words, request: pytest.FixtureRequest
) -> None:
    order = sent_order(trade)
    anna = travels(ANNA, order)
    anna.leaves()
    trade.installation.stop()
    request.addfinalizer(trade.installation.go_on)
    anna.writes(1, "quantity", "7")
    anna.has_unsent(1)
    anna.page.goto("about:blank")
    anna.sheet.open(order)
    expect(anna.sheet.cell(1, "quantity").locator(".value-now")).to_have_text("7")
    anna.has_unsent(1)
    expect(anna.bar).to_contain_text(
        words.pick("Hors ligne. 1 modification gardée", "Offline. 1 change kept")
    )
    anna.page.goto("/purchases?tab=all")
    expect(anna.page.locator("[data-as-of]")).to_be_visible()
    # Said once.
    expect(anna.page.locator(".list-paused")).to_have_count(0)
    expect(anna.page.get_by_role("table")).to_contain_text(words.pick("non envoyée", "not sent"))
    trade.installation.go_on()
    anna.page.context.set_offline(False)
    anna.sheet.open(order).is_saved()
    written = trade.people[SOPHIE].call("GET", f"/api/orders/{order}")["client"]
    assert written["lines/a/quantity"] == "7"


def test_coming_back_tells_theirs_and_mine_each_with_what_to_do(trade: Trade, travels: Travels) -> None:
    order = sent_order(trade)
    anna = travels(ANNA, order)
    anna.leaves()
    anna.writes(1, "quantity", "7")
    elsewhere(trade.people[SOPHIE], order, lambda peer: peer.write("supplier", {"lines/a/quantity": "4"}))
    anna.returns()
    expect(anna.absence).to_have_attribute("data-absence", "whole")
    theirs = anna.absence.locator("[data-group=theirs] li")
    expect(theirs).to_have_count(1)
    expect(theirs).to_contain_text("1. Poignée · Quantité")
    expect(theirs.locator("s")).to_have_text("7")
    expect(theirs.locator("strong")).to_have_text("4")
    expect(anna.absence.locator("[data-group=mine] li")).to_contain_text("7")
    theirs.get_by_role("button", name="Voir").click()
    expect(anna.sheet.cell(1, "product")).to_be_focused()
    anna.absence.get_by_role("button", name="Fermer").click()
    expect(anna.absence).to_have_count(0)


def test_a_moment_away_in_which_nothing_happened_is_not_mentioned(trade: Trade, travels: Travels) -> None:
    order = sent_order(trade)
    anna = travels(ANNA, order)
    anna.leaves()
    anna.returns()
    passes(anna.page, 600)  # what happened meanwhile is told a moment after what was saved
    expect(anna.absence).to_have_count(0)
    elsewhere(
        trade.people[SOPHIE], order, lambda peer: peer.write("supplier", {"promised_date": "2027-01-15"})
    )
    expect(anna.page.locator(".facts")).to_contain_text("15 janv")
    expect(anna.absence).to_have_count(0)


@in_french
def test_what_waits_is_sent_on_return_though_its_order_is_not_open(
    trade: Trade, enters: Enters, words: Words
) -> None:
    order = sent_order(trade)
    anna = on_a_new_device(enters(ANNA), words, order)
    anna.leaves()
    anna.writes(1, "quantity", "8")
    anna.page.goto("/purchases?tab=all")
    badge = anna.page.get_by_role("table").get_by_text("1 non envoyée")
    expect(badge).to_be_visible()
    filtered = anna.page.get_by_role("button", name="1 commande à synchroniser")
    filtered.click()
    expect(anna.page.get_by_role("table")).to_have_count(0)
    expect(anna.page.locator("[data-unsent] li")).to_have_count(1)
    anna.page.context.set_offline(False)
    expect(anna.page.locator("[data-unsent]")).to_have_count(0)
    written = trade.people[SOPHIE].call("GET", f"/api/orders/{order}")["client"]
    assert written["lines/a/quantity"] == "8"


@in_french
def test_two_tabs_share_work_without_a_network_and_send_it_once(
    trade: Trade, travels: Travels, words: Words
) -> None:
    order = sent_order(trade)
    one = travels(ANNA, order)
    two = Traveller(Sheet(one.page.context.new_page(), words).open(order))
    one.leaves()
    expect(two.bar).to_be_visible()
    one.writes(1, "quantity", "7")
    expect(two.sheet.cell(1, "quantity").locator(".value-now")).to_have_text("7")
    two.writes(2, "quantity", "12")
    expect(one.sheet.cell(2, "quantity").locator(".value-now")).to_have_text("12")
    for tab in (one, two):
        tab.has_unsent(2)
    one.returns()
    two.sheet.is_saved()
    changes = trade.people[ANNA].call("GET", f"/api/orders/{order}/changes")["items"]
    told = [(change["cell"], change["after"]) for change in changes]
    assert told.count(("client/lines/a/quantity", "7")) == 1
    assert told.count(("client/lines/b/quantity", "12")) == 1
    one.page.reload()
    one.sheet.is_saved()
    expect(one.refusals).to_have_count(0)


@in_french
def test_leaving_shows_what_never_reached_the_server_and_then_leaves_nothing_behind(
    trade: Trade, enters: Enters, words: Words
) -> None:
    order = sent_order(trade)
    another = Api(trade.installation.url)
    another.sign_in(ANNA, PASSWORD)
    window = enters(ANNA)
    window.context.clear_cookies()
    window.sign_in(another.secret)
    another.close()
    anna = on_a_new_device(window, words, order)
    page = anna.page
    anna.leaves()
    anna.writes(1, "quantity", "7")
    page.locator(".rail-account").click()
    page.get_by_role("menuitem", name="Fermer la session").click()
    unsent = page.get_by_role("dialog").locator("[data-unsent]")
    expect(unsent).to_contain_text("1. Poignée · Quantité\t7")
    page.get_by_role("button", name="Copier ce travail").click()
    expect(page.get_by_role("button", name="Copié")).to_be_visible()
    assert "Quantité\t7" in page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="Fermer la session et perdre").click()
    expect(page.get_by_label(words["e-mail"])).to_be_visible()
    page.goto(f"/orders/{order}")
    expect(page.get_by_text("Poignée")).to_have_count(0)
    left = page.evaluate("async () => (await indexedDB.databases()).map(({ name }) => name)")
    assert left == []
    page.context.set_offline(False)
    page.goto(f"/orders/{order}")
    expect(page.get_by_label(words["e-mail"])).to_be_visible()
    page.wait_for_function("async () => (await fetch('/api/me')).status === 401")


def test_a_full_device_says_so_before_anything_is_lost(trade: Trade, travels: Travels) -> None:
    order = sent_order(trade)
    anna = travels(ANNA, order)
    anna.leaves()
    anna.page.evaluate("""() => {
      IDBObjectStore.prototype.add = () => { throw new DOMException("full", "QuotaExceededError"); };
    }""")
    anna.writes(1, "quantity", "7")
    full = anna.page.locator("[data-room=full]")
    expect(full).to_contain_text("Cet appareil n’a plus de place")
    full.get_by_role("button", name="Copier mes modifications").click()
    assert "Quantité\t7" in anna.page.evaluate("navigator.clipboard.readText()")
    with anna.page.expect_event("dialog") as asked:
        anna.page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    expect(full).to_be_visible()
    anna.returns()
    assert trade.people[ANNA].call("GET", f"/api/orders/{order}")["client"]["lines/a/quantity"] == "7"


@in_french
def test_a_picture_is_drawn_without_a_network_and_goes_with_its_reader(
    trade: Trade, enters: Enters, words: Words
) -> None:
    photo = BytesIO()
    Image.new("RGB", (300, 200), "#884422").save(photo, "PNG")
    trade.people[SOPHIE].upload(
        f"/api/products/{trade.products['CH-400']}/image", "charniere.png", photo.getvalue()
    )
    window = enters(ANNA)
    # Nothing comes from what Chromium itself keeps of earlier answers.
    window.context.new_cdp_session(window.page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    anna = Traveller(Sheet(window.page, words).open(sent_order(trade))).packs()
    anna.page.wait_for_function(HAS_PICTURE)
    anna.leaves()
    anna.sheet.cell(2, "product").click()
    anna.page.keyboard.press("F2")
    picture = anna.sheet.dialog().locator("img")
    expect(picture).to_have_attribute("src", re.compile("^blob:"))
    expect(picture).to_have_js_property("naturalWidth", 96)


HAS_PICTURE = """async () => {
  const asked = (request) => new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
  });
  const [{ name }] = await indexedDB.databases();
  const database = await asked(indexedDB.open(name));
  const paths = await asked(database.transaction("answers").objectStore("answers").getAllKeys());
  database.close();
  return paths.some((path) => path.startsWith("/api/images/"));
}"""


@in_french
def test_a_browser_that_cleared_its_copies_tells_what_was_in_them(
    trade: Trade, enters: Enters, words: Words
) -> None:
    order = sent_order(trade)
    anna = on_a_new_device(enters(ANNA), words, order)
    page = anna.page
    anna.leaves()
    anna.writes(1, "quantity", "7")
    anna.writes(2, "quantity", "12")
    anna.has_unsent(2)
    # The mark is made a moment after the copy.
    page.wait_for_function("() => decodeURIComponent(document.cookie).includes('\"count\":2')")
    page = crash(page)
    clear(page, trade.installation.url)
    page.context.set_offline(False)
    page.goto("/purchases")
    told = page.locator("[data-forgotten]")
    expect(told).to_contain_text("2 modifications, pas encore envoyées")
    page.reload()
    told.get_by_role("link").click()
    sheet = Sheet(page, words)
    sheet.is_saved()
    expect(sheet.cell(1, "quantity").locator(".value-now")).to_have_text("5")
    told.get_by_role("button", name="J’ai lu").click()
    expect(told).to_have_count(0)
    page.reload()
    sheet.is_saved()
    expect(told).to_have_count(0)


@in_french
def test_a_page_older_than_its_server_says_so_and_never_reloads_by_itself(
    trade: Trade, enters: Enters, words: Words
) -> None:
    window = enters(ANNA)
    window.page.route("**/version.json", lambda route: route.fulfill(json={"version": "later"}))
    order = sent_order(trade)
    loads: list[Page] = []
    window.page.on("load", lambda page: loads.append(page))
    sheet = Sheet(window.page, words).open(order)
    bar = window.page.locator("[data-later]")
    expect(bar).to_contain_text("Cette page est d’une version antérieure à celle du serveur.")
    sheet.write(1, "quantity", "7")
    assert len(loads) == 1
    with window.page.expect_event("load"):
        bar.get_by_role("button", name="Recharger").click()
    expect(sheet.cell(1, "quantity").locator(".value-now")).to_have_text("7")
    assert line_of(trade.people[ANNA], order, 1) == "a"


@in_french
def test_a_session_that_ended_meanwhile_keeps_the_work_until_its_owner_is_back(
    trade: Trade, enters: Enters, words: Words
) -> None:
    order = sent_order(trade)
    window = enters(ANNA)
    window.context.clear_cookies()
    another = Api(trade.installation.url)
    another.sign_in(ANNA, PASSWORD)
    window.sign_in(another.secret)
    anna = Traveller(Sheet(window.page, words).open(order)).packs()
    anna.leaves()
    anna.writes(1, "quantity", "7")
    another.call("POST", "/api/logout")
    another.close()
    anna.page.context.set_offline(False)
    ended = anna.page.locator("[data-ending=signed_out]")
    expect(ended).to_contain_text("Votre session est terminée")
    ended.get_by_role("button", name="Copier 1 modification").click()
    ended.get_by_role("button", name="Ouvrir une session").click()
    anna.page.get_by_label(words["e-mail"]).fill(ANNA)
    anna.page.get_by_label(words["password"], exact=True).fill(PASSWORD)
    anna.page.get_by_role("button", name=words["sign in"]).click()
    anna.sheet.is_saved()
    assert trade.people[ANNA].call("GET", f"/api/orders/{order}")["client"]["lines/a/quantity"] == "7"


def test_the_team_and_the_stock_say_from_when_they_are_and_what_waits(
    trade: Trade, enters: Enters, words: Words
) -> None:
    """The team is read and changed by nobody; what is counted meanwhile is kept, and sent on return."""
    handle = {"product_id": trade.products["PG-300"], "on_hand": "30"}
    trade.people[SOPHIE].call("PUT", "/api/stock", {"rows": [handle]})
    page = enters(SOPHIE).page
    page.goto("/stock")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.evaluate(PACKED)
    page.context.set_offline(True)
    page.goto("/team")
    as_of = page.locator("[data-as-of]")
    expect(as_of).to_be_visible()
    expect(
        page.get_by_text(words.pick("se lit mais ne se modifie pas", "read but not changed"))
    ).to_be_visible()
    expect(page.locator("tbody tr").first).to_be_visible()
    expect(page.get_by_role("combobox")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)
    page.goto("/stock")
    expect(as_of).to_be_visible()
    stock = StockPage(page, words)
    stock.type("PG-300", "on_hand", "28")
    expect(stock.foot).to_contain_text(words.pick("1 ligne attend le réseau", "1 row waits for the network"))
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("searchbox").fill("TM-200")
    expect(page.get_by_role("row").filter(has_text="PG-300")).to_have_count(0)
    page.get_by_role("searchbox").fill("")
    page.context.set_offline(False)
    stock.is_saved()
    expect(as_of).to_be_hidden()
    page.goto("/team")
    expect(page.get_by_role("combobox").first).to_be_visible()
    trade.people[SOPHIE].call("PUT", "/api/stock", {"rows": [handle | {"on_hand": None}]})
