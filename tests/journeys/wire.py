"""What a browser's wire carries for a page."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page


@contextmanager
def carried(page: Page) -> Iterator[dict[str, float]]:
    """Fill in, by path, the bytes of each answer as it travelled, head and body.

    The worker that keeps the application on the device fetches the rest of it behind the page, and is not seen here.
    """
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    paths: dict[str, str] = {}
    taken: dict[str, float] = {}

    def asked(event: dict[str, Any]) -> None:
        paths[event["requestId"]] = urlsplit(event["request"]["url"]).path

    def came(event: dict[str, Any]) -> None:
        path = paths[event["requestId"]]
        taken[path] = taken.get(path, 0) + event["encodedDataLength"]

    wire.on("Network.requestWillBeSent", asked)
    wire.on("Network.loadingFinished", came)
    yield taken
    wire.detach()


def of_application(taken: dict[str, float]) -> dict[str, float]:
    """Without what the server says of orders, people and products."""
    return {path: size for path, size in taken.items() if not path.startswith("/api/")}
