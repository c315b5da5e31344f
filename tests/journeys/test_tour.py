"""Every page of the filled demo, in both languages, light and dark, from a phone to a desk: nothing is out of place.

French words are the longer ones, and it has more views. English makes the doors, and the sheets of a supplier, where
words share a row with much else; its other pages are for torture.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.api import Api
from tests.journeys.conftest import Opens
from tests.journeys.eyes import faults_of
from tests.journeys.installation import Installation
from tests.journeys.trade import ANNA, SOPHIE
from tests.journeys.words import Words
from tests.once import once

Opening = Callable[[Page, Words], None]
in_english_at_length = pytest.mark.parametrize(
    "language", ["fr", pytest.param("en", marks=pytest.mark.torture)], indirect=True
)


@dataclass(frozen=True)
class Stop:
    """Where to go, what is there once it stands, and what to open then."""

    path: str
    shows: str
    opening: Opening | None = None
    name: str = ""


def press(french: str, english: str, *, shows: str = "dialog[open]") -> Opening:
    """Press the first button or link of this name; then `shows` is there."""

    def opening(page: Page, words: Words) -> None:
        name = words.pick(french, english)
        page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first.click()
        expect(page.locator(shows).first).to_be_visible()

    return opening


def open_choices(page: Page, words: Words) -> None:
    """The window of products, with the questions of one of them."""
    press("Ajouter des produits", "Add products", shows=".add-row")(page, words)
    page.get_by_role("button", name=words.pick("Choisir les options", "Choose the options")).first.click()
    expect(page.locator(".add-form")).to_be_visible()


def open_line(page: Page, words: Words) -> None:
    page.locator(".column-line.grid-cell").first.click()
    expect(page.locator("dialog[open]")).to_be_visible()


def open_other(french: str, english: str) -> Opening:
    def opening(page: Page, words: Words) -> None:
        page.get_by_role("button", name=words.pick("Autres actions", "Other actions")).click()
        page.get_by_role("menuitem", name=words.pick(french, english), exact=True).click()
        expect(page.locator("dialog[open]")).to_be_visible()

    return opening


def open_help(page: Page, words: Words) -> None:
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_be_visible()


def edit_cell(page: Page, words: Words) -> None:
    """A cell in the middle of being written, with a fault."""
    page.locator(".column-price.grid-cell").first.dblclick()
    page.keyboard.type("douze")
    page.keyboard.press("Enter")
    expect(page.locator(".cell-input[aria-invalid=true]")).to_be_visible()


@dataclass
class Demo:
    url: str
    people: dict[str, Api]
    orders: dict[str, str]
    client: str
    product: str
    supplier: str


# What shows that a page stands which was come to by a link.
FOLLOWED: Final = ("tbody tr", "form", "[data-line]", ".backorder", "main h1", "main h2", "main .card")
STATES = ("draft", "waiting", "changed", "agreed", "amending", "closed")


@pytest.fixture(scope="module")
def demo(installation: Installation) -> Iterator[Demo]:
    def fill(folder: Path) -> None:
        filled = Installation(folder / "tour", installation.post)
        filled.start("demo")
        filled.stop()

    copytree(once("tour", fill), installation.folder, dirs_exist_ok=True)
    installation.start("demo")
    people = {email: Api(installation.url) for email in (SOPHIE, ANNA)}
    for email, api in people.items():
        api.sign_in(email, "demo")
    sophie, anna = people[SOPHIE], people[ANNA]
    yield Demo(
        url=installation.url,
        people=people,
        orders=orders_of(sophie, "supplier") | orders_of(anna, "client"),
        client=sophie.call("GET", "/api/clients")["items"][0]["id"],
        product=sophie.call("GET", "/api/products")["items"][0]["id"],
        supplier=anna.call("GET", "/api/suppliers")["items"][0]["id"],
    )
    for api in people.values():
        api.close()


def orders_of(api: Api, side: str) -> dict[str, str]:
    """One order in each state as this side sees it: `changed/client`."""
    rows = api.call("GET", f"/api/orders?side={side}&limit=200")["items"]
    found = {f"{row['status']}/{side}": row["id"] for row in reversed(rows) if row["lines"]}
    missing = [state for state in STATES if f"{state}/{side}" not in found]
    assert not missing, f"The demo has no such orders for the {side}: {missing}"
    found["back-ordered"] = next(row["id"] for row in rows if row["backorder"])
    return found


# Where there is nothing of what a stop waits for.
NOWHERE: Final = "/nowhere"
FOLLOW: Final = """(path) => {
  const link = Object.assign(document.createElement("a"), { href: path });
  document.body.append(link);
  link.click();
  link.remove();
}"""


def follow(page: Page, path: str) -> None:
    """Go there from another page as a link does, which loads nothing anew; by way of nowhere, whose end is seen."""
    way_out = page.locator(".empty a[href='/']")
    page.evaluate(FOLLOW, NOWHERE)
    expect(way_out).to_be_visible()
    page.evaluate(FOLLOW, path)
    expect(way_out).to_have_count(0)


def visit(page: Page, words: Words, stops: list[Stop], *, afresh: bool = False) -> list[str]:
    """All that is wrong at these stops. A page is loaded where it must be: to begin with, after one on which something
    was opened, and where what shows is nowhere too; or all of them `afresh`."""
    faults: list[str] = []
    before: Stop | None = None
    for stop in stops:
        if afresh or before is None or before.opening:
            page.goto(stop.path)
        elif stop.path != before.path:
            (follow if stop.shows in FOLLOWED else Page.goto)(page, stop.path)
        expect(page.locator(stop.shows).first).to_be_visible()
        if stop.opening:
            stop.opening(page, words)
        faults += faults_of(page, f"{stop.path} {stop.name}".strip(), words.language)
        before = stop
    return faults


def test_the_doors(demo: Demo, opens: Opens, words: Words) -> None:
    window = opens(demo.url)
    stops = [
        Stop("/sign-in", "form"),
        Stop("/forgot", "form"),
        Stop("/link", "form"),
        Stop("/reset/nothing", "h1"),
        Stop("/enter/nothing", "h1"),
        Stop("/invitation/nothing", "h1"),
    ]
    is_clean(visit(window.page, words, stops, afresh=True) + window.errors)


@in_english_at_length
def test_the_pages_of_a_supplier(demo: Demo, opens: Opens, words: Words) -> None:
    stops = [
        Stop("/orders?tab=all", "tbody tr"),
        Stop("/orders?q=rien+du+tout&tab=all", ".empty"),
        Stop("/clients", "tbody tr"),
        Stop("/clients/new", "form"),
        Stop(f"/clients/{demo.client}", "form"),
        Stop("/products", "tbody tr"),
        Stop("/products/new", "form"),
        Stop(f"/products/{demo.product}", "form"),
        Stop("/team", "tbody tr"),
        Stop("/team", "tbody tr", press("Inviter une personne", "Invite someone")),
        Stop("/settings", "form"),
        Stop("/settings/company", "form"),
        Stop("/stock", "main h1"),
        Stop("/settings/bots", "main h2"),
        Stop("/settings/tokens", ".empty"),
        Stop("/settings/tokens", ".empty", press("Créer un jeton", "Create a token")),
        Stop("/mails", "main .card"),
        Stop("/nowhere", ".empty"),
        Stop("/settings", "form", press("Votre compte", "Your account", shows="[role=menu]"), "menu"),
        Stop("/settings", "form", open_help, "help"),
        Stop(
            "/orders?tab=mine",
            "tbody tr",
            press("Créer une commande", "Create an order", shows=".create-preview dd"),
        ),
        Stop(f"/orders/{'0' * 32}", "h1"),
    ]
    is_clean(run(demo, opens, words, SOPHIE, stops))


def test_the_sheets_of_a_supplier(demo: Demo, opens: Opens, words: Words) -> None:
    stops = [
        Stop(f"/orders/{demo.orders[f'{state}/supplier']}", "[data-line]", None, state) for state in STATES
    ]
    draft, opened = (f"/orders/{demo.orders[f'{state}/supplier']}" for state in ("draft", "changed"))
    stops += [
        Stop(f"/orders/{demo.orders['back-ordered']}", ".backorder", None, "back order"),
        Stop(draft, "[data-line]", open_choices, "products"),
        Stop(draft, "[data-line]", press("Envoyer", "Send"), "send"),
        Stop(opened, "[data-line]", open_line, "line"),
        Stop(opened, "[data-line]", edit_cell, "fault"),
        Stop(opened, "[data-line]", open_help, "keys"),
    ]
    is_clean(run(demo, opens, words, SOPHIE, stops))


@in_english_at_length
def test_the_pages_and_sheets_of_a_client(demo: Demo, opens: Opens, words: Words) -> None:
    changed = f"/orders/{demo.orders['changed/client']}"
    stops = [
        Stop("/purchases?tab=all", "tbody tr"),
        Stop("/suppliers", "tbody tr"),
        Stop("/suppliers/new", "form"),
        Stop(f"/suppliers/{demo.supplier}", "form"),
        *(Stop(f"/orders/{demo.orders[f'{state}/client']}", "[data-line]", None, state) for state in STATES),
        Stop(changed, "[data-line]", press("Revoir", "Review"), "review"),
        Stop(changed, "[data-line]", press("Livrer à", "Deliver to"), "address"),
        Stop(changed, "[data-line]", press("Commentaires", "Comments", shows=".aside"), "comments"),
        Stop(changed, "[data-line]", press("Historique", "History", shows=".aside li"), "history"),
        Stop(changed, "[data-line]", open_other("Annuler la commande", "Cancel the order"), "cancel"),
    ]
    is_clean(run(demo, opens, words, ANNA, stops))


def is_clean(faults: list[str]) -> None:
    assert not faults, "\n".join(faults)


def run(demo: Demo, opens: Opens, words: Words, email: str, stops: list[Stop]) -> list[str]:
    """All that is wrong on the way, and what the browser complained of."""
    api = demo.people[email]
    api.call("PATCH", "/api/me", {"language": words.language})
    window = opens(demo.url)
    window.sign_in(api.secret)
    return visit(window.page, words, stops) + window.errors
