import { describe, expect, test } from "vitest";
import { contentOf } from "../../order/order";
import type { LineProduct } from "../product";
import { deliveryOf, editingOf, keysOf, plainText, type Reader, typed } from "./columns";

const DOOR: LineProduct = {
  code: "PS-ER",
  name_fr: "Porte shaker",
  unit: "each",
  sizing: "dimensions",
  dimension_unit: "in",
  dimensions: [
    { key: "width", name_fr: "Largeur" },
    { key: "height", name_fr: "Hauteur" },
  ],
};
const HAT: LineProduct = { code: "TUQ", name_fr: "Tuque", sizing: "scale", points: ["S", "M", "L"] };
const HINGE: LineProduct = { code: "CH", name_fr: "Charnière", unit: "pair", sizing: "none" };
const LUC: Reader = { side: "supplier", currency: "CAD", language: "fr", today: "2026-11-23" };
const ANNA: Reader = { ...LUC, side: "client" };

describe("what a typed text writes", () => {
  test("a quantity and a price, with a comma or a point", () => {
    expect(typed("quantity", "a", HINGE, "1 200", ANNA)).toEqual({ writes: [["lines/a/quantity", "1200"]] });
    expect(typed("price", "a", HINGE, "41,50 $", LUC)).toEqual({ writes: [["lines/a/unit_price", "41.5"]] });
  });

  test.each(["3 paires", "3paire", " 3 Paires "])("a quantity may be typed as it is read: %s", (text) => {
    expect(typed("quantity", "a", HINGE, text, ANNA)).toEqual({ writes: [["lines/a/quantity", "3"]] });
    expect(typed("quantity", "a", DOOR, text, ANNA)).toEqual({ fault: "not_a_decimal" });
  });

  test("an empty text clears", () => {
    expect(typed("quantity", "a", HINGE, " ", ANNA)).toEqual({ writes: [["lines/a/quantity", null]] });
  });

  test("a client writes the day he wishes, a supplier the day he promises", () => {
    expect(typed("delivery", "a", HINGE, "2026-12-05", ANNA)).toEqual({
      writes: [["lines/a/requested_date", "2026-12-05"]],
    });
    expect(typed("delivery", "a", HINGE, "5 déc.", LUC)).toEqual({
      writes: [["lines/a/promised_date", "2026-12-05"]],
    });
  });

  test("dimensions are typed together, in the product's order", () => {
    expect(typed("size", "a", DOOR, "34 1/2 x 876 mm", ANNA)).toEqual({
      writes: [
        ["lines/a/dimensions/width", "34 1/2"],
        ["lines/a/dimensions/height", "876 mm"],
      ],
    });
    expect(typed("size", "a", DOOR, "34 1/2", ANNA)).toEqual({ fault: "not_a_dimension" });
    expect(typed("size", "a", DOOR, "34 × bleu", ANNA)).toEqual({ fault: "not_a_dimension" });
  });

  test("a scale is typed as points and quantities; a point left out is cleared", () => {
    expect(typed("size", "a", HAT, "s 4 L: 2", ANNA)).toEqual({
      writes: [
        ["lines/a/quantity/S", "4"],
        ["lines/a/quantity/M", null],
        ["lines/a/quantity/L", "2"],
      ],
    });
    expect(typed("size", "a", HAT, "XXL 4", ANNA)).toEqual({ fault: "unknown_point" });
    expect(typed("quantity", "a", HAT, "12", ANNA)).toEqual({ fault: "sizes_only" });
  });

  test("what is not understood is a fault with a code", () => {
    expect(typed("quantity", "a", HINGE, "douze", ANNA)).toEqual({ fault: "not_a_decimal" });
    expect(typed("delivery", "a", HINGE, "2026-02-30", LUC)).toEqual({ fault: "not_a_date" });
  });

  test("a quantity has as many decimals as its product is sold in", () => {
    const board = { ...HINGE, decimals: 1 };
    expect(typed("quantity", "a", board, "2,5", ANNA)).toEqual({ writes: [["lines/a/quantity", "2.5"]] });
    expect(typed("quantity", "a", board, "2,25", ANNA)).toEqual({ fault: "too_many_decimals" });
    expect(typed("size", "a", { ...HAT, decimals: 0 }, "S 1,5", ANNA)).toEqual({
      fault: "too_many_decimals",
    });
  });

  test("a total takes nothing", () => {
    expect(typed("total", "a", HINGE, "5", LUC)).toEqual({ writes: [] });
  });
});

test("how a column is edited depends on the product", () => {
  expect(editingOf("quantity", HAT)).toBe("points");
  expect(editingOf("quantity", HINGE)).toBe("text");
  expect(editingOf("size", HINGE)).toBe("none");
  expect(editingOf("size", DOOR)).toBe("text");
  expect(editingOf("product", DOOR)).toBe("panel");
});

test("a cell of sizes stands for a key of each point", () => {
  expect(keysOf("quantity", "a", HAT, "client")).toEqual([
    "lines/a/quantity/S",
    "lines/a/quantity/M",
    "lines/a/quantity/L",
  ]);
});

describe("what the clipboard takes", () => {
  const content = contentOf({
    client: {
      "lines/a/product": "p1",
      "lines/a/dimensions/width": "34 1/2",
      "lines/a/dimensions/height": "15.5",
      "lines/a/quantity": "12",
      "lines/b/product": "p2",
      "lines/b/quantity/S": "4",
      "lines/b/quantity/L": "2",
      requested_date: "2026-12-12",
    },
    supplier: {
      "lines/a/quantity": "8",
      "lines/a/unit_price": "41.50",
      "lines/a/promised_date": "2026-12-18",
    },
    record: { "products/a": DOOR, "products/b": HAT },
  });

  test("is what would be typed to get it back", () => {
    const cells = (["product", "size", "quantity", "price", "delivery", "total"] as const).map((column) =>
      plainText(content, column, "a", LUC),
    );
    expect(cells).toEqual(["PS-ER", "34 1/2 × 15,5", "8", "41,50", "2026-12-18", "332,00"]);
    expect(plainText(content, "size", "b", LUC)).toBe("S 4 L 2");
    expect(plainText(content, "quantity", "b", LUC)).toBe("6");
  });

  test("a line without a day of its own has the order's", () => {
    expect(deliveryOf(content, "b")).toBe("2026-12-12");
  });
});
