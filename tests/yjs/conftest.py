"""Yjs under Node beside a served house."""

from collections.abc import AsyncIterator

import pytest

from tests.server.orders.conftest import anyio_backend, house, own_house
from tests.yjs.node import Node

__all__ = ["anyio_backend", "house", "node", "own_house"]


@pytest.fixture(scope="session")
async def node(anyio_backend: str) -> AsyncIterator[Node]:
    """One Node process for all tests; each opens its own peers."""
    async with Node() as process:
        yield process
