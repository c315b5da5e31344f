import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from server.log import configure_logs
from server.settings import Settings
from tests.server.house import EMAILS, PASSWORD, House

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
        await browser.get(f"/api/invitations/{links['invitation_member']}")
        await browser.post(f"/api/invitations/{links['invitation_member']}", json={})
        await browser.post("/api/links/enter", json={"token": links["entry_link"]})
        choice = {"token": links["password_reset"], "password": "a new password"}
        await browser.post("/api/password/reset", json=choice)
    written = logs.getvalue()
    assert written.count('"event": "request"') == 13
    assert len(secrets) == 7
    for secret in [*secrets, "a new password"]:
        assert secret not in written


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
