"""Two people on one order see each other: who is here, in which cell, and what each types in the common note."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.away import sent_order
from tests.journeys.browser import Window
from tests.journeys.sheet import Sheet
from tests.journeys.trade import ANNA, NAMES, SOPHIE, Trade
from tests.journeys.words import Words

Enters = Callable[..., Window]


def open_for_two(trade: Trade, enters: Enters, words: Words) -> tuple[Sheet, Sheet]:
    """Anna's sheet and Sophie's, of an order that Anna has sent."""
    order = sent_order(trade)
    return Sheet(enters(ANNA).page, words).open(order), Sheet(enters(SOPHIE).page, words).open(order)


def test_each_sees_where_the_other_is(trade: Trade, enters: Enters, words: Words) -> None:
    ours, theirs = open_for_two(trade, enters, words)
    here = words.pick("Sur cette commande", "On this order")
    expect(ours.page.get_by_role("list", name=here).get_by_text(NAMES[SOPHIE])).to_be_attached()
    expect(theirs.page.get_by_role("list", name=here).get_by_text(NAMES[ANNA])).to_be_attached()
    theirs.cell(2, "price").click()
    ring = ours.cell(2, "price").locator(".ring-names")
    expect(ring).to_contain_text(NAMES[SOPHIE])
    theirs.cell(1, "quantity").click()
    expect(ours.cell(1, "quantity").locator(".ring-names")).to_contain_text(NAMES[SOPHIE])
    expect(ring).to_have_count(0)
    theirs.page.goto("/orders")
    expect(ours.page.get_by_role("list", name=here)).to_have_count(0)


def test_a_phone_shows_on_whose_card_others_are(trade: Trade, enters: Enters, words: Words) -> None:
    ours, theirs = open_for_two(trade, enters, words)
    ours.page.set_viewport_size({"width": 360, "height": 740})
    cards = ours.page.locator(".line-card")
    theirs.cell(2, "price").click()
    expect(cards.nth(1).locator(".ring-names")).to_contain_text(NAMES[SOPHIE])
    expect(cards.first.locator(".ring-names")).to_have_count(0)
    cards.first.get_by_role("button").click()
    ours.page.locator("[data-cell$='/quantity'] input").focus()
    expect(theirs.cell(1, "quantity").locator(".ring-names")).to_contain_text(NAMES[ANNA])


def test_ones_own_other_window_is_oneself(trade: Trade, enters: Enters, words: Words) -> None:
    ours, theirs = open_for_two(trade, enters, words)
    again = Sheet(enters(ANNA).page, words).open(ours.page.url.rpartition("/")[2])
    again.cell(2, "quantity").click()
    ring = words.pick("Vous, autre fenêtre", "You, other window")
    expect(ours.cell(2, "quantity").locator(".ring-names")).to_contain_text(ring)
    expect(theirs.cell(2, "quantity").locator(".ring-names")).to_contain_text(NAMES[ANNA])
    here = words.pick("Sur cette commande", "On this order")
    for mine in (ours, again):
        people = mine.page.get_by_role("list", name=here).get_by_role("listitem")
        expect(people).to_have_count(1)
        expect(people).to_contain_text(NAMES[SOPHIE])
    expect(theirs.page.get_by_role("list", name=here).get_by_role("listitem")).to_have_count(1)


def test_a_note_is_typed_by_both_at_once(trade: Trade, enters: Enters, words: Words) -> None:
    ours, theirs = open_for_two(trade, enters, words)
    ours.field("note").click()
    ours.page.keyboard.type("Merci 🙂")
    expect(theirs.field("note")).to_have_value("Merci 🙂")
    theirs.field("note").click()
    theirs.page.keyboard.press("Control+Home")
    theirs.page.keyboard.type("Bonjour 👩‍🔧, ")
    expect(ours.field("note")).to_have_value("Bonjour 👩‍🔧, Merci 🙂")
    ours.page.keyboard.type(" à lundi 👍🏽")
    theirs.page.keyboard.type("chère Anna. ")
    for sheet in (ours, theirs):
        expect(sheet.field("note")).to_have_value("Bonjour 👩‍🔧, chère Anna. Merci 🙂 à lundi 👍🏽")
        sheet.is_saved()
