import { expect, test } from "vitest";
import { contentOf } from "../../order/order";
import { missingKeys } from "./missing";

const DOOR = {
  code: "PS-ER",
  name_fr: "Porte",
  sizing: "dimensions",
  dimensions: [
    { key: "width", name_fr: "Largeur" },
    { key: "height", name_fr: "Hauteur" },
  ],
  characteristics: [
    { key: "finish", name_fr: "Fini", kind: "text", required: true },
    { key: "hinge", name_fr: "Charnière", kind: "text" },
  ],
};
const HAT = { code: "TUQ", name_fr: "Tuque", sizing: "scale", points: ["S", "M"] };

const content = (client: object, supplier: object = {}) =>
  contentOf({ client, supplier, record: { "products/a": DOOR, "products/b": HAT } });

test("a line without its quantity, price, required characteristics and dimensions misses them", () => {
  expect(missingKeys(content({ "lines/a/product": "p1" }))).toEqual([
    "lines/a/quantity",
    "lines/a/unit_price",
    "lines/a/characteristics/finish",
    "lines/a/dimensions/width",
    "lines/a/dimensions/height",
  ]);
});

test("a quantity of one size, or an offer of none, is a quantity", () => {
  const given = content(
    { "lines/b/product": "p2", "lines/b/quantity/M": "3" },
    { "lines/b/unit_price": "18" },
  );
  expect(missingKeys(given)).toEqual([]);
  const none = content(
    { "lines/b/product": "p2" },
    { "lines/b/unit_price": "18", "lines/b/quantity/S": "0" },
  );
  expect(missingKeys(none)).toEqual([]);
});

test("what is filled is not missing", () => {
  const given = content(
    {
      "lines/a/product": "p1",
      "lines/a/quantity": "1",
      "lines/a/characteristics/finish": "mat",
      "lines/a/dimensions/width": "12",
    },
    { "lines/a/unit_price": "0" },
  );
  expect(missingKeys(given)).toEqual(["lines/a/dimensions/height"]);
  expect(missingKeys(content({ "lines/of a product on its way/product": "p1" }))).toEqual([]);
});

test("a line that was withdrawn misses nothing", () => {
  expect(missingKeys(content({ "lines/a/product": "p1", "lines/a/withdrawn": true }))).toEqual([]);
});
