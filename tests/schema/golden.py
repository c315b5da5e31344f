"""Golden examples: orders told in JSON, read here and by the browser's tests."""

import json
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from schema.order import Content
from schema.terms import canonical_json, digest, terms_of

FOLDER = Path(__file__).parent.parent / "golden"

Example = dict[str, Any]


def examples(name: str) -> list[Any]:
    """The examples of one file, named by their sentences, for `pytest.mark.parametrize`."""
    found = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return [pytest.param(example, id=example["name"]) for example in found]


def content_of(plain: Mapping[str, Any]) -> Content:
    """The roots as an example gives them."""
    return Content(**deepcopy(dict(plain)))


def order_of(example: Example) -> Content:
    """What stands, and each company's signature; its `changes` say what was otherwise at signing."""
    content = content_of(example["content"])
    signatures = {
        f"signatures/{side}": _signature(example, signed) for side, signed in example["signed"].items()
    }
    content.record.update(signatures)
    return content


def _signature(example: Example, signed: Mapping[str, Any]) -> dict[str, Any]:
    then = content_of(example["content"])
    for address, value in signed["changes"].items():
        root, _, key = address.partition("/")
        then.root(root)[key] = value
    text = canonical_json(terms_of(then))
    return {"digest": digest(text), "terms": text, "count": signed["count"], "at": ""}
