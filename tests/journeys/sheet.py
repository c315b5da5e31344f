"""The sheet of an order as a person uses it."""

import re
from typing import Literal

from playwright.sync_api import Locator, Page, expect

from tests.journeys.words import Words

Column = Literal["line", "product", "size", "quantity", "price", "delivery", "total"]
GREEN = "rgb(5, 96, 58)"
RED = "rgb(180, 35, 24)"


class Sheet:
    """One order open in one window. Rows are counted from 1."""

    def __init__(self, page: Page, words: Words) -> None:
        self.page = page
        self.words = words
        self.chip = page.locator(".sheet-head .chip")
        self.turn = page.locator(".sheet-head .turn")
        self.grid = page.get_by_role("grid", name=words["lines"])

    def open(self, order: str) -> "Sheet":
        self.page.goto(f"/orders/{order}")
        expect(self.grid).to_be_visible()
        return self

    def cell(self, row: int, column: Column) -> Locator:
        return self.grid.get_by_role("row").nth(row).locator(f"[data-column={column}]")

    def rows(self) -> Locator:
        return self.grid.locator("[data-line]")

    def write(self, row: int, column: Column, text: str) -> None:
        """Click the cell, type, Enter; then it is saved."""
        self.cell(row, column).click()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        self.is_saved()

    def paste(self, text: str) -> None:
        """Paste into the grid, from where the cursor is."""
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        self.page.keyboard.press("Control+V")

    def add_by_code(self, *rows: str) -> None:
        """Paste rows of a code and a quantity into an order that may grow."""
        standing = self.rows().count()
        self.page.get_by_role("button", name=self.words["add products"]).focus()
        self.paste("\n".join(rows))
        expect(self.rows()).to_have_count(standing + len(rows))
        self.is_saved()

    def is_saved(self) -> None:
        expect(self.page.locator(".sheet-head .saved")).to_have_attribute("data-saved", "saved")

    def stands(self, state: str, turn: str | None = None) -> None:
        """The chip says this word, and whose turn it is."""
        expect(self.chip).to_have_text(self.words[state])
        if turn is not None:
            expect(self.turn).to_have_text(self.words[turn])

    def is_green(self) -> None:
        self.stands("agreed")
        expect(self.chip).to_have_css("color", GREEN)

    def is_red(self, row: int, column: Column, before: str, now: str) -> None:
        """The cell is red, with its shape, the old value struck and the new one beside it."""
        cell = self.cell(row, column)
        expect(cell.locator("s", has_text=before).first).to_be_visible()
        changed = cell.locator(".value.is-changed", has_text=now).first
        expect(changed.locator(".value-now")).to_have_css("color", RED)
        expect(changed.locator(".value-shape")).to_be_visible()

    def field(self, name: str) -> Locator:
        return self.page.get_by_label(self.words[name], exact=True)

    def fill(self, name: str, text: str) -> None:
        self.field(name).fill(text)
        self.field(name).press("Enter")
        self.is_saved()

    def press(self, name: str) -> None:
        """A button of the bar at the foot."""
        self.page.locator(".action-bar").get_by_role("button", name=self.words[name], exact=True).click()

    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def send(self) -> None:
        self.press("send")
        self.dialog().get_by_role("button", name=self.words["sign and send"]).click()
        expect(self.dialog()).to_be_hidden()

    def accept(self) -> None:
        self.press("accept")
        self.dialog().get_by_role("button", name=re.compile(f"^{self.words['accept']}")).click()
        expect(self.dialog()).to_be_hidden()

    def choose_other(self, name: str) -> None:
        """An action that stays behind the button of the others."""
        self.page.get_by_role("button", name=self.words["other actions"]).click()
        self.page.get_by_role("menuitem", name=self.words[name], exact=True).click()

    def answer(self, name: str) -> None:
        """What one may answer to the other company, beside signing."""
        self.page.get_by_role("button", name=self.words[name], exact=True).click()

    def give_reason(self, reason: str, act: str) -> None:
        self.dialog().get_by_label(self.words["why"]).fill(reason)
        self.dialog().get_by_role("button", name=self.words[act], exact=True).click()
        expect(self.dialog()).to_be_hidden()
