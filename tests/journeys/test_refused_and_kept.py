"""A sheet never pretends: it says why one may not write, what was not taken, and what is not saved yet."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.away import sent_order
from tests.journeys.browser import Window
from tests.journeys.cable import Cable
from tests.journeys.sheet import Sheet
from tests.journeys.trade import ANNA, SOPHIE, Trade
from tests.journeys.words import Words

Enters = Callable[..., Window]


def open_sent_order(trade: Trade, enters: Enters, words: Words) -> tuple[str, Sheet]:
    """An order that Anna has sent, open in her window."""
    order = sent_order(trade)
    return order, Sheet(enters(ANNA).page, words).open(order)


def test_a_cell_that_one_may_not_write_says_why(trade: Trade, enters: Enters, words: Words) -> None:
    order, ours = open_sent_order(trade, enters, words)
    why = ours.page.locator(".cell-bar")
    ours.cell(1, "price").click()
    ours.page.keyboard.type("1")
    expect(why).to_contain_text(words.pick("appartient à l’autre entreprise", "belongs to the other company"))
    expect(ours.cell(1, "price").get_by_role("textbox")).to_have_count(0)
    theirs = Sheet(enters(SOPHIE).page, words).open(order)
    theirs.accept()
    ours.is_green()
    ours.cell(1, "quantity").click()
    ours.page.keyboard.type("9")
    expect(why).to_contain_text(words.pick("La commande est acceptée", "The order is accepted"))
    expect(ours.cell(1, "quantity")).to_have_text("5")


def test_a_value_that_makes_no_sense_stays_in_its_cell_with_the_reason(
    trade: Trade, enters: Enters, words: Words
) -> None:
    _, ours = open_sent_order(trade, enters, words)
    ours.cell(1, "quantity").click()
    ours.page.keyboard.type("douze")
    ours.page.keyboard.press("Enter")
    editor = ours.cell(1, "quantity").get_by_role("textbox")
    expect(editor).to_have_value("douze")
    expect(editor).to_be_focused()
    expect(
        ours.cell(1, "quantity").get_by_text(words.pick("Écrivez un nombre", "Enter a number"))
    ).to_be_visible()
    ours.page.keyboard.press("Escape")
    expect(ours.cell(1, "quantity")).to_have_text("5")


def test_what_was_written_offline_over_a_newer_value_is_refused_and_kept(
    trade: Trade, enters: Enters, words: Words, cable: Cable
) -> None:
    order, ours = open_sent_order(trade, enters, words)
    late = Sheet(enters(ANNA, cable.url).page, words).open(order)
    cable.cut()
    expect(late.page.locator("[data-offline]")).to_be_visible()
    late.cell(1, "quantity").click()
    late.page.keyboard.type("7")
    late.page.keyboard.press("Enter")
    expect(late.page.locator("[data-offline]")).to_contain_text(
        words.pick("1 modification gardée", "1 change kept")
    )
    ours.write(1, "quantity", "6")
    cable.mend()
    tray = late.page.locator(".refusals")
    expect(tray).to_contain_text(
        words.pick("1 modification n’a pas été retenue", "1 change did not go through")
    )
    expect(tray.locator("q")).to_have_text(["7", "6"])
    expect(late.cell(1, "quantity").locator(".value-now")).to_have_text("6")
    tray.get_by_role("button", name=words.pick("Remettre la mienne", "Put mine back")).click()
    expect(ours.cell(1, "quantity").locator(".value-now")).to_have_text("7")
    expect(tray).to_have_count(0)


def test_nothing_typed_is_lost_when_the_server_stops(trade: Trade, enters: Enters, words: Words) -> None:
    order, ours = open_sent_order(trade, enters, words)
    saved = ours.page.locator(".sheet-head .saved")
    trade.installation.stop()
    expect(saved).to_have_attribute("data-saved", "offline")
    ours.cell(1, "quantity").click()
    ours.page.keyboard.type("25")
    ours.page.keyboard.press("Enter")
    ours.field("note").fill("Écrit sans serveur")
    expect(ours.page.locator("[data-offline]")).to_contain_text(
        words.pick("gardées sur cet appareil", "kept on this")
    )
    context = ours.page.context
    ours.page.close()
    trade.installation.start()
    again = Sheet(context.new_page(), words).open(order)
    expect(again.cell(1, "quantity").locator(".value-now")).to_have_text("25")
    again.is_saved()
    theirs = Sheet(enters(SOPHIE).page, words).open(order)
    expect(theirs.cell(1, "quantity").locator(".value-now")).to_have_text("25")
    expect(theirs.field("note")).to_have_value("Écrit sans serveur")


def test_a_sheet_left_open_saves_by_itself_when_the_server_returns(
    trade: Trade, enters: Enters, words: Words
) -> None:
    _, ours = open_sent_order(trade, enters, words)
    trade.installation.stop()
    expect(ours.page.locator(".sheet-head .saved")).to_have_attribute("data-saved", "offline")
    ours.cell(2, "quantity").click()
    ours.page.keyboard.type("11")
    ours.page.keyboard.press("Enter")
    trade.installation.start()
    ours.is_saved()
    expect(ours.page.locator("[data-offline]")).to_have_count(0)
