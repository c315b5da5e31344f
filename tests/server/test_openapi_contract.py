"""The server against its own description: schemathesis asks what nobody would think of, and every answer must be one
that the description announces."""

from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis import Case
from schemathesis.config import SchemathesisConfig
from starlette.types import ASGIApp, Receive, Scope, Send

from server.api.table import ENDPOINTS
from server.openapi import describe
from server.throttle import Throttle
from tests.server.house import House, furnish


class Door:
    """Leads to the server of this module's tests, which does not exist yet when they are collected."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


DOOR = Door()
# Some rules are beyond JSON Schema (a cursor that a page gave, an e-mail when an invitation is to be sent): what keeps
# the schema may still be answered with 422, but never as unreadable, too large or of the wrong kind.
ANSWERS = ["2xx", "401", "403", "404", "409", "422", "429"]
CONFIG = {
    "seed": 1,
    "generation": {"with-security-parameters": False},
    "checks": {"positive_data_acceptance": {"expected-statuses": ANSWERS}},
}
API = schemathesis.openapi.from_dict(describe(ENDPOINTS, "1"), config=SchemathesisConfig.from_dict(CONFIG))
API.app = DOOR
ASKED = hypothesis.settings(
    max_examples=15,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = House(tmp_path_factory.mktemp("contract"))
    house.db.migrate()
    with house.db.writing() as session:
        furnish(session)
    DOOR.app = house.app
    return house


@API.parametrize()
@ASKED
def test_every_answer_is_one_that_the_description_announces(case: Case[Any], served: House) -> None:
    served.services.throttle = Throttle()
    # Signing out is among what is tried: each question comes from a sign-in of its own.
    cookies = {"session": served.secret_of("sophie")}
    case.call_and_validate(cookies=cookies)
