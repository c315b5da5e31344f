"""Away from the network and back: one person's browser, and what others do meanwhile without one."""

import asyncio
from collections.abc import Awaitable, Callable
from threading import Thread
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.api import Api
from tests.journeys.sheet import Sheet
from tests.server.peer import Peer


class Traveller:
    """A person whose browser is ready to work without a network, with an order open."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.page: Page = sheet.page
        self.bar = self.page.locator("[data-offline]")
        self.absence = self.page.locator(".absence")
        self.refusals = self.page.locator("[data-refusals]")
        self.signature = self.page.locator("[data-signature]")

    def packs(self) -> "Traveller":
        """Wait until the application, the copy of the order and what one needs beside it are on the device."""
        self.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        self.page.evaluate(PACKED)
        return self

    def leaves(self) -> None:
        self.page.context.set_offline(True)
        expect(self.bar.first).to_be_visible()

    def returns(self) -> None:
        """Back on the network; whatever can be saved is."""
        self.page.context.set_offline(False)
        self.sheet.is_saved()

    def writes(self, row: int, column: Any, text: str) -> None:
        """Type into a cell, without waiting for a server."""
        self.sheet.cell(row, column).click()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def has_unsent(self, count: int) -> None:
        expect(self.bar.first).to_have_attribute("data-offline", str(count))


PACKED = """async () => {
  const asked = (request) => new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
  });
  const isPacked = async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name);
    const name = names.find((one) => one.startsWith("shared-order/"));
    if (!name || (await caches.keys()).length === 0) return false;
    const database = await asked(indexedDB.open(name));
    const paths = await asked(database.transaction("answers").objectStore("answers").getAllKeys());
    database.close();
    return paths.includes("work") && paths.some((path) => path.startsWith("/api/products"));
  };
  for (let round = 0; round < 300; round += 1) {
    if (await isPacked()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("This device never had what it needs.");
}"""


def elsewhere(api: Api, order: str, act: Callable[[Peer], Awaitable[None]]) -> None:
    """Do something to an order as another program of a person would, on a connection of its own."""
    url = f"{api.url.replace('http', 'ws')}/ws/orders/{order}"
    failures: list[BaseException] = []

    async def run() -> None:
        async with Peer(url, str(api.cookie["value"])) as peer:
            await act(peer)

    def whole() -> None:
        try:
            asyncio.run(run())
        except BaseException as failure:
            failures.append(failure)

    # The browser's own loop runs in this thread.
    thread = Thread(target=whole)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


def line_of(api: Api, order: str, row: int) -> str:
    """The id of a line, counted from 1."""
    return str(api.call("GET", f"/api/orders/{order}")["lines"][row - 1]["id"])
