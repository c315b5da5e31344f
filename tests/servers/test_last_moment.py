"""A server dies between a commit and the telling of it: whoever is at another one sees what was committed."""

import pytest
from sqlalchemy.engine import make_url
from sqlmodel import col, select

from persistence.audit import Audit
from persistence.database import Database
from tests.databases import url_of
from tests.postgres import cluster
from tests.servers.fleet import Fleet, Server

pytestmark = pytest.mark.anyio
TRAPPED = ("-m", "tests.durability.trapped")
SECOND = "after the commit:2"
"""The first is that of what a page sends when it comes."""


@pytest.mark.parametrize("listens", [True, False])
async def test_what_a_server_committed_in_its_last_moment_is_shown_by_the_other(
    fleet: Fleet, listens: bool
) -> None:
    """G1, and whether or not the other one listens just then. Its author, who was told nothing, brings it again, and it
    is there once."""
    (other,) = await fleet.start(1)
    fleet.program, fleet.settings = TRAPPED, {"TRAP": SECOND}
    (dying,) = await fleet.start(1)
    anna = dying.peer("anna")
    async with other.peer("sophie") as sophie:
        async with anna:
            await anna.saved()
            if not listens:
                _end_its_listening(other)
            with anna.doc.transaction():
                anna.client["reference"] = "PO-1"
                anna.note += "[last]"
            await anna.flush()
            await anna.gone()
            assert anna.durable < anna.sent
        await sophie.until(lambda: sophie.client.get("reference") == "PO-1")
        async with other.peer("anna", anna.doc) as again:
            await again.saved()
            assert again.state() == sophie.state()
        assert sophie.state()["note"].count("[last]") == 1
        assert sophie.closed is None
    assert _written(fleet) == ["PO-1"]
    assert fleet.faults() == []


def _end_its_listening(server: Server) -> None:
    name = make_url(server.url).username
    found = "SELECT pid FROM pg_stat_activity WHERE usename = %s AND query LIKE 'LISTEN%%'"
    (pid,) = cluster().admin.execute(found, [name]).fetchone() or ()
    cluster().admin.execute("SELECT pg_terminate_backend(%s)", [pid])


def _written(fleet: Fleet) -> list[object]:
    """What the trail says was written into the reference, in its order."""
    database = Database(url_of(fleet.house.folder))
    with database.reading() as session:
        statement = select(Audit).where(Audit.order_id == fleet.order, Audit.cell == "client/reference")
        written = [row.value("after") for row in session.exec(statement.order_by(col(Audit.id)))]
    database.close()
    return written
