import { expect, test } from "vitest";
import type { Product } from "../api/shapes";
import { draftOf, newRows } from "./paste";

const READER = { reader: () => ({ side: "client", language: "fr", today: "2026-11-23" }) as const };
const HINGE = { id: "p1", code: "CH-110", sizing: "none", points: [], dimensions: [] } as unknown as Product;
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
    product: "p1",
    quantity: "4.5",
  });
});

test("a code and sizes are a product and a quantity for each", () => {
  expect(draftOf({ code: "TUQ", cells: ["S 4 M 6"] }, HAT, READER)).toMatchObject({
    product: "p2",
    points: { S: "4", M: "6" },
  });
});

test("columns copied from a sheet come back as they were", () => {
  expect(draftOf({ code: "TUQ", cells: ["S 4", "4", "18,00"] }, HAT, READER)).toMatchObject({
    points: { S: "4" },
  });
  expect(draftOf({ code: "CH-110", cells: ["", "40"] }, HINGE, READER)).toMatchObject({ quantity: "40" });
});

test("what is not understood is left out, and the line still comes", () => {
  expect(draftOf({ code: "CH-110", cells: ["beaucoup"] }, HINGE, READER)).toEqual({
    product: "p1",
    points: {},
    dimensions: {},
  });
});
