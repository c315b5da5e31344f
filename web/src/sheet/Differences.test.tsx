// @vitest-environment happy-dom
import { render } from "preact";
import { afterEach, beforeEach, expect, test } from "vitest";
import { language } from "../words/catalogue";
import { SheetContext } from "./context";
import { Summary } from "./Differences";
import { openSheet } from "./fixture";
import type { Sheet } from "./sheet";

let sheet: Sheet;
let page: HTMLElement;

beforeEach(() => {
  language.value = "fr";
  page = document.createElement("div");
});

afterEach(() => {
  render(null, page);
  sheet.destroy();
  sheet.connection.destroy();
});

test("a first signature tells the substitute, the discount and which lines do not count", () => {
  sheet = openSheet({
    client: { "lines/b/withdrawn": true },
    supplier: { "lines/a/substitute": "p2", "lines/a/discount": "5" },
    record: { "substitutes/a": { code: "CH-120", name_fr: "Penture", name_en: "Strap hinge" } },
  });
  render(
    <SheetContext.Provider value={sheet}>
      <Summary />
    </SheetContext.Provider>,
    page,
  );
  const [first, second] = page.querySelectorAll("ol.review > .review-group");
  expect(first?.textContent).toMatch(/Penture\s+au lieu de Charnière/);
  expect(first?.textContent).toMatch(/−5\s%/);
  expect(first?.classList.contains("is-dropped")).toBe(false);
  expect(second?.classList.contains("is-dropped")).toBe(true);
  expect(second?.querySelector(".mark")?.textContent).toBe("Retirée");
});
