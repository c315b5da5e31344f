"""What keeps other sites out: headers on every answer, and where an unsafe request may come from."""

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.problem import Problem
from server.settings import Settings

CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; connect-src 'self' ws: wss:; worker-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def security_headers(settings: Settings) -> dict[str, str]:
    """HEADERS; Strict-Transport-Security too when people come by https."""
    return HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if settings.secure else {})


def same_site(connection: HTTPConnection, settings: Settings) -> bool:
    """Whether a request or WebSocket comes from our own pages, or from a program that is no browser.

    A browser says where a request comes from in Origin and Sec-Fetch-Site, and a page cannot forge them; they
    are believed when present. The Host header is what the browser thinks it is speaking to.
    """
    if connection.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = connection.headers.get("origin")
    if origin is None:
        return True
    host = connection.headers.get("host", "").lower()
    try:
        return origin.lower() == settings.origin or urlsplit(origin).netloc.lower() == host
    except ValueError:  # no browser writes such an origin
        return False


def require_same_site(connection: HTTPConnection, settings: Settings) -> None:
    """Raise 403 `cross_site` when another site's page sent this."""
    if not same_site(connection, settings):
        raise Problem(403, "cross_site")


class SecurityHeaders:
    """Puts them on every answer of the application."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self.app = app
        self.headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers added."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
