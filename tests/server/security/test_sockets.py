"""Who may come in by WebSocket, and how he leaves when he may no longer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from pycrdt import Doc, Map, create_sync_message, create_update_message
from sqlalchemy.exc import OperationalError
from starlette.types import Message

from persistence.person import change_person
from persistence.session import end_sessions
from persistence.token import revoke_token, tokens_made_by
from schema.closes import Close
from server.app import create_app
from server.operate.people import set_active
from server.people.open_sockets import LOOK_SECONDS
from tests.server.house import ORIGIN
from tests.server.security.line import REFUSED, Line
from tests.server.security.world import ABSENT, World, furnished

pytestmark = pytest.mark.anyio

ORDER, LIST = "/ws/orders/$order", "/ws/orders"
STRANGE = ["x", ABSENT[:31], ABSENT.upper() + "A", "../orders", "\x00" * 32, "é" * 32, "0" * 5000]


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[World]:
    """A world for tests that take rights away."""
    async with furnished(tmp_path, sockets_per_person=3) as world:
        yield world


def line(world: World, path: str, who: str | None, **headers: str) -> Line:
    return Line(world.house.app, world.named(path), world.secrets[who] if who else None, **headers)


@pytest.mark.parametrize(
    ("who", "path", "code"),
    [
        (None, ORDER, Close.SIGNED_OUT),
        (None, LIST, Close.SIGNED_OUT),
        ("anna", f"{ORDER}?protocol=0", Close.OUTDATED),
        (None, f"{ORDER}?protocol=0", Close.SIGNED_OUT),
        ("eve", ORDER, Close.NOT_FOUND),
        ("eve", "/ws/orders/$draft", Close.NOT_FOUND),
        ("eve", f"/ws/orders/{ABSENT}", Close.NOT_FOUND),
        ("eve", f"{ORDER}?epoch=1", Close.NOT_FOUND),
        ("sophie", "/ws/orders/$draft", Close.NOT_FOUND),
        ("write of sophie", "/ws/orders/$draft", Close.NOT_FOUND),
        ("read of eve", ORDER, Close.NOT_FOUND),
        ("write of eve", ORDER, Close.NOT_FOUND),
        ("stock of sophie", ORDER, Close.NOT_FOUND),
        ("stock of sophie", LIST, Close.NOT_FOUND),
        *(("anna", f"/ws/orders/{strange}", Close.NOT_FOUND) for strange in STRANGE if "/" not in strange),
    ],
)
async def test_a_socket_opens_for_nobody_else(world: World, who: str | None, path: str, code: Close) -> None:
    async with line(world, path, who) as caller:
        assert await caller.closed() == code
        assert not caller.heard


@pytest.mark.parametrize("path", [ORDER, LIST])
async def test_while_nobody_can_be_known_a_socket_says_that_it_comes_back(
    world: World, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    async def away(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("the database is away"))

    monkeypatch.setattr(world.house.app.state.services.db, "read", away)
    async with line(world, path, "anna") as caller:
        assert await caller.closed() == Close.UNAVAILABLE


@pytest.mark.parametrize("path", [ORDER, LIST])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": "http://test.evil.example"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site", "origin": ORIGIN},
    ],
)
async def test_another_sites_page_is_refused_at_the_handshake(
    world: World, path: str, headers: dict[str, str]
) -> None:
    async with line(world, path, "anna", **headers) as caller:
        assert await caller.closed() == REFUSED


@pytest.mark.parametrize(
    ("who", "role"),
    [
        ("anna", "client"),
        ("paul", "viewer"),
        ("luc", "viewer"),
        ("write of sophie", "bot"),
        ("read of sophie", "viewer"),
    ],
)
async def test_each_comes_in_as_who_he_is(world: World, who: str, role: str) -> None:
    async with line(world, ORDER, who, origin=ORIGIN, sec_fetch_site="same-origin") as caller:
        await caller.hears(1)
        assert caller.greeting["role"] == role


async def _logout(world: World) -> None:
    headers = {"Cookie": f"session={world.secrets['anna']}"}
    assert (await world.ask(None, "POST", "/api/logout", headers=headers)).status_code == 204


async def _lowered(world: World) -> None:
    await _changed_by_paul(world, '{"role": "viewer"}')


async def _dismissed(world: World) -> None:
    await _changed_by_paul(world, '{"active": false}')


async def _changed_by_paul(world: World, change: str) -> None:
    """Paul is made a manager, and changes Anna."""
    with world.house.db.writing() as session:
        change_person(session, world.house.person("paul").id, {"role": "manager"})
    path = f"/api/team/{world.house.person('anna').id}"
    assert (await world.ask("paul", "PATCH", path, content=change)).status_code == 200


async def _password_reset(world: World) -> None:
    await world.ask(None, "POST", "/api/password/forgot", content='{"email": "anna@laurier.example"}')
    choice = {"token": world.house.mail.last("anna").secret, "password": "long enough"}
    assert (await world.ask(None, "POST", "/api/password/reset", json=choice)).status_code == 200


TAKEN_AWAY = [
    (_logout, Close.SIGNED_OUT),
    (_lowered, Close.RIGHTS_CHANGED),
    (_password_reset, Close.SIGNED_OUT),
]


@pytest.mark.parametrize(("take", "code"), [*TAKEN_AWAY, (_dismissed, Close.RIGHTS_CHANGED)])
async def test_open_sockets_end_at_once_when_a_right_does(
    own: World, take: Callable[[World], Awaitable[None]], code: Close
) -> None:
    here = line(own, ORDER, "anna"), line(own, LIST, "anna")
    async with here[0] as order, here[1] as orders, line(own, ORDER, "sophie") as other:
        await order.hears(1)
        await take(own)
        assert await order.closed() == await orders.closed() == code
        assert other.code is None


async def test_a_revoked_program_is_out_at_once(own: World) -> None:
    async with line(own, ORDER, "read of sophie") as program:
        await program.hears(1)
        tokens = (await own.ask("sophie", "GET", "/api/tokens")).json()["items"]
        for token in tokens:
            await own.ask("sophie", "DELETE", f"/api/tokens/{token['id']}")
        assert await program.closed() == Close.SIGNED_OUT


async def test_a_new_password_ends_the_others_sockets_and_not_ones_own(own: World) -> None:
    elsewhere = own.house.secret_of("anna")
    async with line(own, ORDER, "anna") as here, Line(own.house.app, own.named(ORDER), elsewhere) as there:
        await there.hears(1)
        change = {"current": "demo", "password": "long enough"}
        assert (await own.ask("anna", "POST", "/api/me/password", json=change)).status_code == 204
        assert await there.closed() == Close.SIGNED_OUT
        assert here.code is None


def _ended(world: World) -> None:
    with world.house.db.writing() as session:
        end_sessions(session, world.house.person("anna").id)


def _disabled(world: World) -> None:
    with world.house.db.writing() as session:
        change_person(session, world.house.person("anna").id, {"active": False})


def _viewer(world: World) -> None:
    with world.house.db.writing() as session:
        change_person(session, world.house.person("anna").id, {"role": "viewer"})


def _expired(world: World) -> None:
    world.house.clock.forward(days=31)


@pytest.mark.parametrize(
    ("take", "code"),
    [
        (_ended, Close.SIGNED_OUT),
        (_disabled, Close.SIGNED_OUT),
        (_expired, Close.SIGNED_OUT),
        (_viewer, Close.RIGHTS_CHANGED),
    ],
)
async def test_what_another_process_takes_away_is_found_out(
    own: World, take: Callable[[World], None], code: Close
) -> None:
    async with line(own, ORDER, "anna") as order, line(own, LIST, "anna") as orders:
        await order.hears(1)
        await own.house.services.sockets.check()
        assert order.code is orders.code is None
        take(own)
        await own.house.services.sockets.check()
        assert await order.closed() == await orders.closed() == code


async def test_a_token_that_ends_elsewhere_is_found_out(own: World) -> None:
    async with line(own, ORDER, "read of sophie") as gone, line(own, ORDER, "sophie") as stays:
        await gone.hears(1)
        with own.house.db.writing() as session:
            sophie = own.house.person("sophie")
            for token in tokens_made_by(session, sophie.id):
                revoke_token(session, sophie.company_id, token, own.house.clock())
        await own.house.services.sockets.check()
        assert await gone.closed() == Close.SIGNED_OUT
        assert stays.code is None


async def test_a_token_past_its_days_is_found_out(own: World) -> None:
    made = {"name": "ERP", "scopes": ["read"], "days": 30}
    token = (await own.ask("sophie", "POST", "/api/tokens", json=made)).json()["token"]
    async with Line(own.house.app, own.named(ORDER), token) as program:
        await program.hears(1)
        own.house.clock.forward(days=29)
        await own.house.services.sockets.check()
        assert program.code is None
        own.house.clock.forward(days=2)
        await own.house.services.sockets.check()
        assert await program.closed() == Close.SIGNED_OUT


async def test_a_session_that_ends_in_another_process_is_found_out_by_itself(
    own: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.people.open_sockets.LOOK_SECONDS", 0.01)
    second = create_app(own.house.services.settings, clock=own.house.clock)
    there = Line(second, own.named(ORDER), own.secrets["anna"])
    async with second.router.lifespan_context(second), there:
        await there.hears(1)
        await _logout(own)
        assert await there.closed() == Close.SIGNED_OUT


async def test_the_command_line_takes_rights_away_while_the_server_runs(own: World) -> None:
    """Within a second: what `shared-order user disable` writes down is read several times in one."""
    assert LOOK_SECONDS <= 0.5
    email = own.house.person("anna").email
    async with (
        line(own, ORDER, "anna") as order,
        line(own, LIST, "anna") as orders,
        line(own, ORDER, "paul") as other,
    ):
        await order.hears(1)
        await other.hears(1)
        await own.house.services.sockets.look()
        assert order.code is orders.code is None
        assert "can no longer sign in" in set_active(own.house.db, email, active=False)
        await own.house.services.sockets.look()
        assert await order.closed() == await orders.closed() == Close.SIGNED_OUT
        assert other.code is None
    set_active(own.house.db, email, active=True)
    await own.house.services.sockets.look()
    async with Line(own.house.app, own.named(ORDER), own.house.secret_of("anna")) as again:
        await again.hears(1)
        await own.house.services.sockets.look()
        assert again.code is None


async def test_a_program_rests_with_who_made_it(own: World) -> None:
    async with line(own, ORDER, "read of sophie") as program:
        await program.hears(1)
        set_active(own.house.db, own.house.person("sophie").email, active=False)
        await own.house.services.sockets.look()
        assert await program.closed() == Close.SIGNED_OUT


async def test_who_becomes_a_reader_writes_nothing_more_even_what_was_on_its_way(own: World) -> None:
    async with line(own, ORDER, "anna") as anna:
        await anna.send(create_sync_message(Doc()))
        await anna.hears(3)
        doc: Doc[Map[str]] = Doc()
        doc.get("client", type=Map)["reference"] = "BC-1"
        order = await own.house.services.rooms.open(own.ids["order"])
        with order.availability.held():  # the edit has come and waits for the order to take edits
            await anna.send(create_update_message(doc.get_update()))
            await asyncio.sleep(0)
            await _lowered(own)
            assert await anna.closed() == Close.RIGHTS_CHANGED
    await order.settled()
    assert "reference" not in order.content.client
    async with line(own, ORDER, "anna") as again:
        await again.hears(1)
        assert again.greeting["role"] == "viewer"


async def test_who_does_not_read_is_out_too(own: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.rooms.visitor.FAREWELL_SECONDS", 0.01)
    async with line(own, ORDER, "anna") as anna:
        await anna.hears(1)
        anna.open_to_read.clear()
        await anna.send(create_sync_message(Doc()))
        await _logout(own)
        await anna.finished()
        assert len(anna.heard) <= 2


async def test_a_list_that_takes_nothing_is_sent_away_rather_than_left_without_news(
    own: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.orders.live.PAUSE_SECONDS", 0.0)
    monkeypatch.setattr("server.orders.live.UNSENT_LIMIT", 1)
    lists, supplier_id = own.house.services.lists, own.ids["supplier"]
    async with line(own, LIST, "sophie") as sophie:
        sophie.open_to_read.clear()
        for _ in range(4):
            lists.hear_stock(supplier_id)
            await asyncio.sleep(0.05)
        sophie.open_to_read.set()
        assert await sophie.closed() == Close.TOO_SLOW
    async with line(own, LIST, "sophie") as again:
        lists.hear_stock(supplier_id)
        await again.hears(1)


async def test_a_list_without_news_is_told_now_and_then_that_its_socket_lives(
    own: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser shows a page nothing of what keeps the connection itself alive."""
    monkeypatch.setattr("server.sockets.list_socket.SILENCE_SECONDS", 0.05)
    async with line(own, LIST, "sophie") as sophie:
        await sophie.hears(2)
        assert set(sophie.heard) == {'{"type":"alive"}'}
        own.house.services.lists.hear_stock(own.ids["supplier"])
        while '{"type":"stock"}' not in sophie.heard:
            await sophie.hears(len(sophie.heard) + 1)


async def test_a_list_that_takes_nothing_is_not_sent_more_and_more_signs_of_life(
    own: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.sockets.list_socket.SILENCE_SECONDS", 0.01)
    async with line(own, LIST, "sophie") as sophie:
        sophie.open_to_read.clear()
        await asyncio.sleep(0.2)
        sophie.open_to_read.set()
        await sophie.hears(1)
        assert len(sophie.heard) < 5


async def test_one_person_opens_only_so_many(own: World) -> None:
    async with line(own, ORDER, "anna") as first, line(own, LIST, "anna"), line(own, ORDER, "anna"):
        for path in (ORDER, LIST):
            async with line(own, path, "anna") as fourth:
                assert await fourth.closed() == Close.CROWDED
        async with line(own, ORDER, "paul") as other:
            await other.hears(1)
        assert first.code is None
    async with line(own, ORDER, "anna") as again:
        await again.hears(1)
    assert not own.house.services.sockets._by_id


async def test_a_whole_order_is_not_asked_for_faster_than_it_is_taken(own: World) -> None:
    order = await own.house.services.rooms.open(own.ids["order"])
    async with line(own, ORDER, "anna") as greedy, line(own, ORDER, "sophie") as other:
        await greedy.hears(2)
        greedy.open_to_read.clear()
        for _ in range(1000):
            await greedy.send(create_sync_message(Doc()))
        await other.send(create_sync_message(Doc()))
        await other.hears(3)
        (visitor,) = [one for one in order.visitors if one.author.name == "Anna"]
        assert len(visitor._unsent or ()) <= 2
        assert greedy.code is None


async def test_text_and_noise_end_a_lists_socket_no_more_than_they_must(world: World) -> None:
    async with line(world, LIST, "anna") as reader:
        for noise in (b"\x00" * 1000, "{", b""):
            await reader.send(noise)
        async with line(world, LIST, "anna") as other:
            assert other.code is None
        assert reader.code is None


class Hasty(Line):
    """A connection whose other end is gone before it is answered."""

    def _hear(self, message: Message) -> None:
        if message["type"] == "websocket.close":
            raise OSError
        super()._hear(message)


@pytest.mark.parametrize(
    ("path", "who"), [("/ws/orders", None), (f"/ws/orders/{ABSENT}", None), (f"/ws/orders/{ABSENT}", "anna")]
)
async def test_who_goes_before_he_is_turned_away_is_no_failure(
    world: World, path: str, who: str | None
) -> None:
    """A failure is logged with all of its traceback, and anybody could cause thousands."""
    async with Hasty(world.house.app, path, world.secrets[who] if who else None) as hasty:
        await hasty.finished()  # raises what the application did
