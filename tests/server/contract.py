"""The server and its own description, for schemathesis, which asks what nobody would think of.

with Served(folder) as served:
    served.ask(case)                            # the answer must be one that the description announces

Ids are those of things that are there, so that more is asked than what is absent.
"""

import asyncio
import socket
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import hypothesis
import schemathesis
import uvicorn
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.schemas import OpenApiSchema

from server.api.table import ENDPOINTS
from server.http.openapi import describe
from server.throttle import Throttle
from tests.server.security.world import World, furnished

# Some rules are beyond JSON Schema (a cursor that a page gave, an e-mail when an invitation is to be sent): what keeps
# the schema may still be answered with 422, but never as unreadable, too large or of the wrong kind.
ANSWERS = ["2xx", "401", "403", "404", "409", "422", "429"]
SEEDS = {
    "clients": ("sophie", "client"),
    "images": ("anna", "image"),
    "mails": ("anna", "mail"),
    "orders": ("sophie", "order"),
    "products": ("sophie", "product"),
    "suppliers": ("anna", "supplier"),
    "team": ("sophie", "person"),
    "tokens": ("sophie", "token"),
}
"""By the noun of a path: who asks, and for what."""
# These take away what they name: the second time it is gone.
ONCE = {("DELETE", "/api/tokens/{id}"), ("DELETE", "/api/orders/{id}/refusals/{refusal_id}")}


def description(*, coverage: bool) -> OpenApiSchema:
    config = {
        "seed": 1,
        "generation": {"with-security-parameters": False},
        "phases": {"coverage": {"enabled": coverage}},
        "checks": {"positive_data_acceptance": {"expected-statuses": ANSWERS}},
    }
    return schemathesis.openapi.from_dict(
        describe(ENDPOINTS, "1"), config=SchemathesisConfig.from_dict(config)
    )


def asked(examples: int) -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )


class Served:
    """A furnished world, served by a loop of its own in a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self.world: Future[World] = Future()
        self._folder = folder
        self._server: uvicorn.Server | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    async def _serve(self) -> None:
        async with furnished(self._folder) as world:
            listener = socket.create_server(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
            self._server = uvicorn.Server(
                uvicorn.Config(world.house.app, lifespan="off", log_config=None, loop="asyncio")
            )
            self.world.set_result(world)
            await self._server.serve(sockets=[listener])

    def __enter__(self) -> "Served":
        self._thread.start()
        self.world.result(60)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.should_exit = True
        self._thread.join(30)

    def ask(self, case: Case[Any]) -> None:
        """Send a case as who may ask for it; what it names is there."""
        world = self.world.result()
        world.house.services.throttle = Throttle()
        noun = case.path.split("/")[2]
        who, thing = SEEDS.get(noun, ("sophie", ""))
        there = thing and case.path_parameters and is_positive(case)
        if there:
            case.path_parameters |= {"id": world.ids[thing]}
            who = "anna" if "refusal_id" in case.path else who
            for name in ("refusal_id", "decision_id"):
                if name in case.path_parameters:
                    case.path_parameters[name] = world.ids[name.removesuffix("_id")]
        if is_positive(case) and isinstance(case.body, dict) and case.body.get("client_id"):
            case.body["client_id"] = world.ids["client"]
        # Signing out is among what is tried: it is asked in a sign-in of its own.
        secret = world.house.secret_of(who) if case.path == "/api/logout" else world.secrets[who]
        reply = case.call_and_validate(base_url=f"http://127.0.0.1:{self.port}", cookies={"session": secret})
        if there and (case.method, case.path) not in ONCE:
            assert reply.status_code != 404, (case.method, case.path)


def is_positive(case: Case[Any]) -> bool:
    return case.meta is None or case.meta.generation.mode == GenerationMode.POSITIVE
