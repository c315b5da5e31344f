"""How long an order of 200 lines takes to open from this device, without a network, in a real Chromium.

    .venv/bin/python -m tests.bench.away [lines] [rounds]

Prints milliseconds, from the click on its link (or the start of the navigation) until its first lines are drawn and a
frame has passed, and the processor time of the page's own thread meanwhile, which other work of the machine hardly
lengthens. Every round then types into a cell, so what was timed can be edited.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import CDPSession, Page, expect

from tests.journeys.away import Traveller, elsewhere
from tests.journeys.browser import WHOLE, Window, chromium
from tests.journeys.installation import Installation
from tests.journeys.post_office import PostOffice
from tests.journeys.sheet import Sheet
from tests.journeys.trade import ANNA, Trade, open_trade
from tests.journeys.words import Words

DRAWN = """() => new Promise((resolve) => {
  const drawn = () => document.querySelectorAll("[role=grid] [data-line]").length > 0;
  const tell = () => requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
  if (drawn()) return tell();
  const watching = new MutationObserver(() => {
    if (!drawn()) return;
    watching.disconnect();
    tell();
  });
  watching.observe(document, { childList: true, subtree: true });
})"""
CLICKED = f"""async (href) => {{
  const start = performance.now();
  document.querySelector(`a[href="${{href}}"]`).click();
  return (await ({DRAWN})()) - start;
}}"""
LOADED = f"addEventListener('DOMContentLoaded', () => {{ window.drawn = ({DRAWN})(); }})"


def long_order(trade: Trade, lines: int) -> str:
    order, handle = trade.new_order("client"), trade.products["PG-300"]
    cells = {
        f"lines/l{at}/{noun}": value
        for at in range(lines)
        for noun, value in (("product", handle), ("position", f"{at:05}"), ("quantity", str(at + 1)))
    }
    elsewhere(trade.people[ANNA], order, lambda peer: peer.write("client", cells))
    return order


def types(traveller: Traveller, round_: int) -> None:
    traveller.writes(1, "quantity", str(round_ + 2))
    expect(traveller.sheet.cell(1, "quantity").locator(".value-now")).to_have_text(str(round_ + 2))


Times = tuple[float, float]
"""Milliseconds by the clock, and of the page's thread."""


def by_click(page: Page, chromium: CDPSession, order: str) -> Times:
    page.goto("/purchases?tab=all")
    expect(page.locator(f'a[href="/orders/{order}"]').first).to_be_visible()
    before = thread_ms(chromium)
    clock = float(page.evaluate(CLICKED, f"/orders/{order}"))
    return clock, thread_ms(chromium) - before


def by_navigation(page: Page, chromium: CDPSession, order: str) -> Times:
    page.goto("about:blank")
    page.goto(f"/orders/{order}")
    # The thread's time is counted anew for each document.
    return float(page.evaluate("() => window.drawn")), thread_ms(chromium)


def thread_ms(chromium: CDPSession) -> float:
    metrics = {one["name"]: one["value"] for one in chromium.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"]) * 1000


def say(what: str, times: list[Times]) -> None:
    clock = [one for one, _ in times]
    thread = statistics.median(one for _, one in times)
    print(
        f"{what}: median {statistics.median(clock):.0f} ms, least {min(clock):.0f}, worst {max(clock):.0f}, "
        f"processor {thread:.0f} ms"
    )


def main(lines: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder, chromium(WHOLE) as browser:
        post = PostOffice()
        post.open()
        trade = open_trade(Installation(Path(folder), post))
        try:
            order, window = long_order(trade, lines), Window(browser, trade.installation.url, "fr")
            window.page.add_init_script(LOADED)
            window.sign_in(trade.people[ANNA].secret)
            anna = Traveller(Sheet(window.page, Words("fr")).open(order)).packs()
            window.page.goto("/purchases?tab=all")
            thread = window.context.new_cdp_session(window.page)
            thread.send("Performance.enable", {"timeDomain": "threadTicks"})
            for name, is_away in (("with the network", False), ("away from it", True)):
                window.context.set_offline(is_away)
                for how in (by_click, by_navigation):
                    times = []
                    for at in range(rounds):
                        times.append(how(window.page, thread, order))
                        types(anna, at)
                    say(f"{lines} lines, {how.__name__}, {name}", times)
        finally:
            trade.close()
            trade.installation.stop()
            post.close()


if __name__ == "__main__":
    main(*(int(word) for word in (sys.argv[1:] + ["200", "15"][len(sys.argv) - 1 :])))
