"""What somebody typed on a page that saves by a button is not lost by going elsewhere: he is asked first."""

from collections.abc import Callable

from playwright.sync_api import Dialog, Locator, Page, expect

from tests.journeys.browser import Window
from tests.journeys.trade import SOPHIE, Trade
from tests.journeys.words import Words

Enters = Callable[..., Window]
TYPED = "Sonner à la porte du quai"


def at_the_file_of_a_client(trade: Trade, page: Page, words: Words) -> str:
    """Come from the list to the file of Laurier, and type; the address of the file."""
    page.goto("/clients")
    page.get_by_role("link", name="Cuisines Laurier", exact=True).click()
    note(page, words).fill(TYPED)
    return page.url


def note(page: Page, words: Words) -> Locator:
    return page.get_by_label(words.pick("Note pour votre équipe", "Note for your team"))


def stays(page: Page, words: Words, place: str) -> None:
    """He is asked, and says that he stays; what he typed is there."""
    asked = page.get_by_role("dialog")
    asked.get_by_role("button", name=words.pick("Rester", "Stay")).click()
    expect(asked).to_be_hidden()
    assert page.url == place
    expect(note(page, words)).to_have_value(TYPED)


def test_what_was_typed_is_not_lost_by_going_elsewhere(trade: Trade, enters: Enters, words: Words) -> None:
    page = enters(SOPHIE).page
    place = at_the_file_of_a_client(trade, page, words)
    page.get_by_role("link", name=words["team"]).click()
    stays(page, words, place)
    page.get_by_role("button", name=words["create an order"]).click()
    stays(page, words, place)
    page.go_back()
    stays(page, words, place)
    page.go_back()
    page.get_by_role("button", name=words.pick("Quitter sans enregistrer", "Leave without saving")).click()
    expect(page).to_have_url(f"{trade.installation.url}/clients")
    page.get_by_role("link", name=words["team"]).click()
    expect(page).to_have_url(f"{trade.installation.url}/team")


def test_a_tab_is_closed_over_nothing_that_was_typed(trade: Trade, enters: Enters, words: Words) -> None:
    page = enters(SOPHIE).page
    place = at_the_file_of_a_client(trade, page, words)
    asked: list[str] = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", refuse)
    with page.expect_event("dialog"):
        page.evaluate("() => { setTimeout(() => location.reload()) }")
    assert asked == ["beforeunload"]
    page.get_by_role("button", name=words["save"]).click()
    expect(page.get_by_role("button", name=words["save"])).to_be_disabled()
    page.reload()
    assert asked == ["beforeunload"], "what is saved is not asked about"
    assert page.url == place
    expect(note(page, words)).to_have_value(TYPED)
