"""Away from the network and back: one person's browser, and what others do meanwhile without one."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.api import Api
from tests.journeys.browser import Window
from tests.journeys.sheet import Sheet
from tests.journeys.trade import ANNA, SOPHIE, Side, Trade
from tests.journeys.words import Words
from tests.server.peer import Peer

in_french = pytest.mark.parametrize("language", ["fr"], indirect=True)


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


def on_a_new_device(window: Window, words: Words, order: str) -> "Traveller":
    """The order open in a browser that is nobody else's."""
    return Traveller(Sheet(window.page, words).open(order)).packs()


class Devices:
    """The browsers of people who travel: each is made ready once, and then opens one order after another."""

    def __init__(self, browser: Browser, trade: Trade) -> None:
        self._browser = browser
        self._trade = trade
        self._windows: dict[str, Window] = {}
        self._away: list[tuple[str, Page]] = []

    def travel(self, email: str, order: str) -> Traveller:
        """The order open in a new tab of this person's browser, in French, with everything on the device."""
        self._trade.speak("fr")
        window = self._windows.get(email) or self._started(email)
        page = window.context.new_page()
        self._away.append((email, page))
        traveller = Traveller(Sheet(page, Words("fr")).open(order))
        traveller.sheet.is_saved()
        traveller.packs()
        page.evaluate(COPIED, order)
        return traveller

    def come_home(self, picture: Path | None) -> None:
        """Close the tabs. `picture`: where to keep what was on them after a failure, which ends their browsers too."""
        for number, (email, page) in enumerate(self._away):
            window = self._windows[email]
            if picture is not None and not page.is_closed():
                picture.parent.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=picture.with_name(f"{picture.name}-{number}.png"), full_page=True)
            window.context.set_offline(False)
        for email in {email for email, _ in self._away}:
            for page in self._windows[email].context.pages:
                page.close()
            if picture is not None:
                self.give_up(email)
        self._away.clear()

    def give_up(self, *emails: str) -> None:
        """These people's browsers are of no use any more: the next journey starts new ones."""
        for email in emails:
            self._windows.pop(email).close()

    def close(self) -> None:
        self.give_up(*self._windows)

    def _started(self, email: str) -> Window:
        window = Window(self._browser, self._trade.installation.url, "fr")
        window.sign_in(self._trade.people[email].secret)
        self._windows[email] = window
        return window


def written_order(trade: Trade, *lines: tuple[str, str], by: Side = "client") -> str:
    """A draft with these lines `a`, `b`, …, each a product's code and a quantity, written by nobody's hand."""
    order = trade.new_order(by)
    cells = {
        f"lines/{chr(ord('a') + at)}/{noun}": value
        for at, (code, quantity) in enumerate(lines)
        for noun, value in (
            ("product", trade.products[code]),
            ("position", str(at + 1)),
            ("quantity", quantity),
        )
        if value
    }
    writer = trade.people[ANNA if by == "client" else SOPHIE]
    elsewhere(writer, order, lambda peer: peer.write("client", cells))
    return order


def sent_order(trade: Trade, *lines: tuple[str, str]) -> str:
    """An order that Anna has sent: five handles and ten pairs of hinges, or these lines."""
    order = written_order(trade, *(lines or (("PG-300", "5"), ("CH-400", "10"))))
    signs(trade.people[ANNA], order, "send")
    return order


def signs(api: Api, order: str, command: str) -> None:
    """Sign an order as it stands."""
    digest = api.call("GET", f"/api/orders/{order}")["digest"]
    api.call("POST", f"/api/orders/{order}/{command}", {"digest": digest})


_LOOK = """
  const asked = (request) => new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
  });
  const look = async (see) => {
    const names = (await indexedDB.databases()).map(({ name }) => name);
    const name = names.find((one) => one.startsWith("shared-order/"));
    if (!name) return false;
    const database = await asked(indexedDB.open(name));
    const isThere = await see((store) => database.transaction(store).objectStore(store));
    database.close();
    return isThere;
  };
  const until = async (see) => {
    for (let round = 0; round < 300; round += 1) {
      if (await look(see)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("This device never had what it needs.");
  };
"""
PACKED = f"""async () => {{
  {_LOOK}
  await until(async (store) => {{
    const paths = await asked(store("answers").getAllKeys());
    const isThere = (start) => paths.some((path) => path.startsWith(start));
    return ["/api/me", "/api/products", "work"].every(isThere) && (await caches.keys()).length > 0;
  }});
}}"""
COPIED = f"""async (order) => {{
  {_LOOK}
  await until(async (store) => {{
    const copy = await asked(store("orders").get(order));
    const rows = await asked(store("updates").index("order").count(order));
    return copy?.hello && rows > 0;
  }});
}}"""


def elsewhere(api: Api, order: str, act: Callable[[Peer], Awaitable[None]]) -> None:
    """Do something to an order as another program of a person would, on a connection of its own."""
    url = f"{api.url.replace('http', 'ws')}/ws/orders/{order}"
    failures: list[BaseException] = []

    async def run() -> None:
        async with Peer(url, api.secret) as peer:
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
