"""What takes one's copies away: the company, another company's order, the browser itself, or closing the page."""

import re
import sqlite3
from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.journeys.away import Traveller, in_french, on_a_new_device, sent_order
from tests.journeys.browser import Window, clear
from tests.journeys.conftest import Travels
from tests.journeys.sheet import Sheet
from tests.journeys.trade import ANNA, LUC, Trade, let_in_again, set_member
from tests.journeys.words import Words

Enters = Callable[..., Window]


def databases(page: Page) -> list[str]:
    names: list[str] = page.evaluate("async () => (await indexedDB.databases()).map(({ name }) => name)")
    return names


def copied(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


@in_french
@pytest.mark.parametrize("has_unsent", [True, False], ids=["with unsent work", "with nothing unsent"])
def test_one_who_was_put_out_takes_along_what_was_unsent_and_leaves_no_copy(
    trade: Trade, enters: Enters, words: Words, request: pytest.FixtureRequest, has_unsent: bool
) -> None:
    luc = on_a_new_device(enters(LUC), words, sent_order(trade))
    page = luc.page
    luc.leaves()
    if has_unsent:
        luc.writes(1, "quantity", "7")
        luc.has_unsent(1)
    request.addfinalizer(lambda: let_in_again(trade, LUC))
    set_member(trade, LUC, {"active": False})
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre accès a été retiré")
    if has_unsent:
        expect(page.locator("[data-unsent]")).to_contain_text("1. Poignée · Quantité\t7")
        page.reload()
        page.get_by_role("button", name="Copier ce travail").click()
        expect(page.get_by_role("button", name="Copié")).to_be_visible()
        assert "1. Poignée\u00a0· Quantité\t7" in copied(page)
        page.get_by_role("button", name="Effacer les copies de cet appareil").click()
    expect(page.get_by_text("Cet appareil ne garde plus rien pour vous.")).to_be_visible()
    page.wait_for_function("async () => (await indexedDB.databases()).length === 0")


def give_away(trade: Trade, *orders: str) -> None:
    """Other companies' orders now, as after a mistake in the data was put right."""
    trade.installation.stop()
    (file,) = trade.installation.folder.glob("*.sqlite3")
    with sqlite3.connect(file) as database:
        for order in orders:
            database.execute('UPDATE "order" SET client_id = supplier_id WHERE id = ?', (order,))
    database.close()
    trade.installation.go_on()


AGED = """async () => {
  const [{ name }] = await indexedDB.databases();
  const asked = (request) => new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
  });
  const database = await asked(indexedDB.open(name));
  await asked(database.transaction("answers", "readwrite").objectStore("answers").delete("work"));
  database.close();
}"""
KEPT = """async () => {
  const [{ name }] = await indexedDB.databases();
  const asked = (request) => new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
  });
  const database = await asked(indexedDB.open(name));
  const keys = await asked(database.transaction("orders").objectStore("orders").getAllKeys());
  database.close();
  return keys;
}"""


def test_a_copy_of_an_order_one_may_no_longer_see_goes_after_what_was_unsent_in_it_was_shown(
    trade: Trade, travels: Travels
) -> None:
    idle, order, mine = (sent_order(trade) for _ in range(3))
    travels(ANNA, idle)
    travels(ANNA, mine)
    anna = travels(ANNA, order)
    page = anna.page
    anna.leaves()
    anna.writes(1, "quantity", "7")
    anna.has_unsent(1)
    for other in page.context.pages:
        if other != page:
            other.close()
    page.goto("/purchases?tab=all")
    # What was fetched a moment ago would not be fetched again.
    page.evaluate(AGED)
    give_away(trade, idle, order)
    page.context.set_offline(False)
    told = page.locator(f"[data-lost='{order}']")
    expect(told).to_contain_text("Vous n’avez plus accès à la commande")
    page.wait_for_function(f"async () => !(await ({KEPT})()).includes('{idle}')")
    assert {order, mine} <= set(page.evaluate(KEPT))
    told.get_by_role("link", name="Voir et copier").click()
    ended = page.locator("[data-ending=not_found]")
    expect(ended.locator("[data-lost]")).to_have_text("1. Poignée · Quantité\t7")
    ended.get_by_role("button", name="Copier 1 modification").click()
    assert "Quantité\t7" in copied(page)
    ended.get_by_role("button", name="Revenir à l’accueil").click()
    expect(page.locator("tbody tr").first).to_be_visible()
    expect(page.locator("[data-lost], [data-unsent]")).to_have_count(0)
    assert order not in page.evaluate(KEPT)


@in_french
def test_copies_cleared_under_an_open_page_are_told_of_and_kept_again(
    trade: Trade, enters: Enters, words: Words
) -> None:
    order = sent_order(trade)
    anna = on_a_new_device(enters(ANNA), words, order)
    page = anna.page
    anna.leaves()
    anna.writes(1, "quantity", "7")
    anna.has_unsent(1)
    clear(page, trade.installation.url)
    told = page.locator("[data-cleared]")
    expect(told).to_contain_text("Ce navigateur vient d’effacer les copies de cet appareil.")
    anna.has_unsent(1)
    expect(page.locator("[data-room], [data-forgotten], [data-later]")).to_have_count(0)
    told.get_by_role("button", name="J’ai lu").click()
    expect(told).to_have_count(0)
    anna.writes(2, "quantity", "3")
    anna.has_unsent(2)
    # The application was cleared too, so the page is loaded with a network: what it sends is what was kept again.
    page.goto("about:blank")
    page.context.set_offline(False)
    anna.sheet.open(order).is_saved()
    written = trade.people[ANNA].call("GET", f"/api/orders/{order}")["client"]
    assert (written["lines/a/quantity"], written["lines/b/quantity"]) == ("7", "3")


def test_leaving_with_unsent_work_warns_from_every_page(trade: Trade, travels: Travels) -> None:
    anna = travels(ANNA, sent_order(trade))
    anna.leaves()
    anna.writes(1, "quantity", "7")
    anna.has_unsent(1)
    warns(anna.page)
    anna.page.locator(".rail").get_by_role("link", name="Achats").click()
    expect(anna.page.locator("[data-unsent]")).to_be_visible()
    warns(anna.page)
    anna.page.context.set_offline(False)
    expect(anna.page.locator("[data-unsent]")).to_have_count(0)
    asked: list[str] = []

    def hear(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    anna.page.on("dialog", hear)
    with anna.page.expect_event("close"):
        anna.page.close(run_before_unload=True)
    assert asked == []


@in_french
def test_what_a_browser_without_a_store_has_on_a_page_is_sent_from_behind_another_and_asked_about_at_signing_out(
    trade: Trade, enters: Enters, words: Words
) -> None:
    order = sent_order(trade)
    window = enters(ANNA)
    page = window.page
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined });")
    anna = Traveller(Sheet(page, words).open(order))
    anna.sheet.is_saved()
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    anna.leaves()
    anna.writes(1, "quantity", "7")
    expect(page.locator("[data-room=none]")).to_be_visible()
    page.locator(".rail").get_by_role("link", name="Achats").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Achats")
    page.locator(".rail-account").click()
    page.get_by_role("menuitem", name="Fermer la session").click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("Ce navigateur ne garde rien")
    asked.get_by_role("button", name="Rester").click()
    warns(page)
    window.context.set_offline(False)
    page.wait_for_function("() => dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    written = trade.people[ANNA].call("GET", f"/api/orders/{order}")["client"]
    assert written["lines/a/quantity"] == "7"


# A disk that takes its time: the database is there when a promise says so.
WHEN = """(() => {
  const there = new Promise((give) => { PROMISE });
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (...given) {
    const request = open.apply(this, given);
    const add = request.addEventListener.bind(request);
    request.addEventListener = (type, heard) =>
      add(type, (event) => (type === "success" ? there.then(() => heard(event)) : heard(event)));
    return request;
  };
})()"""
# Longer than the application waits for it.
LATE = WHEN.replace("PROMISE", "setTimeout(give, 4000);")
ASKED_FOR = WHEN.replace("PROMISE", "window.giveStore = give;")


@in_french
def test_an_order_away_from_the_network_opens_with_its_copy_however_late_the_device_gives_it(
    trade: Trade, enters: Enters, words: Words
) -> None:
    anna = on_a_new_device(enters(ANNA), words, sent_order(trade))
    anna.leaves()
    anna.writes(1, "quantity", "7")
    anna.has_unsent(1)
    anna.page.add_init_script(LATE)
    anna.page.reload()
    expect(anna.sheet.cell(1, "quantity")).to_contain_text("7")
    anna.has_unsent(1)
    anna.returns()


@in_french
def test_an_order_that_the_server_does_not_give_opens_with_its_copy_once_the_device_gives_it(
    trade: Trade, enters: Enters, words: Words
) -> None:
    anna = on_a_new_device(enters(ANNA), words, sent_order(trade))
    anna.page.add_init_script(LATE)
    anna.page.route_web_socket(re.compile("/ws/orders/"), lambda _: None)
    anna.page.reload()
    expect(anna.sheet.rows()).to_have_count(2)


@in_french
def test_an_order_in_sight_is_kept_once_the_device_gives_its_copy_and_what_lay_there_is_sent(
    trade: Trade, enters: Enters, words: Words
) -> None:
    order = sent_order(trade)
    anna = on_a_new_device(enters(ANNA), words, order)
    anna.leaves()
    anna.writes(1, "quantity", "7")
    anna.has_unsent(1)
    anna.page.goto("about:blank")
    # The network gives the order before the device does, however busy the machine.
    anna.page.context.set_offline(False)
    anna.page.add_init_script(ASKED_FOR)
    anna.page.goto(f"/orders/{order}")
    expect(anna.sheet.cell(1, "quantity")).to_contain_text("5")
    anna.page.evaluate("giveStore()")
    expect(anna.sheet.cell(1, "quantity")).to_contain_text("7")
    anna.sheet.is_saved()
    anna.leaves()
    anna.writes(2, "quantity", "9")
    anna.has_unsent(1)
    anna.page.reload()
    anna.page.evaluate("giveStore()")
    expect(anna.sheet.cell(2, "quantity")).to_contain_text("9")
    anna.returns()


def warns(page: Page) -> None:
    """Close the page: it asks, and one stays."""
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
