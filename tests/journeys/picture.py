"""The README's picture, run by hand: python -m tests.journeys.picture

One order of the demo on two screens: the supplier has just changed it, and the client sees what.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, expect

from tests.journeys.api import Api
from tests.journeys.browser import Window, chromium
from tests.journeys.installation import Installation
from tests.journeys.post_office import PostOffice
from tests.journeys.sheet import Sheet
from tests.journeys.trade import ANNA, SOPHIE
from tests.journeys.words import Words

PICTURE = Path(__file__).parents[2] / "docs" / "two-screens.png"
SCREEN = {"width": 1280, "height": 800}
WIDTH = 1600
GAP = 24
COLOURS = 160


def main() -> None:
    """Write docs/two-screens.png."""
    post = PostOffice()
    post.open()
    with TemporaryDirectory() as folder:
        installation = Installation(Path(folder), post)
        installation.start("demo")
        try:
            with chromium() as browser:
                take(browser, installation.url, Path(folder))
        finally:
            installation.stop()
            post.close()


def take(browser: Browser, url: str, folder: Path) -> None:
    order = changed_order(url)
    names = {SOPHIE: folder / "supplier.png", ANNA: folder / "client.png"}
    windows = {email: enter(browser, url, email) for email in names}
    for window in windows.values():
        Sheet(window.page, Words("fr")).open(order).is_saved()
    Sheet(windows[SOPHIE].page, Words("fr")).cell(1, "price").click()
    ring = Sheet(windows[ANNA].page, Words("fr")).cell(1, "price").locator(".ring-names")
    expect(ring).to_be_visible()
    for email, file in names.items():
        windows[email].page.screenshot(path=file)
    side_by_side(names[SOPHIE], names[ANNA])


def changed_order(url: str) -> str:
    """The order with the most to see: what is red for the client, with the most lines."""
    anna = Api(url)
    anna.sign_in(ANNA, "demo")
    rows = anna.call("GET", "/api/orders?side=client&limit=200")["items"]
    anna.close()
    changed = [row for row in rows if row["status"] == "changed"]
    return str(max(changed, key=lambda row: (row["backorder"], row["lines"]))["id"])


def enter(browser: Browser, url: str, email: str) -> Window:
    api = Api(url)
    api.sign_in(email, "demo")
    window = Window(browser, url, "fr", viewport=SCREEN, device_scale_factor=1)
    window.sign_in(api.secret)
    api.close()
    return window


def side_by_side(left: Path, right: Path) -> None:
    """Both screens on one ground, few colours so that the file is small."""
    width = (WIDTH - GAP) // 2
    height = round(width * SCREEN["height"] / SCREEN["width"])
    both = Image.new("RGB", (WIDTH, height), "#c9ced6")
    for at, file in ((0, left), (WIDTH - width, right)):
        with Image.open(file) as screen:
            both.paste(screen.convert("RGB").resize((width, height), Image.Resampling.LANCZOS), (at, 0))
    PICTURE.parent.mkdir(exist_ok=True)
    both.quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
