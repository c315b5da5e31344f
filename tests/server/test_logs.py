import io
import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import structlog
from prometheus_client import REGISTRY
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from schema.closes import Close
from server.http.observe import TEMPLATE, _note
from server.log import configure_logs
from server.log_limit import BURST, SUSTAINED, LogLimit
from server.settings import Settings
from tests.server.house import EMAILS, PASSWORD, House
from tests.server.orders.house import House as Served
from tests.server.peer import Peer

pytestmark = pytest.mark.anyio


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that is logged, at the most talkative level."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs(Settings(log_level="debug"), stream)
    # The client that asks is not part of the server.
    monkeypatch.setattr(logging.getLogger("httpx"), "disabled", True)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


async def test_no_secret_is_ever_logged(house: House, logs: io.StringIO) -> None:
    secrets = [PASSWORD * 3, house.secret_of("sophie")]
    async with house.client_for(None) as browser:
        for password in (PASSWORD, PASSWORD * 3):
            await browser.post("/api/login", json={"email": EMAILS["sophie"], "password": password})
        secrets.append(browser.cookies["session"])
        secrets.append(
            (await browser.post("/api/tokens", json={"name": "ERP", "scopes": ["read"]})).json()["token"]
        )
        member = {"email": "jules@boreale.example", "name": "Jules", "role": "viewer"}
        await browser.post("/api/team", json=member)
        await browser.post("/api/links", json={"email": EMAILS["luc"]})
        await browser.post("/api/password/forgot", json={"email": EMAILS["luc"]})
        links = {mail.kind: mail.secret for mail in house.mail.posted}
        secrets += links.values()
        await browser.get(f"/invitation/{links['invitation_member']}")
        await browser.get(f"/enter/{links['entry_link']}?to=/")
        await browser.get(f"/reset/{links['password_reset']}")
        await browser.get(f"/api/password/reset/{links['password_reset']}")
        await browser.get(f"/api/invitations/{links['invitation_member']}")
        await browser.post(f"/api/invitations/{links['invitation_member']}", json={})
        await browser.post("/api/links/enter", json={"token": links["entry_link"]})
        choice = {"token": links["password_reset"], "password": "a new password"}
        await browser.post("/api/password/reset", json=choice)
    written = logs.getvalue()
    assert written.count('"event": "request"') == 14
    assert len(secrets) == 7
    for secret in [*secrets, "a new password"]:
        assert secret not in written


async def test_a_request_is_found_by_its_order_and_by_who_asked(house: House, logs: io.StringIO) -> None:
    """Who complains of an order can be told what the server answered him."""
    absent = "0123456789abcdef" * 2
    async with house.client_for("sophie") as browser:
        await browser.get(f"/api/orders/{absent}")
        await browser.get("/api/orders/no-id-but-words")
    lines = [json.loads(line) for line in logs.getvalue().splitlines()]
    noted = [
        {name: line.get(name) for name in ("order", "user", "code")}
        for line in lines
        if line["event"] == "request" and line["route"].startswith("/api/orders/")
    ]
    about = {"user": house.person("sophie").id, "code": "not_found"}
    assert noted == [{"order": absent, **about}, {"order": None, **about}]


async def test_who_comes_to_an_order_and_leaves_it_is_noted(tmp_path: Path, logs: io.StringIO) -> None:
    """Whose page comes and goes can be told why, and since when he is not there."""
    async with Served(tmp_path) as served:
        order = await served.order("open")
        logs.seek(0)
        logs.truncate()
        async with served.peer("anna", order):
            pass
        async with served.peer("anna", order) as anna:
            await anna.send_text("of another protocol")
            await anna.until(lambda: anna.closed is not None)
        async with served.peer("anna", order) as anna:
            assert anna._socket is not None
            anna._socket.transport.abort()
            await anna.until(lambda: anna.closed is not None)
        for stranger in (
            served.peer("eve", order),
            served.peer("eve", "words-of-a-stranger"),
            Peer(served.peer("anna", order).url, "no secret"),
        ):
            with suppress(ConnectionClosed):  # perhaps before he has said a word
                async with stranger:
                    pass
    lines = [json.loads(line) for line in logs.getvalue().splitlines()]
    kinds = ("order entered", "order left", "turned away")
    noted = [line for line in lines if line["event"] in kinds]
    assert all(line.pop("seconds") >= 0 for line in noted if line["event"] == "order left")
    whose = {"order": order, "user": served.people["anna"].user_id}
    about = {"order", "user", "code", "close"}
    by_event = {
        kind: [{name: line[name] for name in line.keys() & about} for line in noted if line["event"] == kind]
        for kind in kinds
    }
    rival = {"user": served.people["eve"].user_id, "code": 4404, "close": "not_found"}
    assert by_event == {
        "order entered": [whose] * 3,
        "order left": [
            {**whose, "code": 1000},
            {**whose, "code": 1003, "close": "text_frame"},
            {**whose, "code": 1005},
        ],
        "turned away": [
            {"order": order, **rival},
            rival,
            {"order": order, "code": 4401, "close": "signed_out"},
        ],
    }
    named = {"logger", "level", "timestamp", "event"}
    assert all(line.keys() <= about | named for line in noted)
    assert "words-of-a-stranger" not in str(noted)


async def test_who_opens_a_list_and_leaves_it_is_noted(tmp_path: Path, logs: io.StringIO) -> None:
    """Whose list does not follow can be told why, as of an order; and it is counted."""
    before = [_closed(each) for each in (Close.RIGHTS_CHANGED, Close.SIGNED_OUT)]
    async with Served(tmp_path) as served:
        address, anna = f"ws://127.0.0.1:{served.port}/ws/orders", served.people["anna"]
        async with connect(address, additional_headers=anna.headers) as left:
            await left.close(1001)
        async with connect(address, additional_headers=anna.headers) as ended:
            served.services.revocations.announce(anna.user_id)
            await ended.wait_closed()
        async with connect(address) as stranger:
            await stranger.wait_closed()
    lines = [json.loads(line) for line in logs.getvalue().splitlines()]
    noted = [line for line in lines if line["event"].startswith("list ")]
    assert all(line.pop("seconds") >= 0 for line in noted if line["event"] == "list left")
    about = ("event", "user", "code", "close")
    told = [[line[name] for name in about if name in line] for line in noted]
    assert sorted(told, key=str) == [  # one may have left before it is noted that another has come
        ["list entered", anna.user_id],
        ["list entered", anna.user_id],
        ["list left", anna.user_id, 1001],
        ["list left", anna.user_id, int(Close.RIGHTS_CHANGED), "rights_changed"],
        ["list turned away", int(Close.SIGNED_OUT), "signed_out"],
    ]
    assert all(line.keys() <= {*about, "logger", "level", "timestamp"} for line in noted)
    assert [_closed(each) for each in (Close.RIGHTS_CHANGED, Close.SIGNED_OUT)] == [one + 1 for one in before]


def _closed(close: Close) -> float:
    """How many sockets this process has closed so."""
    return REGISTRY.get_sample_value("shared_order_closed_sockets_total", {"close": close.name.lower()}) or 0


async def test_a_failure_is_logged_without_the_values_it_worked_with(logs: io.StringIO) -> None:
    def fail(password: str) -> None:
        raise RuntimeError("no database")

    try:
        fail("so_secret")
    except RuntimeError:
        structlog.get_logger("server").exception("failed")
    line = json.loads(logs.getvalue().splitlines()[-1])
    assert (line["event"], line["level"]) == ("failed", "error")
    assert "no database" in str(line["exception"])
    assert "so_secret" not in str(line)


async def test_who_is_refused_for_hours_fills_no_disk_and_hides_nothing(
    house: House, logs: io.StringIO
) -> None:
    async with house.client_for(None) as stranger:
        for _ in range(2 * BURST):
            await stranger.get("/api/me")
    structlog.get_logger("server.rooms.committer").error("commit failed")
    lines = [json.loads(line) for line in logs.getvalue().splitlines()]
    refused = [line for line in lines if line["event"] == "request"]
    assert BURST <= len(refused) < 2 * BURST
    left_out = next(line for line in lines if line["event"] == "lines left out")
    assert (left_out["of"], left_out["count"]) == ("server.http.observe: request", 1)
    assert lines[-1]["event"] == "commit failed"


async def test_no_flood_hides_who_guesses_passwords_nor_a_request_that_failed(
    house: House, logs: io.StringIO
) -> None:
    guess = {"email": EMAILS["sophie"], "password": "guessed"}
    async with house.client_for(None) as stranger:
        for _ in range(2 * BURST):
            await stranger.post("/api/login", content=b"{", headers={"Content-Type": "application/json"})
        await stranger.post("/api/login", json=guess)
        await stranger.post("/api/login", json=guess | {"email": "nobody@nowhere.example"})
    _note({"method": "GET", TEMPLATE: "/api/orders"}, 500, 0.1)
    lines = [json.loads(line) for line in logs.getvalue().splitlines()]
    guessed = [(line["user"], line["address"]) for line in lines if line["event"] == "wrong password"]
    assert guessed == [(house.person("sophie").id, "127.0.0.1"), (None, "127.0.0.1")]
    assert [line["status"] for line in lines if line["event"] == "request"][-1] == 500


async def test_an_hour_of_one_line_is_a_few_megabytes(logs: io.StringIO) -> None:
    at = [0.0]
    limit = LogLimit(lambda: at[0])
    line = logging.LogRecord("server", logging.INFO, "", 0, "request", None, None)
    written = 0
    for _ in range(100 * 3_600):
        at[0] += 0.01
        written += limit.filter(line)
    assert SUSTAINED * 3_600 <= written <= BURST + SUSTAINED * 3_600 + 1
    told = [json.loads(each) for each in logs.getvalue().splitlines()]
    counted = [line["count"] for line in told if line["event"] == "lines left out"]
    assert len(counted) == 60
    assert 0.98 < (written + sum(counted)) / 360_000 <= 1


async def test_requests_are_counted_by_route_and_never_by_path(tmp_path: Path) -> None:
    house = House(tmp_path, metrics_token="watch")
    async with house, house.client_for("sophie") as sophie:
        await sophie.get(f"/api/clients/{'0' * 32}")
        await sophie.request("BREW", "/made/up")
        text = (await sophie.get("/metrics", headers={"Authorization": "Bearer watch"})).text
    assert 'shared_order_requests_total{method="GET",route="/api/clients/{id}",status="404"}' in text
    assert 'shared_order_requests_total{method="other",route="page",status="405"}' in text
    assert "0" * 32 not in text
    assert "made" not in text
