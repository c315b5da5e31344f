"""Whatever happened meanwhile, and whatever one did without a network: what stands, and what one is told.

Somebody of either company works away from the network on an order that waits for his answer; his colleague and the
other company go on.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.api import Api
from tests.journeys.away import Devices, Traveller, elsewhere, sent_order, signs
from tests.journeys.conftest import Travels
from tests.journeys.installation import PASSWORD
from tests.journeys.trade import ANNA, LUC, NAMES, PAUL, SOPHIE, Side, Trade, let_in_again, set_member

COMMENT = {"text": "Vu avec l’atelier", "anchor": ""}


@dataclass(frozen=True, eq=False)
class Company:
    """One who travels, his colleague who stays, somebody of the other company, and what they write."""

    name: str
    side: Side
    traveller: str
    colleague: str
    other: str
    role: str
    cleared: str
    """The cell of line a that he can clear, and what a colleague writes there."""
    instead: str
    another: dict[str, Any]
    """What a colleague writes elsewhere."""
    theirs: dict[str, Any]
    """What the other company writes and signs."""


SELLERS = Company(
    "Luc", "supplier", LUC, SOPHIE, ANNA, "standard", "unit_price", "5.00",
    {"lines/b/unit_price": "2.50"}, {"lines/b/quantity": "12"},
)  # fmt: skip
BUYERS = Company(
    "Anna", "client", ANNA, PAUL, SOPHIE, "manager", "quantity", "4",
    {"lines/b/quantity": "12"}, {"lines/b/unit_price": "2.50"},
)  # fmt: skip

# what others did
MEANWHILE = (
    "nothing",
    "another cell",
    "the same cell",
    "closed",
    "agreed",
    "signed",
    "role lowered",
    "rebuilt",
    "withdrawn",
    "rejected",
    "amended",
    "server restarted",
    "session ended",
    "access lost",
)
# what one did
DEEDS = ("edit", "clear", "add a line", "note", "comment", "sign", "new order")
TURNS = {
    "closed": ("closed",),
    "agreed": ("agreed",),
    "signed": ("signed",),
    "role lowered": ("read_only",),
    "amended": ("agreed", "amending"),
}
# What changes nothing of the order itself.
HARMLESS = ("nothing", "server restarted", "session ended")


@dataclass(frozen=True)
class Case:
    company: Company
    meanwhile: str
    did: str

    def __str__(self) -> str:
        return f"{self.meanwhile} while {self.company.name} does {self.did}".replace(" ", "-")

    @property
    def is_taken(self) -> bool:
        """Whether what he did takes effect."""
        if self.did == "new order":
            # Nothing that happens to another order touches it.
            return self.meanwhile not in ("role lowered", "access lost")
        if self.did == "sign":
            # An amendment that changed no term yet: he accepts what stands. A colleague who signed the same terms has
            # done for their company what he wished.
            return self.meanwhile in (*HARMLESS, "amended", "agreed", "the same cell")
        if self.meanwhile in ("role lowered", "rebuilt", "access lost"):
            return False
        if self.meanwhile in ("closed", "agreed"):
            return self.did == "comment"
        return not (self.meanwhile == "the same cell" and self.did in ("edit", "clear"))


CASES = [Case(*three) for three in product((SELLERS, BUYERS), MEANWHILE, DEEDS)]
# Each thing that one can do and most of what can happen; every run of the tests has these.
ALWAYS = {
    (SELLERS, "the same cell", "edit"),
    (SELLERS, "role lowered", "add a line"),
    (SELLERS, "amended", "clear"),
    (SELLERS, "access lost", "new order"),
    (BUYERS, "rebuilt", "edit"),
    (BUYERS, "signed", "sign"),
    (BUYERS, "closed", "note"),
    (BUYERS, "agreed", "comment"),
}


def parameters() -> list[Any]:
    def one(case: Case) -> Any:
        is_always = (case.company, case.meanwhile, case.did) in ALWAYS
        return pytest.param(case, id=str(case), marks=() if is_always else pytest.mark.torture)

    return [one(case) for case in CASES]


@pytest.fixture(scope="module", autouse=True)
def paul_may_write(trade: Trade) -> Any:
    """Anna has a colleague who goes on, and may change her role."""
    set_member(trade, PAUL, {"role": "manager"})
    yield
    set_member(trade, PAUL, {"role": "viewer"})


@dataclass(frozen=True)
class Scene:
    """One case as it is played: the order that waits for the traveller, and who can do what to it."""

    trade: Trade
    case: Case
    order: str

    @property
    def company(self) -> Company:
        return self.case.company

    @property
    def colleague(self) -> Api:
        return self.trade.people[self.company.colleague]

    @property
    def other(self) -> Api:
        return self.trade.people[self.company.other]

    def of_side(self, side: Side) -> Api:
        """Somebody of a company who did not travel."""
        return self.colleague if side == self.company.side else self.other

    def writes(self, side: Side, cells: dict[str, Any]) -> None:
        elsewhere(self.of_side(side), self.order, lambda peer: peer.write(side, cells))

    def change_traveller(self, facts: dict[str, Any]) -> None:
        set_member(self.trade, self.company.traveller, facts, by=self.company.colleague)

    def view(self, order: str) -> Any:
        return self.colleague.call("GET", f"/api/orders/{order}")


def waiting_order(trade: Trade, company: Company) -> str:
    """An order that the other company signed last."""
    order = sent_order(trade)
    if company is BUYERS:
        sophie = trade.people[SOPHIE]
        elsewhere(sophie, order, lambda peer: peer.write("supplier", {"lines/b/unit_price": "3.00"}))
        signs(sophie, order, "send")
    return order


def act_alone(one: Traveller, company: Company, did: str) -> str:
    """The traveller does something without a network. Gives the id of the order he did it to."""
    sheet, page = one.sheet, one.page
    if did == "edit":
        one.writes(1, "quantity", "3")
    elif did == "clear":
        sheet.cell(1, "price" if company.cleared == "unit_price" else "quantity").click()
        page.keyboard.press("Delete")
    elif did == "add a line":
        page.get_by_role("button", name=sheet.words["add products"]).focus()
        sheet.paste("PG-300\t2")
        expect(sheet.rows()).to_have_count(3)
        expect(sheet.cell(3, "product")).to_contain_text("Poignée")
    elif did == "note":
        sheet.field("note").fill("Bois clair")
    elif did == "comment":
        page.get_by_role("button", name="Commentaires").click()
        page.get_by_label("Écrire un commentaire").fill(COMMENT["text"])
        page.get_by_role("button", name="Publier").click()
    elif did == "sign":
        sheet.accept()
        expect(one.signature).to_have_attribute("data-signature", "pending")
    else:
        begin(one, company.side)
    return page.url.rpartition("/")[2]


def begin(one: Traveller, side: Side) -> None:
    """Begin an order of three handles with the other company."""
    sheet, page = one.sheet, one.page
    page.goto("/orders" if side == "supplier" else "/purchases")
    name = sheet.words["create an order" if side == "supplier" else "create a purchase"]
    page.get_by_role("button", name=name).click()
    page.get_by_role("button", name=sheet.words["create and open"]).click()
    expect(sheet.grid).to_be_visible()
    page.get_by_role("button", name=sheet.words["add products"]).focus()
    sheet.paste("PG-300\t3")
    expect(sheet.cell(1, "product")).to_contain_text("Poignée")


def act_elsewhere(scene: Scene) -> None:
    """What the others do while he is away."""
    company, order = scene.company, scene.order
    happens: dict[str, Callable[[], None]] = {
        "nothing": lambda: None,
        "another cell": lambda: scene.writes(company.side, company.another),
        "the same cell": lambda: write_the_same(scene),
        "closed": lambda: scene.colleague.call(
            "POST", f"/api/orders/{order}/decline", {"reason": "Trop tard"}
        ),
        "agreed": lambda: signs(scene.colleague, order, "accept"),
        "signed": lambda: sign_other_terms(scene),
        "role lowered": lambda: scene.change_traveller({"role": "viewer"}),
        "rebuilt": lambda: rebuild(scene.trade, order),
        "withdrawn": lambda: scene.writes("client", {"lines/a/withdrawn": True}),
        "rejected": lambda: scene.writes("supplier", {"lines/a/rejected": True}),
        "amended": lambda: amend(scene),
        "server restarted": lambda: restart(scene.trade),
        "session ended": lambda: end_session(scene.trade, company.traveller),
        "access lost": lambda: scene.change_traveller({"active": False}),
    }
    happens[scene.case.meanwhile]()


def write_the_same(scene: Scene) -> None:
    """The colleague does the same thing, otherwise."""
    company, order = scene.company, scene.order
    handle, hinge = scene.trade.products["PG-300"], scene.trade.products["CH-400"]
    cells: dict[str, dict[str, Any]] = {
        "edit": {"lines/a/quantity": "4"},
        "clear": {f"lines/a/{company.cleared}": company.instead},
        "add a line": {"lines/c/product": hinge, "lines/c/position": "9"},
    }
    if scene.case.did == "sign":
        signs(scene.colleague, order, "accept")
    elif scene.case.did == "comment":
        elsewhere(scene.colleague, order, lambda peer: peer.write("comments", {"c1": COMMENT}))
    elif scene.case.did == "note":
        elsewhere(scene.colleague, order, write_note)
    elif scene.case.did == "new order":
        line = {"lines/a/product": handle, "lines/a/position": "1", "lines/a/quantity": "9"}
        made = scene.trade.new_order(company.side)
        elsewhere(scene.colleague, made, lambda peer: peer.write("client", line))
    else:
        scene.writes(company.side, cells[scene.case.did])


async def write_note(peer: Any) -> None:
    peer.note += "Avant midi. "
    await peer.flush()
    await peer.saved()


def sign_other_terms(scene: Scene) -> None:
    scene.writes("client" if scene.company is SELLERS else "supplier", scene.company.theirs)
    signs(scene.other, scene.order, "send")


def amend(scene: Scene) -> None:
    signs(scene.colleague, scene.order, "accept")
    scene.colleague.call("POST", f"/api/orders/{scene.order}/amend", {})


def end_session(trade: Trade, email: str) -> None:
    trade.people[email].call("POST", "/api/logout")
    trade.people[email].sign_in(email, PASSWORD)


def restart(trade: Trade) -> None:
    trade.installation.stop()
    trade.installation.go_on()


def rebuild(trade: Trade, order: str) -> None:
    """The order's document has another epoch, as after a backup was restored."""
    trade.installation.stop()
    (file,) = trade.installation.folder.glob("*.sqlite3")
    with sqlite3.connect(file) as database:
        database.execute('UPDATE "order" SET epoch = ? WHERE id = ?', ("f" * 32, order))
    database.close()
    trade.installation.go_on()


def is_there(scene: Scene, order: str) -> bool:
    """Whether what he did stands for everybody."""
    side, did = scene.company.side, scene.case.did
    if did == "new order":
        items = scene.colleague.call("GET", f"/api/orders?side={side}&limit=200")["items"]
        if order not in {item["id"] for item in items}:
            return False
        return [line["terms"]["quantity"] for line in scene.view(order)["lines"]] == ["3"]
    view = scene.view(order)
    register = view[side]
    if did == "edit":
        return bool(register.get("lines/a/quantity") == "3")
    if did == "clear":
        return f"lines/a/{scene.company.cleared}" not in register
    if did == "add a line":
        handle = scene.trade.products["PG-300"]
        return any(
            key.endswith("/product") and key != "lines/a/product" and value == handle
            for key, value in register.items()
        )
    if did == "note":
        return "Bois clair" in view["note"]
    if did == "comment":
        name = NAMES[scene.company.traveller]
        return any(
            one["text"] == COMMENT["text"] and one["by"]["name"] == name for one in view["comments"].values()
        )
    return bool(view["status"] == "agreed")


def test_the_matrix_has_every_case() -> None:
    assert len(CASES) == 2 * 14 * 7 == len(set(map(str, CASES)))
    assert {(case.company, case.meanwhile, case.did) for case in CASES} >= ALWAYS
    assert {did for _, _, did in ALWAYS} == set(DEEDS)


@pytest.mark.parametrize("case", parameters())
def test_whatever_happened_one_keeps_what_counts_and_is_told_the_rest(
    trade: Trade, travels: Travels, devices: Devices, case: Case, request: pytest.FixtureRequest
) -> None:
    company = case.company
    scene = Scene(trade, case, waiting_order(trade, company))
    one = travels(company.traveller, scene.order)
    one.leaves()
    order = act_alone(one, company, case.did)
    if case.meanwhile == "role lowered":
        request.addfinalizer(lambda: scene.change_traveller({"role": company.role}))
    if case.meanwhile == "access lost":
        request.addfinalizer(lambda: let_in_again(trade, company.traveller, by=company.colleague))
    act_elsewhere(scene)
    one.page.context.set_offline(False)
    is_told(one, case)
    assert is_there(scene, order) == case.is_taken
    is_left_behind = case.did == "new order" and not case.is_taken
    if case.meanwhile in ("session ended", "access lost") or is_left_behind:
        devices.come_home(None)
        devices.give_up(company.traveller)


def is_told(one: Traveller, case: Case) -> None:
    if case.meanwhile == "access lost":
        is_put_out(one)
        return
    if case.meanwhile == "session ended":
        signs_in_again(one, case)
    if case.did == "new order":
        is_told_of_his_new_order(one, case)
    elif case.meanwhile == "rebuilt":
        is_told_of_another_epoch(one, case)
    else:
        one.sheet.is_saved()
        is_told_of_the_order(one, case)


def is_put_out(one: Traveller) -> None:
    """He may take along what he wrote."""
    page = one.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre accès a été retiré")
    page.get_by_role("button", name="Copier ce travail").click()
    expect(page.get_by_role("button", name="Copié")).to_be_visible()
    assert "modification" in page.evaluate("navigator.clipboard.readText()")


def signs_in_again(one: Traveller, case: Case) -> None:
    page, words = one.page, one.sheet.words
    ended = page.locator("[data-ending=signed_out]")
    expect(ended).to_contain_text("Votre session est terminée")
    if case.did != "sign":
        takes_along(one, ended)
    page.get_by_role("button", name="Ouvrir une session").click()
    page.get_by_label(words["e-mail"]).fill(case.company.traveller)
    page.get_by_label(words["password"], exact=True).fill(PASSWORD)
    page.get_by_role("button", name=words["sign in"]).click()


def takes_along(one: Traveller, ended: Any) -> None:
    ended.get_by_role("button", name="Copier 1 modification").click()
    assert "\t" in one.page.evaluate("navigator.clipboard.readText()")


def is_told_of_another_epoch(one: Traveller, case: Case) -> None:
    """Nothing is merged; what he wrote can be taken along, and then the server's copy opens."""
    ended = one.page.locator("[data-ending=epoch]")
    expect(ended).to_contain_text("Cette commande a été reconstruite")
    if case.did != "sign":
        takes_along(one, ended)
    ended.get_by_role("button", name="Rouvrir la commande").click()
    one.sheet.is_saved()


def is_told_of_his_new_order(one: Traveller, case: Case) -> None:
    if case.is_taken:
        one.sheet.is_saved()
        one.sheet.stands("draft")
        return
    refused = one.page.locator("[data-not-born]")
    expect(refused).to_contain_text("Le serveur n’a pas pu créer cette commande")
    refused.get_by_role("button", name="Copier mes modifications").click()
    assert "PG-300" in one.page.evaluate("navigator.clipboard.readText()")


def is_told_of_the_order(one: Traveller, case: Case) -> None:
    if case.did == "sign":
        is_told_of_his_signature(one, case)
    elif case.is_taken:
        expect(one.absence).to_be_visible()
        expect(one.refusals).to_have_count(0)
        one.absence.get_by_role("button", name="Tout voir").or_(
            one.absence.get_by_role("button", name="Réduire")
        ).wait_for()
    else:
        expect(one.refusals).to_be_visible()
        expect(one.refusals.get_by_role("button", name="Copier").first).to_be_visible()
        expect(one.absence).to_contain_text("non retenue")
    is_signed_anew = case.did == "sign" and case.is_taken and case.meanwhile != "agreed"
    for turn in () if is_signed_anew else TURNS.get(case.meanwhile, ()):
        expect(one.absence.locator(f"[data-turn={turn}]")).to_be_visible()


def is_told_of_his_signature(one: Traveller, case: Case) -> None:
    if case.is_taken:
        one.sheet.is_green()
        expect(one.signature).to_have_count(0)
        return
    expect(one.signature).to_have_attribute("data-signature", "refused")
    expect(one.signature).to_contain_text("n’a pas été retenue")
