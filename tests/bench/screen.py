"""What a person feels: an order of 2,000 lines in a real browser, and what the first view makes him fetch.

`work`: from the key until everything that it changes is laid out; what is left to the next frame is the browser's.
`frame`: from the key until the frame after it was drawn; a frame comes every 16.7 ms, so that half of one is waiting.
`processor`: what the page's thread has worked for the key and all that followed, which other programs do not lengthen.
"""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page

from tests.bench.figures import number, percentile, spread, table
from tests.bench.prepare import Prepared, prepare
from tests.bench.running import Running
from tests.bench.visitors import fill, peer
from tests.journeys.browser import WHOLE, Window, chromium
from tests.journeys.wire import carried, of_application

LINES: Final = 2_000
VISITS: Final = 5
KEYS: Final = 60
PAUSE_MS: Final = 40
ROLLS: Final = 60

SEEN: Final = """
window.firstCell = 0;
const look = () => {
  if (document.querySelector('[data-line] [data-column]')) window.firstCell = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
WATCH: Final = """
window.work = []; window.frames = [];
const later = (task) => { const {port1, port2} = new MessageChannel(); port1.onmessage = task; port2.postMessage(0); };
addEventListener('keydown', (event) => {
  const begun = performance.now(), pressed = event.timeStamp;
  let measured = false;
  const measure = () => {
    if (measured) return;
    measured = true;
    document.body.offsetHeight;
    window.work.push([event.key, performance.now() - begun]);
  };
  later(measure);
  requestAnimationFrame(() => {
    measure(); // a frame may come before its turn, and would be counted
    later(() => window.frames.push([event.key, performance.now() - pressed]));
  });
}, true);
"""
ROLL: Final = """
async (rolls) => {
  const frame = () => new Promise(requestAnimationFrame);
  const to = document.scrollingElement, taken = [];
  await frame();
  for (let n = 0; n < rolls; n++) {
    to.scrollBy({top: 700, behavior: 'instant'});
    const begun = performance.now();
    await frame();
    document.body.offsetHeight;
    taken.push(performance.now() - begun);
  }
  return [taken, to.scrollTop];
}
"""


def main() -> None:
    """Measure with the browser that people have."""
    with tempfile.TemporaryDirectory(prefix="bench-screen-") as folder:
        made = prepare(Path(folder), 1)
        with Running(Path(folder)) as server:
            asyncio.run(_fill(server, made))
            with chromium(WHOLE) as browser:
                _bytes(browser, server, made)
                _large_order(browser, server, made)


async def _fill(server: Running, made: Prepared) -> None:
    async with peer(server, made, 0) as writer:
        await fill(writer, made, LINES)


def _window(browser: Browser, server: Running, made: Prepared | None) -> Window:
    window = Window(browser, f"http://127.0.0.1:{server.port}", "fr")
    if made is not None:
        window.sign_in(made.secret)
    return window


def _bytes(browser: Browser, server: Running, made: Prepared) -> None:
    """What the wire carried for a first view."""
    rows = []
    views: tuple[tuple[str, str, Prepared | None], ...] = (
        ("the door, signed out", "/", None),
        ("the list of orders", "/purchases", made),
        (f"an order of {LINES:,} lines, without its document", f"/orders/{made.orders[0]}", made),
    )
    for name, path, who in views:
        with _window(browser, server, who) as window, carried(window.page) as taken:
            window.page.goto(path, wait_until="networkidle")
            files = of_application(taken)
            data = sum(taken.values()) - sum(files.values())
            rows.append([name, str(len(files)), number(sum(files.values()) / 1000), number(data / 1000)])
    table("Fetched for a first view", ["", "files", "kB of the application", "kB of data"], rows)


def _large_order(browser: Browser, server: Running, made: Prepared) -> None:
    painted, filled = [], []
    for _ in range(VISITS):
        with _window(browser, server, made) as window:
            window.page.add_init_script(SEEN)
            window.page.goto(f"/orders/{made.orders[0]}")
            window.page.locator("[data-line] [data-column]").first.wait_for()
            paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
            painted.append(window.page.evaluate(paint))
            window.page.wait_for_timeout(PAUSE_MS)
            filled.append(window.page.evaluate("window.firstCell"))
    rows = [["first paint, ms", spread(painted), ""], ["the first cell stands, ms", spread(filled), ""]]
    with _window(browser, server, made) as window:
        page = window.page
        page.goto(f"/orders/{made.orders[0]}")
        page.locator("[data-line] [data-column]").first.wait_for()
        taken, reached = page.evaluate(ROLL, ROLLS)
        assert reached > 10_000, f"scrolled to {reached} only"
        rows.append(["a frame while scrolling, ms", spread(taken), number(percentile(taken, 0.99))])
        page.evaluate("scrollTo(0, 0)")
        page.locator('[data-line] [data-column="quantity"]').nth(3).click()
        page.evaluate(WATCH)
        spent: dict[str, list[float]] = {}
        worked = _worked(page)
        for _ in range(KEYS):
            for key in ("7", "Enter", "ArrowUp", "ArrowDown"):
                before = worked()
                page.keyboard.press(key)
                page.wait_for_timeout(PAUSE_MS)
                spent.setdefault(key, []).append(worked() - before)
        work, frames = page.evaluate("[window.work, window.frames]")
        for name, key in (("a digit", "7"), ("Enter after it", "Enter"), ("an arrow", "ArrowDown")):
            for kind, all_taken in (("work", work), ("frame", frames)):
                taken = [ms for pressed, ms in all_taken if pressed == key]
                assert len(taken) == KEYS, (key, len(taken))
                rows.append([f"{name}: {kind}, ms", spread(taken), number(percentile(taken, 0.99))])
            rows.append([f"{name}: processor, ms", spread(spent[key]), number(percentile(spent[key], 0.99))])
    table(f"An order of {LINES:,} lines in Chromium", ["", "median [least–greatest]", "p99"], rows)


def _worked(page: Page) -> Callable[[], float]:
    """How many milliseconds the page's thread has worked so far."""
    tools = page.context.new_cdp_session(page)
    tools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def read() -> float:
        told = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
        return float(told["TaskDuration"]) * 1000

    return read
