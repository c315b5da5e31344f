"""What an operator sees of requests: one log line and two metrics for each, by the template of its route.

The line names who asked (`user`), for which order, and the code of a refusal.

Paths themselves are never logged: they carry the secrets of links.
"""

from secrets import compare_digest
from time import perf_counter
from typing import Final

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.settings import Settings

REQUESTS: Final = Counter("shared_order_requests_total", "HTTP requests", ["method", "route", "status"])
SECONDS: Final = Histogram("shared_order_request_seconds", "Time to answer an HTTP request", ["route"])
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
LOOPBACK: Final = ("127.0.0.1", "::1")
# Under this key of the scope a route leaves its template.
TEMPLATE: Final = "shared_order.template"
# Under this one what else there is to note: the order that it is about, who asks, the code of a refusal.
ABOUT: Final = "shared_order.about"

_log = structlog.get_logger(__name__)


class Observe:
    """Counts, times and logs every HTTP request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and note how it went."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 500

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        start = perf_counter()
        try:
            await self.app(scope, receive, send_noting)
        finally:
            _note(scope, status, perf_counter() - start)


def _note(scope: Scope, status: int, seconds: float) -> None:
    # A made-up method or path must not make a series of its own.
    method = scope["method"] if scope["method"] in METHODS else "other"
    route = scope.get(TEMPLATE, "page")
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(route).observe(seconds)
    level = _log.error if status >= 500 else _log.info if route != "page" else _log.debug
    about = scope.get(ABOUT, {})
    level(
        "request", method=method, route=route, status=status, milliseconds=round(seconds * 1000, 1), **about
    )


async def metrics(request: Request) -> Response:
    """Answer Prometheus; to whoever may not read them, there are no metrics here."""
    if not may_watch(request, request.app.state.services.settings):
        raise HTTPException(404)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def may_watch(connection: HTTPConnection, settings: Settings) -> bool:
    """Whether the caller may read the metrics: by the token that was set, else from this machine alone.

    Behind a proxy on this machine everybody seems to come from here, so without a token only a server that is there
    for this machine alone shows them.
    """
    if settings.metrics_token:
        given = connection.headers.get("authorization", "").encode()
        return compare_digest(given, f"Bearer {settings.metrics_token}".encode())
    return settings.local and connection.client is not None and connection.client.host in LOOPBACK
