"""Headers on every answer, and requests that no browser would send."""

import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from persistence.page import cursor
from server.catalogue.images import MOST_BYTES
from server.http.endpoint import BODY_LIMIT
from server.http.pages import BROWSER
from server.http.security import HEADERS
from server.problem import MOST_ERRORS
from server.settings import Settings
from tests.server.house import ORIGIN, House
from tests.server.security.asks import picture
from tests.server.security.world import ABSENT, World

pytestmark = pytest.mark.anyio


def told(reply: httpx.Response) -> dict[str, str | None]:
    return {name: reply.headers.get(name) for name in HEADERS}


async def test_every_answer_carries_the_headers_failures_and_pictures_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for method, path, status in (
        ("GET", "/api/me", 200),
        ("GET", "/api/images/$image", 200),
        ("GET", "/api/nothing", 404),
        ("PUT", "/api/me", 405),
        ("POST", "/api/login", 415),
        ("GET", "/assets/none.js", 404),
        ("GET", "/api/orders?limit=x", 422),
    ):
        reply = await world.ask("anna", method, path)
        assert (reply.status_code, told(reply)) == (status, HEADERS), path

    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("server.api.accounts.load_me", fail)
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    reply = await world.ask("anna", "GET", "/api/me")
    assert (reply.status_code, reply.json()["code"], told(reply)) == (500, "failure", HEADERS)
    assert "broken" not in reply.text


async def test_a_mail_is_shown_under_a_policy_that_runs_nothing(world: World) -> None:
    policy = (await world.ask("anna", "GET", "/api/mails/$mail")).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script" not in policy


async def test_mails_are_shown_in_a_demonstration_alone(tmp_path: Path) -> None:
    house = House(tmp_path)
    async with house, house.client_for("anna") as anna:
        assert (await anna.get("/api/mails")).status_code == 404
        assert (await anna.get(f"/api/mails/{ABSENT}")).status_code == 404


@pytest.mark.parametrize(
    ("settings", "peer", "authorization", "status"),
    [
        ({"public_url": "http://127.0.0.1:8000"}, "127.0.0.1", "", 200),
        ({"public_url": "http://127.0.0.1:8000"}, "::1", "", 200),
        ({"public_url": "http://127.0.0.1:8000"}, "192.0.2.7", "", 404),
        ({"public_url": "https://order.example"}, "127.0.0.1", "", 404),
        ({"metrics_token": "watch", "public_url": "https://order.example"}, "192.0.2.7", "Bearer watch", 200),
        ({"metrics_token": "watch", "public_url": "http://127.0.0.1:8000"}, "127.0.0.1", "", 404),
        ({"metrics_token": "watch"}, "127.0.0.1", "Bearer watc", 404),
        ({"metrics_token": "watch"}, "127.0.0.1", "watch", 404),
    ],
)
async def test_metrics_are_the_operators(
    tmp_path: Path, settings: dict[str, Any], peer: str, authorization: str, status: int
) -> None:
    house = House(tmp_path, **settings)
    async with house:
        transport = httpx.ASGITransport(house.app, client=(peer, 1))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            reply = await client.get("/metrics", headers={"Authorization": authorization})
            assert reply.status_code == status
    assert "watch" not in repr(house.services.settings)


@pytest.mark.parametrize("name", ["Porte \u202exob\u202c", "\u2066Porte\u2069"])
@pytest.mark.parametrize(
    ("method", "path", "field"),
    [
        ("POST", "/api/products", "name_fr"),
        ("PATCH", "/api/me", "name"),
        ("POST", "/api/orders/$order/decline", "reason"),
    ],
)
async def test_a_name_and_a_reason_read_as_they_are_written(
    world: World, name: str, method: str, path: str, field: str
) -> None:
    body = {field: name} | ({"code": "P-9", "unit": "each", "price": "1"} if field == "name_fr" else {})
    reply = await world.ask("sophie", method, path, json=body)
    assert (reply.status_code, [error["field"] for error in reply.json()["errors"]]) == (422, [field])


@pytest.mark.parametrize(
    "name", [" ", "\u00a0", "\u1680", "\u3000 \u2003", "\u200b\u200d", "\u3164", "\u2800"]
)
async def test_a_name_that_shows_nothing_is_none(world: World, name: str) -> None:
    """What was left of some of them was empty, and orders were signed by nobody."""
    for method, path in (("PATCH", "/api/me"), ("POST", "/api/clients"), ("PATCH", "/api/company")):
        reply = await world.ask("sophie", method, path, json={"name": name})
        assert (reply.status_code, [error["field"] for error in reply.json()["errors"]]) == (422, ["name"])
        assert (await world.ask("sophie", method, path, json={"name": f"Zoé{name}"})).status_code in (
            200,
            201,
        )


@pytest.mark.parametrize(("peer", "told_of"), [("127.0.0.1", [ABSENT]), ("192.0.2.7", [])])
async def test_which_orders_are_in_trouble_is_told_to_the_operator(
    tmp_path: Path, peer: str, told_of: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path, public_url="http://127.0.0.1:8000")
    trouble = SimpleNamespace(order_id=ABSENT, state="damaged", since=house.clock())
    async with house:
        monkeypatch.setattr(house.services.rooms, "troubles", lambda: [trouble])
        transport = httpx.ASGITransport(house.app, client=(peer, 1))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            reply = await client.get("/healthz")
    assert [order["id"] for order in reply.json()["orders"]] == told_of


def test_the_built_page_holds_nothing_that_the_policy_forbids() -> None:
    page = (BROWSER / "index.html").read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|javascript:|https?://", page)
    drawings = "".join(path.read_text() for path in BROWSER.rglob("*.svg"))
    assert not re.search(r"<script|\son\w+=|<foreignObject|javascript:", drawings)


CURSORS = [
    cursor("\ud800"),
    cursor("\x00"),
    cursor("\ud800", "x"),
    cursor("0001-01-01T00:00:00+23:59", "x"),
    cursor("9999-12-31T23:59:59-23:59", "x"),
    cursor("2026-01-01", "\ud800"),
    cursor("-" + "9" * 60),
    cursor("9" * 60),
    cursor("1", "2", "3"),
    "W1tbW1tbW1tb",
    "e30",
    "-",
]


@pytest.mark.parametrize(
    "path",
    ["/api/products", "/api/clients", "/api/suppliers", "/api/orders", "/api/orders/$order/changes", "/api/mails",
     "/api/orders/$order/bot-decisions", "/api/stock"],
)  # fmt: skip
async def test_a_cursor_that_no_page_gave_is_refused_and_nothing_fails(world: World, path: str) -> None:
    for after in CURSORS:
        reply = await world.ask("sophie", "GET", f"{path}?after={after}")
        assert reply.status_code in (200, 404, 422), (path, after, reply.text)


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "//", "http://test@evil.example", "é"])
async def test_an_origin_that_is_none_is_another_site(world: World, origin: str) -> None:
    reply = await world.ask("anna", "POST", "/api/logout", headers={"Origin": origin.encode("latin-1")})
    assert (reply.status_code, reply.json()["code"]) == (403, "cross_site")


BODIES = {
    "deep": "[" * 100_000,
    "deep objects": '{"a":' * 50_000,
    "a deep value": '{"name": ' + "[" * 5_000 + "]" * 5_000 + "}",
    "a large number": '{"name": ' + "9" * 100_000 + "}",
    "not a number": '{"name": NaN}',
    "one half of a pair": '{"name": "\\ud800"}',
    "a nothing": '{"name": "a\\u0000b"}',
    "two of one name": '{"name": "a", "name": 1}',
    "another encoding": '{"name": "é"}'.encode("utf-16").decode("latin-1"),
    "an infinity": '{"name": 1e999999}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
async def test_a_body_that_nobody_writes_is_refused(world: World, body: str) -> None:
    for path in ("/api/products", "/api/clients"):
        headers = {"Content-Type": "application/json"}
        reply = await world.ask("sophie", "POST", path, content=body.encode(), headers=headers)
        assert reply.status_code in (400, 422), reply.text


async def drip(size: int) -> AsyncIterator[bytes]:
    for _ in range(0, size, 1 << 16):
        yield b" " * (1 << 16)


async def test_a_body_without_a_length_is_bounded_too(world: World) -> None:
    headers = {"Content-Type": "application/json"}
    reply = await world.ask("sophie", "POST", "/api/products", content=drip(2 * BODY_LIMIT), headers=headers)
    assert reply.status_code == 413
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    path = "/api/products/$product/image"
    reply = await world.ask("sophie", "PUT", path, content=drip(MOST_BYTES + (1 << 20)), headers=headers)
    assert reply.status_code == 413


async def test_who_has_not_signed_in_sends_little(world: World) -> None:
    """What is wrong with a body is found in one step, and nobody else is heard meanwhile."""
    password = {"email": "nobody@nowhere.example", "password": "x" * 400}
    for method, path in (("POST", "/api/login"), ("POST", "/api/password/forgot"), ("POST", "/api/links")):
        long = dict.fromkeys((f"field{number}" for number in range(1_500)), 1)
        assert (await world.ask(None, method, path, json=password | long)).status_code == 413
        short = await world.ask(None, method, path, json=password | {"more": 1})
        assert short.status_code == 422


async def test_of_a_body_that_is_wrong_all_over_a_part_is_told(world: World) -> None:
    body = {f"a{number}": 1 for number in range(50_000)}
    for path in ("/api/products", "/api/clients"):
        reply = await world.ask("sophie", "POST", path, json=body)
        assert (reply.status_code, reply.json()["code"]) == (422, "invalid")
        assert len(reply.json()["errors"]) == MOST_ERRORS


async def test_a_query_of_many_parts_is_refused(world: World) -> None:
    reply = await world.ask("anna", "GET", "/api/orders?" + "&".join(f"a{n}=1" for n in range(5_000)))
    assert reply.status_code == 422
    reply = await world.ask("anna", "GET", "/api/orders?" + "limit=1&" * 5_000)
    assert reply.status_code == 422
    assert [(one["field"], one["code"]) for one in reply.json()["errors"]] == [("limit", "given_twice")]


SCRIPT = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.mark.parametrize("tail", [SCRIPT, b"<html><script>alert(1)</script>", b"PK\x03\x04", b"#!/bin/sh\n"])
async def test_of_a_picture_that_is_something_else_too_only_the_picture_is_served(
    world: World, tail: bytes
) -> None:
    """Re-encoded, under the type that it is, and never guessed at."""
    file = {"file": ("../../evil.svg", picture() + tail, "image/svg+xml")}
    made = await world.ask("sophie", "POST", "/api/products", json=product(f"X-{tail[:3].hex()}"))
    assert made.status_code == 201, made.text
    reply = await world.ask("sophie", "PUT", f"/api/products/{made.json()['id']}/image", files=file)
    assert reply.status_code == 200, reply.text
    served = await world.ask("anna", "GET", reply.json()["image"])
    assert tail not in served.content
    assert served.content[8:12] == b"WEBP"
    assert served.headers["content-type"] == "image/webp"
    assert told(served) == HEADERS


def product(code: str) -> dict[str, str]:
    return {"code": code, "name_fr": "Porte", "unit": "each", "price": "1.00"}


@pytest.mark.parametrize(
    "file", [SCRIPT, b"<!doctype html><script>alert(1)</script>", b"%PDF-1.7", b"GIF89a<script>"]
)
async def test_what_is_no_picture_is_not_kept(world: World, file: bytes) -> None:
    form = {"file": ("door.png", file, "image/png")}
    reply = await world.ask("sophie", "PUT", "/api/products/$product/image", files=form)
    assert reply.status_code == 422


@pytest.mark.parametrize("name", ["%2e%2e%2fetc%2fpasswd", "a" * 31, "A" * 32, "a" * 33, "a%00"])
async def test_a_picture_is_named_by_its_id_alone(world: World, name: str) -> None:
    for path in (f"/api/images/{name}", f"/api/images/{name}/thumbnail"):
        assert (await world.ask("anna", "GET", path)).status_code == 404


def test_secrets_do_not_show_in_the_settings() -> None:
    shown = repr(Settings(smtp_password="hush", metrics_token="hush"))
    assert "hush" not in shown
