"""Real browsers: one Chromium, a window for each person."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import which
from types import TracebackType
from typing import Any, Final, Self

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Response,
    expect,
    sync_playwright,
)

from server.people.identity import COOKIE
from tests.journeys.words import Language

# Chromium without what only shows windows: the same engine, for two thirds of the processor's time.
HEADLESS: Final = ("chromium-headless-shell", "chromium")
# The one that people have, for what is measured on their behalf.
WHOLE: Final = ("chromium", "chromium-headless-shell")
# Chromium reads the last list of features alone: so Playwright's own is repeated. What follows it is the list of
# suggestions below the address bar: a page and a process for every window, that nobody ever sees.
FEATURES = (
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints"),
    *("NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
    # A process kept ready for a site that nobody goes to, for every window and every change of process.
    "SpareRendererForSitePerProcess",
)
FLAGS = (
    f"--disable-features={','.join(FEATURES)}",
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",  # what draws without one is a thread rather than a process: a fifteenth less of the processor
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PATIENCE_MS = 45_000
CLOSE_SECONDS = 60.0
DESK = {"width": 1280, "height": 800}
# What Chromium itself says of an answer that is no success, and of a socket that a server closed.
TRANSPORT = re.compile(r"Failed to load resource|WebSocket connection to")


def program(wanted: Sequence[str] = HEADLESS) -> str:
    """Where the first of these browsers is that is installed."""
    found = next(filter(None, map(which, wanted)), None)
    if found is None:
        raise LookupError(f"None of {', '.join(wanted)} is installed; `.ci/need tests` installs one.")
    return found


@contextmanager
def chromium(wanted: Sequence[str] = HEADLESS) -> Iterator[Browser]:
    """A browser without a window."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(wanted), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Window:
    """One person's browser. `errors`: what the console and the page complained of."""

    def __init__(self, browser: Browser, url: str, language: Language, **options: Any) -> None:
        settings = {"viewport": DESK, "color_scheme": "light", "reduced_motion": "reduce"} | options
        self.context: BrowserContext = browser.new_context(
            base_url=url, locale=f"{language}-CA", timezone_id="America/Toronto", **settings
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self._url = url
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.errors.append(f"{self.page.url}: {error}"))
        self.page.on("response", self._look)

    def sign_in(self, secret: str) -> None:
        """Go on with a session that was begun elsewhere."""
        self.context.add_cookies([{"name": COOKIE, "value": secret, "url": self._url}])

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not TRANSPORT.search(message.text):
            self.errors.append(message.text)

    def _look(self, response: Response) -> None:
        if response.status >= 500:
            self.errors.append(f"{response.status} {response.url}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close it. It happens, rarely, that Chromium never answers to this. What the window was for is over by then,
        and it goes with its browser."""
        closing = asyncio.wait_for(self.context._impl_obj.close(reason=None), CLOSE_SECONDS)
        with suppress(TimeoutError):
            self.context._sync(closing)

    def keep(self, file: Path) -> None:
        """A picture of what is on the screen."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=file, full_page=True)


def listed(page: Page) -> Page:
    """The page once its list has come. What is offered above a list moves into its place where it turns out empty."""
    expect(page.locator("tbody tr, .empty").first).to_be_visible()
    return page


def passes(page: Page, milliseconds: int) -> None:
    """Wait by the page's own clock: what it does by itself within this time it has done then, however busy the machine.
    To be asked before one looks that something does not show."""
    page.evaluate("(time) => new Promise((done) => setTimeout(done, time))", milliseconds)


def clear(page: Page, origin: str) -> None:
    """Let the browser clear what it keeps of an origin, but no cookie. An open page may keep it again at once."""
    kept = {"origin": origin, "storageTypes": "indexeddb,cache_storage,service_workers,local_storage"}
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", kept)


def crash(page: Page) -> Page:
    """End a tab's process, in the middle of whatever it does, and open another tab of the same browser. A page that is
    only left lives on for a moment, and may write and send."""
    context = page.context
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash")
    page.close()
    return context.new_page()
