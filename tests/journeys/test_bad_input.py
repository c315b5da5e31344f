"""Every form says what is wrong beside the field, goes there, and keeps all that was typed."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.journeys.browser import Window, listed
from tests.journeys.conftest import Opens
from tests.journeys.installation import PASSWORD
from tests.journeys.post_office import link_in
from tests.journeys.trade import ANNA, LUC, PAUL, SOPHIE, Trade
from tests.journeys.words import Words

Enters = Callable[..., Window]


def is_faulty(field: Locator, sentence: str = "") -> None:
    """It is marked, described by a sentence that one can see, and has the focus."""
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    described = field.evaluate("field => field.getAttribute('aria-describedby').split(' ')[0]")
    told = field.page.locator(f"[id='{described}']")
    expect(told).to_be_visible()
    expect(told).to_contain_text(sentence or " ")


def test_signing_in(trade: Trade, opens: Opens, words: Words) -> None:
    page = opens(trade.installation.url).page
    page.goto("/sign-in")
    email = page.get_by_label(words["e-mail"])
    password = page.get_by_label(words["password"], exact=True)
    email.fill(SOPHIE)
    page.get_by_role("button", name=words["sign in"]).click()
    is_faulty(password, words["field to fill"])
    password.fill("pas le bon")
    page.get_by_role("button", name=words["sign in"]).click()
    expect(page.get_by_role("alert")).to_contain_text(words.pick("mot de passe", "password"))
    expect(email).to_have_value(SOPHIE)
    expect(password).to_have_value("pas le bon")


def test_asking_for_a_link(trade: Trade, opens: Opens, words: Words) -> None:
    page = opens(trade.installation.url).page
    for path in ("/forgot", "/link"):
        page.goto(path)
        field = page.get_by_label(words["e-mail"])
        field.fill("anna")
        field.press("Enter")
        is_faulty(field)
        expect(field).to_have_value("anna")


def test_a_link_that_no_longer_chooses_a_password(trade: Trade, opens: Opens, words: Words) -> None:
    installation = trade.installation
    page = opens(installation.url).page
    page.goto("/reset/nothing")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text(words.pick("Ce lien a déjà servi", "This link has been used"))
    expect(page.get_by_label(words["new password"], exact=True)).to_have_count(0)
    page.get_by_role("link", name=words.pick("Recevoir un autre lien", "Get another link")).click()
    page.get_by_label(words["e-mail"]).fill(PAUL)
    page.get_by_label(words["e-mail"]).press("Enter")
    page.goto(link_in(installation.post.letter_with(f"{installation.url}/reset/", PAUL)))
    expect(page.get_by_label(words["e-mail"])).to_have_value(PAUL)
    expect(page.get_by_label(words["new password"], exact=True)).to_be_editable()


def test_a_client(enters: Enters, words: Words) -> None:
    page = enters(SOPHIE).page
    page.goto("/clients/new")
    name = page.get_by_label(words["name"], exact=True).first
    mail = page.get_by_label(words["e-mail"], exact=True).last
    page.get_by_label(words["name"], exact=True).last.fill("Paule Dubois")
    mail.fill("anna chez laurier")
    add(page, words)
    is_faulty(name, words["field to fill"])
    name.fill("Cuisines Dubois")
    page.get_by_role("button", name=words["add an address"]).click()
    page.get_by_label(words["postal code"]).fill("G5L 7A4")
    page.get_by_label(words["city"], exact=True).fill("x" * 400)
    add(page, words)
    is_faulty(mail)
    expect(mail).to_have_value("anna chez laurier")
    mail.fill("paule@dubois.example")
    add(page, words)
    is_faulty(page.get_by_label(words["city"], exact=True))
    expect(name).to_have_value("Cuisines Dubois")
    expect(page.get_by_label(words["postal code"])).to_have_value("G5L 7A4")


def add(page: Page, words: Words) -> None:
    page.get_by_role("button", name=words["add"], exact=True).click()


def test_a_product(enters: Enters, words: Words) -> None:
    page = enters(SOPHIE).page
    page.goto("/products/new")
    code, price = page.get_by_label(words["code"], exact=True), page.get_by_label(words["list price"])
    name = page.get_by_label(words["name in French"]).first
    price.fill("douze")
    add(page, words)
    is_faulty(code, words["field to fill"])
    code.fill("PG-300")
    name.fill("Une autre poignée")
    add(page, words)
    is_faulty(price, words.pick("Écrivez un nombre", "Type a number"))
    expect(price).to_have_value("douze")
    price.fill("12")
    page.get_by_text(words["scale"], exact=True).click()
    sizes = page.get_by_label(words["sizes in order"])
    add(page, words)
    is_faulty(code)
    expect(sizes).to_have_attribute("aria-invalid", "true")
    code.fill("PG-301")
    sizes.fill("S, M, S")
    add(page, words)
    is_faulty(sizes)
    code.fill("PG-300")
    sizes.fill("S, M")
    add(page, words)
    is_faulty(code)
    expect(name).to_have_value("Une autre poignée")
    expect(price).to_have_value("12")


def test_an_invitation_to_the_team(enters: Enters, words: Words) -> None:
    page = enters(SOPHIE).page
    page.goto("/team")
    page.get_by_role("button", name=words.pick("Inviter une personne", "Invite someone")).click()
    dialog = page.get_by_role("dialog")
    name = dialog.get_by_label(words["name"], exact=True)
    mail = dialog.get_by_label(words["e-mail"], exact=True)
    send = dialog.get_by_role("button", name=words["send"], exact=True)
    mail.fill("marc")
    send.click()
    is_faulty(name, words["field to fill"])
    name.fill("Marc Boucher")
    send.click()
    is_faulty(mail)
    mail.fill(LUC)
    send.click()
    is_faulty(mail)
    expect(name).to_have_value("Marc Boucher")


def test_a_password(enters: Enters, words: Words) -> None:
    page = enters(ANNA).page
    page.goto("/settings")
    current = page.get_by_label(words["present password"])
    new = page.get_by_label(words["new password"], exact=True)
    again = page.get_by_label(words["same again"])
    change = page.get_by_role("button", name=words.pick("Changer le mot de passe", "Change the password"))
    current.fill("pas le bon")
    for fields, faulty in (
        (("court", "court"), new),
        ((PASSWORD, PASSWORD + "s"), again),
        ((PASSWORD, PASSWORD), current),
    ):
        new.fill(fields[0])
        again.fill(fields[1])
        change.click()
        is_faulty(faulty)
        expect(current).to_have_value("pas le bon")
        expect(new).to_have_value(fields[0])


def test_a_new_order(enters: Enters, words: Words) -> None:
    page = enters(SOPHIE).page
    page.goto("/orders")
    listed(page).get_by_role("button", name=words["create an order"]).first.click()
    dialog = page.get_by_role("dialog")
    search = dialog.get_by_role("combobox")
    search.fill("personne de ce nom")
    expect(
        dialog.get_by_text(words.pick("Aucun client ne correspond.", "No client matches."))
    ).to_be_visible()
    expect(dialog.get_by_role("button", name=words["create and open"])).to_be_disabled()
    search.press("Enter")
    expect(search).to_have_value("personne de ce nom")
    expect(dialog.get_by_role("link", name=words["add a client"])).to_be_visible()


def test_a_line_that_a_product_must_know_more_of(trade: Trade, enters: Enters, words: Words) -> None:
    page = enters(SOPHIE).page
    page.goto(f"/orders/{trade.new_order('supplier')}")
    page.get_by_role("button", name=words["add products"]).click()
    door = page.get_by_role("dialog").get_by_role("listitem").filter(has_text="PS-100")
    door.get_by_role("button").first.click()
    hinge = door.get_by_label(words.pick("Charnière", "Hinge"))
    width, height = door.get_by_role("textbox").nth(0), door.get_by_role("textbox").nth(1)
    height.fill("trente")
    add_line = door.get_by_role("button", name=words["add the line"])
    add_line.click()
    is_faulty(hinge)
    hinge.select_option(words.pick("Gauche", "Left"))
    width.fill("34 1/2")
    add_line.click()
    is_faulty(height, words.pick("Écrivez une mesure", "Type a measure"))
    expect(height).to_have_value("trente")
    expect(width).to_have_value("34 1/2")
