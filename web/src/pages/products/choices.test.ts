import { expect, test } from "vitest";
import type { Product } from "../../api/shapes";
import { canonicalMeasure, choiceFaults, firstChoices, isPlain, settledChoices, stepsOf } from "./choices";
import { draftOf, factsOf, keyFor, newProduct, pointsIn } from "./productFile";

function product(change: Partial<Product> = {}): Product {
  const { pointsText, ...facts } = newProduct();
  return { ...facts, minimum: null, multiple: null, id: "p", supplier_id: "boreale", image: null, ...change };
}

const colour = {
  key: "colour",
  name_fr: "Couleur",
  name_en: "Colour",
  kind: "choice" as const,
  required: true,
  options: [
    { key: "red", name_fr: "Rouge", name_en: "Red" },
    { key: "blue", name_fr: "Bleu", name_en: "Blue" },
  ],
};
const width = { key: "width", name_fr: "Largeur", name_en: "Width", minimum: "9", maximum: "42" };

test.each([
  ["34 1/2", "34 1/2"],
  ["34-1/2 po", "34 1/2"],
  ["34,5", "34.5"],
  ["876mm", "876 mm"],
  ["1 200 mm", "1200 mm"],
  ['15"', "15"],
])("the measure %s is kept as %s", (typed, kept) => {
  expect(canonicalMeasure(typed, "in")).toBe(kept);
});

test.each(["", "large", "3/0", "1 2", "-4"])("%s is no measure", (typed) => {
  expect(canonicalMeasure(typed, "in")).toBeNull();
});

test("only a product that asks nothing is added by one press", () => {
  expect(isPlain(product())).toBe(true);
  expect(isPlain(product({ sizing: "scale", points: ["S"] }))).toBe(false);
  expect(isPlain(product({ characteristics: [colour] }))).toBe(false);
});

test("the first quantity is the least that may be ordered", () => {
  expect(firstChoices(product({ minimum: "6", multiple: "3" })).quantity).toBe("6");
  expect(firstChoices(product({ minimum: "5", multiple: "3" })).quantity).toBe("6");
  expect(firstChoices(product({ multiple: "3" })).quantity).toBe("3");
  expect(firstChoices(product()).quantity).toBe("1");
});

test("what is missing is named by its field", () => {
  const door = product({ sizing: "dimensions", dimensions: [width], characteristics: [colour] });
  const faults = choiceFaults(door, { ...firstChoices(door), quantity: "" }, true);
  expect(Object.keys(faults).sort()).toEqual(["characteristics.colour", "dimensions.width", "quantity"]);
});

test.each([
  ["5", true, "La quantité minimale est de 6."],
  ["8", true, "La quantité va par multiples de 1,5."],
  ["7,55", false, "Trop de décimales pour ce produit\u00a0: arrondissez."],
  ["7,5", true, undefined],
  ["5", false, undefined],
])("of what goes by 1.5 from 6 on, %s (bound: %s) is told: %s", (quantity, isBound, told) => {
  const board = product({ minimum: "6", multiple: "1.5", decimals: 1 });
  expect(choiceFaults(board, { ...firstChoices(board), quantity }, isBound).quantity).toBe(told);
  expect(stepsOf(board)).toBe("minimum 6, par multiples de 1,5");
});

test.each([
  ["8", "Écrivez une mesure dans les limites\u00a0: de 9 à 42 1/2."],
  ["1 100 mm", "Écrivez une mesure dans les limites\u00a0: de 9 à 42 1/2."],
  ["42,5", undefined],
])("a width of %s inches, where 9 to 42 1/2 are made, is told: %s", (typed, told) => {
  const bounded = { ...width, maximum: "42 1/2" };
  const door = product({ sizing: "dimensions", dimension_unit: "in", dimensions: [bounded] });
  const choices = { ...firstChoices(door), dimensions: { width: typed } };
  expect(choiceFaults(door, choices, true)["dimensions.width"]).toBe(told);
});

test("a number among the characteristics is kept in its one spelling, nought too", () => {
  const number = { kind: "number" as const, required: false, options: [] };
  const length = { ...number, key: "length", name_fr: "Longueur", name_en: "Length" };
  const offset = { ...number, key: "offset", name_fr: "Décalage", name_en: "Offset" };
  const pipe = product({ characteristics: [length, offset, colour] });
  const choices = { ...firstChoices(pipe), characteristics: { length: "12.50", offset: "0", colour: "" } };
  expect(settledChoices(pipe, choices).characteristics).toEqual({ length: "12.5", offset: "0" });
});

test("one size with a quantity is enough", () => {
  const hat = product({ sizing: "scale", points: ["S", "M"] });
  const choices = { ...firstChoices(hat), quantities: { S: "", M: "4" } };
  expect(choiceFaults(hat, choices, true)).toEqual({});
  expect(settledChoices(hat, choices)).toMatchObject({ quantity: null, quantities: { M: "4" } });
});

test("a key comes from a name, and stays different from the others", () => {
  expect(keyFor("Côté de charnière", [])).toBe("cote-de-charniere");
  expect(keyFor("Rouge", ["rouge", "rouge-2"])).toBe("rouge-3");
  expect(keyFor("…", [])).toBe("x");
});

test("a product that is opened and saved untouched stays the same", () => {
  const door = product({
    code: "P-100",
    name_fr: "Porte",
    price: "41.50",
    minimum: "2",
    sizing: "dimensions",
    dimensions: [width],
    characteristics: [colour],
  });
  const { id, supplier_id, image, ...facts } = door;
  expect(factsOf(draftOf(door))).toEqual(facts);
});

test("sizes are read from one line, in their order", () => {
  expect(pointsIn(" S, M ;L,, XL ")).toEqual(["S", "M", "L", "XL"]);
});

test("keys that orders hold are never renamed with their name", () => {
  const draft = { ...newProduct(), characteristics: [{ ...colour, name_fr: "Teinte" }] };
  expect(factsOf(draft).characteristics[0]?.key).toBe("colour");
});
