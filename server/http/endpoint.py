"""Endpoints: each is declared once, and everything around the handler follows from the declaration.

    async def add_client(call: Call[ClientDraft]) -> ClientView:
        client_id = await call.services.db.write(write_client, call.member.company_id, call.body)
        return ClientView(...)

    ENDPOINTS = [
        Endpoint("POST", "/api/clients", add_client, body=ClientDraft, reply=ClientView, status=201,
                 role="standard", summary="Add a client", problems=[(409, "taken")]),
    ]

- `role`: None is public; "viewer", "standard", "manager" is the least role of the signed-in member. API tokens need
  the scope "read" for GET and "write" otherwise, or the one in `scope`; `people=True` keeps tokens out.
- `body`: validated JSON in `call.body` (400 malformed_json, 413 too_large, 415 not_json, 422 invalid).
  `query`: validated query in `call.query`. `upload=N`: `await call.upload()` gives the bytes of the form field
  `file`, N bytes at most. Path parameters are in `call.path`; one named `id` or `*_id` that is not an id is a 404.
- `idempotent`: a header `Idempotency-Key` is in `call.idempotency_key` (422 bad_idempotency_key); what it means is the
  handler's.
- `tagged`: the answer has an ETag, and the handler answers 304 to whoever names it in `If-None-Match`.
- The handler returns the `reply` model, or None (204), or a whole Response (`media` names its type in the API
  description). `call.set_header` adds a header to the reply. It raises `Problem` to refuse; refusals that are
  not implied by the above are listed in `problems`.
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from re import fullmatch
from typing import Any, Generic, Literal

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from typing_extensions import TypeVar

from persistence.person import MemberRole
from schema.language import Language
from server.fields import HEX_ID
from server.http.observe import ABOUT, TEMPLATE
from server.http.security import require_same_site
from server.http.upload import read_body, read_upload
from server.people.identity import Principal, identify, spoken_language
from server.problem import FieldError, Problem, invalid
from server.services import Services

Body = TypeVar("Body", default=Any)
Query = TypeVar("Query", default=Any)
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
BODY_LIMIT = 1 << 20
STRANGERS_BODY_LIMIT = 16_384
"""Where one need not be signed in: whatever is wrong with a body is found before everybody else is heard again."""
IDEMPOTENCY_KEY = r"^[\x21-\x7e]{1,200}$"


@dataclass
class Call(Generic[Body, Query]):
    """One request that got through: who asks, what for, and what there is to work with."""

    request: Request
    services: Services
    principal: Principal | None
    path: dict[str, str]
    body: Body
    query: Query
    endpoint: "Endpoint"
    headers: list[tuple[str, str]] = field(default_factory=list)

    @property
    def member(self) -> Principal:
        """The signed-in member; raises 401 `signed_out` when there is none."""
        if self.principal is None:
            raise Problem(401, "signed_out")
        return self.principal

    @cached_property
    def language(self) -> Language:
        """The language to answer in."""
        return spoken_language(self.request, self.principal)

    def set_header(self, name: str, value: str) -> None:
        """Add a header to the reply."""
        self.headers.append((name, value))

    @property
    def idempotency_key(self) -> str | None:
        """The header `Idempotency-Key`, when there is one; raises 422 `bad_idempotency_key` when it is none."""
        key = self.request.headers.get("idempotency-key")
        if key is not None and not fullmatch(IDEMPOTENCY_KEY, key):
            raise Problem(422, "bad_idempotency_key")
        return key

    async def upload(self) -> bytes:
        """Return the bytes of the form field `file`."""
        return await read_upload(self.request, self.endpoint.upload or BODY_LIMIT)


Handler = Callable[[Any], Awaitable[BaseModel | Response | None]]


@dataclass(frozen=True)
class Endpoint:
    """One method of one path; see the module."""

    method: Method
    path: str
    handler: Handler
    summary: str
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    reply: type[BaseModel] | None = None
    status: int = 200
    role: MemberRole | None = None
    scope: str | None = None
    people: bool = False
    upload: int | None = None
    media: str | None = None
    idempotent: bool = False
    tagged: bool = False
    problems: Sequence[tuple[int, str]] = ()

    @property
    def needed_scope(self) -> str:
        """The scope that an API token must hold."""
        return self.scope or ("read" if self.method == "GET" else "write")


def routes(endpoints: Sequence[Endpoint]) -> list[BaseRoute]:
    """Return one route for each path; fixed paths go before those with parameters."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for endpoint in endpoints:
        methods = by_path.setdefault(endpoint.path, {})
        if endpoint.method in methods:
            raise ValueError(f"{endpoint.method} {endpoint.path} is declared twice.")
        methods[endpoint.method] = endpoint
    ordered = sorted(by_path, key=lambda path: (path.count("{"), path))
    return [Route(path, _dispatcher(path, by_path[path]), methods=sorted(by_path[path])) for path in ordered]


def _dispatcher(path: str, methods: dict[str, Endpoint]) -> Callable[[Request], Awaitable[Response]]:
    async def dispatch(request: Request) -> Response:
        request.scope[TEMPLATE] = path
        about = request.scope[ABOUT] = _order_of(path, request)
        endpoint = methods["GET" if request.method == "HEAD" else request.method]
        services: Services = request.app.state.services
        principal = await identify(services.db, services.clock, request)
        if principal is not None:
            about["user"] = principal.user_id
        try:
            return await _answer(endpoint, request, services, principal)
        except Problem as problem:
            about["code"] = problem.code
            return problem.response(spoken_language(request, principal))

    return dispatch


def _order_of(path: str, request: Request) -> dict[str, str]:
    """The order that a path is about, to be noted; what is no id is a stranger's own words."""
    order_id = request.path_params.get("id", "") if path.startswith("/api/orders/") else ""
    return {"order": order_id} if fullmatch(HEX_ID, order_id) else {}


async def _answer(
    endpoint: Endpoint, request: Request, services: Services, principal: Principal | None
) -> Response:
    if endpoint.method != "GET":
        require_same_site(request, services.settings)
    authorize(endpoint, principal)
    call: Call = Call(
        request=request,
        services=services,
        principal=principal,
        path=_path(request),
        body=await _body(endpoint, request),
        query=_query(endpoint, request),
        endpoint=endpoint,
    )
    return _response(endpoint, await endpoint.handler(call), call.headers)


def authorize(endpoint: Endpoint, principal: Principal | None) -> None:
    """Raise the problem that keeps `principal` from this endpoint, if there is one."""
    if endpoint.role is None:
        return
    if principal is None:
        raise Problem(401, "signed_out")
    if principal.bot and endpoint.people:
        raise Problem(403, "people_only")
    if not principal.may(endpoint.needed_scope):
        raise Problem(403, "scope_missing", scope=endpoint.needed_scope)
    if not principal.at_least(endpoint.role):
        raise Problem(403, "role_too_low")


def _path(request: Request) -> dict[str, str]:
    for name, value in request.path_params.items():
        if (name == "id" or name.endswith("_id")) and not fullmatch(HEX_ID, value):
            raise Problem(404, "not_found")
    return dict(request.path_params)


async def _body(endpoint: Endpoint, request: Request) -> BaseModel | None:
    if endpoint.body is None:
        return None
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json":
        raise Problem(415, "not_json")
    raw = await read_body(request, STRANGERS_BODY_LIMIT if endpoint.role is None else BODY_LIMIT)
    try:
        body = endpoint.body.model_validate_json(raw, strict=True)
    except ValidationError as error:
        if error.error_count() == 1 and error.errors(include_url=False)[0]["type"] == "json_invalid":
            raise Problem(400, "malformed_json") from None
        raise invalid(error) from None
    _require_once(raw)
    return body


def _require_once(raw: bytes) -> None:
    """Which of two values of one field would count is nobody's to guess. Raises 422."""
    twice: dict[str, None] = {}

    def note(members: list[tuple[str, Any]]) -> None:
        if len(members) > 1:
            twice.update(dict.fromkeys(_repeated(name for name, _ in members)))

    json.loads(raw, object_pairs_hook=note, parse_int=str, parse_float=str)
    if twice:
        raise Problem(422, "invalid", errors=[FieldError(name, "given_twice") for name in twice])


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _query(endpoint: Endpoint, request: Request) -> BaseModel | None:
    if endpoint.query is None:
        return None
    given = request.query_params.multi_items()
    if twice := _repeated(name for name, _ in given):
        raise Problem(422, "invalid", errors=[FieldError(name, "given_twice") for name in twice])
    try:
        return endpoint.query.model_validate(dict(given))
    except ValidationError as error:
        raise invalid(error) from None


def _response(
    endpoint: Endpoint, result: BaseModel | Response | None, headers: list[tuple[str, str]]
) -> Response:
    if isinstance(result, Response):
        response = result
    elif result is None:
        response = Response(status_code=204)
    else:
        response = Response(result.model_dump_json(), endpoint.status, media_type="application/json")
        response.headers["Cache-Control"] = "no-store"
    for name, value in headers:
        response.headers.append(name, value)
    return response
