"""The description of the API: what a program that is generated from it relies on."""

from collections.abc import Iterator
from typing import Any

import pytest

from server.api.table import ENDPOINTS
from server.fields import Patch
from server.http.openapi import describe

DOCUMENT = describe(ENDPOINTS, "1")
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def operations_with(header: str) -> Iterator[str]:
    for name, operation in operations():
        if any((one["in"], one["name"]) == ("header", header) for one in operation["parameters"]):
            yield name


def test_the_description_names_every_operation_once() -> None:
    ids = [operation["operationId"] for _, operation in operations()]
    assert len(ids) == len(set(ids)) == len(ENDPOINTS)


def test_no_schema_is_named_after_a_file_of_ours() -> None:
    assert [name for name in SCHEMAS if "__" in name] == []


def test_a_field_that_changes_only_when_it_is_named_has_no_default_to_fill_in() -> None:
    bodies = {endpoint.body for endpoint in ENDPOINTS if endpoint.body is not None}
    patches = [body.__name__ for body in bodies if issubclass(body, Patch)]
    patched = {endpoint.body for endpoint in ENDPOINTS if endpoint.method == "PATCH"}
    assert patched <= {body for body in bodies if issubclass(body, Patch)}
    for name in [*patches, "StockRow", "SeenDraft"]:
        assert not [field for field, one in SCHEMAS[name]["properties"].items() if "default" in one], name


def test_whoever_is_to_wait_is_told_where_it_says_how_long() -> None:
    for name, operation in operations():
        for status, response in operation["responses"].items():
            assert ("Retry-After" in response.get("headers", {})) == (status in ("429", "503")), (
                name,
                status,
            )


def test_what_is_done_once_for_a_key_says_so() -> None:
    keyed = set(operations_with("Idempotency-Key"))
    assert keyed == {"PUT /api/stock", "POST /api/clients", "POST /api/suppliers"}


def test_what_has_a_tag_says_that_it_may_be_answered_with_no_change() -> None:
    may = {name for name, operation in operations() if "304" in operation["responses"]}
    assert may == set(operations_with("If-None-Match")) == {"GET /api/rights"}


def test_a_scope_that_is_not_the_usual_one_is_said() -> None:
    said = {name for name, operation in operations() if "scope `stock`" in operation.get("description", "")}
    assert said == {"PUT /api/stock", "POST /api/stock/import"}


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("state", ["draft", "open", "agreed", "amending", "closed"]),
        ("status", ["draft", "waiting", "changed", "agreed", "amending", "closed"]),
        ("role", ["client", "supplier", "bot", "server", "viewer"]),
    ],
)
def test_the_words_of_an_order_are_listed(field: str, words: list[str]) -> None:
    assert SCHEMAS["OrderView"]["properties"][field]["enum"] == words
