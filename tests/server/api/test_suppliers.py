import pytest

from persistence.clock import now
from persistence.company import Company
from persistence.relation import relation_between
from tests.server.api.trade import ABSENT, Trade, codes, refused, trade

__all__ = ["trade"]

ZENITH = {"name": "Zénith", "contacts": [{"name": "Zoé", "email": "zoe@zenith.example"}]}


def test_a_client_s_suppliers_are_listed_by_name(trade: Trade) -> None:
    trade.made("Anna", "/api/suppliers", ZENITH | {"number": "F-7"})
    rows = trade.get("Paul", "/api/suppliers")["items"]
    assert [(row["name"], row["number"], row["state"]) for row in rows] == [
        ("Boreale", "", "active"),
        ("Zénith", "F-7", "prepared"),
    ]
    assert trade.get("Anna", "/api/suppliers?q=f-7")["items"] == rows[1:]
    assert trade.get("Luc", "/api/suppliers")["items"] == []


def test_each_side_keeps_its_own_notes_and_sees_the_terms(trade: Trade) -> None:
    boreale, laurier = f"/api/suppliers/{trade.id('boreale')}", f"/api/clients/{trade.id('laurier')}"
    terms = {"note": "À surveiller", "payment_terms": "Net 30"}
    assert trade.ask("Luc", "PATCH", laurier, json=terms).status_code == 200
    mine = trade.ask("Anna", "PATCH", boreale, json={"note": "Demander Luc", "number": "F-1"}).json()
    assert (mine["note"], mine["number"], mine["payment_terms"]) == ("Demander Luc", "F-1", "Net 30")
    theirs = trade.get("Luc", laurier)
    assert (theirs["note"], theirs["number"], theirs["payment_terms"]) == ("À surveiller", "C-204", "Net 30")


def test_a_supplier_is_added_and_invited_by_his_client(trade: Trade) -> None:
    supplier_id = trade.made("Anna", "/api/suppliers", ZENITH | {"invite": True})["id"]
    (mail,) = trade.post.invitations
    assert (mail["relation"], mail["to"], mail["company"]) == ("supplier", "zoe@zenith.example", "Laurier")
    kept = trade.get("Anna", f"/api/suppliers/{supplier_id}")
    assert (kept["state"], kept["editable"], kept["supplies"], kept["buys"]) == ("invited", True, True, False)
    with trade.db.reading() as session:
        assert relation_between(session, supplier_id, trade.id("laurier")) is not None
        assert relation_between(session, trade.id("laurier"), supplier_id) is None


def test_a_file_is_the_client_s_to_change_until_the_supplier_joins(trade: Trade) -> None:
    supplier_id = trade.made("Anna", "/api/suppliers", ZENITH)["id"]
    address = f"/api/suppliers/{supplier_id}"
    assert trade.ask("Anna", "PATCH", address, json={"phone": "1"}).json()["phone"] == "1"
    with trade.db.writing() as session:
        company = session.get(Company, supplier_id)
        assert company is not None
        company.joined_at = now()
    assert refused(trade.ask("Anna", "PATCH", address, json={"phone": "2"})) == (409, "keeps_own_file")
    assert refused(trade.ask("Anna", "POST", f"{address}/invitation")) == (409, "already_joined")


def test_a_client_does_not_set_the_terms_of_payment(trade: Trade) -> None:
    address = f"/api/suppliers/{trade.id('boreale')}"
    answer = trade.ask("Anna", "PATCH", address, json={"payment_terms": "Never"})
    assert codes(answer) == {"payment_terms": "unknown_field"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("GET", "", None), ("PATCH", "", {"note": "x"}), ("POST", "/invitation", None)],
)
def test_nobody_else_can_tell_that_a_supplier_exists(
    trade: Trade, method: str, path: str, body: dict[str, str] | None
) -> None:
    for supplier_id in (trade.made("Anna", "/api/suppliers", ZENITH)["id"], trade.id("boreale")):
        theirs = trade.ask("Eve", method, f"/api/suppliers/{supplier_id}{path}", json=body)
        absent = trade.ask("Eve", method, f"/api/suppliers/{ABSENT}{path}", json=body)
        assert refused(theirs) == (404, "not_found")
        assert theirs.content == absent.content
        assert refused(trade.ask(None, method, f"/api/suppliers/{supplier_id}{path}", json=body))[0] == 401
    own = trade.ask("Luc", method, f"/api/suppliers/{trade.id('laurier')}{path}", json=body)
    assert refused(own) == (404, "not_found")


def test_a_viewer_reads_and_changes_nothing(trade: Trade) -> None:
    boreale = f"/api/suppliers/{trade.id('boreale')}"
    assert trade.get("Paul", boreale)["name"] == "Boreale"
    assert refused(trade.ask("Paul", "POST", "/api/suppliers", json=ZENITH)) == (403, "role_too_low")
    assert refused(trade.ask("Paul", "PATCH", boreale, json={"note": "x"})) == (403, "role_too_low")
    assert refused(trade.ask("Paul", "POST", f"{boreale}/invitation")) == (403, "role_too_low")
    assert refused(trade.ask(None, "GET", "/api/suppliers")) == (401, "signed_out")
