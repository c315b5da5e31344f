import { expect, test } from "vitest";
import { changedCells } from "../../order/colour";
import { digest } from "../../order/digest";
import { contentOf } from "../../order/order";
import { canonicalJson, signedTerms, termsOf } from "../../order/terms";
import { totalsOf } from "../../order/totals";
import { valueName } from "../labels";
import { contentOfTerms, countOf, newsOf, reviewOf } from "./review";

const CLIENT = {
  requested_date: "2026-12-12",
  "lines/a/product": "p1",
  "lines/a/position": "1",
  "lines/a/quantity": "12",
  "lines/b/product": "p1",
  "lines/b/position": "2",
  "lines/b/quantity": "3",
};
const SUPPLIER = { "lines/a/unit_price": "10", "lines/b/unit_price": "20" };
const FACTS = { code: "P1", name_fr: "Porte", unit: "each", tax_class: "standard" };
const RECORD = {
  made_at: "2026-11-20T14:00:00Z",
  currency: "CAD",
  "parties/client": { id: "c", name: "Laurier", region: "QC" },
  "parties/supplier": { id: "s", name: "Boréale", region: "QC" },
  "products/a": FACTS,
  "products/b": FACTS,
};

function since(client: object, supplier: object, record: object = {}, signedClient: object = {}) {
  const asked = { ...CLIENT, ...signedClient };
  const terms = canonicalJson(termsOf(contentOf({ client: asked, supplier: SUPPLIER, record: RECORD })));
  const signature = { digest: digest(terms), terms, at: "2026-11-20T15:00:00Z" };
  const content = contentOf({
    client: { ...CLIENT, ...client },
    supplier: { ...SUPPLIER, ...supplier },
    record: { ...RECORD, ...record, "signatures/client": signature },
  });
  const { cells, lines } = changedCells(content, "client");
  return {
    content,
    signed: signedTerms(signature),
    groups: reviewOf(content, signedTerms(signature), cells, lines),
  };
}

test("an offer is told from what was asked, as it stood and as it stands", () => {
  const { groups } = since({}, { "lines/a/quantity": "8" });
  expect(groups).toMatchObject([
    {
      line: "a",
      mark: "changed",
      differences: [{ noun: "quantity", before: "12", after: "8", only: null }],
    },
  ]);
  expect(countOf(groups)).toBe(1);
});

test("a change of both companies in one cell is one change", () => {
  const { groups } = since({ "lines/a/quantity": "10" }, { "lines/a/quantity": "8" });
  expect(countOf(groups)).toBe(1);
});

test("a line that came, or that was refused, is one change", () => {
  const { groups } = since(
    { "lines/c/product": "p1", "lines/c/position": "3", "lines/c/quantity": "1" },
    { "lines/c/unit_price": "5", "lines/b/rejected": true },
    { "products/c": FACTS },
  );
  expect(groups.map(({ line, mark }) => [line, mark])).toEqual([
    ["b", "rejected"],
    ["c", "added"],
  ]);
  expect(countOf(groups)).toBe(2);
});

test("a product that is another one under the same name in its cell is told, and one of another name once", () => {
  const { content, groups } = since({}, {}, { "products/a": { ...FACTS, name_fr: "Tiroir" } });
  expect(groups).toMatchObject([{ line: "a", mark: "product", differences: [{ noun: "product" }] }]);
  const told = groups.flatMap(({ differences }) =>
    differences.flatMap(({ key, before, after }) =>
      [before, after].map((facts) => valueName(content, key, facts)),
    ),
  );
  expect(told).toEqual(["Porte", "Tiroir"]);
  const other = since({ "lines/a/product": "p2" }, {}, { "products/a": { ...FACTS, name_fr: "Tiroir" } });
  expect([countOf(groups), countOf(other.groups)]).toEqual([1, 1]);
  expect(other.groups[0]?.differences[0]?.after).toBe("p2");
});

const WITHDRAWN = { "lines/b/withdrawn": true };

test.each([
  ["withdrawn", since(WITHDRAWN, {})],
  ["restored", since({}, {}, {}, WITHDRAWN)],
  ["removed", since({ "lines/b/product": null, "lines/b/quantity": null }, { "lines/b/unit_price": null })],
])("a line that was %s is one change", (mark, { groups }) => {
  expect(groups).toEqual([{ line: "b", mark, differences: [] }]);
  expect(countOf(groups)).toBe(1);
});

test("in a line, dates and what is back-ordered come as its sheet has them", () => {
  const { groups } = since(
    { "lines/a/requested_date": "2026-12-05" },
    {
      "lines/a/backorder_date": "2027-01-11",
      "lines/a/backorder_quantity": "4",
      "lines/a/promised_date": "2026-12-16",
    },
  );
  expect(groups[0]?.differences.map(({ noun }) => noun)).toEqual([
    "requested_date",
    "promised_date",
    "backorder_quantity",
    "backorder_date",
  ]);
});

test("in a line, sizes and measures come as its product has them, and what has no place of its own last", () => {
  const named = (key: string) => ({ key, name_fr: key });
  const sized = { ...FACTS, points: ["S", "M"], dimensions: [named("width"), named("height")] };
  const asked = { "quantity/M": "2", "quantity/S": "1", "dimensions/height": "3", "dimensions/width": "2" };
  const { groups } = since(
    Object.fromEntries(Object.entries(asked).map(([key, value]) => [`lines/a/${key}`, value])),
    { "lines/a/substitute": "p9", "lines/a/unit_price": "11" },
    { "products/a": sized, "substitutes/a": FACTS },
  );
  const told = groups.flatMap(({ differences }) => differences.map(({ noun, point }) => [noun, point]));
  expect(told).toEqual([
    ["dimensions", "width"],
    ["dimensions", "height"],
    ["quantity", "S"],
    ["quantity", "M"],
    ["unit_price", null],
    ["substitute", null],
  ]);
});

test("who trades, and in which currency, concerns the order", () => {
  const renamed = { id: "c", name: "Laurier inc.", region: "QC" };
  const { groups } = since({}, {}, { currency: "USD", "parties/client": renamed });
  expect(groups).toMatchObject([
    {
      line: null,
      mark: null,
      differences: [{ key: "parties" }, { key: "currency", before: "CAD", after: "USD" }],
    },
  ]);
});

test("what concerns the order comes first, then the lines as they stand, quantity before delivery", () => {
  const { groups } = since(
    { requested_date: "2026-12-20" },
    { "lines/b/promised_date": "2026-12-18", "lines/b/quantity": "2", "lines/a/discount": "5" },
  );
  expect(groups.map(({ line }) => line)).toEqual([null, "a", "b"]);
  expect(groups[2]?.differences.map(({ noun }) => noun)).toEqual(["quantity", "promised_date"]);
});

test("nothing changed, nothing to review", () => {
  expect(since({}, {}).groups).toEqual([]);
});

test("what was signed amounts to what it amounted to", () => {
  const { content, signed } = since({}, { "lines/b/rejected": true });
  expect(totalsOf(content).subtotal).toBe("120.00");
  expect(totalsOf(contentOfTerms(signed, content)).subtotal).toBe("180.00");
});

test("news name what differs between two readings, and the lines that are no more", () => {
  const read = canonicalJson(termsOf(contentOf({ client: CLIENT, supplier: SUPPLIER, record: RECORD })));
  const { "lines/b/product": _, ...client } = { ...CLIENT, "lines/a/quantity": "5" };
  const { "products/b": __, ...record } = { ...RECORD, "parties/client": { id: "c", name: "Laurier inc." } };
  const standing = canonicalJson(termsOf(contentOf({ client, supplier: SUPPLIER, record })));
  const news = newsOf(read, standing);
  expect(news.keys).toContain("lines/a/quantity");
  expect(news.keys).toContain("parties");
  expect(news.keys).not.toContain("requested_date");
  expect(news.lines).toEqual(new Set(["a", "b"]));
  expect(news.gone.get("b")).toMatchObject({ name_fr: "Porte" });
  expect(newsOf(read, read).keys.size).toBe(0);
});

test("what only one company says anew is told as its own, what is asked before the offer that meets it", () => {
  const told = (client: object, supplier: object) =>
    since(client, supplier).groups.flatMap(({ differences }) =>
      differences.map(({ before, after, only }) => [before ?? null, after, only]),
    );
  expect(told({}, { "lines/a/quantity": "12" })).toEqual([[null, "12", "supplier"]]);
  expect(told({ "lines/a/quantity": "6" }, { "lines/a/quantity": "12" })).toEqual([["12", "6", "client"]]);
  expect(told({ "lines/a/quantity": "6" }, {})).toEqual([["12", "6", null]]);
});
