"""Whatever happened meanwhile, and whatever one did without a network: what stands, and what one is told.

Luc sells. He works away from the network on an order that Anna has sent; Sophie, his colleague, and Anna go on.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.away import Traveller, elsewhere
from tests.journeys.browser import Window
from tests.journeys.installation import PASSWORD
from tests.journeys.sheet import Sheet
from tests.journeys.test_offline import sent_order
from tests.journeys.trade import ANNA, LUC, SOPHIE, Trade
from tests.journeys.words import Words

Enters = Callable[..., Window]
QUANTITY, PRICE = "supplier/lines/a/quantity", "supplier/lines/a/unit_price"
COMMENT = {"text": "Vu avec l’atelier", "anchor": ""}

# what others did
MEANWHILE = (
    "nothing",
    "another cell",
    "the same cell",
    "closed",
    "agreed",
    "role lowered",
    "rebuilt",
    "withdrawn",
    "rejected",
    "amended",
    "server restarted",
    "session ended",
    "access lost",
)
# what Luc did
DEEDS = ("edit", "clear", "add a line", "note", "comment", "sign")
TURNS = {
    "closed": ("closed",),
    "agreed": ("agreed",),
    "role lowered": ("read_only",),
    "amended": ("agreed", "amending"),
}
# What changes nothing of the order itself.
HARMLESS = ("nothing", "server restarted", "session ended")


@dataclass(frozen=True)
class Case:
    meanwhile: str
    did: str

    @property
    def is_taken(self) -> bool:
        """Whether what Luc did takes effect."""
        if self.did == "sign":
            # An amendment that changed no term yet: he accepts what stands.
            return self.meanwhile in (*HARMLESS, "amended")
        if self.meanwhile in ("role lowered", "rebuilt", "access lost"):
            return False
        if self.meanwhile in ("closed", "agreed"):
            return self.did == "comment"
        return not (self.meanwhile == "the same cell" and self.did in ("edit", "clear"))


CASES = [Case(*pair) for pair in product(MEANWHILE, DEEDS)]


def act_alone(luc: Traveller, did: str) -> None:
    """Luc does something without a network."""
    sheet, page = luc.sheet, luc.page
    if did == "edit":
        luc.writes(1, "quantity", "3")
    elif did == "clear":
        sheet.cell(1, "price").click()
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
    else:
        sheet.accept()
        expect(luc.signature).to_have_attribute("data-signature", "pending")


def act_elsewhere(trade: Trade, order: str, case: Case) -> None:
    """What the others do while Luc is away."""
    sophie, anna = trade.people[SOPHIE], trade.people[ANNA]
    if case.meanwhile == "another cell":
        elsewhere(sophie, order, lambda peer: peer.write("supplier", {"lines/b/unit_price": "2.50"}))
    elif case.meanwhile == "the same cell":
        write_the_same(trade, order, case.did)
    elif case.meanwhile == "closed":
        sophie.call("POST", f"/api/orders/{order}/decline", {"reason": "Trop tard"})
    elif case.meanwhile == "agreed":
        accept(trade, order)
    elif case.meanwhile == "role lowered":
        set_role(trade, "viewer")
    elif case.meanwhile == "rebuilt":
        rebuild(trade, order)
    elif case.meanwhile == "rejected":
        elsewhere(sophie, order, lambda peer: peer.write("supplier", {"lines/a/rejected": True}))
    elif case.meanwhile == "amended":
        accept(trade, order)
        sophie.call("POST", f"/api/orders/{order}/amend", {})
    elif case.meanwhile == "server restarted":
        trade.installation.stop()
        trade.installation.go_on()
    elif case.meanwhile == "session ended":
        trade.people[LUC].call("POST", "/api/logout")
        trade.people[LUC].sign_in(LUC, PASSWORD)
    elif case.meanwhile == "access lost":
        set_member(trade, {"active": False})
    elif case.meanwhile == "withdrawn":
        elsewhere(anna, order, lambda peer: peer.write("client", {"lines/a/withdrawn": True}))


def write_the_same(trade: Trade, order: str, did: str) -> None:
    """Sophie does the same thing as Luc, otherwise."""
    sophie = trade.people[SOPHIE]
    cells: dict[str, dict[str, Any]] = {
        "edit": {"lines/a/quantity": "4"},
        "clear": {"lines/a/unit_price": "5.00"},
        "add a line": {"lines/c/product": trade.products["CH-400"], "lines/c/position": "9"},
    }
    if did == "sign":
        accept(trade, order)
    elif did == "comment":
        elsewhere(sophie, order, lambda peer: peer.write("comments", {"c1": COMMENT}))
    elif did == "note":
        elsewhere(sophie, order, write_note)
    else:
        elsewhere(sophie, order, lambda peer: peer.write("supplier", cells[did]))


async def write_note(peer: Any) -> None:
    peer.note += "Avant midi. "
    await peer.flush()
    await peer.saved()


def accept(trade: Trade, order: str) -> None:
    sophie = trade.people[SOPHIE]
    digest = sophie.call("GET", f"/api/orders/{order}")["digest"]
    sophie.call("POST", f"/api/orders/{order}/accept", {"digest": digest})


def set_role(trade: Trade, role: str) -> None:
    set_member(trade, {"role": role})


def set_member(trade: Trade, facts: dict[str, Any]) -> None:
    team = trade.people[SOPHIE].call("GET", "/api/team")["items"]
    luc = next(member["id"] for member in team if member["email"] == LUC)
    trade.people[SOPHIE].call("PATCH", f"/api/team/{luc}", facts)


def let_in_again(trade: Trade) -> None:
    set_member(trade, {"active": True})
    trade.people[LUC].sign_in(LUC, PASSWORD)


def rebuild(trade: Trade, order: str) -> None:
    """The order's document has another epoch, as after a backup was restored."""
    trade.installation.stop()
    (file,) = trade.installation.folder.glob("*.sqlite3")
    with sqlite3.connect(file) as database:
        database.execute('UPDATE "order" SET epoch = ? WHERE id = ?', ("f" * 32, order))
    database.close()
    trade.installation.go_on()


def is_there(trade: Trade, order: str, did: str) -> bool:
    """Whether what Luc did stands for everybody."""
    view = trade.people[SOPHIE].call("GET", f"/api/orders/{order}")
    supplier = view["supplier"]
    if did == "edit":
        return bool(supplier.get("lines/a/quantity") == "3")
    if did == "clear":
        return "lines/a/unit_price" not in supplier
    if did == "add a line":
        return any(
            key.endswith("/product") and value == trade.products["PG-300"] for key, value in supplier.items()
        )
    if did == "note":
        return "Bois clair" in view["note"]
    if did == "comment":
        return any(
            one["text"] == COMMENT["text"] and one["by"]["name"] == "Luc Gagnon"
            for one in view["comments"].values()
        )
    return bool(view["status"] == "agreed")


@pytest.mark.torture
@pytest.mark.parametrize("language", ["fr"], indirect=True)
@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case.meanwhile} while {case.did}".replace(" ", "-")
)
def test_whatever_happened_one_keeps_what_counts_and_is_told_the_rest(
    trade: Trade, enters: Enters, words: Words, case: Case, request: pytest.FixtureRequest
) -> None:
    order = sent_order(trade)
    luc = Traveller(Sheet(enters(LUC).page, words).open(order)).packs()
    luc.leaves()
    act_alone(luc, case.did)
    if case.meanwhile == "role lowered":
        request.addfinalizer(lambda: set_role(trade, "standard"))
    if case.meanwhile == "access lost":
        request.addfinalizer(lambda: let_in_again(trade))
    act_elsewhere(trade, order, case)
    luc.page.context.set_offline(False)
    if case.meanwhile == "rebuilt":
        is_told_of_another_epoch(luc, case.did)
    elif case.meanwhile == "access lost":
        is_out(luc, case.did)
    else:
        if case.meanwhile == "session ended":
            signs_in_again(luc, case.did)
        luc.sheet.is_saved()
        is_told(luc, case)
    others_sign = case.did == "sign" and case.meanwhile in ("agreed", "the same cell")
    assert is_there(trade, order, case.did) == (case.is_taken or others_sign)


def is_told_of_another_epoch(luc: Traveller, did: str) -> None:
    """Nothing is merged; what he wrote can be taken along, and then the server's copy opens."""
    ended = luc.page.locator("[data-ending=epoch]")
    expect(ended).to_contain_text("Cette commande a été reconstruite")
    if did != "sign":
        ended.get_by_role("button", name="Copier 1 modification").click()
        assert "\t" in luc.page.evaluate("navigator.clipboard.readText()")
    ended.get_by_role("button", name="Rouvrir la commande").click()
    luc.sheet.is_saved()


def is_out(luc: Traveller, did: str) -> None:
    """He may take along what he wrote; what lies on the device stays his."""
    ended = luc.page.locator("[data-ending=signed_out]")
    expect(ended).to_contain_text("Votre session est terminée")
    if did != "sign":
        ended.get_by_role("button", name="Copier 1 modification").click()
        assert "\t" in luc.page.evaluate("navigator.clipboard.readText()")


def signs_in_again(luc: Traveller, did: str) -> None:
    is_out(luc, did)
    page, words = luc.page, luc.sheet.words
    page.get_by_role("button", name="Ouvrir une session").click()
    page.get_by_label(words["e-mail"]).fill(LUC)
    page.get_by_label(words["password"], exact=True).fill(PASSWORD)
    page.get_by_role("button", name=words["sign in"]).click()


def is_told(luc: Traveller, case: Case) -> None:
    if case.did == "sign":
        is_told_of_his_signature(luc, case)
    elif case.is_taken:
        expect(luc.absence).to_be_visible()
        expect(luc.refusals).to_have_count(0)
        luc.absence.get_by_role("button", name="Tout voir").or_(
            luc.absence.get_by_role("button", name="Réduire")
        ).wait_for()
    else:
        expect(luc.refusals).to_be_visible()
        expect(luc.refusals.get_by_role("button", name="Copier").first).to_be_visible()
        expect(luc.absence).to_contain_text("non retenue")
    is_signed_anew = case.did == "sign" and case.is_taken
    for turn in () if is_signed_anew else TURNS.get(case.meanwhile, ()):
        expect(luc.absence.locator(f"[data-turn={turn}]")).to_be_visible()


def is_told_of_his_signature(luc: Traveller, case: Case) -> None:
    if case.is_taken:
        luc.sheet.is_green()
        expect(luc.signature).to_have_count(0)
        return
    expect(luc.signature).to_have_attribute("data-signature", "refused")
    expect(luc.signature).to_contain_text("n’a pas été retenue")
