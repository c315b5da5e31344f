// @vitest-environment happy-dom
import { render } from "preact";
import { afterEach, beforeEach, expect, test } from "vitest";
import { language } from "../words/catalogue";
import { SheetContext } from "./context";
import { openSheet } from "./fixture";
import { GridState } from "./grid";
import { LinePanel } from "./LinePanel";
import type { Sheet } from "./sheet";

const PIPE = {
  code: "T-40",
  name_fr: "Tuyau",
  name_en: "Pipe",
  unit: "each",
  characteristics: [{ key: "length", name_fr: "Longueur", name_en: "Length", kind: "number" }],
};

let sheet: Sheet;
let page: HTMLElement;

beforeEach(() => {
  language.value = "fr";
  page = document.createElement("div");
  document.body.append(page);
});

afterEach(() => {
  render(null, page);
  page.remove();
  sheet.destroy();
  sheet.connection.destroy();
});

test.each([
  ["12,50", "12.5"],
  ["12.5", "12.5"],
  ["1 200", "1200"],
])("a number among the characteristics is typed as numbers are: %s", async (typed, written) => {
  sheet = openSheet({ record: { "products/a": PIPE } });
  render(
    <SheetContext.Provider value={sheet}>
      <LinePanel line="a" grid={new GridState(sheet)} onComment={() => undefined} />
    </SheetContext.Provider>,
    page,
  );
  const field = page.querySelector("[data-cell='lines/a/characteristics/length'] input") as HTMLInputElement;
  field.value = typed;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  await new Promise((resolve) => setTimeout(resolve));
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  expect(sheet.connection.doc.getMap("client").get("lines/a/characteristics/length")).toBe(written);
});
