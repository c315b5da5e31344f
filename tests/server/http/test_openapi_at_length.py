"""The server against its own description, with every question that schemathesis can make of it.

They take seconds to make, when tests are collected: `tests/conftest.py` leaves this file to `make torture`.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from schemathesis import Case

from tests.server.contract import Served, asked, description

pytestmark = pytest.mark.torture

SCHEMA = description(coverage=True)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served(tmp_path_factory.mktemp("contract")) as served:
        yield served


@SCHEMA.parametrize()
@asked(40)
def test_every_answer_to_every_question_is_one_that_the_description_announces(
    case: Case[Any], served: Served
) -> None:
    served.ask(case)
