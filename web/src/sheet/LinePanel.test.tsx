// @vitest-environment happy-dom
import { render } from "preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { language } from "../words/catalogue";
import { SheetContext } from "./context";
import { openSheet, signature } from "./fixture";
import { GridState } from "./grid";
import { LinePanel } from "./LinePanel";
import type { Sheet } from "./sheet";

const STRAP = {
  code: "CH-120",
  name_fr: "Penture",
  name_en: "Strap hinge",
  unit: "box",
  image: "/api/images/strap",
};

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
  vi.stubGlobal("fetch", async () => Response.json({ items: [], next: null }));
  language.value = "fr";
  page = document.createElement("div");
  document.body.append(page);
});

afterEach(() => {
  vi.unstubAllGlobals();
  render(null, page);
  page.remove();
  sheet.destroy();
  sheet.connection.destroy();
});

const drawn = () => new Promise((resolve) => setTimeout(resolve));

async function show(opening: Parameters<typeof openSheet>[0]): Promise<void> {
  sheet = openSheet(opening);
  render(
    <SheetContext.Provider value={sheet}>
      <LinePanel line="a" grid={new GridState(sheet)} onComment={() => undefined} />
    </SheetContext.Provider>,
    page,
  );
  await vi.waitFor(() => expect(page.querySelector("dialog")?.open).toBe(true));
}

const quantityLabel = () => page.querySelector('[data-cell="lines/a/quantity"] .fact-label')?.textContent;
const picture = () => page.querySelector(".line-image")?.getAttribute("src");

test("a substitute is shown with its own picture and counted in its own unit", async () => {
  await show({
    side: "supplier",
    supplier: { "lines/a/substitute": "p2" },
    record: { "substitutes/a": STRAP },
  });
  expect(picture()).toBe("/api/images/strap");
  expect(quantityLabel()).toBe("Quantité (boîtes)");
  sheet.edit.clear("lines/a/substitute");
  await drawn();
  expect(picture()).toBeUndefined();
  expect(quantityLabel()).toBe("Quantité (paires)");
});

test("the reason has one field, to which the focus goes when the line is rejected", async () => {
  await show({ side: "supplier", signatures: { client: signature("Anna") } });
  const reject = [...page.querySelectorAll("button")].find((one) => one.textContent === "Refuser la ligne");
  reject?.focus();
  reject?.click();
  await drawn();
  const labels = [...page.querySelectorAll(".fact-label")].filter((one) => one.textContent === "Raison");
  expect(labels).toHaveLength(1);
  expect(document.activeElement?.closest("[data-cell]")?.getAttribute("data-cell")).toBe("lines/a/reason");
});

test.each([
  ["12,50", "12.5"],
  ["12.5", "12.5"],
  ["1 200", "1200"],
])("a number among the characteristics is typed as numbers are: %s", async (typed, written) => {
  await show({ record: { "products/a": PIPE } });
  const cell = "[data-cell='lines/a/characteristics/length']";
  const field = page.querySelector(`${cell} input, ${cell} textarea`) as HTMLInputElement;
  field.value = typed;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  await drawn();
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  expect(sheet.connection.doc.getMap("client").get("lines/a/characteristics/length")).toBe(written);
});
