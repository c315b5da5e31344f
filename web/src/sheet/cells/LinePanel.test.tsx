// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import { signature } from "../fixture";
import { countedProduct } from "../product";
import { drawn, setStage } from "../stage";
import { GridState } from "./grid";
import { LinePanel } from "./LinePanel";

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

const stage = setStage();

async function show(opening: Parameters<typeof stage.open>[0]): Promise<void> {
  const sheet = stage.open(opening);
  await stage.draw(<LinePanel line="a" grid={new GridState(sheet)} onComment={() => undefined} />);
  await vi.waitFor(() => expect(stage.page.querySelector("dialog")?.open).toBe(true));
}

async function type(key: string, text: string): Promise<void> {
  const cell = `[data-cell='${key}']`;
  const field = stage.page.querySelector(`${cell} input, ${cell} textarea`) as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  await drawn();
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
}

const quantityLabel = () =>
  stage.page.querySelector('[data-cell="lines/a/quantity"] .fact-label')?.textContent;
const picture = () => stage.page.querySelector(".line-image")?.getAttribute("src");

test("a substitute is shown with its own picture and counted in its own unit", async () => {
  await show({
    side: "supplier",
    supplier: { "lines/a/substitute": "p2" },
    record: { "substitutes/a": STRAP },
  });
  expect(picture()).toBe("/api/images/strap");
  expect(quantityLabel()).toBe("Quantité (boîtes)");
  stage.sheet.edit.clear("lines/a/substitute");
  await drawn();
  expect(picture()).toBeUndefined();
  expect(quantityLabel()).toBe("Quantité (paires)");
});

test("the title names the product that is delivered, which scrolls out of sight otherwise", async () => {
  await show({ side: "supplier" });
  const title = () => stage.page.querySelector("dialog h2")?.textContent;
  expect(title()).toBe("1. Charnière");
  stage.sheet.connection.doc.getMap("supplier").set("lines/a/substitute", "p2");
  stage.sheet.connection.doc.getMap("record").set("substitutes/a", STRAP);
  await drawn();
  expect(title()).toBe("1. Penture");
});

test("the reason has one field, to which the focus goes when the line is rejected", async () => {
  await show({ side: "supplier", signatures: { client: signature("Anna") } });
  const reject = [...stage.page.querySelectorAll("button")].find(
    (one) => one.textContent === "Refuser la ligne",
  );
  reject?.focus();
  reject?.click();
  await drawn();
  const labels = [...stage.page.querySelectorAll(".fact-label")].filter(
    (one) => one.textContent === "Raison",
  );
  expect(labels).toHaveLength(1);
  expect(document.activeElement?.closest("[data-cell]")?.getAttribute("data-cell")).toBe("lines/a/reason");
});

test.each([
  ["2,5", "2.5"],
  ["2,25", undefined],
])("a quantity has as many decimals as what is delivered is sold in: %s", async (typed, written) => {
  const box = { ...STRAP, decimals: 1 };
  await show({
    side: "supplier",
    signatures: { client: signature("Anna") },
    supplier: { "lines/a/substitute": "p2" },
    record: { "products/a": { ...PIPE, decimals: 0 }, "substitutes/a": box },
  });
  await type("lines/a/quantity", typed);
  expect(stage.sheet.connection.doc.getMap("supplier").get("lines/a/quantity")).toBe(written);
  const counted = countedProduct(stage.sheet.document.content, "a");
  expect([counted?.code, counted?.unit, counted?.decimals]).toEqual([PIPE.code, box.unit, 1]);
});

test.each([
  ["12,50", "12.5"],
  ["12.5", "12.5"],
  ["1 200", "1200"],
  ["12,0625", "12.0625"],
  ["12,06255", undefined],
])("a number among the characteristics is typed as numbers are: %s", async (typed, written) => {
  await show({ record: { "products/a": PIPE } });
  await type("lines/a/characteristics/length", typed);
  expect(stage.sheet.connection.doc.getMap("client").get("lines/a/characteristics/length")).toBe(written);
});
