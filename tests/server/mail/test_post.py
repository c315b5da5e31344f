"""The mails that accounts cause, as they wait in the outbox."""

from typing import Any

import pytest
from sqlmodel import select

from persistence.outbox import OutboxMail
from server.mail.post import OutboxPost
from tests.server.house import EMAILS, House

pytestmark = pytest.mark.anyio

ASKED: dict[str, tuple[str, dict[str, Any], str]] = {
    "jules@boreale.example": ("/api/team", {"name": "Jules", "role": "viewer"}, "6 décembre 2026"),
    "zoe@nord.example": ("/api/clients", {"name": "Armoires Nord", "invite": True}, "21 janvier 2027"),
    EMAILS["anna"]: ("/api/links", {}, "29 novembre 2026"),
}


@pytest.mark.parametrize("to", ASKED)
async def test_a_mail_says_until_when_its_link_works(house: House, to: str) -> None:
    house.services.mail = OutboxPost(house.services.settings)
    path, asked, until = ASKED[to]
    async with house.client_for("sophie") as sophie:
        assert (await sophie.post(path, json={"email": to, **asked})).is_success
    with house.db.reading() as session:
        mail = session.exec(select(OutboxMail).where(OutboxMail.to == to)).one()
    assert f"Le lien est valable jusqu’au {until}." in mail.text
