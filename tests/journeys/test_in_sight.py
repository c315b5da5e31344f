"""What one needs is in sight on every screen: nothing of the sheet lies behind what is opened beside it or over it."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.away import elsewhere, written_order
from tests.journeys.browser import Window
from tests.journeys.sheet import Sheet
from tests.journeys.trade import ANNA, SOPHIE, Trade, add_products
from tests.journeys.words import Words
from tests.server.peer import Peer

Enters = Callable[..., Window]
SCREENS: Final = ((1280, 800), (1024, 768), (768, 1024), (360, 640))
# Whether a person who points at the middle of it would touch it, and nothing else.
IS_ON_TOP: Final = """(one) => {
  const { left, top, width, height } = one.getBoundingClientRect();
  const there = document.elementFromPoint(left + width / 2, top + height / 2);
  return there !== null && (one.contains(there) || there.contains(one));
}"""


def on_top(one: Locator) -> None:
    expect(one).to_be_in_viewport(ratio=0.99)
    assert one.evaluate(IS_ON_TOP), f"{one} lies behind something"


def test_what_opens_beside_the_sheet_covers_neither_its_head_nor_its_foot_nor_its_end(
    trade: Trade, enters: Enters, words: Words
) -> None:
    order = written_order(trade, *(("PG-300", "5"), ("CH-400", "10")) * 3)
    page = enters(ANNA).page
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"/orders/{order}")
        expect(page.locator("[data-line]")).to_have_count(6)
        page.get_by_role("button", name=words.pick("Commentaires", "Comments")).click()
        for one in (
            page.get_by_label(words.pick("Écrire un commentaire", "Write a comment")),
            page.locator(".action-bar [data-action=send]"),
            page.locator(".sheet-head .chip"),
            page.locator(".sheet-head .saved"),
        ):
            on_top(one)
        page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
        on_top(page.get_by_role("button", name=words["add products"]))


BOLT: Final[dict[str, Any]] = {
    "code": "BO-500", "name_fr": "Boulon", "name_en": "Bolt", "unit": "each", "price": "0.40", "minimum": "10",
}  # fmt: skip


# Once for a trade: a worker may leave these journeys to another, and come back to some of them.
@pytest.fixture(scope="package", autouse=True)
def bolt(trade: Trade) -> None:
    """A product of which the gate refuses less than ten."""
    add_products(trade.people[SOPHIE], [BOLT])


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 640)])
def test_a_refusal_is_seen_above_what_is_open_and_gives_the_value_back(
    trade: Trade, enters: Enters, words: Words, width: int, height: int
) -> None:
    order = trade.new_order("client")
    sheet = Sheet(enters(ANNA).page, words).open(order)
    page = sheet.page
    sheet.add_by_code("BO-500\t20")
    page.set_viewport_size({"width": width, "height": height})
    page.locator(".line-card-open, .grid-cell.column-line").first.click()
    panel = sheet.dialog()
    panel.get_by_label(words["quantity"], exact=True).fill("3")
    panel.get_by_label(words["quantity"], exact=True).press("Enter")
    tray = panel.locator(".refusals")
    on_top(tray.locator("summary"))
    on_top(tray.locator("q").first)
    on_top(tray.get_by_role("button", name=words.pick("Réessayer", "Try again")))
    expect(tray.locator("q")).to_have_text(["3", "20"])
    expect(panel.get_by_role("alert").first).to_contain_text(words.pick("Boulon", "Bolt"))
    tray.get_by_role("button", name=words.pick("Ignorer", "Dismiss")).click()
    expect(tray).to_have_count(0)
    panel.get_by_role("button", name=words["close"]).click()
    refused_in_the_window_of_products(trade, sheet, words)


def refused_in_the_window_of_products(trade: Trade, sheet: Sheet, words: Words) -> None:
    """What the catalogue says is told there; what it says no more is refused by the gate, as the line has it."""
    page, window = sheet.page, sheet.dialog()
    supplier = trade.people[SOPHIE]
    bolt = supplier.call("GET", "/api/products?q=BO-500")["items"][0]["id"]
    quantity = window.get_by_role("textbox", name=f"{words['quantity']}, {words.pick('Boulon', 'Bolt')}")

    def ask_for_four() -> None:
        page.get_by_role("button", name=words["add products"]).click()
        window.get_by_label(words["search a product"]).fill("BO-500")
        quantity.fill("4")
        quantity.press("Tab")

    ask_for_four()
    expect(window.locator(".stepper").get_by_role("alert")).to_contain_text("10")
    expect(window.locator(".refusals")).to_have_count(0)
    page.get_by_role("button", name=words.pick("Terminer", "Done")).click()
    supplier.call("PATCH", f"/api/products/{bolt}", {"minimum": None})
    ask_for_four()
    supplier.call("PATCH", f"/api/products/{bolt}", {"minimum": "10"})
    on_top(window.locator(".refusals summary"))
    on_top(window.locator(".refusals").get_by_role("button", name=words.pick("Copier", "Copy")))


# How much of the screen's height is taken by what stays there while one scrolls.
STAYING: Final = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const { position } = getComputedStyle(one);
  const { top, height } = one.getBoundingClientRect();
  return ["sticky", "fixed"].includes(position) && one.checkVisibility() && height > 0 && top >= 0 && top < innerHeight;
}).reduce((sum, one) => sum + one.offsetHeight, 0)"""


def test_a_page_magnified_four_times_leaves_room_to_read(trade: Trade, enters: Enters, words: Words) -> None:
    order = written_order(trade, ("PG-300", "5"))
    page = enters(ANNA, viewport={"width": 320, "height": 256}).page
    for path, shows in (
        (f"/orders/{order}", "[data-line]"),
        ("/suppliers/new", "form"),
        ("/settings/company", "form"),
        ("/purchases?tab=all", "tbody tr"),
    ):
        page.goto(path)
        expect(page.locator(shows).first).to_be_attached()
        page.mouse.wheel(0, 100)
        assert page.evaluate(STAYING) < 256 / 2, path


# Where the words and figures of the cells of a class end, and where their column does.
ENDS: Final = """(cells) => cells.map((cell) => {
  const written = document.createRange();
  written.selectNodeContents(cell);
  return [written.getBoundingClientRect().right, cell.getBoundingClientRect().right].map(Math.round);
})"""


def test_figures_end_at_the_edge_of_their_column_however_long(
    trade: Trade, enters: Enters, words: Words
) -> None:
    written_order(trade, ("PG-300", "900000"))
    page = enters(ANNA).page
    page.goto("/purchases?tab=draft")
    amount = page.locator(".at-total", has_text=words.pick("6 467", "$6,467")).first
    expect(amount).to_be_visible()
    for width in (1280, 768):
        page.set_viewport_size({"width": width, "height": 800})
        for ends in page.locator("tbody td.figure").evaluate_all(ENDS):
            assert ends[0] <= ends[1], f"at {width} px"


def test_what_is_open_stays_open_when_the_screen_is_turned(
    trade: Trade, enters: Enters, words: Words
) -> None:
    order = written_order(trade, ("PG-300", "5"))
    sheet = Sheet(enters(ANNA).page, words).open(order)
    sheet.press("send")
    for width, height in ((430, 932), (932, 430), (430, 932)):
        sheet.page.set_viewport_size({"width": width, "height": height})
        expect(sheet.page.locator(".line-card" if width < height else ".grid-row").first).to_be_attached()
        expect(sheet.dialog()).to_be_visible()


# Finish and hinge side in the words of a cabinet maker, and the job for which the line is.
TRIMMED: Final[dict[str, Any]] = {
    "unit": "each", "price": "41.50",
    "characteristics": [{"key": "finish", "name_fr": "Fini", "name_en": "Finish", "kind": "text"}],
}  # fmt: skip
IS_CUT: Final = "one => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth"


# On a tablet a name takes two lines, and leaves two more.
@pytest.mark.parametrize(
    ("width", "height", "name"),
    [(1280, 720, "Porte à cadre, érable"), (768, 1024, "Devant de tiroir à cadre, érable")],
    ids=["laptop", "tablet"],
)
def test_the_job_of_a_line_is_read_whole_on_an_old_laptop_and_on_a_tablet(
    trade: Trade, enters: Enters, words: Words, width: int, height: int, name: str
) -> None:
    code = f"P-{width}-{words.language}"
    product = add_products(trade.people[SOPHIE], [TRIMMED | {"code": code, "name_fr": name}])
    order = trade.new_order("client")
    asked = {
        "product": next(iter(product.values())), "position": "1", "quantity": "2",
        "characteristics/finish": "Lustré clair, gauche", "job_reference": "Cuisine Bérubé",
    }  # fmt: skip

    async def fill(peer: Peer) -> None:
        await peer.write("client", {f"lines/a/{noun}": value for noun, value in asked.items()})

    elsewhere(trade.people[ANNA], order, fill)
    page = enters(ANNA, viewport={"width": width, "height": height}).page
    page.goto(f"/orders/{order}")
    about = page.locator("[data-line] .product-more")
    expect(about).to_contain_text("Cuisine Bérubé")
    assert not about.evaluate(IS_CUT)
    assert not page.locator("[data-line] .product").evaluate(IS_CUT)


PRESS: Final[dict[str, Any]] = {
    "code": "PH-900", "name_fr": "Presse", "name_en": "Press", "unit": "each", "price": "912345678.90",
}  # fmt: skip
# Whatever the cells of a grid show, as far as it reaches out of its own cell. What is only heard is left out.
OUT_OF_CELL: Final = """(cells) => cells.flatMap((cell) => {
  const written = document.createRange();
  written.selectNodeContents(cell);
  const edges = cell.getBoundingClientRect();
  return [...written.getClientRects()]
    .filter(({ left, right, width }) => width > 1 && (left < edges.left - 1 || right > edges.right + 1))
    .map(() => cell.textContent);
})"""


def test_billions_and_a_long_job_stay_in_their_columns(trade: Trade, enters: Enters, words: Words) -> None:
    product = add_products(trade.people[SOPHIE], [PRESS | {"code": f"PH-900-{words.language}"}])
    order = trade.new_order("client")
    asked = {
        "product": next(iter(product.values())), "position": "1", "quantity": "9999",
        "job_reference": "RIMOUSKI_PHASE_2_BATIMENT_C_ETAGE_14_CUISINE_PRINCIPALE_0001",
    }  # fmt: skip

    async def fill(peer: Peer) -> None:
        await peer.write("client", {f"lines/a/{noun}": value for noun, value in asked.items()})

    elsewhere(trade.people[ANNA], order, fill)
    sheet = Sheet(enters(ANNA).page, words).open(order)
    total = sheet.cell(1, "total")
    expect(total).to_contain_text(words.pick("321,10", "321.10"))
    for width in (1280, 1024, 768):
        sheet.page.set_viewport_size({"width": width, "height": 800})
        assert sheet.page.locator("[data-line] .grid-cell").evaluate_all(OUT_OF_CELL) == [], f"at {width} px"
        assert not total.evaluate(IS_CUT), f"at {width} px"
