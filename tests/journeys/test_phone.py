"""What a phone asks of an order and of the pages around it: targets for a finger, lines in sight, cards with names."""

from collections.abc import Callable
from typing import Any, Final

from playwright.sync_api import Page, Route, expect

from tests.journeys.away import elsewhere, sent_order, signs, written_order
from tests.journeys.browser import Window
from tests.journeys.conftest import Opens
from tests.journeys.eyes import LEAST_TARGET, fits, too_small
from tests.journeys.sheet import Sheet
from tests.journeys.trade import ANNA, SOPHIE, Trade, add_products
from tests.journeys.words import Words
from tests.server.peer import Peer

Enters = Callable[..., Window]
PHONE: Final = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
SMALL_TABLET: Final = {"viewport": {"width": 768, "height": 1024}, "has_touch": True, "is_mobile": True}
TABLET: Final = {"viewport": {"width": 1024, "height": 768}, "has_touch": True, "is_mobile": True}
PAGES: Final = (
    *("/orders?tab=all", "/clients", "/clients/new", "/products", "/products/new", "/stock", "/team"),
    *("/settings", "/settings/company", "/settings/bots", "/settings/tokens"),
)


DOORS: Final = ("/sign-in", "/forgot", "/reset/nothing")
# A phone enlarges the page around what is smaller than this when one types there, and leaves it so.
LEAST_TYPED: Final = 16
ENLARGING: Final = """(least) => [...document.querySelectorAll("input, select, textarea")]
  .filter((one) => !["checkbox", "radio", "file"].includes(one.type))
  .filter((one) => parseFloat(getComputedStyle(one).fontSize) < least)
  .map((one) => `${one.localName}.${one.className}`)"""
TWO_FRAMES: Final = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def on_a_phone(enters: Enters, order: str) -> Page:
    """An order as Anna opens it there."""
    page = enters(ANNA, **PHONE).page
    page.goto(f"/orders/{order}")
    return page


def turn(page: Page, device: dict[str, Any]) -> None:
    """Let the page be as wide as on this device, and drawn."""
    page.set_viewport_size(device["viewport"])
    page.evaluate(TWO_FRAMES)


def enlarging(page: Page) -> list[str]:
    """The fields around which a phone would enlarge the page."""
    return [f"too small to type in: {one}" for one in page.evaluate(ENLARGING, LEAST_TYPED)]


def test_a_finger_meets_all_that_is_to_be_pressed_and_no_page_is_enlarged_by_typing_in_it(
    trade: Trade, enters: Enters, opens: Opens, words: Words
) -> None:
    found: list[str] = []
    inside, outside = enters(SOPHIE, **PHONE).page, opens(trade.installation.url, **PHONE).page
    for page, paths in ((inside, PAGES), (outside, DOORS)):
        for path in paths:
            page.goto(path)
            expect(page.locator("h1").first).to_be_visible()
            expect(page.locator(".bones")).to_have_count(0)
            for device in (PHONE, TABLET):
                turn(page, device)
                at = f"{path} at {device['viewport']}"
                found += [f"{at}: {one}" for one in (*enlarging(page), *too_small(page))]
    sheet = written_order(trade, ("PG-300", "5"), by="supplier")
    for device in (PHONE, TABLET):
        turn(inside, device)
        inside.goto(f"/orders/{sheet}")
        expect(inside.locator("[data-line]").first).to_be_visible()
        found += [f"sheet: {one}" for one in enlarging(inside)]
        inside.locator(".line-card, .column-line.grid-cell").first.click()
        expect(inside.locator("dialog[open] select, dialog[open] input").first).to_be_visible()
        found += [f"line: {one}" for one in enlarging(inside)]
    assert not found, "\n".join(found)


def test_a_finger_meets_all_of_a_sheet(trade: Trade, enters: Enters, words: Words) -> None:
    order = written_order(trade, ("PG-300", "5"))
    page = enters(ANNA, **PHONE).page
    found: list[str] = []
    for device in (PHONE, SMALL_TABLET, TABLET):
        turn(page, device)
        page.goto(f"/orders/{order}")
        expect(page.locator("[data-line]").first).to_be_visible()
        found += [f"sheet at {device['viewport']}: {target}" for target in too_small(page)]
        page.get_by_role("button", name=words.pick("Commentaires", "Comments")).click()
        aside = page.locator(".aside-head button")
        expect(aside.first).to_be_visible()
        heights = aside.evaluate_all("(all) => all.map((one) => one.offsetHeight)")
        found += [
            f"aside at {device['viewport']}: {height} px" for height in heights if height < LEAST_TARGET
        ]
    assert not found, "\n".join(found)


LEVEL: Final[dict[str, Any]] = {
    "product_id": "p", "code": "PG-300", "name_fr": "Poignée", "name_en": "Handle", "unit": "each", "decimals": 0,
    "point": "", "variant": "", "on_hand": "20", "arrivals": [], "reserved": "6", "asked": "30", "free": "14",
}  # fmt: skip


def test_what_is_above_the_stock_stands_still_when_it_comes(enters: Enters) -> None:
    page = enters(SOPHIE, **PHONE).page
    held: list[Route] = []
    page.route("**/api/stock?*", lambda one: held.append(one))
    with page.expect_request("**/api/stock?*"):
        page.goto("/stock")
    expect(page.locator(".bones")).to_be_visible()
    before = page.locator(".listing-tools").bounding_box()
    assert held
    for one in held:
        one.fulfill(json={"items": [LEVEL], "next": None})
    expect(page.locator("[data-key=new]")).to_be_visible()
    assert page.locator(".listing-tools").bounding_box() == before


def test_two_lines_and_the_foot_are_whole_on_a_phone(trade: Trade, enters: Enters, words: Words) -> None:
    order = written_order(trade, ("PG-300", "5"), ("CH-400", "10"))
    page = on_a_phone(enters, order)
    # Both dates are there: a draft is written by whoever made it. What unfolds the rest stands beside the second.
    promised = page.locator("[data-cell=promised_date]")
    expect(promised).to_be_visible()
    reference = page.locator("[data-cell=reference] textarea")
    one_line = reference.evaluate("one => one.clientHeight")
    reference.fill("BT-4471, chalet du lac")
    reference.blur()
    assert reference.evaluate("one => one.clientHeight") > one_line
    line, foot = page.locator(".line-card").nth(1), page.locator(".action-bar")
    above, below = line.bounding_box(), foot.bounding_box()
    second, fold = promised.bounding_box(), page.locator(".facts-fold").bounding_box()
    assert above
    assert below
    assert second
    assert fold
    assert above["y"] + above["height"] <= below["y"]
    assert fold["y"] < second["y"] + second["height"] <= above["y"]
    Sheet(page, words).is_saved()
    signs(trade.people[ANNA], order, "send")
    # The button of the other actions is alone now, and has no row of its own.
    expect(page.locator(".actions-buttons button")).to_have_count(1)
    total, more = page.locator(".totals").bounding_box(), page.locator(".actions-buttons").bounding_box()
    assert total
    assert more
    assert more["y"] < total["y"] + total["height"]


def test_the_foot_of_an_order_without_lines_is_at_the_foot_of_the_screen_and_the_menus_come_back_with_the_list(
    trade: Trade, enters: Enters
) -> None:
    page = on_a_phone(enters, trade.new_order("client"))
    foot, menus = page.locator(".action-bar"), page.locator(".bottom")
    expect(foot).to_be_in_viewport(ratio=1)
    expect(menus).to_be_hidden()
    box = foot.bounding_box()
    assert box
    assert box["y"] + box["height"] == 740
    assert page.evaluate("() => document.documentElement.scrollHeight") == 740
    page.locator(".sheet-back").click()
    expect(menus).to_be_visible()


LONG_NAME: Final[dict[str, Any]] = {
    "name_fr": "Porte à panneau surélevé, érable massif huilé", "name_en": "Raised panel door, oiled solid maple wood",
    "unit": "each", "price": "41.50", "sizing": "dimensions",
    "dimensions": [{"key": "width", "name_fr": "Largeur", "name_en": "Width"}],
}  # fmt: skip
IS_WHOLE: Final = "one => one.scrollHeight <= one.clientHeight && one.clientHeight > 30"
IS_OVER: Final = """card => [...card.querySelectorAll("span")].filter(
  (one) => one.getBoundingClientRect().bottom > card.getBoundingClientRect().bottom - 4).length"""

# A word that begins on one line and ends on another.
BROKEN_WORDS: Final = r"""about => {
  const texts = document.createTreeWalker(about, NodeFilter.SHOW_TEXT), broken = [];
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    for (const word of text.data.matchAll(/\S+/g)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) broken.push(word[0]);
    }
  }
  return broken;
}"""


def test_a_card_has_room_for_two_lines_of_a_name_and_all_that_is_said_of_a_line(
    trade: Trade, enters: Enters, words: Words
) -> None:
    sophie, code = trade.people[SOPHIE], f"LN-{'X' * 24}-{words.language}"
    product = add_products(sophie, [LONG_NAME | {"code": code}])[code]
    order = trade.new_order("supplier")
    asked = {"product": product, "position": "1", "quantity": "12", "dimensions/width": "34 1/2"}
    asked["job_reference"] = "Laboratoire"
    offered = {
        "discount": "5", "promised_date": "2099-01-15", "backorder_quantity": "4", "backorder_date": "2099-02-01",
    }  # fmt: skip

    async def fill(peer: Peer) -> None:
        await peer.write("client", {f"lines/a/{noun}": value for noun, value in asked.items()})
        await peer.write("supplier", {f"lines/a/{noun}": value for noun, value in offered.items()})

    elsewhere(sophie, order, fill)
    page = enters(SOPHIE, **PHONE).page
    page.goto(f"/orders/{order}")
    card = page.locator(".line-card")
    expect(card).to_contain_text("B/O")
    expect(card).to_contain_text("−5")
    assert card.locator(".product-title").evaluate(IS_WHOLE)
    assert card.evaluate(IS_OVER) == 0
    page.locator(".line-card-open").click()
    about = page.get_by_role("dialog").locator(".product-more")
    expect(about).to_contain_text("Laboratoire")
    assert about.evaluate(BROKEN_WORDS) == []


# The lines of text in a cell.
LINES: Final = """cell => {
  const range = document.createRange();
  range.selectNodeContents(cell);
  return new Set([...range.getClientRects()].map(({ top }) => top)).size;
}"""


def test_thousands_break_no_word_of_a_changed_card_and_no_amount_beside_the_history(
    trade: Trade, enters: Enters, words: Words
) -> None:
    order = sent_order(trade, ("CH-400", "2"))

    async def offer(peer: Peer) -> None:
        offered = {"quantity": "4", "unit_price": "1234.50", "promised_date": "2099-01-15"}
        await peer.write("supplier", {f"lines/a/{noun}": value for noun, value in offered.items()})

    elsewhere(trade.people[SOPHIE], order, offer)
    page = on_a_phone(enters, order)
    card = page.locator(".line-card")
    expect(card.locator(".is-changed")).to_have_count(3)
    assert card.evaluate(BROKEN_WORDS) == []
    desk = Sheet(enters(ANNA).page, words).open(order)
    desk.page.get_by_role("button", name=words.pick("Historique", "History")).click()
    expect(desk.page.locator(".aside li").first).to_be_visible()
    assert desk.cell(1, "total").evaluate(LINES) == 1
    assert desk.cell(1, "price").locator(".value-now").evaluate(LINES) == 1


def test_what_was_not_taken_is_whole_on_a_phone(trade: Trade, enters: Enters) -> None:
    order, sophie = sent_order(trade), trade.people[SOPHIE]
    trade.people[ANNA].call("POST", f"/api/orders/{order}/cancel", {"reason": "Chantier reporté."})
    elsewhere(sophie, order, lambda peer: peer.write("supplier", {"lines/b/unit_price": "11.25"}))
    page = enters(SOPHIE, **PHONE | {"viewport": {"width": 360, "height": 640}}).page
    page.goto(f"/orders/{order}")
    told = page.locator(".sheet-top > .refusals")
    expect(told.get_by_role("button")).to_have_count(2)
    assert told.evaluate("one => one.scrollHeight <= one.clientHeight")


def test_the_job_of_a_line_is_read_on_its_card(trade: Trade, enters: Enters) -> None:
    sophie, job = trade.people[SOPHIE], "Laboratoire, étage 2"
    order = trade.new_order("supplier")

    async def fill(peer: Peer) -> None:
        await peer.write("client", {"lines/a/product": trade.products["PS-100"], "lines/a/position": "1"})
        await peer.write("client", {"lines/a/dimensions/width": "34 1/2", "lines/a/job_reference": job})

    elsewhere(sophie, order, fill)
    page = enters(SOPHIE, **PHONE).page
    page.goto(f"/orders/{order}")
    card = page.locator(".line-card")
    told = card.get_by_text(job)
    expect(told).to_be_visible()
    outside = told.evaluate(
        """(one, card) => {
      const [own, whole] = [one.getBoundingClientRect(), card.getBoundingClientRect()];
      const cut = [...document.querySelectorAll(".line-card *")].filter((box) => box.contains(one));
      return own.right > whole.right || own.bottom > whole.bottom
        || cut.some((box) => box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX !== "visible");
    }""",
        card.element_handle(),
    )
    assert not outside


def test_a_changed_card_begins_where_the_others_do(trade: Trade, enters: Enters) -> None:
    order = sent_order(trade)
    elsewhere(
        trade.people[SOPHIE], order, lambda peer: peer.write("supplier", {"lines/a/unit_price": "7.00"})
    )
    page = on_a_phone(enters, order)
    expect(page.locator(".line-card.is-marked")).to_have_count(1)
    begins = page.locator(".line-card-main").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().left)"
    )
    assert len(begins) == 2
    assert begins[0] == begins[1]


def test_the_word_that_leads_to_what_is_missing_is_as_high_as_a_finger(trade: Trade, enters: Enters) -> None:
    page = on_a_phone(enters, written_order(trade, ("PG-300", "")))
    expect(page.locator(".action-bar .link")).to_be_visible()
    assert too_small(page) == []


def test_the_other_actions_open_at_their_button(trade: Trade, enters: Enters, words: Words) -> None:
    order = sent_order(trade)
    elsewhere(trade.people[ANNA], order, lambda peer: peer.write("client", {"lines/a/quantity": "6"}))
    page = on_a_phone(enters, order)
    button = page.get_by_role("button", name=words["other actions"])
    button.click()
    expect(page.locator(".actions-buttons .button")).to_have_count(3)
    expect(page.get_by_role("menu")).to_be_in_viewport(ratio=1)
    there, opened = button.bounding_box(), page.get_by_role("menu").bounding_box()
    assert there
    assert opened
    assert opened["x"] <= there["x"] < opened["x"] + opened["width"], (there, opened)


def test_a_finger_is_met_by_no_keyboard_where_there_is_something_to_choose(
    trade: Trade, enters: Enters, words: Words
) -> None:
    page = on_a_phone(enters, written_order(trade, ("PG-300", "5")))
    dialog = page.get_by_role("dialog")
    for opens_it in (
        page.get_by_role("button", name=words.pick("Livrer à", "Deliver to")),
        page.get_by_role("button", name=words["add products"]),
        page.locator(".line-card-open"),
    ):
        opens_it.click()
        expect(dialog.get_by_role("heading").first).to_be_focused()
        dialog.get_by_role("button", name=words["close"]).click()
        expect(dialog).to_be_hidden()


def test_a_mouse_keeps_dense_pages(enters: Enters, words: Words) -> None:
    page = enters(SOPHIE).page
    page.goto("/clients")
    button = page.get_by_role("link", name=words["add a client"]).bounding_box()
    assert button
    assert button["height"] == 36


def test_the_values_of_a_card_have_names(trade: Trade, enters: Enters, words: Words) -> None:
    sophie = trade.people[SOPHIE]
    token = sophie.call("POST", "/api/tokens", {"name": "Comptes", "scopes": ["read"], "days": 90})
    cards = {
        "/team": (("role", "Rôle", "Role"), ("seen", "Dernière visite", "Last visit")),
        "/settings/tokens": (
            ("scopes", "Droits", "Rights"),
            ("used", "Dernier usage", "Last used"),
            ("ends", "Échéance", "Expires"),
        ),
        "/clients": (("orders", "Commandes", "Orders"),),
    }
    page = enters(SOPHIE, **PHONE).page
    for path, values in cards.items():
        page.goto(path)
        for key, french, english in values:
            name = page.locator(f"td.at-{key} .cell-name").first
            expect(name).to_be_visible()
            expect(name).to_have_text(words.pick(french, english))
        assert fits(page), path
    sophie.call("DELETE", f"/api/tokens/{token['id']}")


def test_the_fault_of_a_registration_number_has_room(enters: Enters, words: Words) -> None:
    page = enters(SOPHIE, **PHONE).page
    page.goto("/settings/company")
    page.get_by_role("button", name=words["add a registration"]).click()
    number = page.get_by_label(f"{words['number']} {words.pick('TPS', 'GST')}")
    number.fill("123")
    page.get_by_role("button", name=words["save"]).click()
    told = page.locator(".registration .fault")
    expect(told).to_be_visible()
    for part in (told, number):
        box = part.bounding_box()
        assert box
        assert box["width"] >= 200, box
    assert fits(page)
