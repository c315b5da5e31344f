// @vitest-environment happy-dom
import { type ComponentChild, render } from "preact";
import { afterEach, beforeEach, expect, test } from "vitest";
import { language } from "../../words/catalogue";
import { SheetContext } from "../context";
import { openSheet, signature } from "../fixture";
import type { Sheet } from "../sheet";
import { Differences, Summary } from "./Differences";
import { newsOf } from "./review";

const NO_NEWS = newsOf("", "");

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

function show(window: ComponentChild): void {
  render(<SheetContext.Provider value={sheet}>{window}</SheetContext.Provider>, page);
}

const text = (part: Element | null | undefined) => part?.textContent?.replaceAll("\u00a0", " ");
const marked = () => [...page.querySelectorAll(".is-new")].map(text);

test("a first signature tells the substitute, the discount and which lines do not count", () => {
  sheet = openSheet({
    client: { "lines/b/withdrawn": true },
    supplier: { "lines/a/substitute": "p2", "lines/a/discount": "5" },
    record: { "substitutes/a": { code: "CH-120", name_fr: "Penture", name_en: "Strap hinge" } },
  });
  show(<Summary news={NO_NEWS} />);
  const [first, second] = page.querySelectorAll("ol.review > .review-group");
  expect(first?.textContent).toMatch(/Penture\s+au lieu de Charnière/);
  expect(first?.textContent).toMatch(/−5\s%/);
  expect(first?.classList.contains("is-dropped")).toBe(false);
  expect(second?.classList.contains("is-dropped")).toBe(true);
  expect(second?.querySelector(".mark")?.textContent).toBe("Retirée");
});

test("what changed is told as before and after to whoever does not see that the first is struck", () => {
  sheet = openSheet({
    side: "client",
    signatures: { client: signature("Anna") },
    supplier: { "lines/a/unit_price": "12" },
  });
  show(<Differences authors={new Map()} news={NO_NEWS} />);
  const heard = page.querySelector(".difference-values")?.cloneNode(true) as HTMLElement | undefined;
  for (const hidden of heard?.querySelectorAll("[aria-hidden]") ?? []) hidden.remove();
  expect(text(heard)).toBe("10,00 $ devient 12,00 $");
});

test("a first signature shows what was asked beside what is offered, and colours nothing", () => {
  sheet = openSheet({
    side: "supplier",
    signatures: { client: signature("Anna") },
    supplier: { "lines/a/quantity": "8" },
  });
  show(<Summary news={NO_NEWS} />);
  const quantity = page.querySelector(".line-summary-each");
  expect(quantity?.querySelector("s")?.textContent).toBe("12");
  expect(text(quantity)).toMatch(/8.*paires.*10,00 \$/);
  expect(page.querySelector(".is-changed, .is-new")).toBeNull();
});

test("in a first signature, what came while one was reading is marked, gone lines too", () => {
  sheet = openSheet({ supplier: { freight: "20" } });
  const read = sheet.standing.value.terms;
  sheet.edit.set("lines/a/quantity", "13");
  sheet.connection.doc.getMap("supplier").set("freight", "25");
  sheet.connection.doc.getMap("client").delete("lines/b/product");
  sheet.connection.doc.getMap("record").delete("products/b");
  show(<Summary news={newsOf(read, sheet.standing.value.terms)} />);
  expect(marked()).toEqual([
    expect.stringMatching(/^Transport25,00 \$à l’instant$/),
    expect.stringMatching(/^1\. Charnièreà l’instant/),
    "CharnièreSuppriméeà l’instant",
  ]);
});

test("of changes, those that came while one was reading are marked, and what is again as one signed is told", () => {
  sheet = openSheet({
    signatures: { client: signature("Anna") },
    supplier: { "lines/a/quantity": "8", "lines/b/quantity": "2" },
  });
  const read = sheet.standing.value.terms;
  const supplier = sheet.connection.doc.getMap("supplier");
  supplier.set("lines/a/quantity", "7");
  supplier.delete("lines/b/quantity");
  show(<Differences authors={new Map()} news={newsOf(read, sheet.standing.value.terms)} />);
  expect(marked()).toEqual([
    expect.stringMatching(/^Quantité12→ devient 7à l’instant$/),
    "Revenu à ce que vous aviez signé : 2. Charnière (Quantité).",
  ]);
});

test.each([
  ["asked anew is told with the offer that stands", "6", "demandé Quantité 12 devient 6 offert 12"],
  ["met by the offer is told as offered", "12", "offert Quantité 12"],
])("a quantity %s", (_, asked, told) => {
  sheet = openSheet({
    side: "client",
    signatures: { client: signature("Anna") },
    client: { "lines/a/quantity": asked },
    supplier: { "lines/a/quantity": "12" },
  });
  show(<Differences authors={new Map()} news={NO_NEWS} />);
  const said = page.querySelector(".difference");
  for (const hidden of said?.querySelectorAll("[aria-hidden]") ?? []) hidden.remove();
  const parts = [...(said?.querySelectorAll(".difference-name, .difference-values, .small") ?? [])].map(text);
  expect(parts.join(" ").replace(/\s+/g, " ").trim()).toBe(told);
});
