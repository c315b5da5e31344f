"""The client orders, the supplier cannot give all of it, and both see the same thing at once until they agree."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.browser import Window, listed
from tests.journeys.post_office import PostOffice, link_in, text_of
from tests.journeys.sheet import Sheet
from tests.journeys.trade import ANNA, CLIENT, SOPHIE, SUPPLIER, Trade
from tests.journeys.words import Words

Enters = Callable[..., Window]


def test_an_order_is_changed_reviewed_agreed_amended_and_cancelled(
    trade: Trade, post: PostOffice, enters: Enters, words: Words
) -> None:
    client, supplier, elsewhere = enters(ANNA), enters(SOPHIE), enters(ANNA)
    ours = order_as_client(client.page, words)
    number = client.page.get_by_role("heading", level=1).inner_text()
    theirs = open_from_mail(supplier.page, words, post, number)
    watched = elsewhere.page
    watched.goto("/purchases?tab=all")
    remember_page(client.page)
    change_while_the_client_looks(theirs, ours, words)
    is_listed(watched, number, words["changed"], words["with the supplier"])
    is_offered_what_is_not_sent(ours, words)
    theirs.send()
    is_listed(watched, number, words["changed"], words["your turn"])
    assert words.money("170.16") in text_of(post.letter(ANNA, SUPPLIER, number))
    review(ours, words)
    ours.accept()
    are_green(ours, theirs)
    expect(client.page.locator(".actions-text")).to_be_focused()
    refuse_an_amendment(ours, theirs, words)
    cancel_together(ours, theirs, words)
    assert is_same_page(client.page)
    assert client.errors == supplier.errors == []


def order_as_client(page: Page, words: Words) -> Sheet:
    page.goto("/purchases")
    listed(page).get_by_role("button", name=words["create a purchase"]).first.click()
    dialog = page.get_by_role("dialog", name=words["create a purchase"])
    expect(dialog.get_by_role("option", name=SUPPLIER)).to_be_visible()
    dialog.get_by_role("button", name=words["create and open"]).click()
    sheet = Sheet(page, words)
    sheet.stands("draft")
    page.get_by_role("button", name=words["add products"]).click()
    window = page.get_by_role("dialog", name=words["add products"])
    handle = window.get_by_role("listitem").filter(has_text="PG-300")
    handle.get_by_role("button").click()
    handle.get_by_role("textbox").fill("12")
    hat = window.get_by_role("listitem").filter(has_text="TM-200")
    hat.get_by_role("button").click()
    hat.get_by_label("M", exact=True).fill("4")
    hat.get_by_label("L", exact=True).fill("2")
    hat.get_by_role("button", name=words["add the line"]).click()
    window.get_by_role("button", name=words["done"]).click()
    expect(sheet.rows()).to_have_count(2)
    expect(sheet.cell(1, "total")).to_have_text(words.money("75.00"))
    sheet.is_saved()
    sheet.send()
    sheet.stands("waiting", "with the supplier")
    return sheet


def open_from_mail(page: Page, words: Words, post: PostOffice, number: str) -> Sheet:
    letter = post.letter(SOPHIE, CLIENT, number)
    page.goto(link_in(letter))
    sheet = Sheet(page, words)
    sheet.stands("waiting", "your turn")
    return sheet


def remember_page(page: Page) -> None:
    """Leave a mark that loading the page again would wipe away."""
    page.evaluate("window.mark = 'here since the start'")


def is_same_page(page: Page) -> bool:
    return bool(page.evaluate("window.mark === 'here since the start'"))


def change_while_the_client_looks(theirs: Sheet, ours: Sheet, words: Words) -> None:
    """Each change of the supplier turns red before the client's eyes."""
    theirs.write(1, "quantity", "8")
    ours.is_red(1, "quantity", "12", "8")
    ours.stands("changed")
    theirs.write(1, "price", words.number("7.25"))
    ours.is_red(1, "price", words.money("6.25"), words.money("7.25"))
    theirs.write(1, "delivery", "2026-12-15")
    expect(ours.cell(1, "delivery").locator(".value.is-changed")).to_contain_text("15")
    set_aside(theirs, words)
    expect(ours.cell(1, "quantity").locator(".backorder.is-changed")).to_contain_text("4")
    theirs.cell(2, "size").dblclick()
    theirs.cell(2, "size").get_by_label("M", exact=True).fill("3")
    theirs.page.keyboard.press("Enter")
    ours.is_red(2, "size", "4", "3")
    expect(ours.cell(1, "total")).to_have_text(words.money("58.00"))


def is_offered_what_is_not_sent(ours: Sheet, words: Words) -> None:
    """The client may accept while the supplier still writes, and is told that it settles nothing yet."""
    bar = ours.page.locator(".action-bar")
    expect(bar).to_contain_text(words["not sent yet"])
    expect(bar.locator(".primary")).to_have_count(0)
    ours.press("accept these changes")
    expect(ours.dialog()).to_contain_text(words["concludes later"])
    expect(ours.dialog().locator("[data-action=sign]")).to_contain_text(words.money("170.16"))
    ours.page.keyboard.press("Escape")


def set_aside(sheet: Sheet, words: Words) -> None:
    """Four are back-ordered to a later day, and why."""
    sheet.cell(1, "line").click()
    dialog = sheet.dialog()
    texts = {
        "back-ordered quantity": "4",
        "back order date": "2027-01-15",
        "reason": "Rupture chez le fondeur",
    }
    for name, text in texts.items():
        dialog.get_by_label(words[name], exact=True).fill(text)
        dialog.get_by_label(words[name], exact=True).press("Enter")
    dialog.get_by_role("button", name=words["close"]).click()
    sheet.is_saved()


def is_listed(page: Page, number: str, *texts: str) -> None:
    row = page.get_by_role("row").filter(has_text=number)
    for text in texts:
        expect(row).to_contain_text(text)


def review(sheet: Sheet, words: Words) -> None:
    """Exactly what changed, and the totals before and after."""
    sheet.press("review")
    dialog = sheet.dialog()
    for text in ("Rupture chez le fondeur", words.money("6.25"), words.money("7.25")):
        expect(dialog.get_by_text(text).first).to_be_visible()
    expect(dialog.locator(".difference")).to_have_count(6)
    total = dialog.locator(".review-total")
    expect(total.locator("s")).to_have_text(words.money("210.40"))
    expect(total.locator("strong")).to_have_text(words.money("170.16"))
    sheet.page.keyboard.press("Escape")


def are_green(*sheets: Sheet) -> None:
    for sheet in sheets:
        sheet.is_green()


def refuse_an_amendment(ours: Sheet, theirs: Sheet, words: Words) -> None:
    """What was agreed stands again when the client refuses what the supplier would change."""
    theirs.press("amend")
    for sheet in (ours, theirs):
        sheet.stands("amending")
    theirs.write(1, "price", words.number("9.99"))
    theirs.send()
    ours.is_red(1, "price", words.money("7.25"), words.money("9.99"))
    ours.answer("refuse amendment")
    ours.give_reason("Le prix était convenu.", "refuse amendment")
    are_green(ours, theirs)
    for sheet in (ours, theirs):
        expect(sheet.cell(1, "price").locator(".value-now")).to_have_text(words.money("7.25"))


def cancel_together(ours: Sheet, theirs: Sheet, words: Words) -> None:
    """An order in force ends when both want it."""
    ours.choose_other("ask to cancel")
    ours.give_reason("Le chantier est reporté.", "ask to cancel")
    ours.stands("agreed")
    expect(theirs.page.get_by_text("Le chantier est reporté.")).to_be_visible()
    theirs.answer("agree to cancel")
    theirs.give_reason("C’est entendu.", "agree to cancel")
    for sheet in (ours, theirs):
        sheet.stands("cancelled")


def test_an_amendment_is_given_up_and_the_order_is_delivered(
    trade: Trade, enters: Enters, words: Words
) -> None:
    order = trade.new_order("client")
    ours, theirs = Sheet(enters(ANNA).page, words).open(order), Sheet(enters(SOPHIE).page, words)
    ours.add_by_code("PG-300\t5")
    ours.send()
    theirs.open(order).accept()
    are_green(ours, theirs)
    theirs.press("amend")
    theirs.write(1, "price", words.number("9.99"))
    theirs.choose_other("give up amendment")
    theirs.give_reason("Une erreur de notre part.", "give up amendment")
    are_green(ours, theirs)
    expect(ours.cell(1, "price").locator(".value-now")).to_have_text(words.money("6.25"))
    theirs.choose_other("mark as delivered")
    theirs.dialog().get_by_role("button", name=words["mark as delivered"]).click()
    for sheet in (ours, theirs):
        sheet.stands("delivered")


def test_a_supplier_declines_with_a_reason(
    trade: Trade, post: PostOffice, enters: Enters, words: Words
) -> None:
    client, supplier = enters(ANNA), enters(SOPHIE)
    ours = Sheet(client.page, words).open(trade.new_order("client"))
    ours.add_by_code("PG-300\t5", "CH-400\t10")
    ours.send()
    number = client.page.get_by_role("heading", level=1).inner_text()
    theirs = open_from_mail(supplier.page, words, post, number)
    theirs.answer("decline")
    theirs.give_reason("Nous fermons pour l’hiver.", "decline")
    for sheet in (ours, theirs):
        sheet.stands("declined")
        expect(sheet.page.get_by_text("Nous fermons pour l’hiver.").first).to_be_visible()
    assert "Nous fermons pour l’hiver." in text_of(post.letter(ANNA, SUPPLIER, number))
