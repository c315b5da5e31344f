import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Content, contentOf, linesOf } from "../order/order";
import { turnTo } from "../words/catalogue";
import { anchorName, eventName, keysName, lineName, valueName } from "./labels";
import { unsentText } from "./unsent/unsent";

const LINES = 40;

/** An order of many lines; `walks`: how often its registers were gone through. */
function large(): { content: Content; walks: () => number } {
  const cells: Record<string, string> = {};
  const record: Record<string, unknown> = {};
  for (let at = 0; at < LINES; at++) {
    const line = `l${at}`;
    cells[`lines/${line}/product`] = "p";
    cells[`lines/${line}/position`] = `a${String(at).padStart(3, "0")}`;
    record[`products/${line}`] = { code: "P", name_fr: `Porte ${at + 1}`, name_en: `Door ${at + 1}` };
  }
  const content = contentOf({ client: cells, record });
  const walk = vi.spyOn(content.client, "entries");
  return { content, walks: () => walk.mock.calls.length };
}

const quantities = Array.from({ length: LINES }, (_, at) => `lines/l${at}/quantity`);

beforeEach(() => turnTo("fr"));
afterEach(() => vi.restoreAllMocks());

test("a line is named by its place and its product, and by its product alone once it is gone", () => {
  const { content } = large();
  expect(lineName(content, "l1", linesOf(content))).toBe("2. Porte 2");
  expect(lineName(content, "l1", ["l0"])).toBe("Porte 2");
  expect(anchorName(content, "lines/l1/quantity", linesOf(content))).toBe("2. Porte 2\u00a0· Quantité");
});

test("a product is told by its name: what stands, what was signed, and of any other that it is another", () => {
  const terms = JSON.stringify({
    supplier: { "lines/l0/substitute": "s0" },
    substitutes: { l0: { name_fr: "Loquet", name_en: "Latch" } },
  });
  const content = contentOf({
    client: { "lines/l0/product": "p" },
    supplier: { "lines/l0/substitute": "s" },
    record: {
      "products/l0": { code: "P", name_fr: "Porte", name_en: "Door" },
      "substitutes/l0": { code: "S", name_fr: "Penture", name_en: "Hinge" },
      "signatures/supplier": { digest: "d", terms, at: "" },
    },
  });
  expect(valueName(content, "client/lines/l0/product", "p")).toBe("Porte");
  expect(valueName(content, "lines/l0/substitute", "s")).toBe("Penture");
  expect(valueName(content, "lines/l0/substitute", "s0")).toBe("Loquet");
  expect(valueName(content, "lines/l0/substitute", "de8f909c")).toBe("un autre produit");
});

test.each([
  ["cancel", "cancel_asked", "a demandé l’annulation"],
  ["cancel", "cancelled", "a annulé"],
  ["decline", "cancel_refused", "a refusé l’annulation"],
  ["decline", "amendment_refused", "a refusé l’avenant"],
  ["decline", "amendment_given_up", "a abandonné l’avenant"],
  ["send", "approved", "a accepté les changements"],
  ["cancel", "of_a_later_version", "a annulé"],
  ["cancel", null, "a annulé"],
])("of the command %s that came to %s", (command, after, told) => {
  expect(eventName({ cell: `command/${command}`, after })).toBe(told);
});

test("a few cells are named by line, and of many lines the rest is counted", () => {
  const { content } = large();
  const lines = linesOf(content);
  const two = ["lines/l0/quantity", "lines/l0/unit_price", "lines/l2/quantity"];
  expect(keysName(content, two, lines)).toBe("1. Porte 1 (Quantité, Prix unitaire); 3. Porte 3 (Quantité)");
  expect(keysName(content, quantities, lines)).toMatch(/^1\. Porte 1 \(Quantité\); .* et 32 autres lignes$/);
  expect(keysName(content, quantities.slice(0, 9), lines)).toMatch(/ et 1 autre ligne$/);
});

test("to name every line of an order, its registers are gone through once", () => {
  const { content, walks } = large();
  const text = unsentText(
    content,
    quantities.map((key) => `client/${key}`),
  );
  expect(text.split("\n")).toHaveLength(LINES);
  expect(walks()).toBe(1);
});
