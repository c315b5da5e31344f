"""The page of stock as a person uses it."""

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.journeys.words import Words

FILE_ROWS = (
    "code,size,variant,on_hand,arrivals",
    "PG-300,,,30,6 2099-01-03 | 10 2099-02-01",
    "TM-200,XXL,,3,",
    "NON-999,,,4,",
    "CH-400,,,beaucoup,",
    "PS-100,,hinge=left,14,",
)


class StockPage:
    """The stock of the company whose window it is; a level is found by a text of its row."""

    def __init__(self, page: Page, words: Words) -> None:
        self.page = page
        self.words = words
        self.grid = page.get_by_role("grid")
        self.foot = page.locator(".stock-foot")

    def open(self) -> "StockPage":
        self.page.goto("/stock")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Stock")
        expect(self.page.locator(".bones")).to_have_count(0)  # what is above the grid moves if there is none
        return self

    def cell(self, text: str, column: str) -> Locator:
        return self.grid.get_by_role("row").filter(has_text=text).locator(f"[data-column={column}]")

    def sized(self, text: str, size: str, column: str) -> Locator:
        rows = self.grid.get_by_role("row").filter(has_text=text)
        place = self.page.locator("[data-column=size]").get_by_text(size, exact=True)
        return rows.filter(has=place).locator(f"[data-column={column}]")

    def is_saved(self) -> None:
        expect(self.page.locator("[data-saved]")).to_have_attribute("data-saved", "saved")

    def follow(self, code: str) -> None:
        """Follow a product; the cursor is then where its first quantity goes."""
        self.page.get_by_role("button", name=self.words.pick("Suivre un produit", "Follow a product")).click()
        self.page.get_by_role("combobox").fill(code)
        expect(self.page.get_by_role("option")).to_have_count(1)
        expect(self.page.get_by_role("option")).to_contain_text(code)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("dialog")).to_be_hidden()
        expect(self.grid.locator("[data-column=on_hand].is-active")).to_be_focused()

    def type(self, text: str, column: str, value: str) -> None:
        self.cell(text, column).click()
        self.page.keyboard.type(value)
        self.page.keyboard.press("Enter")

    def write(self, text: str, column: str, value: str) -> None:
        self.type(text, column, value)
        self.is_saved()

    def paste(self, text: str, column: str, table: str) -> None:
        """Paste what a spreadsheet copied, from one cell on."""
        self.page.evaluate("text => navigator.clipboard.writeText(text)", table)
        self.cell(text, column).click()
        self.page.keyboard.press("Control+V")
        self.is_saved()

    def choose_file(self) -> Locator:
        """Open the window of imports and choose FILE_ROWS; the window, once it says what the file would do."""
        self.page.get_by_role("button", name=self.words.pick("Importer un fichier", "Import a file")).click()
        dialog = self.page.get_by_role("dialog")
        content = "\r\n".join(FILE_ROWS).encode()
        file: FilePayload = {"name": "inventaire.csv", "mimeType": "text/csv", "buffer": content}
        dialog.locator("input[type=file]").set_input_files(file)
        expect(dialog.get_by_role("table")).to_be_visible()
        return dialog
