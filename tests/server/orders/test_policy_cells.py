"""Every cell of `schema/policy.csv` on a real socket, and over HTTP for the commands (G2, G3, G4)."""

from typing import Any, Final

import pytest

from schema.order import Role, Side, State, other
from schema.policy import COMMANDS, POLICY, RECORD_FIELDS, ROLES, STATES
from schema.refusals import REFUSALS
from server.gate.author import Author
from server.gate.judge import Bench, judge, judge_note
from server.orders.commands import Declined, Given, decide
from tests.server.orders.house import House
from tests.server.orders.proof import assert_in_step

pytestmark = pytest.mark.anyio

NAMES: Final[dict[Role, str]] = {"client": "anna", "supplier": "sophie", "bot": "bot", "viewer": "paul"}
WITNESS: Final[dict[Role, str]] = {"client": "sophie", "supplier": "anna", "bot": "anna", "viewer": "sophie"}
SERVER: Final = Author("", "", "supplier", "server")
FIELDS: Final = [field for field in POLICY.column("client", "open") if not field.startswith("command.")]


def maker_of(role: Role) -> Side:
    """Who made the draft in which a role is tried: its own company, since nobody else sees it."""
    return "supplier" if role in ("supplier", "bot") else "client"


def sample(field: str, number: int, house: House) -> tuple[str, str, Any]:
    """A permitted value for a field, not the one that stands: root, key, value."""
    root, _, path = field.partition(".")
    if root == "comments":
        return root, f"c{number}", {"text": f"Bonjour {number}", "anchor": ""}
    if root == "record":
        return root, path, f"forged {number}"
    values: dict[str, Any] = {
        "contact": {"name": f"Contact {number}"},
        "delivery_address": {"city": f"Ville {number}", "region": "QC"},
        "requested_date": f"2027-01-{number % 28 + 1:02d}",
        "promised_date": f"2027-02-{number % 28 + 1:02d}",
        "valid_until": f"2027-03-{number % 28 + 1:02d}",
        "backorder_date": f"2027-04-{number % 28 + 1:02d}",
        "partial_delivery": True,
        "withdrawn": True,
        "rejected": True,
        "product": house.products["spare"],
        "substitute": house.products["spare"],
        "position": f"p{number}",
        "quantity": str(100 + number),
        "backorder_quantity": str(200 + number),
        "unit_price": f"{number}.25",
        "freight": f"{number}.50",
        "discount": str(number % 90 + 1),
    }
    if not path.startswith("lines."):
        return root, path, values.get(path, f"Texte {number}")
    words = path.split(".")[1:]
    if words == ["product"]:
        return root, f"lines/new{number}/product", values["product"]
    if words[-1] != "*":
        return root, f"lines/a/{words[0]}", values.get(words[0], f"Texte {number}")
    if words[0] in ("quantity", "backorder_quantity"):
        return root, f"lines/s/{words[0]}/M", values[words[0]]
    point, value = ("wood", "oak") if words[0] == "characteristics" else ("width", f"{number + 2} 1/2")
    return root, f"lines/d/{words[0]}/{point}", value


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", NAMES)
async def test_every_cell_of_the_document_is_taken_or_refused_as_the_table_says(
    house: House, role: Role, state: State
) -> None:
    """G2 G3 G4: what the table permits stands for everybody; what it does not is seen by nobody but its author."""
    order_id = await house.order(state, maker_of(role))
    before = {root: dict(getattr(await house.content(order_id), root)) for root in ("client", "supplier")}
    witness_name = WITNESS[role] if state != "draft" else ("luc" if maker_of(role) == "supplier" else "marc")
    tried = {}
    async with house.peer(NAMES[role], order_id) as peer, house.peer(witness_name, order_id) as witness:
        for number, field in enumerate(FIELDS, start=1):
            if field == "note":
                peer.note += f"note {number}"
                await peer.flush()
                continue
            root, key, value = sample(field, number, house)
            tried[field] = (root, key, value)
            peer.edit(root, {key: value})
            await peer.flush()
        await peer.saved()
        await assert_in_step(house, order_id, peer, witness)
        seen, told = witness.state(), {item["cell"]: item for item in peer.refusals}
        assert not witness.refusals
    view = await house.view(witness_name, order_id)
    for field, (root, key, value) in tried.items():
        permitted = POLICY.may_write(field, role, state)
        assert (seen[root].get(key) == value) is permitted, f"{field} in {role}_{state}"
        assert (f"{root}/{key}" in told) is not permitted, f"{field} in {role}_{state}"
        if root in ("client", "supplier", "comments"):
            assert (
                ({k: v for k, v in view[root].get(key, {}).items() if k != "by"} == value)
                if (root == "comments" and permitted)
                else (view[root].get(key) == value) is permitted
            )
        if not permitted:
            item = told[f"{root}/{key}"]
            assert item["tried"] == value
            assert item["kept"] == before.get(root, {}).get(key, item["kept"])
            assert item["code"] in REFUSALS
            assert item["message"]
    assert (view["note"] != "") is POLICY.may_write("note", role, state)
    assert ("note" in told) is not POLICY.may_write("note", role, state)
    assert len(tried) + 1 == len(FIELDS)


def refused(outcome: object) -> bool:
    return isinstance(outcome, Declined)


@pytest.mark.parametrize("state", STATES)
async def test_the_server_keeps_the_record_and_is_no_author_of_words(house: House, state: State) -> None:
    """G6: the column `server` in process: what it may write stands when it does, and it has no voice of its own."""
    order_id = await house.order(state)
    room, content = await house.room(order_id), await house.content(order_id)
    bench = Bench(content, state)
    for number, field in enumerate(FIELDS, start=1):
        if field == "note":
            assert (judge_note(1, SERVER, state) is None) is POLICY.may_write("note", "server", state)
        elif field == "comments":
            verdict = judge("comments", "c1", {"text": "Bonjour"}, SERVER, bench)
            assert (verdict is None) is POLICY.may_write("comments", "server", state)
        elif POLICY.may_write(field, "server", state):
            root, key, value = sample(field, number, house)
            key = f"{key}/x" if root == "record" else key  # beside what the order needs
            assert await room.write({(root, key): value}, [], None)
            assert content.root(root)[key] == value
    kept = {field for field in FIELDS if field.startswith("record.")}
    assert kept <= {field for field in FIELDS if POLICY.may_write(field, "server", state)}


async def ready(house: House, command: str, role: Role, state: State) -> str:
    """An order in which a command that the table allows has everything it needs."""
    side = maker_of(role)
    them = other(side)
    order_id = await house.order(state, side if command == "send" or state == "draft" else them)
    if command == "send" and state != "draft":
        async with house.peer(NAMES[role], order_id) as peer:
            await peer.write(side, {"lines/a/quantity": "7"})
    if command == "accept" and state == "amending":
        async with house.peer(NAMES[them], order_id) as peer:
            await peer.write(them, {"lines/a/quantity": "7"})
        await house.must(NAMES[them], order_id, "send")
    if command == "decline" and state == "agreed":
        await house.must(NAMES[them], order_id, "cancel", reason="Erreur")
    return order_id


async def give(house: House, command: str, role: Role, order_id: str) -> int:
    """Give a command as a role would: over HTTP, or in process for the server and for what has no address."""
    content = await house.content(order_id)
    if role == "server" or command == "expire":
        side = maker_of(role)
        author = SERVER if role == "server" else Author("x", "X", side, role)
        return 409 if refused(decide(content, Given(command, author, house.services.clock()))) else 200  # type: ignore[arg-type]
    reply = await house.command(NAMES[role], order_id, command, reason="Parce que")
    return reply.status_code


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ROLES)
async def test_every_command_is_taken_or_refused_as_the_table_says(
    house: House, role: Role, state: State
) -> None:
    """G9: the rows `command.*`, each on an order where nothing else stands in the way."""
    plain = await house.order(state, maker_of(role))
    for command in COMMANDS:
        permitted = POLICY.allows(command, role, state)
        order_id = await ready(house, command, role, state) if permitted and role != "server" else plain
        if role == "server" and command == "decline" and permitted and state == "agreed":
            order_id = await house.order(state)
            await house.must("anna", order_id, "cancel", reason="Erreur")
        before = await house.content(order_id)
        kept = dict(before.record)
        status = await give(house, command, role, order_id)
        assert (status == 200) is permitted, f"{command} by {role} in {state}: {status}"
        if not permitted:
            assert status in (403, 409)
            assert (await house.content(order_id)).record == kept


async def test_a_standard_member_edits_and_signs_and_a_viewer_does_neither(house: House) -> None:
    """G2 G9: of one company; and who signs what a colleague of the others changed meanwhile is told what differs."""
    order_id = await house.order("draft")
    async with house.peer("marc", order_id) as marc, house.peer("paul", order_id) as paul:
        await marc.write("client", {"lines/a/quantity": "14"})
        await paul.write("client", {"lines/a/quantity": "15"})
        await assert_in_step(house, order_id, marc, paul)
        assert (paul.client["lines/a/quantity"], marc.refusals) == ("14", [])
        assert [item["code"] for item in paul.refusals] == ["read_only_member"]
        assert (await house.command("paul", order_id, "send")).json()["code"] == "read_only_member"
        await house.must("marc", order_id, "send")
        digest = (await house.view("luc", order_id))["digest"]
        await marc.write("client", {"lines/a/quantity": "16"})
        stale = await house.command("luc", order_id, "accept", digest=digest)
        assert (stale.status_code, stale.json()["code"]) == (409, "stale_digest")
        assert [error["field"] for error in stale.json()["errors"]] == ["client/lines/a/quantity"]
        await house.must("marc", order_id, "send")
        refused = await house.command("lise", order_id, "accept")
        assert (refused.status_code, refused.json()["code"]) == (403, "read_only_member")
        assert (await house.must("luc", order_id, "accept"))["status"] == "agreed"


def test_every_row_and_column_of_the_table_is_tried() -> None:
    """The cases above are the whole table: fields and commands, times roles and states."""
    rows = len(FIELDS) + len(COMMANDS)
    assert rows == len(POLICY.column("client", "open"))
    assert {*NAMES, "server"} == set(ROLES)
    assert len([f for f in FIELDS if f.startswith("record.")]) == len(RECORD_FIELDS)
    cells = sum(len(POLICY.column(role, state)) for role in ROLES for state in STATES)
    assert cells == rows * len(ROLES) * len(STATES)
