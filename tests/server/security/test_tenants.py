"""What is another company's does not exist, for every endpoint there is."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest

from persistence.company import addresses_of, contacts_of
from server.api.table import ENDPOINTS
from server.http.endpoint import Endpoint
from tests.server.security.asks import ASKS, PLACES, Ask
from tests.server.security.world import World

pytestmark = pytest.mark.anyio

# What somebody who may only read still does: his own account, and his own notices.
READERS_OWN = {
    "PATCH /api/me",
    "POST /api/me/password",
    "DELETE /api/me/sessions",
    "DELETE /api/orders/{id}/refusals/{refusal_id}",
}
# Answered row by row: each that names what is not there is refused within a 200.
ROW_BY_ROW = {"PUT /api/stock"}


def key_of(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


def asks() -> Iterator[tuple[Endpoint, Ask]]:
    for endpoint in ENDPOINTS:
        for ask in ASKS.get(key_of(endpoint), []):
            yield endpoint, ask


async def outcome(
    world: World, who: str | None, endpoint: Endpoint, ask: Ask, *, absent: bool = False
) -> tuple[int, str]:
    reply = await world.ask(who, endpoint.method, ask.path, absent=absent, **ask.request)
    return reply.status_code, reply.text


def code_of(text: str) -> str:
    return text.partition('"code":"')[2].partition('"')[0]


def test_every_endpoint_is_tried() -> None:
    assert not {key_of(endpoint) for endpoint in ENDPOINTS} - ASKS.keys(), "add its requests to asks.py"


def test_every_id_in_a_path_is_named_by_a_request() -> None:
    for endpoint in ENDPOINTS:
        ids = endpoint.path.count("id}")
        for ask in ASKS[key_of(endpoint)]:
            assert ask.path.count("$") >= ids, endpoint.path


@pytest.mark.parametrize("who", ["eve", "read of eve", "write of eve", "stock of eve"])
async def test_what_is_another_companys_looks_like_what_is_not_there(world: World, who: str) -> None:
    for endpoint, ask in asks():
        if ask.names:
            real = await outcome(world, who, endpoint, ask)
            absent = await outcome(world, who, endpoint, ask, absent=True)
            assert real == absent, (endpoint.method, ask.path)
            refused = real[0] in (403, 404, 422) or key_of(endpoint) in ROW_BY_ROW
            assert refused, (endpoint.method, ask.path, real)


async def test_the_other_sides_draft_is_not_there(world: World) -> None:
    for who in ("sophie", "luc", "read of sophie", "write of sophie"):
        for endpoint, ask in asks():
            if "$draft" in ask.path:
                real = await outcome(world, who, endpoint, ask)
                assert real == await outcome(world, who, endpoint, ask, absent=True), (who, ask.path)
                assert real[0] in (403, 404), (who, ask.path, real)


@pytest.mark.parametrize("who", ["eve", "read of eve"])
async def test_a_rivals_lists_hold_nothing_of_others(world: World, who: str) -> None:
    told = [*world.ids.values(), "Laurier", "Boréale", "laurier.example", "boreale.example", "Rimouski"]
    for endpoint, ask in asks():
        if endpoint.method == "GET" and not ask.names:
            status, text = await outcome(world, who, endpoint, ask)
            assert status < HTTPStatus.INTERNAL_SERVER_ERROR
            assert not [one for one in told if one in text], ask.path


async def test_who_is_signed_out_is_told_nothing_else(world: World) -> None:
    for endpoint, ask in asks():
        if endpoint.role is not None:
            status, text = await outcome(world, None, endpoint, ask)
            assert (status, code_of(text)) == (401, "signed_out"), (endpoint.method, ask.path)


async def test_a_public_endpoint_never_fails(world: World) -> None:
    for endpoint, ask in asks():
        if endpoint.role is None:
            status, _ = await outcome(world, None, endpoint, ask)
            assert status in (204, 401, 404), (endpoint.method, ask.path, status)


async def test_who_may_only_read_changes_nothing(world: World) -> None:
    for endpoint, ask in asks():
        if endpoint.method == "GET" or endpoint.role is None or key_of(endpoint) in READERS_OWN:
            continue
        status, text = await outcome(world, "luc", endpoint, ask)
        kept_out = ("role_too_low", "read_only_member") + (("not_found",) if "$draft" in ask.path else ())
        assert status in (403, 404), (endpoint.method, ask.path, text)
        assert code_of(text) in kept_out, (endpoint.method, ask.path, text)


@pytest.mark.parametrize("scope", ["read", "write", "stock"])
async def test_a_program_does_nothing_beyond_its_scope(world: World, scope: str) -> None:
    for endpoint, ask in asks():
        if endpoint.role is None or (not endpoint.people and endpoint.needed_scope == scope):
            continue
        status, text = await outcome(world, f"{scope} of sophie", endpoint, ask)
        expected = "people_only" if endpoint.people else "scope_missing"
        assert (status, code_of(text)) == (403, expected), (endpoint.method, ask.path)


async def test_a_manager_is_told_apart_from_who_is_not(world: World) -> None:
    with world.house.db.writing() as session:
        world.house._person(session, "luc").role = "standard"
    try:
        for endpoint, ask in asks():
            if endpoint.role == "manager":
                status, text = await outcome(world, "luc", endpoint, ask)
                assert (status, code_of(text)) == (403, "role_too_low"), (endpoint.method, ask.path)
    finally:
        with world.house.db.writing() as session:
            world.house._person(session, "luc").role = "viewer"


async def test_a_place_of_another_company_cannot_be_taken_over(world: World) -> None:
    reply = await world.ask("eve", "PATCH", "/api/company", content=PLACES)
    assert reply.status_code == 200
    assert world.named("$address") not in reply.text
    laurier = world.ids["client"]
    with world.house.db.reading() as session:
        assert [one.label for one in addresses_of(session, [laurier])[laurier]] == ["Atelier"]
        assert [one.name for one in contacts_of(session, [laurier])[laurier]] == ["Anna"]


async def test_an_order_is_not_begun_under_anothers_id(world: World) -> None:
    """That an id is taken cannot be hidden from who chooses one; nothing else is told, and ids are not guessed."""
    made = await world.ask("eve", "POST", "/api/clients", json={"name": "Cuisines à moi"})
    body = f'{{"client_id": "{made.json()["id"]}", "id": "$order"}}'
    reply = await world.ask("eve", "POST", "/api/orders", content=body)
    assert (reply.status_code, reply.json()["code"]) == (409, "id_taken")
    assert (await world.ask("eve", "GET", "/api/orders/$order")).status_code == 404


async def test_no_address_of_a_rival_reaches_what_it_tried(world: World) -> None:
    """After everything above, what was tried for stands as it did."""
    order = (await world.ask("anna", "GET", "/api/orders/$order")).json()
    assert order["status"] == "waiting"
    product = (await world.ask("sophie", "GET", "/api/products/$product")).json()
    assert (product["price"], product["hidden"]) == ("41.50", False)
    assert product["image"] == f"/api/images/{world.ids['image']}"
    tokens = (await world.ask("sophie", "GET", "/api/tokens")).text
    assert world.ids["token"] in tokens
