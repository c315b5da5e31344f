"""What monitoring reads of two servers at work: every curve of the example dashboard has something to draw."""

import asyncio
import json
import re
from contextlib import suppress
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from schema.closes import Close
from tests.connections import asking
from tests.server.mail.post import PostOffice
from tests.servers.fleet import Fleet, Server

pytestmark = pytest.mark.anyio
BOARD = Path(__file__).parents[2] / "docs" / "grafana.json"
METRIC = re.compile(r"shared_order_[a-z_]+")


async def test_every_curve_of_the_dashboard_has_something_to_draw(fleet: Fleet) -> None:
    async with PostOffice().opened() as post:
        fleet.settings = post.settings
        one, other = await fleet.start(2)
        async with one.peer("anna") as anna, other.peer("sophie") as sophie:
            await anna.write("client", {"reference": "PO-1"})
            await anna.write("client", {"lines/a/quantity": "many"})
            await sophie.until(lambda: sophie.client.get("reference") == "PO-1")
            await sophie.send_raw(b"\x00noise")
            assert await sophie.gone() == Close.MALFORMED
            missing = _named()
            with suppress(TimeoutError):
                async with asyncio.timeout(60):
                    while missing := missing - await _scraped(one) - await _scraped(other):  # noqa: ASYNC110
                        await asyncio.sleep(0.1)  # mails are on their way, and gauges are read once a second
    assert missing == set()


def _named() -> set[str]:
    panels = json.loads(BOARD.read_text(encoding="utf-8"))["panels"]
    return {
        name for panel in panels for target in panel["targets"] for name in METRIC.findall(target["expr"])
    }


async def test_what_has_not_happened_yet_is_there_as_nought(fleet: Fleet) -> None:
    """Or the first of each would not be seen to rise."""
    (server,) = await fleet.start(1)
    counted = [each for each in await _read(server) if each.name.endswith("_total") and each.labels]
    labels = {value for each in counted for value in each.labels.values() if each.value == 0}
    assert labels >= {"malformed", "replayed", "not_a_decimal", "overtaken", "sent", "given_up"}


async def _scraped(server: Server) -> set[str]:
    """The names under which a server has a value to show."""
    return {sample.name for sample in await _read(server)}


async def _read(server: Server) -> list[Sample]:
    async with asking(f"http://127.0.0.1:{server.port}") as http:
        reply = await http.get("/metrics")
    families = text_string_to_metric_families(reply.text)
    return [sample for family in families for sample in family.samples]
