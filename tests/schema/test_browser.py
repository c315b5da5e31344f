"""The browser's code and the server's say the same of any order."""

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from schema.colour import changed_cells
from schema.order import Content, Side, lines_of
from schema.status import state_of, status_for, turn_of
from schema.terms import canonical_json, digest_of, terms_of
from schema.totals import totals_of
from tests.schema.contents import CONTENTS

Answers = dict[str, Any]
SCRIPT = Path(__file__).with_name("browser_answers.mjs")


@pytest.fixture(scope="module")
def browser() -> Iterator[Callable[[Content], Answers]]:
    """The browser's code in Node, asked about one order after another."""
    with subprocess.Popen(
        ["node", str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as node:
        assert node.stdin is not None
        assert node.stdout is not None
        questions, replies = node.stdin, node.stdout

        def ask(content: Content) -> Answers:
            questions.write(json.dumps(asdict(content)) + "\n")
            questions.flush()
            answers: Answers = json.loads(replies.readline())
            return answers

        yield ask
        questions.close()
    assert node.returncode == 0


@settings(max_examples=200)
@given(content=CONTENTS)
def test_browser_and_server_agree_on_any_order(
    browser: Callable[[Content], Answers], content: Content
) -> None:
    assert browser(content) == answers_of(content)


def answers_of(content: Content) -> Answers:
    return {
        "lines": lines_of(content),
        "state": state_of(content),
        "turn": turn_of(content),
        "client": _seen_by("client", content),
        "supplier": _seen_by("supplier", content),
        "terms": canonical_json(terms_of(content)),
        "digest": digest_of(content),
        "totals": _totals(content),
    }


def _seen_by(reader: Side, content: Content) -> Answers:
    changed = changed_cells(content, reader)
    cells = {address: [change.before, change.after] for address, change in changed.cells.items()}
    return {"status": status_for(content, reader), "changed": {"cells": cells, "lines": changed.lines}}


def _totals(content: Content) -> Answers:
    totals = totals_of(content)
    return {
        "lines": {line: str(amount) for line, amount in totals.lines.items()},
        "freight": str(totals.freight),
        "subtotal": str(totals.subtotal),
        "taxes": [[tax.code, str(tax.amount)] for tax in totals.taxes],
        "total": str(totals.total),
    }
