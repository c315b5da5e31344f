"""The description of the HTTP API, OpenAPI 3.1, drawn from the table of endpoints."""

from collections.abc import Mapping, Sequence
from re import findall, sub
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from server.fields import HEX_ID
from server.http.endpoint import IDEMPOTENCY_KEY, Endpoint
from server.problem import ProblemView
from server.sentences import template

Json = dict[str, Any]
Schemas = Mapping[tuple[Any, JsonSchemaMode], Json]
REFERENCE = "#/components/schemas/{model}"


def describe(endpoints: Sequence[Endpoint], version: str) -> Json:
    """Return the whole document, ready for JSON."""
    schemas, definitions = models_json_schema(_models(endpoints), ref_template=REFERENCE)
    paths: dict[str, Json] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shared Order", "version": version, "description": _RULES},
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "session"},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    }


_RULES = """\
What holds for every operation. What travels on the sockets `/ws/orders/{id}` and `/ws/orders` is in
`docs/protocol.md`; `docs/api.md` leads from a token to a signature.

**Who asks.** People sign in with `POST /api/login` and are known by the cookie `session`. Programs send
`Authorization: Bearer <token>`: a manager makes the token, once, with `POST /api/tokens` or on the page of access
tokens. GET needs the scope `read`, everything else `write`, unless it is said otherwise, and neither holds the other;
operations that list only `session` are for people.

**Refusals** are `application/problem+json`. Rely on `code`; `detail` and each `errors[].message` are sentences for
people. `errors` names the fields at fault, all that are known at once, up to 1,000. People read their own language; a
program that says `Accept-Language: en` or `fr` reads that one, else the language of whoever made its token. What one
may not see is answered as what does not exist: 404.

**Trying again.** After 429 and 503, wait the seconds that `Retry-After` says; any operation may answer 503
`unavailable` while the database does not answer, and 500 `failure` when something failed on our side. GET, PUT, PATCH
and DELETE may be sent again as they were (what is deleted already is 404). `POST /api/orders` with an `id` of one's own
makes one order however often it is sent; what takes the header `Idempotency-Key` is done once for each key; a command
that was taken is refused the second time (409) and changes nothing.

**Lists** are `{items, next}`: `next` goes in `?after=` for the page that follows, and is null on the last one. A page
begins after a row, not at a number of rows: what comes or goes meanwhile is neither shown twice nor left out, except
that an order that changes moves to the front of `GET /api/orders`, where the next reading of the first page finds it.

**Values.** Money, quantities and dimensions are strings (`"12.50"`), never numbers; days are `2026-12-05`, instants
are in UTC. A PATCH, and a row of stock, changes only the fields that it names. What names a field twice is refused.
"""


def _models(endpoints: Sequence[Endpoint]) -> list[tuple[type[BaseModel], JsonSchemaMode]]:
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = [(ProblemView, "serialization")]
    for endpoint in endpoints:
        if endpoint.body is not None:
            models.append((endpoint.body, "validation"))
        if endpoint.reply is not None:
            models.append((endpoint.reply, "serialization"))
    return list(dict.fromkeys(models))


def _operation(endpoint: Endpoint, schemas: Schemas) -> Json:
    operation: Json = {
        "operationId": sub(r"\W+", "_", f"{endpoint.method.lower()}{endpoint.path}").strip("_"),
        "summary": endpoint.summary,
        "tags": [endpoint.path.split("/")[2]],
        "parameters": _parameters(endpoint),
        "responses": _responses(endpoint, schemas),
    }
    if endpoint.role is not None:
        operation["security"] = [{"session": []}] if endpoint.people else [{"session": []}, {"token": []}]
        operation["description"] = f"For members from the role {endpoint.role} up."
        if endpoint.scope is not None:
            operation["description"] += f" A token needs the scope `{endpoint.scope}`."
    if endpoint.body is not None:
        content = {"application/json": {"schema": schemas[endpoint.body, "validation"]}}
        operation["requestBody"] = {"required": True, "content": content}
    if endpoint.upload is not None:
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}
    return operation


_FORM: Json = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}},
    "required": ["file"],
    "additionalProperties": False,
}


def _parameters(endpoint: Endpoint) -> list[Json]:
    parameters = [_path_parameter(name) for name in findall(r"{(\w+)(?::\w+)?}", endpoint.path)]
    if endpoint.query is not None:
        schema = endpoint.query.model_json_schema()
        required = schema.get("required", [])
        for name, one in schema["properties"].items():
            parameters.append({"name": name, "in": "query", "required": name in required, "schema": one})
    if endpoint.idempotent:
        parameters.append(_IDEMPOTENCY_KEY)
    if endpoint.tagged:
        parameters.append(_IF_NONE_MATCH)
    return parameters


_IDEMPOTENCY_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Chosen by the caller, for each thing he wants done once. For a week the same key and body are "
    "answered as the first time, and nothing is done again.",
    "schema": {"type": "string", "pattern": IDEMPOTENCY_KEY},
}


_IF_NONE_MATCH: Json = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of the answer that one has: 304 when it would be the same.",
    "schema": {"type": "string"},
}


def _path_parameter(name: str) -> Json:
    is_id = name == "id" or name.endswith("_id")
    schema = {"type": "string", "pattern": HEX_ID} if is_id else {"type": "string", "minLength": 1}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _responses(endpoint: Endpoint, schemas: Schemas) -> Json:
    responses: Json = {str(endpoint.status): _success(endpoint, schemas)}
    if endpoint.tagged:
        responses["304"] = {"description": "What one has is what would be answered."}
    for status, code in sorted(problems(endpoint)):
        problem = responses.setdefault(str(status), _problem(status, schemas))
        problem["description"] += f"`{code}`: {template(code)}\n"
    return responses


def _success(endpoint: Endpoint, schemas: Schemas) -> Json:
    if endpoint.media is not None:
        return {"description": endpoint.summary, "content": {endpoint.media: {"schema": {"type": "string"}}}}
    if endpoint.reply is None:
        return {"description": endpoint.summary}
    schema = schemas[endpoint.reply, "serialization"]
    return {"description": endpoint.summary, "content": {"application/json": {"schema": schema}}}


def _problem(status: int, schemas: Schemas) -> Json:
    schema = schemas[ProblemView, "serialization"]
    problem: Json = {"description": "", "content": {"application/problem+json": {"schema": schema}}}
    return problem | {"headers": _RETRY_AFTER} if status in (429, 503) else problem


_RETRY_AFTER: Json = {
    "Retry-After": {
        "description": "Seconds after which to try again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    }
}


def problems(endpoint: Endpoint) -> set[tuple[int, str]]:
    """Everything an endpoint may refuse: what its declaration implies, and what it lists."""
    found = set(endpoint.problems)
    if endpoint.role is not None:
        found |= {(401, "signed_out"), (403, "role_too_low"), (403, "scope_missing")}
        found |= {(403, "people_only")} if endpoint.people else set()
    if endpoint.method != "GET":
        found.add((403, "cross_site"))
    if "{" in endpoint.path:
        found.add((404, "not_found"))
    if endpoint.body is not None:
        found |= {(400, "malformed_json"), (413, "too_large"), (415, "not_json"), (422, "invalid")}
    if endpoint.upload is not None:
        found |= {(400, "malformed_form"), (413, "too_large"), (415, "not_multipart"), (422, "invalid")}
    if endpoint.query is not None:
        found.add((422, "invalid"))
    if endpoint.idempotent:
        found.add((422, "bad_idempotency_key"))
    return found
