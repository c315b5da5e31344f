"""Stock runs short: a robot says so in every order concerned, at once, and people keep the last word."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.away import sent_order
from tests.journeys.browser import Window
from tests.journeys.eyes import faults_of
from tests.journeys.installation import Installation
from tests.journeys.post_office import PostOffice
from tests.journeys.sheet import Sheet
from tests.journeys.stock import FILE_ROWS, StockPage
from tests.journeys.trade import ANNA, LUC, SOPHIE, Trade, open_trade
from tests.journeys.words import Words

Enters = Callable[..., Window]
ARRIVAL = "2099-01-15"


@pytest.fixture(scope="module")
def trade(post: PostOffice, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trade]:
    """A trade of their own: what other journeys agreed on holds stock."""
    trade = open_trade(Installation(tmp_path_factory.mktemp("stock"), post))
    yield trade
    trade.close()
    trade.installation.stop()


@pytest.fixture(autouse=True)
def stock_of_nobody(trade: Trade, words: Words) -> None:
    """When a journey starts no robot works, no stock is followed and no order wants any; Laurier reads its language."""
    trade.people[ANNA].call("PATCH", "/api/company", {"language": words.language})
    set_robots(trade, mode="off", dry_run=False, paused=False, reminder_days=None)
    for order in trade.people[ANNA].call("GET", "/api/orders?side=client")["items"]:
        if order["status"] != "closed":
            trade.people[ANNA].call("POST", f"/api/orders/{order['id']}/cancel", {"reason": "Fin"})
    levels = trade.people[SOPHIE].call("GET", "/api/stock")["items"]
    places = [{name: one[name] for name in ("product_id", "point", "variant")} for one in levels]
    set_stock(trade, *(place | {"on_hand": None} for place in places))


def set_robots(trade: Trade, **settings: Any) -> None:
    trade.people[SOPHIE].call("PATCH", "/api/bots", settings)


def set_stock(trade: Trade, *rows: dict[str, Any]) -> None:
    answer = trade.people[SOPHIE].call("PUT", "/api/stock", {"rows": list(rows)})
    assert answer["errors"] == []


def let_the_robot_propose(page: Page, words: Words) -> None:
    page.goto("/settings/bots")
    page.get_by_role("radio", name=words.pick("Proposer", "Propose")).first.check()
    page.get_by_role("button", name=words["save"]).click()
    expect(
        page.get_by_text(words.pick("Les réglages des robots", "The settings of the robots"))
    ).to_be_visible()


def order_of_two(trade: Trade, page: Page, words: Words) -> tuple[str, Sheet]:
    """Anna orders twelve handles and ten pairs of hinges."""
    order = sent_order(trade, ("PG-300", "12"), ("CH-400", "10"))
    return order, Sheet(page, words).open(order)


def undo_button(page: Page, words: Words) -> str:
    return words.pick("Annuler la proposition du robot", "Undo the robot’s proposal")


def test_stock_runs_short_and_returns_while_everybody_looks(
    trade: Trade, enters: Enters, words: Words
) -> None:
    client, supplier, warehouse = enters(ANNA), enters(SOPHIE), enters(LUC)
    let_the_robot_propose(supplier.page, words)
    stock = fill_stock(StockPage(warehouse.page, words).open())
    order, ours = order_of_two(trade, client.page, words)
    theirs = Sheet(supplier.page, words).open(order)
    stock.paste("PG-300", "on_hand", f"4\t\t\t8 {ARRIVAL}")
    client_reads_why(ours, words)
    supplier_undoes(theirs, ours, words)
    it_stays_undone(stock, theirs, ours)
    stock.write("CH-400", "on_hand", "40")
    is_restored(ours, theirs)
    assert client.errors == supplier.errors == warehouse.errors == []


def fill_stock(stock: StockPage) -> StockPage:
    """From nothing: three products are followed, and their quantities typed."""
    for code in ("PG-300", "CH-400"):
        stock.follow(code)
        stock.page.keyboard.type("20")
        stock.page.keyboard.press("Enter")
        stock.is_saved()
        expect(stock.cell(code, "free")).to_have_text("20")
    stock.follow("TM-200")
    for quantity in ("12", "8", "5"):
        stock.page.keyboard.type(quantity)
        stock.page.keyboard.press("Enter")
        stock.is_saved()
    for size, quantity in (("S", "12"), ("M", "8"), ("L", "5")):
        expect(stock.sized("TM-200", size, "free")).to_have_text(quantity)
    return stock


def client_reads_why(ours: Sheet, words: Words) -> None:
    """The cell turned red before her eyes, with the rest in back-order; she reads why, and who wrote it."""
    ours.is_red(1, "quantity", "12", "4")
    ours.stands("changed")
    expect(ours.cell(1, "quantity").locator(".backorder.is-changed")).to_contain_text("8")
    expect(ours.cell(2, "quantity").locator("s")).to_have_count(0)
    ours.cell(1, "quantity").click()
    bar = ours.page.locator(".cell-bar")
    expect(bar).to_contain_text(words.pick("Il en reste 4 le", "4 left on"))
    expect(bar).to_contain_text(words.pick("Écrit par le robot Stock", "Written by robot Stock"))
    expect(ours.cell(1, "quantity").locator(".robot-mark")).to_be_visible()
    expect(bar.get_by_role("button")).to_have_count(0)
    expect(ours.page.locator(".aside-robots")).to_have_count(0)
    expect(ours.page.locator(".presence")).to_contain_text("Robot Stock")
    ours.press("review")
    expect(ours.dialog()).to_contain_text(words.pick("Il en reste 4 le", "4 left on"))
    expect(ours.dialog()).to_contain_text("Robot Stock")
    ours.page.keyboard.press("Escape")


def supplier_undoes(theirs: Sheet, ours: Sheet, words: Words) -> None:
    """One click at the cell, and what stood before stands for both."""
    theirs.cell(1, "quantity").click()
    bar = theirs.page.locator(".cell-bar")
    expect(bar).to_contain_text(words.pick("Règle : stock", "Rule: stock"))
    bar.get_by_role("button", name=undo_button(theirs.page, words)).click()
    for sheet in (ours, theirs):
        expect(sheet.cell(1, "quantity").locator("s")).to_have_count(0)
        expect(sheet.cell(1, "quantity").locator(".value-now")).to_have_text("12")
        expect(sheet.cell(1, "quantity").locator(".backorder")).to_have_count(0)
    ours.stands("waiting")
    theirs.page.locator(".aside-robots").click()
    panel = theirs.page.locator(".aside")
    expect(panel).to_contain_text(words.pick("Annulé par Sophie", "Undone by Sophie"))
    expect(panel.get_by_role("button", name=undo_button(theirs.page, words))).to_have_count(0)
    theirs.page.keyboard.press("Escape")


def it_stays_undone(stock: StockPage, theirs: Sheet, ours: Sheet) -> None:
    """The robot looks at the order again, and leaves alone what a person took back."""
    stock.paste("CH-400", "on_hand", "3\n2")
    expect(stock.cell("PG-300", "on_hand")).to_have_text("2")
    ours.is_red(2, "quantity", "10", "3")
    expect(theirs.cell(2, "quantity").locator("s")).to_have_text("10")
    for sheet in (ours, theirs):
        expect(sheet.cell(1, "quantity").locator(".value-now")).to_have_text("12")


def is_restored(*sheets: Sheet) -> None:
    for sheet in sheets:
        expect(sheet.cell(2, "quantity").locator(".value-now")).to_have_text("10")
        expect(sheet.cell(2, "quantity").locator("s")).to_have_count(0)
        sheet.stands("waiting")


def test_a_dry_run_is_shown_to_the_supplier_alone(trade: Trade, enters: Enters, words: Words) -> None:
    client, supplier = enters(ANNA), enters(SOPHIE)
    set_robots(trade, mode="propose", dry_run=True)
    order, ours = order_of_two(trade, client.page, words)
    set_stock(trade, {"code": "PG-300", "on_hand": "4"})
    decided = (
        f"async () => (await (await fetch('/api/orders/{order}/bot-decisions')).json()).items.length > 0"
    )
    supplier.page.goto("/settings")
    supplier.page.wait_for_function(decided)
    theirs = Sheet(supplier.page, words).open(order)
    theirs.cell(1, "quantity").click()
    expect(supplier.page.locator(".cell-bar")).to_contain_text(
        words.pick("Le robot écrirait 4", "The robot would write 4")
    )
    supplier.page.locator(".aside-robots").click()
    panel = supplier.page.locator(".aside")
    expect(panel).to_contain_text(words.pick("Écrirait (essai à blanc)", "Would write (dry run)"))
    expect(panel.get_by_role("button", name=undo_button(supplier.page, words))).to_have_count(0)
    client.page.reload()
    ours.stands("waiting")
    expect(ours.cell(1, "quantity")).to_have_text("12")
    expect(client.page.locator(".robot-mark")).to_have_count(0)


def test_a_file_with_bad_rows_is_looked_at_then_imported_without_them(
    trade: Trade, enters: Enters, words: Words, tmp_path: Path
) -> None:
    window = enters(SOPHIE)
    set_stock(trade, {"code": "PG-300", "on_hand": "20"})
    stock = StockPage(window.page, words).open()
    dialog = stock.choose_file()
    faults = dialog.locator(".stock-faults li")
    for line, column in enumerate(("size", "code", "on_hand"), start=3):
        expect(faults.nth(line - 3)).to_contain_text(words.pick(f"Ligne {line}", f"Line {line}"))
        expect(faults.nth(line - 3).locator("code")).to_have_text(column)
    change = dialog.get_by_role("row").filter(has_text="PG-300")
    expect(change).to_contain_text("20")
    expect(change).to_contain_text("30")
    expect(stock.cell("PG-300", "on_hand")).to_have_text("20")
    with window.page.expect_download() as download:
        dialog.get_by_role("button", name=words.pick("Télécharger les lignes", "Download the rows")).click()
    download.value.save_as(tmp_path / "bad.csv")
    bad = (tmp_path / "bad.csv").read_text("utf-8-sig").splitlines()
    assert bad == [FILE_ROWS[0], *FILE_ROWS[2:5]]
    dialog.get_by_role("button", name=words.pick("Importer 2 lignes", "Import 2 rows")).click()
    expect(dialog).to_contain_text(words.pick("C’est fait : 2 lignes importées.", "Done: 2 rows imported."))
    dialog.get_by_role("button", name=words["done"]).click()
    expect(stock.cell("PG-300", "on_hand")).to_have_text("30")
    expect(stock.cell("PG-300", "arrivals")).to_contain_text("2099")
    expect(stock.cell("PS-100", "size")).to_have_text(words.pick("Gauche", "Left"))
    assert window.errors == []


def test_what_is_typed_without_a_network_waits_and_is_saved(
    trade: Trade, enters: Enters, words: Words
) -> None:
    window = enters(SOPHIE)
    set_stock(trade, {"code": "PG-300", "on_hand": "20"}, {"code": "CH-400", "on_hand": "5"})
    stock = StockPage(window.page, words).open()
    expect(stock.cell("PG-300", "on_hand")).to_have_text("20")
    window.context.set_offline(True)
    stock.cell("PG-300", "on_hand").click()
    window.page.keyboard.type("7")
    window.page.keyboard.press("Enter")
    expect(stock.foot).to_contain_text(words.pick("attend le réseau", "waits for the network"))
    expect(stock.cell("PG-300", "on_hand")).to_have_text("7")
    window.context.set_offline(False)
    stock.is_saved()
    levels = trade.people[LUC].call("GET", "/api/stock?q=PG-300")["items"]
    assert [one["on_hand"] for one in levels] == ["7"]


def test_two_who_count_at_once_overwrite_nothing_unseen(trade: Trade, enters: Enters, words: Words) -> None:
    """Different values of one row are both kept; of the same value the late one is shown both, and chooses."""
    sophie, luc = enters(SOPHIE), enters(LUC)
    set_stock(trade, {"code": "PG-300", "on_hand": "20"}, {"code": "CH-400", "on_hand": "5"})
    ours, theirs = StockPage(sophie.page, words).open(), StockPage(luc.page, words).open()
    for stock in (ours, theirs):
        expect(stock.cell("PG-300", "on_hand")).to_have_text("20")
    ours.write("PG-300", "on_hand", "18")
    theirs.write("PG-300", "arrivals", f"8 {ARRIVAL}")
    expect(theirs.cell("PG-300", "on_hand")).to_have_text("18")
    expect(ours.cell("PG-300", "arrivals")).to_contain_text("8")  # without leaving the page
    theirs.cell("PG-300", "on_hand").click()
    theirs.page.keyboard.type("12")
    ours.write("PG-300", "on_hand", "17")
    theirs.page.keyboard.press("Enter")
    expect(theirs.cell("PG-300", "on_hand")).to_contain_text(words.pick("entre-temps : 17", "meanwhile: 17"))
    level = trade.people[LUC].call("GET", "/api/stock?q=PG-300")["items"][0]
    assert (level["on_hand"], len(level["arrivals"])) == ("17", 1)
    theirs.page.get_by_role("button", name=words.pick("Voir", "Show")).click()
    expect(theirs.foot).to_contain_text(
        words.pick("a mis 17 entre-temps; vous, 12", "put 17 meanwhile; you put 12")
    )
    theirs.page.get_by_role("button", name=words.pick("Mettre la mienne", "Put mine")).click()
    theirs.is_saved()
    (level,) = trade.people[LUC].call("GET", "/api/stock?q=PG-300")["items"]
    assert level["on_hand"] == "12"
    assert sophie.errors == luc.errors == []


def test_what_is_short_is_found_at_once_and_goes_when_it_is_no_longer(
    trade: Trade, enters: Enters, words: Words
) -> None:
    client, window = enters(ANNA), enters(SOPHIE)
    order_of_two(trade, client.page, words)
    set_stock(trade, {"code": "PG-300", "on_hand": "4"}, {"code": "CH-400", "on_hand": "40"})
    stock = StockPage(window.page, words).open()
    expect(stock.cell("CH-400", "on_hand")).to_contain_text(words.pick("40 paires", "40 pairs"))
    window.page.get_by_role(
        "checkbox", name=words.pick("Seulement ce qui manque", "Only what is short")
    ).check()
    expect(stock.cell("CH-400", "on_hand")).to_have_count(0)
    expect(stock.cell("PG-300", "free")).to_contain_text(words.pick("12 demandés", "12 wanted"))
    set_stock(trade, {"code": "PG-300", "on_hand": "12"})
    expect(window.page.get_by_text(words.pick("Rien ne manque", "Nothing is short"))).to_be_visible()
    window.page.get_by_role("button", name=words.pick("Tout voir", "See everything")).click()
    expect(stock.cell("CH-400", "on_hand")).to_be_visible()
    assert client.errors == window.errors == []


def test_the_pages_of_stock_and_robots_are_for_everybody(trade: Trade, enters: Enters, words: Words) -> None:
    """Rules of accessibility, contrast and room, at a desk and on a phone, in light and in dark."""
    client, window = enters(ANNA), enters(SOPHIE)
    page = window.page
    found: list[str] = []
    stock = StockPage(page, words).open()
    expect(page.locator(".stock-ways")).to_be_visible()
    found += faults_of(page, "no stock")
    set_robots(trade, mode="send_within_tolerance", reminder_days=3)
    page.goto("/settings/bots")
    expect(page.get_by_role("radio")).to_have_count(3)
    found += faults_of(page, "robots")
    order, ours = order_of_two(trade, client.page, words)
    set_stock(
        trade,
        {"code": "PG-300", "on_hand": "4", "arrivals": [{"quantity": "8", "date": ARRIVAL}]},
        {"code": "PS-100", "variant": "hinge=left", "on_hand": "9"},
    )
    ours.is_red(1, "quantity", "12", "4")
    stock.open()
    expect(stock.cell("PS-100", "size")).to_have_text(words.pick("Gauche", "Left"))
    found += faults_of(page, "stock")
    stock.cell("PG-300", "product").dblclick()
    expect(page.get_by_role("dialog")).to_be_visible()
    found += faults_of(page, "a level")
    page.keyboard.press("Escape")
    stock.choose_file()
    found += faults_of(page, "a file")
    theirs = Sheet(page, words).open(order)
    theirs.cell(1, "quantity").click()
    page.locator(".aside-robots").click()
    expect(page.locator(".robot-decision")).to_be_visible()
    found += faults_of(page, "decisions")
    assert found == []
