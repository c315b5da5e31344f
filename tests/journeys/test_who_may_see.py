"""Paul may read all of his company's orders and change nothing; Eve finds nothing that is not hers."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.api import Api
from tests.journeys.browser import Window, listed
from tests.journeys.conftest import Opens
from tests.journeys.sheet import Sheet
from tests.journeys.trade import ANNA, PAUL, SOPHIE, SUPPLIER, Trade, open_rival
from tests.journeys.words import Words

Enters = Callable[..., Window]


# Once for a trade: a worker may leave these journeys to another, and come back to some of them.
@pytest.fixture(scope="package")
def eve(trade: Trade) -> Iterator[Api]:
    eve = open_rival(trade.installation)
    yield eve
    eve.close()


def sent_order(trade: Trade, enters: Enters, words: Words) -> str:
    order = trade.new_order("supplier")
    sheet = Sheet(enters(SOPHIE).page, words).open(order)
    sheet.add_by_code("PG-300\t5", "CH-400\t10")
    sheet.send()
    return order


def test_a_viewer_sees_everything_and_changes_nothing(trade: Trade, enters: Enters, words: Words) -> None:
    order = sent_order(trade, enters, words)
    viewer = enters(PAUL)
    page = viewer.page
    page.goto("/purchases?tab=all")
    expect(page.get_by_role("row").filter(has=page.locator(f"a[href='/orders/{order}']"))).to_be_visible()
    expect(page.get_by_role("button", name=words["create a purchase"])).to_have_count(0)
    sheet = Sheet(page, words).open(order)
    sheet.stands("waiting")
    expect(sheet.rows()).to_have_count(2)
    changes_nothing(sheet, words)
    for act in ("send", "accept", "decline", "cancel", "amend"):
        answer = page.request.post(f"/api/orders/{order}/{act}", data={"reason": "non", "digest": "0" * 64})
        assert answer.status == 403, f"{act}: {answer.status} {answer.text()}"
    reads_only(page, words)
    assert viewer.errors == []


def changes_nothing(sheet: Sheet, words: Words) -> None:
    page = sheet.page
    sheet.cell(1, "quantity").click()
    page.keyboard.type("9")
    expect(page.locator(".cell-bar")).to_contain_text(
        words.pick("Votre rôle permet de lire", "Your role lets you read")
    )
    expect(sheet.grid.get_by_role("textbox")).to_have_count(0)
    expect(sheet.cell(1, "quantity")).to_have_text("5")
    expect(page.locator(".facts").locator("input, button:visible, textarea:not([readonly])")).to_have_count(0)
    expect(page.get_by_role("button", name=words["add products"])).to_have_count(0)
    expect(page.locator(".action-bar").get_by_role("button")).to_have_count(0)


def reads_only(page: Page, words: Words) -> None:
    """The other pages offer him nothing to press that would be denied."""
    page.goto("/suppliers")
    expect(page.get_by_role("link", name=SUPPLIER, exact=True)).to_be_visible()
    page.goto("/team")
    expect(page.get_by_role("row").filter(has_text=ANNA)).to_be_visible()
    expect(
        page.get_by_role("button", name=words.pick("Inviter une personne", "Invite someone"))
    ).to_have_count(0)
    page.goto("/suppliers/new")
    expect(
        page.get_by_role("heading", name=words.pick("Votre rôle ne permet pas", "Your role does not let you"))
    ).to_be_visible()
    expect(page.locator("main form")).to_have_count(0)
    page.get_by_role("link", name=words.pick("Voir les fournisseurs", "See the suppliers")).click()
    expect(page).to_have_url(re.compile("/suppliers$"))
    page.goto("/settings/company")
    expect(page.get_by_label(words["legal name"])).not_to_be_editable()


def test_a_rival_finds_nothing_by_its_address(
    trade: Trade, eve: Api, enters: Enters, opens: Opens, words: Words
) -> None:
    order = sent_order(trade, enters, words)
    eve.call("PATCH", "/api/me", {"language": words.language})
    window = opens(trade.installation.url)
    window.sign_in(eve.secret)
    page = window.page
    product = trade.products["PG-300"]
    for path in (f"/clients/{trade.client_id}", f"/suppliers/{trade.supplier_id}", f"/products/{product}"):
        page.goto(path)
        expect(page.get_by_role("heading", name=words["missing page"])).to_be_visible()
        assert page.request.get(f"/api{path}").status == 404
    page.goto(f"/orders/{order}")
    expect(page.get_by_role("heading", name=words["missing order"])).to_be_visible()
    there, nowhere = (page.request.get(f"/api/orders/{one}") for one in (order, "0" * 32))
    assert (there.status, there.json()) == (nowhere.status, nowhere.json())
    page.goto("/orders?tab=all")
    expect(listed(page).get_by_role("button", name=words["create an order"]).first).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(0)
    assert window.errors == []
