"""What the table of endpoints gives every handler, shown on an application of one handler."""

from types import SimpleNamespace
from typing import Any, Literal

import httpx
import pytest
from starlette.applications import Starlette

from server.fields import Draft, Line, Name, View
from server.http.endpoint import BODY_LIMIT, Call, Endpoint, authorize, routes
from server.people.identity import Principal
from server.problem import Problem
from server.settings import Settings

pytestmark = pytest.mark.anyio
JSON = {"content-type": "application/json"}


class NoteDraft(Draft):
    title: Name
    count: int = 0
    text: Line = ""
    kind: Literal["mine", "yours", "ours"] = "mine"


class NoteView(View):
    title: str


async def add_note(call: Call[NoteDraft]) -> NoteView:
    return NoteView(title=call.body.title)


async def show_note(call: Call) -> NoteView:
    return NoteView(title=call.path["id"])


async def keep_file(call: Call) -> NoteView:
    return NoteView(title=str(len(await call.upload())))


async def drop_note(call: Call) -> None:
    return None


ENDPOINTS = [
    Endpoint("POST", "/api/notes", add_note, body=NoteDraft, reply=NoteView, status=201, summary="Add"),
    Endpoint("GET", "/api/notes/{id}", show_note, reply=NoteView, summary="Show"),
    Endpoint("DELETE", "/api/notes/{id}", drop_note, status=204, summary="Drop"),
    Endpoint("PUT", "/api/notes/{id}/file", keep_file, upload=1000, reply=NoteView, summary="Keep"),
]
ID = "0123456789abcdef" * 2


def client() -> httpx.AsyncClient:
    app = Starlette(routes=routes(ENDPOINTS))
    app.state.services = SimpleNamespace(settings=Settings(), db=None, clock=None)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        (b'{"title": "a"}', JSON, 201, None),
        (b'{"title": "a"}', {"content-type": "application/json; charset=utf-8"}, 201, None),
        (b"title=a", {"content-type": "application/x-www-form-urlencoded"}, 415, "not_json"),
        (b"", {}, 415, "not_json"),
        (b"", JSON, 400, "malformed_json"),
        (b'{"title": ', JSON, 400, "malformed_json"),
        (b'{"title": "\xff"}', JSON, 400, "malformed_json"),
        (b'{"title": "\\ud800"}', JSON, 400, "malformed_json"),
        (b'{"title": "a", "count": NaN}', JSON, 422, "invalid"),
        (b"[" * 10_000, JSON, 400, "malformed_json"),
        (b'{"title": "a\\u0000"}', JSON, 422, "invalid"),
        (b'{"title": "a", "count": "1"}', JSON, 422, "invalid"),
        (b'{"title": "a", "count": 1.5}', JSON, 422, "invalid"),
        (b'{"title": "a", "more": 1}', JSON, 422, "invalid"),
        (b"[]", JSON, 422, "invalid"),
        (b'"' + b"a" * BODY_LIMIT + b'"', JSON, 413, "too_large"),
    ],
)
async def test_a_body_is_valid_json_or_refused_with_the_reason(
    content: bytes, headers: dict[str, str], status: int, code: str | None
) -> None:
    async with client() as caller:
        reply = await caller.post("/api/notes", content=content, headers=headers)
        assert (reply.status_code, reply.json().get("code")) == (status, code)
        expected = "application/json" if status == 201 else "application/problem+json"
        assert reply.headers["content-type"] == expected


async def test_a_field_with_two_values_is_told_and_neither_counts() -> None:
    async with client() as caller:
        body = b'{"title": "a", "count": 1, "title": "b"}'
        reply = await caller.post("/api/notes", content=body, headers=JSON)
        assert [(error["field"], error["code"]) for error in reply.json()["errors"]] == [
            ("title", "given_twice")
        ]


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("fr", "Choisissez l’une de ces valeurs\u00a0: 'mine', 'yours', 'ours'."),
        ("en", "Choose one of these values: 'mine', 'yours', 'ours'."),
    ],
)
async def test_what_is_no_choice_is_told_the_choices_in_the_readers_language(
    language: str, message: str
) -> None:
    async with client() as caller:
        body = {"title": "a", "kind": "theirs"}
        reply = await caller.post("/api/notes", json=body, headers={"accept-language": language})
        assert [error["message"] for error in reply.json()["errors"]] == [message]


async def test_a_body_without_a_declared_length_is_bounded_too() -> None:
    async def endless() -> Any:
        for _ in range(2 * BODY_LIMIT // 65_536):
            yield b" " * 65_536

    async with client() as caller:
        reply = await caller.post("/api/notes", content=endless(), headers=JSON)
        assert reply.json()["code"] == "too_large"


@pytest.mark.parametrize("id", ["1", "x" * 32, ID.upper(), ID + "0", ID + "%0A", "%00"])
async def test_what_is_no_id_is_not_found(id: str) -> None:
    async with client() as caller:
        reply = await caller.get(f"/api/notes/{id}")
        assert (reply.status_code, reply.json()["code"]) == (404, "not_found")
        assert (await caller.get(f"/api/notes/{ID}")).json() == {"title": ID}


async def test_an_upload_is_one_file_of_a_bounded_size() -> None:
    path = f"/api/notes/{ID}/file"
    async with client() as caller:
        assert (await caller.put(path, files={"file": b"a" * 1000})).json() == {"title": "1000"}
        for sent, status in (
            ({"files": {"file": b"a" * 1001}}, 413),
            ({"files": {"file": b"a" * 100_000}}, 413),
            ({"files": {"other": b"a"}}, 422),
            ({"data": {"file": "a"}}, 415),
            ({"content": b"zzz", "headers": {"content-type": "multipart/form-data; boundary=x"}}, 400),
            ({"content": b"zzz", "headers": {"content-type": "multipart/form-data"}}, 400),
        ):
            assert (await caller.put(path, **sent)).status_code == status, sent


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 204),
        ({"origin": "http://test"}, 204),
        ({"origin": "http://test", "sec-fetch-site": "same-origin"}, 204),
        ({"origin": "http://127.0.0.1:8000"}, 204),
        ({"sec-fetch-site": "none"}, 204),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://test:81"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": ""}, 403),
        ({"origin": "http://test", "sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
async def test_another_sites_pages_cannot_change_anything(headers: dict[str, str], status: int) -> None:
    async with client() as caller:
        assert (await caller.delete(f"/api/notes/{ID}", headers=headers)).status_code == status
        assert (await caller.get(f"/api/notes/{ID}", headers=headers)).status_code == 200


def principal(role: Any, scopes: set[str] | None = None) -> Principal:
    return Principal(
        "u", "Sophie", "", "fr", "c", "Boréale", role, bot=scopes is not None, scopes=frozenset(scopes or ())
    )


@pytest.mark.parametrize(
    ("who", "rule", "code"),
    [
        (None, {}, None),
        (None, {"role": "viewer"}, "signed_out"),
        (principal("viewer"), {"role": "viewer"}, None),
        (principal("viewer"), {"role": "standard"}, "role_too_low"),
        (principal("standard"), {"role": "standard"}, None),
        (principal("standard"), {"role": "manager"}, "role_too_low"),
        (principal("manager"), {"role": "manager", "people": True}, None),
        (principal("standard", {"read", "write"}), {"role": "standard"}, None),
        (principal("viewer", {"read"}), {"role": "viewer"}, "scope_missing"),
        (principal("standard", {"write"}), {"role": "viewer", "people": True}, "people_only"),
        (principal("standard", {"stock"}), {"role": "standard", "scope": "stock"}, None),
        (principal("standard", {"write"}), {"role": "standard", "scope": "stock"}, "scope_missing"),
    ],
)
def test_who_may_call_follows_from_the_declaration(
    who: Principal | None, rule: dict[str, Any], code: str | None
) -> None:
    endpoint = Endpoint("POST", "/api/notes", add_note, summary="Add", **rule)
    if code is None:
        authorize(endpoint, who)
    else:
        with pytest.raises(Problem) as refused:
            authorize(endpoint, who)
        assert refused.value.code == code


def test_one_method_of_one_path_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        routes([*ENDPOINTS, ENDPOINTS[0]])
