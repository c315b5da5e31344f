import gzip
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session
from starlette.applications import Starlette

from server.app import _description
from server.http.endpoint import Endpoint
from server.http.openapi import describe
from server.http.pages import pages
from server.http.security import CONTENT_POLICY, HEADERS
from server.people.identity import Principal
from tests.server.house import House

pytestmark = pytest.mark.anyio


async def test_every_answer_carries_the_headers_that_keep_others_out(house: House) -> None:
    async with house.client_for(None) as browser:
        for path in ("/api/me", "/api/nothing", "/healthz", "/metrics", "/api/openapi.json"):
            reply = await browser.get(path)
            assert {name: reply.headers.get(name) for name in HEADERS} == HEADERS
            assert "strict-transport-security" not in reply.headers


async def test_the_description_is_made_once_however_often_strangers_ask_for_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def described(endpoints: Sequence[Endpoint], version: str) -> dict[str, Any]:
        made.append(version)
        return describe(endpoints, version)

    monkeypatch.setattr("server.app.describe", described)
    _description.cache_clear()
    async with house.client_for(None) as browser:
        replies = [await browser.get("/api/openapi.json") for _ in range(3)]
    assert {reply.json()["openapi"] for reply in replies} == {"3.1.0"}
    assert len(made) == 1


async def test_the_policy_of_a_page_lets_nothing_in_but_our_own_files(house: House) -> None:
    """No inline script or style, no code made of text, nothing from elsewhere, no frame, no other base."""
    async with house.client_for(None) as browser:
        policy = (await browser.get("/api/nothing")).headers["content-security-policy"]
    rules = {
        name: words.split() for name, _, words in (rule.strip().partition(" ") for rule in policy.split(";"))
    }
    assert rules["default-src"] == ["'self'"]
    assert (
        not {"script-src", "script-src-elem", "script-src-attr", "style-src", "style-src-elem"} & rules.keys()
    )
    for name in ("frame-ancestors", "base-uri", "object-src"):
        assert rules[name] == ["'none'"]
    assert rules["form-action"] == rules["worker-src"] == ["'self'"]
    assert {word for words in rules.values() for word in words} == {
        "'self'",
        "'none'",
        "data:",
        "blob:",
        "ws:",
        "wss:",
    }


async def test_browsers_are_told_to_stay_with_https_where_people_come_by_https(tmp_path: Path) -> None:
    house = House(tmp_path, public_url="https://order.example")
    async with house, house.client_for(None) as browser:
        assert "max-age" in (await browser.get("/healthz")).headers["strict-transport-security"]


async def test_health_is_that_of_the_database(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house.client_for(None) as browser:
        assert (await browser.get("/healthz")).json() == {"status": "ok", "orders": []}

        def fail(session: Session) -> None:
            raise OperationalError("SELECT 1", {}, Exception("disk"))

        monkeypatch.setattr("server.app._alive", fail)
        reply = await browser.get("/healthz")
        assert (reply.status_code, reply.json()["status"]) == (503, "failed")


async def test_who_watches_is_told_what_runs_since_when_and_for_how_many(tmp_path: Path) -> None:
    house = House(tmp_path, metrics_token="a token")
    watches = {"Authorization": "Bearer a token"}
    async with house, house.client_for(None) as browser:
        quiet = (await browser.get("/healthz", headers=watches)).json()
        anna = house.person("anna")
        visitor = Principal(
            anna.id, anna.name, anna.email, "fr", anna.company_id, "Laurier", "manager", "session"
        )
        with house.services.sockets.held(visitor):
            busy = (await browser.get("/healthz", headers=watches)).json()
    since = f"{house.app.state.since:%Y-%m-%dT%H:%M:%SZ}"
    running = {"version": version("shared-order"), "since": since, "people": 0, "open_orders": 0}
    assert quiet == {"status": "ok", "orders": []} | running
    assert busy == quiet | {"people": 1}


async def test_a_path_of_programs_that_does_not_exist_is_a_problem_and_never_a_page(house: House) -> None:
    async with house.client_for(None) as browser:
        for path in ("/api", "/api/nothing", "/ws/nothing", "/healthz/x"):
            reply = await browser.get(path)
            assert (reply.status_code, reply.json()["code"]) == (404, "not_found"), path
        reply = await browser.get("/api/login")
        assert (reply.status_code, reply.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_path_with_a_slash_too_many_leads_nowhere_with_a_token(house: House, method: str) -> None:
    async with house.client_for(None) as browser:
        reply = await browser.request(method, "/api/orders/", headers={"Host": "elsewhere.example"})
        assert (reply.status_code, reply.json()["code"]) == (404, "not_found")
        assert "location" not in reply.headers


@pytest.fixture
def site(tmp_path: Path) -> httpx.AsyncClient:
    browser = tmp_path / "browser"
    (browser / "assets").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    (browser / "index.html").write_text("<title>Commandes</title>")
    (browser / "favicon.svg").write_text("<svg/>")
    (browser / "worker.js").write_text("listen()")
    (browser / "assets" / "index-3dA8.js").write_text("start()")
    app = Starlette(routes=pages(browser))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


@pytest.mark.parametrize(
    "path", ["/", "/orders/1", "/invitation/x", "/favicon.ico/x", "/a%00b", "/" + "a" * 5000]
)
async def test_every_page_of_the_application_is_its_one_page(site: httpx.AsyncClient, path: str) -> None:
    reply = await site.get(path)
    assert (reply.status_code, reply.text) == (200, "<title>Commandes</title>")
    assert reply.headers["cache-control"] == "no-cache"


async def test_files_with_a_hash_in_their_name_are_kept_for_ever(site: httpx.AsyncClient) -> None:
    reply = await site.get("/assets/index-3dA8.js")
    assert (reply.text, reply.headers["cache-control"]) == ("start()", "public, max-age=31536000, immutable")
    assert (await site.get("/favicon.svg")).headers["cache-control"] == "no-cache"
    assert (await site.get("/assets/index-gone.js")).status_code == 404


async def test_the_worker_is_asked_for_anew_at_the_root_of_the_site(site: httpx.AsyncClient) -> None:
    reply = await site.get("/worker.js")
    assert (reply.text, reply.headers["cache-control"]) == ("listen()", "no-cache")
    assert reply.headers["content-type"].startswith("text/javascript")
    assert "worker-src 'self'" in CONTENT_POLICY


async def test_text_travels_compressed_to_whoever_takes_it_so(site: httpx.AsyncClient) -> None:
    for path in ("/", "/assets/index-3dA8.js", "/favicon.svg"):
        small = await site.get(path)
        assert (small.headers["content-encoding"], small.headers["vary"]) == ("gzip", "Accept-Encoding")
        plain = await site.get(path, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert (plain.text, plain.headers["vary"]) == (small.text, "Accept-Encoding")
        assert plain.headers["content-type"] == small.headers["content-type"]


async def test_what_the_build_left_in_brotli_goes_to_whoever_takes_it(
    site: httpx.AsyncClient, tmp_path: Path
) -> None:
    (tmp_path / "browser" / "assets" / "index-3dA8.js.br").write_bytes(b"in brotli")
    bodies = {"br": b"in brotli", "gzip": gzip.compress(b"start()", mtime=0), None: b"start()"}
    path, kind = "/assets/index-3dA8.js", "text/javascript; charset=utf-8"
    for accepted, encoding in (
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=1.0, gzip;q=0.5", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("brotli, x-gzip", None),
    ):
        async with site.stream("GET", path, headers={"Accept-Encoding": accepted}) as reply:
            raw = b"".join([part async for part in reply.aiter_raw()])
        assert (reply.headers.get("content-encoding"), reply.headers["content-type"]) == (encoding, kind)
        assert raw == bodies[encoding]
    # Where the build left none, a browser that would take it is served all the same.
    assert (await site.get("/", headers={"Accept-Encoding": "br"})).text == "<title>Commandes</title>"


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "//etc/passwd"]
)
async def test_nothing_outside_the_application_is_served(site: httpx.AsyncClient, path: str) -> None:
    reply = await site.get(path)
    assert "secret" not in reply.text
    assert "root:" not in reply.text
