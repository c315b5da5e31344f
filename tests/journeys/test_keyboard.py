"""A whole negotiation without a mouse: the list, the grid, the clipboard, undo, and the signature."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.journeys.browser import Window
from tests.journeys.sheet import Sheet
from tests.journeys.trade import ANNA, LUC, SOPHIE, Trade
from tests.journeys.words import Words

Enters = Callable[..., Window]
MOST_TABS = 60


def test_the_keyboard_alone_opens_edits_and_signs_an_order(
    trade: Trade, enters: Enters, words: Words
) -> None:
    order = order_of_three(trade, enters, words)
    supplier, colleague = enters(SOPHIE), enters(LUC)
    page = supplier.page
    open_from_list(page, order)
    sheet = Sheet(page, words)
    sheet.stands("waiting", "your turn")
    tab_to(page, sheet.cell(1, "line"))
    edit_cells(sheet, words)
    copy_and_paste(sheet, words)
    undo_own_edit(sheet, Sheet(colleague.page, words).open(order), words)
    sign(sheet, words)
    assert supplier.errors == []


def order_of_three(trade: Trade, enters: Enters, words: Words) -> str:
    """Anna pastes rows of codes and quantities out of a spreadsheet; one code is nobody's."""
    client = enters(ANNA)
    order = trade.new_order("client")
    sheet = Sheet(client.page, words).open(order)
    tab_to(client.page, client.page.get_by_role("button", name=words["add products"]))
    sheet.paste("PG-300\t5\nCH-400\t10\nNON-999\t1\nTM-200\n")
    expect(sheet.rows()).to_have_count(3)
    expect(client.page.locator(".cell-bar")).to_contain_text("NON-999")
    sheet.is_saved()
    expect(sheet.cell(2, "quantity")).to_have_text(re.compile(r"^10 (paires|pairs)$"))
    fill_sizes(sheet)
    sheet.send()
    return order


def fill_sizes(sheet: Sheet) -> None:
    page = sheet.page
    tab_to(page, sheet.grid.locator("[tabindex='0']").first)
    page.keyboard.press("Control+Home")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "F2"):
        page.keyboard.press(key)
    page.keyboard.type("1")
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(sheet.cell(3, "quantity")).to_have_text("3")
    sheet.is_saved()


def open_from_list(page: Page, order: str) -> None:
    """Down, down, up again: the newest is the first."""
    page.goto("/orders?tab=all")
    link = page.locator(f"a[href='/orders/{order}']")
    expect(link).to_be_visible()
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
    expect(link).to_be_focused()
    page.keyboard.press("Enter")


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until it has the focus."""
    expect(target).to_be_visible()
    for _ in range(MOST_TABS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("The Tab key never came there.")


def edit_cells(sheet: Sheet, words: Words) -> None:
    """Typing replaces, F2 goes on from what is there, Escape leaves it, Enter goes down, Tab goes right."""
    page = sheet.page
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(sheet.cell(1, "quantity").locator(".value-now")).to_have_text("4")
    expect(sheet.cell(2, "quantity")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("F2")
    expect(sheet.cell(1, "quantity").get_by_role("textbox")).to_have_value("4")
    page.keyboard.type("0")
    page.keyboard.press("Escape")
    expect(sheet.cell(1, "quantity").locator(".value-now")).to_have_text("4")
    page.keyboard.type("3")
    page.keyboard.press("Tab")
    expect(sheet.cell(1, "price")).to_be_focused()
    page.keyboard.type(words.number("7.5"))
    page.keyboard.press("Tab")
    page.keyboard.type("2026-12-15")
    page.keyboard.press("Enter")
    expect(sheet.cell(1, "total")).to_have_text(words.money("22.50"))
    sheet.is_saved()


def copy_and_paste(sheet: Sheet, words: Words) -> None:
    """A range goes to the clipboard as a spreadsheet takes it, and comes back on the next row."""
    page = sheet.page
    for key in ("ArrowUp", "ArrowLeft", "ArrowLeft", "Shift+ArrowRight", "Control+C"):
        page.keyboard.press(key)
    expect(page.locator(".cell-bar")).to_contain_text(words.pick("Copié.", "Copied."))
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"3\t{words.number('7.5')}"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+V")
    expect(sheet.cell(2, "quantity").locator(".value-now")).to_have_text("3")
    expect(sheet.cell(2, "total")).to_have_text(words.money("22.50"))
    sheet.is_saved()


def undo_own_edit(sheet: Sheet, colleague: Sheet, words: Words) -> None:
    """What a colleague wrote meanwhile stays."""
    colleague.write(3, "price", "20")
    expect(sheet.cell(3, "price")).to_contain_text(words.money("20.00"))
    sheet.page.keyboard.press("Control+Z")
    expect(sheet.cell(2, "quantity").locator(".value-now")).to_have_text("10")
    expect(sheet.cell(3, "price")).to_contain_text(words.money("20.00"))
    sheet.is_saved()


def sign(sheet: Sheet, words: Words) -> None:
    page = sheet.page
    tab_to(page, page.get_by_role("button", name=words["send"], exact=True))
    page.keyboard.press("Enter")
    tab_to(page, sheet.dialog().get_by_role("button", name=words["sign and send"]))
    page.keyboard.press("Enter")
    expect(sheet.dialog()).to_be_hidden()
    sheet.stands("waiting", "with the client")


def test_the_focus_stays_where_one_works(trade: Trade, enters: Enters, words: Words) -> None:
    """What was pressed is no more; the next key goes on from there and not from the top of the page."""
    sophie = trade.people[SOPHIE]
    for name in ("Comptes", "Boutique"):
        sophie.call("POST", "/api/tokens", {"name": name, "scopes": ["read"], "days": 90})
    window = enters(SOPHIE)
    page = window.page
    revoke_and_make_a_token(page, words)
    clear_a_search(page, words)
    remove_rows_of_a_form(page, words)
    publish_a_comment(page, trade.new_order("supplier"), words)
    assert window.errors == []


def revoke_and_make_a_token(page: Page, words: Words) -> None:
    page.goto("/settings/tokens")
    revoke = page.get_by_role("button", name=words.pick("Révoquer", "Revoke"))
    expect(revoke).to_have_count(2)
    revoke.first.focus()
    answer_whether_to_revoke(page, words)
    expect(revoke).to_have_count(1)
    expect(revoke).to_be_focused()
    answer_whether_to_revoke(page, words)
    create = page.get_by_role("button", name=words.pick("Créer un jeton", "Create a token"))
    expect(create).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("Comptes")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=words.pick("Copier", "Copy"))).to_be_focused()
    revoke.focus()
    answer_whether_to_revoke(page, words)
    expect(create).to_be_focused()


def answer_whether_to_revoke(page: Page, words: Words) -> None:
    """Where Enter alone loses nothing."""
    page.keyboard.press("Enter")
    question = page.get_by_role("dialog")
    expect(
        question.get_by_role("button", name=words.pick("Garder le jeton", "Keep the token"))
    ).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(question).to_have_count(0)


def clear_a_search(page: Page, words: Words) -> None:
    for path in ("/orders?tab=all", "/clients", "/products"):
        page.goto(path)
        search = page.get_by_role("searchbox")
        search.fill("rien du tout")
        clear = page.get_by_role("button", name=words.pick("Effacer la recherche", "Clear the search"))
        clear.focus()
        page.keyboard.press("Enter")
        expect(search).to_be_focused()


def remove_rows_of_a_form(page: Page, words: Words) -> None:
    page.goto("/settings/company")
    add = page.get_by_role("button", name=words["add a registration"])
    remove = page.locator(".row-fields:has(.registration) > button")
    add.click()
    add.click()
    expect(remove).to_have_count(2)
    remove.last.focus()
    page.keyboard.press("Enter")
    expect(remove).to_have_count(1)
    expect(remove).to_be_focused()
    page.keyboard.press("Enter")
    expect(add).to_be_focused()


def publish_a_comment(page: Page, order: str, words: Words) -> None:
    page.goto(f"/orders/{order}")
    page.get_by_role("button", name=words.pick("Commentaires", "Comments")).click()
    area = page.get_by_label(words.pick("Écrire un commentaire", "Write a comment"))
    area.fill("Bonjour")
    page.get_by_role("button", name=words.pick("Publier", "Publish")).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".comment-text")).to_have_text("Bonjour")
    expect(area).to_be_focused()


IS_BEHIND = """() => {
  const [one, foot] = [document.activeElement, document.querySelector(".form-foot")];
  return !foot.contains(one) && one.getBoundingClientRect().bottom > foot.getBoundingClientRect().top;
}"""


def test_what_has_the_focus_is_not_behind_the_foot_of_its_form(enters: Enters, words: Words) -> None:
    page = enters(SOPHIE).page
    page.goto("/products/new")
    page.get_by_label(words["code"], exact=True).focus()
    last = page.locator(".form-foot").get_by_role("button")
    behind: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(IS_BEHIND):
            behind.append(str(page.evaluate("() => document.activeElement.outerHTML")))
        if last.evaluate("one => one === document.activeElement"):
            break
    expect(last).to_be_focused()
    assert behind == []
