import { expect, test } from "vitest";
import type { Product } from "../../api/shapes";
import { draftOf, isHead, newRows } from "./paste";

const READER = {
  reader: () => ({ side: "client", currency: "CAD", language: "fr", today: "2026-11-23" }) as const,
};
const HINGE = { id: "p1", code: "CH-110", sizing: "none", points: [], dimensions: [] } as unknown as Product;
const DOOR = {
  ...HINGE,
  id: "p3",
  code: "DOOR",
  decimals: 0,
  sizing: "dimensions",
  dimension_unit: "in",
  dimensions: [{ key: "width" }, { key: "height" }],
} as unknown as Product;
const HAT = {
  id: "p2",
  code: "TUQ",
  sizing: "scale",
  points: ["S", "M"],
  dimensions: [],
} as unknown as Product;

test("a row that begins with an empty cell begins with the next one", () => {
  expect(newRows([["", "CH-110", "4"], ["TUQ"], [""]])).toEqual([
    { code: "CH-110", cells: ["4"] },
    { code: "TUQ", cells: [] },
  ]);
});

test("a code and a number are a product and a quantity", () => {
  expect(draftOf({ code: "CH-110", cells: ["4,5"] }, HINGE, READER)).toMatchObject({
    draft: { product: "p1", quantity: "4.5" },
    refused: 0,
  });
});

test("a code and sizes are a product and a quantity for each", () => {
  expect(draftOf({ code: "TUQ", cells: ["S 4 M 6"] }, HAT, READER)).toMatchObject({
    draft: { product: "p2", points: { S: "4", M: "6" } },
    refused: 0,
  });
});

test("columns copied from a sheet come back as they were, but for the price", () => {
  expect(draftOf({ code: "TUQ", cells: ["S 4", "4", "18,00"] }, HAT, READER)).toMatchObject({
    draft: { points: { S: "4" } },
    refused: 1,
  });
  expect(draftOf({ code: "CH-110", cells: ["", "40"] }, HINGE, READER)).toMatchObject({
    draft: { quantity: "40" },
    refused: 0,
  });
  expect(draftOf({ code: "DOOR", cells: ["34 1/2 × 15", "2"] }, DOOR, READER)).toMatchObject({
    draft: { quantity: "2", dimensions: { width: "34 1/2", height: "15" } },
    refused: 0,
  });
});

test("a name between a code and how many is passed over, and never taken for sizes", () => {
  for (const name of ["Charnière 110°, fermeture amortie", "Porte 3/4"]) {
    for (const product of [HINGE, DOOR]) {
      expect(draftOf({ code: product.code, cells: [name, "1\u00a0200"] }, product, READER)).toMatchObject({
        draft: { quantity: "1200" },
        refused: 0,
      });
    }
  }
  expect(draftOf({ code: "DOOR", cells: ["Porte", "34 1/2 × 15", "2"] }, DOOR, READER)).toMatchObject({
    draft: { quantity: "2", dimensions: { width: "34 1/2", height: "15" } },
  });
  expect(draftOf({ code: "TUQ", cells: ["Tuque", "S 4 M 6"] }, HAT, READER)).toMatchObject({
    draft: { points: { S: "4", M: "6" } },
    refused: 0,
  });
  expect(draftOf({ code: "TUQ", cells: ["S 4", "4"] }, HAT, READER).draft.points).toEqual({ S: "4" });
});

test("a price behind a quantity is not taken for the quantity", () => {
  for (const product of [HINGE, DOOR]) {
    expect(draftOf({ code: product.code, cells: ["12", "8,25"] }, product, READER)).toMatchObject({
      draft: { quantity: "12" },
      refused: 1,
    });
  }
});

test.each([
  ["beaucoup", HINGE],
  ["-2", HINGE],
  ["2,5", { ...HINGE, decimals: 0 } as Product],
  ["12", HAT],
])("what is not understood, %s, is counted, and the line still comes", (text, product) => {
  expect(draftOf({ code: product.code, cells: [text] }, product, READER)).toEqual({
    draft: { product: product.id, points: {}, dimensions: {} },
    refused: 1,
  });
});

test("words without a figure name columns; a lone code does not", () => {
  expect(isHead({ code: "Code", cells: ["Quantité", "Prix"] })).toBe(true);
  expect(isHead({ code: "CODE", cells: ["12"] })).toBe(false);
  expect(isHead({ code: "TUQUE", cells: [""] })).toBe(false);
});
