"""The orders' endpoints: making, reading, signing; and what is said when it cannot be done."""

from datetime import UTC, datetime
from typing import Any

import pytest

from persistence.company import add_company
from persistence.link import add_link
from persistence.product import add_product
from persistence.relation import add_relation
from server.operate.check import check_orders
from tests.server.api.ordering import DOOR, desk, door_of, filled, get, give, made
from tests.server.house import EMAILS, House, a_company


async def test_a_new_order_knows_what_the_company_files_know(house: House) -> None:
    order_id = await made(house, "anna")
    order = (await get(house, "anna", f"/api/orders/{order_id}")).json()
    assert (order["status"], order["turn"], order["side"], order["made_by"]) == (
        "draft",
        "client",
        "client",
        "client",
    )
    assert order["parties"]["supplier"]["name"] == "Ébénisterie Boréale"
    assert order["number"] is None


async def test_another_company_does_not_see_a_draft_before_it_is_sent(house: House) -> None:
    order_id = await filled(house)
    assert (await get(house, "sophie", f"/api/orders/{order_id}")).status_code == 404
    assert (await get(house, "sophie", "/api/orders?side=supplier")).json()["items"] == []
    assert (await give(house, "anna", order_id, "send")).status_code == 200
    assert (await get(house, "sophie", f"/api/orders/{order_id}")).json()["status"] == "waiting"
    rows = (await get(house, "sophie", "/api/orders?side=supplier&turn=mine")).json()["items"]
    assert [row["number"] for row in rows] == ["2026-0001"]


async def test_another_company_never_hears_of_a_draft_that_is_cancelled(house: House) -> None:
    """G7: nor reads what was written in it, nor is told by mail."""
    order_id = await filled(house)
    assert (await give(house, "anna", order_id, "cancel")).status_code == 200
    assert (await get(house, "sophie", f"/api/orders/{order_id}")).status_code == 404
    assert (await get(house, "sophie", f"/api/orders/{order_id}/changes")).status_code == 404
    assert (await get(house, "sophie", "/api/orders?side=supplier")).json()["items"] == []
    assert (await get(house, "anna", f"/api/orders/{order_id}")).json()["status"] == "closed"
    with house.db.reading() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM outbox").scalar() == 0


async def test_absent_and_forbidden_look_alike(house: House) -> None:
    order_id = await filled(house)
    await give(house, "anna", order_id, "send")
    forbidden = await get(house, "eve", f"/api/orders/{order_id}")
    absent = await get(house, "eve", f"/api/orders/{'0' * 32}")
    assert forbidden.status_code == absent.status_code == 404
    assert forbidden.content == absent.content
    for command in ("send", "accept", "decline", "amend", "cancel", "deliver"):
        assert (await give(house, "eve", order_id, command, digest="0" * 64, reason="x")).status_code == 404
    assert (await get(house, "eve", f"/api/orders/{order_id}/changes")).status_code == 404


async def test_the_same_wish_twice_makes_one_order(house: House) -> None:
    wanted = "ab" * 16
    assert await made(house, "anna", id=wanted) == wanted
    assert await made(house, "anna", id=wanted) == wanted
    async with house.client_for("eve") as eve:
        reply = await eve.post(
            "/api/orders", json={"client_id": house.person("anna").company_id, "id": wanted}
        )
    assert reply.status_code == 422
    assert (await get(house, "anna", "/api/orders/counts?side=client")).json()["all"] == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "one_party"),
        ({"client_id": "0" * 32, "supplier_id": "0" * 32}, 422, "one_party"),
        ({"client_id": "0" * 32}, 422, "not_related"),
        ({"client_id": "short"}, 422, "invalid"),
        ({"client_id": 7}, 422, "invalid"),
        ({"client_id": "0" * 32, "colour": "red"}, 422, "invalid"),
    ],
)
async def test_an_order_needs_one_company_that_one_deals_with(
    house: House, body: dict[str, Any], status: int, code: str
) -> None:
    async with house.client_for("sophie") as client:
        reply = await client.post("/api/orders", json=body)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.headers["content-type"] == "application/problem+json"


async def test_a_viewer_reads_and_does_not_sign(house: House) -> None:
    order_id = await filled(house)
    async with house.client_for("paul") as paul:
        reply = await paul.post("/api/orders", json={"supplier_id": house.person("sophie").company_id})
        assert reply.status_code == 403
    reply = await give(house, "paul", order_id, "send")
    assert (reply.status_code, reply.json()["code"]) == (403, "read_only_member")


async def test_signing_tells_what_differs_from_what_was_seen(house: House) -> None:
    order_id = await filled(house)
    await give(house, "anna", order_id, "send")
    seen = (await get(house, "sophie", f"/api/orders/{order_id}")).json()["digest"]
    at = await desk(house, "sophie", order_id)
    await at.write({"supplier/lines/a/quantity": "8"})
    reply = await give(house, "sophie", order_id, "accept", digest=seen)
    assert (reply.status_code, reply.json()["code"]) == (409, "stale_digest")
    assert [error["field"] for error in reply.json()["errors"]] == ["supplier/lines/a/quantity"]


async def test_one_company_gives_so_many_commands_of_an_order_an_hour(house: House) -> None:
    order_id, another = await filled(house), await filled(house)
    company_id = house.person("anna").company_id
    for _ in range(60):
        house.services.throttle.count(("command", order_id, company_id), house.clock())
    reply = await give(house, "anna", order_id, "send")
    assert (reply.status_code, reply.json()["code"]) == (429, "too_many_requests")
    assert (await give(house, "anna", another, "send")).status_code == 200
    house.clock.forward(seconds=3_600)
    assert (await give(house, "anna", order_id, "send")).status_code == 200


async def test_an_order_for_a_stranger_is_an_invitation(house: House) -> None:
    """What limits invitations cannot be got round by sending orders."""
    with house.db.writing() as session:
        supplier_id = house.person("sophie").company_id
        stranger = add_company(session, name="Inconnue", buys=True)
        add_relation(session, supplier_id=supplier_id, client_id=stranger.id)
    async with house.client_for("sophie") as client:
        order_id = (await client.post("/api/orders", json={"client_id": stranger.id})).json()["id"]
    at = await desk(house, "sophie", order_id)
    await at.write({"supplier/lines/a/product": door_of(house), "supplier/lines/a/quantity": "12"})
    for _ in range(99):
        house.services.throttle.count(("invitation", supplier_id), house.clock())
    assert (await give(house, "sophie", order_id, "send")).status_code == 200
    await at.write({"supplier/lines/a/quantity": "13"})
    reply = await give(house, "sophie", order_id, "send")
    assert (reply.status_code, reply.json()["code"]) == (429, "too_many_requests")


async def test_signing_nothing_that_was_seen_is_told_as_such(house: House) -> None:
    order_id = await filled(house)
    async with house.client_for("anna") as anna:
        reply = await anna.post(f"/api/orders/{order_id}/send", json={})
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid")
    assert [(error["field"], error["code"]) for error in reply.json()["errors"]] == [("digest", "required")]


async def test_the_path_to_green(house: House) -> None:
    order_id = await filled(house)
    await give(house, "anna", order_id, "send")
    await (await desk(house, "sophie", order_id)).write({"supplier/lines/a/quantity": "8"})
    changed = (await get(house, "anna", f"/api/orders/{order_id}")).json()
    assert changed["status"] == "changed"
    assert changed["changes"] == [{"cell": "supplier/lines/a/quantity", "before": None, "after": "8"}]
    assert (changed["lines"][0]["quantity"], changed["totals"]["subtotal"]) == ("8", "332.00")
    assert changed["totals"]["total"] == "381.72"
    await give(house, "sophie", order_id, "send")
    agreed = (await give(house, "anna", order_id, "accept")).json()
    assert (agreed["status"], agreed["turn"], agreed["agreed"]["revision"]) == ("agreed", None, 1)
    assert set(agreed["signatures"]) == {"client", "supplier"}


async def test_a_request_to_cancel_is_shown_until_it_is_answered(house: House) -> None:
    order_id = await filled(house)
    await give(house, "anna", order_id, "send")
    assert (await give(house, "sophie", order_id, "accept")).json()["cancelling"] is None
    await give(house, "anna", order_id, "cancel", reason="Projet annulé")
    asked = (await get(house, "sophie", f"/api/orders/{order_id}")).json()
    assert (asked["status"], asked["turn"]) == ("agreed", "supplier")
    assert asked["cancelling"] == {
        "name": "Anna",
        "side": "client",
        "at": house.clock().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "reason": "Projet annulé",
    }
    declined = await give(house, "sophie", order_id, "decline", reason="Déjà coupé")
    assert declined.json()["cancelling"] is None
    await give(house, "anna", order_id, "cancel", reason="Projet annulé")
    closed = (await give(house, "sophie", order_id, "cancel", reason="C’est entendu")).json()
    assert (closed["closing"]["kind"], closed["cancelling"]) == ("cancelled", None)


async def test_the_trail_says_who_when_from_to_and_why(house: House) -> None:
    order_id = await filled(house)
    await give(house, "anna", order_id, "send")
    await give(house, "sophie", order_id, "decline", reason="Modèle abandonné")
    trail = (await get(house, "anna", f"/api/orders/{order_id}/changes")).json()["items"]
    assert (trail[0]["cell"], trail[0]["name"], trail[0]["reason"]) == (
        "command/decline",
        "Sophie",
        "Modèle abandonné",
    )
    price = next(one for one in trail if one["cell"] == "supplier/lines/a/unit_price")
    assert (price["role"], price["before"], price["after"]) == ("server", None, "41.50")
    assert trail[-1]["cell"] == "command/create"
    first = (await get(house, "anna", f"/api/orders/{order_id}/changes?limit=2")).json()
    rest = (await get(house, "anna", f"/api/orders/{order_id}/changes?after={first['next']}")).json()
    assert first["items"] + rest["items"] == trail


async def notes(house: House, order_id: str) -> list[tuple[str, str, str]]:
    """What the trail says of the note: by whom, from what to what, oldest first."""
    items = (await get(house, "anna", f"/api/orders/{order_id}/changes")).json()["items"]
    told = [(row["name"], row["before"], row["after"]) for row in items if row["cell"] == "note"]
    return told[::-1]


async def test_what_one_person_types_into_the_note_within_a_minute_is_one_change(house: House) -> None:
    """Each holds the note twice: letter by letter, a note of a page would take the disk of a book."""
    order_id = await filled(house)
    await give(house, "anna", order_id, "send")
    anna, sophie = [await desk(house, name, order_id) for name in ("anna", "sophie")]
    for letter in "deux":
        house.clock.forward(seconds=1)
        await anna.type(letter)
        await sophie.write({"supplier/lines/a/unit_price": f"{40 + len(letter)}.00"})
    assert await notes(house, order_id) == [("Anna", "", "deux")]
    house.clock.forward(minutes=1)
    for letter in " p":
        await anna.type(letter)
    assert await notes(house, order_id) == [("Anna", "", "deux"), ("Anna", "deux", "deux p")]
    assert list(check_orders(house.db)) == []


async def test_nobodys_words_become_anothers_or_older_than_a_command(house: House) -> None:
    order_id = await filled(house)
    await give(house, "anna", order_id, "send")
    anna, sophie = [await desk(house, name, order_id) for name in ("anna", "sophie")]
    await anna.type("a")
    await sophie.type("s")
    await anna.type("b")
    await sophie.write({"supplier/lines/a/unit_price": "40.00"})
    await give(house, "sophie", order_id, "send")
    await anna.type("c")
    steps = [("Anna", "a"), ("Sophie", "as"), ("Anna", "asb"), ("Anna", "asbc")]
    assert [(name, after) for name, _, after in await notes(house, order_id)] == steps
    assert list(check_orders(house.db)) == []


async def test_an_order_that_is_sent_on_new_years_eve_has_a_number_of_the_old_year(house: House) -> None:
    order_id = await filled(house)
    house.clock.now = datetime(2027, 1, 1, 4, 59, tzinfo=UTC)
    await give(house, "anna", order_id, "send")
    assert (await get(house, "anna", f"/api/orders/{order_id}")).json()["number"] == "2026-0001"


async def test_a_signed_out_caller_is_told_to_sign_in(house: House) -> None:
    order_id = await made(house)
    for path in (
        "/api/orders",
        "/api/orders/counts",
        f"/api/orders/{order_id}",
        f"/api/orders/{order_id}/changes",
    ):
        assert (await get(house, None, path)).status_code == 401


async def test_a_later_change_of_the_catalogue_alters_no_sheet(house: House) -> None:
    order_id = await filled(house)
    async with house.client_for("sophie") as sophie:
        reply = await sophie.patch(
            f"/api/products/{door_of(house)}", json={"price": "99.00", "name_fr": "Autre"}
        )
        assert reply.status_code == 200
    order = (await get(house, "anna", f"/api/orders/{order_id}")).json()
    assert order["lines"][0]["product"]["name_fr"] == "Porte shaker, érable"
    assert order["supplier"]["lines/a/unit_price"] == "41.50"


async def test_what_is_in_force_is_told_beside_what_is_being_amended(house: House) -> None:
    order_id = await filled(house)
    await give(house, "anna", order_id, "send")
    accepted = (await give(house, "sophie", order_id, "accept")).json()
    total = accepted["totals"]["total"]
    assert (accepted["agreed"]["total"], accepted["agreed"]["terms"]) == (total, None)
    await give(house, "sophie", order_id, "amend")
    at = await desk(house, "sophie", order_id)
    await at.write({"supplier/lines/a/quantity": "8"})
    amended = (await give(house, "sophie", order_id, "send")).json()
    assert amended["changes"] == []
    assert amended["lines"][0]["quantity"] == "8"
    assert amended["agreed"]["terms"]["client"]["lines/a/quantity"] == "12"
    assert "lines/a/quantity" not in amended["agreed"]["terms"]["supplier"]
    assert amended["agreed"]["total"] == total != amended["totals"]["total"]


async def test_an_offer_that_is_over_is_refused_with_its_date(house: House) -> None:
    order_id = await filled(house)
    await give(house, "anna", order_id, "send")
    at = await desk(house, "sophie", order_id)
    await at.write({"supplier/valid_until": "2025-12-05"})
    reply = await give(house, "sophie", order_id, "send")
    assert (reply.status_code, reply.json()["code"]) == (409, "offer_over")
    assert [error["field"] for error in reply.json()["errors"]] == ["supplier/valid_until"]
    await at.write({"supplier/valid_until": "2026-12-05"})
    assert (await give(house, "sophie", order_id, "send")).status_code == 200


async def test_what_is_offered_in_a_products_stead_is_told_with_its_facts(house: House) -> None:
    order_id = await filled(house)
    await give(house, "anna", order_id, "send")
    book = {**DOOR, "code": "L-1", "name_fr": "Livre", "tax_class": "exempt"}
    with house.db.writing() as session:
        book_id = add_product(session, house.person("sophie").company_id, book).id
    at = await desk(house, "sophie", order_id)
    (line,) = (await get(house, "anna", f"/api/orders/{order_id}")).json()["lines"]
    assert line["substitute"] is None
    await at.write({"supplier/lines/a/substitute": book_id})
    order = (await get(house, "anna", f"/api/orders/{order_id}")).json()
    (line,) = order["lines"]
    told = [line[name]["code"] for name in ("product", "substitute")]
    assert told == [DOOR["code"], "L-1"]
    assert line["substitute"]["tax_class"] == "exempt"
    assert order["totals"]["total"] == line["amount"]
    await at.write({"supplier/lines/a/substitute": None})
    (line,) = (await get(house, "anna", f"/api/orders/{order_id}")).json()["lines"]
    assert line["substitute"] is None


async def test_every_mail_of_an_order_says_what_happened(house: House) -> None:
    order_id = await filled(house)
    await give(house, "anna", order_id, "send")
    await (await desk(house, "sophie", order_id)).write({"supplier/lines/a/quantity": "8"})
    await give(house, "sophie", order_id, "send")
    await give(house, "anna", order_id, "accept")
    with house.db.reading() as session:
        rows = session.connection().exec_driver_sql(
            'SELECT kind, "to", text FROM outbox ORDER BY created_at, "to"'
        )
        mails = [tuple(row) for row in rows]
    assert [kind for kind, *_ in mails] == ["received", "received", "changed", "accepted", "accepted"]
    changed = next(text for kind, to, text in mails if kind == "changed" and to.startswith("anna"))
    assert "12" in changed
    assert "8" in changed


async def test_an_order_signed_for_a_stranger_is_accepted_in_one_click_whoever_he_is(house: House) -> None:
    """G5: he turns out to be of a company that is here already, under another name and another id."""
    order_id = await made(house, "sophie", client_id=(company_id := _prepared(house)))
    at = await desk(house, "sophie", order_id)
    await at.write({"supplier/lines/a/product": door_of(house), "client/lines/a/quantity": "12"})
    sent = await give(house, "sophie", order_id, "send")
    assert sent.status_code == 200, sent.text
    with house.db.writing() as session:
        facts: dict[str, Any] = {
            "company_id": company_id,
            "inviter_id": house.person("sophie").id,
            "name": "A",
        }
        _, secret = add_link(session, "join_company", at=house.clock(), email=EMAILS["anna"], **facts)
    async with house.client_for(None) as browser:
        assert (await browser.post(f"/api/invitations/{secret}", json={})).status_code == 200
    accepted = await give(house, "anna", order_id, "accept")
    assert (accepted.status_code, accepted.json()["status"]) == (200, "agreed"), accepted.text
    assert (await get(house, "sophie", f"/api/orders/{order_id}")).json()["status"] == "agreed"
    assert not list(check_orders(house.db))


def _prepared(house: House) -> str:
    """A client whom Sophie knows by another name than he goes by."""
    with house.db.writing() as session:
        company = a_company(session, name="Cuisines L.", region="", joined_at=None)
        add_relation(session, supplier_id=house.person("sophie").company_id, client_id=company.id)
        return company.id
