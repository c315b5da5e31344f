"""Signed without a network, or begun there: nothing binds before the server has it, and then only what was seen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.away import Traveller, elsewhere, in_french, on_a_new_device, sent_order
from tests.journeys.browser import Window
from tests.journeys.conftest import Travels
from tests.journeys.sheet import GREEN, Sheet
from tests.journeys.trade import ANNA, LUC, SOPHIE, Trade
from tests.journeys.words import Words

Enters = Callable[..., Window]


def test_a_signature_given_offline_waits_can_be_taken_back_and_binds_on_return(
    trade: Trade, travels: Travels
) -> None:
    order = sent_order(trade)
    luc = travels(LUC, order)
    luc.leaves()
    luc.sheet.accept()
    expect(luc.sheet.chip).to_have_text("Acceptation en attente")
    expect(luc.sheet.chip).to_have_css("border-style", "dashed")
    expect(luc.sheet.chip).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    expect(luc.sheet.chip).to_have_css("border-color", GREEN)
    luc.page.get_by_role("button", name="Reprendre ma signature").click()
    luc.sheet.stands("waiting", "your turn")
    luc.sheet.accept()
    luc.page.reload()
    expect(luc.signature).to_have_attribute("data-signature", "pending")
    assert trade.people[SOPHIE].call("GET", f"/api/orders/{order}")["status"] == "waiting"
    luc.returns()
    luc.sheet.is_green()
    expect(luc.signature).to_have_count(0)


def test_a_signature_given_offline_for_other_terms_is_refused_with_the_cells_that_differ(
    trade: Trade, travels: Travels
) -> None:
    order = sent_order(trade)
    luc = travels(LUC, order)
    luc.leaves()
    luc.sheet.accept()
    elsewhere(trade.people[ANNA], order, lambda peer: peer.write("client", {"lines/b/quantity": "12"}))
    luc.returns()
    expect(luc.signature).to_have_attribute("data-signature", "refused")
    expect(luc.signature).to_contain_text("2. Charnière 110 (Quantité)")
    assert trade.people[SOPHIE].call("GET", f"/api/orders/{order}")["status"] != "agreed"
    luc.signature.get_by_role("button", name="J’ai lu").click()
    expect(luc.signature).to_have_count(0)
    luc.page.reload()
    luc.sheet.is_saved()
    expect(luc.signature).to_have_count(0)


def test_an_order_begun_offline_is_made_on_return_with_what_was_written(
    trade: Trade, enters: Enters, words: Words
) -> None:
    anna = on_a_new_device(enters(ANNA), words, sent_order(trade))
    sheet, page = anna.sheet, anna.page
    page.goto("/purchases")
    expect(page.locator("tbody tr").first).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name=words["create a purchase"]).click()
    page.get_by_role("button", name=words["create and open"]).click()
    expect(sheet.grid).to_be_visible()
    expect(anna.bar).to_contain_text(words.pick("sera créée au retour du réseau", "will be created when"))
    page.get_by_role("button", name=words["add products"]).focus()
    sheet.paste("PG-300\t3")
    expect(sheet.cell(1, "product")).to_contain_text(words.pick("Poignée", "Handle"))
    expect(sheet.cell(1, "total")).to_contain_text(words.number("18.75"))
    sheet.field("client reference").fill("BT-9")
    sheet.field("client reference").press("Enter")
    clear_address(sheet)
    order = page.url.rpartition("/")[2]
    page.goto("/purchases")
    row = page.locator("[data-unsent] li")
    expect(row).to_contain_text(words.pick("Nouvelle commande", "New order"))
    page.get_by_role("button", name=words["create a purchase"]).click(trial=True)
    row.get_by_role("link").click()
    expect(sheet.rows()).to_have_count(1)
    page.context.set_offline(False)
    sheet.is_saved()
    made = trade.people[ANNA].call("GET", f"/api/orders/{order}")
    assert made["client"]["reference"] == "BT-9"
    assert [line["terms"]["quantity"] for line in made["lines"]] == ["3"]
    assert made["client"]["contact"]["name"] == "Anna Roy"
    assert "delivery_address" not in made["client"]
    sheet.send()
    sheet.stands("waiting", "with the supplier")


def clear_address(sheet: Sheet) -> None:
    """Empty the address that the server would fill by itself."""
    address = sheet.page.get_by_role("button", name=sheet.words["deliver to"])
    expect(address).to_contain_text("Rimouski")
    address.click()
    fields = sheet.dialog().get_by_role("textbox")
    expect(fields.first).to_be_visible()  # `all` does not wait for them
    for field in fields.all():
        field.fill("")
    sheet.dialog().get_by_role(
        "button", name=sheet.words.pick("Utiliser cette adresse", "Use this address")
    ).click()
    expect(address).not_to_contain_text("Rimouski")


def begins(anna: Traveller, words: Words) -> str:
    """Without a network, Anna begins an order of three handles and signs it; its id."""
    sheet, page = anna.sheet, anna.page
    page.goto("/purchases")
    expect(page.locator("tbody tr").first).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name=words["create a purchase"]).click()
    page.get_by_role("button", name=words["create and open"]).click()
    expect(sheet.grid).to_be_visible()
    page.get_by_role("button", name=words["add products"]).focus()
    sheet.paste("PG-300\t3")
    expect(sheet.cell(1, "total")).to_contain_text(words.number("18.75"))
    expect(page.locator(".facts")).to_contain_text("Net 30 jours")
    sheet.send()
    expect(sheet.chip).to_have_text("Signature en attente")
    expect(sheet.chip).to_have_css("border-style", "dashed")
    return page.url.rpartition("/")[2]


@in_french
def test_an_order_begun_and_signed_offline_is_made_written_and_sent_on_return(
    trade: Trade, travels: Travels, words: Words
) -> None:
    anna = travels(ANNA, sent_order(trade))
    order = begins(anna, words)
    anna.page.reload()
    expect(anna.signature).to_have_attribute("data-signature", "pending")
    anna.page.goto("/purchases")
    expect(anna.page.locator("[data-unsent] li")).to_have_count(1)
    anna.page.context.set_offline(False)
    expect(anna.page.locator("[data-unsent]")).to_have_count(0)
    anna.sheet.open(order).stands("waiting", "with the supplier")
    expect(anna.signature).to_have_count(0)
    seen = trade.people[SOPHIE].call("GET", f"/api/orders/{order}")
    assert seen["signatures"]["client"]["digest"] == seen["digest"]
    assert [line["terms"]["quantity"] for line in seen["lines"]] == ["3"]


@in_french
def test_an_order_signed_offline_at_a_price_that_changed_is_made_but_not_sent(
    trade: Trade, travels: Travels, words: Words, request: pytest.FixtureRequest
) -> None:
    anna = travels(ANNA, sent_order(trade))
    order = begins(anna, words)
    set_price(trade, "7.00")
    request.addfinalizer(lambda: set_price(trade, "6.25"))
    anna.page.context.set_offline(False)
    expect(anna.signature).to_have_attribute("data-signature", "refused")
    expect(anna.signature).to_contain_text("1. Poignée (Prix unitaire)")
    anna.sheet.stands("draft")
    expect(anna.sheet.cell(1, "total")).to_contain_text("21,00")
    made = trade.people[ANNA].call("GET", f"/api/orders/{order}")
    assert made["signatures"] == {}


def set_price(trade: Trade, price: str) -> None:
    handle = trade.products["PG-300"]
    trade.people[SOPHIE].call("PATCH", f"/api/products/{handle}", {"price": price})
