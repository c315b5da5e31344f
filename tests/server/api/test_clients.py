from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlmodel import select

from persistence.columns import new_id
from persistence.company import Company, company_by_id
from persistence.link import Link, find_link
from persistence.order import Order
from persistence.relation import adopt
from persistence.token import ApiToken, add_token
from tests.server.api.trade import ABSENT, NOON, Trade, codes, refused, trade

__all__ = ["trade"]

MIRON = {
    "name": "Rénovations Miron",
    "contacts": [
        {"name": "Guy Miron", "email": "guy@miron.example", "phone": "418 555-0101", "title": "Acheteur"}
    ],
}
FILE = MIRON | {
    "legal_name": "9123-4567 Québec inc.",
    "language": "en",
    "phone": "418 555-0100",
    "email": "bureau@miron.example",
    "website": "https://miron.example",
    "registrations": [
        {"scheme": "GST", "value": "123456789 RT0001"},
        {"scheme": "NEQ", "value": "1145678901"},
    ],
    "addresses": [
        {
            "label": "Atelier",
            "street": "12, rue du Port",
            "city": "Lévis",
            "region": "QC",
            "postal_code": "G6V 1A1",
            "country": "CA",
            "kind": "delivery",
        },
        {"label": "Bureau", "city": "Québec", "kind": "billing"},
    ],
    "currency": "USD",
    "region": "ON",
    "payment_terms": "Net 45",
    "number": "C-300",
    "note": "Appeler avant de livrer.",
}


def names(trade: Trade, who: str, query: str = "") -> list[str]:
    return [row["name"] for row in trade.get(who, f"/api/clients{query}")["items"]]


def add(trade: Trade, who: str = "Luc", **file: Any) -> str:
    made: str = trade.made(who, "/api/clients", MIRON | file)["id"]
    return made


def joined(trade: Trade, company_id: str) -> None:
    with trade.db.writing() as session:
        company = session.get(Company, company_id)
        assert company is not None
        company.joined_at = NOON
        session.add(company)


def added_once(trade: Trade, key: str = "miron", **file: Any) -> Any:
    return trade.ask("Luc", "POST", "/api/clients", json=MIRON | file, headers={"Idempotency-Key": key})


def test_a_program_that_hears_no_answer_adds_one_client_however_often_it_tries(trade: Trade) -> None:
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda _: added_once(trade), range(8)))
    assert {reply.status_code for reply in replies} == {201}
    assert len({reply.json()["id"] for reply in replies}) == 1
    assert names(trade, "Luc", "?q=miron") == ["Rénovations Miron"]
    assert refused(added_once(trade, name="Autre")) == (409, "key_reused")
    assert refused(added_once(trade, key="a b")) == (422, "bad_idempotency_key")
    assert added_once(trade, key="another").json()["id"] != replies[0].json()["id"]


def test_what_was_refused_is_not_remembered_for_its_key(trade: Trade) -> None:
    assert refused(added_once(trade, contacts=[], invite=True)) == (422, "invalid")
    assert added_once(trade).status_code == 201


def test_a_client_s_file_comes_back_as_it_was_written(trade: Trade) -> None:
    client_id = trade.made("Luc", "/api/clients", FILE)["id"]
    kept = trade.get("Vera", f"/api/clients/{client_id}")
    plain = {name: kept[name] for name in FILE if name not in ("addresses", "contacts")}
    assert plain == {name: FILE[name] for name in plain}
    assert [address["city"] for address in kept["addresses"]] == ["Lévis", "Québec"]
    assert [contact["email"] for contact in kept["contacts"]] == ["guy@miron.example"]
    assert all(part["id"] for part in kept["addresses"] + kept["contacts"])
    assert (kept["state"], kept["editable"], kept["buys"], kept["supplies"]) == (
        "prepared",
        True,
        True,
        False,
    )


def test_the_list_shows_whom_to_call_and_where(trade: Trade) -> None:
    client_id = trade.made("Luc", "/api/clients", FILE)["id"]
    row = trade.get("Luc", "/api/clients?q=miron")["items"][0]
    assert row["contact"]["name"] == "Guy Miron"
    assert {name: row[name] for name in ("id", "number", "state", "city", "orders")} == {
        "id": client_id,
        "number": "C-300",
        "state": "prepared",
        "city": "Lévis",
        "orders": 0,
    }


def test_orders_are_counted(trade: Trade) -> None:
    with trade.db.writing() as session:
        facts: dict[str, Any] = {"made_by": "client", "epoch": "1", "writer": 1}
        facts |= {"supplier_id": trade.id("boreale"), "client_id": trade.id("laurier")}
        facts |= {"created_at": NOON, "changed_at": NOON}
        for status in ("waiting", "hidden"):
            session.add(Order(id=new_id(), supplier_status=status, **facts))
    assert trade.get("Luc", "/api/clients")["items"][0]["orders"] == 1


def test_clients_are_found_by_name_and_number_in_pages(trade: Trade) -> None:
    add(trade, name="Éclair", number="E-1")
    add(trade, name="zénith")
    assert names(trade, "Luc") == ["Éclair", "Laurier", "zénith"]
    assert names(trade, "Luc", "?q=ECL") == ["Éclair"]
    assert names(trade, "Luc", "?q=c-204") == ["Laurier"]
    first = trade.get("Luc", "/api/clients?limit=2")
    assert names(trade, "Luc", f"?limit=2&after={first['next']}") == ["zénith"]


BAD: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "a blank name": ({"name": " "}, {"name": "wrong_form"}),
    "no name": ({"name": None}, {"name": "wrong_type"}),
    "an e-mail without its host": ({"email": "guy@"}, {"email": "wrong_form"}),
    "a contact's e-mail without its host": (
        {"contacts": [{"name": "Guy", "email": "guy"}]},
        {"contacts.0.email": "wrong_form"},
    ),
    "a contact without a name": ({"contacts": [{"email": ""}]}, {"contacts.0.name": "required"}),
    "a GST number of eight digits": (
        {"registrations": [{"scheme": "GST", "value": "12345678 RT0001"}]},
        {"registrations.0.value": "bad_registration"},
    ),
    "a scheme in small letters": (
        {"registrations": [{"scheme": "gst", "value": "123456789 RT0001"}]},
        {"registrations.0.scheme": "bad_scheme"},
    ),
    "a language that is not spoken": ({"language": "de"}, {"language": "not_a_choice"}),
    "an address of no kind": ({"addresses": [{"kind": "home"}]}, {"addresses.0.kind": "not_a_choice"}),
    "a country in words": ({"addresses": [{"country": "Canada"}]}, {"addresses.0.country": "wrong_form"}),
    "an address with a field that is none": (
        {"addresses": [{"town": "x"}]},
        {"addresses.0.town": "unknown_field"},
    ),
    "a currency in words": ({"currency": "dollar"}, {"currency": "wrong_form"}),
    "a currency that is a number": ({"currency": 124}, {"currency": "wrong_type"}),
    "an id of one's own making": ({"id": ABSENT}, {"id": "unknown_field"}),
    "a note with a bell": ({"note": "\x07"}, {"note": "wrong_form"}),
    "one address twice": ({"addresses": [{"id": ABSENT}, {"id": ABSENT}]}, {"addresses": "same_id"}),
    "too many addresses": ({"addresses": [{}] * 101}, {"addresses": "too_many"}),
    "an invitation without an e-mail": ({"contacts": [], "invite": True}, {"email": "email_needed"}),
    "an invitation to a contact without an e-mail": (
        {"contacts": [{"name": "Guy"}], "invite": True},
        {"contacts.0.email": "email_needed"},
    ),
    "an invitation to one of one's own": (
        {"contacts": [{"name": "Sophie", "email": "Sophie@boreale.example"}], "invite": True},
        {"contacts.0.email": "own_company"},
    ),
}


@pytest.mark.parametrize(("changes", "expected"), BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_refused_field_by_field(
    trade: Trade, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    answer = trade.ask("Luc", "POST", "/api/clients", json=MIRON | changes)
    assert refused(answer) == (422, "invalid")
    assert codes(answer) == expected
    assert names(trade, "Luc") == ["Laurier"]
    assert trade.post.invitations == []


def test_an_invitation_carries_a_link_that_works_once(trade: Trade) -> None:
    client_id = add(trade, invite=True, language="en")
    (mail,) = trade.post.invitations
    assert (mail["relation"], mail["to"], mail["name"], mail["language"]) == (
        "client",
        "guy@miron.example",
        "Guy Miron",
        "en",
    )
    assert (mail["inviter"], mail["company"], mail["company_id"]) == ("Luc", "Boreale", trade.id("boreale"))
    with trade.db.reading() as session:
        link = find_link(session, mail["path"].removeprefix("/invitation/"), ("join_company",), NOON)
    assert link is not None
    assert link.company_id == client_id
    assert trade.get("Luc", f"/api/clients/{client_id}")["state"] == "invited"


def test_without_a_contact_the_company_s_own_address_is_invited(trade: Trade) -> None:
    add(trade, contacts=[], email="Bureau@miron.example", invite=True)
    assert trade.post.invitations[0]["to"] == "bureau@miron.example"


def test_a_new_invitation_ends_the_one_before(trade: Trade) -> None:
    client_id = add(trade, invite=True)
    assert trade.ask("Sophie", "POST", f"/api/clients/{client_id}/invitation").status_code == 204
    first, second = (mail["path"].removeprefix("/invitation/") for mail in trade.post.invitations)
    with trade.db.reading() as session:
        assert find_link(session, first, ("join_company",), NOON) is None
        assert find_link(session, second, ("join_company",), NOON) is not None


def test_a_refused_invitation_leaves_nothing_behind(trade: Trade) -> None:
    client_id = add(trade, contacts=[])
    answer = trade.ask("Luc", "POST", f"/api/clients/{client_id}/invitation")
    assert codes(answer) == {"email": "email_needed"}
    with trade.db.reading() as session:
        assert session.exec(select(Link)).all() == []
    assert trade.get("Luc", f"/api/clients/{client_id}")["state"] == "prepared"


def test_who_has_joined_is_not_invited(trade: Trade) -> None:
    answer = trade.ask("Luc", "POST", f"/api/clients/{trade.id('laurier')}/invitation")
    assert refused(answer) == (409, "already_joined")


def test_one_company_sends_so_many_invitations_an_hour(trade: Trade) -> None:
    client_id = add(trade)
    key = ("invitation", trade.id("boreale"))
    for _ in range(100):
        trade.services.throttle.count(key, NOON)
    answer = trade.ask("Luc", "POST", f"/api/clients/{client_id}/invitation")
    assert refused(answer) == (429, "too_many_requests")
    assert answer.headers["retry-after"] == "3600"
    assert refused(trade.ask("Luc", "POST", "/api/clients", json=MIRON | {"invite": True}))[0] == 429
    assert trade.ask("Luc", "POST", "/api/clients", json=MIRON).status_code == 201


def test_a_program_invites_in_the_name_of_its_owner(trade: Trade) -> None:
    with trade.db.writing() as session:
        luc = trade.person("Luc")
        _, secret = add_token(
            session,
            company_id=luc.company_id,
            person_id=luc.id,
            name="ERP",
            scopes=["read", "write"],
            at=NOON,
        )
        assert session.exec(select(ApiToken)).one()
    headers = {"Authorization": f"Bearer {secret}"}
    answer = trade.ask(None, "POST", "/api/clients", json=MIRON | {"invite": True}, headers=headers)
    assert answer.status_code == 201
    with trade.db.reading() as session:
        assert session.exec(select(Link)).one().inviter_id == luc.id


def test_a_file_may_be_changed_until_someone_joins(trade: Trade) -> None:
    client_id = trade.made("Luc", "/api/clients", FILE)["id"]
    before = trade.get("Luc", f"/api/clients/{client_id}")
    change = {
        "phone": "1",
        "number": "C-301",
        "addresses": [before["addresses"][1] | {"city": "Trois-Rivières"}],
    }
    after = trade.ask("Luc", "PATCH", f"/api/clients/{client_id}", json=change).json()
    assert (after["phone"], after["number"], after["name"]) == ("1", "C-301", "Rénovations Miron")
    assert [(one["id"], one["city"]) for one in after["addresses"]] == [
        (before["addresses"][1]["id"], "Trois-Rivières")
    ]
    assert after["contacts"] == before["contacts"]
    joined(trade, client_id)
    answer = trade.ask("Luc", "PATCH", f"/api/clients/{client_id}", json={"phone": "2", "number": "C-302"})
    assert refused(answer) == (409, "keeps_own_file")
    assert codes(answer) == {"phone": "keeps_own_file"}
    kept = trade.get("Luc", f"/api/clients/{client_id}")
    assert kept == after | {"state": "active", "editable": False}


def test_one_s_own_notes_may_always_be_changed(trade: Trade) -> None:
    address = f"/api/clients/{trade.id('laurier')}"
    notes = {"number": "C-9", "note": "Bon client", "payment_terms": "Net 60"}
    after = trade.ask("Luc", "PATCH", address, json=notes).json()
    assert {name: after[name] for name in notes} == notes
    with trade.db.reading() as session:
        laurier = company_by_id(session, trade.id("laurier"))
        assert laurier is not None
        assert laurier.payment_terms == ""


@pytest.mark.parametrize("change", [{"invite": True}, {"name": ""}, {"state": "active"}, {"supplies": True}])
def test_a_bad_change_is_refused(trade: Trade, change: dict[str, Any]) -> None:
    answer = trade.ask("Luc", "PATCH", f"/api/clients/{add(trade)}", json=change)
    assert refused(answer) == (422, "invalid")
    assert list(codes(answer)) == list(change)


def test_another_s_address_cannot_be_taken_over(trade: Trade) -> None:
    theirs = trade.made("Eve", "/api/clients", FILE)["id"]
    address = trade.get("Eve", f"/api/clients/{theirs}")["addresses"][0]
    mine = add(trade)
    after = trade.ask("Luc", "PATCH", f"/api/clients/{mine}", json={"addresses": [address | {"city": "Ici"}]})
    assert after.json()["addresses"][0]["id"] != address["id"]
    assert trade.get("Eve", f"/api/clients/{theirs}")["addresses"][0] == address


REQUESTS = [("GET", "", {}), ("PATCH", "", {"json": {"note": "x"}}), ("POST", "/invitation", {})]


@pytest.mark.parametrize(("method", "path", "request_"), REQUESTS, ids=lambda part: str(part)[:12])
def test_nobody_else_can_tell_that_a_client_exists(
    trade: Trade, method: str, path: str, request_: dict[str, Any]
) -> None:
    for client_id in (add(trade), trade.id("laurier"), trade.id("boreale")):
        theirs = trade.ask("Eve", method, f"/api/clients/{client_id}{path}", **request_)
        absent = trade.ask("Eve", method, f"/api/clients/{ABSENT}{path}", **request_)
        assert refused(theirs) == (404, "not_found")
        assert theirs.content == absent.content
        assert refused(trade.ask(None, method, f"/api/clients/{client_id}{path}", **request_))[0] == 401
    assert trade.post.invitations == []
    assert names(trade, "Eve") == []
    # Laurier buys from Boréale; that makes Boréale no client of Laurier's.
    own = trade.ask("Anna", method, f"/api/clients/{trade.id('boreale')}{path}", **request_)
    assert refused(own) == (404, "not_found")


def test_a_viewer_reads_and_changes_nothing(trade: Trade) -> None:
    client_id = add(trade)
    before = trade.get("Vera", f"/api/clients/{client_id}")
    for method, path, request in (
        ("POST", "", {"json": MIRON}),
        ("PATCH", f"/{client_id}", {"json": {"note": "x"}}),
        ("POST", f"/{client_id}/invitation", {}),
    ):
        answer = trade.ask("Vera", method, f"/api/clients{path}", **request)
        assert refused(answer) == (403, "role_too_low")
    assert trade.get("Vera", f"/api/clients/{client_id}") == before
    assert refused(trade.ask(None, "GET", "/api/clients")) == (401, "signed_out")


def test_two_suppliers_with_one_client_see_nothing_of_each_other(trade: Trade) -> None:
    mine, theirs = add(trade, "Luc", note="Le mien"), add(trade, "Eve", note="Le sien")
    assert mine != theirs
    assert trade.get("Luc", f"/api/clients/{mine}")["note"] == "Le mien"
    assert trade.ask("Luc", "GET", f"/api/clients/{theirs}").status_code == 404
    with trade.db.writing() as session:
        adopt(session, mine, trade.id("laurier"))
        adopt(session, theirs, trade.id("laurier"))
    seen = trade.get("Eve", f"/api/clients/{trade.id('laurier')}")
    assert (seen["note"], seen["number"], seen["editable"], seen["state"]) == ("Le sien", "", False, "active")
    assert trade.get("Luc", f"/api/clients/{trade.id('laurier')}")["number"] == "C-204"
    assert names(trade, "Luc") == ["Laurier"]


def test_sentences_are_in_the_reader_s_language(trade: Trade) -> None:
    bad = MIRON | {"contacts": [], "invite": True}
    said = [
        trade.ask(who, "POST", "/api/clients", json=bad).json()["errors"][0]["message"]
        for who in ("Luc", "Eve")
    ]
    assert said == [
        "Il faut un courriel pour envoyer l’invitation.",
        "An e-mail address is needed to send the invitation.",
    ]
