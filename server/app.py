"""The composition root: settings and outside things in, an ASGI application out.

    app = create_app(Settings(data=folder))                 # migrates its database when it starts
    app = create_app(settings, mail=recorder, clock=clock)  # in tests

`app.state.services` is the Services that handlers and sockets work with.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import Final

import anyio
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, InterfaceError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute

from persistence.away import cause_of, is_away
from persistence.clock import Clock, now
from persistence.database import Database
from server.api.table import ENDPOINTS
from server.bots.reminder_bot import reminding
from server.bots.stock_bot import StockBot
from server.clock import going_by
from server.gauges import watching
from server.http.endpoint import routes
from server.http.observe import Observe, may_watch, metrics
from server.http.openapi import describe
from server.http.pages import pages
from server.http.security import SecurityHeaders, security_headers
from server.mail.post import Mail, OutboxPost
from server.mail.sender import sending
from server.orders.adoption import adopter
from server.orders.live import LiveLists
from server.orders.owed_words import settling_words
from server.people.identity import spoken_language
from server.problem import Problem
from server.rooms.rooms import Rooms
from server.services import Services
from server.settings import Settings
from server.sockets.list_socket import list_socket
from server.sockets.neighbours import Neighbours
from server.sockets.order_socket import order_socket

_log = structlog.get_logger(__name__)

HEALTH_SECONDS: Final = 3.0


def create_app(settings: Settings, *, mail: Mail | None = None, clock: Clock = now) -> Starlette:
    """Put the server together. Nothing is opened or changed until the application starts."""
    post = mail or OutboxPost(settings)
    db = Database(settings.url)
    rooms, lists = Rooms(db, clock), LiveLists(db, clock, settings.day_at)
    rooms.listeners.append(lists.hear)
    services = Services(
        settings=settings, db=db, mail=post, rooms=rooms, lists=lists, adopt=adopter(clock), clock=clock
    )
    app = Starlette(
        routes=[
            *routes(ENDPOINTS),
            Route("/api/openapi.json", _openapi),
            Route("/healthz", _health),
            Route("/metrics", metrics),
            WebSocketRoute("/ws/orders", list_socket),
            WebSocketRoute("/ws/orders/{order_id}", order_socket),
            *pages(),
        ],
        middleware=[Middleware(Observe), Middleware(SecurityHeaders, headers=security_headers(settings))],
        exception_handlers={
            HTTPException: _http_problem,
            DatabaseError: _unavailable,
            InterfaceError: _unavailable,
            PoolTimeout: _unavailable,
            500: _failure,
        },
        lifespan=_lifespan,
    )
    # A redirect would name the host of the request, and http: a program would follow it with its token.
    app.router.redirect_slashes = False
    app.state.services = services
    app.state.stock_bot = StockBot(services)
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    services: Services = app.state.services
    await anyio.to_thread.run_sync(_open, services)
    services.rooms.start()
    app.state.since = services.clock()
    try:
        async with (
            going_by(services.db),
            sending(services.db, services.settings),
            services.lists.telling(),
            watching(services.db, services.rooms),
            services.sockets.checking(),
            Neighbours(services.db, services.rooms, services.lists, services.revocations).listening(),
            app.state.stock_bot.working(),
            reminding(services),
            settling_words(services),
        ):
            yield
    finally:
        await services.rooms.stop()
        services.db.close()


def _open(services: Services) -> None:
    services.settings.data.mkdir(parents=True, exist_ok=True)
    services.db.migrate()


async def _openapi(_request: Request) -> Response:
    return Response(_description(), media_type="application/json")


@cache
def _description() -> bytes:
    """Made once: it takes as long as a hundred edits, and anybody may ask for it."""
    return bytes(JSONResponse(describe(ENDPOINTS, version("shared-order"))).body)


async def _health(request: Request) -> Response:
    """503 only when the server is of no use; what runs, and what concerns single orders, is told to the operator."""
    services: Services = request.app.state.services
    if not await _answers(services.db) or not services.rooms.committer.alive:
        return JSONResponse({"status": "failed", "orders": []}, 503)
    troubles = [
        {"id": trouble.order_id, "state": trouble.state, "since": _at(trouble.since)}
        for trouble in services.rooms.troubles()
    ]
    health = {"status": "degraded" if troubles else "ok", "orders": troubles}
    if not may_watch(request, services.settings):
        return JSONResponse(health | {"orders": []})
    running = {
        "version": version("shared-order"),
        "since": _at(request.app.state.since),
        "people": services.sockets.people,
        "open_orders": len(services.rooms.loaded()),
    }
    return JSONResponse(health | running)


def _at(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


async def _answers(database: Database) -> bool:
    """Whether the database does in time: who watches may have no patience of his own."""
    try:
        async with asyncio.timeout(HEALTH_SECONDS):
            await database.read(_alive)
    except (TimeoutError, SQLAlchemyError) as error:
        _log.warning("database_unavailable", error=cause_of(error))
        return False
    return True


def _alive(session: Session) -> None:
    session.execute(text("SELECT 1"))


_CODES = {404: "not_found", 405: "method_not_allowed"}


async def _http_problem(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    headers = dict(error.headers or {})
    problem = Problem(error.status_code, _CODES.get(error.status_code, "conflict"), headers=headers)
    return problem.response(spoken_language(request, None))


async def _unavailable(request: Request, error: Exception) -> Response:
    if not is_away(error):
        raise error
    _log.error("database_unavailable", error=cause_of(error))
    problem = Problem(503, "unavailable", headers={"Retry-After": "5"})
    return problem.response(spoken_language(request, None))


async def _failure(request: Request, _error: Exception) -> Response:
    # A failure is answered outside all middleware.
    services: Services = request.app.state.services
    problem = Problem(500, "failure", headers=security_headers(services.settings))
    return problem.response(spoken_language(request, None))
