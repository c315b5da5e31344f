"""What the journeys share: one browser, one mail server, and two companies that trade on one server.

A journey that needs a server of its own, as empty as on the first day, takes `installation`.

A journey that has words is one in each language. Every run makes half of them in French and half in English; those that
are about the words themselves, and `make torture`, make them in both.

A browser keeps the application on the device in the journeys that ask what comes of it, in those that are made from
end to end, and in `make torture`. In the others each page comes over the network, for a quarter less of the processor.
"""

import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Browser

from tests.journeys.away import Devices, Traveller
from tests.journeys.browser import Window, chromium
from tests.journeys.cable import Cable
from tests.journeys.installation import Installation
from tests.journeys.post_office import PostOffice
from tests.journeys.trade import Trade, open_trade
from tests.journeys.words import Language, Words

HERE = Path(__file__).parent
PICTURES = Path("test-results")
OUTCOME = pytest.StashKey[bool]()
IN_BOTH = {"test_tour.py", "test_path_of_the_seed.py", "test_first_day.py"}
KEEPING = re.compile(
    r"test_(offline|path_of_the_seed|first_day|negotiation|languages|new_version|refused_and_kept)"
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the other language of a journey that is made in two to torture."""
    journeys: dict[str, dict[Language, pytest.Item]] = {}
    for item in items:
        if isinstance(item, pytest.Function) and item.path.parent == HERE and hasattr(item, "callspec"):
            language = cast("Language | None", item.callspec.params.get("language"))
            if language and item.path.name not in IN_BOTH:
                others = [part for part in item.callspec.id.split("-") if part != language]
                journeys.setdefault(f"{item.path.name} {item.originalname} {others}", {})[language] = item
    for journey, languages in journeys.items():
        if len(languages) == 2:
            other = sorted(languages)[zlib.crc32(journey.encode()) % 2]
            languages[other].add_marker(pytest.mark.torture)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report: pytest.TestReport = yield  # type: ignore[assignment]
    if report.when == "call":
        item.stash[OUTCOME] = report.failed
    return report  # type: ignore[return-value]


@pytest.fixture(scope="package")
def post() -> Iterator[PostOffice]:
    office = PostOffice()
    office.open()
    yield office
    office.close()


@pytest.fixture(scope="module")
def installation(post: PostOffice, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An empty one, that nobody has started yet."""
    installation = Installation(tmp_path_factory.mktemp("data"), post)
    yield installation
    installation.stop()


@pytest.fixture(scope="package")
def trade(post: PostOffice, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trade]:
    trade = open_trade(Installation(tmp_path_factory.mktemp("trade"), post))
    yield trade
    trade.close()
    trade.installation.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(params=["fr", "en"])
def language(request: pytest.FixtureRequest) -> Language:
    chosen: Language = request.param
    return chosen


@pytest.fixture
def words(language: Language) -> Words:
    return Words(language)


Opens = Callable[..., Window]


@pytest.fixture
def opens(request: pytest.FixtureRequest, browser: Browser, words: Words) -> Iterator[Opens]:
    """`opens(url)`: a new person's window. A test that fails leaves a picture of each in test-results/."""
    windows: list[Window] = []
    is_kept = KEEPING.match(request.path.name) or request.node.get_closest_marker("torture")
    kept = {"service_workers": "allow" if is_kept else "block"}

    def open_window(url: str, **options: object) -> Window:
        windows.append(Window(browser, url, words.language, **(kept | options)))
        return windows[-1]

    yield open_window
    for number, window in enumerate(windows):
        if request.node.stash.get(OUTCOME, False):
            window.keep(PICTURES / f"{named(request)}-{number}.png")
        window.close()


def named(request: pytest.FixtureRequest) -> str:
    """The name of a test as that of a file."""
    return re.sub(r"\W+", "-", request.node.nodeid.partition("tests/journeys/")[2])


@pytest.fixture
def enters(opens: Opens, trade: Trade, language: Language) -> Callable[..., Window]:
    """`enters(ANNA)`: the window of somebody who is signed in already."""
    trade.speak(language)

    def enter(email: str, url: str = "", **options: object) -> Window:
        window = opens(url or trade.installation.url, **options)
        window.sign_in(trade.people[email].secret)
        return window

    return enter


@pytest.fixture
def cable(trade: Trade) -> Iterator[Cable]:
    """What lies between the server and whoever `enters(ANNA, cable.url)`."""
    cable = Cable(int(trade.installation.url.rpartition(":")[2]))
    yield cable
    cable.remove()


@pytest.fixture(scope="module")
def devices(browser: Browser, trade: Trade) -> Iterator[Devices]:
    devices = Devices(browser, trade)
    yield devices
    devices.close()


Travels = Callable[[str, str], Traveller]


@pytest.fixture
def travels(devices: Devices, request: pytest.FixtureRequest) -> Iterator[Travels]:
    """`travels(ANNA, order)`: a person whose browser is ready to work without a network, with the order open."""
    yield devices.travel
    is_failed = request.node.stash.get(OUTCOME, False)
    devices.come_home(PICTURES / named(request) if is_failed else None)
