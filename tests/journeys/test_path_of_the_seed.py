"""The supplier makes an order for a client who is new to all this: from an empty installation to green for both."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Opens
from tests.journeys.installation import PASSWORD, Installation
from tests.journeys.post_office import PostOffice, link_in, text_of
from tests.journeys.sheet import Sheet
from tests.journeys.trade import CLIENT, NAMES, SUPPLIER
from tests.journeys.words import Words


@pytest.fixture
def sophie(installation: Installation, words: Words) -> str:
    """A supplier's first person, in a company of her own for each language."""
    email = f"sophie@{words.language}.example"
    more = ("--role", "manager", "--supplies", "--language", words.language)
    installation.add_user(f"{SUPPLIER} {words.language}", email, "Sophie Tremblay", *more)
    if not installation.url:
        installation.start()
    return email


def test_a_supplier_brings_a_new_client_to_a_green_order(
    installation: Installation, post: PostOffice, opens: Opens, words: Words, sophie: str, tmp_path: Path
) -> None:
    supplier, client = opens(installation.url), opens(installation.url)
    anna = f"anna@{words.language}.example"
    sign_in(supplier.page, words, sophie)
    add_client(supplier.page, words, anna)
    enter_by_invitation(client.page, words, link_in(post.letter(anna, SUPPLIER)))
    choose_password(client.page, words)
    add_door(supplier.page, words, draw_picture(tmp_path / "door.png"))
    add_hat(supplier.page, words)
    client.page.goto("/purchases")
    theirs = create_order(supplier.page, words)
    fill_order(theirs, words)
    add_lines(theirs, words)
    settle_terms(theirs, words)
    number = send_order(theirs, words)
    watch_row(client.page, words, number)
    ours = open_from_mail(client.page, words, post, anna, number)
    read_order(ours, words)
    ours.accept()
    for sheet in (ours, theirs):
        sheet.is_green()
    accepted = text_of(post.letter(sophie, CLIENT, number))
    assert words.money("670.76") in accepted
    assert supplier.errors == client.errors == []


def sign_in(page: Page, words: Words, email: str) -> None:
    page.goto("/")
    page.get_by_label(words["e-mail"]).fill(email)
    page.get_by_label(words["password"], exact=True).fill(PASSWORD)
    page.get_by_role("button", name=words["sign in"]).click()
    expect(page.get_by_role("heading", level=1, name=words["orders"])).to_be_visible()


def section(page: Page, title: str) -> Locator:
    return page.locator("section, fieldset").filter(
        has=page.get_by_role("heading", name=title).or_(page.locator("legend", has_text=title))
    ).first  # fmt: skip


def menu(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()


def empty(page: Page) -> Locator:
    """What a page offers that has nothing yet. Until it knows that, the same is offered above it, and then moves."""
    return page.locator(".empty")


def add_client(page: Page, words: Words, anna: str) -> None:
    menu(page, words["clients"])
    empty(page).get_by_role("link", name=words["add a client"]).click()
    company = section(page, words["company"])
    company.get_by_label(words["name"], exact=True).fill(CLIENT)
    company.get_by_label(words["legal name"]).fill("Les Cuisines Laurier ltée")
    company.get_by_text(words.pick("Français", "English"), exact=True).click()
    company.get_by_role("button", name=words["add a registration"]).click()
    company.get_by_label(f"{words['number']} {words.pick('TPS', 'GST')}").fill("123456789 RT0001")
    contact = section(page, words["contacts"])
    contact.get_by_label(words["name"], exact=True).fill(NAMES["anna@laurier.example"])
    contact.get_by_label(words["e-mail"], exact=True).fill(anna)
    add_address(page, words, 0, "Atelier", "120, rue du Port", "Rimouski", "G5L 7A4")
    add_address(page, words, 1, "Chantier", "8, rang Deux", "Matane", "G4W 1A1")
    page.get_by_label(words["payment terms"]).fill("Net 30")
    page.get_by_role("button", name=words["add"], exact=True).click()
    expect(page.get_by_text(words["client added"])).to_be_visible()
    expect(page.get_by_role("heading", level=1, name=CLIENT)).to_be_visible()
    expect(page.get_by_text(words["invited"], exact=True)).to_be_visible()


def add_address(page: Page, words: Words, at: int, label: str, street: str, city: str, code: str) -> None:
    page.get_by_role("button", name=words["add an address"]).click()
    texts = {"name of the address": label, "street": street, "city": city, "postal code": code}
    for name, text in texts.items():
        section(page, words["addresses"]).get_by_label(words[name]).nth(at).fill(text)


def enter_by_invitation(page: Page, words: Words, link: str) -> None:
    page.goto(link)
    expect(page.get_by_label(words["your name"])).to_have_value("Anna Roy")
    page.get_by_role("button", name=words["accept invitation"]).click()
    expect(page.get_by_role("heading", level=1, name=words["purchases"])).to_be_visible()


def choose_password(page: Page, words: Words) -> None:
    menu(page, words["settings"])
    page.get_by_label(words["new password"], exact=True).fill(PASSWORD)
    page.get_by_label(words["same again"]).fill(PASSWORD)
    page.get_by_role("button", name=words["choose a password"]).click()
    expect(page.get_by_text(words["password saved"])).to_be_visible()
    expect(page.get_by_label(words["present password"])).to_be_visible()


def draw_picture(file: Path) -> Path:
    Image.new("RGB", (320, 480), "#8a5a2b").save(file)
    return file


def new_product(page: Page, words: Words, code: str, name: str, price: str) -> None:
    menu(page, words["products"])
    page.get_by_role("link", name=words["add a product"]).first.click()
    page.get_by_label(words["code"], exact=True).fill(code)
    page.get_by_label(words["name in French"]).first.fill(name)
    page.get_by_label(words["list price"]).fill(words.number(price))


def add_door(page: Page, words: Words, picture: Path) -> None:
    """A product with dimensions, a characteristic that must be chosen, and an image."""
    new_product(page, words, "PS-100", "Porte shaker", "41.50")
    page.get_by_label(words["choose an image"]).set_input_files(picture)
    page.get_by_text(words["dimensions"], exact=True).click()
    sizes = page.locator("fieldset", has=page.locator("legend", has_text=words["dimensions"])).last
    page.get_by_role("button", name=words["add a dimension"]).click()
    expect(sizes.get_by_label(words["name in French"]).nth(1)).to_be_focused()
    for at, (name, least) in enumerate((("Largeur", "5 1/2"), ("Hauteur", "6"))):
        sizes.get_by_label(words["name in French"]).nth(at).fill(name)
        sizes.get_by_label(words["at least"]).nth(at).fill(least)
    page.get_by_role("button", name=words["add a characteristic"]).click()
    traits = page.locator("fieldset", has=page.locator("legend", has_text=words["characteristics"])).last
    traits.get_by_label(words["name in French"], exact=True).first.fill("Charnière")
    traits.get_by_text(words["needed before sending"]).click()
    option = words.pick("Choix 1, Nom en français", "Choice 1, Name in French")
    traits.get_by_label(option).fill("Gauche")
    finish_product(page, words)
    image = page.get_by_role("img", name="Image")
    expect(image).to_have_attribute("src", re.compile("^/api/images/"))


def add_hat(page: Page, words: Words) -> None:
    """A product with a scale of sizes."""
    new_product(page, words, "TM-200", "Tuque mérinos", "18.00")
    page.get_by_text(words["scale"], exact=True).click()
    page.get_by_label(words["sizes in order"]).fill("S, M, L")
    finish_product(page, words)


def finish_product(page: Page, words: Words) -> None:
    page.get_by_role("button", name=words["add"], exact=True).click()
    expect(page.get_by_text(words["product added"]).last).to_be_visible()
    expect(page.get_by_role("button", name=words["save"], exact=True)).to_be_visible()


def create_order(page: Page, words: Words) -> Sheet:
    menu(page, words["orders"])
    empty(page).get_by_role("button", name=words["create an order"]).click()
    dialog = page.get_by_role("dialog", name=words["create an order"])
    expect(dialog.get_by_text("120, rue du Port")).to_be_visible()
    dialog.get_by_role("combobox").press("Enter")
    sheet = Sheet(page, words)
    sheet.stands("draft")
    return sheet


def fill_order(sheet: Sheet, words: Words) -> None:
    """What the client's file says stands there already; the rest is typed."""
    page = sheet.page
    expect(sheet.field("payment")).to_have_value("Net 30")
    expect(page.get_by_role("button", name=words["deliver to"])).to_contain_text("120, rue du Port")
    expect(page.get_by_text(NAMES["anna@laurier.example"]).first).to_be_visible()
    page.get_by_role("button", name=words["deliver to"]).click()
    sheet.dialog().get_by_role("button", name="Chantier").click()
    expect(page.get_by_role("button", name=words["deliver to"])).to_contain_text("8, rang Deux")
    sheet.fill("client reference", "BT-2231")
    sheet.field("note").fill("Livrer par l’arrière 🚚")
    sheet.is_saved()


def add_lines(sheet: Sheet, words: Words) -> None:
    """The window stays open while several products are taken, and asks what each must know."""
    page = sheet.page
    page.get_by_role("button", name=words["add products"]).click()
    dialog = page.get_by_role("dialog", name=words["add products"])
    door = dialog.get_by_role("listitem").filter(has_text="PS-100")
    for width, height, quantity in (("34 1/2", "15", "12"), ("20", "30 1/4", "2")):
        door.get_by_role("button", name="Porte shaker").click()
        door.get_by_label("Charnière").select_option("Gauche")
        door.get_by_label("Largeur").fill(width)
        door.get_by_label("Hauteur").fill(height)
        door.get_by_label(words["quantity"]).fill(quantity)
        door.get_by_role("button", name=words["add the line"]).click()
    hat = dialog.get_by_role("listitem").filter(has_text="TM-200")
    hat.get_by_role("button", name="Tuque mérinos").click()
    for size, quantity in (("S", "1"), ("M", "2")):
        hat.get_by_label(size, exact=True).fill(quantity)
    hat.get_by_role("button", name=words["add the line"]).click()
    expect(dialog.get_by_text(words["3 lines added"])).to_be_visible()
    dialog.get_by_role("button", name=words["done"]).click()
    expect(sheet.rows()).to_have_count(3)
    expect(sheet.cell(1, "size")).to_contain_text("34 1/2")
    expect(sheet.cell(1, "product")).to_contain_text("Gauche")


def settle_terms(sheet: Sheet, words: Words) -> None:
    sheet.write(1, "price", words.number("37.20"))
    expect(sheet.cell(1, "total")).to_have_text(words.money("446.40"))
    sheet.fill("promised for", "2026-12-12")
    expect(sheet.cell(3, "delivery")).to_contain_text(words.pick("12 déc.", "Dec 12"))


def send_order(sheet: Sheet, words: Words) -> str:
    """The window before sending shows all that one signs. Returns the order's number."""
    sheet.press("send")
    dialog = sheet.dialog()
    expect(dialog.get_by_text(words["everything you sign"])).to_be_visible()
    for text in ("Porte shaker", "Tuque mérinos", words.money("446.40"), words.money("670.76")):
        expect(dialog.get_by_text(text).first).to_be_visible()
    dialog.get_by_role("button", name=words["sign and send"]).click()
    sheet.stands("waiting", "with the client")
    return sheet.page.get_by_role("heading", level=1).inner_text()


def watch_row(page: Page, words: Words, number: str) -> None:
    """The client's list shows the order without being loaded again."""
    row = page.get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text(words["waiting"])
    expect(row).to_contain_text(words["your turn"])
    expect(row).to_contain_text("BT-2231")


def open_from_mail(page: Page, words: Words, post: PostOffice, anna: str, number: str) -> Sheet:
    letter = post.letter(anna, number)
    for text in ("PS-100", "TM-200", words.money("446.40"), words.money("83.00"), words.money("670.76")):
        assert text in text_of(letter)
    page.goto(link_in(letter))
    sheet = Sheet(page, words)
    sheet.stands("waiting", "your turn")
    return sheet


def read_order(sheet: Sheet, words: Words) -> None:
    expect(sheet.rows()).to_have_count(3)
    expect(sheet.page.get_by_text("8, rang Deux").first).to_be_visible()
    expect(sheet.field("note")).to_have_value("Livrer par l’arrière 🚚")
    expect(sheet.cell(3, "size")).to_contain_text("S")
