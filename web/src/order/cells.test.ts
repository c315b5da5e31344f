import { expect, test } from "vitest";
import { FIELDS, lineKey, nounAt, parse } from "./cells";
import { addDays } from "./dates";
import { compare, dimensionIn, parseDimension, rational } from "./dimensions";
import { contentOf } from "./order";
import { lineAmount, pointsOf, quantityOf, totalsOf } from "./totals";
import { check } from "./values";

test.each([
  ["client", "reference", "client.reference", null, null],
  ["client", "lines/7f3a/quantity", "client.lines.quantity", "7f3a", null],
  ["supplier", "lines/7f3a/quantity/M", "supplier.lines.quantity.*", "7f3a", "M"],
  ["client", "lines/__proto__/product", "client.lines.product", "__proto__", null],
  ["client", `lines/a/quantity/${"😀".repeat(40)}`, "client.lines.quantity.*", "a", "😀".repeat(40)],
] as const)("%s/%s is a cell", (root, key, field, line, point) => {
  const cell = parse(root, key);
  expect([cell?.field.name, cell?.line, cell?.point]).toEqual([field, line, point]);
});

test.each([
  ["client", "unit_price"],
  ["supplier", "lines/a/withdrawn"],
  ["client", "lines/a"],
  ["client", "lines//quantity"],
  ["client", "lines/a/quantity/"],
  ["client", "lines/a/quantity/M/L"],
  ["client", "lines/é/quantity"],
  ["client", "lines/a/quantity/M\n"],
  ["client", `lines/${"x".repeat(41)}/quantity`],
  ["client", "lines/a/dimensions"],
  ["client", "__proto__"],
] as const)("%s/%s is outside the vocabulary", (root, key) => {
  expect(parse(root, key)).toBeNull();
});

test("every field parses back from a key made of its path", () => {
  for (const [path, field] of FIELDS) {
    const [root, ...key] = path.replace("*", "a").replace("*", "M").split("/");
    expect(parse(root as "client", key.join("/"))?.field).toBe(field);
  }
});

test("a line key is joined from its parts", () => {
  expect(lineKey("7f3a", "quantity", "M")).toBe("lines/7f3a/quantity/M");
});

test("a measure in another unit is exact", () => {
  expect(dimensionIn("34 1/2", "in")).toMatchObject(rational(69n, 2n));
  expect(dimensionIn("2.54 cm", "in")).toEqual(rational(1n, 1n));
  expect(dimensionIn("3 5/4", "in")).toBeNull();
});

test("measures compare exactly", () => {
  const [one, two] = [parseDimension("34 1/3"), parseDimension("34.333333")];
  expect(one && two && compare(one, two)).toBe(1);
});

test("half of a surrogate pair is refused because it could never be signed", () => {
  expect(check("text", "a\ud83d")).toBe("control_character");
  expect(check("text", "a😀")).toBeNull();
});

test("days are counted across the end of a year", () => {
  expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
});

test("a line alone amounts to what it amounts to in the whole, with sizes too", () => {
  const content = contentOf({
    client: { "lines/a/product": "p", "lines/a/quantity/S": "2", "lines/a/quantity/M": "5" },
    supplier: { "lines/a/unit_price": "10", "lines/a/quantity/M": "3" },
  });
  const points = pointsOf(content).get("a") ?? [];
  expect(quantityOf(content, "a", points)).toBe("5");
  expect(lineAmount(content, "a", points)).toBe(totalsOf(content).lines.get("a"));
});

test("what a cell says is not told by the end of its address: a size may be called as a cell is", () => {
  expect(nounAt("client/lines/a/product")).toBe("product");
  expect(nounAt("client/lines/a/quantity/product")).toBe("quantity");
  expect(nounAt("client/lines/a/characteristics/position")).toBe("characteristics");
  expect(nounAt("supplier/lines/a/reason")).toBe("reason");
  expect(nounAt("record/products/a")).toBeNull();
  expect(nounAt("note")).toBeNull();
});
