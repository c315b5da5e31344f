"""The server against its own description: every answer must be one that the description announces."""

from collections.abc import Iterator
from typing import Any

import pytest
from schemathesis import Case

from tests.server.contract import Served, asked, description

SCHEMA = description(coverage=False)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served(tmp_path_factory.mktemp("contract")) as served:
        yield served


@SCHEMA.parametrize()
@asked(3)
def test_every_answer_is_one_that_the_description_announces(case: Case[Any], served: Served) -> None:
    served.ask(case)
